// Rules that are off by default, what they are set to, and what a later statement may still put right.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

analyze::Request request_of(const std::vector<std::string>& files, std::string_view rule = "") {
    analyze::Request request;
    for (const std::string& sql : files) {
        Script script;
        script.file = static_cast<FileId>(request.changed.size());
        script.sql = sql;
        request.changed.push_back(std::move(script));
    }
    if (!rule.empty()) request.switched_on.emplace(rule);
    return request;
}

/// Messages of one rule, one line each.
std::string said(const analyze::Request& request, std::string_view rule) {
    std::string all;
    for (const Finding& finding : analyze::analyze(request).findings)
        if (finding.rule == rule) all += finding.message + "\n";
    return all;
}

}  // namespace

TEST_CASE("a rule that is off is not asked, and says so") {
    const std::string sql = "CREATE TABLE \"Orders\" (id bigint PRIMARY KEY);";
    const Analysis off = analyze::analyze(request_of({sql}));
    CHECK(off.not_asked.contains("naming-convention"));
    CHECK_FALSE(off.not_asked.contains("drop-table"));
    CHECK(said(request_of({sql}), "naming-convention").empty());
    const Analysis on = analyze::analyze(request_of({sql}, "naming-convention"));
    CHECK_FALSE(on.not_asked.contains("naming-convention"));
    CHECK(said(request_of({sql}, "naming-convention"), "naming-convention") ==
          "Name of table `\"Orders\"` does not follow \"snake_case\"\n");
}

TEST_CASE("options are the team's, else the rule's own") {
    const std::string sql = "CREATE INDEX CONCURRENTLY i ON orders (a, b, c, d);";
    auto request = request_of({sql}, "index-too-many-columns");
    CHECK(said(request, "index-too-many-columns") == "This index of `orders` has 4 columns; 3 are allowed\n");
    request.options["index-too-many-columns"]["max-columns"] = std::int64_t{4};
    CHECK(said(request, "index-too-many-columns").empty());
}

TEST_CASE("giving a table to the role that owns it leaves its index alone") {
    const auto index_is_locked = [](const std::string& role, const std::string& before, const std::string& to) {
        analyze::Request request = request_of({"ALTER TABLE t OWNER TO " + to});
        request.schema = {before + "CREATE TABLE t (id bigint PRIMARY KEY);"};
        request.role = role;
        const Analysis analysis = analyze::analyze(request);
        return analysis.files.at(0).statements.at(0).effects.lock_on("public.t_pkey") != nullptr;
    };
    CHECK(index_is_locked("", "", "deploy"));  // nobody said whose it is
    CHECK_FALSE(index_is_locked("deploy", "", "deploy"));
    CHECK(index_is_locked("deploy", "", "app"));
    CHECK_FALSE(index_is_locked("", "SET ROLE app;", "app"));
    CHECK_FALSE(index_is_locked("deploy", "SET SESSION AUTHORIZATION app;", "app"));
    CHECK_FALSE(index_is_locked("deploy", "SET ROLE app; RESET ROLE;", "deploy"));
    CHECK_FALSE(index_is_locked("deploy", "SET ROLE app; SET ROLE NONE;", "deploy"));
    CHECK_FALSE(index_is_locked("deploy", "BEGIN; SET LOCAL ROLE app; COMMIT;", "deploy"));
    CHECK(index_is_locked("deploy", "BEGIN; SET ROLE app; COMMIT; RESET ALL;", "deploy"));
}

TEST_CASE("the settings of the role that runs the migrations count") {
    const auto locked = [](const std::string& path, const std::string& sql, const std::string& role = "") {
        analyze::Request request = request_of({sql});
        request.schema = {
            "CREATE SCHEMA shop; CREATE TABLE shop.orders (at timestamp); CREATE TABLE public.orders ();"};
        request.role = role;
        if (!path.empty()) request.settings["search_path"] = path;
        std::string names;
        const Analysis analysis = analyze::analyze(request);
        for (const Lock& lock : analysis.files.at(0).statements.back().effects.locks) names += lock.relation + " ";
        return names;
    };
    const std::string drop = "DROP TABLE orders;";
    CHECK(locked("", drop) == "public.orders ");
    CHECK(locked("shop, public", drop) == "shop.orders ");
    CHECK(locked("Shop", drop) == "shop.orders ");
    CHECK(locked("\"Shop\", public", drop) == "public.orders ");
    CHECK(locked("\"$user\", public", drop) == "public.orders ");
    CHECK(locked("\"$user\", public", drop, "shop") == "shop.orders ");
    CHECK(locked("shop", "SET search_path = public; RESET search_path; DROP TABLE orders;") == "shop.orders ");
    CHECK(locked("shop", "BEGIN; SET LOCAL search_path = public; COMMIT; DROP TABLE orders;") == "shop.orders ");

    analyze::Request zone = request_of({"ALTER TABLE orders ALTER at TYPE timestamptz;"});
    zone.schema = {"CREATE TABLE orders (at timestamp);"};
    const auto rewrites = [](const analyze::Request& request) {
        const Analysis analysis = analyze::analyze(request);
        for (const Work& work : analysis.files.at(0).statements.at(0).effects.work)
            if (work.kind == Work::Kind::rewrite) return true;
        return false;
    };
    CHECK(rewrites(zone));
    zone.settings["timezone"] = "UTC";
    CHECK_FALSE(rewrites(zone));
}

TEST_CASE("what another file of the change puts right is no finding") {
    const std::string table = "CREATE TABLE orders (id bigint NOT NULL);";
    const std::string key = "ALTER TABLE orders ADD PRIMARY KEY (id);";
    CHECK_FALSE(said(request_of({table}), "create-table-no-primary-key").empty());
    CHECK(said(request_of({table, key}), "create-table-no-primary-key").empty());
    CHECK(said(request_of({table, "DROP TABLE orders;"}), "create-table-no-primary-key").empty());
}

