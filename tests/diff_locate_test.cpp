// Which paths are migrations, in which order; pure, so tables of cases.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <string>
#include <vector>

#include "diff/locate.h"
#include "diff/provider.h"

using namespace pgfence::diff;
using Paths = std::vector<std::string_view>;

TEST_CASE("migration tools' own layouts are known") {
    for (const std::string_view path : {
             "prisma/migrations/20240101120000_init/migration.sql",
             "packages/database/prisma/migrations/20240101120000_init/migration.sql",
             "apps/web/drizzle/0001_fine_thor.sql",
             "drizzle/20240101120000_init/migration.sql",
             "store/postgres/migrations/2024-01-01-000000_x/up.sql",
             "schema/2024-01-01-000000_x/up.sql",
             "tools/migrate/migrations/20240101_x.up.sql",
             "db/sql/0001_x.up.sql",
             "assets/migrations/postgres/001_initialize_schema.sql",
             "db/migrations/20240101000000_x.sql",
             "src/main/resources/db/migration/V1_2__add_x.sql",
             "sql/R__views.sql",
             "sql/V2024.01.01__x.sql",
             "postgres-persistence/src/main/resources/db/migration_postgres/V1__init.sql",
             "supabase/migrations/20240101_x.sql",
             "database/migrations/schema/001_x.sql",
             "db/migrate/1_x.sql",
             "db/primary_migrate/1_x.sql",
             "migrations/0005_integrate_mysql_source.sql",
             "mysql-to-postgres/migrations/1.sql",
             "mysql/postgres/migrations/1.sql",
             "migrations/001.do.sql",
             "data/001.do.add-x.sql",
             "migrations/h\xC3\xA9 llo +x.sql",
             "Migrations/0001_X.SQL",
             "migrations/20240101_mark_down.sql",
             "migrations/x.postgres.up.sql",
         }) {
        INFO(path);
        CHECK(is_migration(path));
        CHECK(locate({path}, {}) == Paths{path});
    }
}

TEST_CASE("what stands beside migrations is kept out") {
    for (const std::string_view path : {
             "src/queries/find.sql",  // no layout
             "sql/report.sql",
             "V1__x.sql.bak",
             "migrations/README.md",
             "migrations/0001_x.py",   // another format
             "migrations/x.down.sql",  // backward
             "migrations/2024_x/down.sql",
             "migrations/x.undo.sql",
             "migrations/001.undo.sql",
             "sql/U1__undo.sql",
             "sqitch/migrations/revert/x.sql",
             "migrations/verify/x.sql",
             "db/migration/B5__baseline.sql",  // stands for V1 to V5
             "db/migrations/mysql/1_x.sql",    // other databases
             "db/migrations/sqlite3/1_x.up.sql",
             "migrations/mssql/V1__x.sql",
             "migrations/oracle/V1__x.sql",
             "migrations/cockroach/1_x.sql",
             "clickhouse/migrations/1.sql",
             "internal-packages/clickhouse/schema/migrations/1.sql",
             "crates/atuin-server-sqlite/migrations/1.sql",
             "mysql-persistence/src/main/resources/db/migration_mysql/V1__x.sql",
             "migrations/1_x.mysql.up.sql",
             "migrations/1_x.sqlite3.up.sql",
             "migrations/1-mysql.sql",
             "db/seeds/migrations/1.sql",  // other purposes
             "test/fixtures/migrations/1.sql",
             "internal/testdata/migrations/1.sql",
             "src/test/resources/db/migration/V1__x.sql",
             "node_modules/x/migrations/1.sql",
             "vendor/github.com/x/y/migrations/1.up.sql",
             "db/migrations/structure.sql",  // dumps
             "supabase/migrations/schema.sql",
             "db/schema.sql",
             "",
             "/",
             ".sql",
         }) {
        INFO(path);
        CHECK_FALSE(is_migration(path));
        CHECK(locate({path}, {}).empty());
        CHECK_FALSE(judge(path).reason.empty());
    }
    CHECK(judge("db/migrations/mysql/1.sql").looks_like_one);
    CHECK(is_of_migrations("db/migrations/1/down.sql"));
    CHECK_FALSE(is_of_migrations("db/queries/orders.sql"));
    CHECK_FALSE(is_of_migrations("src/schema.rs"));
    CHECK_FALSE(judge("src/find.sql").looks_like_one);
}

