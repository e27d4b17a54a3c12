// What is made again under a name: which rights it lacks, and what is said where the migrations never gave any.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

/// "known", "depends", or nothing where the rule says nothing.
std::string says(const std::string& rule, const std::vector<std::string>& history, const std::string& change,
                 const std::string& role = "") {
    analyze::Request request;
    request.version = 17;
    request.role = role;
    for (const std::string& sql : history) request.history.emplace_back().sql = sql;
    request.changed.emplace_back().sql = change;
    const Analysis analysis = analyze::analyze(std::move(request));
    std::string all;
    for (const Finding& finding : analysis.findings)
        if (finding.rule == rule)
            all += (all.empty() ? "" : " ") + std::string(finding.certainty == Certainty::known ? "known" : "depends");
    return all;
}

const std::string kView = "CREATE VIEW v AS SELECT 1 AS n;\n", kGrant = "GRANT SELECT ON v TO app;\n";
const std::string kAgain = "DROP VIEW v;\nCREATE VIEW v AS SELECT 'x' AS n;\n";
const std::string kDefault = "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app;\n";

}  // namespace

TEST_CASE("rights that ALTER DEFAULT PRIVILEGES gives again are not lost") {
    const auto revoked = [](const std::vector<std::string>& history, const std::string& change,
                            const std::string& role = "") { return says("revoke-privilege", history, change, role); };
    CHECK(revoked({kView + kGrant}, kAgain) == "known");
    CHECK(revoked({kView + kGrant}, kAgain + kGrant).empty());
    CHECK(revoked({kDefault + kView}, kAgain).empty());
    CHECK(revoked({kView + kGrant + kDefault}, kAgain).empty());
    CHECK(revoked({kView + kGrant}, kDefault + kAgain).empty());
    CHECK(revoked({kView + kGrant}, "ALTER VIEW v RENAME TO w;\n" + kView) == "known");
    CHECK(revoked({kDefault + kView}, "ALTER VIEW v RENAME TO w;\n" + kView).empty());

    // Others of its kind, in another schema, of another role; fewer rights; taken back before.
    CHECK(revoked({kView + kGrant, "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO other;"}, kAgain) == "known");
    CHECK(revoked({kView + kGrant, "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO app;"}, kAgain) == "known");
    CHECK(revoked({kView + kGrant, "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO app;"}, kAgain) ==
          "known");
    CHECK(revoked({kView + "GRANT SELECT, INSERT ON v TO app;" + kDefault}, kAgain) == "known");
    CHECK(revoked({kDefault + kView, "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM app;"}, kAgain) == "known");
    CHECK(revoked({kView + kGrant + "REVOKE ALL ON v FROM app;"}, kAgain).empty());
    CHECK(revoked({kView + kGrant}, kAgain + "GRANT SELECT ON v TO other;") == "known");

    const std::string of_maker = "ALTER DEFAULT PRIVILEGES FOR ROLE maker GRANT SELECT ON TABLES TO app;\n";
    CHECK(revoked({kView + kGrant + of_maker}, kAgain) == "depends");
    CHECK(revoked({kView + kGrant + of_maker}, kAgain, "maker").empty());
    CHECK(revoked({kView + kGrant + of_maker}, kAgain, "other") == "known");
}

TEST_CASE("a view that nobody was granted anything on is created again without a word about grants") {
    const auto recreated = [](const std::vector<std::string>& history, const std::string& change) {
        return says("recreated-object", history, change);
    };
    CHECK(recreated({}, kAgain) == "depends");
    CHECK(recreated({kView}, kAgain).empty());
    CHECK(recreated({"CREATE TABLE t (a int);", kView}, kAgain).empty());
    // It may have been there before; what was not read may have granted something.
    CHECK(recreated({"CREATE OR REPLACE VIEW v AS SELECT 1 AS n;"}, kAgain) == "depends");
    CHECK(recreated({kView + "SELECT nonsense(;"}, kAgain) == "depends");
    CHECK(recreated({"SELECT nonsense(;", kView}, kAgain).empty());
    CHECK(recreated({"CREATE TABLE t (a int);"}, kAgain) == "depends");

    const std::string function = "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';\n";
    const std::string again = "DROP FUNCTION f(int);\n" + function;
    CHECK(recreated({}, again) == "depends");
    CHECK(recreated({function}, again).empty());
    CHECK(recreated({function + "REVOKE ALL ON FUNCTION f(int) FROM PUBLIC;"}, again) == "depends");
}
