#include <algorithm>

#include "analyze/catalog/key_lookup.h"
#include "analyze/kit/judge.h"
#include "analyze/kit/new_value.h"
#include "analyze/kit/row_choice.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

/// When the row was last written: every write replaces that.
bool is_time_of_change(const std::string& column) {
    constexpr std::string_view kNames[] = {"updated",     "updatedat",     "updatedon",    "updateddate",
                                           "updatetime",  "dateupdated",   "modified",     "modifiedat",
                                           "modifiedon",  "modifieddate",  "datemodified", "lastupdate",
                                           "lastupdated", "lastupdatedat", "lastmodified", "lastmodifiedat"};
    std::string name = lower_case(column);
    std::erase(name, '_');
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

bool is_of_type(const Step& step, const Dml& update, const std::string& column, std::string_view type) {
    const Column* known = column_before(step, update.query.relations.front().name, column);
    return known && known->type.name.name == type && known->type.array_dimensions == 0;
}

/// INSERT ... SELECT ... ON CONFLICT DO UPDATE: of the rows that are there already.
bool replaces_on_conflict(const Step& step, const Dml& dml) {
    return dml.kind == Dml::Kind::insert && dml.updates_on_conflict && !dml.values_only && dml.has_from &&
           !is_limited(RowChoice::of(step, dml)) && step.existing(dml.query.relations.front().name);
}

/// Of a view, the table below it.
std::string changed_table(const Step& step, const Dml& update) {
    const Work* work = step.work(Cause::every_row);
    if (!work && update.kind == Dml::Kind::update) work = step.work(Cause::query);
    return work ? work->relation : step.qualified(update.query.relations.front().name);
}

std::string_view which_rows(const Step& step, const Dml& update) {
    if (step.work(Cause::every_row)) return "every row";
    return update.query.relations.size() > 1 ? "the rows that a query over other tables picks, possibly all,"
                                             : "the rows that the condition matches, possibly all,";
}

std::string what_is_replaced(const Step& step, const Dml& update, std::vector<std::string> columns, bool at_hand) {
    const std::string table = code(changed_table(step, update));
    for (std::string& column : columns) column = in_code(column);
    if (update.kind == Dml::Kind::insert) return fmt::format("Overwrites rows of {} that conflict", table);
    return fmt::format("Overwrites {} {} in {} of {}", columns.size() == 1 ? "column" : "columns",
                       list_in_words(columns),
                       at_hand ? "the rows that belong to each changed row" : which_rows(step, update), table);
}

/// A query has read the old value of the very row, by its key.
bool is_made_of_own_row(const Step& step, const Dml& update, const std::string& column) {
    const Relation* table = step.before.find(update.query.relations.front().name);
    return std::any_of(
        update.set_from_same_row.begin(), update.set_from_same_row.end(), [&](const SetFromSameRow& set) {
            return set.column == column &&
                   (!table || is_among("ctid", set.joined) || hold_a_key(step.before, *table, set.joined));
        });
}

std::vector<std::string> overwritten(const Step& step, const Dml& update) {
    std::vector<std::string> columns;
    for (const std::string& column : update.set_columns)
        if (!is_made_of_old_value(update, column) && !is_made_of_own_row(step, update, column) &&
            may_hold_values(step, update.query.relations.front().name, column) && !is_time_of_change(column) &&
            !is_of_type(step, update, column, "tsvector"))
            columns.push_back(column);
    return columns;
}

/// Which its table has not, as far as it is known: what was not read made it, before this change or in it.
std::vector<std::string> made_unread(const Step& step, const Name& table, const std::vector<std::string>& columns) {
    const Relation* known = step.before.find(table);
    std::vector<std::string> conditions;
    if (!known || !known->columns_known) return conditions;
    for (const std::string& column : columns)
        if (!known->column(column))
            conditions.push_back(fmt::format("whether column {} was there before this change", in_code(column)));
    return conditions;
}

}  // namespace

extern const Rule overwrite_values{
    .title = "UPDATE that overwrites existing values",
    .category = Category::destructive,
    .why = R"(
The new value is not made of the old one, or only of a part of it (`left(note, 1)`, `round(total)`, `total * 0`), and
nothing in the statement says which rows are meant: whatever stood in the column, in every row or in as many as another
table decides, cannot be had back.

Where only missing values are to be filled in, say so: `WHERE total IS NULL`; the statement can then be run twice as
well. Where the old ones are to go, keep them in a column or a table of their own until nobody asks for them.

A new value that a query makes of the old one of the same row, found by its key, is not reported: `WITH o AS (SELECT id,
upper(state) AS state FROM orders) UPDATE orders SET state = o.state FROM o WHERE orders.id = o.id`.

A column that the change itself adds, and a condition that compares a column with a value, are not reported; `<>` leaves
nearly every row in, and is. What a trigger writes by a key of the row for which it fired (`WHERE id = NEW.order_id`)
weighs less, unless the change itself fires it for as many rows as a query has. A `tsvector`, which can be made again,
and the time of the row's last change are not reported either.
)",
    .bad = {R"(
CREATE TABLE invoices (order_id bigint, total numeric);
CREATE TABLE orders (id bigint PRIMARY KEY, state text, total numeric);
-- migration:
UPDATE orders SET state = 'new';
)",
            R"(
