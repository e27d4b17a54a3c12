// Where statements begin and end, what a syntax error costs, and what hostile text cannot do.

#include "analyze/lower/lower.h"
#include "analyze/lower/action_text.h"

#include <pg_query.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <thread>

#include "analyze/lower/lexer.h"
#include "analyze/lower/split.h"

namespace pgfence {
namespace {

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

/// The text with each statement in «» and each failed piece in ‹›, the place of the error as ^.
std::string marked(const std::string& sql) {
    const auto lowered = lower(sql);
    std::vector<std::pair<std::uint32_t, std::string>> marks;
    for (const auto& s : lowered.statements) {
        marks.emplace_back(s.begin, "«");
        marks.emplace_back(s.end, "»");
    }
    for (const auto& e : lowered.errors) {
        marks.emplace_back(e.begin, "‹");
        marks.emplace_back(e.at, "^");
        marks.emplace_back(e.end, "›");
    }
    std::stable_sort(marks.begin(), marks.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string out;
    std::size_t at = 0;
    for (const auto& [offset, mark] : marks) {
        out += sql.substr(at, offset - at) + mark;
        at = offset;
    }
    return out + sql.substr(at);
}

struct Marked {
    std::string sql, expected;
};

void check(const std::vector<Marked>& cases) {
    for (const auto& c : cases) CHECK(marked(c.sql) == c.expected);
}

TEST_CASE("statements run from their first token to their last") {
    check({
        {"", ""},
        {" \n\t;; ; ", " \n\t;; ; "},
        {"-- only\n/* comments /* nested */ */", "-- only\n/* comments /* nested */ */"},
        {"select 1", "«select 1»"},
        {"  select 1 ; ", "  «select 1» ; "},
        {"/* a /* b */ ; */ select 1 -- c ;\n; -- d\nselect 2 /* e */",
         "/* a /* b */ ; */ «select 1» -- c ;\n; -- d\n«select 2» /* e */"},
        {"select '--' ; select '*/'", "«select '--'» ; «select '*/'»"},
        {"select '\n--'", "«select '\n--'»"},
        {"select 1 -- a\r\n;\r\nselect 2\r\n", "«select 1» -- a\r\n;\r\n«select 2»\r\n"},
        {"select 'é'; -- ü\nselect 'ß' ;", "«select 'é'»; -- ü\n«select 'ß'» ;"},
        {"select $a$ ; $a$; select E'\\';'; select \";\";", "«select $a$ ; $a$»; «select E'\\';'»; «select \";\"»;"},
        {"select U&'\\0041' ; select U&\"a\";", "«select U&'\\0041'» ; «select U&\"a\"»;"},
        {"create function f() returns int begin atomic select 1; select case when true then 1 end; end; select 2",
         "«create function f() returns int begin atomic select 1; select case when true then 1 end; end»; «select 2»"},
        {"create rule r as on insert to t do (select 1; select 2); select 3",
         "«create rule r as on insert to t do (select 1; select 2)»; «select 3»"},
        {"(select 1) union (select 2);", "«(select 1) union (select 2)»;"},
        {"with a as (select 1) select 2;", "«with a as (select 1) select 2»;"},
    });
}

TEST_CASE("a syntax error costs its own statement") {
    check({
        {"select 1; selct 2; select 3", "«select 1»; ‹^selct 2›; «select 3»"},
        {"-- é\nselect 'é' from from t; select 2", "-- é\n‹select 'é' from ^from t›; «select 2»"},
        {"create table t (a int;\nselect 1;", "‹create table t (a int^›;\n«select 1»;"},
        {"select 1; select 'open; select 2", "«select 1»; ‹select ^'open; select 2›"},
        {"select 1; /* open ; select 2", "«select 1»; ‹^/* open ; select 2›"},
        {"select 1; select $x$ open ; select 2", "«select 1»; ‹select ^$x$ open ; select 2›"},
        {"oops; create function f() returns int begin atomic select 1; select 2; end; select 3;",
         "‹^oops›; «create function f() returns int begin atomic select 1; select 2; end»; «select 3»;"},
        {"oops; create rule r as on insert to t do (select 1; select 2); select 3",
         "‹^oops›; «create rule r as on insert to t do (select 1; select 2)»; «select 3»"},
        {"create rule r as on insert to t do (select 1; select 2; select 3",
         "‹create rule r as on insert to t do (select 1^›; «select 2»; «select 3»"},
        {"select 123abc; select 2", "‹select ^123abc›; «select 2»"},
        {"\\connect db\nselect 1; select 2", "‹^\\connect db\nselect 1›; «select 2»"},
        {"end if; case; begin atomic; select 1", "‹end ^if›; ‹^case›; ‹begin ^atomic›; «select 1»"},
    });
}

TEST_CASE("the message is PostgreSQL's") {
    const auto lowered = lower("select 1; selct 2");
    REQUIRE(lowered.errors.size() == 1);
    CHECK(lowered.errors[0].message == "syntax error at or near \"selct\"");
}

TEST_CASE("an open comment at the end is an error, not silence") {
    const auto lowered = lower("select 1; /* open ; select 2");
    REQUIRE(lowered.errors.size() == 1);
    CHECK(lowered.errors[0].message == "unterminated /* comment at or near \"/* open ; select 2\"");
    const auto longer = lower("select 'open " + repeated("é", 1000));
    REQUIRE(longer.errors.size() == 1);
    CHECK(longer.errors[0].message.size() <= 204);
    CHECK(longer.errors[0].message.ends_with("é...\""));
}

TEST_CASE("locations count from the begin of the whole text, after an error too") {
    const std::string sql = "é; oops; alter table t add column a int default now(), drop column b";
    const auto lowered = lower(sql);
    REQUIRE(lowered.statements.size() == 1);
    const auto& alter = std::get<AlterTable>(lowered.statements[0].actions.at(0));
    CHECK(alter.cmds.at(0).column->location == static_cast<int>(sql.find("a int")));
    CHECK(alter.cmds.at(0).column->type.location == static_cast<int>(sql.find("int")));
    CHECK(alter.cmds.at(0).column->constraints.at(0).expr->location == static_cast<int>(sql.find("now")));
    CHECK(alter.cmds.at(0).column->constraints.at(0).expr_sql == "now()");
    CHECK(alter.cmds.at(1).location == static_cast<int>(sql.find("drop")));
}

TEST_CASE("a zero byte is reported and what follows is read") {
    const auto lowered = lower(std::string("select 1;\0 drop table t", 23));
    REQUIRE(lowered.errors.size() == 1);
    CHECK(lowered.errors[0].at == 9);
    REQUIRE(lowered.statements.size() == 2);
    CHECK(lowered.statements[1].kind == "DROP TABLE");
}

TEST_CASE("comments that may hold a suppression") {
    const std::string sql =
        "-- pgfence-ignore: a\nselect 1 /* see */; /* squawk /* x */ ignore */ select 'pgfence'; -- nolint\n-- other";
    const auto lowered = lower(sql);
    std::vector<std::string> texts;
    for (const auto& c : lowered.comments) {
        texts.push_back(c.text);
        CHECK(sql.substr(c.begin, c.end - c.begin) == c.text);
    }
    CHECK(texts == std::vector<std::string>{"-- pgfence-ignore: a", "/* squawk /* x */ ignore */", "-- nolint"});
}

// ---- against libpg_query's own splitter and scanner --------------------------------------------------------------

const std::vector<std::string>& corpus() {
    static const std::vector<std::string> texts{
        "begin; create table a (id bigint primary key, x text default ';' check (x <> '--')); commit;",
        "create function f() returns trigger language plpgsql as $$ begin return new; end; $$; select 1;;select 2;;",
        "select 1e10, 1.5, .5, 1., 0x1F, 1_000, $1, a$b, :: , a->>'b', 'a'\n'b', E'\\'' , U&'x' , b'1', x'F', n'x', "
        "\"q\"\"q\";",
        "select 1..2; select a.b.c, t.*, @x, a<=b, c!=d, e=>f, g:=h, [1:2] ;",
        "/* a /* b */ c */ select /**/ 1 --x\n;-- y\n select 'it''s' /* ; */ ; select E'a\\\\' ; select $q$ $$ ; $$ "
        "$q$;",
        "select 'x'  -- same line\n 'not continued';",
        "create procedure p() begin atomic insert into t values (1); select case 1 when 1 then 2 end; end; select 3;",
        "create rule r as on update to t do also (insert into u values (1); delete from v;); select 4;",
        "alter table t add column \"é;\" text, add check (a in (1, 2)); insert into ünïcode values ('ß;', $é$;$é$);",
        "select a/*x*/+--y\n-b, c-- z\n, 1+-2, a@-b, x*/**/y;",
        "select\f1;select\v2",
        "select 'a''' ; select '' ; select E'' 'x';",
    };
    return texts;
}

TEST_CASE("as many statements as pg_query_split_with_parser counts, at its places") {
    for (const auto& sql : corpus()) {
        INFO(sql);
        const auto split = pg_query_split_with_parser(sql.c_str());
        if (!split.error) {
            const auto lowered = lower(sql);
            REQUIRE(lowered.statements.size() == static_cast<std::size_t>(split.n_stmts));
            for (int i = 0; i < split.n_stmts; ++i) {
                const auto& statement = lowered.statements[static_cast<std::size_t>(i)];
                const auto begin = static_cast<std::uint32_t>(split.stmts[i]->stmt_location);
                CHECK(statement.begin >= begin);
                CHECK(statement.end <= begin + static_cast<std::uint32_t>(split.stmts[i]->stmt_len));
            }
        }
        pg_query_free_split_result(split);
    }
}

TEST_CASE("the splitter of broken text cuts sound text as the parser does") {
    for (const auto& sql : corpus()) {
        INFO(sql);
        const auto lowered = lower(sql);
        if (!lowered.errors.empty()) continue;
        const auto pieces = split_statements(sql);
        REQUIRE(pieces.size() == lowered.statements.size());
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            CHECK(pieces[i].begin == lowered.statements[i].begin);
            CHECK(pieces[i].end == lowered.statements[i].end);
        }
    }
}

/// Ends of strings, names, comments and brackets: all that this lexer is trusted with.
std::string landmarks_of_lexer(const std::string& sql) {
    std::string out;
    Lexer lexer(sql, 0, sql.size());
    for (Token t = lexer.next_or_comment(); t.kind != Token::Kind::end; t = lexer.next_or_comment()) {
        const bool quoted =
            t.kind == Token::Kind::string || t.kind == Token::Kind::dollar_string || t.kind == Token::Kind::quoted_name;
        const bool bracket = t.symbol && std::string_view("(),;[]").find(t.symbol) != std::string_view::npos;
        if (quoted || bracket || t.kind == Token::Kind::comment || t.kind == Token::Kind::word)
            out += std::to_string(t.span.begin) + "-" + std::to_string(t.span.end) + " ";
    }
    return out;
}

std::string landmarks_of_scanner(const std::string& sql) {
    std::string out;
    const auto scan = pg_query_scan_tokens(sql.c_str());
    REQUIRE_FALSE(scan.error);
    for (int i = 0; i < scan.n_tokens; ++i) {
        const auto& t = scan.tokens[i];
        const std::string_view text(sql.data() + t.start, static_cast<std::size_t>(t.end - t.start));
        const bool bracket = text.size() == 1 && std::string_view("(),;[]").find(text) != std::string_view::npos;
        const bool comment = t.token == PG_QUERY_TOKEN_SQL_COMMENT || t.token == PG_QUERY_TOKEN_C_COMMENT;
        const bool quoted = text.find_first_of("'\"") != std::string_view::npos ||
                            (text.size() > 1 && text[0] == '$' && text.back() == '$');
        const bool word = t.token == PG_QUERY_TOKEN_IDENT || t.keyword_kind != PG_QUERY_NO_KEYWORD;
        if (bracket || comment || quoted || word) out += std::to_string(t.start) + "-" + std::to_string(t.end) + " ";
    }
    pg_query_free_scan_tokens_result(scan);
    return out;
}

TEST_CASE("the lexer ends strings, names and comments where PostgreSQL's scanner does") {
    for (const auto& sql : corpus()) {
        INFO(sql);
        CHECK(landmarks_of_lexer(sql) == landmarks_of_scanner(sql));
    }
}

// ---- hostile text ------------------------------------------------------------------------------------------------

TEST_CASE("deep and long text neither crashes nor takes long") {
    const int n = 20000;
    CHECK(lower("select " + repeated("'a' || ", n) + "'b'").statements.size() == 1);
    CHECK(lower("alter table t add check (" + repeated("a + ", n) + "b)").statements.size() == 1);
    CHECK(lower("alter table t add check (" + repeated("a or ", n) + "b)").statements.size() == 1);
    CHECK(lower("alter table t alter a set default 'x'" + repeated("::text", n)).statements.size() == 1);
    CHECK(lower("alter table t alter a set default " + repeated("- ", 3000) + "a").statements.size() == 1);
    CHECK(lower("alter table t alter a set default a" + repeated("[1]", n)).statements.size() == 1);
    CHECK(lower("alter table t alter a set default " + repeated("(", n) + "1" + repeated(")", n)).errors.size() == 1);
    CHECK(lower("alter table t alter a set default " + repeated("f(", 3000) + "1" + repeated(")", 3000))
              .statements.size() == 1);
    CHECK(lower("set a = 'x'; create table t (a geometry('p'" + repeated("::text", n) + "))").statements.size() == 2);
    CHECK(lower(repeated("/*", n)).errors.size() == 1);
    CHECK(lower("select 1; " + repeated("/*", 500000)).errors.size() == 1);
    CHECK(lower("/*" + repeated("/*", 500000) + repeated("*/", 500001) + " select 1").statements.size() == 1);
    CHECK(lower("select " + repeated("+-", 500000) + "1; select 2").statements.size() == 2);
    CHECK(lower("select 1 " + repeated("*<", 500000) + "1; select 2").errors.size() == 1);
    CHECK(lower(repeated("(", n)).errors.size() == 1);
    CHECK(lower(repeated(";", 200000)).statements.empty());
    CHECK(lower(repeated("begin atomic ", n)).errors.size() == 1);
    CHECK(lower(repeated("create rule r as on insert to t do (select 1;", n)).errors.size() >= 1);
    CHECK(lower(repeated("create function f() returns int begin atomic select 1;", n)).errors.size() >= 1);
}

TEST_CASE("tables of long unions and joins are all found") {
    const int n = 5000;
    const auto relations = [](const std::string& sql) {
        const auto lowered = lower(sql);
        REQUIRE(lowered.statements.size() == 1);
        return std::get<Dml>(lowered.statements[0].actions.at(0)).query.relations.size();
    };
    CHECK(relations("select a from t" + repeated(" union all select a from t", n)) == n + 1);
    CHECK(relations("select 1 from t" + repeated(" join t on true", n) + " for update") == n + 1);
    CHECK(relations("select 1 where " + repeated("exists (select 1 from t) or ", n) + " true") == n);
    CHECK(relations("with a0 as (select 1 from t)" + repeated(", a as (select 1 from t, a0)", n) +
                    " select 1 from a, a0") == n + 1);
}

TEST_CASE("twenty thousand statements, sound and broken") {
    const int n = 20000;
    CHECK(lower(repeated("insert into t values (1, 'x');\n", n)).statements.size() == n);
    const auto broken = lower(repeated("insert into t values (1); insert int t; ", n / 2));
    CHECK(broken.statements.size() == n / 2);
    CHECK(broken.errors.size() == n / 2);
    CHECK(lower("create table t (" + repeated("a int check (a > 0) default 1, ", n) + " b int)").statements.size() ==
          1);
    CHECK(lower("alter table t " + repeated("add a int default 1, ", n) + " drop b").statements.size() == 1);
}

TEST_CASE("every cut and every changed byte of the corpus gives spans inside the text") {
    for (const auto& sql : corpus())
        for (std::size_t i = 0; i < sql.size(); ++i) {
            auto changed = sql;
            changed[i] = "'\"$/-;(E\\\xff"[i % 10];
            for (const auto& text : {sql.substr(0, i), sql.substr(i), changed}) {
                const auto lowered = lower(text);
                for (const auto& s : lowered.statements) REQUIRE((s.begin < s.end && s.end <= text.size()));
                for (const auto& e : lowered.errors)
                    REQUIRE((e.begin <= e.at && e.at <= e.end && e.end <= text.size()));
            }
        }
}

TEST_CASE("threads do not see each other") {
    std::vector<std::thread> threads;
    std::vector<std::string> results(4);
    for (auto& result : results)
        threads.emplace_back([&result] {
            for (int i = 0; i < 20; ++i)
                for (const auto& sql : corpus()) {
                    const auto lowered = lower(sql + " oops");
                    for (const auto& s : lowered.statements) result += in_one_line(s.actions);
                    for (const auto& e : lowered.errors) result += e.message;
                }
        });
    for (auto& thread : threads) thread.join();
    for (const auto& result : results) CHECK(result == results[0]);
    CHECK_FALSE(results[0].empty());
}

}  // namespace
}  // namespace pgfence
