// The SQL read out of Python, Ruby and Elixir is the SQL that the real tools send: tests/readers/ holds migrations, and
// beside them what Alembic, Django, Ecto, ActiveRecord and Sequel made of them (tools/readers/compare --record).

#include <pg_query.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "extract/extract.h"

using namespace pgfence;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

/// Each statement as its fingerprint and text; what only frames them is left out.
std::vector<std::string> statements(const std::string& sql) {
    std::vector<std::string> all;
    const PgQuerySplitResult split = pg_query_split_with_scanner(sql.c_str());
    for (int i = 0; i < split.n_stmts; ++i) {
        const std::string one = sql.substr(static_cast<std::size_t>(split.stmts[i]->stmt_location),
                                           static_cast<std::size_t>(split.stmts[i]->stmt_len));
        const auto begin = one.find_first_not_of(" \n");
        if (begin == std::string::npos) continue;
        const std::string text = one.substr(begin, one.find_last_not_of(" \n") + 1 - begin);
        if (text == "BEGIN" || text == "COMMIT") continue;
        const PgQueryFingerprintResult result = pg_query_fingerprint(text.c_str());
        CHECK(result.error == nullptr);
        if (!result.error) all.push_back(result.fingerprint_str);
        pg_query_free_fingerprint_result(result);
    }
    pg_query_free_split_result(split);
    return all;
}

/// `folder`: where the tool looks, when a file is told by that.
void check_tool(const std::string& tool, const std::string& extension, const std::string& folder = {}) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(PGFENCE_SOURCE_DIR) / "tests/readers" / tool))
        if (entry.path().extension() == extension) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    REQUIRE(files.size() >= 3);
    extract::Memory memory;
    for (const fs::path& path : files) {
        INFO(path);
        MigrationFile file;
        file.path = folder.empty() ? path.string() : folder + path.filename().string();
        file.text = content(path);
        // Recorded on a connection that knows no tables (rails_offline_sql), as if each file were the first.
        if (tool == "rails") memory = {};
        const Script script = extract::script(file, {}, memory);
        CHECK(script.format == tool);
        const auto sent = statements(content(fs::path(path).replace_extension(".sql")));
        CHECK(sent.size() > 3);
        CHECK(statements(script.sql) == sent);
    }
}

}  // namespace

TEST_CASE("Alembic's operations are read as Alembic sends them") { check_tool("alembic", ".py"); }
TEST_CASE("Ecto's migrations are read as Ecto sends them") { check_tool("ecto", ".exs", "priv/repo/migrations/"); }
TEST_CASE("Sequel's migrations are read as Sequel sends them") { check_tool("sequel", ".rb", "db/migrations/"); }
TEST_CASE("Rails migrations are read as ActiveRecord sends them") { check_tool("rails", ".rb", "db/migrate/"); }
TEST_CASE("Django's operations are read as Django sends them") { check_tool("django", ".py"); }