UPDATE orders SET total = i.total FROM invoices i WHERE i.order_id = orders.id;
)",
            R"(
CREATE TYPE address AS (street text, city text);
CREATE TABLE customers (id bigint PRIMARY KEY, home address);
-- migration:
UPDATE customers SET home.city = '';
)",
            R"(
MERGE INTO orders USING invoices i ON i.order_id = orders.id WHEN MATCHED THEN UPDATE SET total = 0;
)",
            R"(
INSERT INTO orders (id, total) SELECT order_id, total FROM invoices ON CONFLICT (id) DO UPDATE SET total = excluded.total;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
CREATE TABLE items (id bigint PRIMARY KEY, order_id bigint REFERENCES orders, price numeric);
CREATE FUNCTION mark_order() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN UPDATE orders SET state = 'changed' WHERE id = NEW.order_id; RETURN NEW; END $$;
CREATE TRIGGER mark_order AFTER UPDATE ON items FOR EACH ROW EXECUTE FUNCTION mark_order();
-- migration:
UPDATE items SET price = price * 2;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text, total numeric);
-- migration:
WITH o AS (SELECT state, max(total) AS total FROM orders GROUP BY state)
UPDATE orders SET total = o.total FROM o WHERE orders.state = o.state;
)",
            R"(
UPDATE orders SET total = round(total), state = split_part(state, ':', 1);
)",
            R"(
WITH o AS (SELECT id, length(state) AS total FROM orders) UPDATE orders SET total = o.total FROM o WHERE orders.id = o.id;
)"},
    .good = {R"(
UPDATE orders SET state = 'new' WHERE state IS NULL;
)",
             R"(
UPDATE orders SET total = total * 100;
UPDATE orders SET state = lower(trim(state)), total = coalesce(total, 0);
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text, lines jsonb);
-- migration:
WITH made AS (SELECT id, jsonb_set(lines, '{0}', '1') AS lines FROM orders)
UPDATE orders SET lines = made.lines FROM made WHERE orders.id = made.id;
UPDATE orders o SET state = n.state FROM (SELECT id, upper(state) AS state FROM orders) n WHERE n.id = o.id;
UPDATE orders SET lines = (SELECT jsonb_agg(line || '{"a": 1}') FROM jsonb_array_elements(lines) AS line);
UPDATE orders SET state = (SELECT upper(o.state) FROM orders o WHERE o.id = orders.id);
MERGE INTO orders USING (SELECT id, upper(state) AS state FROM orders) n ON n.id = orders.id
    WHEN MATCHED THEN UPDATE SET state = n.state;
)",
             R"(
UPDATE orders SET state = 'done' WHERE state = 'closed';
)",
             R"(
INSERT INTO orders (id, total) VALUES (1, 10) ON CONFLICT (id) DO UPDATE SET total = excluded.total;
)",
             R"(
CREATE TABLE invoices (order_id bigint, total numeric);
CREATE TABLE orders (id bigint PRIMARY KEY, state text, total numeric);
-- migration:
INSERT INTO orders (id, total) SELECT order_id, total FROM invoices
    ON CONFLICT (id) DO UPDATE SET total = coalesce(orders.total, excluded.total);
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text, search tsvector, updated_at timestamptz);
-- migration:
UPDATE orders SET search = to_tsvector('simple', state), updated_at = now();
)",
             R"(
ALTER TABLE orders ADD COLUMN full_total numeric;
UPDATE orders SET full_total = total;
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* update = step.is<Dml>();
        if (!update || update->query.relations.empty()) return {};
        // Of what a program sends for each row, only the program knows which values are new.
        if (!step.part && step.runs != HowOften::few_times) return {};
        const bool replaces =
            update->kind == Dml::Kind::update ? picks_any_row(step, *update) : replaces_on_conflict(step, *update);
        const std::vector<std::string> columns = replaces ? overwritten(step, *update) : std::vector<std::string>();
        if (columns.empty()) return {};
        Consequence consequence;
        const bool at_hand = step.runs == HowOften::few_times && picks_by_row_at_hand(RowChoice::of(step, *update));
        if (at_hand) consequence.harm = Harm::rows_at_hand;
        consequence.message = what_is_replaced(step, *update, columns, at_hand) + ": the old values are lost";
        consequence.relations = {changed_table(step, *update)};
        consequence.grows_with_rows = true;
        for (std::string& condition : made_unread(step, update->query.relations.front().name, columns)) {
            consequence.certainty = Certainty::depends;
            consequence.depends_on.push_back(std::move(condition));
        }
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
