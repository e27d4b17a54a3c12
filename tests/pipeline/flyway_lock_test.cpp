// Which lines of settings and build files say that Flyway's lock is nobody's transaction.

#include "pipeline/flyway_lock.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/diff/repositories.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence::diff::testing;
using namespace pgfence::pipeline::testing;
using pgfence::pipeline::flyway_lock_in;
using pgfence::pipeline::FlywayLock;

TEST_CASE("Flyway's lock: the setting, and versions before 9.1.2") {
    for (const char* line :
         {"flyway.postgresql.transactional.lock=false", "      transactional-lock: false",
          "FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK: \"false\"", "transactionalLock = false",
          "implementation 'org.flywaydb:flyway-core:8.5.13'", "flywayVersion = '9.1.1'",
          "<flyway.version>7.15.0</flyway.version>", "<artifactId>flyway-core</artifactId><version>8.5.13</version>",
          "implementation group: 'org.flywaydb', name: 'flyway-core', version: '8.5.13'",
          "id(\"org.flywaydb.flyway\") version \"8.5.13\"", "image: flyway/flyway:8.5-alpine"}) {
        INFO(line);
        CHECK(flyway_lock_in(line) == FlywayLock::harmless);
    }
    for (const char* line :
         {"@Transactional(lock = false)", "# flyway.postgresql.transactional.lock=false",
          "flyway.postgresql.transactional.lock=true", "implementation 'org.flywaydb:flyway-core:9.1.2'",
          "flywayVersion = '10.0'", "implementation 'org.flywaydb:flyway-core'",
          "<flyway.version>11.7.2</flyway.version>", "<artifactId>flyway-core</artifactId><version>9.22.3</version>",
          "image: flyway/flyway:10"}) {
        INFO(line);
        CHECK(flyway_lock_in(line) == FlywayLock::unsaid);
    }
}

TEST_CASE("Flyway's lock: Maven has the version on a line of its own") {
    const auto waits_with = [](const std::string& version) {
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write("pom.xml",
                   "<project>\n<dependency>\n<groupId>org.flywaydb</groupId>\n<artifactId>flyway-core</artifactId>\n" +
                       version +
                       "</dependency>\n<dependency>\n<artifactId>x</artifactId>\n<version>1.0</version>\n"
                       "</dependency>\n</project>\n");
        repo.write("src/main/resources/db/migration/V1__a.sql", "CREATE TABLE orders (id bigint);\n");
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.write("src/main/resources/db/migration/V2__b.sql", "CREATE INDEX CONCURRENTLY i ON orders (id);\n");
        repo.commit();
        return has_finding(reviewed(repo, base), "flyway-transactional-lock");
    };
    CHECK_FALSE(waits_with("<version>8.5.13</version>\n"));
    CHECK(waits_with("<version>9.22.3</version>\n"));
    CHECK(waits_with(""));  // the next one's is none of Flyway's
}
