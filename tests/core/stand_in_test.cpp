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

TEST_CASE("of placeholders that begin alike, the longest that stands there is meant") {
    const StandIns some({{"__a_", "${a}"}, {"__a_b", "${ab}"}, {"__a_bb", "${abb}"}, {"__a_bcd", "${abcd}"}});
    CHECK(sql(some, "DROP TABLE __a_bcd") == "DROP TABLE ${abcd}");
    CHECK(sql(some, "DROP TABLE __a_bcx") == "DROP TABLE ${ab}cx");  // sorts behind __a_bb, which does not stand there
    CHECK(sql(some, "DROP TABLE __a_x, __A_BBB") == "DROP TABLE ${a}x, ${abb}B");
    CHECK(sql(some, "DROP TABLE ___a_") == "DROP TABLE _${a}");
    CHECK(sql(some, "DROP TABLE __a") == "DROP TABLE __a");
    const StandIns short_ones({{"x", "${x}"}, {"yz", "${yz}"}});
    CHECK(sql(short_ones, "DROP TABLE a.xy, a.X") == "DROP TABLE a.${x}y, a.${x}");
    CHECK(sql(short_ones, "DROP TABLE y, YZ") == "DROP TABLE y, ${yz}");
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

TEST_CASE("a setting of a program comes back as the expression that the file has") {
    const StandIns some(
        {{.name = "unknown_value_1", .written = "{S}", .is_code = true, .code = "S"},
         {.name = "unknown_value_2", .written = "{env['A']}", .is_code = true, .code = "env['A']"},
         {.name = "unknown_value_3", .written = "{a.b}", .is_code = true},
         {.name = "unknown_value_4", .written = "{Q}", .in_name_quotes = true, .is_code = true, .code = "Q"}});
    const auto python = [&](const std::string& code) { return some.python_as_written(code).value_or("none"); };
    CHECK(python("op.drop_index('i', schema=\"unknown_value_1\")") == "op.drop_index('i', schema=S)");
    CHECK(python("op.execute(\"DROP TABLE unknown_value_1.t\")") == "op.execute(f\"DROP TABLE {S}.t\")");
    CHECK(python("op.execute('SET a = \\'{}\\' ON \"unknown_value_4\".t')") ==
          "op.execute(f'SET a = \\'{{}}\\' ON \"{Q}\".t')");
    CHECK(python("op.execute(\"\"\"DROP\nTABLE unknown_value_1.t\"\"\")") ==
          "op.execute(f\"\"\"DROP\nTABLE {S}.t\"\"\")");
    CHECK(python("op.execute(\"DROP TABLE unknown_value_4.t\")") == "op.execute(f\"DROP TABLE \\\"{Q}\\\".t\")");
    CHECK(python("op.execute('DROP TABLE unknown_value_4.t')") == "op.execute(f'DROP TABLE \"{Q}\".t')");
    CHECK(python("op.execute('DROP TABLE t')") == "op.execute('DROP TABLE t')");
    // Not what would be another program.
    CHECK(python("op.execute('DROP TABLE unknown_value_2.t')") == "none");
    CHECK(python("op.execute(\"DROP INDEX i_unknown_value_4_t\")") == "none");
    CHECK(python("op.drop_table('t', schema='unknown_value_3')") == "none");
    CHECK(python("unknown_value_1.drop()") == "none");
    CHECK(python("op.execute('unknown_value_1") == "none");
    CHECK(sql(some, "DROP TABLE unknown_value_1.t, unknown_value_4.t") == "DROP TABLE {S}.t, \"{Q}\".t");
    CHECK(sql(some, "DROP TABLE unknown_value_3.t") == "none");
    CHECK(some.shown("table unknown_value_3.t") == "table {a.b}.t");
    // Two files that have other expressions for it.
    const StandIns two({{.name = "u", .written = "{A}", .is_code = true, .code = "A"},
                        {.name = "u", .written = "{B}", .is_code = true, .code = "B"}});
    CHECK(two.shown("u.t") == "{A}.t");
    CHECK_FALSE(two.python_as_written("f('u')"));
}
