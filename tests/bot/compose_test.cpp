// From a report to what is published: the pieces that annotate/ words, put where GitHub shows them.
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bot/compose.h"

using namespace pgfence;

namespace {

constexpr const char* kSql =
    "BEGIN;\n"
    "  CREATE INDEX orders_note\n"
    "    ON orders (note);\n"
    "ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p; -- and why\n"
    "ALTER TABLE orders ALTER COLUMN total TYPE numeric";

RecipeStep replacing(std::string sql, std::string note = "") {
    return {.sql = std::move(sql),
            .outside_transaction = false,
            .wait_for = "",
            .note = std::move(note),
            .place = StepPlace::replaces};
}

/// One finding for each statement, with the recipe given.
Report report_of(const std::string& path, const std::string& text, const Recipe& recipe,
                 TransactionKind transaction = TransactionKind::explicit_) {
    Report report;
    report.verdict.outcome = Outcome::fail;
    FileReport file;
    file.path = path;
    file.text = text;
    for (const char* sql : {"CREATE INDEX orders_note\n    ON orders (note)",
                            "ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p",
                            "ALTER TABLE orders ALTER COLUMN total TYPE numeric"}) {
        const auto begin = text.find(sql);
        if (begin == std::string::npos) continue;
        StatementReport statement;
        statement.statement.sql = sql;
        statement.statement.span = {0, static_cast<std::uint32_t>(begin),
                                    static_cast<std::uint32_t>(begin + std::string_view(sql).size())};
        statement.statement.transaction.kind = transaction;
        Graded graded;
        graded.finding.rule = "some-rule";
        graded.finding.message = "@team this locks public.orders";
        graded.finding.span = statement.statement.span;
        graded.finding.recipe = recipe;
        graded.severity = Severity::error;
        graded.fingerprint = "000000000000000" + std::to_string(file.statements.size());
        statement.findings.push_back(graded);
        file.statements.push_back(statement);
        ++report.verdict.counts.error;
    }
    report.files.push_back(file);
    report.coverage.files = 1;
    return report;
}

PublishedReview review_of(const Report& report, const std::string& name = "pgfence") {
    ComposeContext context;
    context.check_name = name;
    return compose(report, context).publication.review;
}

}  // namespace

TEST_CASE("a suggestion takes exactly the place of its statement's lines") {
    const auto review = review_of(report_of("db/1.sql", kSql, {{replacing("SELECT 1;\nSELECT 2;")}, "mind this"}));
    REQUIRE(review.comments.size() == 2);  // the foreign key shares its line with a comment
    const auto& index = review.comments[0];
    CHECK(index.path == "db/1.sql");
    CHECK(index.start_line == 2);
    CHECK(index.end_line == 3);
    CHECK(index.lines == "  CREATE INDEX orders_note\n    ON orders (note);");
    CHECK(index.body.starts_with("<!-- pgfence-finding:pgfence:0000000000000000 -->\n**[some-rule]("));
    CHECK(index.body.find("\n```suggestion\n  SELECT 1;\nSELECT 2;\n```\n") != std::string::npos);
    CHECK(index.body.find(" `@team` this locks") != std::string::npos);
    const auto& last = review.comments[1];  // no semicolon, no line break at the end
    CHECK(last.start_line == 5);
    CHECK(last.end_line == 5);
    CHECK(last.lines == "ALTER TABLE orders ALTER COLUMN total TYPE numeric");
    CHECK(review.standing.size() == 3);
    for (const auto& marker : review.standing) CHECK(marker.starts_with(review.marker_prefix));
}

TEST_CASE("what could not be applied with a click is not suggested") {
    const RecipeStep step = replacing("SELECT 1;");
    const auto suggested = [&](const std::string& path, const std::string& text, const Recipe& recipe,
                               TransactionKind transaction = TransactionKind::explicit_) {
        return review_of(report_of(path, text, recipe, transaction)).comments.size();
    };
    CHECK(suggested("db/1.sql", kSql, {{step}, ""}) == 2);
    CHECK(suggested("db/1.py", kSql, {{step}, ""}) == 0);
    CHECK(suggested("db/1.sql", kSql, {{}, "do something"}) == 0);
    CHECK(suggested("db/1.sql", kSql, {{replacing("", "by hand")}, ""}) == 0);
    // A deploy has to come between; nobody can click that.
    CHECK(suggested("db/1.sql", kSql, {{step, {"SELECT 2;", false, "a deploy", ""}}, ""}) == 0);
    // CONCURRENTLY fails in a transaction.
    Recipe concurrent{{replacing("CREATE INDEX CONCURRENTLY i ON t (a);")}, ""};
    concurrent.steps[0].outside_transaction = true;
    CHECK(suggested("db/1.sql", kSql, concurrent) == 0);
    CHECK(suggested("db/1.sql", kSql, concurrent, TransactionKind::none) == 2);
    auto guessed = report_of("db/1.sql", kSql, concurrent, TransactionKind::none);
    guessed.files[0].transaction_assumed = true;
    CHECK(review_of(guessed).comments.empty());
    const Recipe same{{replacing("CREATE INDEX orders_note\n    ON orders (note);"), step}, ""};
    CHECK(suggested("db/1.sql", kSql, same) == 1);  // the other statement
    CHECK(suggested("db/1.sql", kSql, {{replacing("SELECT '\xE2\x80\xAE';")}, ""}) == 0);
    std::string windows;
    for (const char c : std::string(kSql)) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    CHECK(suggested("db/1.sql", windows, {{step}, ""}) == 1);  // the last line has no break
    CHECK(suggested("db/1.sql", "SELECT 1; " + std::string(kSql).substr(49), {{step}, ""}) == 1);
}

