// Severities in general, and the rules that judge files and sizes.

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "policy/change_rules.h"
#include "policy/decide.h"
#include "policy/own_rules.h"
#include "policy/severities.h"

using namespace pgfence;
using namespace pgfence::policy;

namespace {

/// A change of one statement for each effect that is added, all in one file.
struct Change {
    Analysis analysis;
    std::vector<MigrationFile> files;
    Sizes sizes;
    Config config;
    RuleAliases aliases;
    std::map<FileId, Runner> runners;
    std::set<FileId> same_statements, still_written;

    Change() {
        files.emplace_back().path = "1.sql";
        analysis.files.emplace_back();
    }

    Effects& statement() {
        AnalyzedStatement statement;
        const auto at = static_cast<std::uint32_t>(analysis.files[0].statements.size());
        statement.span = {0, at, at + 1};
        analysis.files[0].statements.push_back(statement);
        return analysis.files[0].statements.back().effects;
    }
    void lock(const std::string& relation, LockMode mode, bool existing = true) {
        statement().locks.push_back({relation, RelationKind::table, mode, existing, LockRole::target});
    }

    Inputs inputs() const {
        Inputs inputs{analysis, files, sizes, config, aliases, "2026-06-15", "1.2.3", 17, false, "", "", {}};
        inputs.runners = runners;
        inputs.same_statements = same_statements;
        inputs.still_written = still_written;
        return inputs;
    }

    /// "index of the statement: message", one line each.
    std::string found_by(std::string_view rule) const {
        std::string all;
        for (const Finding& finding : judge_change(inputs(), {std::string(rule)})) {
            CHECK(finding.rule == rule);
            CHECK(finding.category == Category::policy);
            all += std::to_string(finding.statement) + ": " + finding.message + "\n";
        }
        return all;
    }
};

Work work(Work::Kind kind, std::string relation, LockMode under) {
    Work made;
    made.kind = kind;
    made.relation = std::move(relation);
    made.under = under;
    return made;
}

TableSize size(std::int64_t rows, std::int64_t megabytes) { return {"", rows, megabytes * 1024 * 1024}; }

std::vector<RuleInfo> rules() {
    return {{"drop-table", "", "", Category::destructive, Severity::warning},
            {"naming-convention", "", "", Category::policy, Severity::off},
            {"required-columns", "", "", Category::policy, Severity::off}};
}

}  // namespace

TEST_CASE("a rule that is off by default speaks when some setting lets it") {
    const auto all = rules();
    const auto on = [&](const Config& config) {
        std::string names;
        for (const std::string& id : Severities(config, all).switched_on())
            if (id == "naming-convention" || id == "required-columns") names += id + " ";
        return names;
    };
    Config config;
    CHECK(on(config).empty());
    config.severities.rules["naming-convention"] = Severity::notice;
    CHECK(on(config) == "naming-convention ");
    config = {};
    config.options["required-columns"] = {};
    CHECK(on(config) == "required-columns ");
    CHECK(Severities(config, all).in_general("required-columns", Category::policy) == Severity::warning);
    config.severities.rules["required-columns"] = Severity::off;
    CHECK(on(config).empty());
    config = {};
    config.rule_set = RuleSet::all;
    CHECK(on(config) == "naming-convention required-columns ");
    CHECK(Severities(config, all).in_general("naming-convention", Category::policy) == Severity::notice);
    CHECK(Severities(config, all).in_general("drop-table", Category::destructive) == Severity::warning);
    config.severities.categories[Category::policy] = Severity::off;
    CHECK(on(config).empty());
    config = {};
    config.overrides.push_back({{"db/**"}, {}, {{}, {{Category::policy, Severity::error}}}});
    CHECK(on(config) == "naming-convention required-columns ");
}

TEST_CASE("high-traffic-table: listed or large, and in the way of writers") {
    Change change;
    change.config.options["high-traffic-table"]["tables"] = std::vector<std::string>{"orders", "billing.*"};
    change.sizes.tables["public.events"] = size(20'000'000, 1);
    change.sizes.tables["public.users"] = size(9'999'999, 1);
    change.lock("public.orders", LockMode::AccessExclusive);
    change.lock("billing.invoices", LockMode::ShareRowExclusive);
    change.lock("public.events", LockMode::Share);
    change.lock("public.users", LockMode::AccessExclusive);
    change.lock("public.orders", LockMode::ShareUpdateExclusive);
    change.lock("shop.orders", LockMode::AccessExclusive, false);
    CHECK(change.found_by("high-traffic-table") ==
          "0: Takes ACCESS EXCLUSIVE on `public.orders`, which is listed as busy\n"
          "1: Takes SHARE ROW EXCLUSIVE on `billing.invoices`, which is listed as busy\n"
          "2: Takes SHARE on `public.events`, which has 20000000 rows\n");
}

