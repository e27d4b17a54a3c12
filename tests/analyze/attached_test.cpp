// Every place of the server's catalogs that can hold a function is one from which what the function does is found. The
// places are the server's own list, not ours: the columns that pg_get_catalog_foreign_keys() of 18 refers to pg_proc,
// and those of type regproc and pg_node_tree.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

constexpr std::string_view kPlaces = R"(
pg_aggregate.aggcombinefn pg_aggregate.aggdeserialfn pg_aggregate.aggfinalfn pg_aggregate.aggfnoid
pg_aggregate.aggmfinalfn pg_aggregate.aggminvtransfn pg_aggregate.aggmtransfn pg_aggregate.aggserialfn
pg_aggregate.aggtransfn pg_am.amhandler pg_amproc.amproc pg_attrdef.adbin pg_cast.castfunc pg_class.relpartbound
pg_constraint.conbin pg_conversion.conproc pg_event_trigger.evtfoid pg_foreign_data_wrapper.fdwhandler
pg_foreign_data_wrapper.fdwvalidator pg_index.indexprs pg_index.indpred pg_language.laninline
pg_language.lanplcallfoid pg_language.lanvalidator pg_operator.oprcode pg_operator.oprjoin pg_operator.oprrest
pg_partitioned_table.partexprs pg_policy.polqual pg_policy.polwithcheck pg_proc.proargdefaults pg_proc.prosqlbody
pg_proc.prosupport pg_publication_rel.prqual pg_range.rngcanonical pg_range.rngsubdiff pg_rewrite.ev_action
pg_rewrite.ev_qual pg_statistic_ext.stxexprs pg_transform.trffromsql pg_transform.trftosql pg_trigger.tgfoid
pg_trigger.tgqual pg_ts_parser.prsend pg_ts_parser.prsheadline pg_ts_parser.prslextype pg_ts_parser.prsstart
pg_ts_parser.prstoken pg_ts_template.tmplinit pg_ts_template.tmpllexize pg_type.typanalyze pg_type.typdefaultbin
pg_type.typinput pg_type.typmodin pg_type.typmodout pg_type.typoutput pg_type.typreceive pg_type.typsend
pg_type.typsubscript
)";

/// F(arguments) makes the function f() of them, which deletes all orders, or does nothing in the twin.
struct Way {
    std::string_view place, sql;
};

