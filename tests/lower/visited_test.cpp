// Whatever PostgreSQL's tree of a statement holds that runs something is seen, wherever it stands: what libpg_query's
// own JSON of the tree counts is held against what was lowered.

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/lower/lower.h"

extern "C" {
#include "pg_query.h"
}

using namespace pgfence;

namespace {

std::string tree_of(const std::string& sql) {
    const PgQueryParseResult result = pg_query_parse(sql.c_str());
    INFO(sql << ": " << (result.error ? result.error->message : ""));
    REQUIRE(!result.error);
    std::string tree = result.parse_tree;
    pg_query_free_parse_result(result);
    return tree;
}

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++found;
    return found;
}

/// Strings of a tree that begin with `prefix` and go on with a number: "f12".
std::set<std::string> numbered(const std::string& tree, std::string_view prefix) {
    std::set<std::string> names;
    const std::string begin = "\"sval\":\"" + std::string(prefix);
    for (std::size_t at = tree.find(begin); at != std::string::npos; at = tree.find(begin, at + 1)) {
        const std::size_t from = at + begin.size() - prefix.size();
        const std::string name = tree.substr(from, tree.find('"', from) - from);
        if (name.size() > prefix.size() && name.find_first_not_of("0123456789", prefix.size()) == std::string::npos)
            names.insert(name);
    }
    return names;
}

struct Seen {
    std::set<std::string> functions, casts, operators, fields;
    std::size_t changes = 0, clauses = 0;

    void add(const Query& query) {
        for (const FunctionUse& use : query.functions) functions.insert(use.name.name);
        for (const TypeName& type : query.casts) casts.insert(type.name.name);
        for (const OperatorUse& use : query.operators) operators.insert(use.name.name);
        fields.insert(query.fields.begin(), query.fields.end());
    }
};

Seen seen_in(const std::string& sql) {
    Seen seen;
    const Lowered lowered = lower(sql);
    REQUIRE(lowered.errors.empty());
    for (const LoweredStatement& statement : lowered.statements)
        for (const Action& action : statement.actions) {
            if (const auto* dml = std::get_if<Dml>(&action)) {
                seen.add(dml->query);
                const bool changes = dml->kind == Dml::Kind::insert || dml->kind == Dml::Kind::update ||
                                     dml->kind == Dml::Kind::delete_ || dml->kind == Dml::Kind::merge;
                ++(dml->merge_clause ? seen.clauses : changes ? seen.changes : seen.clauses);
            }
            if (const auto* create = std::get_if<CreateTableAs>(&action)) seen.add(create->query);
            if (const auto* view = std::get_if<CreateView>(&action)) seen.add(view->query);
            if (const auto* call = std::get_if<Call>(&action)) seen.add(call->arguments);
            if (const auto* execute = std::get_if<Execute>(&action)) seen.add(execute->arguments);
        }
    return seen;
}

/// F stands for a call of a function, C for a cast, each by a name of its own.
const std::vector<std::string> kStatements{
    "SELECT F, (F), -F, F + F, F::text, C, CASE F WHEN F THEN F ELSE F END, COALESCE(F, F), GREATEST(F, F), NULLIF(F, "
    "F)",
    "SELECT ARRAY[F, C], ROW(F, C), (ARRAY[F])[F], (ROW(F)).a, F IS NULL, F IS TRUE, F COLLATE \"C\", NOT F",
    "SELECT F BETWEEN F AND F, F IN (F, F), F LIKE F ESCAPE F, F SIMILAR TO F, F IS DISTINCT FROM F, F AT TIME ZONE F",
    "SELECT F = ANY (F), F = ALL (SELECT F), F IN (SELECT F), EXISTS (SELECT F), ARRAY(SELECT F), (SELECT F)",
    "SELECT count(F) FILTER (WHERE F), sum(F ORDER BY F) OVER (PARTITION BY F ORDER BY F ROWS BETWEEN F PRECEDING AND "
    "F "
    "FOLLOWING), percentile_disc(F) WITHIN GROUP (ORDER BY F)",
    "SELECT f(F, x => F, VARIADIC F), extract(year FROM F), substring(F FROM F FOR F), overlay(F PLACING F FROM F), "
    "trim(F FROM F), position(F IN F)",
    "SELECT xmlelement(name a, xmlattributes(F AS b), F), xmlforest(F AS c), xmlserialize(content F AS text), "
    "xmlparse(document F), xmlconcat(F, F), xmlpi(name p, F)",
    "SELECT JSON_OBJECT('a': F), JSON_ARRAY(F, C), JSON_ARRAY(SELECT F), JSON_OBJECTAGG('a': F), JSON_ARRAYAGG(F), "
    "JSON_VALUE(F, '$'), JSON_QUERY(F, '$'), JSON_EXISTS(F, '$' PASSING F AS x), JSON_SERIALIZE(F), JSON(F), "
    "JSON_SCALAR(F), F IS JSON",
    "SELECT * FROM F, LATERAL F AS x, ROWS FROM (F, F), (SELECT F) AS y, (VALUES (F, C)) AS z",
    "SELECT * FROM a JOIN b ON F JOIN c USING (i) CROSS JOIN F LEFT JOIN LATERAL F ON F",
    "SELECT * FROM a TABLESAMPLE BERNOULLI (F) REPEATABLE (F)",
    "SELECT * FROM XMLTABLE(F PASSING F COLUMNS i int PATH F DEFAULT F)",
    "SELECT * FROM JSON_TABLE(F, '$' PASSING F AS x COLUMNS (i int PATH '$' DEFAULT F ON EMPTY))",
    "SELECT DISTINCT ON (F) 1 FROM a WHERE F GROUP BY F, ROLLUP (F), GROUPING SETS ((F), CUBE (F)) HAVING F WINDOW w "
    "AS "
    "(ORDER BY F) ORDER BY F USING < , C LIMIT F OFFSET F FOR UPDATE",
    "SELECT F UNION SELECT F INTERSECT (SELECT F EXCEPT ALL SELECT C)",
    "WITH a AS (SELECT F), RECURSIVE_ AS (SELECT F) SELECT F",
    "WITH RECURSIVE r AS (SELECT F UNION ALL SELECT F FROM r) SEARCH DEPTH FIRST BY i SET s CYCLE i SET c TO 1 DEFAULT "
    "0 "
    "USING p SELECT F FROM r",
    "WITH a AS (INSERT INTO t VALUES (F) RETURNING F), b AS (DELETE FROM t USING u WHERE F RETURNING C), c AS (UPDATE "
    "t "
    "SET i = F, (j, k) = (SELECT F, F) FROM u WHERE F RETURNING F), d AS (MERGE INTO t USING (SELECT F) s ON F WHEN "
    "MATCHED "
    "AND F THEN UPDATE SET i = F WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (i) VALUES (F) RETURNING F) "
    "SELECT F FROM a",
    "INSERT INTO t (i[F]) VALUES (F, DEFAULT), (C, F) ON CONFLICT (lower(F)) WHERE F DO UPDATE SET i = F WHERE F "
    "RETURNING F",
    "INSERT INTO t WITH a AS (SELECT F) SELECT F FROM a",
    "UPDATE t SET i = F, j[F] = F, (k, l) = ROW(F, F) FROM F WHERE F RETURNING F",
    "DELETE FROM t USING F WHERE F RETURNING F",
    "MERGE INTO t USING F ON F WHEN NOT MATCHED BY SOURCE AND F THEN DELETE",
    "COPY (SELECT F) TO STDOUT",
    "COPY (DELETE FROM t WHERE F RETURNING F) TO STDOUT",
    "COPY t FROM STDIN WHERE F",
    "CREATE TABLE x AS SELECT F",
    "CREATE TABLE x AS WITH a AS (DELETE FROM t WHERE F RETURNING F) SELECT F FROM a",
    "SELECT F INTO x",
    "CREATE MATERIALIZED VIEW x AS SELECT F",
    "CREATE VIEW x AS SELECT F, C",
    "EXPLAIN ANALYZE DELETE FROM t WHERE F",
    "DECLARE c CURSOR FOR SELECT F",
    "PREPARE p AS DELETE FROM t WHERE F",
    "EXECUTE p(F, C)",
    "CALL p(F, C)",
};