TEST_CASE("lock-budget: once for a table, at the statement that goes past it") {
    Change change;
    change.config.options["lock-budget"]["max-locks"] = std::int64_t{2};
    for (int i = 0; i < 4; ++i) change.lock("public.orders", LockMode::AccessExclusive);
    change.lock("public.users", LockMode::ShareUpdateExclusive);
    CHECK(change.found_by("lock-budget") ==
          "2: This is statement number 3 of the change that blocks writes to `public.orders`; 2 are allowed\n");
    change.sizes.tables["public.orders"] = size(1000, 600);
    for (AnalyzedStatement& statement : change.analysis.files[0].statements)
        statement.effects.work.push_back(work(Work::Kind::scan, "public.orders", LockMode::Share));
    CHECK(change.found_by("lock-budget") ==
          "1: Up to here the change scans or writes 1200 MB of `public.orders` while writes are blocked; 1024 are "
          "allowed\n");
}

TEST_CASE("long-index-build: by the snapshot's size, concurrent or not") {
    Change change;
    change.sizes.tables["public.events"] = size(1, 20'000);
    change.sizes.tables["public.orders"] = size(1, 10);
    change.statement().work.push_back(work(Work::Kind::index_build, "public.events", LockMode::ShareUpdateExclusive));
    change.statement().work.push_back(work(Work::Kind::index_build, "public.orders", LockMode::Share));
    change.statement().work.push_back(work(Work::Kind::scan, "public.events", LockMode::Share));
    CHECK(change.found_by("long-index-build") ==
          "0: Builds an index on `public.events`, which has 20000 MB: plan time, memory and disk space for it\n");
}

TEST_CASE("non-linear-history: what became of a file that ran, and new ones in front of it") {
    using Kind = MigrationFile::Change;
    const auto said = [](auto describe) {
        Change change;
        change.statement();
        describe(change.files[0]);
        return change.found_by("non-linear-history");
    };
    CHECK(said([](MigrationFile& f) { f.change = Kind::added; }).empty());
    // Of a runner that nobody knows, names may not be the order.
    CHECK(said([](MigrationFile& f) { f.overtaken_by = "2.sql"; }).empty());
    CHECK(said([](MigrationFile& f) { f.change = Kind::modified; }).find("will not run the edit") != std::string::npos);
    CHECK(said([](MigrationFile& f) { f.change = Kind::deleted; }).find("This migration is deleted") !=
          std::string::npos);
    CHECK(said([](MigrationFile& f) {
              f.change = Kind::renamed;
              f.old_path = "0.sql";
          }).find("already in the base as 0.sql") != std::string::npos);
    CHECK(said([](MigrationFile& f) {
              f.change = Kind::modified;
              f.repeatable = true;
          }).empty());
    CHECK(said([](MigrationFile& f) {
              f.change = Kind::modified;
              f.role = MigrationFile::Role::history;
          }).empty());
}

TEST_CASE("non-linear-history says what this runner does, and nothing where it does no harm") {
    using Late = Runner::Late;
    using Edited = Runner::Edited;
    const auto said = [](Runner runner, auto describe) {
        Change change;
        change.statement();
        change.runners[0] = runner;
        describe(change);
        return change.found_by("non-linear-history");
    };
    const auto late = [&](Late does) {
        return said({"goose", does, Edited::ignored}, [](Change& change) { change.files[0].overtaken_by = "2.sql"; });
    };
    CHECK(late(Late::runs).empty());
    CHECK(late(Late::unordered).empty());
    CHECK(late(Late::skipped) ==
          "0: This file sorts before 2.sql, which is already in the base: databases that ran that never run this one "
          "(goose)\n");
    CHECK(late(Late::refused) ==
          "0: This file sorts before 2.sql, which is already in the base: where that ran, goose refuses to deploy\n");
    const auto edited = [&](Edited does, bool same_statements) {
        return said({"goose", Late::refused, does}, [&](Change& change) {
            change.files[0].change = MigrationFile::Change::modified;
            if (same_statements) change.same_statements.insert(change.files[0].id);
        });
    };
    CHECK(edited(Edited::ignored, false) ==
          "0: This migration is already in the base: where it ran, goose will not run the edit\n");
    CHECK(edited(Edited::ignored, true).empty());
    CHECK(edited(Edited::unknown, true).empty());
    for (const Edited nobody_knows : {Edited::unknown, Edited::not_again})
        CHECK(edited(nobody_knows, false) ==
              "0: This migration is already in the base: databases that ran it will not run the edit\n");
    CHECK(
        edited(Edited::refused, true) ==
        "0: This migration is already in the base: where it ran, goose sees another checksum and refuses to deploy\n");
    const auto moved = [&](Runner runner) {
        return said(runner, [](Change& change) { change.files[0].change = MigrationFile::Change::renamed; });
    };
    CHECK(moved({"goose", Late::refused, Edited::ignored, true}).empty());
    using Renamed = Runner::Renamed;
    CHECK(moved({"Sequelize", Late::runs, Edited::ignored, false, Renamed::runs}).find("runs it again") !=
          std::string::npos);
    for (const Runner& runner : {Runner{"Knex", Late::runs, Edited::ignored, false, Renamed::refused},
                                 Runner{"Flyway", Late::refused, Edited::refused, true, Renamed::refused}})
        CHECK(moved(runner).find(std::string(runner.title) + " refuses to deploy it under another name") !=
              std::string::npos);
    CHECK(moved({"TypeORM", Late::runs, Edited::ignored, false, Renamed::accepted}).empty());
    CHECK(moved({"goose", Late::runs, Edited::ignored, false}).find("is not known") != std::string::npos);
    // To another folder, under the name that the runner has written down.
    const auto moved_from = [&](std::string before, std::string now, Runner runner) {
        return said(runner, [&](Change& change) {
            change.files[0].change = MigrationFile::Change::renamed;
            change.files[0].old_path = before;
            change.files[0].path = now;
        });
    };
    const Runner prisma{"Prisma Migrate", Late::runs, Edited::ignored, false};
    CHECK(moved_from("prisma/migrations/1_a/migration.sql", "prisma/postgres/1_a/migration.sql", prisma).empty());
    CHECK(said(prisma, [](Change& change) {
              change.files[0].change = MigrationFile::Change::renamed;
              change.files[0].old_path = "a/1_a/migration.sql";
              change.files[0].path = "b/1_a/migration.sql";
              change.files[0].changed_lines = {{1, 1}};
          }).find("will not run the edit") != std::string::npos);
    CHECK_FALSE(
        moved_from("prisma/migrations/1_a/migration.sql", "prisma/migrations/1_b/migration.sql", prisma).empty());
    const Runner django{"Django", Late::unordered, Edited::ignored, false, Renamed::runs, 3};
    CHECK(moved_from("server/shop/migrations/0001_a.py", "api/shop/migrations/0001_a.py", django).empty());
    CHECK(moved_from("shop/migrations/0001_a.py", "src/apps/shop/migrations/0001_a.py", django).empty());
    CHECK(moved_from("api/shop/migrations/0001_a.py", "api/store/migrations/0001_a.py", django).find("runs it again") !=
          std::string::npos);
    CHECK_FALSE(moved_from("a/1_a.sql", "b/1_a.sql", {}).empty());
}

TEST_CASE("non-linear-history: what a refused deployment costs is more than what databases that differ do") {
    const auto graded = [](Runner::Edited does) {
        Change change;
        change.statement();
        change.runners[0] = {"goose", Runner::Late::refused, does};
        change.files[0].change = MigrationFile::Change::modified;
        const Report report = decide(change.inputs());
        REQUIRE(report.files[0].statements[0].findings.size() == 1);
        return report.files[0].statements[0].findings[0];
    };
    CHECK(graded(Runner::Edited::refused).risk == Risk::medium);
    CHECK(graded(Runner::Edited::refused).risk_reason == "the deployment fails until the runner's record is repaired");
    CHECK(graded(Runner::Edited::ignored).risk == Risk::low);
    CHECK(graded(Runner::Edited::ignored).risk_reason == "new databases differ from those that ran the migration");
}

TEST_CASE("non-linear-history: who still writes a migration need not hear that it is edited") {
    Change change;
    change.statement();
    change.runners[0] = {"Flyway", Runner::Late::refused, Runner::Edited::refused};
    change.files[0].change = MigrationFile::Change::modified;
    CHECK_FALSE(change.found_by("non-linear-history").empty());
    change.still_written.insert(change.files[0].id);
    CHECK(change.found_by("non-linear-history").empty());
    change.files[0].change = MigrationFile::Change::deleted;
    CHECK_FALSE(change.found_by("non-linear-history").empty());
}

TEST_CASE("missing-down-migration: only where the tool could have had one") {
    Change change;
    change.statement();
    CHECK(change.found_by("missing-down-migration").empty());
    change.analysis.files[0].no_way_back = "its down section is absent or empty";
    CHECK(change.found_by("missing-down-migration") == "0: No rollback: its down section is absent or empty\n");
}

TEST_CASE("a deleted file's finding is a note") {
    Change change;
    change.files[0].change = MigrationFile::Change::deleted;
    change.analysis.files.clear();
    const auto notes = [&] {
        return decide({change.analysis,
                       change.files,
                       change.sizes,
                       change.config,
                       change.aliases,
                       "2026-06-15",
                       "1.2.3",
                       17,
                       false,
                       "",
                       "",
                       {}})
            .notes;
    };
    REQUIRE(notes().size() == 1);
    CHECK(notes()[0].find("(non-linear-history)") != std::string::npos);
    change.config.severities.rules["non-linear-history"] = Severity::off;
    CHECK(notes().empty());
}

TEST_CASE("every rule of policy/ is known once, in order") {
    for (std::size_t i = 1; i < own_rules().size(); ++i) CHECK(own_rules()[i - 1].id < own_rules()[i].id);
}
