// Tables that several groups of scripts make: the quick look at the words must miss none that the parser sees.

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "analyze/prescan/tables_left.h"

using namespace pgfence;

namespace {

std::vector<analyze::TablesLeft> left_by(const std::vector<std::string>& groups) {
    std::vector<Script> scripts(groups.size());
    std::vector<std::vector<const Script*>> all;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        scripts[i].sql = groups[i];
        all.push_back({&scripts[i]});
    }
    return analyze::tables_made_twice(all);
}

using Names = std::set<std::string>;

}  // namespace

TEST_CASE("a table that two groups make is found however it is written") {
    for (const std::string sql :
         {"CREATE TABLE Orders (id int)", "create unlogged table \"orders\"()",
          "CREATE\n/* a */ TABLE -- b\n orders ()", "CREATE TABLE public . orders ()",
          "SELECT 1; CREATE TABLE orders PARTITION OF all_orders DEFAULT", "CREATE TABLE U&\"\\006frders\" ()",
          "CREATE SCHEMA AUTHORIZATION public CREATE TABLE public.orders ()",
          "/* DROP TABLE orders */ CREATE TABLE orders ()",
          "DROP TABLE a, orders; CREATE TABLE b (); CREATE TABLE orders (); CREATE TABLE a ()",
          "CREATE FOREIGN TABLE orders () SERVER s",
          "CREATE TABLE orders (); ALTER TABLE orders ADD a int; ALTER TABLE orders RENAME COLUMN a TO b"}) {
        INFO(sql);
        const auto left = left_by({sql, "CREATE TABLE orders (); CREATE TABLE alone ();"});
        CHECK(left[1].made.contains("public.orders"));
        const bool dropped = sql.starts_with("DROP");
        CHECK(left[0].made == (dropped ? Names{} : Names{"public.orders"}));
    }
}

TEST_CASE("what a group takes away, or makes for a while, is not left") {
    for (const std::string sql :
         {"CREATE TABLE orders (); DROP TABLE IF EXISTS a, public.orders CASCADE", "CREATE TEMP TABLE orders ()",
          "CREATE TABLE orders (); ALTER TABLE ONLY orders RENAME TO sales", "CREATE TABLE orders AS SELECT 1",
          "CREATE TABLE orders (no table)", "SELECT 'CREATE TABLE orders ()'",
          "DO $$ BEGIN CREATE TABLE orders (); END $$",
          "CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS 'CREATE TABLE orders ()'",
          "CREATE TABLE orders (); ALTER /* all */ TABLE IF EXISTS orders RENAME TO sales"}) {
        INFO(sql);
        const auto left = left_by({sql, "CREATE TABLE orders ()"});
        CHECK(left[0].made.empty());
    }
    const auto both = left_by(
        {"CREATE TABLE IF NOT EXISTS if (); CREATE TABLE IF NOT EXISTS t ()", "CREATE TABLE t (); CREATE TABLE if ()"});
    CHECK(both[0].made_if_absent == Names{"public.if", "public.t"});
    CHECK(both[1].made == Names{"public.if", "public.t"});
}

TEST_CASE("words that lead to no name cost no more than others") {
    std::string hostile;
    for (int i = 0; i < 20'000; ++i) hostile += "table /* ";
    CHECK(left_by({hostile, "CREATE TABLE orders ()"})[0].made.empty());
    std::string many = "CREATE TABLE orders (); DROP TABLE t0";
    for (int i = 1; i < 2'000; ++i) many += ", t" + std::to_string(i);
    CHECK(left_by({many + ", orders", "CREATE TABLE orders ()"})[0].made.empty());
}