std::string with_names(const std::string& pattern, int& next) {
    std::string sql;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const auto alone = [&](std::size_t at) {
            return at >= pattern.size() || !(isalnum(pattern[at]) || pattern[at] == '_');
        };
        const bool word = (i == 0 || (alone(i - 1) && pattern[i - 1] != '"')) && alone(i + 1);
        if (word && pattern[i] == 'F')
            sql += "f" + std::to_string(next++) + "()";
        else if (word && pattern[i] == 'C')
            sql += "a::c" + std::to_string(next++);
        else
            sql += pattern[i];
    }
    return sql;
}

}  // namespace

TEST_CASE("every call and cast of PostgreSQL's tree is seen, and every statement in a statement") {
    int next = 1;
    std::size_t calls = 0;
    for (const std::string& pattern : kStatements) {
        const std::string sql = with_names(pattern, next);
        INFO(sql);
        const std::string tree = tree_of(sql);
        const Seen seen = seen_in(sql);
        for (const std::string& name : numbered(tree, "f")) {
            INFO(name);
            CHECK(seen.functions.contains(name));
            ++calls;
        }
        for (const std::string& name : numbered(tree, "c")) {
            INFO(name);
            CHECK(seen.casts.contains(name));
        }
        std::size_t statements = 0;
        for (const char* kind : {"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"})
            statements += count(tree, "{\"" + std::string(kind) + "\":{");
        CHECK(seen.changes == statements);
    }
    CHECK(calls > 180);
}

TEST_CASE("operators are functions by another name, whatever they are written as") {
    const auto operators = [](const std::string& sql) { return seen_in(sql).operators; };
    using Names = std::set<std::string>;
    CHECK(operators("SELECT a ### b, @#@ c") == Names{"###", "@#@"});
    CHECK(operators("SELECT a OPERATOR(s.=) b") == Names{"="});
    CHECK(operators("SELECT a IN (1, 2)") == Names{"="});
    CHECK(operators("SELECT a NOT IN (1)") == Names{"<>"});
    CHECK(operators("SELECT a IN (SELECT 1)") == Names{"="});
    CHECK(operators("SELECT a <<< ANY (SELECT 1)") == Names{"<<<"});
    CHECK(operators("SELECT a <<< ALL (b)") == Names{"<<<"});
    CHECK(operators("SELECT NULLIF(a, b)") == Names{"="});
    CHECK(operators("SELECT a IS DISTINCT FROM b") == Names{"="});
    CHECK(operators("SELECT CASE a WHEN b THEN 1 END") == Names{"="});
    CHECK(operators("SELECT a LIKE b") == Names{"~~"});
    CHECK(operators("SELECT a BETWEEN 1 AND 2") == Names{"<", "<=", ">", ">="});
    CHECK(operators("SELECT * FROM t JOIN u USING (a)") == Names{"="});
    CHECK(operators("SELECT * FROM t NATURAL JOIN u") == Names{"="});
    CHECK(operators("SELECT * FROM t ORDER BY a USING <<<") == Names{"<<<"});
    CHECK(seen_in("SELECT t.a, (t).b, (ROW(1)::t).c, d FROM t").fields == Names{"a", "b", "c"});
}