const std::vector<Way> kWays{
    {"pg_aggregate.aggtransfn", "F(s int, x int); CREATE AGGREGATE a(int) (SFUNC = f, STYPE = int); SELECT a(1)"},
    {"pg_aggregate.aggtransfn",
     "F(s int, x int); CREATE AGGREGATE a(ORDER BY int) (SFUNC = f, STYPE = int); SELECT a() WITHIN GROUP (ORDER BY "
     "1)"},
    {"pg_aggregate.aggtransfn",
     "F(s int, x int); CREATE AGGREGATE a(float8 ORDER BY int) (SFUNC = f, STYPE = int); SELECT a(0.5) WITHIN GROUP "
     "(ORDER BY id::int) FROM audit"},
    {"pg_aggregate.aggfinalfn",
     "F(s int); CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int, FINALFUNC = f); SELECT a(1)"},
    {"pg_aggregate.aggcombinefn",
     "F(s int, t int); CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int, COMBINEFUNC = f); SELECT a(1)"},
    {"pg_aggregate.aggserialfn",
     "F(s int); CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int, SERIALFUNC = f); SELECT a(1)"},
    {"pg_aggregate.aggdeserialfn",
     "F(s int); CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int, DESERIALFUNC = f); SELECT a(1)"},
    {"pg_aggregate.aggmtransfn",
     "F(s int, x int); CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int, MSFUNC = f, MINVFUNC = int4mi, MSTYPE = "
     "int); SELECT a(1) OVER ()"},
    {"pg_aggregate.aggminvtransfn",
     "F(s int, x int); CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int, MSFUNC = int4pl, MINVFUNC = f, MSTYPE = "
     "int); SELECT a(1) OVER ()"},
    {"pg_aggregate.aggmfinalfn",
     "F(s int); CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int, MSFUNC = int4pl, MINVFUNC = int4mi, MFINALFUNC = "
     "f, MSTYPE = int); SELECT a(1) OVER ()"},
    {"pg_am.amhandler", "F(i int); CREATE ACCESS METHOD m TYPE INDEX HANDLER f"},
    {"pg_amproc.amproc",
     "F(a int, b int); CREATE OPERATOR CLASS o FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 f(int, int)"},
    {"pg_amproc.amproc",
     "F(a int); CREATE OPERATOR CLASS o FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 f(int), FUNCTION 2 "
     "hashint4extended(int, bigint)"},
    {"pg_amproc.amproc",
     "F(a int, b bigint); CREATE OPERATOR FAMILY o USING btree; ALTER OPERATOR FAMILY o USING btree ADD FUNCTION 1 "
     "(int, bigint) f(int, bigint)"},
    {"pg_amproc.amproc",
     "CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE OPERATOR CLASS o FOR TYPE int "
     "USING btree AS FUNCTION 1 f(int, int); R(a int, b int)"},
    {"pg_attrdef.adbin", "F(); CREATE TABLE t (i int DEFAULT f(), x text); INSERT INTO t (x) VALUES ('x')"},
    {"pg_attrdef.adbin",
     "F(); CREATE TABLE t (i int, x text); CREATE VIEW v AS SELECT i, x FROM t; ALTER VIEW v ALTER i SET DEFAULT f(); "
     "INSERT INTO v (x) VALUES ('x')"},
    {"pg_attrdef.adbin",
     "F(); CREATE TABLE t (i int DEFAULT f(), x text); CREATE VIEW v AS SELECT x, i AS n FROM t; CREATE VIEW w AS "
     "SELECT x FROM v; INSERT INTO w VALUES ('x')"},
    {"pg_attrdef.adbin",
     "F(); CREATE TABLE t AS SELECT 1 AS i, 'x' AS x; ALTER TABLE t ALTER i SET DEFAULT f(); INSERT INTO t (x) VALUES "
     "('x')"},
    {"pg_attrdef.adbin",
     "F(i int); CREATE TABLE t (i int, j int GENERATED ALWAYS AS (f(i)) STORED); INSERT INTO t "
     "VALUES (1)"},
    {"pg_cast.castfunc",
     "CREATE TYPE p AS (a int); F(x p); CREATE CAST (p AS int) WITH FUNCTION f(p); SELECT ROW(1)::p::int"},
    {"pg_cast.castfunc",
     "CREATE TYPE p AS (a int); F(x p); CREATE CAST (p AS int) WITH FUNCTION f(p) AS ASSIGNMENT; CREATE TABLE t (i "
     "int); UPDATE t SET i = ROW(1)::p WHERE i = 1"},
    {"pg_cast.castfunc",
     "CREATE TYPE p AS (a int); F(x p); CREATE CAST (p AS int) WITH FUNCTION f(p); EXPLAIN SELECT ROW(1)::p::int"},
    {"pg_class.relpartbound",
     "F(); CREATE TABLE t (i int) PARTITION BY RANGE (i); CREATE TABLE u PARTITION OF t FOR VALUES FROM (f()) TO (9)"},
    {"pg_constraint.conbin", "F(); CREATE TABLE t (i int CHECK (f() = 1)); INSERT INTO t VALUES (1)"},
    {"pg_constraint.conbin", "F(); CREATE DOMAIN d AS int CHECK (f() = 1); SELECT 1::d"},
    {"pg_constraint.conbin", "F(); CREATE DOMAIN d AS int CHECK (f() = 1); CREATE TYPE p AS (a d); SELECT ROW(1)::p"},
    {"pg_constraint.conbin",
     "F(); CREATE DOMAIN d AS int CHECK (f() = 1); SELECT * FROM jsonb_to_record('{}') AS t (i d)"},
    {"pg_constraint.conbin",
     "F(); CREATE DOMAIN d AS int CHECK (f() = 1); SELECT * FROM XMLTABLE('/a' PASSING '<a/>' "
     "COLUMNS i d PATH '.')"},
    {"pg_constraint.conbin",
     "F(); CREATE DOMAIN d AS int CHECK (f() = 1); CREATE TABLE t (i d); SELECT * FROM "
     "json_populate_record(NULL::t, '{}')"},
    {"pg_conversion.conproc", "F(a int); CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM f"},
    {"pg_event_trigger.evtfoid",
     "E(); CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f(); CREATE TABLE t "
     "(i int)"},
    {"pg_foreign_data_wrapper.fdwhandler", "F(); CREATE FOREIGN DATA WRAPPER w HANDLER f"},
    {"pg_foreign_data_wrapper.fdwvalidator", "F(a text[], o oid); CREATE FOREIGN DATA WRAPPER w VALIDATOR f"},
    {"pg_index.indexprs", "F(i int); CREATE TABLE t (i int); CREATE INDEX ON t (f(i))"},
    {"pg_index.indexprs", "F(i int); CREATE TABLE t (i int); CREATE TABLE u (i int, EXCLUDE (f(i) WITH =))"},
    {"pg_index.indexprs", "F(i int); CREATE TABLE t (i int); ALTER TABLE t ADD EXCLUDE (f(i) WITH =)"},
    {"pg_index.indexprs", "H(i int); CREATE TABLE t (i int); CREATE INDEX n ON t (f(i)); R(i int); REINDEX TABLE t"},
    {"pg_index.indexprs", "H(i int); CREATE TABLE t (i int); CREATE INDEX n ON t (f(i)); R(i int); REINDEX INDEX n"},
    {"pg_index.indexprs", "H(i int); CREATE TABLE t (i int); CREATE INDEX n ON t (f(i)); R(i int); CLUSTER t USING n"},
    {"pg_index.indexprs", "H(i int); CREATE TABLE t (i int); CREATE INDEX n ON t (f(i)); R(i int); VACUUM FULL t"},
    {"pg_index.indexprs", "H(i int); CREATE TABLE t (i int); CREATE INDEX n ON t (f(i)); R(i int); ANALYZE t"},
    {"pg_index.indexprs", "H(i int); CREATE TABLE t (i int); CREATE INDEX n ON t (f(i)); R(i int); VACUUM ANALYZE"},
    {"pg_index.indexprs",
     "H(i int); CREATE TABLE t (i int); CREATE INDEX n ON t (f(i)); R(i int); ALTER TABLE t ALTER i TYPE bigint"},
    {"pg_index.indexprs",
     "H(i int); CREATE MATERIALIZED VIEW m AS SELECT 1 AS i; CREATE INDEX n ON m (f(i)); R(i int); "
     "REFRESH MATERIALIZED VIEW m"},
    {"pg_index.indpred", "F(i int); CREATE TABLE t (i int); CREATE INDEX ON t (i) WHERE f(i) = 1"},
    {"pg_index.indpred", "F(i int); CREATE TABLE t (i int, EXCLUDE (i WITH =) WHERE (f(i) = 1))"},
    {"pg_language.laninline", "F(i int); CREATE LANGUAGE l HANDLER plpgsql_call_handler INLINE f"},
    {"pg_language.lanplcallfoid", "F(); CREATE LANGUAGE l HANDLER f"},
    {"pg_language.lanvalidator", "F(o oid); CREATE LANGUAGE l HANDLER plpgsql_call_handler VALIDATOR f"},
    {"pg_operator.oprcode",
     "F(a int, b int); CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = f); SELECT 1 ### 2"},
    {"pg_operator.oprcode",
     "F(a int, b int); CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = f); CREATE OPERATOR CLASS o FOR "
     "TYPE int USING btree AS OPERATOR 3 ###, FUNCTION 1 btint4cmp(int, int)"},
    {"pg_operator.oprcode",
     "F(a int, b int); CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = f); EXPLAIN SELECT 1 ### 2"},
    {"pg_operator.oprcode",
     "F(a int, b int); CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = f); CREATE TABLE t (i int, "
     "EXCLUDE (i WITH ###))"},
    {"pg_operator.oprcode",
     "F(a int, b int); CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = f); SELECT "
     "* FROM audit ORDER BY id USING ###"},
    {"pg_operator.oprrest",
     "F(i int); CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, RESTRICT = f)"},
    {"pg_operator.oprjoin",
     "F(i int); CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, JOIN = "
     "f)"},
    {"pg_operator.oprrest", "F(i int); ALTER OPERATOR ### (int, int) SET (RESTRICT = f)"},
    {"pg_partitioned_table.partexprs",
     "F(i int); CREATE TABLE t (i int) PARTITION BY RANGE (f(i)); CREATE TABLE u PARTITION OF t DEFAULT; INSERT INTO t "
     "VALUES (1)"},
    {"pg_partitioned_table.partexprs",
     "F(i int); CREATE TABLE t (i int) PARTITION BY RANGE (f(i)); CREATE TABLE u (i int); ALTER TABLE t ATTACH "
     "PARTITION "
     "u DEFAULT"},
    {"pg_policy.polqual",
     "F(); ALTER TABLE audit ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON audit USING (f() = 1); "
     "SELECT * FROM audit"},
    {"pg_policy.polwithcheck",
     "F(); ALTER TABLE audit ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON audit FOR INSERT "
     "WITH CHECK (f() = 1); INSERT INTO audit VALUES (1, 'x')"},
    {"pg_proc.proargdefaults",
     "F(); CREATE FUNCTION g(x int DEFAULT f()) RETURNS int LANGUAGE sql AS 'SELECT x'; SELECT "
     "g()"},
    {"pg_proc.prosqlbody", "F(); CREATE FUNCTION g() RETURNS int RETURN f(); SELECT g()"},
    {"pg_proc.prosupport", "F(i int); CREATE FUNCTION g() RETURNS int LANGUAGE sql SUPPORT f AS 'SELECT 1'"},
    {"pg_proc.prosupport",
     "F(i int); CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION g() "
     "SUPPORT f"},
    {"pg_range.rngcanonical", "F(i int); CREATE TYPE r AS RANGE (SUBTYPE = int, CANONICAL = f)"},
    {"pg_range.rngsubdiff", "F(a int, b int); CREATE TYPE r AS RANGE (SUBTYPE = int, SUBTYPE_DIFF = f)"},
    {"pg_rewrite.ev_action", "F(); CREATE VIEW v AS SELECT f(); SELECT * FROM v"},
    {"pg_rewrite.ev_action",
     "F(); CREATE VIEW v AS SELECT i FROM (VALUES (1)) x (i) WHERE f() = i; COPY (TABLE v) TO "
     "STDOUT"},
    {"pg_rewrite.ev_action",
     "F(); CREATE TABLE t (i int); CREATE RULE r AS ON INSERT TO t DO ALSO SELECT f(); INSERT "
     "INTO t VALUES (1)"},
    {"pg_rewrite.ev_qual",
     "F(); CREATE TABLE t (i int); CREATE RULE r AS ON INSERT TO t WHERE f() = 1 DO INSTEAD "
     "NOTHING; INSERT INTO t VALUES (1)"},
    {"pg_rewrite.ev_qual",
     "F(); CREATE TABLE t (i int); CREATE RULE r AS ON UPDATE TO t WHERE EXISTS (SELECT f()) DO "
     "INSTEAD NOTHING; UPDATE t SET i = 2 WHERE i = 1"},
    {"pg_statistic_ext.stxexprs", "F(i int); CREATE TABLE t (i int); CREATE STATISTICS s ON f(i), i FROM t; ANALYZE t"},
    {"pg_statistic_ext.stxexprs",
     "H(i int); CREATE TABLE t (i int); CREATE STATISTICS s ON (f(i)) FROM t; R(i int); "
     "ANALYZE"},
    {"pg_transform.trffromsql", "F(i int); CREATE TRANSFORM FOR int LANGUAGE plpgsql (FROM SQL WITH FUNCTION f(int))"},
    {"pg_transform.trftosql", "F(i int); CREATE TRANSFORM FOR int LANGUAGE plpgsql (TO SQL WITH FUNCTION f(int))"},
    {"pg_trigger.tgfoid",
     "T(); CREATE TABLE t (i int); CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f(); INSERT "
     "INTO t VALUES (1)"},
    {"pg_trigger.tgqual",
     "F(); CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE "
     "TABLE t (i int); CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW WHEN (f() = 1) EXECUTE "
     "FUNCTION g(); INSERT INTO t VALUES (1)"},
    {"pg_ts_parser.prsstart", "F(i int); CREATE TEXT SEARCH PARSER p (START = f)"},
    {"pg_ts_parser.prstoken", "F(i int); CREATE TEXT SEARCH PARSER p (GETTOKEN = f)"},
    {"pg_ts_parser.prsend", "F(i int); CREATE TEXT SEARCH PARSER p (END = f)"},
    {"pg_ts_parser.prslextype", "F(i int); CREATE TEXT SEARCH PARSER p (LEXTYPES = f)"},
    {"pg_ts_parser.prsheadline", "F(i int); CREATE TEXT SEARCH PARSER p (HEADLINE = f)"},
    {"pg_ts_template.tmplinit", "F(i int); CREATE TEXT SEARCH TEMPLATE p (INIT = f)"},
    {"pg_ts_template.tmpllexize", "F(i int); CREATE TEXT SEARCH TEMPLATE p (LEXIZE = f)"},
    {"pg_type.typinput", "F(i int); CREATE TYPE t (INPUT = f, OUTPUT = int4out)"},
    {"pg_type.typoutput", "F(i int); CREATE TYPE t (INPUT = int4in, OUTPUT = f)"},
    {"pg_type.typreceive", "F(i int); CREATE TYPE t (INPUT = int4in, OUTPUT = int4out, RECEIVE = f)"},
    {"pg_type.typsend", "F(i int); CREATE TYPE t (INPUT = int4in, OUTPUT = int4out, SEND = f)"},
    {"pg_type.typmodin", "F(i int); CREATE TYPE t (INPUT = int4in, OUTPUT = int4out, TYPMOD_IN = f)"},
    {"pg_type.typmodout", "F(i int); CREATE TYPE t (INPUT = int4in, OUTPUT = int4out, TYPMOD_OUT = f)"},
    {"pg_type.typanalyze", "F(i int); CREATE TYPE t (INPUT = int4in, OUTPUT = int4out, ANALYZE = f)"},
    {"pg_type.typsubscript", "F(i int); CREATE TYPE t (INPUT = int4in, OUTPUT = int4out, SUBSCRIPT = f)"},
    {"pg_type.typsend", "F(i int); ALTER TYPE audit SET (SEND = f)"},
    {"pg_type.typdefaultbin",
     "F(); CREATE DOMAIN d AS int DEFAULT f(); CREATE TABLE t (i d, x text); INSERT INTO t (x) "
     "VALUES ('x')"},
};

