// However many threads there are, the analysis is the same.

#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "analyze/analyze.h"
#include "analyze/input/thread_pool.h"

using namespace pgfence;

namespace {

/// Enough for every thread to be worth it, with all that one statement leaves to those behind it: catalog, locks,
/// settings, transactions, branches of a DO block, functions that are called, text that does not parse.
analyze::Request many_files() {
    analyze::Request request;
    for (int i = 0; i < 400; ++i) {
        Script script;
        script.file = static_cast<FileId>(i);
        script.transaction = i % 3 == 0 ? TransactionMode::per_file : TransactionMode::per_statement;
        script.sql = fmt::format(
            "SET lock_timeout = '{0}s';\n"
            "CREATE TABLE t{0} (id int PRIMARY KEY, a varchar(10), parent int REFERENCES t{1});\n"
            "ALTER TABLE t{1} ADD COLUMN b{0} int NOT NULL DEFAULT random(), ALTER a TYPE text;\n"
            "ALTER TABLE old ADD CONSTRAINT c{0} CHECK (a > {0}) NOT VALID;\n"
            "CREATE FUNCTION f{0}() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE IF EXISTS t{2}; END $$;\n"
            "SELECT f{0}();\nthis is no statement;\n"
            "DO $$ BEGIN IF now() > '2020-01-01' THEN ALTER TABLE old DROP COLUMN d{0}; END IF; END $$;\n"
            "CREATE INDEX ON old (e{0});\n",
            i, i / 2, i - 7);
        request.changed.push_back(std::move(script));
    }
    return request;
}

std::string in_words(const Analysis& analysis) {
    std::string all;
    for (const AnalyzedFile& file : analysis.files) {
        for (const AnalyzedStatement& statement : file.statements) {
            all += fmt::format("{} {} {}:", statement.kind, statement.span.begin, statement.transaction.number);
            for (const Lock& lock : statement.effects.locks)
                all += fmt::format(" {} {}", lock.relation, static_cast<int>(lock.mode));
            for (const Work& work : statement.effects.work) all += " works on " + work.relation;
            all += '\n';
        }
        for (const Unread& unread : file.unread) all += unread.what + unread.why + "\n";
    }
    for (const Finding& finding : analysis.findings)
        all += fmt::format("{} {} {} {}\n", finding.span.file, finding.span.begin, finding.rule, finding.message);
    for (const RemovedName& removed : analysis.removed) all += removed.what + "\n";
    return all;
}

}  // namespace

TEST_CASE("an analysis is the same on any number of threads") {
    analyze::Request request = many_files();
    request.threads = 1;
    const std::string alone = in_words(analyze::analyze(request));
    CHECK(alone.find("create-index-not-concurrent") != std::string::npos);
    for (const unsigned threads : {2u, 5u}) {
        request.threads = threads;
        CHECK((in_words(analyze::analyze(request)) == alone));
    }
    request.each = std::move(request.changed);
    request.changed = {};
    request.each.resize(120);
    const std::string several = in_words(analyze::analyze(request));
    request.threads = 1;
    CHECK((in_words(analyze::analyze(request)) == several));
}

TEST_CASE("what follows is done in turn, and all of it") {
    for (const unsigned others : {0u, 1u, 3u}) {
        std::vector<int> done;
        analyze::ThreadPool pool(others);
        for (int i = 0; i < 1000; ++i) pool.add([&done, i] { done.push_back(i); });
        pool.finish();
        pool.add([&done] { done.push_back(1000); });
        REQUIRE(done.size() == 1001);
        for (int i = 0; i <= 1000; ++i) CHECK(done[static_cast<std::size_t>(i)] == i);
    }
}

TEST_CASE("what is lowered ahead is what was asked for, list after list") {
    for (const unsigned others : {0u, 1u, 3u}) {
        analyze::ThreadPool pool(others);
        std::size_t behind = 0;
        for (const std::size_t count : {300u, 0u, 150u}) {
            std::vector<std::string> texts;
            for (std::size_t i = 0; i < count; ++i) texts.push_back(fmt::format("{:>{}}", "SELECT 1", i + 8));
            pool.lower_ahead({texts.begin(), texts.end()});
            for (std::size_t i = 0; i < count; ++i) {
                const auto lowered = pool.take(i);
                REQUIRE(lowered->statements.size() == 1);
                CHECK(lowered->statements.front().begin == i);
                pool.add([&behind, lowered] { behind += lowered->statements.size(); });
            }
        }
        pool.finish();
        CHECK(behind == 450);
    }
}
