#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <iterator>

#include "policy/durations.h"

using namespace pgfence;
using namespace pgfence::policy;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;

namespace {

constexpr std::int64_t kMB = 1024 * 1024, kGB = 1024 * kMB;
constexpr Throughput kRates{
    .scan = {100, 400}, .foreign_key = {50, 200}, .rewrite = {10, 40}, .index_build = {20, 80}, .change_rows = {5, 25}};

/// public.orders has 8,000 MB, 3,000 of them indexes; public.users 400 MB.
Sizes shop() {
    Sizes sizes;
    sizes.tables["public.orders"] = {"public.orders", 1, 8000 * kMB, 3000 * kMB, 85.5, 1200};
    sizes.tables["public.users"] = {"public.users", 1, 400 * kMB};
    return sizes;
}

Work work(Work::Kind kind, Cause cause, const std::string& relation) {
    Work one;
    one.kind = kind;
    one.cause = cause;
    one.relation = relation;
    return one;
}
Work rebuild(const std::string& index, const std::string& table) {
    Work one = work(Work::Kind::index_rebuild, Cause::type_change, index);
    one.table = table;
    return one;
}

AnalyzedStatement doing(std::vector<Work> works, const std::string& kind = "ALTER TABLE") {
    AnalyzedStatement statement;
    statement.kind = kind;
    statement.effects.work = std::move(works);
    return statement;
}

SecondsRange seconds(std::vector<Work> works, const std::string& kind = "ALTER TABLE") {
    const auto time = estimate(doing(std::move(works), kind), shop(), kRates);
    return time ? time->seconds : SecondsRange{-1, -1};
}

std::string number(double value) { return std::to_string(static_cast<int>(value)); }

const std::string kOrders = "public.orders", kUsers = "public.users";
const Work kScan = work(Work::Kind::scan, Cause::check, kOrders);
const Work kForeignKey = work(Work::Kind::scan, Cause::foreign_key, kOrders);
const Work kRewrite = work(Work::Kind::rewrite, Cause::type_change, kOrders);
const Work kIndex = work(Work::Kind::index_build, Cause::index, kOrders);

StatementReport with_lock(const std::string& relation, LockMode mode, std::vector<Work> works,
                          std::uint32_t transaction) {
    StatementReport report;
    report.statement = doing(std::move(works));
    report.statement.transaction = {transaction == 0 ? TransactionKind::none : TransactionKind::runner, transaction};
    report.statement.effects.locks = {{relation, RelationKind::table, mode, true, LockRole::target}};
    report.time = estimate(report.statement, shop(), kRates);
    return report;
}

std::vector<Wait> waits_of(std::vector<StatementReport> statements) {
    std::vector<FileReport> files(1);
    for (std::size_t i = 0; i < statements.size(); ++i)
        statements[i].statement.span = {0, static_cast<std::uint32_t>(i), 0};
    files[0].statements = std::move(statements);
    return waits(files, shop());
}

}  // namespace

TEST_CASE("a scan reads the table without its indexes") {
    const auto time = estimate(doing({kScan}), shop(), kRates);
    REQUIRE(time);
    CHECK(time->seconds.least == Approx(12.5));
    CHECK(time->seconds.most == Approx(50));
    CHECK(time->terms == std::vector<std::string>{"public.orders is scanned: 4.8 GB at 100 to 400 MB/s"});
}

TEST_CASE("what is checked in one pass is reckoned once, a foreign key and an index each for themselves") {
    CHECK(seconds({kScan, work(Work::Kind::scan, Cause::not_null, kOrders)}).most == Approx(50));
    CHECK(seconds({kScan, kForeignKey}).most == Approx(150));
    CHECK(seconds({kForeignKey, kForeignKey}).most == Approx(200));
    CHECK(seconds({kIndex, kIndex}).most == Approx(500));
}

TEST_CASE("a table that is written anew is reckoned with its indexes, and checked along") {
    CHECK(seconds({kRewrite}).most == Approx(800));
    CHECK(seconds({kRewrite, kScan, rebuild("public.orders_pkey", kOrders)}).most == Approx(800));
    CHECK(seconds({kScan, kRewrite}).most == Approx(800));
    // Without a rewrite every index is a pass.
    CHECK(seconds({rebuild("public.orders_pkey", kOrders)}).most == Approx(250));
}

TEST_CASE("what may not happen adds nothing to the least") {
    Work perhaps = kScan;
    perhaps.certain = false;
    CHECK(seconds({perhaps}).least == 0);
    CHECK(seconds({perhaps}).most == Approx(50));
    CHECK(seconds({perhaps, kScan}).least == Approx(12.5));
}

TEST_CASE("rows that a query chooses are all of them at most, and those of an INSERT have no size") {
    CHECK(seconds({work(Work::Kind::change_rows, Cause::every_row, kOrders)}, "UPDATE").least == Approx(320));
    CHECK(seconds({work(Work::Kind::change_rows, Cause::query, kOrders)}, "UPDATE").least == 0);
    CHECK(seconds({work(Work::Kind::change_rows, Cause::query, kOrders)}, "UPDATE").most == Approx(1600));
    CHECK(seconds({work(Work::Kind::change_rows, Cause::query, kOrders)}, "INSERT").most == -1);
}

