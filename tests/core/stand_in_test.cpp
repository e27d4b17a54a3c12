// The way back from the names that stand for placeholders to what the author wrote.

#include "core/stand_in.h"

#include <catch2/catch_test_macros.hpp>

using namespace pgfence;

namespace {

std::string sql(const StandIns& stand_ins, const std::string& text) {
    return stand_ins.sql_as_written(text).value_or("none");
}

}  // namespace

TEST_CASE("placeholders come back as they were written") {
    const StandIns some({{"__Schema_", "${Schema}"}, {"__p_", "${p}", true}, {"__p__", "{{p}}"}});
    CHECK(sql(some, "ALTER TABLE __schema_.orders") == "ALTER TABLE ${Schema}.orders");
    CHECK(sql(some, "DROP INDEX __schema_.__schema__note_idx") == "DROP INDEX ${Schema}.${Schema}_note_idx");
    CHECK(sql(some, "SELECT '__schema_.orders', $$__schema_$$") == "SELECT '${Schema}.orders', $$${Schema}$$");
    // Whoever quoted it had a reason; a name that is quoted once is enough.
    CHECK(sql(some, "DROP TABLE __p_x, \"__p_y\", '__p_'") == "DROP TABLE \"${p}x\", \"${p}y\", '${p}'");
    CHECK(sql(some, "DROP TABLE __p__") == "DROP TABLE {{p}}");
    CHECK(sql(some, "DROP TABLE orders") == "DROP TABLE orders");
    CHECK(some.shown("column note of __SCHEMA_.orders") == "column note of ${Schema}.orders");
}

TEST_CASE("psql's variables come back in the quotes that psql knows") {
    const StandIns some({{"t$", ":t"}, {"q$", ":q", true}});
    CHECK(sql(some, "DROP TABLE t$.a, \"t$\", q$") == "DROP TABLE :t.a, :t, :\"q\"");
    CHECK(sql(some, "SELECT 't$'") == "SELECT :'t'");
    // psql looks for none within a longer name or text.
    CHECK(sql(some, "CREATE INDEX orders_t$_note_idx ON a (b)") == "none");
    CHECK(sql(some, "SELECT 'a t$'") == "none");
    CHECK(sql(some, "DO $$ SELECT t$ $$") == "none");
}

TEST_CASE("what nobody could write back is no SQL") {
    const StandIns some({{"__unknown_1_", ""}, {"__x_", "${x}"}, {"__x_", "$%x%$"}});
    CHECK(sql(some, "DROP TABLE __unknown_1_") == "none");
    CHECK(sql(some, "DROP TABLE __x_") == "none");
    CHECK(some.shown("table __unknown_1_") == "table <not known>");
    CHECK_FALSE(some.are_in("table orders"));
    CHECK(StandIns().shown("__x_") == "__x_");
}
