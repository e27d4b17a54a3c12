// Steps of fixes on the author's runner: what has to be committed first, and what refuses a transaction, for every rule
// and every format.

#include "pipeline/recipes.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/kit/rule.h"
#include "analyze/lower/lower.h"
#include "author/author.h"
#include "core/text.h"
#include "extract/extract.h"
#include "pipeline/files.h"
#include "pipeline/review.h"
#include "pipeline/rule_examples.h"

using namespace pgfence;

namespace {

/// What rules propose for their bad examples, before anybody says it to an author.
const std::vector<Recipe>& recipes_of_rules() {
    static const std::vector<Recipe> all = [] {
        std::vector<Recipe> found;
        for (const NamedRule& named : all_rules())
            for (const Report& report : pipeline::review_bad_examples(named))
                for (const FileReport& file : report.files)
                    for (const StatementReport& statement : file.statements)
                        for (const Graded& graded : statement.findings)
                            if (graded.finding.recipe) found.push_back(*graded.finding.recipe);
        for (Recipe& recipe : found)
            for (RecipeStep& step : recipe.steps) step.where = step.setting = step.code = step.language = "";
        return found;
    }();
    return all;
}

constexpr std::string_view kReason = "the tool runs all pending files in one transaction";

/// All of them, as findings of one statement among two of a file.
std::vector<Recipe> said(const std::vector<Recipe>& recipes, std::string_view format, TransactionMode mode) {
    AnalyzedFile file;
    file.format = format;
    file.transaction = mode;
    file.transaction_reason = kReason;
    file.statements.resize(2);
    for (AnalyzedStatement& statement : file.statements) {
        statement.sql = "SHOW work_mem";  // nothing that has to move along
        statement.transaction = {
            mode == TransactionMode::per_statement ? TransactionKind::explicit_ : TransactionKind::runner, 1};
    }
    Analysis analysis;
    analysis.files.push_back(std::move(file));
    for (const Recipe& recipe : recipes) {
        Finding finding;
        finding.recipe = recipe;
        analysis.findings.push_back(std::move(finding));
    }
    pipeline::say_as_author(analysis, {MigrationFile{}}, {});
    std::vector<Recipe> all;
    for (const Finding& finding : analysis.findings) all.push_back(*finding.recipe);
    return all;
}

bool is_migrated(const RecipeStep& step) { return !step.sql.empty() && !step.by_hand; }

/// By its SQL alone: it counts on what an earlier transaction did, or must not run under that one's locks.
bool counts_on_commit(const RecipeStep& step) {
    constexpr std::array<std::string_view, 6> kWords{"VALIDATE CONSTRAINT", "USING INDEX", "SET NOT NULL", "UPDATE ",
                                                     "DROP COLUMN",         "CONCURRENTLY"};
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return contains(step.sql, word); });
}

std::string words_of(const RecipeStep& step) { return step.where + " " + step.setting; }

void check_step(const RecipeStep& before, const RecipeStep& step, TransactionMode mode) {
    const bool shares = step.after_commit == false && !counts_on_commit(step);
    if (!is_migrated(before)) {
        CHECK(contains(step.where, "of its own, added once the step before is done"));
        return;
    }
    CHECK((contains(words_of(step), " of its own") || (shares && step.where.starts_with("in the same "))));
    if (mode != TransactionMode::whole_run || before.outside_transaction || shares) return;
    // Of its own in the same run it would be in the same transaction.
    CHECK((contains(step.where, "added once the step before is deployed (" + std::string(kReason)) ||
           !step.wait_for.empty()));
}

bool refuses_transaction(const RecipeStep& step) {
    const Lowered lowered = lower(step.sql);
    for (const LoweredStatement& one : lowered.statements)
        for (const Action& action : one.actions) {
            const auto* create = std::get_if<CreateIndex>(&action);
            const auto* drop = std::get_if<Drop>(&action);
            const auto* reindex = std::get_if<Reindex>(&action);
            const auto* vacuum = std::get_if<Vacuum>(&action);
            if ((create && create->concurrently) || (drop && drop->concurrently) ||
                (reindex && reindex->concurrently) || (vacuum && vacuum->is_vacuum))
                return true;
        }
    return false;
}

Report reviewed(const std::string& format, const std::string& text) {
    pipeline::FilesRequest request;
    request.files = {{"db/1_a.sql", text}};
    request.choices.format = format;
    request.choices.pg_version = 16;
    request.choices.today = "2026-01-01";
    auto report = pipeline::prepare_files(request).map(pipeline::review);
    REQUIRE(report);
    return std::move(*report);
}