TEST_CASE("files beside a migration decide with it") {
    struct Case {
        Paths given, found;
    };
    for (const auto& [given, found] : {
             Case{{"prisma/migrations/1_x/migration.sql", "prisma/migrations/1_x/data.sql"},
                  {"prisma/migrations/1_x/migration.sql"}},
             Case{{"migrations/1_x/up.sql", "migrations/1_x/notes.sql"}, {"migrations/1_x/up.sql"}},
             Case{{"migrations/1_x_up.sql", "migrations/1_x_down.sql", "migrations/2_drill_down.sql"},
                  {"migrations/1_x_up.sql", "migrations/2_drill_down.sql"}},
             Case{{"tools/migrate/migrations/1.sql", "tools/migrate/views.sql"}, {"tools/migrate/migrations/1.sql"}},
             Case{{"tools/migrate/1.sql", "tools/migrate/2.sql"}, {"tools/migrate/1.sql", "tools/migrate/2.sql"}},
             Case{{"migrations/tenant/migrations/1.sql", "migrations/1.sql"},
                  {"migrations/1.sql", "migrations/tenant/migrations/1.sql"}},
             Case{{"migrations/1_x.up.sql", "migrations/1_x.postgres.up.sql", "migrations/2_y.up.sql"},
                  {"migrations/1_x.postgres.up.sql", "migrations/2_y.up.sql"}},
         })
        CHECK(locate(given, {}) == found);
}

TEST_CASE("migrations come in the order in which their runner takes them") {
    for (const Paths& in_order : {
             Paths{"m/migrations/1_a.sql", "m/migrations/2_b.sql", "m/migrations/10_c.sql", "m/migrations/100_d.sql"},
             Paths{"migrations/0001_b.sql", "migrations/0002_a.sql", "migrations/10000_c.sql"},
             Paths{"migrations/20230101_z.up.sql", "migrations/20240101_a.up.sql"},
             Paths{"db/V1__a.sql", "db/V1.2__b.sql", "db/V1.10__c.sql", "db/V2__a.sql", "db/V10__a.sql", "db/R__a.sql",
                   "db/R__b.sql"},
             Paths{"db/V1_2__b.sql", "db/V1_10__c.sql", "db/V2__a.sql"},
             Paths{"db/migration/old/V1__a.sql", "db/migration/V2__b.sql", "db/migration/a/V3__c.sql",
                   "db/migration/R__x.sql"},
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
        CHECK(locate(shuffled, {}) == in_order);
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

TEST_CASE("globs choose in place of the layouts") {
    const Paths paths{"a/x.sql", "a/b/y.sql", "sql/1.sql", "sql/1.down.sql", "sql/old/2.sql", "mysql/migrations/3.sql"};
    CHECK(locate(paths, {{"sql/**"}, {}}) == Paths{"sql/1.sql", "sql/old/2.sql"});
    CHECK(locate(paths, {{"sql/**", "a/*.sql"}, {"**/old/**"}}) == Paths{"a/x.sql", "sql/1.sql"});
    CHECK(locate(paths, {{"mysql"}, {}}) == Paths{"mysql/migrations/3.sql"});
    CHECK(locate({"db/migrations/1.sql", "db/migrations/2.sql"}, {{}, {"**/2.sql"}}) == Paths{"db/migrations/1.sql"});
}

TEST_CASE("tools say beside their migrations which database these are for") {
    CHECK(folder_spoken_for("prisma/migrations/migration_lock.toml") == "prisma/migrations/");
    CHECK(folder_spoken_for("drizzle/meta/_journal.json") == "drizzle/");
    CHECK(folder_spoken_for("migration_lock.toml") == "");
    CHECK_FALSE(folder_spoken_for("x_migration_lock.toml"));
    CHECK(other_database("# do not edit\nprovider = \"mysql\"\n") == "mysql");
    CHECK(other_database("provider = \"sqlite\"") == "sqlite");
    CHECK(other_database("{\n  \"version\": \"7\",\n  \"dialect\": \"sqlite\",\n") == "sqlite");
    for (const std::string_view text : {"provider = \"postgresql\"\n", "{\"dialect\":\"postgresql\"}",
                                        "{\"dialect\":\"pg\"}", "", "provider", "\"dialect\":"})
        CHECK_FALSE(other_database(text));
}

TEST_CASE("numbered migrations of one folder are a sequence") {
    CHECK(sequence_of("db/migrations/0001_a.sql") == "db/migrations");
    CHECK(sequence_of("migrations/2024-01-01-000000_a/up.sql") == "migrations");
    CHECK(sequence_of("prisma/migrations/20240101120000_init/migration.sql") == "prisma/migrations");
    CHECK(sequence_of("sql/V1_2__a.sql") == "sql");
    CHECK_FALSE(sequence_of("sql/R__views.sql"));
    CHECK_FALSE(sequence_of("migrations/views.sql"));
    CHECK(is_repeatable("sql/R__views.sql"));
    CHECK_FALSE(is_repeatable("sql/V1__views.sql"));
}
