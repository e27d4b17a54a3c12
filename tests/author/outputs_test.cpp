// From the author's file to what he reads: every format, every output.

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyze/lower/lower.h"
#include "annotate/annotate.h"
#include "author/author.h"
#include "core/text.h"
#include "extract/extract.h"
#include "pipeline/files.h"
#include "pipeline/review.h"
#include "tests/author/files.h"

using namespace pgfence;
using namespace pgfence::author_testing;

namespace {

constexpr std::string_view kBuild = "CREATE INDEX i ON orders (note);";

Report reviewed(const std::string& format, const std::string& path, const std::string& text) {
    pipeline::FilesRequest request;
    request.files = {{path, text}};
    request.choices.format = format;
    request.choices.pg_version = 16;
    request.choices.today = "2026-01-01";
    auto report = pipeline::prepare_files(request).map(pipeline::review);
    REQUIRE(report);
    return std::move(*report);
}

/// A file of the format with that statement; empty where nothing reads its files.
std::pair<std::string, std::string> file_with_statement(const std::string& format, std::string_view sql) {
    static const std::map<std::string, std::string> kMarks{
        {"goose", "-- +goose Up\n"},
        {"sql-migrate", "-- +migrate Up\n"},
        {"dbmate", "-- migrate:up\n"},
        {"rambler", "-- rambler up\n"},
        {"liquibase-sql", "--liquibase formatted sql\n--changeset a:1\n"}};
    const auto around = files_of_code().find(format);
    if (around == files_of_code().end()) {
        const auto mark = kMarks.find(format);
        return {"db/1_a.sql",
                (mark == kMarks.end() ? "" : mark->second) + "BEGIN;\n" + std::string(sql) + "\nCOMMIT;\n"};
    }
    const Lowered lowered = lower(std::string(sql));
    author::Step step;
    step.statements.push_back({sql.substr(0, sql.size() - 1), lowered.statements.front().actions});
    const Around& file = around->second;
    std::string code;
    const std::string said = author::code(format, step).value().text;
    for (const std::string_view line : split(said, "\n"))
        code += (code.empty() ? "" : "\n") + file.indentation + std::string(line);
    std::string text = file_with(file, code);
    // So that there is a transaction to leave.
    for (const std::string_view way_out : {" runInTransaction=\"false\"", "    runInTransaction: false\n"})
        if (const auto at = text.find(way_out); at != text.npos) text.erase(at, way_out.size());
    return {file.path, text};
}

const Recipe* first_recipe(const Report& report, std::string_view rule) {
    for (const FileReport& file : report.files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (graded.finding.rule == rule && graded.finding.recipe) return &*graded.finding.recipe;
    return nullptr;
}

std::optional<RecipeStep> concurrent_build(const Report& report) {
    const Recipe* recipe = first_recipe(report, "create-index-not-concurrent");
    return recipe ? std::optional(recipe->steps.front()) : std::nullopt;
}

}  // namespace

TEST_CASE("every format's author is told how to leave the transaction, in his own language") {
    for (const extract::FormatInfo& format : extract::all_formats()) {
        // The scripts of Sqitch are told by the plan beside them.
        if (!format.has_reader || format.id == "sqitch") continue;
        const std::string id(format.id);
        const auto [path, text] = file_with_statement(id, kBuild);
        INFO(id << "\n" << text);
        const Report report = reviewed(id, path, text);
        const auto step = concurrent_build(report);
        CHECK(step);
        if (!step) continue;
        CHECK(step->outside_transaction);
        CHECK(step->code.empty() != (author::writes_code(id) && !author::runs_only_by_hand(id)));
        CHECK(step->language.empty() == step->code.empty());
        // Sequelize's statements are in no transaction from the start.
        if (!author::opens_no_transaction(id) || id != "sequelize")
            CHECK(step->setting.starts_with(author::without_transaction(id)));
        CHECK(author::runs_only_by_hand(id) == contains(step->setting, "without `CONCURRENTLY`"));
        const std::string shown(split(step->code.empty() ? step->sql : step->code, "\n").back());
        const annotate::CheckRun run = annotate::check_run(report);
        REQUIRE_FALSE(run.annotations.empty());
        for (const std::string& output : {annotate::terminal(report), annotate::pr_comment(report, {}),
                                          annotate::job_summary(report, {}), run.annotations.front().raw_details})
            CHECK(contains(output, shown));
        CHECK(contains(annotate::pr_comment(report, {}), "```" + (step->code.empty() ? "sql" : step->language) + "\n"));
        if (!step->code.empty()) CHECK_FALSE(contains(annotate::pr_comment(report, {}), "```sql\n" + step->sql));
        const std::string json = annotate::json(report);
        CHECK(contains(json, "\"sql\":\"CREATE INDEX CONCURRENTLY") + contains(json, "\"sql\":\"create index") > 0);
        CHECK((step->code.empty() || contains(json, "\"language\":\"" + step->language + "\"")));
    }
}

TEST_CASE("every format's author is told which step needs a migration, or a deployment, of its own") {
    std::size_t whole_runs = 0;
    for (const extract::FormatInfo& format : extract::all_formats()) {
        if (!format.has_reader || format.id == "sqitch") continue;
        const std::string id(format.id);
        const auto [path, text] = file_with_statement(id, "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0);");
        INFO(id << "\n" << text);
        const Report report = reviewed(id, path, text);
        const auto* recipe = first_recipe(report, "add-check-not-valid-missing");
        CHECK(recipe);
        if (!recipe) continue;
        REQUIRE(recipe->steps.size() == 2);
        const std::string& where = recipe->steps[1].where;
        INFO(where);
        const bool whole_run = report.files.front().transaction == TransactionMode::whole_run;
        whole_runs += whole_run;
        CHECK(where.starts_with("in a " + std::string(author::unit(id)) + " of its own"));
        CHECK(contains(where, "added once the step before is deployed") == whole_run);
        const annotate::CheckRun run = annotate::check_run(report);
        REQUIRE_FALSE(run.annotations.empty());
        for (const std::string& output : {annotate::pr_comment(report, {}), annotate::job_summary(report, {}),
                                          run.annotations.front().raw_details, annotate::json(report)})
            CHECK(contains(output, " of its own"));
    }
    CHECK(whole_runs > 5);
}

TEST_CASE("who has left the transaction is not told to") {
    const auto setting = [](const std::string& format, const std::string& path, const std::string& text) {
        const auto step = concurrent_build(reviewed(format, path, text));
        REQUIRE(step);
        return step->setting;
    };
    CHECK(setting("goose", "db/1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\n" + std::string(kBuild)).empty());
    CHECK(setting("rails", "db/migrate/20240101000000_a.rb",
                  "class A < ActiveRecord::Migration[7.1]\n  disable_ddl_transaction!\n\n  def change\n"
                  "    add_index :orders, :note\n  end\nend\n")
              .empty());
}

TEST_CASE("an author's own calls are what recipes are made of") {
    const Report rails =
        reviewed("rails", "db/migrate/20240101000000_a.rb",
                 "class A < ActiveRecord::Migration[7.1]\n  disable_ddl_transaction!\n\n  def change\n"
                 "    add_index :orders, :note\n    remove_column :orders, :total, :integer\n  end\nend\n");
    CHECK(concurrent_build(rails)->code == "add_index :orders, :note, algorithm: :concurrently");
    const std::string terminal = annotate::terminal(rails);
    CHECK(contains(terminal, "\n         remove_column :orders, :total, :integer\n"));
    CHECK(contains(terminal, "self.ignored_columns"));
    const annotate::SuggestedChanges suggested = annotate::suggested_changes(rails, "t");
    REQUIRE(suggested.suggestions.size() == 1);
    CHECK(suggested.suggestions[0].lines == "    add_index :orders, :note");
    CHECK(contains(suggested.suggestions[0].body,
                   "```suggestion\n    add_index :orders, :note, algorithm: :concurrently\n```"));
}
