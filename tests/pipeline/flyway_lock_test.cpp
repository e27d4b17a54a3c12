// Which lines of settings and build files say that Flyway's lock is nobody's transaction.

#include "pipeline/flyway_lock.h"

#include <catch2/catch_test_macros.hpp>

using pgfence::pipeline::flyway_lock_in;
using pgfence::pipeline::FlywayLock;

TEST_CASE("Flyway's lock: the setting, and versions before 9.1.2") {
    for (const char* line : {"flyway.postgresql.transactional.lock=false", "      transactional-lock: false",
                             "FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK: \"false\"", "transactionalLock = false",
                             "implementation 'org.flywaydb:flyway-core:8.5.13'", "flywayVersion = '9.1.1'",
                             "<flyway.version>7.15.0</flyway.version>"}) {
        INFO(line);
        CHECK(flyway_lock_in(line) == FlywayLock::harmless);
    }
    for (const char* line : {"@Transactional(lock = false)", "# flyway.postgresql.transactional.lock=false",
                             "flyway.postgresql.transactional.lock=true",
                             "implementation 'org.flywaydb:flyway-core:9.1.2'", "flywayVersion = '10.0'",
                             "implementation 'org.flywaydb:flyway-core'", "<flyway.version>11.7.2</flyway.version>"}) {
        INFO(line);
        CHECK(flyway_lock_in(line) == FlywayLock::unsaid);
    }
}
