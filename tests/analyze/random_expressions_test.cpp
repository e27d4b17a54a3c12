// Expressions of every form, put together at random, in every place where SQL takes one: whatever they say, the
// analysis answers. What it answers is other tests' affair.

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <string>
#include <string_view>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

constexpr const char* kSchema = R"(
CREATE TABLE users (id bigint PRIMARY KEY, active boolean, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users, paid boolean, note text, tags text[], at date);
CREATE VIEW open_orders AS SELECT * FROM orders WHERE paid;
CREATE FUNCTION is_old(d date) RETURNS boolean LANGUAGE sql AS 'SELECT d < now()';
)";

class Expressions {
public:
    explicit Expressions(std::uint32_t seed) : random_(seed) {}

    std::string condition(int depth = 3) {
        if (depth == 0) return leaf();
        const auto part = [&] { return condition(depth - 1); };
        const auto one = [&] { return value(depth - 1); };
        switch (random_() % 22) {
            case 0: return "NOT " + part();
            case 1: return "(" + part() + " AND " + part() + ")";
            case 2: return "(" + part() + " OR " + part() + ")";
            case 3:
                return "(" + part() + ") IS " +
                       pick({"TRUE", "NOT TRUE", "FALSE", "NOT FALSE", "UNKNOWN", "NOT UNKNOWN"});
            case 4: return one() + " IS " + pick({"NULL", "NOT NULL"});
            case 5: return one() + " " + pick({"=", "<>", "<", ">", "<=", ">=", "||", "~", "@>", "&&"}) + " " + one();
            case 6: return one() + pick({" IN (", " NOT IN ("}) + one() + ", " + one() + ")";
            case 7: return one() + pick({" IN ", " NOT IN ", " = ANY ", " <> ALL ", " > SOME "}) + query(depth - 1);
            case 8: return pick({"EXISTS ", "NOT EXISTS "}) + query(depth - 1);
            case 9:
                return one() + pick({" BETWEEN ", " NOT BETWEEN ", " BETWEEN SYMMETRIC "}) + one() + " AND " + one();
            case 10: return one() + pick({" LIKE ", " NOT ILIKE ", " SIMILAR TO "}) + one();
            case 11: return one() + pick({" IS DISTINCT FROM ", " IS NOT DISTINCT FROM "}) + one();
            case 12:
                return "(" + one() + ", " + one() + ") " + pick({"=", "<", "<>"}) + " (" + one() + ", " + one() + ")";
            case 13: return one() + pick({" = ANY (ARRAY[", " <> ALL (ARRAY["}) + one() + "])";
            case 14: return "CASE WHEN " + part() + " THEN " + part() + " ELSE " + part() + " END";
            case 15: return "CASE " + one() + " WHEN " + one() + " THEN " + part() + " END";
            case 16: return "coalesce(" + part() + ", " + part() + ")";
            case 17: return "is_old(" + one() + "::date)";
            case 18: return "(" + part() + ")::boolean";
            case 19: return "ROW(" + one() + ", " + one() + ") IS NOT NULL";
            case 20: return query(depth - 1);
            default: return leaf();
        }
    }

    std::string value(int depth) {
        if (depth <= 0) return atom();
        switch (random_() % 10) {
            case 0: return "lower(" + value(depth - 1) + "::text)";
            case 1: return "(" + value(depth - 1) + pick({" + ", " - ", " * ", " % "}) + value(depth - 1) + ")";
            case 2: return "coalesce(" + value(depth - 1) + ", " + value(depth - 1) + ")";
            case 3: return query(depth - 1);
            case 4: return "(" + condition(depth - 1) + ")";
            case 5: return "CAST(" + value(depth - 1) + " AS text)";
            case 6: return "greatest(" + value(depth - 1) + ")";
            case 7: return "(tags)[" + value(depth - 1) + "]";
            default: return atom();
        }
    }