TEST_CASE("types are judged on new tables and old ones, once for each statement") {
    CHECK(said(request_of({"CREATE TABLE t (id bigint PRIMARY KEY, a varchar(1), b varchar(2), c varchar(3), d "
                           "varchar(4), e varchar(5), f varchar(6), g varchar(7));"},
                          "prefer-text-over-varchar"),
               "prefer-text-over-varchar") ==
          "Columns `a`, `b`, `c`, `d`, `e` and 2 more of `t` have a length that is hard to change later. Use text, "
          "with a "
          "CHECK if there is a limit\n");
    auto request = request_of({"ALTER TABLE t ALTER COLUMN a TYPE varchar(20);"}, "prefer-text-over-varchar");
    request.schema = {"CREATE TABLE t (a varchar(10));"};
    CHECK(said(request, "prefer-text-over-varchar").empty());
    CHECK(said(request_of({"CREATE TEMPORARY TABLE t (a varchar(10));"}, "prefer-text-over-varchar"),
               "prefer-text-over-varchar")
              .empty());
}

TEST_CASE("clauses that the server does in one pass over the table are one finding") {
    const auto told = [](const std::string& clauses, const std::string& rule) {
        auto request = request_of({"ALTER TABLE t " + clauses + ";"}, rule);
        request.schema = {"CREATE TABLE t (a int, b int, c int, d int, e int);"};
        return said(request, rule);
    };
    const std::string nulls =
        "Scans `t` to look for nulls in column `a`, and fails if there is one. Blocks reads and writes (ACCESS "
        "EXCLUSIVE)";
    CHECK(told("ALTER a SET NOT NULL", "alter-column-set-not-null") == nulls + "\n");
    CHECK(told("ALTER a SET NOT NULL, ADD f int, ALTER b SET NOT NULL", "alter-column-set-not-null") ==
          nulls + ". The same for `b`\n");
    CHECK(told("ALTER a SET NOT NULL, ALTER b SET NOT NULL, ALTER c SET NOT NULL, ALTER d SET NOT NULL, ALTER e SET "
               "NOT NULL",
               "alter-column-set-not-null") == nulls + ". The same for 4 more clauses\n");
    const std::string index =
        "Builds the index of the new UNIQUE constraint on `t`. Blocks reads and writes (ACCESS EXCLUSIVE)\n";
    CHECK(told("ADD UNIQUE (a), ADD UNIQUE (b)", "add-unique-without-index") == index + index);
}

TEST_CASE("a file of which nobody said how it is sent is not told to be rerunnable") {
    auto request = request_of({"CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY);"});
    CHECK_FALSE(said(request, "not-rerunnable").empty());
    request.changed.front().transaction_assumed = true;
    CHECK(said(request, "not-rerunnable").empty());
    request.changed.front().transaction_assumed = false;
    request.changed.front().transaction = TransactionMode::per_file;
    CHECK(said(request, "not-rerunnable").empty());
}

TEST_CASE("what cannot be read is a finding too where the team wants it") {
    CHECK(said(request_of({"ALTER EXTENSION postgis UPDATE TO '3.4';"}, "extension-change"), "extension-change") ==
          "Not analyzed: the script that updates the extension\n");
    CHECK(said(request_of({"DROP OWNED BY bob;"}, "superuser-operation"), "superuser-operation") ==
          "Changes an object of the whole server, which is not part of the schema\n");
}

TEST_CASE("a timeout is asked of the migration, never of the role, which others connect as too") {
    auto request = request_of({"CREATE INDEX i ON orders (a);"}, "missing-statement-timeout");
    request.changed.front().tool.one_transaction_by_version = true;
    const Analysis analysis = analyze::analyze(request);
    const auto found = std::find_if(analysis.findings.begin(), analysis.findings.end(),
                                    [](const Finding& f) { return f.rule == "missing-statement-timeout"; });
    REQUIRE(found != analysis.findings.end());
    CHECK(found->recipe->steps.front().sql == "SET statement_timeout = '5min';");
    CHECK(found->recipe->steps.front().place == StepPlace::precedes);
}

TEST_CASE("what a tool does with its users' SQL decides what is advised, whatever the tool is called") {
    const std::string_view timestamps = "prefer-timestamptz", timeouts = "timeout-cancels-concurrent-build";
    auto request = request_of({"CREATE TABLE t (id bigint PRIMARY KEY, made_at timestamp);"}, timestamps);
    CHECK_FALSE(said(request, timestamps).empty());
    request.changed.front().tool.times_are_utc = true;
    CHECK(said(request, timestamps).empty());

    request = request_of({"SET lock_timeout = '2s';\nCREATE INDEX CONCURRENTLY i ON orders (a);"}, timeouts);
    const auto has_recipe = [&] {
        for (const Finding& finding : analyze::analyze(request).findings)
            if (finding.rule == timeouts) return finding.recipe.has_value();
        return false;
    };
    CHECK_FALSE(said(request, timeouts).empty());
    CHECK(has_recipe());
    request.changed.front().tool.set_shares_transaction = true;
    CHECK_FALSE(said(request, timeouts).empty());
    CHECK_FALSE(has_recipe());
}

TEST_CASE("the backstop still speaks where only wishes were reported") {
    const Analysis analysis = analyze::analyze(request_of({"LOCK TABLE orders;"}, "require-schema-name"));
    CHECK(std::any_of(analysis.findings.begin(), analysis.findings.end(),
                      [](const Finding& f) { return f.rule == "lock-table" || f.rule == "unexplained-hazard"; }));
}
