// What no model has is unread, and harmless things are not: functions, settings, the system catalogs.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

#include "analyze/analyze.h"
#include "analyze/model/builtin.h"
#include "analyze/model/known_functions.h"

using namespace pgfence;

namespace {

constexpr const char* kSchema = R"(
CREATE TABLE t (id int PRIMARY KEY, a int, b text, at timestamptz);
CREATE TABLE pg_jobs (id int);
CREATE DOMAIN email AS text;
CREATE TYPE mood AS ENUM ('ok');
CREATE FUNCTION own() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION in_c() RETURNS int LANGUAGE c AS 'lib', 'x';
CREATE FUNCTION in_v8() RETURNS int LANGUAGE plv8 AS 'return 1';
CREATE FUNCTION alias() RETURNS float8 LANGUAGE internal AS 'drandom';
CREATE FUNCTION lower_too(text) RETURNS text LANGUAGE internal IMMUTABLE AS 'lower';
CREATE FUNCTION ends(int) RETURNS bool LANGUAGE internal AS 'pg_terminate_backend';
)";

Analysis analysed(std::string sql) {
    analyze::Request request;
    request.version = 17;
    request.schema = {kSchema};
    Script script;
    script.sql = std::move(sql);
    request.changed.push_back(std::move(script));
    return analyze::analyze(request);
}

std::string unread(const Analysis& analysis) {
    std::string all;
    for (const Unread& one : analysis.files.at(0).unread) all += one.what + ": " + one.why + "\n";
    return all;
}

const char* const kUnread[] = {
    // The system catalogs.
    "UPDATE pg_class SET relnatts = 0 WHERE relname = 't'",
    "DELETE FROM pg_catalog.pg_constraint",
    "INSERT INTO pg_enum (oid) VALUES (1)",
    "UPDATE pg_index SET indisvalid = false",
    "DELETE FROM pg_largeobject",
    "WITH x AS (DELETE FROM pg_attribute RETURNING 1) SELECT * FROM x",
    "DO $$ BEGIN UPDATE pg_attribute SET atttypmod = 1; END $$",
    // Programs and files.
    "COPY t FROM PROGRAM 'cat'",
    "COPY t TO '/tmp/t'",
    "COPY (SELECT 1) TO PROGRAM 'sh'",
    "LOAD 'lib'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'lib', 'f'",
    // Functions that act.
    "SELECT pg_terminate_backend(1)",
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity",
    "SELECT pg_reload_conf()",
    "SELECT pg_catalog.pg_promote()",
    "SELECT query_to_xml('DELETE FROM t', true, true, '')",
    "SELECT * FROM dblink('dbname=x', 'DELETE FROM t') AS x(a int)",
    "SELECT dblink_exec('DROP TABLE t')",
    "SELECT public.dblink_exec('c', 'DROP TABLE t')",
    "SELECT * FROM crosstab('SELECT evil()') AS x(a text)",
    "SELECT ts_stat('SELECT evil()')",
    "SELECT ts_rewrite('a'::tsquery, 'SELECT evil(), 1')",
    "SELECT setval('known_to_nobody', 1)",
    "SELECT app.uid()",
    "SELECT http_post('https://example.org')",
    "SELECT cron.schedule('x', '* * * * *', 'DELETE FROM t')",
    "SELECT lo_unlink(1)",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/x')",
    "SELECT pg_drop_replication_slot('x')",
    "SELECT pg_stat_reset()",
    "SELECT pg_advisory_unlock_all()",
    "SELECT set_config(b, b, false) FROM t",
    "SELECT drop_chunks(b::regclass, interval '1 day') FROM t",
    "SELECT heap_force_kill('t'::regclass, ARRAY['(0,1)']::tid[])",
    "SELECT 1 FROM t WHERE pg_terminate_backend(a)",
    "INSERT INTO t (a) SELECT nowhere_made(1)",
    "UPDATE t SET a = app.compute(b) WHERE id = 1",
    "DO $$ BEGIN PERFORM audit.audit_table('t'); END $$",
    "CREATE TABLE u AS SELECT nowhere_made(1)",
    "SELECT in_c()",
    "SELECT in_v8()",
    "SELECT ends(1)",
    // Settings.
    "SET standard_conforming_strings = off",
    "SET LOCAL standard_conforming_strings TO 'off'",
    "SELECT set_config('standard_conforming_strings', 'off', false)",
    "SELECT set_config('standard_conforming_strings', 'off', false), 1",
    "SET client_encoding = 'SJIS'",
    "SET NAMES 'gbk'",
    "SET transform_null_equals = on",
    "SET allow_system_table_mods = on",
    "DO $$ BEGIN SET standard_conforming_strings = off; END $$",
    "ALTER SYSTEM SET fsync = off",
    "ALTER DATABASE d SET search_path = x",
    "ALTER ROLE r SET default_transaction_read_only = on",
    "ALTER ROLE r NOLOGIN",
    "DROP ROLE r",
    // The tables are not named.
    "DROP OWNED BY r",
    "REASSIGN OWNED BY r TO s",
    "ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b",
    "ALTER EXTENSION e UPDATE",
    "SELECT create_hypertable(b::regclass, 'at') FROM t",
    "CREATE VIEW v AS SELECT lo_unlink(1); SELECT * FROM v",
    "CREATE VIEW v AS SELECT 1 AS x; SELECT table_to_xml('v', true, false, '')",
    "SELECT table_to_xml_and_xmlschema(b, true, false, '') FROM t",
    "CREATE FOREIGN TABLE f (a int) SERVER s; DELETE FROM f WHERE a = 1",
    "CREATE FOREIGN TABLE f (a int) SERVER s; SELECT * FROM f",
    "CREATE FOREIGN TABLE f (a int) SERVER s; CREATE VIEW v AS SELECT * FROM f; UPDATE v SET a = 2 WHERE a = 1",
    "CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE FOREIGN TABLE f PARTITION OF p DEFAULT SERVER s; TRUNCATE p",
    "CREATE TRIGGER r AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION check_foreign_key(1, 'cascade', 'id', 'u', "
    "'id'); "
    "DELETE FROM t WHERE id = 1",
    "ALTER DATABASE d RENAME TO e",
    "ALTER ROLE r RENAME TO q",
    "CREATE TRIGGER r BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION lo_manage(a); UPDATE t SET a = 1 WHERE a = 2",
};