/// Not reached by a function of one's own.
const std::set<std::string, std::less<>> kNever{
    "pg_aggregate.aggfnoid",     // the aggregate itself
    "pg_publication_rel.prqual"  // check_simple_rowfilter_expr: functions of the server alone
};

std::string made(const std::string& words, std::string_view does) {
    std::string sql;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool begins = i == 0 || (words[i - 1] == ' ' && words[i - 2] == ';');
        const std::size_t open = i + 1;
        if (!begins || open >= words.size() || words[open] != '(' || !strchr("FHRET", words[i])) {
            sql += words[i];
            continue;
        }
        const std::size_t close = words.find(')', open);
        const char kind = words[i];
        const bool trigger = kind == 'T' || kind == 'E';
        sql += std::string(kind == 'R' ? "CREATE OR REPLACE FUNCTION f" : "CREATE FUNCTION f") +
               words.substr(open, close + 1 - open) + " RETURNS " +
               (kind == 'T'   ? "trigger"
                : kind == 'E' ? "event_trigger"
                              : "int") +
               " LANGUAGE plpgsql IMMUTABLE AS 'BEGIN " + std::string(kind == 'H' ? "NULL;" : does) + " RETURN " +
               (kind == 'E' ? ""
                : trigger   ? "NEW"
                            : "1") +
               "; END'";
        i = close;
    }
    return sql;
}

