// Which version of a tool the lock files of a repository tell.

#include "extract/tool_version.h"

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>
#include <vector>

#include "core/number_text.h"

using namespace pgfence;

TEST_CASE("versions are compared number by number") {
    CHECK(is_version_before("3.2.16", "4.0"));
    CHECK(is_version_before("0.7.4", "0.8"));
    CHECK(is_version_before("0.3.10", "0.3.11"));
    CHECK_FALSE(is_version_before("0.8.0", "0.8"));
    CHECK_FALSE(is_version_before("10.0", "9.1"));
    CHECK_FALSE(is_version_before("", "1.0"));
}

TEST_CASE("lock files tell the version of a package") {
    struct Case {
        std::string file, text, package, version;
    };
    for (const Case& one : std::vector<Case>{
             {"Cargo.lock", "[[package]]\nname = \"sqlx\"\nversion = \"0.7.4\"\n", "sqlx", "0.7.4"},
             {"Cargo.lock", "[[package]]\nname = \"sqlx-core\"\nversion = \"0.7.4\"\n", "sqlx", ""},
             {"Cargo.lock",
              "[[package]]\nname = \"sqlx\"\nversion = \"0.7.4\"\n[[package]]\nname = \"sqlx\"\nversion = \"0.8.1\"\n",
              "sqlx", ""},
             {"Gemfile.lock", "GEM\n  specs:\n    activerecord (3.2.16)\n      arel (~> 3.0)\n", "activerecord",
              "3.2.16"},
             {"Gemfile.lock", "GEM\n  specs:\n    rails (4.0.0)\n      activerecord (= 4.0.0)\n", "activerecord", ""},
             {"Gemfile", "source 'https://rubygems.org'\ngem 'rails', '3.2.16'\n", "rails", "3.2.16"},
             {"Gemfile", "gem \"rails\", \"~> 3.2.8\"\n", "rails", "3.2.8"},
             {"Gemfile", "gem 'rails', '>= 3.2'\n", "rails", ""},
             {"poetry.lock", "[[package]]\nname = \"alembic\"\nversion = \"1.1.0\"\n", "alembic", "1.1.0"},
             {"requirements.txt", "Django==2.2.1\nalembic==1.0\n", "django", "2.2.1"},
             {"requirements.txt", "django>=2.2.1\n", "django", ""},
             {"Pipfile.lock",
              "{\n    \"default\": {\n        \"django\": {\n            \"hashes\": [],\n"
              "            \"version\": \"==2.2.1\"\n",
              "django", "2.2.1"},
             {"package-lock.json", "    \"node_modules/typeorm\": {\n      \"version\": \"0.3.10\",\n", "typeorm",
              "0.3.10"},
             {"yarn.lock", "typeorm@^0.3.0:\n  version \"0.3.10\"\n", "typeorm", "0.3.10"},
             {"yarn.lock", "\"typeorm@npm:^0.3.0\":\n  version: 0.3.12\n", "typeorm", "0.3.12"},
             {"pnpm-lock.yaml", "packages:\n\n  /typeorm@0.3.10(pg@8.0.0):\n", "typeorm", "0.3.10"},
             {"mix.lock", "%{\n  \"ecto_sql\": {:hex, :ecto_sql, \"3.5.1\", \"0a\"},\n", "ecto_sql", "3.5.1"},
         }) {
        INFO(one.file << "\n" << one.text);
        CHECK(extract::locked_version(one.file, one.text, one.package) == one.version);
    }
}

TEST_CASE("the nearest lock file around a migration counts") {
    const std::map<std::string, std::string, std::less<>> files{
        {"Cargo.lock", "[[package]]\nname = \"sqlx\"\nversion = \"0.8.1\"\n"},
        {"old/Cargo.lock", "[[package]]\nname = \"sqlx\"\nversion = \"0.7.4\"\n"}};
    extract::Hints hints;
    hints.read = [&](std::string_view path) {
        const auto found = files.find(path);
        return found == files.end() ? std::nullopt : std::optional(found->second);
    };
    CHECK(extract::tool_version("sqlx", "db/migrations/1_a.sql", hints) == "0.8.1");
    CHECK(extract::tool_version("sqlx", "old/db/migrations/1_a.sql", hints) == "0.7.4");
    CHECK(extract::tool_version("goose", "db/1_a.sql", hints).empty());
    CHECK(extract::tool_version("sqlx", "db/1_a.sql", {}).empty());
}