TEST_CASE("what is new takes no time, and what nobody measured is said") {
    Work fresh = kScan;
    fresh.existing = false;
    CHECK(!estimate(doing({fresh}), shop(), kRates));
    CHECK(!estimate(doing({work(Work::Kind::scan, Cause::check, "public.notes")}), shop(), kRates));
    CHECK(!estimate(doing({kScan}), Sizes{}, kRates));
    const auto time = estimate(doing({kScan, work(Work::Kind::scan, Cause::check, "public.notes")}), shop(), kRates);
    REQUIRE(time);
    CHECK(time->unknown == std::vector<std::string>{"the size of public.notes"});
}

TEST_CASE("what a statement of one kind took tells how fast that kind is") {
    const auto scan = measured(doing({kScan}), shop(), 5);
    REQUIRE(scan);
    CHECK(scan->kind == &Throughput::scan);
    CHECK(scan->megabytes_per_second == Approx(1000));
    CHECK(measured(doing({kRewrite}), shop(), 10)->megabytes_per_second == Approx(800));
    CHECK(!measured(doing({kScan, kForeignKey}), shop(), 10));  // two kinds
    CHECK(!measured(doing({kScan, work(Work::Kind::scan, Cause::check, "public.notes")}), shop(), 10));
    CHECK(!measured(doing({work(Work::Kind::change_rows, Cause::query, kOrders)}, "UPDATE"), shop(), 10));
    CHECK(!measured(doing({}), shop(), 10));
    Sizes small;
    small.tables["public.orders"] = {"public.orders", 1, 8 * kMB};
    CHECK(!measured(doing({kScan}), small, 10));
}

TEST_CASE("whoever is locked out waits until the transaction ends") {
    const auto waits = waits_of({with_lock(kUsers, LockMode::AccessExclusive, {}, 1),
                                 with_lock(kOrders, LockMode::ShareRowExclusive, {kScan}, 1),
                                 with_lock(kOrders, LockMode::AccessExclusive, {kRewrite}, 1)});
    REQUIRE(waits.size() == 3);
    CHECK(waits[0].relation == kUsers);  // locked for a moment, held through the rest
    CHECK(waits[0].estimate.seconds.most == Approx(850));
    CHECK((waits[0].who.reads && waits[0].who.writes));
    CHECK(waits[1].relation == kOrders);
    CHECK(waits[1].estimate.seconds.most == Approx(850));
    CHECK((!waits[1].who.reads && waits[1].who.writes));
    CHECK(waits[1].span.begin == 1);
    CHECK(waits[1].bytes == 8000 * kMB);
    CHECK(waits[1].writes_per_second == 85.5);
    CHECK(waits[1].reads_per_second == -1);
    CHECK(waits[2].estimate.seconds.most == Approx(800));
    CHECK((waits[2].who.reads && !waits[2].who.writes));
}

TEST_CASE("a statement that commits by itself keeps nobody waiting for the next one") {
    const auto waits = waits_of({with_lock(kUsers, LockMode::AccessExclusive, {}, 0),
                                 with_lock(kOrders, LockMode::ShareUpdateExclusive, {kIndex}, 0),
                                 with_lock(kOrders, LockMode::Share, {kIndex}, 0)});
    REQUIRE(waits.size() == 1);
    CHECK(waits[0].span.begin == 2);
    CHECK((!waits[0].who.reads && waits[0].who.writes));
}

TEST_CASE("docs/stats.md and docs/config.md say how fast a server is taken to be") {
    const auto page = [](const std::string& name) {
        std::ifstream file(std::string(PGFENCE_SOURCE_DIR) + "/docs/" + name);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    const std::string stats = page("stats.md"), config = page("config.md");
    for (const KindOfWork& kind : kKindsOfWork) {
        const Rate rate = Throughput{}.*kind.rate;
        const auto row = stats.find("| `" + std::string(kind.name) + "`:");
        REQUIRE(row != std::string::npos);
        CHECK_THAT(stats.substr(row, stats.find('\n', row) - row),
                   EndsWith("| " + number(rate.slow) + " to " + number(rate.fast) + " |"));
        CHECK_THAT(config, ContainsSubstring("\n" + std::string(kind.name) + " = [" + number(rate.slow) + ", " +
                                             number(rate.fast) + "]"));
    }
}

TEST_CASE("sizes in words are cut, not rounded") {
    CHECK(bytes_in_words(0) == "0 kB");
    CHECK(bytes_in_words(16 * kMB - 1) == "15 MB");
    CHECK(bytes_in_words(kGB) == "1 GB");
    CHECK(bytes_in_words(5'033'164'800) == "4.6 GB");
    CHECK(bytes_in_words(3000 * kGB) == "2.9 TB");
    CHECK(with_commas(38'000'000) == "38,000,000");
    CHECK(with_commas(999) == "999");
}
