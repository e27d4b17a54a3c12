// One statement for each way to hurt a running database, and a few that only look like one: what is done to which
// relation, and which of the rules that everybody has by default speak. What is done was measured on servers of 15, or
// of the version that stands there.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

constexpr std::string_view kSchema = R"(
CREATE TABLE t (id bigint PRIMARY KEY, a int, b text, v varchar(100));
CREATE INDEX t_b ON t (b);
CREATE TABLE p (id bigint PRIMARY KEY);
CREATE TABLE c (id bigint PRIMARY KEY, p_id bigint CONSTRAINT c_p REFERENCES p);
CREATE INDEX c_p_id ON c (p_id);
CREATE TABLE k (id bigint, a int);
CREATE UNIQUE INDEX k_id ON k (id);
CREATE TABLE m (id bigint, d date) PARTITION BY RANGE (d);
CREATE TABLE m_old (id bigint, d date);
CREATE TABLE r (id bigint PRIMARY KEY, a int);
ALTER TABLE r ADD CONSTRAINT r_positive CHECK (id > 0) NOT VALID;
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN small AS int;
CREATE TABLE smalls (id bigint PRIMARY KEY, s small);
CREATE TYPE mood AS ENUM ('fine');
CREATE TABLE moods (id bigint PRIMARY KEY, feels mood);
CREATE VIEW ids AS SELECT id FROM t;
CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM k;
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE ones (id bigint PRIMARY KEY, a int DEFAULT one());
CREATE SCHEMA s;
CREATE TABLE s.t (id bigint PRIMARY KEY);
)";

std::string_view word(Work::Kind kind) {
    switch (kind) {
        case Work::Kind::rewrite: return "rewrite";
        case Work::Kind::index_rebuild: return "rebuild";
        case Work::Kind::change_rows: return "rows";
        default: return "scan";
    }
}

bool holds_rows(RelationKind kind) {
    return kind == RelationKind::table || kind == RelationKind::partitioned_table ||
           kind == RelationKind::materialized_view;
}

/// "t:ACCESS EXCLUSIVE scan t" for every relation that was there before and that a statement locks against others or
/// works through; indexes only where they are rebuilt alone.
std::string done_by(const Effects& effects) {
    std::string text;
    const auto add = [&](const std::string& what) { text += (text.empty() ? "" : " ") + what; };
    const auto bare = [](const std::string& name) { return name.starts_with("public.") ? name.substr(7) : name; };
    for (const Lock& lock : effects.locks)
        if (lock.existing && lock.mode >= LockMode::ShareUpdateExclusive && holds_rows(lock.kind))
            add(bare(lock.relation) + ":" + std::string(sql_name(lock.mode)));
    const bool rewrites = std::any_of(effects.work.begin(), effects.work.end(),
                                      [](const Work& work) { return work.kind == Work::Kind::rewrite; });
    for (const Work& work : effects.work)
        if (work.existing && !(rewrites && work.kind == Work::Kind::index_rebuild))
            add(std::string(word(work.kind)) + " " + bare(work.relation));
    return text;
}

struct Hazard {
    const char* sql;
    const char* done;
    const char* rules;
    int version = 15;
};