TEST_CASE("a click never takes away what the author wrote") {
    // Without a word about its place, a step stands elsewhere.
    CHECK(review_of(report_of("db/1.sql", kSql, {{{"SELECT 1;", false, "", ""}}, ""})).comments.empty());

    RecipeStep set{"SET LOCAL lock_timeout = '5s';", false, "", ""};
    set.place = StepPlace::precedes;
    const auto review = review_of(report_of("db/1.sql", kSql, {{set}, ""}));
    REQUIRE(review.comments.size() == 2);
    CHECK(review.comments[0].body.find("\n```suggestion\n  SET LOCAL lock_timeout = '5s';\n  CREATE INDEX orders_note\n"
                                       "    ON orders (note);\n```\n") != std::string::npos);
    // A second statement would put a lone one into a transaction.
    const std::string lone = "ALTER TABLE orders ALTER COLUMN total TYPE numeric;\n";
    CHECK(review_of(report_of("db/1.sql", lone, {{set}, ""})).comments.size() == 1);
    CHECK(review_of(report_of("db/1.sql", lone, {{set}, ""}, TransactionKind::none)).comments.empty());

    // A comment between the lines, and a text that is not the file's own.
    auto commented = report_of("db/1.sql", lone, {{replacing("SELECT 1;")}, ""});
    commented.files[0].text = "ALTER TABLE orders ALTER COLUMN /* x */  TYPE numeric;\n";
    commented.files[0].statements[0].statement.sql = "ALTER TABLE orders ALTER COLUMN /* x */  TYPE numeric";
    commented.files[0].statements[0].statement.span.end = 53;
    CHECK(review_of(commented).comments.empty());
    auto substituted = report_of("db/1.sql", lone, {{replacing("SELECT 1;")}, ""});
    substituted.files[0].text = "ALTER TABLE ${t}   ALTER COLUMN total TYPE numeric;\n";
    CHECK(review_of(substituted).comments.empty());
}

TEST_CASE("the steps after a suggestion are told below it, and a fence ends nothing early") {
    const auto review = review_of(report_of(
        "db/1.sql", kSql,
        {{replacing("DO $$ ```\n$$;"), {"ALTER TABLE t VALIDATE CONSTRAINT k;", false, "", "reads go on"}}, ""}));
    REQUIRE(!review.comments.empty());
    const auto& body = review.comments[0].body;
    CHECK(body.find("\n````suggestion\n  DO $$ ```\n$$;\n````\n") != std::string::npos);
    CHECK(body.find("Then:\n\n1. reads go on\n\n```sql\nALTER TABLE t VALIDATE "
                    "CONSTRAINT k;\n```\n") != std::string::npos);
}

TEST_CASE("two checks of a repository keep apart what they published") {
    const auto report = report_of("db/1.sql", kSql, {{replacing("SELECT 1;")}, ""});
    const auto one = review_of(report), other = review_of(report, "billing / api");
    CHECK(one.marker_prefix != other.marker_prefix);
    CHECK_FALSE(one.comments[0].body.starts_with(other.marker_prefix));
    ComposeContext context;
    context.check_name = "billing / api";
    const auto composed = compose(report, context);
    CHECK(nlohmann::json::parse(composed.sarif)["runs"][0]["automationDetails"]["id"] == "billing_20_2f_20api/");
    CHECK(composed.publication.comment("").starts_with(composed.publication.comment_marker));
}

TEST_CASE("every output that action.yml names is written, and no other") {
    std::ifstream file(PGFENCE_SOURCE_DIR "/action.yml");
    std::ostringstream text;
    text << file.rdbuf();
    auto yaml = text.str();
    yaml = yaml.substr(yaml.find("\noutputs:"), yaml.find("\nruns:") - yaml.find("\noutputs:"));
    const auto report = report_of("db/\"1\"\n.sql", kSql, {});
    const auto composed = compose(report, {});
    const std::map<std::string, std::string> outputs(composed.publication.outputs.begin(),
                                                     composed.publication.outputs.end());
    for (const auto& [name, value] : outputs) CHECK(yaml.find("\n  " + name + ":\n") != std::string::npos);
    std::size_t named = 0;
    for (auto at = yaml.find("description:"); at != yaml.npos; at = yaml.find("description:", at + 1)) ++named;
    // Ids and addresses are known once GitHub has answered.
    CHECK(named == outputs.size() + 5);
    CHECK(outputs.at("conclusion") == "failure");
    CHECK(outputs.at("errors") == "3");
    CHECK(outputs.at("files") == R"(["db/\"1\"\n.sql"])");
}
