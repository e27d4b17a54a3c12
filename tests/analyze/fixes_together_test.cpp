// Statements that several findings are about: no fix of one keeps what another one says will fail.

#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

constexpr const char* kTables =
    "CREATE TABLE users (id bigint PRIMARY KEY);\n"
    "CREATE TABLE orders (id bigint PRIMARY KEY, total integer, note text, state text NOT NULL, user_id bigint);\n";

Analysis analysed(const std::vector<std::string>& before, const std::string& sql) {
    analyze::Request request;
    request.version = 16;
    request.schema = before;
    Script script;
    script.sql = sql;
    request.changed.push_back(std::move(script));
    return analyze::analyze(request);
}

bool fails(const Analysis& analysis) {
    for (const Finding& finding : analysis.findings)
        if (finding.fails) return true;
    for (const AnalyzedFile& file : analysis.files)
        for (const AnalyzedStatement& statement : file.statements)
            if (!statement.effects.failures.empty()) return true;
    return false;
}

bool makes_a_change_fail(const Finding& finding) {
    return finding.fails || finding.category == Category::destructive || (finding.lock && finding.grows_with_rows);
}

/// The first step of a fix that fails behind those before it; empty: all of them run. One that puts something beside
/// the statement says nothing of the statement itself.
std::string failing_step(const Recipe& recipe, const std::string& statement) {
    std::vector<std::string> before{kTables};
    for (const RecipeStep& step : recipe.steps) {
        if (step.by_hand || step.sql.empty() || step.sql == statement) continue;
        // NOT NULL of a column that the reader has filled by then.
        if (step.sql.find("VALIDATE") == std::string::npos && step.sql.find("SET NOT NULL") == std::string::npos &&
            fails(analysed(before, step.sql)))
            return step.sql;
        before.push_back(step.sql);
    }
    return "";
}

}  // namespace

TEST_CASE("the fix of one finding keeps no clause of the statement that fails, and runs step by step") {
    const std::vector<std::string> clauses{"ADD COLUMN a integer NOT NULL",
                                           "ADD COLUMN b text NOT NULL",
                                           "ADD COLUMN c bigint NOT NULL REFERENCES users (id)",
                                           "ADD COLUMN d integer",
                                           "ADD COLUMN e uuid NOT NULL DEFAULT gen_random_uuid()",
                                           "ALTER COLUMN total TYPE bigint",
                                           "DROP COLUMN note",
                                           "DROP COLUMN note, ADD COLUMN note integer",
                                           "ADD CONSTRAINT positive CHECK (total > 0)",
                                           "ADD CONSTRAINT u FOREIGN KEY (user_id) REFERENCES users (id)",
                                           "ADD UNIQUE (total)"};
    std::size_t fixes = 0;
    for (const std::string& first : clauses)
        for (const std::string& second : clauses) {
            if (first == second || (first.find("note") != first.npos && second.find("note") != second.npos)) continue;
            const std::string sql = fmt::format("ALTER TABLE orders {}, {};", first, second);
            for (const Finding& finding : analysed({kTables}, sql).findings) {
                if (!finding.recipe || !makes_a_change_fail(finding)) continue;
                ++fixes;
                INFO(sql << "\n" << finding.rule);
                CHECK(failing_step(*finding.recipe, sql) == "");
            }
        }
    CHECK(fixes > 80);
}
