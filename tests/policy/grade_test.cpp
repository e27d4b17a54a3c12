#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <sstream>
#include <string>

#include "policy/grade.h"

using namespace pgfence;
using namespace pgfence::policy;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
    const auto from = text.find(begin);
    REQUIRE(from != std::string::npos);
    const auto to = text.find(end, from);
    REQUIRE(to != std::string::npos);
    return text.substr(from + begin.size(), to - from - begin.size());
}

std::string risk_page() {
    std::ifstream file(std::string(PGFENCE_SOURCE_DIR) + "/docs/risk.md");
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

Finding about(Category category, std::optional<LockMode> lock, bool grows) {
    Finding finding;
    finding.rule = "some-rule";
    finding.category = category;
    finding.relations = {"public.t"};
    finding.lock = lock;
    finding.grows_with_rows = grows;
    return finding;
}

Effects locking(LockMode mode, bool existing = true) {
    Effects effects;
    effects.locks.push_back({"public.t", RelationKind::table, mode, existing, LockRole::target});
    return effects;
}

Sizes sized(std::int64_t rows, std::int64_t bytes, const std::string& relation = "public.t") {
    Sizes sizes;
    sizes.tables[relation] = {relation, rows, bytes};
    return sizes;
}

constexpr std::int64_t kMB = 1024 * 1024, kGB = 1024 * kMB;
constexpr std::optional<LockMode> kNoLock;

}  // namespace

TEST_CASE("what is known of the harm goes before what the category says") {
    Finding dropped = about(Category::destructive, kNoLock, false);
    CHECK(grade(dropped, {}, {}).risk == Risk::high);
    dropped.harm = Harm::lost_guarantee;
    CHECK(grade(dropped, {}, {}).risk == Risk::medium);
    dropped.harm = Harm::forbidden_rows;
    CHECK(grade(dropped, {}, {}).risk == Risk::medium);
    dropped.harm = Harm::reused_values;
    CHECK(grade(dropped, {}, {}).risk == Risk::high);
    Finding renamed = about(Category::compatibility, kNoLock, false);
    CHECK(grade(renamed, {}, {}).risk == Risk::medium);
    renamed.harm = Harm::used_name;
    CHECK(grade(renamed, {}, {}).risk == Risk::high);
    dropped.fails = renamed.fails = true;
    CHECK(grade(dropped, {}, {}).risk == Risk::high);
    CHECK(grade(renamed, {}, {}).risk == Risk::high);
}

TEST_CASE("while the application is stopped nobody waits, and what is lost or fails is as bad as ever") {
    using enum LockMode;
    const auto stopped = [](const Finding& finding) { return grade(finding, {}, {}, {}, Application::stopped); };
    Finding scan = about(Category::scan, AccessExclusive, true), code = about(Category::compatibility, kNoLock, false);
    CHECK(stopped(scan).risk == Risk::low);
    CHECK(stopped(scan).reason.ends_with("the config says that the application is stopped then"));
    CHECK(stopped(about(Category::rewrite, AccessExclusive, true)).risk == Risk::low);
    CHECK(stopped(code).risk == Risk::low);
    code.harm = Harm::used_name;
    CHECK(stopped(code).risk == Risk::low);
    code.harm = Harm::lost_access;
    CHECK(stopped(code).risk == Risk::high);

    Finding lost = about(Category::destructive, AccessExclusive, true);
    for (const Harm harm : {Harm::of_its_category, Harm::used_name, Harm::lost_object, Harm::reused_values}) {
        lost.harm = harm;
        CHECK(stopped(lost).risk == Risk::high);
    }
    CHECK(stopped(about(Category::correctness, kNoLock, false)).risk == Risk::medium);
    scan.fails = code.fails = true;
    CHECK(stopped(scan).risk == Risk::high);
    CHECK(stopped(code).risk == Risk::high);
}