// clang-format off
constexpr Hazard kHazards[] = {
    {"ALTER TABLE t ADD COLUMN x timestamptz NOT NULL DEFAULT now();", "t:ACCESS EXCLUSIVE", ""},
    {"ALTER TABLE t ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY;", "t:ACCESS EXCLUSIVE rewrite t", "add-column-identity"},
    {"ALTER TABLE t ADD COLUMN x uuid DEFAULT gen_random_uuid();", "t:ACCESS EXCLUSIVE rewrite t", "add-column-volatile-default"},
    {"ALTER TABLE t ADD COLUMN x int CHECK (x > 0);", "t:ACCESS EXCLUSIVE scan t", "add-column-inline-check"},
    {"ALTER TABLE t ADD COLUMN x bigint REFERENCES p;", "p:SHARE ROW EXCLUSIVE t:ACCESS EXCLUSIVE", "add-column-inline-foreign-key foreign-key-missing-index"},
    {"ALTER TABLE t ADD COLUMN x int UNIQUE;", "t:ACCESS EXCLUSIVE scan t", "add-column-inline-unique"},
    {"CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');", "m:ACCESS EXCLUSIVE", "create-partition-of-locks-parent"},
    {"CREATE TABLE n (id bigint PRIMARY KEY, p_id bigint REFERENCES p); CREATE INDEX ON n (p_id);", "p:SHARE ROW EXCLUSIVE", "create-table-foreign-key-lock"},
    {"ALTER TABLE c DROP CONSTRAINT c_p;", "c:ACCESS EXCLUSIVE p:ACCESS EXCLUSIVE", "drop-constraint drop-foreign-key-locks-referenced"},
    {"ALTER TABLE t ALTER COLUMN v TYPE varchar(200);", "t:ACCESS EXCLUSIVE", ""},
    {"ALTER TABLE t ALTER COLUMN v TYPE text;", "t:ACCESS EXCLUSIVE", ""},
    {"ALTER TABLE t ALTER COLUMN b TYPE text COLLATE \"C\";", "t:ACCESS EXCLUSIVE rebuild t_b scan t", "alter-column-collation"},
    {"ALTER TABLE t ALTER COLUMN a SET DEFAULT 5;", "t:ACCESS EXCLUSIVE", ""},
    {"CREATE POLICY everybody ON t USING (true);", "t:ACCESS EXCLUSIVE", "policy-rule-lock"},
    {"CREATE RULE nothing AS ON DELETE TO t DO INSTEAD NOTHING;", "t:ACCESS EXCLUSIVE", "discarded-writes policy-rule-lock"},
    {"ALTER DOMAIN small ADD CONSTRAINT few CHECK (VALUE < 9);", "smalls:SHARE scan smalls", "alter-domain-add-constraint"},
    {"CLUSTER t USING t_pkey;", "t:ACCESS EXCLUSIVE rewrite t", "vacuum-full-cluster"},
    {"DO $$ BEGIN ALTER TABLE t ALTER COLUMN a SET NOT NULL; END $$;", "t:ACCESS EXCLUSIVE scan t", "alter-column-set-not-null"},
    {"DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD x int', current_setting('a.b')); END $$;", "", ""},
    {"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE t ADD COLUMN x int; END $$; SELECT f();", "t:ACCESS EXCLUSIVE", ""},
    {"BEGIN; ALTER TABLE t ADD COLUMN x int; UPDATE t SET x = a WHERE a IS NOT NULL; COMMIT;", "t:ACCESS EXCLUSIVE; rows t", "ddl-and-backfill-same-transaction unbatched-backfill"},
    {"BEGIN; ALTER TYPE mood ADD VALUE 'bored'; UPDATE moods SET feels = 'bored' WHERE id = 1; COMMIT;", "", "enum-add-value-in-transaction"},
    {"CREATE TABLE n (id bigint PRIMARY KEY, a int); CREATE INDEX n_a ON n (a);", "", ""},
    {"ALTER TABLE t SET UNLOGGED;", "t:ACCESS EXCLUSIVE rewrite t", "set-logged-unlogged"},
    {"ALTER TABLE t SET TABLESPACE fast;", "t:ACCESS EXCLUSIVE rewrite t", "set-tablespace"},
    {"ALTER TABLE t SET ACCESS METHOD columnar;", "t:ACCESS EXCLUSIVE rewrite t", "set-access-method"},
    {"BEGIN; ALTER TABLE t ADD COLUMN x int; CREATE INDEX t_x ON t (x); COMMIT;", "t:ACCESS EXCLUSIVE; t:SHARE scan t", "index-build-after-alter-same-transaction"},
    {"ALTER TYPE mood RENAME VALUE 'fine' TO 'good';", "", "enum-rename-value"},
    {"ALTER TABLE t REPLICA IDENTITY FULL;", "t:ACCESS EXCLUSIVE", "replica-identity-change"},
    {"TRUNCATE t;", "t:ACCESS EXCLUSIVE", "truncate"},
    {"DROP SCHEMA s CASCADE;", "s.t:ACCESS EXCLUSIVE", "drop-cascade drop-schema"},
    {"DELETE FROM t;", "rows t", "delete-without-where"},
    {"ALTER TABLE t DISABLE TRIGGER ALL;", "t:SHARE ROW EXCLUSIVE", "disable-trigger"},
    {"REFRESH MATERIALIZED VIEW counts;", "counts:ACCESS EXCLUSIVE rewrite counts scan k", "refresh-matview-not-concurrent"},
    {"ALTER TABLE m ATTACH PARTITION m_old FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');", "m:SHARE UPDATE EXCLUSIVE m_old:ACCESS EXCLUSIVE scan m_old", "attach-partition-scan"},
    {"ALTER TABLE k ADD CONSTRAINT k_pkey PRIMARY KEY USING INDEX k_id;", "k:ACCESS EXCLUSIVE scan k", "primary-key-using-index-nullable"},
    {"ALTER TABLE t ADD CONSTRAINT a_given CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT a_given; ALTER TABLE t ALTER COLUMN a SET NOT NULL;", "t:ACCESS EXCLUSIVE; t:SHARE UPDATE EXCLUSIVE scan t; t:ACCESS EXCLUSIVE", ""},
    {"ALTER TABLE r VALIDATE CONSTRAINT r_positive; ALTER TABLE r ALTER COLUMN a SET NOT NULL;", "r:SHARE UPDATE EXCLUSIVE scan r; r:ACCESS EXCLUSIVE scan r", "alter-column-set-not-null"},
    {"ALTER TABLE t RENAME COLUMN a TO z;", "t:ACCESS EXCLUSIVE", "rename-column"},
    {"DROP VIEW ids;", "", "drop-view"},
    {"ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a + 1) STORED;", "t:ACCESS EXCLUSIVE rewrite t", "add-column-stored-generated"},
    {"CREATE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a);", "t:SHARE UPDATE EXCLUSIVE scan t", "invalid-index-on-retry timeout-cancels-concurrent-build"},
    {"ALTER TABLE t ADD CONSTRAINT a_given NOT NULL a NOT VALID;", "t:ACCESS EXCLUSIVE", "not-valid-never-validated", 18},
    {"DROP FUNCTION one() CASCADE;", "ones:ACCESS EXCLUSIVE", "drop-cascade drop-function"},
    {"LOCK TABLE t;", "t:ACCESS EXCLUSIVE", "lock-table"},
    {"BEGIN; ALTER TABLE t ADD COLUMN x int; ALTER TABLE p ADD COLUMN x int; ALTER TABLE k ADD COLUMN x int; COMMIT;", "t:ACCESS EXCLUSIVE; p:ACCESS EXCLUSIVE; k:ACCESS EXCLUSIVE", "wide-lock-window"},
    {"SET lock_timeout = 0; ALTER TABLE t ADD COLUMN x int;", "t:ACCESS EXCLUSIVE", "missing-lock-timeout"},
    {"ALTER TABLE t DROP COLUMN a;", "t:ACCESS EXCLUSIVE", "drop-column"},
    {"GRANT ALL ON t TO PUBLIC;", "", "grant-broad"},
    {"ALTER TABLE t ENABLE ROW LEVEL SECURITY;", "t:ACCESS EXCLUSIVE", "row-level-security"},
    {"ALTER TABLE t ADD COLUMN x positive;", "t:ACCESS EXCLUSIVE rewrite t", "add-column-constrained-domain"},
    {"DROP TABLE t;", "t:ACCESS EXCLUSIVE", "dependent-objects drop-table"},
    {"CREATE INDEX CONCURRENTLY t_b_hash ON t USING hash (b);", "t:SHARE UPDATE EXCLUSIVE scan t", "timeout-cancels-concurrent-build"},
    {"REINDEX TABLE t;", "t:SHARE rebuild t_pkey scan t rebuild t_b", "reindex-not-concurrent"},
    {"ALTER TABLE t ADD COLUMN x int;", "t:ACCESS EXCLUSIVE", ""},
};
// clang-format on

