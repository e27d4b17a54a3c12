// What PostgreSQL 19 added to the grammar, each form as a server of 19 takes or refuses it.

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "analyze/lower/action_text.h"
#include "analyze/lower/lower.h"

namespace pgfence {
namespace {

struct Case {
    const char* sql;
    const char* actions;
};

const Case kRepack[] = {
    {"repack t", "Repack t"},
    {"REPACK public.t;", "Repack public.t"},
    {"/* a */ repack -- b\n \"My T\" -- c", "Repack My T"},
    {"repack (analyze) t (a, b)", "Repack t analyze"},
    {"repack(verbose, concurrently) t", "Repack t concurrently"},
    {"repack (concurrently off, analyze 1) t", "Repack t analyze"},
    {"repack (concurrently, concurrently false) t", "Repack t"},
    {"repack t using index i", "Repack t by_index index=i"},
    {"repack (concurrently) s.t (a) using index \"My I\"", "Repack s.t by_index index=My I concurrently"},
    {"repack t using index", "Repack t by_index"},
    {"repack using index", "Repack  by_index"},
    {"repack", "Repack "},
};

const Case kPublications[] = {
    {"create publication p for all sequences", "CreatePublication p (); NeedsServer 19"},
    {"create publication p for all tables, all sequences", "CreatePublication p () all; NeedsServer 19"},
    {"create publication p for all sequences, all tables with (publish = 'insert')",
     "CreatePublication p () all; NeedsServer 19"},
    {"create publication p for all tables except (table a, only b, table s.c *)",
     "CreatePublication p () all except (a,only b,s.c); NeedsServer 19"},
    {"create publication p for all tables except (table \"a)\"), all sequences with (publish = 'insert')",
     "CreatePublication p () all except (a)); NeedsServer 19"},
    {"alter publication p set all tables", "SetPublication p () all; NeedsServer 19"},
    {"alter publication p set all sequences", "SetPublication p (); NeedsServer 19"},
    {"alter publication p set all tables except (table a), all sequences;",
     "SetPublication p () all except (a); NeedsServer 19"},
};

std::string actions_of(const std::string& sql) {
    const Lowered lowered = lower(sql);
    INFO(sql);
    REQUIRE(lowered.errors.empty());
    REQUIRE(lowered.statements.size() == 1);
    return in_one_line(lowered.statements[0].actions);
}

/// 19's words, and 18's that do the same.
struct Likeness {
    const char *sql, *on_18;
};

const Likeness kClauses[] = {
    {"checkpoint (mode fast, flush_unlogged)", "checkpoint"},
    {"insert into t values (f(1)) on conflict (id) do select returning g(id)",
     "insert into t values (f(1)) on conflict (id) do nothing returning g(id)"},
    {"insert into t select f(1) from u on conflict (lower(a)) where b do select for no key update returning id",
     "insert into t select f(1) from u on conflict do nothing returning id"},
    {"with x as (insert into t values (1) on conflict on constraint t_pkey do select for update returning id) delete "
     "from u",
     "with x as (insert into t values (1) on conflict do nothing returning id) delete from u"},
    {"explain analyze insert into t values (1) on conflict (i)do select returning 1",
     "explain analyze insert into t values (1) on conflict do nothing returning 1"},
    {"update t set a = (select lag(f(b)) ignore nulls over (order by c) from u)",
     "update t set a = (select lag(f(b)) over (order by c) from u)"},
    {"create view v as select first_value(a) respect nulls over w from t window w as (order by b)",
     "create view v as select first_value(a) over w from t window w as (order by b)"},
};

/// Refused by 19 as well, or not read: nothing is known of them.
const char* const kUnread[] = {
    "repack only t",
    "repack t *",
    "repack table t",
    "repack verbose t",
    "repack concurrently t",
    "repack verbose",
    "repack t, u",
    "repack () t",
    "repack (full) t",
    "repack (concurrently t",
    "repack using index i",
    "repack t using i",
    "repack t using index i j",
    "create publication p for all tables except table t",
    "create publication p for all tables except (t)",
    "create publication p for all tables except (table t",
    "create publication p for all tables except (tables in schema s)",
    "create publication p for all tables, table t",
    "create publication p for table t, all sequences",
    "create publication p for all sequences, all sequences",
    "alter publication p add all tables",
    "insert into t values (1) on conflict (id) do select",
    "insert into t values (1) on conflict do select returning id",
    "insert into t values (1) on conflict (id) do select where f(a) returning id",
    "insert into t values (1) on conflict (id) do select set a = 1 returning id",
    "select lag(a) ignore nulls from t",
    "select ignore nulls over (order by a) from t",
    "alter table p merge partitions (a, b) into c",
    "create property graph g vertex tables (t key (id))",
    "update t for portion of d from 1 to 2 set a = 1",
    "wait for lsn '0/0'",
};

}  // namespace

TEST_CASE("REPACK and its options") {
    for (const Case& c : kRepack) {
        CHECK(actions_of(c.sql) == c.actions);
        CHECK(lower(c.sql).statements[0].kind == "REPACK");
    }
}

TEST_CASE("publications of all tables but some, and of sequences") {
    for (const Case& c : kPublications) CHECK(actions_of(c.sql) == c.actions);
}

TEST_CASE("a clause of 19 hides nothing that the statement does") {
    for (const Likeness& c : kClauses) CHECK(actions_of(c.sql) == actions_of(c.on_18) + "; NeedsServer 19");
}

TEST_CASE("what is not known to be 19's is not read") {
    for (const char* sql : kUnread) {
        INFO(sql);
        const Lowered lowered = lower(sql);
        CHECK(lowered.statements.empty());
        CHECK(lowered.errors.size() == 1);
    }
}

TEST_CASE("statements of 19 stand where they stand, among others") {
    const std::string sql =
        "select 1; repack t; drop table a; select lag(b) ignore nulls over () from t; oops; repack u";
    const Lowered lowered = lower(sql);
    std::string texts;
    for (const LoweredStatement& s : lowered.statements) texts += sql.substr(s.begin, s.end - s.begin) + "|";
    CHECK(texts == "select 1|repack t|drop table a|select lag(b) ignore nulls over () from t|repack u|");
    CHECK(lowered.errors.size() == 1);
    CHECK(lower("select 1; repack t; drop table a").errors.empty());
}

// PL/pgSQL's own reader checks the syntax of each statement, with 18's grammar.
TEST_CASE("a body holds them where it runs a text, and is a gap elsewhere") {
    const auto body_of = [](const char* sql) {
        const Lowered lowered = lower(sql);
        REQUIRE(lowered.statements.size() == 1);
        const auto* block = std::get_if<DoBlock>(&lowered.statements[0].actions[0]);
        REQUIRE((block && block->runs));
        return *block->runs;
    };
    const RoutineBody run = body_of("do $$ begin execute 'repack t'; end $$");
    CHECK(run.gaps.empty());
    REQUIRE(run.statements.size() == 1);
    CHECK(in_one_line(run.statements[0].actions) == "Repack t");
    CHECK(body_of("do $$ begin repack t; end $$").gaps.size() == 1);
    CHECK(body_of("do $$ begin perform lag(a) ignore nulls over () from t; end $$").gaps.size() == 1);
}

}  // namespace pgfence