Recipe recipe_of(const Report& report, std::string_view rule) {
    for (const FileReport& file : report.files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (graded.finding.rule == rule && graded.finding.recipe) return *graded.finding.recipe;
    FAIL("no recipe of " << rule);
    return {};
}

}  // namespace

TEST_CASE("fixes: what must be committed first is not left in the same transaction, by any rule, in any format") {
    using enum TransactionMode;
    REQUIRE(recipes_of_rules().size() > 100);
    for (const extract::FormatInfo& format : extract::all_formats())
        for (const TransactionMode mode : {per_file, implicit, per_statement, whole_run}) {
            // What the other modes say of it is no different in code.
            if (author::writes_code(format.id) && (mode == implicit || mode == per_statement)) continue;
            for (const Recipe& recipe : said(recipes_of_rules(), format.id, mode))
                for (std::size_t i = 1; i < recipe.steps.size(); ++i) {
                    const RecipeStep& step = recipe.steps[i];
                    if (!is_migrated(step)) continue;
                    INFO(format.id << ", " << name_of(mode) << "\n" << step.sql << "\n" << step.where);
                    check_step(recipe.steps[i - 1], step, mode);
                }
        }
}

TEST_CASE("fixes: what refuses a transaction says how the runner leaves its own out, or that it has to run by hand") {
    for (const extract::FormatInfo& format : extract::all_formats())
        for (const Recipe& recipe : said(recipes_of_rules(), format.id, TransactionMode::per_file))
            for (const RecipeStep& step : recipe.steps) {
                INFO(format.id << "\n" << step.sql << "\n" << step.setting);
                if (refuses_transaction(step)) CHECK(step.outside_transaction);
                if (!step.outside_transaction || step.by_hand) continue;
                CHECK_FALSE(step.setting.empty());
                if (!author::runs_only_by_hand(format.id)) continue;
                CHECK(contains(step.setting, "by hand (psql)"));
                // CONCURRENTLY fails in a transaction whether there is anything left to do or not.
                CHECK((contains(step.setting, "without `CONCURRENTLY`") ||
                       contains(step.setting, "leave it out of the migration")));
            }
}

TEST_CASE("fixes: a statement that should leave its transaction is told by how much") {
    const std::string both =
        "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;\n--> statement-breakpoint\n"
        "ALTER TABLE orders VALIDATE CONSTRAINT c;\n";
    const auto where = [&](const std::string& format) {
        return recipe_of(reviewed(format, both), "validate-in-same-transaction").steps.front().where;
    };
    CHECK(where("sqlx") == "in a migration of its own, behind this one");
    CHECK(where("liquibase-file") == "in a change set of its own, behind this one");
    CHECK(where("drizzle") ==
          "in a migration of its own, added once this one is deployed (Drizzle runs all pending files in one "
          "transaction)");
}

TEST_CASE("fixes: the steps of a constraint, of NOT NULL and of a key") {
    const auto wheres = [](const std::string& format, const std::string& sql, std::string_view rule) {
        std::vector<std::string> all;
        for (const RecipeStep& step : recipe_of(reviewed(format, sql), rule).steps) all.push_back(step.where);
        return all;
    };
    const std::string check = "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0);",
                      not_null = "ALTER TABLE orders ALTER COLUMN note SET NOT NULL;",
                      key = "ALTER TABLE orders ADD CONSTRAINT k UNIQUE (note);", own = "in a migration of its own",
                      deployed = own +
                                 ", added once the step before is deployed (Drizzle runs all pending files in one "
                                 "transaction)";
    using Wheres = std::vector<std::string>;
    CHECK(wheres("sqlx", check, "add-check-not-valid-missing") == Wheres{"", own});
    CHECK(wheres("drizzle", check, "add-check-not-valid-missing") == Wheres{"", deployed});
    CHECK(wheres("sqlx", not_null, "alter-column-set-not-null") == Wheres{"", own, own, "in the same migration"});
    CHECK(wheres("drizzle", not_null, "alter-column-set-not-null") ==
          Wheres{"", deployed, deployed, "in the same migration"});
    // The index is there by hand before its migration runs: nothing of that is in the transaction.
    CHECK(wheres("drizzle", key, "add-unique-without-index") == Wheres{"", own});
    const std::string beside = "ALTER TABLE orders ADD COLUMN remark text;\n" + key;
    // So do those about what runs by hand.
    CHECK(wheres("drizzle", beside, "add-unique-without-index").front().empty());
    CHECK(wheres("atlas", beside, "add-unique-without-index").front() == own);
    // The directive's own words say it.
    CHECK(wheres("sqlx", beside, "add-unique-without-index").front().empty());
}