bool is_told(const std::string& sql) {
    analyze::Request request;
    request.version = 18;
    request.schema = {"CREATE TABLE orders (id bigint PRIMARY KEY); CREATE TABLE audit (id bigint, what text);"};
    request.changed.emplace_back().sql = sql;
    const Analysis analysis = analyze::analyze(std::move(request));
    for (const AnalyzedFile& file : analysis.files)
        for (const Unread& unread : file.unread) REQUIRE(unread.what != kDoesNotParse);
    return std::any_of(analysis.findings.begin(), analysis.findings.end(),
                       [](const Finding& finding) { return finding.rule == "delete-without-where"; });
}

}  // namespace

TEST_CASE("a function is found wherever the server's catalogs can hold one") {
    std::set<std::string, std::less<>> open;
    std::string place;
    for (const char c : std::string(kPlaces) + " ")
        if (c == ' ' || c == '\n') {
            if (!place.empty()) open.insert(std::exchange(place, {}));
        } else {
            place += c;
        }
    REQUIRE(open.size() == 59);
    for (const Way& way : kWays) {
        const std::string sql = made(std::string(way.sql), "DELETE FROM public.orders;");
        INFO(sql);
        CHECK(is_told(sql));
        CHECK_FALSE(is_told(made(std::string(way.sql), "NULL;")));
        CHECK(kPlaces.find(way.place) != kPlaces.npos);
        open.erase(std::string(way.place));
    }
    CHECK(open == kNever);
}