Analysis analysis_of(const Hazard& hazard) {
    analyze::Request request;
    request.version = hazard.version;
    request.schema.emplace_back(kSchema);
    Script script;
    script.sql = "SET lock_timeout = '2s';\n" + std::string(hazard.sql);
    script.transaction_assumed = true;
    request.changed.push_back(std::move(script));
    request.switched_on = {"wide-lock-window"};
    return analyze::analyze(request);
}

}  // namespace

TEST_CASE("hazards are told from what only looks like one") {
    for (const Hazard& hazard : kHazards) {
        const Analysis analysis = analysis_of(hazard);
        std::string done, rules;
        for (const auto& statement : analysis.files.at(0).statements)
            if (const std::string here = done_by(statement.effects); !here.empty())
                done += (done.empty() ? "" : "; ") + here;
        std::set<std::string> spoke;
        for (const Finding& finding : analysis.findings) spoke.insert(finding.rule);
        for (const std::string& rule : spoke) rules += (rules.empty() ? "" : " ") + rule;
        INFO(hazard.sql);
        CHECK(done == hazard.done);
        CHECK(rules == hazard.rules);
    }
}

TEST_CASE("who waits while rows are read: for the statement's own lock, and for those that the transaction holds") {
    const auto said = [](std::string sql) {
        analyze::Request request;
        request.version = 15;
        request.schema = {std::string(kSchema)};
        Script script;
        script.sql = "BEGIN; " + std::move(sql) + " COMMIT;";
        request.changed.push_back(std::move(script));
        std::string text;
        for (const Finding& finding : analyze::analyze(request).findings)
            if (finding.rule == "add-foreign-key-not-valid-missing" ||
                finding.rule == "statement-after-access-exclusive")
                text += finding.message + (finding.related ? "; " + finding.related_message : "") + "\n";
        return text;
    };
    const auto says = [&](std::string sql, std::string_view message) {
        return ("\n" + said(std::move(sql))).find("\n" + std::string(message)) != std::string::npos;
    };
    const std::string key = "ALTER TABLE k ADD CONSTRAINT k_p FOREIGN KEY (a) REFERENCES p;";
    CHECK(said(key) == "Scans `k` to check the new foreign key to `p`. Blocks writes (SHARE ROW EXCLUSIVE)\n");
    CHECK(says(
        "ALTER TABLE k ADD COLUMN x int; " + key,
        "Scans `k` to check the new foreign key to `p`. Blocks reads and writes (ACCESS EXCLUSIVE, which an earlier "
        "ALTER TABLE took"));
    CHECK(says(
        "ALTER TABLE k RENAME TO l; ALTER TABLE l ADD CONSTRAINT k_p FOREIGN KEY (a) REFERENCES p;",
        "Scans `l` to check the new foreign key to `p`. Blocks reads and writes (ACCESS EXCLUSIVE, which an earlier "
        "ALTER TABLE took)"));
    CHECK(says("ALTER TABLE c ADD COLUMN x int; ALTER TABLE k ADD COLUMN x int; " + key,
               "Scans or changes `public.k` while the transaction still holds ACCESS EXCLUSIVE on `public.k` and "
               "`public.c`: blocks their reads and writes"));
    // DROP CONSTRAINT locks the table that the key points at, too.
    CHECK(said("ALTER TABLE c DROP CONSTRAINT c_p; ALTER TABLE c ADD CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p;")
              .find("holds ACCESS EXCLUSIVE on `public.c` and `public.p`: blocks their reads and writes") !=
          std::string::npos);
}

TEST_CASE("a renamed table is the one that is locked already") {
    analyze::Request request;
    request.version = 15;
    request.schema = {std::string(kSchema)};
    Script script;
    script.sql = "BEGIN; ALTER TABLE k RENAME TO l; ALTER TABLE l ALTER COLUMN a SET DEFAULT 1; COMMIT;";
    request.changed.push_back(std::move(script));
    request.switched_on = {"wide-lock-window"};
    for (const Finding& finding : analyze::analyze(request).findings) CHECK(finding.rule != "wide-lock-window");
}