TEST_CASE("docs/risk.md shows the tables that the code reads") {
    const std::string page = risk_page();
    std::string risks = "\n| the finding's statement | risk | moved by size |\n|---|---|---|\n";
    for (const RiskRow& row : risk_table())
        risks += "| " + std::string(row.when) + " | " + std::string(name_of(row.risk)) + " | " +
                 (row.moved_by_size ? "yes" : "no") + " |\n";
    CHECK(between(page, "<!-- risk table -->", "<!-- end -->") == risks);

    std::string sizes = "\n| the table | risk moves |\n|---|---|\n";
    for (const SizeRow& row : size_table())
        sizes += "| " + std::string(row.when) + " | " + std::string(row.effect) + " |\n";
    CHECK(between(page, "<!-- size table -->", "<!-- end -->") == sizes);
}

TEST_CASE("risk without sizes") {
    using enum LockMode;
    struct Case {
        const char* like;
        Category category;
        std::optional<LockMode> lock;
        bool grows;
        Risk risk;
    };
    const Case cases[] = {
        {"SET NOT NULL", Category::scan, AccessExclusive, true, Risk::high},
        {"ALTER TYPE", Category::rewrite, AccessExclusive, true, Risk::high},
        {"CREATE INDEX", Category::lock, Share, true, Risk::high},
        {"ADD FOREIGN KEY", Category::scan, ShareRowExclusive, true, Risk::high},
        {"DROP TABLE", Category::destructive, AccessExclusive, false, Risk::high},
        {"TRUNCATE", Category::destructive, AccessExclusive, true, Risk::high},
        {"DROP DATABASE", Category::destructive, kNoLock, false, Risk::high},
        {"VALIDATE CONSTRAINT", Category::scan, ShareUpdateExclusive, true, Risk::low},
        {"ADD COLUMN", Category::lock, AccessExclusive, false, Risk::low},
        {"CREATE TRIGGER", Category::lock, ShareRowExclusive, false, Risk::low},
        {"SET STATISTICS", Category::lock, ShareUpdateExclusive, false, Risk::low},
        {"CREATE TABLE AS", Category::scan, AccessShare, true, Risk::low},
        {"RENAME", Category::compatibility, AccessExclusive, false, Risk::medium},
        {"a type", Category::type_choice, kNoLock, false, Risk::low},
        {"no lock_timeout", Category::robustness, AccessExclusive, true, Risk::low},
        {"policy", Category::policy, AccessExclusive, true, Risk::low},
        {"NOT VALID, never validated", Category::correctness, kNoLock, false, Risk::medium},
    };
    for (const Case& c : cases) {
        INFO(c.like);
        const auto effects = c.lock ? locking(*c.lock) : Effects{};
        const auto first = grade(about(c.category, c.lock, c.grows), effects, {});
        CHECK(first.risk == c.risk);
        CHECK_FALSE(first.reason.empty());
        const auto again = grade(about(c.category, c.lock, c.grows), effects, {});
        CHECK((again.risk == first.risk && again.reason == first.reason));
    }
}

TEST_CASE("a statement that fails is high, an update of every row medium") {
    Effects failing;
    failing.failures.push_back({Failure::Kind::in_transaction_block, "cannot run inside a transaction block", true});
    Finding failure = about(Category::correctness, kNoLock, false);
    failure.fails = true;
    CHECK(grade(failure, failing, {}).risk == Risk::high);
    // What else the statement would do is not made worse by the error that keeps it from happening.
    CHECK(grade(about(Category::correctness, kNoLock, false), failing, {}).risk == Risk::medium);

    Effects update = locking(LockMode::RowExclusive);
    update.work.push_back(
        {.kind = Work::Kind::change_rows, .cause = Cause::every_row, .relation = "public.t", .of = ""});
    const auto finding = about(Category::scan, LockMode::RowExclusive, true);
    CHECK(grade(finding, update, {}).risk == Risk::medium);
    CHECK(grade(finding, update, sized(100, kMB)).risk == Risk::low);
    CHECK(grade(finding, update, sized(60'000'000, kGB)).risk == Risk::critical);
}

TEST_CASE("the lock is the finding's own, else the strongest on its relations") {
    Effects effects = locking(LockMode::ShareUpdateExclusive);
    effects.locks.push_back({"public.other", RelationKind::table, LockMode::AccessExclusive, true, LockRole::target});
    CHECK(grade(about(Category::lock, kNoLock, true), effects, {}).risk == Risk::low);
    CHECK(grade(about(Category::lock, LockMode::AccessExclusive, true), effects, {}).risk == Risk::high);
    auto finding = about(Category::lock, kNoLock, true);
    finding.relations.push_back("public.other");
    CHECK(grade(finding, effects, {}).risk == Risk::high);
    effects.locks.back().existing = false;
    CHECK(grade(finding, effects, {}).risk == Risk::low);
}

