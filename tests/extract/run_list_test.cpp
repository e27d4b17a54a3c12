// Orders that folders do not tell: Knex's directories, and lists in programs of the repository.

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "extract/detect.h"
#include "locate/order.h"

using namespace pgfence;

namespace {

using Files = std::map<std::string, std::string>;

std::vector<std::string> in_order(const Files& files) {
    FileTree tree;
    for (const auto& [path, text] : files) tree.paths.push_back(path);
    tree.read = [&files](std::string_view path) { return std::optional(files.at(std::string(path))); };
    const auto chosen = locate::choose(tree, {{}, {}, extract::detect});
    return {chosen.migrations.begin(), chosen.migrations.end()};
}

const std::string kKnex = "exports.up = (knex) => knex.raw('SELECT 1')\n";

Files with(Files files, const std::string& path, const std::string& text) {
    files[path] = text;
    return files;
}

}  // namespace

TEST_CASE("Knex takes the files of all directories by their names, unless it sorts each directory") {
    const Files files{{"server/a/migrations/20240102_x.js", kKnex},
                      {"server/a/migrations/20240104_x.js", kKnex},
                      {"server/b/migrations/20240101_x.js", kKnex},
                      {"server/b/migrations/20240103_x.js", kKnex}};
    const std::vector<std::string> by_name{"server/b/migrations/20240101_x.js", "server/a/migrations/20240102_x.js",
                                           "server/b/migrations/20240103_x.js", "server/a/migrations/20240104_x.js"};
    std::vector<std::string> by_folder;
    for (const auto& [path, text] : files) by_folder.push_back(path);
    CHECK(in_order(with(files, "server/knexfile.js", "module.exports = { migrations: { directory: dirs } }\n")) ==
          by_name);
    CHECK(in_order(with(files, "server/knexfile.js",
                        "module.exports = { migrations: { directory: dirs, sortDirsSeparately: true } }\n")) ==
          by_folder);
    // Each has a knexfile of its own, or nobody knows of any.
    CHECK(in_order(with(with(files, "server/a/knexfile.js", ""), "server/b/knexfile.js", "")) == by_folder);
    CHECK(in_order(files) == by_folder);
}

TEST_CASE("a program that lists the files of a folder tells their order") {
    const std::string folder = "backend/src/app/migrations/sql/";
    const Files files{{folder + "0001-a.sql", "CREATE TABLE a (id bigint);\n"},
                      {folder + "0002-add.sql", "CREATE TABLE b (id bigint);\n"},
                      {folder + "0002-mod.sql", "CREATE TABLE c (id bigint);\n"}};
    const auto list = [](const std::string& second, const std::string& third) {
        return "(def migrations\n  ;; not {:fn (mg/resource \"app/migrations/sql/0002-add.sql\")}\n"
               "  [{:name \"0001-a\" :fn (mg/resource \"app/migrations/sql/0001-a.sql\")}\n   {:fn (mg/resource "
               "\"app/migrations/sql/" +
               second + "\")}\n   {:fn (mg/resource \"app/migrations/sql/" + third + "\")}])\n";
    };
    const std::string program = "backend/src/app/migrations.clj";
    CHECK(in_order(with(files, program, list("0002-mod.sql", "0002-add.sql"))) ==
          std::vector<std::string>{folder + "0001-a.sql", folder + "0002-mod.sql", folder + "0002-add.sql"});
    CHECK(in_order(with(files, program, list("0002-add.sql", "0002-mod.sql"))) ==
          std::vector<std::string>{folder + "0001-a.sql", folder + "0002-add.sql", folder + "0002-mod.sql"});
    // It names few of them: no list.
    CHECK(in_order(with(files, program, "(mg/resource \"0002-mod.sql\") (mg/resource \"0001-a.sql\")")) ==
          std::vector<std::string>{folder + "0001-a.sql", folder + "0002-add.sql", folder + "0002-mod.sql"});
}