const char* const kQuiet[] = {
    "UPDATE pg_jobs SET id = 1 WHERE id = 2",
    "SELECT * FROM pg_class",
    "SELECT count(*), max(a), string_agg(b, ',') FROM t",
    "INSERT INTO t (id, b, at) SELECT nextval('t_id_seq'), gen_random_uuid()::text, clock_timestamp()",
    "UPDATE t SET b = md5(random()::text) WHERE id = 1",
    "SELECT setval('t_id_seq', (SELECT max(id) FROM t))",
    "CREATE SEQUENCE q; SELECT setval('q', 10)",
    "CREATE TABLE n (id serial); SELECT pg_catalog.setval('public.n_id_seq', 10, true)",
    "SELECT ts_rewrite('a'::tsquery, 'b'::tsquery, 'c'::tsquery)",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_advisory_xact_lock(hashtext('x'))",
    "SELECT pg_notify('a', 'b')",
    "SELECT pg_sleep(1)",
    "SELECT set_config('app.user', '1', true), 1",
    "SELECT set_config('search_path', 'x', false)",
    "SELECT pg_size_pretty(pg_total_relation_size('t'))",
    "UPDATE t SET b = uuid_generate_v4()::text WHERE id = 1",
    "UPDATE t SET b = public.uuid_generate_v4()::text WHERE id = 1",
    "UPDATE t SET b = crypt(b, gen_salt('bf')) WHERE id = 1",
    "UPDATE t SET b = encode(digest(b, 'sha256'), 'hex') WHERE id = 1",
    "SELECT similarity(b, 'x'), unaccent(b), word_similarity(b, 'y') FROM t",
    "SELECT ST_SetSRID(ST_MakePoint(1, 2), 4326), ST_Distance(b, b) FROM t",
    "SELECT time_bucket('1 day', at), first(a, at), cosine_distance(b, b), h3_cell_to_parent(b, 1) FROM t",
    "SELECT email(b), mood(b), text(a), date(at), float8(a) FROM t",
    "SELECT own()",
    "SELECT uuid_in(md5(random()::text)::cstring), pg_input_is_valid('1', 'int4'), int4out(1)",
    "SELECT auth.uid(), auth.jwt(), storage.foldername(b) FROM t",
    "SELECT net.http_post('https://example.org')",
    "SELECT remove_retention_policy('t')",
    "SELECT lower_too('A')",
    "SELECT coalesce(b, ''), greatest(1, 2), extract(year FROM at), now(), trim(b), substring(b FROM 1) FROM t",
    "SELECT jsonb_build_object('a', 1), array_agg(a ORDER BY a), row_number() OVER () FROM t GROUP BY b, a",
    "SELECT xmlelement(name a), table_to_xml('t', true, false, '')",
    "EXPLAIN SELECT nowhere_made(1)",
    "CREATE VIEW v AS SELECT nowhere_made(1) AS x",
    "SET standard_conforming_strings = on",
    "SET client_encoding = 'UTF8'",
    "SET client_encoding = 'LATIN1'",
    "SET escape_string_warning = off",
    "SET check_function_bodies = false",
    "RESET standard_conforming_strings",
    "ALTER DATABASE d SET log_statement = 'all'",
    "ALTER SYSTEM SET work_mem = '64MB'",
    "ALTER ROLE r CREATEDB",
    "CREATE ROLE r LOGIN",
    "GRANT a TO b",
    "COPY t FROM STDIN",
    "COPY t TO STDOUT",
    "SELECT create_hypertable('t', 'at')",
    "SELECT create_hypertable('t', by_range('at'))",
    // What the server itself calls, through an object that is made of it.
    "CREATE ACCESS METHOD columnar TYPE TABLE HANDLER heap_tableam_handler",
    "CREATE OPERATOR CLASS c FOR TYPE text USING gin AS FUNCTION 1 btint4cmp(int4, int4), FUNCTION 2 "
    "gin_extract_value_trgm(text, internal), FUNCTION 3 gin_extract_query_trgm(text, internal, int2, internal, "
    "internal, internal, internal)",
    "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger('a', "
    "'pg_catalog.english', 'b'); INSERT INTO t VALUES (1)",
    "CREATE TRIGGER r BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger(); "
    "UPDATE t SET a = 1 WHERE a = 2",
};

}  // namespace

