// What is kept of a query beside what it reads: arguments, columns, rows.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "analyze/lower/lower.h"

using namespace pgfence;

TEST_CASE("a function's first argument, an INSERT's columns and rows, a table's options") {
    const auto only = [](std::string_view sql) { return lower(sql).statements.at(0).actions.at(0); };
    const auto literals = [&](std::string_view sql) { return std::get<Dml>(only(sql)).query.functions.at(0).literals; };
    CHECK(literals("SELECT create_hypertable('public.readings', 'at')") ==
          std::vector<std::string>{"public.readings", "at"});
    CHECK(literals("SELECT f('readings'::regclass)") == std::vector<std::string>{"readings"});
    CHECK(literals("SELECT f(a, 1)").empty());
    CHECK(literals("SELECT f()").empty());
    // One call for each number, as long as these are not too many.
    const auto calls = [&](int functions) {
        std::string sql = "SELECT f(n)";
        for (int i = 1; i < functions; ++i) sql += ", f(n)";
        return std::get<Dml>(only(sql + " FROM generate_series(1, 50) n")).query.functions.size();
    };
    CHECK(calls(2) > 100);
    CHECK(calls(1000) < 3000);
    const auto insert = std::get<Dml>(only("INSERT INTO t (a, b) VALUES (1, 2), (3, 4)"));
    CHECK(insert.given.names == std::vector<std::string>{"a", "b"});
    CHECK(insert.values_rows == 2);
    CHECK(std::get<Dml>(only("INSERT INTO t SELECT 1")).values_rows == 0);
    CHECK(std::get<Dml>(only("INSERT INTO t DEFAULT VALUES")).given.names.empty());
    const auto table =
        std::get<CreateTable>(only("CREATE TABLE t (a int) WITH (fillfactor = 70, toast.autovacuum_enabled = off)"));
    CHECK(table.options == std::vector<std::string>{"fillfactor", "toast.autovacuum_enabled"});
    CHECK(table.option_values == std::vector<std::string>{"70", "off"});
}
