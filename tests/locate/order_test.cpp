// In which order migrations run; pure, so tables of cases.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <string>
#include <vector>

#include "locate/layout.h"
#include "locate/order.h"

using namespace pgfence;
using namespace pgfence::locate;
using Paths = std::vector<std::string_view>;

TEST_CASE("migrations come in the order in which their runner takes them") {
    for (const Paths& in_order : {
             Paths{"m/migrations/1_a.sql", "m/migrations/2_b.sql", "m/migrations/10_c.sql", "m/migrations/100_d.sql"},
             Paths{"migrations/0001_b.sql", "migrations/0002_a.sql", "migrations/10000_c.sql"},
             Paths{"migrations/20230101_z.up.sql", "migrations/20240101_a.up.sql"},
             Paths{"db/V1__a.sql", "db/V1.2__b.sql", "db/V1.10__c.sql", "db/V2__a.sql", "db/V10__a.sql", "db/R__a.sql",
                   "db/R__b.sql"},
             Paths{"db/beforeMigrate.sql", "db/V1__a.sql", "db/R__a.sql", "db/afterMigrate__a.sql"},
             // Flyway compares descriptions as text, an underscore as a space, and nothing comes before something.
             Paths{"db/beforeMigrate.sql", "db/beforeMigrate__10.sql", "db/beforeMigrate__2.sql",
                   "db/beforeEachMigrate__1.sql", "db/V1__a.sql", "db/afterVersioned.sql", "db/beforeRepeatables.sql",
                   "db/R__10_a.sql", "db/R__2_a.sql", "db/R__a_b.sql", "db/R__aB.sql", "db/afterEachMigrate.sql",
                   "db/afterMigrateApplied__z.sql", "db/afterMigrate__000_a.sql", "db/afterMigrate__009_a.sql",
                   "db/afterMigrate__01_a.sql"},
             Paths{"db/V1_2__b.sql", "db/V1_10__c.sql", "db/V2__a.sql"},
             Paths{"db/migration/old/V1__a.sql", "db/migration/V2__b.sql", "db/migration/a/V3__c.sql",
                   "db/migration/R__x.sql"},
             Paths{"db/migrates/old/V1__a.sql", "db/migrates/V2__b.sql", "db/migrates/a/V3__c.sql"},
             Paths{"migrations/1.sql", "migrations/1.1.sql", "migrations/1.2.sql", "migrations/1.10.sql"},
             Paths{"a/migrations/2.sql", "b/migrations/1.sql"},
             Paths{"prisma/migrations/0_init/migration.sql", "prisma/migrations/20240101_x/migration.sql",
                   "prisma/migrations/20240102_x/migration.sql"},
             Paths{"migrations/v9/1.sql", "migrations/v10/1.sql"},
             Paths{"migrations/00000000000000_init/up.sql", "migrations/20140925132248_b/up.sql",
                   "migrations/2018-01-18-172821_a/up.sql", "migrations/2018-01-18-180000-0001_a/up.sql",
                   "migrations/2018-01-19-000000_a/up.sql", "migrations/20190101000000_a/up.sql"},
             Paths{"migrations/1_a.sql", "migrations/init.sql"},
             Paths{"migrations/99999999999999999999998_a.sql", "migrations/99999999999999999999999_a.sql"},
         }) {
        Paths shuffled = in_order;
        std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(7));
        CHECK(locate::in_order(shuffled, {}) == in_order);
        for (std::size_t i = 0; i < in_order.size(); ++i)
            for (std::size_t j = 0; j < in_order.size(); ++j) {
                INFO(in_order[i] << " and " << in_order[j]);
                CHECK(runs_before(in_order[i], in_order[j]) == (i < j));
            }
    }
}

TEST_CASE("the order is one for names of every kind") {
    // Every triple of odd names: a comparison that is not transitive makes std::sort read out of bounds.
    const Paths names{"m/1.sql",
                      "m/01.sql",
                      "m/1_a.sql",
                      "m/1a.sql",
                      "m/a1.sql",
                      "m/V1__a.sql",
                      "m/v1.sql",
                      "m/beforeMigrate.sql",
                      "m/afterMigrate__a.sql",
                      "m/R__a.sql",
                      "m/1.2.sql",
                      "m/1.2__a.sql",
                      "m/.sql",
                      "m/_.sql",
                      "m/V1_1__a.sql",
                      "m/1/a.sql",
                      "m.sql",
                      "m/2018-01-18-172821_a/up.sql",
                      "m/20180118172821_a/up.sql",
                      "m/2018-01-18-172821-0000/up.sql",
                      "m/3/up.sql",
                      "m/10.sql",
                      "m/\xC3\xA9.sql",
                      "M/1.sql",
                      "m//1.sql",
                      "m/migrations/V1__a.sql"};
    for (const auto a : names)
        for (const auto b : names) {
            INFO(a << " and " << b);
            CHECK((runs_before(a, b) || runs_before(b, a)) == (a != b));
            CHECK_FALSE((runs_before(a, b) && runs_before(b, a)));
            for (const auto c : names)
                if (runs_before(a, b) && runs_before(b, c)) CHECK(runs_before(a, c));
        }
}

TEST_CASE("globs choose, and the way back stays out") {
    const Paths paths{"a/x.sql", "a/b/y.sql", "sql/1.sql", "sql/1.down.sql", "sql/old/2.sql", "mysql/migrations/3.sql"};
    const auto chosen = [&](const Selection& selection) {
        return locate::in_order(by_globs(paths, selection), selection);
    };
    CHECK(chosen({{"sql/**"}, {}, {}}) == Paths{"sql/1.sql", "sql/old/2.sql"});
    CHECK(chosen({{"sql/**", "a/*.sql"}, {"**/old/**"}, {}}) == Paths{"a/x.sql", "sql/1.sql"});
    CHECK(chosen({{"mysql"}, {}, {}}) == Paths{"mysql/migrations/3.sql"});
    CHECK(in_order({"db/migrations/1.sql", "db/migrations/2.sql"}, {{}, {"**/2.sql"}, {}}) ==
          Paths{"db/migrations/1.sql"});
}