TEST_CASE("what no model has is unread") {
    for (const char* sql : kUnread) {
        INFO(sql);
        CHECK_FALSE(unread(analysed(sql)).empty());
    }
}

TEST_CASE("what gives a value, or harms nobody, is not unread") {
    for (const char* sql : kQuiet) {
        const std::string found = unread(analysed(sql));
        INFO(sql << "\n" << found);
        CHECK(found.empty());
    }
}

/// Whatever the servers have that is volatile and not on the list by hand is unread; the list names nothing else.
TEST_CASE("a volatile function is known by hand to give but a value, or unread") {
    std::set<std::string> acting, values;
    for (const auto table : {builtin::functions(), builtin::contrib_functions()})
        for (const builtin::Function& row : table)
            if (row.volatility == 'v' && builtin::holds_on(row, 17))
                (only_gives_a_value(row.name) ? values : acting).insert(std::string(row.name));
    CHECK(values.size() > 150);
    CHECK(acting.size() > 80);
    for (const std::string& name : acting) {
        if (name == "set_config") continue;  // with its arguments written out it is a SET
        bool any = false;
        std::string arguments;
        for (int i = 0; i < 8; ++i, arguments += i == 1 ? "a" : ", a")
            any |= !unread(analysed("SELECT " + name + "(" + arguments + ") FROM t")).empty();
        INFO(name);
        CHECK(any);
    }
}

TEST_CASE("a statement for every table counts where none is known") {
    struct {
        const char* sql;
        const char* rule;
    } const cases[] = {
        {"REINDEX DATABASE d", "reindex-not-concurrent"},
        {"REINDEX SCHEMA s", "reindex-not-concurrent"},
        {"REINDEX SYSTEM d", "reindex-not-concurrent"},
        {"VACUUM FULL", "vacuum-full-cluster"},
        {"VACUUM (FULL, ANALYZE)", "vacuum-full-cluster"},
        {"CLUSTER", "vacuum-full-cluster"},
        {"DROP OWNED BY r", "drop-owned"},
        {"ALTER TABLE ALL IN TABLESPACE a OWNED BY r SET TABLESPACE b", "set-tablespace"},
        {"ALTER INDEX ALL IN TABLESPACE a SET TABLESPACE b", "set-tablespace"},
        {"REVOKE ALL ON ALL TABLES IN SCHEMA s FROM r", "revoke-privilege"},
    };
    for (const auto& c : cases) {
        analyze::Request request;
        Script script;
        script.sql = c.sql;
        request.changed.push_back(std::move(script));
        const Analysis analysis = analyze::analyze(request);
        INFO(c.sql);
        const auto found = std::find_if(analysis.findings.begin(), analysis.findings.end(),
                                        [&](const Finding& f) { return f.rule == c.rule; });
        REQUIRE(found != analysis.findings.end());
        // What makes the risk high: a lock that is held while rows are worked through, or a loss.
        CHECK((found->lock || found->category == Category::destructive || found->category == Category::compatibility));
    }
}
