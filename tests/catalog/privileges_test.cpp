// Who may do what with new objects: each answer was asked of PostgreSQL 15.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>

#include "analyze/catalog/replay.h"
#include "analyze/lower/lower.h"

using namespace pgfence;

namespace {

WritableCatalog after_roles(std::string_view sql, std::string role = "") {
    WritableCatalog catalog;
    catalog.set_role(std::move(role));
    for (const LoweredStatement& statement : lower(sql).statements)
        for (const Action& action : statement.actions) replay(catalog, action, 17);
    return catalog;
}

/// "app: select, insert; other?: all" where "?" is perhaps.
std::string rights_on(const Catalog& catalog, const Name& name) {
    const Relation* relation = catalog.find(name);
    if (!relation) return "no such relation";
    std::string all;
    for (const RoleRights& one : relation->rights) {
        all += (all.empty() ? "" : "; ") + one.role + (one.perhaps ? "?:" : ":");
        for (const std::string& privilege : one.privileges) all += " " + privilege;
    }
    return all;
}

}  // namespace

TEST_CASE("ALTER DEFAULT PRIVILEGES gives rights on what is made afterwards, of its kind, in its schema, by its role") {
    struct Case {
        std::string role, sql, rights;
    };
    const std::string to_all = "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app;";
    const std::string of_maker = "ALTER DEFAULT PRIVILEGES FOR ROLE maker GRANT SELECT ON TABLES TO app;";
    for (const Case& c : {
             Case{"", to_all + "CREATE VIEW v AS SELECT 1;", "app: select"},
             Case{"", to_all + "CREATE TABLE v (a int);", "app: select"},
             Case{"", to_all + "CREATE MATERIALIZED VIEW v AS SELECT 1;", "app: select"},
             Case{"", to_all + "CREATE VIEW v AS SELECT 1; DROP VIEW v; CREATE VIEW v AS SELECT 2;", "app: select"},
             Case{"", "CREATE VIEW v AS SELECT 1;" + to_all, ""},
             Case{"", to_all + "CREATE SEQUENCE v;", ""},
             Case{"", "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO app; CREATE SEQUENCE v;", "app: usage"},
             Case{"", "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO app; CREATE TABLE v (a int);", ""},
             Case{"", "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO app; CREATE VIEW v AS SELECT 1;",
                  ""},
             Case{"",
                  "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app; CREATE VIEW v AS SELECT 1;",
                  "app: select"},
             Case{"", to_all + "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM app; CREATE VIEW v AS SELECT 1;",
                  ""},
             Case{"",
                  to_all + "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM app;"
                           "CREATE VIEW v AS SELECT 1;",
                  "app: select"},
             Case{"",
                  to_all + "ALTER DEFAULT PRIVILEGES REVOKE GRANT OPTION FOR SELECT ON TABLES FROM app;"
                           "CREATE VIEW v AS SELECT 1;",
                  "app: select"},
             Case{"maker", of_maker + "CREATE VIEW v AS SELECT 1;", "app: select"},
             Case{"other", of_maker + "CREATE VIEW v AS SELECT 1;", ""},
             Case{"", of_maker + "CREATE VIEW v AS SELECT 1;", "app?: select"},
             Case{"", to_all + "CREATE VIEW v AS SELECT 1; REVOKE ALL ON v FROM app;", ""},
             Case{"", to_all + "CREATE VIEW v AS SELECT 1; REVOKE GRANT OPTION FOR SELECT ON v FROM app;",
                  "app: select"},
             Case{"", "CREATE VIEW v AS SELECT 1; GRANT SELECT, INSERT ON v TO app; REVOKE INSERT ON v FROM app;",
                  "app: select"},
         }) {
        INFO(c.role << ": " << c.sql);
        CHECK(rights_on(after_roles(c.sql, c.role), {"public", "v"}) == c.rights);
    }
}

TEST_CASE("what an object lacks that took the name of another") {
    const auto of = [](std::vector<RoleRights> rights) {
        Relation relation;
        relation.rights = std::move(rights);
        return relation;
    };
    const Relation none = of({}), reads = of({{"app", {"select"}}}), all = of({{"app", {"all"}}});
    const Relation everybody = of({{"PUBLIC", {"select"}}}), other = of({{"other", {"select"}}});
    const Relation perhaps = of({{"app", {"select"}, true}});
    CHECK(lacks_rights(none, reads) == Lacks::surely);
    CHECK(lacks_rights(reads, reads) == Lacks::nothing);
    CHECK(lacks_rights(all, reads) == Lacks::nothing);
    CHECK(lacks_rights(reads, all) == Lacks::surely);
    CHECK(lacks_rights(everybody, reads) == Lacks::nothing);
    CHECK(lacks_rights(other, reads) == Lacks::surely);
    CHECK(lacks_rights(perhaps, reads) == Lacks::perhaps);
    CHECK(lacks_rights(none, perhaps) == Lacks::nothing);
    CHECK(lacks_rights(none, none) == Lacks::nothing);
}
