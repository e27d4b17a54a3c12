#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/row_choice.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// It was there before the change, and so may hold what somebody wrote.
bool may_hold_values(const Step& step, const Name& table, const std::string& column) {
    const Column* known = column_before(step, table, column);
    return !known || known->existing;
}

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
    return update.query.relations.size() > 1 ? "the rows that other tables select, possibly all,"
                                             : "the rows that the condition leaves in, possibly all,";
}

std::string what_is_replaced(const Step& step, const Dml& update, std::vector<std::string> columns) {
    const std::string table = code(changed_table(step, update));
    for (std::string& column : columns) column = in_code(column);
    if (update.kind == Dml::Kind::insert) return fmt::format("overwrites rows of {} that conflict", table);
    return fmt::format("overwrites {} {} in {} of {}", columns.size() == 1 ? "column" : "columns",
                       list_in_words(columns), which_rows(step, update), table);
}

std::vector<std::string> overwritten(const Step& step, const Dml& update) {
    std::vector<std::string> columns;
    for (const std::string& column : update.set_columns)
        if (!contains(update.set_from_old, column) &&
            may_hold_values(step, update.query.relations.front().name, column) && !is_time_of_change(column) &&
            !is_of_type(step, update, column, "tsvector"))
            columns.push_back(column);
    return columns;
}

}  // namespace

extern const Rule overwrite_values{
    .title = "UPDATE that replaces values for good",
    .category = Category::destructive,
    .why = R"(
The new value is not made of the old one, and nothing in the statement says which rows are meant: whatever stood in the
column, in every row or in as many as another table decides, cannot be had back.

Where only missing values are to be filled in, say so: `WHERE total IS NULL`; the statement can then be run twice as
well. Where the old ones are to go, keep them in a column or a table of their own until nobody asks for them.

A column that the change itself adds, and a condition that compares a column with a value, are not reported; `<>` leaves
nearly every row in, and is. A `tsvector`, which can be made again, and the time of the row's last change are not reported
either.
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
MERGE INTO orders USING invoices i ON i.order_id = orders.id WHEN MATCHED THEN UPDATE SET total = 0;
)",
            R"(
INSERT INTO orders (id, total) SELECT order_id, total FROM invoices ON CONFLICT (id) DO UPDATE SET total = excluded.total;
)"},
    .good = {R"(
UPDATE orders SET state = 'new' WHERE state IS NULL;
)",
             R"(
UPDATE orders SET total = total * 100;
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
        const bool replaces =
            update->kind == Dml::Kind::update ? picks_any_row(step, *update) : replaces_on_conflict(step, *update);
        const std::vector<std::string> columns = replaces ? overwritten(step, *update) : std::vector<std::string>();
        if (columns.empty()) return {};
        Consequence consequence;
        consequence.message = what_is_replaced(step, *update, columns) + ": the old values are lost";
        consequence.relations = {changed_table(step, *update)};
        consequence.grows_with_rows = true;
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