    std::string query(int depth) {
        return "(SELECT " + pick({"id", "1", "paid", "max(id)", "*", "NULL"}) + " FROM " +
               pick({"orders", "users", "open_orders o", "orders o JOIN users u ON u.active",
                     "(VALUES (1)) AS v (id)"}) +
               (random_() % 3 ? " WHERE " + condition(depth) : "") +
               pick({"", "", " LIMIT 1", " OFFSET 0", " GROUP BY 1"}) + ")";
    }

private:
    std::string pick(std::initializer_list<std::string_view> all) {
        return std::string(*(all.begin() + random_() % all.size()));
    }
    std::string leaf() {
        return pick({"paid", "orders.paid", "users.active", "true", "false", "NULL", "nowhere", "o.paid", "note", "$1",
                     "is_old(at)", "1 = 1", "orders IS NULL", "CURRENT_DATE = at"});
    }
    std::string atom() {
        return pick({"id",
                     "orders.id",
                     "user_id",
                     "note",
                     "at",
                     "paid",
                     "1",
                     "-1",
                     "'x'",
                     "'%'",
                     "NULL",
                     "true",
                     "$1",
                     "now()",
                     "ARRAY[]::text[]",
                     "nowhere.id",
                     "orders",
                     "orders.*",
                     "DATE '2024-01-01'",
                     "B'1'",
                     "99999999999999999999",
                     "E'\\\\'"});
    }

    std::mt19937 random_;
};

/// Wherever a condition or a value may stand.
constexpr std::array<std::string_view, 22> kPlaces{
    "DELETE FROM orders WHERE ?;",
    "DELETE FROM orders USING users WHERE ?;",
    "UPDATE orders SET note = 'x' WHERE ?;",
    "UPDATE orders SET paid = (?);",
    "UPDATE orders SET (paid, note) = (SELECT ?, 'x') WHERE ?;",
    "WITH gone AS (DELETE FROM orders WHERE ? RETURNING id) DELETE FROM users WHERE ?;",
    "INSERT INTO orders (id) SELECT id FROM users WHERE ?;",
    "INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET paid = (?) WHERE ?;",
    "MERGE INTO orders USING users ON ? WHEN MATCHED AND ? THEN DELETE WHEN NOT MATCHED THEN DO NOTHING;",
    "ALTER TABLE orders ADD CONSTRAINT c CHECK (?);",
    "ALTER TABLE orders ADD COLUMN extra boolean DEFAULT (?);",
    "ALTER TABLE orders ADD COLUMN made boolean GENERATED ALWAYS AS (?) STORED;",
    "ALTER TABLE orders ALTER COLUMN paid TYPE text USING (?);",
    "CREATE INDEX ON orders ((?)) WHERE ?;",
    "CREATE TABLE fresh (id int, paid boolean, CHECK (?)); DELETE FROM fresh WHERE ?;",
    "CREATE VIEW seen AS SELECT * FROM orders WHERE ?; DELETE FROM seen;",
    "CREATE POLICY p ON orders USING (?) WITH CHECK (?);",
    "CREATE RULE r AS ON INSERT TO users WHERE ? DO ALSO DELETE FROM orders WHERE ?;",
    "CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW WHEN (?) EXECUTE FUNCTION "
    "suppress_redundant_updates_trigger();",
    "DO $$ BEGIN IF ? THEN DELETE FROM orders WHERE ?; END IF; WHILE ? LOOP UPDATE orders SET paid = ?; END LOOP; END "
    "$$;",
    "DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM orders WHERE ? LOOP DELETE FROM orders WHERE ?; END LOOP; "
    "END $$;",
    "CREATE FUNCTION f(paid boolean) RETURNS void LANGUAGE sql AS $$ DELETE FROM orders WHERE ? $$; SELECT f(?);"};

std::string filled(std::string_view place, Expressions& expressions) {
    std::string sql;
    for (const char c : place) sql += c == '?' ? expressions.condition() : std::string(1, c);
    return sql;
}

}  // namespace

TEST_CASE("expressions of every form are judged wherever they stand") {
    constexpr std::uint32_t kEach = 40;
    std::size_t read = 0, all = 0;
    for (std::size_t place = 0; place < kPlaces.size(); ++place)
        for (std::uint32_t number = 0; number < kEach; ++number) {
            Expressions expressions(static_cast<std::uint32_t>(place) * kEach + number);
            analyze::Request request;
            request.version = number % 2 == 0 ? 18 : 11;
            if (number % 3 != 0) request.schema = {std::string(kSchema)};
            request.changed.emplace_back().sql = filled(kPlaces[place], expressions);
            INFO(request.changed[0].sql);
            const Analysis analysis = analyze::analyze(std::move(request));
            ++all;
            read += analysis.files[0].statements.empty() ? 0 : 1;
        }
    CHECK(read > all * 3 / 4);  // else the generator writes what no parser takes
}