TEST_CASE("at equal risk the reason is the category's") {
    CHECK(grade(about(Category::destructive, LockMode::AccessExclusive, true), {}, {}).reason ==
          "destroys data or objects for good");
    CHECK_THAT(grade(about(Category::compatibility, LockMode::AccessExclusive, true), {}, {}).reason,
               ContainsSubstring("blocks reads"));
}

TEST_CASE("what the change itself creates is safe to lock and to drop, and may still be wrong") {
    const auto effects = locking(LockMode::AccessExclusive, false);
    CHECK(grade(about(Category::rewrite, LockMode::AccessExclusive, true), effects, {}).risk == Risk::safe);
    CHECK(grade(about(Category::destructive, LockMode::AccessExclusive, false), effects, {}).risk == Risk::safe);
    CHECK(grade(about(Category::correctness, kNoLock, false), effects, {}).risk == Risk::medium);
    auto both = about(Category::lock, LockMode::AccessExclusive, true);
    both.relations.push_back("public.old");
    CHECK(grade(both, effects, {}).risk == Risk::high);
}

TEST_CASE("size moves findings that grow with rows") {
    struct Case {
        std::int64_t rows, bytes;
        SizeClass size;
        Risk risk;
    };
    const Case cases[] = {
        {9'999, 16 * kMB - 1, SizeClass::small, Risk::medium},
        {10'000, 0, SizeClass::ordinary, Risk::high},
        {0, 16 * kMB, SizeClass::ordinary, Risk::high},
        {1'000'000, kGB, SizeClass::ordinary, Risk::high},
        {1'000'001, 0, SizeClass::large, Risk::critical},
        {5, kGB + 1, SizeClass::large, Risk::critical},
        {10'000'001, 0, SizeClass::huge, Risk::critical},
        {5, 10 * kGB + 1, SizeClass::huge, Risk::critical},
        {-1, 8'192, SizeClass::small, Risk::medium},
        {-1, 2 * kGB, SizeClass::large, Risk::critical},
        {5, -1, SizeClass::ordinary, Risk::high},
        {-1, -1, SizeClass::unknown, Risk::high},
    };
    for (const Case& c : cases) {
        INFO(c.rows << " rows, " << c.bytes << " bytes");
        CHECK(size_class({"public.t", c.rows, c.bytes}) == c.size);
        CHECK(grade(about(Category::rewrite, LockMode::AccessExclusive, true), locking(LockMode::AccessExclusive),
                    sized(c.rows, c.bytes))
                  .risk == c.risk);
    }
}

TEST_CASE("the team's limits and lists move as sizes do") {
    const auto finding = about(Category::rewrite, LockMode::AccessExclusive, true);
    const auto effects = locking(LockMode::AccessExclusive);
    SizeChoices choices;
    choices.limits.small_rows = 100;
    choices.limits.huge_rows = 20'000'000;
    CHECK(size_class({"public.t", 100, 0}, choices.limits) == SizeClass::ordinary);
    CHECK(size_class({"public.t", 99, 0}, choices.limits) == SizeClass::small);
    CHECK(size_class({"public.t", 20'000'000, 0}, choices.limits) == SizeClass::large);

    choices.small = {"t"};
    CHECK(grade(finding, effects, {}, choices).risk == Risk::medium);
    CHECK_THAT(grade(finding, effects, {}, choices).reason, ContainsSubstring("; public.t is listed as small"));
    CHECK(grade(finding, effects, sized(5'000'000, 0), choices).risk == Risk::medium);
    choices.busy = {"public.*"};  // beats the other list
    CHECK(grade(finding, effects, {}, choices).risk == Risk::critical);
    CHECK_THAT(grade(finding, effects, sized(5, 8192), choices).reason,
               ContainsSubstring("; public.t has 5 rows, 8 kB and is listed as busy"));
    CHECK(grade(about(Category::rewrite, LockMode::AccessExclusive, false), effects, {}, choices).risk == Risk::low);
}

TEST_CASE("size moves nothing else") {
    for (const auto& sizes : {sized(5, 8192), sized(5'000'000, kGB), sized(900'000'000, 900 * kGB)})
        for (const bool grows : {false, true})
            for (const auto category :
                 {Category::rewrite, Category::scan, Category::lock, Category::correctness, Category::destructive,
                  Category::compatibility, Category::type_choice, Category::robustness, Category::policy})
                for (const auto lock : {LockMode::AccessShare, LockMode::ShareUpdateExclusive,
                                        LockMode::ShareRowExclusive, LockMode::AccessExclusive}) {
                    const auto finding = about(category, lock, grows);
                    const auto before = grade(finding, locking(lock), {}).risk,
                               after = grade(finding, locking(lock), sizes).risk;
                    INFO(name_of(category) << " under " << sql_name(lock) << " grows: " << grows);
                    if (!grows || !blocks(lock, Traffic::writes)) CHECK(after == before);
                    if (category == Category::destructive) CHECK(after >= Risk::high);
                }
}

TEST_CASE("the size that counts is that of the table worked through") {
    auto finding = about(Category::scan, LockMode::ShareRowExclusive, true);
    finding.relations = {"public.t", "public.users"};
    Effects effects = locking(LockMode::ShareRowExclusive);
    effects.work.push_back({.kind = Work::Kind::scan, .cause = Cause::foreign_key, .relation = "public.t", .of = ""});
    auto sizes = sized(100, 8192);
    sizes.tables["public.users"] = {"public.users", 90'000'000, 90 * kGB};
    const auto graded = grade(finding, effects, sizes);
    CHECK(graded.risk == Risk::medium);
    CHECK_THAT(graded.reason, ContainsSubstring("public.t has 100 rows, 8 kB"));
    effects.work.clear();
    CHECK(grade(finding, effects, sizes).risk == Risk::critical);
    // One table of unknown size keeps the small one from lowering the risk.
    sizes.tables.erase("public.users");
    CHECK(grade(finding, effects, sizes).risk == Risk::high);
}

TEST_CASE("an index is worked through with its table, of which the size is known") {
    const Work rewrite{.kind = Work::Kind::rewrite, .relation = "public.t", .of = ""};
    const Work rebuild{
        .kind = Work::Kind::index_rebuild, .relation = "public.t_pkey", .of = "public.t_pkey", .table = "public.t"};
    const Work unknown{.kind = Work::Kind::index_rebuild, .relation = "public.t_pkey", .of = "public.t_pkey"};
    struct Case {
        std::string title;
        std::vector<std::string> relations;
        std::vector<Work> work;
        Risk small, huge;
    };
    const std::vector<std::string> table{"public.t"}, index{"public.t_pkey"}, both{"public.t", "public.t_pkey"};
    for (const Case& c : {Case{"a rewrite, its index named", both, {rewrite, rebuild}, Risk::medium, Risk::critical},
                          Case{"a rewrite, its table named", table, {rewrite, rebuild}, Risk::medium, Risk::critical},
                          Case{"REINDEX INDEX", index, {rebuild}, Risk::medium, Risk::critical},
                          Case{"REINDEX TABLE", table, {rebuild}, Risk::medium, Risk::critical},
                          Case{"an index of nobody knows which", index, {unknown}, Risk::high, Risk::high}}) {
        INFO(c.title);
        auto finding = about(Category::rewrite, LockMode::AccessExclusive, true);
        finding.relations = c.relations;
        Effects effects = locking(LockMode::AccessExclusive);
        for (const Work& work : c.work) effects.work.push_back(work);
        CHECK(grade(finding, effects, sized(100, 8192)).risk == c.small);
        CHECK(grade(finding, effects, sized(90'000'000, 90 * kGB)).risk == c.huge);
    }
}

TEST_CASE("the worst case is kept and named") {
    auto finding = about(Category::rewrite, LockMode::AccessExclusive, true);
    finding.certainty = Certainty::depends;
    finding.depends_on = {"the old type of public.t.note"};
    const auto graded = grade(finding, locking(LockMode::AccessExclusive), {});
    CHECK(graded.risk == Risk::high);
    CHECK_THAT(graded.reason, ContainsSubstring("assumed at its worst: depends on the old type of public.t.note"));
}
