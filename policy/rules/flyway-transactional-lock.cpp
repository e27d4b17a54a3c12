#include "policy/own_rule.h"
#include "policy/own_rules.h"

namespace pgfence::policy::rules {

extern const OwnRule flyway_transactional_lock{
    .info =
        {.id = std::string(kFlywayTransactionalLock),
         .title = "CONCURRENTLY waits for Flyway's own lock",
         .why =
             "From 9.1.2 on Flyway holds its lock in a transaction of a second connection while it migrates. `CREATE "
             "INDEX CONCURRENTLY` and `REINDEX CONCURRENTLY` wait until every transaction with an older snapshot has "
             "ended, and so wait for Flyway, which waits for them: the deployment hangs until somebody cancels it, and "
             "an invalid index stays "
             "behind.\n\nSet `flyway.postgresql.transactional.lock=false` (Spring Boot: "
             "`spring.flyway.postgresql.transactional-lock=false`) before such a migration is deployed: the lock is "
             "then the session's, for which nobody waits. No finding where the base commit has that setting, or a "
             "build file with an older Flyway.",
         .category = Category::compatibility,
         .default_severity = Severity::warning},
    .bad = {{{
        {"db/migration/V1__orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n", there},
        {"db/migration/V2__index.sql", "CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);\n"},
    }}},
    .good = {{{
                 {"db/migration/V1__orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n", there},
                 {"src/main/resources/application.properties", "spring.flyway.postgresql.transactional-lock=false\n",
                  there},
                 {"db/migration/V2__index.sql", "CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);\n"},
             }},
             {{
                 {"db/migration/V1__orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n", there},
                 {"build.gradle", "implementation 'org.flywaydb:flyway-core:8.5.13'\n", there},
                 {"db/migration/V2__index.sql", "CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);\n"},
             }}},
};

}  // namespace pgfence::policy::rules
