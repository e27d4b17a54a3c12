// What holds for every rule as it stands in its file, and the text cutting that recipes rest on.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "analyze/kit/recipe.h"
#include "analyze/kit/rule.h"
#include "analyze/kit/sql_text.h"

using namespace pgfence;

namespace {

std::vector<std::string> words(std::string_view text) {
    std::istringstream stream{std::string(text)};
    return {std::istream_iterator<std::string>(stream), {}};
}

bool is_id(std::string_view id) {
    return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

std::string text_of(const std::string& path) {
    std::ifstream file(PGFENCE_SOURCE_DIR "/" + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a rule file is complete") {
    REQUIRE(all_rules().size() > 50);
    CHECK(std::is_sorted(all_rules().begin(), all_rules().end(),
                         [](const NamedRule& a, const NamedRule& b) { return a.id < b.id; }));
    for (const auto& [id, rule] : all_rules()) {
        INFO(id);
        CHECK(is_id(id));
        REQUIRE_FALSE(rule->title.empty());
        CHECK(rule->title.back() != '.');
        CHECK(rule->title.find('\n') == std::string_view::npos);
        CHECK(rule->why.size() > 100);
        CHECK_FALSE(rule->bad.empty());
        CHECK_FALSE(rule->good.empty());
        CHECK(rule->check != nullptr);
        CHECK(rule->since <= rule->until);
    }
}

TEST_CASE("an alias is nobody's id") {
    std::set<std::string, std::less<>> ids;
    for (const NamedRule& named : all_rules()) CHECK(ids.emplace(named.id).second);
    for (const auto& [id, rule] : all_rules())
        for (const std::string& alias : words(rule->aliases)) {
            INFO(id << " calls itself " << alias);
            CHECK(is_id(alias));
            CHECK_FALSE(ids.contains(alias));
        }
}

TEST_CASE("a rule names no lock mode") {
    for (const auto& [id, rule] : all_rules()) {
        INFO(id);
        const std::string text = text_of("analyze/rules/" + std::string(id) + ".cpp");
        REQUIRE_FALSE(text.empty());
        CHECK(text.find("LockMode::") == std::string::npos);
    }
}

TEST_CASE("default severities") {
    CHECK(default_severity(Category::rewrite) == Severity::error);
    CHECK(default_severity(Category::correctness) == Severity::error);
    CHECK(default_severity(Category::compatibility) == Severity::warning);
    CHECK(default_severity(Category::robustness) == Severity::notice);
    CHECK(default_severity(Category::policy) == Severity::off);
}

TEST_CASE("identifiers are quoted where PostgreSQL would") {
    CHECK(quoted("orders") == "orders");
    CHECK(quoted("_a1") == "_a1");
    CHECK(quoted("order") == "\"order\"");
    CHECK(quoted("user") == "\"user\"");
    CHECK(quoted("between") == "\"between\"");
    CHECK(quoted("name") == "name");
    CHECK(quoted("User Data") == "\"User Data\"");
    CHECK(quoted("1st") == "\"1st\"");
    CHECK(quoted("a\"b") == "\"a\"\"b\"");
    CHECK(quoted("") == "\"\"");
    CHECK(quoted(Name{"", "orders"}) == "orders");
    CHECK(quoted(Name{"Shop", "table"}) == "\"Shop\".\"table\"");
}

TEST_CASE("lists read as a sentence") {
    CHECK(list_in_words({}).empty());
    CHECK(list_in_words({"a"}) == "a");
    CHECK(list_in_words({"a", "b"}) == "a and b");
    CHECK(list_in_words({"a", "b", "c"}) == "a, b and c");
}

TEST_CASE("ALTER TABLE is cut at its top-level commas") {
    struct {
        std::string sql, head;
        std::vector<std::string> clauses;
    } const cases[] = {
        {"ALTER TABLE t ADD a int", "ALTER TABLE t", {"ADD a int"}},
        {"alter table if exists only \"S\".\"a,b\" add a numeric(10,2), drop b;",
         "alter table if exists only \"S\".\"a,b\"",
         {"add a numeric(10,2)", "drop b"}},
        {"ALTER TABLE t * ADD CHECK (a IN ('x,y', $q$,$q$, E'\\',')) -- , no\n, /* , /* , */ */ ADD b int -- end",
         "ALTER TABLE t *",
         {"ADD CHECK (a IN ('x,y', $q$,$q$, E'\\','))", "ADD b int"}},
        {"ALTER TABLE a.b ADD c int[] DEFAULT ARRAY[1,2]", "ALTER TABLE a.b", {"ADD c int[] DEFAULT ARRAY[1,2]"}},
    };
    for (const auto& c : cases) {
        INFO(c.sql);
        const auto text = cut_alter_table(c.sql);
        REQUIRE(text);
        CHECK(text->head == c.head);
        CHECK(text->clauses == c.clauses);
    }
    for (const std::string_view odd :
         {"", "ALTER", "ALTER TABLE", "ALTER TABLE t", "ALTER TABLE t ADD a,", "ALTER TABLE t ADD 'a", "DROP TABLE t",
          "ALTER TABLE t ADD /* a", "ALTER TABLE t ADD $x$ a", "ALTER TABLE , ADD a"}) {
        INFO(odd);
        CHECK_FALSE(cut_alter_table(odd));
    }
}

TEST_CASE("parts of a statement's text") {
    CHECK(constraint_definition("ADD CONSTRAINT n CHECK (a > 0)") == "CHECK (a > 0)");
    CHECK(constraint_definition("add check (a > 0)") == "check (a > 0)");
    CHECK_FALSE(constraint_definition("DROP CONSTRAINT n"));
    CHECK_FALSE(constraint_definition("ADD CONSTRAINT n"));
    CHECK(index_definition("CREATE INDEX i ON ONLY s.\"T\" USING gin (a) WHERE b") == "USING gin (a) WHERE b");
    CHECK(index_definition("CREATE INDEX ON t (a);") == "(a)");
    CHECK_FALSE(index_definition("CREATE INDEX ON t"));
    CHECK(text_behind("UPDATE t SET a = (SELECT 1)", {"SET"}) == "a = (SELECT 1)");
    CHECK_FALSE(text_behind("UPDATE t SET", {"SET"}));
    CHECK(text_before("1 + (SELECT 2 WHERE b) WHERE a", "WHERE") == "1 + (SELECT 2 WHERE b)");
    CHECK_FALSE(text_before("WHERE a", "WHERE"));
    CHECK_FALSE(text_before("1 + 2", "WHERE"));
    CHECK(in_parentheses("FOR VALUES FROM ((1)) TO ('b)')", "FROM") == "(1)");
    CHECK(in_parentheses("FOR VALUES FROM ((1)) TO ('b)')", "TO") == "'b)'");
    CHECK_FALSE(in_parentheses("FROM (1", "FROM"));
    CHECK(with_word_behind("create /* a */ unique index i on t (a)", {"CREATE", "UNIQUE"}, "INDEX", "CONCURRENTLY") ==
          "create /* a */ unique index CONCURRENTLY i on t (a)");
    CHECK_FALSE(with_word_behind("CREATE TABLE index (a int)", {"CREATE", "UNIQUE"}, "INDEX", "CONCURRENTLY"));
}

TEST_CASE("text that is too long or odd is left alone") {
    CHECK_FALSE(sql_tokens(std::string(70 * 1024, 'a')));
    CHECK_FALSE(sql_tokens("SELECT 'open"));
    CHECK_FALSE(sql_tokens("/* open"));
    CHECK(sql_tokens("$1 $ $$a$$ \xff 'é'"));
    std::string nested;
    for (int i = 0; i < 10'000; ++i) nested += "/*";
    CHECK_FALSE(sql_tokens(nested));
}

TEST_CASE("a type is written as PostgreSQL reads it") {
    const auto type = [](std::string schema, std::string name, std::vector<std::int32_t> typmods = {},
                         int dimensions = 0) {
        TypeName made;
        made.name = {std::move(schema), std::move(name)};
        made.typmods = std::move(typmods);
        made.array_dimensions = dimensions;
        return type_in_sql(made);
    };
    CHECK(type("pg_catalog", "int4") == "int4");
    CHECK(type("pg_catalog", "numeric", {10, 2}) == "numeric(10,2)");
    CHECK(type("", "text", {}, 1) == "text[]");
    CHECK(type("Shop", "Mood") == "\"Shop\".\"Mood\"");
}
