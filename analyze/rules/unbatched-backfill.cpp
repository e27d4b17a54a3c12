#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/recipe_parts.h"
#include "analyze/kit/row_choice.h"
#include "analyze/kit/sql_text.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

/// WHERE group_id = (SELECT id FROM groups WHERE name = 'x'): one value's rows are copied.
bool copies_rows_of_one_value(const Expr& e, const Dml& dml) {
    if (e.kind == Expr::Kind::and_)
        return std::any_of(e.args.begin(), e.args.end(),
                           [&](const Expr& part) { return copies_rows_of_one_value(part, dml); });
    return dml.kind == Dml::Kind::insert && dml.in_subqueries.any() && e.kind == Expr::Kind::op && e.name.name == "=" &&
           e.text.empty() && std::any_of(e.args.begin(), e.args.end(), [](const Expr& side) {
               return side.kind == Expr::Kind::subquery;
           });
}

/// A literal bounds nothing by itself: the condition has to name a key.
bool may_leave_all_in(const Step& step, const Dml& dml, const RowChoice& choice) {
    if (dml.kind == Dml::Kind::insert || dml.query.relations.empty()) return false;
    const Relation* table = step.before.find(dml.query.relations.front().name);
    return (!table || table->is_table()) && !names_few_rows(choice);
}

bool is_of_interest(const Dml& dml) {
    return dml.kind == Dml::Kind::update || dml.kind == Dml::Kind::delete_ || dml.kind == Dml::Kind::insert;
}

/// What a loop commits on the way is one batch.
RowChoice in_each_transaction(RowChoice choice) {
    if (choice.runs == HowOften::in_steps) choice.runs = HowOften::few_times;
    return choice;
}

/// Which rows, as far as the condition is one test of one column.
std::string which(const Step& step, const Dml& dml) {
    if (dml.kind != Dml::Kind::insert && !dml.query.has_where) return "as many as the view matches";
    const std::string else_ = "as many as the condition matches";
    if (!dml.where || dml.has_from || dml.kind == Dml::Kind::insert) return else_;
    const Expr& test = *dml.where;
    if (test.kind == Expr::Kind::is_null && test.args.front().kind == Expr::Kind::column) {
        const std::string& name = test.args.front().text;
        const Column* column = column_before(step, dml.query.relations.front().name, name);
        if (column && !column->existing && !column->default_expr)
            return fmt::format("each of them, as column {} is new", in_code(name));
        return fmt::format("all in which {} is null", in_code(name));
    }
    const bool is_equal = test.kind == Expr::Kind::op && test.name.name == "=" && test.text.empty() &&
                          test.args.size() == 2 && test.args[0].kind == Expr::Kind::column &&
                          (test.args[1].kind == Expr::Kind::constant || test.args[1].kind == Expr::Kind::parameter);
    if (!is_equal) return else_;
    const bool is_another_each_time =
        test.args[1].kind == Expr::Kind::parameter && !RowChoice::of(step, dml).runs_once();
    const std::string column = in_code(test.args[0].text);
    return is_another_each_time ? fmt::format("one value of {} after the other", column)
                                : fmt::format("all with that one value of {}", column);
}

std::string_view verb(Dml::Kind kind) {
    switch (kind) {
        case Dml::Kind::insert: return "inserted";
        case Dml::Kind::delete_: return "deleted";
        default: return "changed";
    }
}

/// Only for one column that is null until it is set: each batch then finds what is left.
std::optional<Recipe> nulls_in_batches(const Step& step, const Dml& update) {
    if (update.kind != Dml::Kind::update || step.kind != "UPDATE" || gives_alias(step.sql) ||
        update.set_columns.size() != 1 || update.query.relations.size() != 1 || !update.query.functions.empty() ||
        !update.where || update.where->kind != Expr::Kind::is_null)
        return std::nullopt;
    const Expr& null = update.where->args.front();
    const std::string& column = update.set_columns.front();
    const Name& table = update.query.relations.front().name;
    const auto assignment = text_behind(step.sql, {"SET"});
    const auto expression = assignment ? text_behind(*assignment, {"="}) : std::nullopt;
    const auto value = expression ? text_before(*expression, "WHERE") : std::nullopt;
    if (!value || null.kind != Expr::Kind::column || null.text != column || text_behind(*expression, {"RETURNING"}) ||
        is_partitioned(step, table))
        return std::nullopt;
    const std::string todo = fmt::format("{} IS NULL AND ({}) IS NOT NULL", quoted(column), *value);
    return Recipe{{backfill(table, column, *value, todo)}, ""};
}

}  // namespace