TEST_CASE("fixes: a fill by hand runs between two deployments") {
    const Recipe recipe =
        recipe_of(reviewed("drizzle", "ALTER TABLE orders ADD COLUMN code uuid NOT NULL DEFAULT gen_random_uuid();"),
                  "add-column-volatile-default");
    REQUIRE(recipe.steps.size() > 3);
    CHECK(recipe.steps[1].by_hand);
    CHECK(recipe.steps[1].where == "once the step before is deployed");
    CHECK(recipe.steps[2].where == "in a migration of its own, added once the step before is done");
}

TEST_CASE("fixes: a drop and an add of one type may be a rename") {
    const auto note = [](const std::string& change) {
        pipeline::FilesRequest request;
        request.files = {{"db/1_a.sql", "CREATE TABLE orders (id bigint, note text);", MigrationFile::Role::history},
                         {"db/2_b.sql", change}};
        request.choices.format = "plain-sql";
        request.choices.today = "2026-01-01";
        auto report = pipeline::prepare_files(request).map(pipeline::review);
        REQUIRE(report);
        return recipe_of(*report, "drop-column").note;
    };
    const std::string rename = "`ALTER TABLE orders RENAME COLUMN note TO ";
    CHECK(contains(note("ALTER TABLE orders DROP COLUMN note, ADD COLUMN remark text;"), rename + "remark;`"));
    CHECK(contains(note("ALTER TABLE orders ADD COLUMN remark text;\nALTER TABLE orders DROP COLUMN note;"),
                   rename + "remark;`"));
    CHECK(contains(note("ALTER TABLE orders DROP COLUMN note;\nALTER TABLE orders ADD COLUMN remark text;"),
                   rename + "...;`"));
    for (const char* other : {"ALTER TABLE orders DROP COLUMN note;",
                              "ALTER TABLE orders DROP COLUMN note;\nALTER TABLE orders ADD COLUMN remark integer;",
                              "ALTER TABLE orders DROP COLUMN note, ADD COLUMN a text, ADD COLUMN b text;",
                              "ALTER TABLE orders ADD COLUMN remark text;\nUPDATE orders SET remark = note;\n"
                              "ALTER TABLE orders DROP COLUMN note;",
                              "ALTER TABLE orders DROP COLUMN note;\nCREATE TABLE others (remark text);"})
        CHECK_FALSE(contains(note(other), "RENAME COLUMN"));
}

TEST_CASE("fixes: no step is empty, and each says where it goes, by any rule, in any format") {
    for (const extract::FormatInfo& format : extract::all_formats())
        for (const Recipe& recipe : said(recipes_of_rules(), format.id, TransactionMode::per_file))
            for (const RecipeStep& step : recipe.steps) {
                INFO(format.id << "\n" << step.sql << "\n" << step.note);
                CHECK((!step.sql.empty() || !step.note.empty()));
                CHECK(step.note != "the statement itself");
                if (!step.wait_for.empty() && !step.sql.empty() && !step.by_hand) CHECK_FALSE(step.where.empty());
            }
}

TEST_CASE("fixes: a statement that a loop sends several times is told of once") {
    pipeline::FilesRequest request;
    request.files = {
        {"versions/1_a.py",
         "from alembic import op\nrevision = '1'\ndown_revision = None\n\n\ndef upgrade():\n"
         "    for word in ['a', 'b', 'c']:\n        op.execute(\"DELETE FROM orders WHERE note IS NULL\")\n"
         "    op.execute(\"DELETE FROM orders WHERE note IS NULL\")\n\n\ndef downgrade():\n    pass\n"}};
    request.choices.format = "alembic";
    request.choices.today = "2026-01-01";
    auto report = pipeline::prepare_files(request).map(pipeline::review);
    REQUIRE(report);
    std::vector<std::string> messages;
    for (const StatementReport& statement : report->files.front().statements)
        for (const Graded& graded : statement.findings)
            if (graded.finding.rule == "unbatched-backfill") messages.push_back(graded.finding.message);
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].ends_with(". The same for 2 more statements here"));
    CHECK_FALSE(contains(messages[1], "The same"));
}
