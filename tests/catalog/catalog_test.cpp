#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <chrono>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "analyze/catalog/replay.h"
#include "analyze/lower/lower.h"

using namespace pgfence;

namespace {

void run(WritableCatalog& catalog, std::string_view sql, int version = 17) {
    for (const LoweredStatement& statement : lower(sql).statements)
        for (const Action& action : statement.actions) replay(catalog, action, version);
}

WritableCatalog after(std::string_view sql, int version = 17) {
    WritableCatalog catalog;
    run(catalog, sql, version);
    return catalog;
}

std::vector<std::string> names(const std::vector<const Relation*>& relations) {
    std::vector<std::string> all;
    for (const Relation* r : relations) all.push_back(r->name.schema + "." + r->name.name);
    return all;
}

using Names = std::vector<std::string>;

std::vector<std::string> case_statements() {
    std::ifstream in(std::string(PGFENCE_SOURCE_DIR) + "/tests/observed/catalog_cases.sql");
    std::vector<std::string> statements;
    for (std::string line; std::getline(in, line);)
        if (!line.empty() && !line.starts_with("--")) statements.push_back(line);
    return statements;
}

bool lists(const std::vector<const Relation*>& relations, RelationId id) {
    return std::any_of(relations.begin(), relations.end(), [&](const Relation* r) { return r->id == id; });
}

/// What points from one relation to another must be found from the other end, and never lead to what is gone.
void check_links(const Catalog& catalog) {
    for (const auto& [id, r] : catalog.relations()) {
        INFO(r.name.schema << "." << r.name.name);
        REQUIRE(r.id == id);
        REQUIRE(catalog.find(r.name) == &r);
        for (const RelationId parent : r.table.parents) {
            REQUIRE(catalog.get(parent));
            REQUIRE(std::count(catalog.get(parent)->table.children.begin(), catalog.get(parent)->table.children.end(),
                               id) == 1);
        }
        for (const RelationId child : r.table.children)
            REQUIRE((catalog.get(child) && std::count(catalog.get(child)->table.parents.begin(),
                                                      catalog.get(child)->table.parents.end(), id) == 1));
        REQUIRE_FALSE(lists(catalog.descendants(id), id));
        if (r.index.table) REQUIRE((catalog.get(r.index.table) && lists(catalog.indexes_of(r.index.table), id)));
        if (r.sequence.owner_table)
            REQUIRE(
                (catalog.get(r.sequence.owner_table) && lists(catalog.sequences_owned_by(r.sequence.owner_table), id)));
        if (r.index.parent)
            REQUIRE(std::count(catalog.get(r.index.parent)->index.children.begin(),
                               catalog.get(r.index.parent)->index.children.end(), id) == 1);
        for (const RelationId child : r.index.children)
            REQUIRE((catalog.get(child) && catalog.get(child)->index.parent == id));
        for (const RelationId read : r.view.reads) REQUIRE((catalog.get(read) && lists(catalog.views_on(read), id)));
        if (!r.index.constraint.empty())
            REQUIRE((catalog.get(r.index.table)->constraint_named(r.index.constraint) &&
                     catalog.get(r.index.table)->constraint_named(r.index.constraint)->index == id));
        for (const TableConstraint& c : r.table.constraints) {
            if (c.index) REQUIRE((catalog.get(c.index) && catalog.get(c.index)->index.constraint == c.name));
            if (!c.referenced) continue;
            const auto keys = catalog.referencing(c.referenced);
            REQUIRE(catalog.get(c.referenced));
            REQUIRE(std::any_of(keys.begin(), keys.end(), [&, own = id](const auto& k) {
                return k.table->id == own && k.constraint->name == c.name;
            }));
        }
        if (r.table.clustered_on) REQUIRE(catalog.get(r.table.clustered_on)->index.table == id);
        if (r.table.replica_identity_index) REQUIRE(catalog.get(r.table.replica_identity_index)->index.table == id);
    }
}

double seconds(const auto& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::string number(int n) { return std::to_string(n); }

}  // namespace

TEST_CASE("what the change creates is new") {
    const bool whole = GENERATE(false, true);
    WritableCatalog catalog = after("CREATE TABLE old (a int); CREATE TYPE e AS ENUM ('x');");
    catalog.set_whole_history(whole);
    catalog.begin_change();
    run(catalog,
        "CREATE TABLE fresh (id serial PRIMARY KEY); CREATE TABLE IF NOT EXISTS perhaps (id serial UNIQUE); CREATE "
        "TABLE IF NOT EXISTS old (z int);"
        "CREATE INDEX ON old (a); CREATE INDEX IF NOT EXISTS i ON old (a); CREATE TYPE f AS ENUM ('x'); CREATE VIEW v "
        "AS SELECT a FROM old;");
    struct {
        std::string name;
        bool existing, doubtful;  // of what a history that is not whole may have missed
    } cases[]{
        {"old", true, false},
        {"fresh", false, false},
        {"fresh_pkey", false, false},
        {"fresh_id_seq", false, false},
        {"perhaps", !whole, true},
        {"perhaps_id_key", !whole, true},
        {"perhaps_id_seq", !whole, true},
        {"old_a_idx", false, false},
        {"i", !whole, true},
        {"v", false, false},
    };
    for (const auto& c : cases) {
        INFO(c.name);
        const Relation* r = catalog.find({"", c.name});
        REQUIRE(r);
        CHECK(r->existing == c.existing);
        CHECK(r->probably_new == (c.doubtful && whole));
        CHECK(r->perhaps_older == (c.doubtful && !whole));
    }
    CHECK_FALSE(catalog.find({"", "old"})->column("z"));
    CHECK(catalog.find_enum({"", "e"})->existing);
    CHECK_FALSE(catalog.find_enum({"", "f"})->existing);
}

TEST_CASE("names are resolved along the search path") {
    WritableCatalog catalog = after("CREATE SCHEMA app; CREATE TABLE app.t (a int); CREATE TABLE public.u (a int);");
    struct {
        Names path;
        Name written;
        std::string qualified;
        bool found;
    } cases[]{
        {{"public"}, {"", "t"}, "public.t", false},         {{"public"}, {"app", "t"}, "app.t", true},
        {{"app", "public"}, {"", "t"}, "app.t", true},      {{"app", "public"}, {"", "u"}, "public.u", true},
        {{"app", "public"}, {"", "new"}, "app.new", false}, {{}, {"", "u"}, "public.u", true},
        {{"$user", "", "app"}, {"", "t"}, "app.t", true},
    };
    for (const auto& c : cases) {
        catalog.set_search_path(c.path);
        INFO(c.written.name << " -> " << c.qualified);
        CHECK(catalog.qualified(c.written) == c.qualified);
        CHECK((std::as_const(catalog).find(c.written) != nullptr) == c.found);
    }
}

TEST_CASE("what is not known changes nothing and is not invented") {
    WritableCatalog catalog = after(
        "ALTER TABLE x ADD a int; CREATE INDEX i ON x (a); DROP TABLE x CASCADE; ALTER TABLE x RENAME TO y; DROP TYPE "
        "e;"
        "ALTER TYPE e ADD VALUE 'v'; ALTER DOMAIN d SET NOT NULL; ALTER SEQUENCE s OWNED BY x.a; DROP SCHEMA nope "
        "CASCADE;");
    CHECK(catalog.relations().begin() == catalog.relations().end());
    run(catalog,
        "CREATE TABLE a (LIKE x); CREATE TABLE b () INHERITS (x); CREATE TABLE c PARTITION OF x DEFAULT; CREATE TABLE "
        "d AS SELECT 1;"
        "CREATE TABLE e (LIKE d); CREATE TABLE f OF x; CREATE TABLE g (a int); CREATE VIEW v AS SELECT * FROM g;");
    for (const char* name : {"a", "b", "c", "d", "f", "v"}) {
        INFO(name);
        CHECK_FALSE(catalog.find({"", name})->columns_known);
    }
    CHECK(catalog.find({"", "g"})->columns_known);
    run(catalog, "CREATE TABLE h (x int REFERENCES elsewhere (id));");
    const TableConstraint& key = catalog.find({"", "h"})->table.constraints[0];
    CHECK(key.referenced == 0);
    CHECK(key.referenced_name == Name{"public", "elsewhere"});
}

TEST_CASE("a copy and its original go separate ways") {
    WritableCatalog catalog = after(
        "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES p); CREATE TYPE e AS ENUM ('x'); CREATE "
        "VIEW v AS SELECT a FROM t;");
    const Catalog before = catalog;
    run(catalog,
        "ALTER TABLE t ADD b e; ALTER TYPE e ADD VALUE 'y'; DROP TABLE p CASCADE; CREATE INDEX ON t (b); ALTER TABLE t "
        "RENAME TO u; CREATE SCHEMA s; CREATE TABLE s.n ();");
    CHECK(before.find({"", "t"})->columns.size() == 1);
    CHECK(before.find({"", "t"})->table.constraints.size() == 1);
    CHECK(before.referencing(before.find({"", "p"})->id).size() == 1);
    CHECK(before.indexes_of(before.find({"", "t"})->id).empty());
    CHECK(before.find_enum({"", "e"})->labels == Names{"x"});
    CHECK_FALSE(before.has_schema("s"));
    CHECK(names(before.views_on(before.find({"", "t"})->id)) == Names{"public.v"});
    CHECK(std::as_const(catalog).find({"", "u"})->columns.size() == 2);
    check_links(before);
    check_links(catalog);
    check_links(Catalog(before));
}

TEST_CASE("descendants come after their parents, circles are refused") {
    WritableCatalog catalog = after(
        "CREATE TABLE a (x int); CREATE TABLE c () INHERITS (a); CREATE TABLE b () INHERITS (a, c); CREATE TABLE d () "
        "INHERITS (b);"
        "ALTER TABLE a INHERIT d; ALTER TABLE a INHERIT a;");
    CHECK(names(catalog.descendants(catalog.find({"", "a"})->id)) == Names{"public.c", "public.b", "public.d"});
    CHECK(catalog.find({"", "a"})->table.parents.empty());
}

TEST_CASE("partitions know their bounds, and the default one is found") {
    WritableCatalog catalog = after(
        "CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE "
        "pd PARTITION OF p DEFAULT;"
        "CREATE TABLE x (a int); ALTER TABLE p ATTACH PARTITION x FOR VALUES IN (2);");
    const RelationId p = catalog.find({"", "p"})->id;
    CHECK(catalog.default_partition(p)->name.name == "pd");
    CHECK(catalog.find({"", "x"})->table.bound->list_values.size() == 1);
    run(catalog, "ALTER TABLE p DETACH PARTITION pd; ALTER TABLE p DETACH PARTITION x CONCURRENTLY;");
    CHECK_FALSE(catalog.default_partition(p));
    CHECK_FALSE(catalog.find({"", "x"})->table.is_partition);
    CHECK_FALSE(catalog.find({"", "x"})->table.bound);
}

TEST_CASE("views know what they read and which columns they name") {
    WritableCatalog catalog = after(
        "CREATE TABLE t (a int, b int); CREATE TABLE u (a int); CREATE VIEW v AS SELECT t.a FROM t JOIN u ON t.b = u.a;"
        "CREATE MATERIALIZED VIEW m AS SELECT a FROM v WITH NO DATA;");
    CHECK(names(catalog.views_on(catalog.find({"", "t"})->id)) == Names{"public.v"});
    CHECK(names(catalog.views_on(catalog.find({"", "v"})->id)) == Names{"public.m"});
    CHECK_FALSE(catalog.find({"", "m"})->view.populated);
    run(catalog, "REFRESH MATERIALIZED VIEW m; ALTER TABLE t RENAME b TO bb; ALTER TABLE t RENAME a TO aa;");
    CHECK(catalog.find({"", "m"})->view.populated);
    const ViewPart& view = catalog.find({"", "v"})->view;
    const RelationId t = catalog.find({"", "t"})->id, u = catalog.find({"", "u"})->id;
    CHECK(view.used_columns.empty());
    CHECK((view.mentions(t, "aa") && view.mentions(t, "bb") && view.mentions(u, "a")));
    CHECK_FALSE((view.mentions(t, "a") || view.mentions(t, "b") || view.mentions(u, "aa")));
    run(catalog, "CREATE VIEW w AS SELECT t.aa, a FROM t, u; ALTER TABLE t RENAME aa TO a3;");
    // Without a qualifier it may be either's.
    const ViewPart& other = catalog.find({"", "w"})->view;
    CHECK((other.mentions(t, "a3") && other.mentions(t, "a") && other.mentions(u, "a")));
}

TEST_CASE("functions are replaced or overloaded") {
    WritableCatalog catalog = after(
        "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE OR REPLACE FUNCTION f(int) RETURNS int "
        "IMMUTABLE LANGUAGE sql AS 'SELECT 2';"
        "CREATE FUNCTION f(text) RETURNS int STABLE LANGUAGE sql AS 'SELECT 3'; CREATE FUNCTION f(int, int) RETURNS "
        "int LANGUAGE sql AS 'SELECT 4';");
    const auto overloads = catalog.find_functions({"", "f"});
    REQUIRE(overloads.size() == 3);
    CHECK(overloads[0]->volatility == 'i');
    CHECK(overloads[1]->volatility == 's');
    CHECK(overloads[2]->arguments == 2);
    run(catalog, "DROP FUNCTION f(int, int); DROP FUNCTION f(text);");
    REQUIRE(catalog.find_functions({"", "f"}).size() == 1);
    CHECK(catalog.find_functions({"", "f"})[0]->volatility == 'i');
    run(catalog, "ALTER FUNCTION f(int) RENAME TO g;");
    CHECK(catalog.find_functions({"", "f"}).empty());
    CHECK(catalog.find_functions({"", "g"}).size() == 1);
    run(catalog, "DROP FUNCTION g;");
    CHECK(catalog.find_functions({"", "g"}).empty());
}

TEST_CASE("user types are kept with their schema and found by their users") {
    WritableCatalog catalog = after(
        "CREATE SCHEMA app; CREATE DOMAIN app.d AS int CHECK (VALUE > 0); CREATE TABLE t (a app.d, b app.d[], c int); "
        "CREATE DOMAIN point AS int; CREATE TABLE u (p point, q text);");
    CHECK(names(catalog.using_type({"app", "d"})) == Names{"public.t"});
    CHECK(catalog.find({"", "u"})->column("p")->type.name == Name{"", "point"});  // pg_catalog's comes first
    catalog.set_search_path({"app", "public"});
    run(catalog, "CREATE TABLE w (a d); ALTER DOMAIN d RENAME TO dd; ALTER TABLE w ADD e dd;");
    CHECK(names(catalog.using_type({"", "dd"})) == Names{"public.t", "app.w"});
    CHECK(catalog.find({"public", "t"})->column("a")->type.name == Name{"app", "dd"});
}

TEST_CASE("new enum values are marked until the transaction ends") {
    WritableCatalog catalog = after("CREATE TYPE e AS ENUM ('x'); ALTER TYPE e ADD VALUE 'y';");
    REQUIRE(catalog.grown_enums().size() == 1);
    CHECK(catalog.grown_enums().front()->made_in_transaction);
    catalog.end_transaction();
    CHECK(catalog.grown_enums().empty());
    run(catalog, "ALTER TYPE e ADD VALUE 'z'; ALTER TYPE e ADD VALUE IF NOT EXISTS 'x'; ALTER TYPE e RENAME TO f;");
    REQUIRE(catalog.grown_enums().size() == 1);
    CHECK(catalog.grown_enums().front()->name == Name{"public", "f"});
    CHECK(catalog.grown_enums().front()->uncommitted == Names{"z"});
    catalog.end_transaction();
    CHECK(catalog.grown_enums().empty());
}

TEST_CASE("rules, policies and triggers are parts of their table") {
    WritableCatalog catalog = after(
        "CREATE TABLE t (a int); CREATE POLICY p ON t USING (true); CREATE RULE r AS ON INSERT TO t DO NOTHING;"
        "CREATE TRIGGER g BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f(); ALTER POLICY p ON t RENAME TO q; "
        "ALTER TRIGGER g ON t RENAME TO h;");
    const Relation& t = *catalog.find({"", "t"});
    CHECK((t.table.policies.size() == 1 && t.table.policies[0].name == "q"));
    CHECK((t.rules.size() == 1 && t.rules[0].name == "r"));
    REQUIRE(t.triggers.size() == 1);
    CHECK(t.triggers[0].name == "h");
    CHECK(t.triggers[0].columns == Names{"a"});
    run(catalog, "DROP POLICY q ON t; DROP RULE r ON t; DROP TRIGGER h ON t;");
    CHECK((catalog.find({"", "t"})->table.policies.empty() && catalog.find({"", "t"})->rules.empty() &&
           catalog.find({"", "t"})->triggers.empty()));
}

TEST_CASE("an index is valid after CONCURRENTLY, and REINDEX mends one that is not") {
    WritableCatalog catalog = after(
        "CREATE TABLE t (a int); CREATE INDEX CONCURRENTLY i ON t (a); CREATE TABLE p (a int) PARTITION BY LIST (a); "
        "CREATE INDEX CONCURRENTLY ON p (a);");
    CHECK(catalog.find({"", "i"})->index.valid);
    CHECK(catalog.indexes_of(catalog.find({"", "p"})->id).empty());  // an error on partitioned tables
    catalog.find({"", "i"})->index.valid = false;
    run(catalog, "REINDEX TABLE t;");
    CHECK(catalog.find({"", "i"})->index.valid);
}

TEST_CASE("pg_index may be told that an index is invalid") {
    WritableCatalog catalog = after(
        "CREATE TABLE t (a int); CREATE INDEX \"I.\"\"i\" ON t (a); CREATE INDEX j ON t (a);"
        "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = "
        "'public.\"I.\"\"i\"'::pg_catalog.regclass; EXPLAIN UPDATE pg_index SET indisvalid = false "
        "WHERE indexrelid = 'j'::regclass;");
    CHECK_FALSE(catalog.find({"", "I.\"i"})->index.valid);
    CHECK(catalog.find({"", "j"})->index.valid);
    run(catalog, "UPDATE pg_index SET indisvalid = true WHERE indexrelid = '\"I.\"\"i\"'::regclass");
    CHECK(catalog.find({"", "I.\"i"})->index.valid);
}

TEST_CASE("a trigger follows its function's new name") {
    WritableCatalog catalog = after(
        "CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';"
        "CREATE TRIGGER one BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();"
        "ALTER FUNCTION f() RENAME TO g");
    CHECK(catalog.find({"", "t"})->triggers.at(0).function == Name{"public", "g"});
    run(catalog, "DROP FUNCTION g CASCADE");
    CHECK(catalog.find({"", "t"})->triggers.empty());
}

TEST_CASE("what a role makes is the role's, but for indexes") {
    WritableCatalog catalog;
    catalog.set_role("deploy");
    run(catalog, "CREATE TABLE t (id serial PRIMARY KEY); CREATE VIEW v AS SELECT 1; ALTER TABLE v OWNER TO app");
    CHECK(catalog.find({"", "t"})->owner == "deploy");
    CHECK(catalog.find({"", "t_id_seq"})->owner == "deploy");
    CHECK(catalog.find({"", "v"})->owner == "app");
    CHECK(catalog.find({"", "t_pkey"})->owner.empty());
}

TEST_CASE("any order of statements keeps the links whole") {
    const auto statements = case_statements();
    REQUIRE(statements.size() > 200);
    std::vector<Lowered> lowered;
    for (const std::string& sql : statements) lowered.push_back(lower(sql));
    for (const unsigned seed : {1u, 2u, 3u, 4u}) {
        std::mt19937 random(seed);
        WritableCatalog catalog;
        std::vector<WritableCatalog> marks;
        for (int i = 0; i < 4'000; ++i) {
            const std::size_t at = random() % statements.size();
            INFO("seed " << seed << ", statement " << i << ": " << statements[at]);
            for (const LoweredStatement& statement : lowered[at].statements)
                for (const Action& action : statement.actions)
                    replay(catalog, action, 11 + static_cast<int>(seed * 2) % 8);
            if (i % 50 == 0) check_links(catalog);
            if (i % 37 == 0) marks.push_back(catalog);
            if (i % 113 == 112) catalog = marks[random() % marks.size()];
            if (marks.size() > 8) marks.erase(marks.begin());
        }
        check_links(catalog);
    }
}

TEST_CASE("big and hostile schemas take seconds at most") {
    // Quadratic behaviour would take minutes; the limit leaves room for sanitizers and slow machines.
    constexpr double kLimit = 60;
    const auto check_time = [&](std::string name, const std::string& before, int statements, auto line,
                                bool copying = false) {
        std::string sql;
        for (int i = 0; i < statements; ++i) sql += line(i);
        const Lowered lowered = lower(sql);
        WritableCatalog catalog = after(before);
        const double taken = seconds([&] {
            for (const LoweredStatement& statement : lowered.statements) {
                const Catalog kept = copying ? catalog : WritableCatalog{};
                for (const Action& action : statement.actions) replay(catalog, action, 17);
            }
        });
        INFO(name << ": " << taken << " s");
        CHECK(taken < kLimit);
    };
    const auto table = [](int i) {
        return "CREATE TABLE t" + number(i) + " (id serial PRIMARY KEY, a int, UNIQUE (a));";
    };
    check_time("tables", "", 20'000, table);
    check_time("tables, copied for each statement", "", 20'000, table, true);
    check_time("indexes without a name", "CREATE TABLE t (a int);", 20'000,
               [](int) { return std::string("CREATE INDEX ON t (a);"); });
    check_time("checks without a name", "CREATE TABLE t (a int);", 20'000,
               [](int) { return std::string("ALTER TABLE t ADD CHECK (a > 0);"); });
    check_time("columns", "CREATE TABLE t (a int);", 20'000,
               [](int i) { return "ALTER TABLE t ADD c" + number(i) + " int;"; });
    check_time("partitions", "CREATE TABLE p (a int PRIMARY KEY, b int) PARTITION BY LIST (a);", 20'000, [](int i) {
        return "CREATE TABLE p" + number(i) + " PARTITION OF p FOR VALUES IN (" + number(i) + ");";
    });
    check_time("foreign keys to one table", "CREATE TABLE p (id int PRIMARY KEY);", 20'000,
               [](int i) { return "CREATE TABLE c" + number(i) + " (p int REFERENCES p);"; });
    check_time("a chain of children", "CREATE TABLE t0 (a int);", 20'000,
               [](int i) { return "CREATE TABLE t" + number(i + 1) + " () INHERITS (t" + number(i) + ");"; });
    check_time("a wide parent altered again and again", "CREATE TABLE p (a int);", 20'000, [](int i) {
        return i < 5'000 ? "CREATE TABLE c" + number(i) + " () INHERITS (p);"
                         : "ALTER TABLE p ADD c" + number(i) + " int, ALTER a SET DEFAULT 1;";
    });
    check_time("schemas", "", 20'000,
               [](int i) { return "CREATE SCHEMA s" + number(i) + "; CREATE TABLE s" + number(i) + ".t (a int);"; });
    check_time(
        "created and dropped", "", 20'000, [](int) { return std::string("CREATE TABLE t (a serial); DROP TABLE t;"); },
        true);
    check_time("views on views", "CREATE TABLE v0 (a int);", 20'000,
               [](int i) { return "CREATE VIEW v" + number(i + 1) + " AS SELECT a FROM v" + number(i) + ";"; });
}

TEST_CASE("comments, statistics that are missing, and who manages a table") {
    WritableCatalog catalog = after("CREATE TABLE t (a int, b text); CREATE TABLE u (a int);");
    const auto t = [&] { return *std::as_const(catalog).find(Name{"", "t"}); };
    CHECK_FALSE(t().commented);
    run(catalog, "COMMENT ON TABLE t IS 'x'; COMMENT ON COLUMN public.t.b IS 'y';");
    CHECK(t().commented);
    CHECK(t().column("b")->commented);
    CHECK_FALSE(t().column("a")->commented);

    run(catalog, "CREATE INDEX ON t (a);");
    CHECK_FALSE(t().table.unanalyzed);
    run(catalog, "CREATE INDEX ON t (lower(b));");
    CHECK(t().table.unanalyzed);
    run(catalog, "VACUUM t; ANALYZE u;");
    CHECK(t().table.unanalyzed);
    run(catalog, "VACUUM (ANALYZE) t;");
    CHECK_FALSE(t().table.unanalyzed);
    run(catalog, "CREATE STATISTICS s ON a, b FROM t;");
    CHECK(t().table.unanalyzed);
    run(catalog, "ANALYZE;");
    CHECK_FALSE(t().table.unanalyzed);

    CHECK(t().table.managed_by.empty());
    run(catalog, "SELECT create_hypertable('t', 'a'); SELECT partman.create_parent(p_parent_table := 'u');");
    CHECK(t().table.managed_by == "TimescaleDB");
}

TEST_CASE("a constraint remembers whether the change made it") {
    WritableCatalog catalog = after("CREATE TABLE t (a int, CONSTRAINT old CHECK (a > 0));");
    catalog.begin_change();
    run(catalog, "ALTER TABLE t ADD CONSTRAINT new CHECK (a > 1);");
    const Relation& t = *std::as_const(catalog).find(Name{"", "t"});
    CHECK(t.constraint_named("old")->existing);
    CHECK_FALSE(t.constraint_named("new")->existing);
}