extern const Rule unbatched_backfill{
    .title = "Backfill in one transaction",
    .category = Category::scan,
    .why = R"(
The condition leaves most rows in: `IS NULL` on a new column, `<>`, a join. Each row that is changed is written anew and
stays locked until the transaction ends; writers of those rows wait for the whole run, replicas fall behind, dead rows
pile up, and a failure near the end undoes it all.

Change the rows in batches, each committed by itself, outside the migration. On a table that stays small it does not
matter. A statement that compares the columns of a key with values it spells out, or that has a `LIMIT`, is not reported;
`WHERE state = 'new'` may be true of every row, and so may values of several such columns.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, state text, total numeric, price numeric);
CREATE TABLE invoices (order_id bigint, total numeric);
CREATE TABLE totals (order_id bigint, price numeric);
INSERT INTO orders (id) VALUES (-1), (-2);
-- migration:
UPDATE orders SET state = 'new' WHERE state IS NULL;
)",
            R"(
UPDATE orders SET total = i.total FROM invoices i WHERE i.order_id = orders.id;
)",
            R"(
INSERT INTO totals SELECT id, price FROM orders;
)",
            R"(
DO $$ BEGIN
    DELETE FROM orders WHERE user_id NOT IN (SELECT id FROM users);
END $$;
)",
            R"(
WITH done AS (SELECT order_id FROM invoices)
DELETE FROM orders WHERE id IN (SELECT order_id FROM done);
)",
            R"(
MERGE INTO orders USING users ON users.id = orders.user_id WHEN MATCHED THEN DELETE;
)",
            R"(
DELETE FROM elsewhere WHERE user_id = 1;  -- ERROR: relation "elsewhere" does not exist
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text, total numeric, price numeric);
INSERT INTO orders (id, state) VALUES (-1, 'new'), (-2, 'new');
-- migration:
UPDATE orders SET total = 0 WHERE state = 'new' AND price IS NULL;
)",
            R"(
UPDATE orders SET total = 1 WHERE state IN ('new', 'paid') AND lower(state) = 'new' OR state = 'old';
)"},
    .good = {R"(
UPDATE orders SET state = 'new' WHERE id = 1;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, shop integer, number text, state text, UNIQUE (shop, number));
-- migration:
UPDATE orders SET state = 'new' WHERE shop = 1 AND number IN ('a', 'b') AND state IS NULL;
UPDATE orders SET state = 'new' WHERE id BETWEEN 1 AND 1000 OR id = 2000;
)",
             R"(
UPDATE orders SET state = 'new' WHERE id IN (SELECT id FROM orders WHERE state IS NULL LIMIT 1000);
)",
             R"(
DELETE FROM orders WHERE user_id IN (SELECT id FROM users WHERE name = 'nobody');
)",
             R"(
MERGE INTO orders o USING (VALUES (1, 'new')) v (id, state) ON v.id = o.id WHEN MATCHED THEN UPDATE SET state = v.state;
)",
             R"(
INSERT INTO audit SELECT id, user_id FROM orders WHERE user_id = (SELECT id FROM users WHERE name = 'nobody');
)",
             R"(
INSERT INTO states VALUES (1, 'new');
)",
             R"(
UPDATE elsewhere SET state = 'new' WHERE id = 1;
DELETE FROM elsewhere WHERE id = 2 AND kind = 'x';
UPDATE people SET state = 'new' WHERE people_id IN (1, 2);
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
CREATE FUNCTION drop_totals() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN DELETE FROM totals WHERE order_id = OLD.id; RETURN OLD; END $$;
CREATE TRIGGER drop_totals AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION drop_totals();
-- migration:
DELETE FROM orders WHERE id = 1;
)",
             R"(
CREATE TABLE orders (state text);
UPDATE orders SET state = 'new' WHERE state IS NULL;
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* dml = step.is<Dml>();
        if (!dml || !is_of_interest(*dml)) return {};
        if (dml->where && copies_rows_of_one_value(*dml->where, *dml)) return {};
        const RowChoice choice = RowChoice::of(step, *dml);
        if (dml->where && picks_by_value(*dml->where, choice) && !may_leave_all_in(step, *dml, choice)) return {};
        const Work* work = step.work(Cause::query);
        const bool in_batches = choice.runs == HowOften::in_steps && picks_by_row_at_hand(choice);
        if (!work || work->kind != Work::Kind::change_rows || is_limited(in_each_transaction(choice)) || in_batches ||
            picks_no_row(choice))
            return {};
        const bool reads_table = dml->has_from && dml->query.relations.size() > 1;
        if (dml->kind == Dml::Kind::insert && !reads_table) return {};
        Consequence consequence;
        consequence.message = fmt::format("Rows of {} are {} in a single transaction, {}", code(work->relation),
                                          verb(dml->kind), which(step, *dml));
        consequence.relations = {work->relation};
        consequence.grows_with_rows = true;
        if (const Lock* lock = step.effects.lock_on(work->relation)) consequence.lock = lock->mode;
        consequence.recipe = nulls_in_batches(step, *dml);
        return {std::move(consequence)};
    },
    .severity = Severity::warning,
};

}  // namespace pgfence::rules