TEST_CASE("what is no application code is known by its path") {
    CHECK(is_of_migrations("db/migrations/1/down.sql"));
    CHECK(is_of_migrations("db/migrates/1_orders.rb"));
    CHECK_FALSE(is_of_migrations("db/queries/orders.sql"));
    CHECK_FALSE(is_of_migrations("src/schema.rs"));
    for (const char* path :
         {"third-party/a.go", "web/.venv/a.py", "lib/site-packages/a.py", "ios/Pods/a.m", "build/a.js"})
        CHECK(is_of_others(path));
    CHECK_FALSE(is_of_others("src/builder/a.js"));
}

TEST_CASE("numbered migrations of one folder are a sequence") {
    CHECK(sequence_of("db/migrations/0001_a.sql") == "db/migrations");
    CHECK(sequence_of("migrations/2024-01-01-000000_a/up.sql") == "migrations");
    CHECK(sequence_of("prisma/migrations/20240101120000_init/migration.sql") == "prisma/migrations");
    CHECK(sequence_of("sql/V1_2__a.sql") == "sql");
    CHECK_FALSE(sequence_of("sql/R__views.sql"));
    CHECK_FALSE(sequence_of("migrations/views.sql"));
    CHECK(is_repeatable("sql/R__views.sql"));
    CHECK(is_repeatable("sql/afterMigrate.sql"));
    CHECK_FALSE(is_repeatable("sql/afterMigrateError.sql"));
    CHECK_FALSE(is_repeatable("sql/V1__views.sql"));
}

TEST_CASE("what a change leaves alone of Flyway's callbacks runs around its files") {
    const auto deployed = [](const Paths& change, const Paths& left_alone) {
        std::string all;
        for (const DeployedFile& file : with_callbacks(change, left_alone))
            all += (all.empty() ? "" : " ") + std::string(file.left_alone ? "+" : "") +
                   std::string(file.path.substr(file.path.rfind('/') + 1));
        return all;
    };
    CHECK(deployed({"m/V2__b.sql"}, {"m/beforeMigrate.sql", "m/afterMigrate__0.sql", "m/afterMigrate__1.sql"}) ==
          "+beforeMigrate.sql V2__b.sql +afterMigrate__0.sql +afterMigrate__1.sql");
    CHECK(deployed({"m/afterMigrate__1.sql"},
                   {"m/beforeMigrate.sql", "m/afterMigrate__0.sql", "m/afterMigrate__2.sql"}) ==
          "+beforeMigrate.sql +afterMigrate__0.sql afterMigrate__1.sql +afterMigrate__2.sql");
    CHECK(deployed({"m/V2__b.sql", "m/R__c.sql", "m/afterMigrate.sql"},
                   {"m/afterVersioned.sql", "m/afterMigrate__0.sql"}) ==
          "V2__b.sql +afterVersioned.sql R__c.sql afterMigrate.sql +afterMigrate__0.sql");
    // Around each migration, and only where there is one, or another one of the event is edited.
    CHECK(deployed({"m/V2__b.sql", "m/V3__c.sql", "m/afterMigrate.sql"},
                   {"m/beforeEachMigrate.sql", "m/afterEachMigrate.sql"}) ==
          "+beforeEachMigrate.sql V2__b.sql +afterEachMigrate.sql +beforeEachMigrate.sql V3__c.sql "
          "+afterEachMigrate.sql afterMigrate.sql");
    CHECK(deployed({"m/afterMigrate.sql"}, {"m/beforeEachMigrate.sql", "m/afterMigrateApplied.sql"}) ==
          "afterMigrate.sql");
    CHECK(deployed({"m/afterMigrateApplied__1.sql"}, {"m/afterMigrateApplied__0.sql"}) ==
          "+afterMigrateApplied__0.sql afterMigrateApplied__1.sql");
    CHECK(deployed({"m/V2__b.sql"}, {"m/afterMigrateApplied.sql"}) == "V2__b.sql +afterMigrateApplied.sql");
    // Below the location, and of another one; what runs once; what does not run by itself.
    CHECK(deployed({"sql/V2__b.sql"}, {"sql/after/afterMigrate.sql"}) == "V2__b.sql +afterMigrate.sql");
    CHECK(deployed({"a/migrations/V2__b.sql"}, {"b/migrations/afterMigrate.sql"}) == "V2__b.sql");
    CHECK(deployed({"sql/V2__b.sql"}, {"sql2/afterMigrate.sql"}) == "V2__b.sql");
    CHECK(deployed({"m/V2__b.sql"}, {"m/createSchema.sql", "m/beforeEachMigrateStatement.sql", "m/R__a.sql",
                                     "m/V1__a.sql", "m/afterMigrateError.sql"}) == "V2__b.sql");
    CHECK(deployed({}, {"m/afterMigrate.sql"}).empty());
}

TEST_CASE("a program that leads back is told by the one beside it that leads forth") {
    const auto leads_back = [](std::string_view path, const Paths& beside) { return Twins(beside).back_by_name(path); };
    CHECK(leads_back("m/1_x.down.go", {"m/1_x.up.go"}));
    CHECK(leads_back("m/1_x.down.go", {"m/1_x.up.sql"}));
    CHECK_FALSE(leads_back("m/1_x.down.go", {"m/2_x.up.go"}));
    CHECK_FALSE(leads_back("m/1_x.up.go", {"m/1_x.down.go"}));
}
