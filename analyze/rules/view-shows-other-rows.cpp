#include <algorithm>
#include <functional>

#include "analyze/kit/judge.h"
#include "analyze/kit/same_condition.h"

namespace pgfence::rules {
namespace {

/// Of views over the same tables, the conditions tell which rows they show.
bool shows_other_rows(const ViewPart& now, const ViewPart& before) {
    return !now.no_row && now.plain && before.plain && now.reads == before.reads &&
           !says_the_same(now.where, before.where);
}

bool shows_no_row(const ViewPart& now, const ViewPart& before) { return now.no_row && !before.no_row; }

/// A column of a table that is now another one, or an expression.
std::vector<std::string> other_columns(const ViewPart& now, const ViewPart& before) {
    std::vector<std::string> names;
    for (const ViewColumn& old : before.columns)
        if (const ViewColumn* column = now.column(old.name);
            column && old.of != 0 && (column->of != old.of || column->column != old.column))
            names.push_back(in_code(old.name));
    return names;
}

using Differs = bool (*)(const ViewPart& now, const ViewPart& before);

/// DROP VIEW, and created again under the name by the end.
Consequence if_made_again(const Step& step, const Name& name, const Relation& before, std::string message,
                          Differs differs) {
    Consequence changed = of_name(step, name, std::move(message));
    changed.stands_at_end = [name = before.name, id = before.id, was = before.view, differs](const Catalog& end) {
        const Relation* now = end.find(name);
        return now && now->id != id && now->kind == RelationKind::view && differs(now->view, was);
    };
    return changed;
}

std::string of_no_row(const Name& name) { return fmt::format("View {} shows no rows any more", in_code(name)); }
std::string of_other_rows(const Name& name) {
    return fmt::format("View {} shows other rows than before: its condition changes", in_code(name));
}

/// security_invoker: from then on its tables are read with the rights and policies of whoever reads the view.
void add_invoker(const Step& step, std::vector<Consequence>& found) {
    for (const Clause& clause : clauses(step, {AlterTableType::SetRelOptions}))
        for (std::size_t i = 0; i < clause.cmd.options.size(); ++i) {
            const std::string value = i < clause.cmd.option_values.size() ? clause.cmd.option_values[i] : "";
            if (clause.cmd.options[i] != "security_invoker" || value == "false" || value == "off" || value == "0")
                continue;
            found.push_back(at(of_name(step, clause.statement.name,
                                       fmt::format("View {} reads its tables with the rights and policies of each "
                                                   "reader: those without them are rejected, or find fewer rows",
                                                   clause.table_in_code())),
                               clause));
        }
}

}  // namespace

extern const Rule view_shows_other_rows{
    .title = "Replaced view shows other rows or values",
    .category = Category::compatibility,
    .why = R"(
`CREATE OR REPLACE VIEW` keeps name, columns and rights, so running code goes on reading the view, and gets what the new
query gives from the moment of the commit. Where its condition changes, rows appear or vanish; where a column now shows
another one, its values change. Nothing fails. With `security_invoker` (15), readers need rights on the tables themselves, and row level
security hides rows from them.

A column that is added, and a condition that is only spelled another way, are not reported. If both meanings are needed
while the code is deployed, give the new view a name of its own.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint, state text, note text);
CREATE VIEW open_orders AS SELECT id, note FROM orders WHERE state = 'open';
-- migration:
CREATE OR REPLACE VIEW open_orders AS SELECT id, note FROM orders WHERE state = 'paid';
)",
            R"(
CREATE TABLE orders (id bigint, state text, note text);
CREATE VIEW open_orders AS SELECT id, note FROM orders WHERE state = 'open';
-- migration:
CREATE OR REPLACE VIEW open_orders AS SELECT id, note FROM orders WHERE false;
)",
            R"(
CREATE TABLE orders (id bigint, state text, note text);
CREATE VIEW open_orders AS SELECT id, note FROM orders WHERE state = 'open';
-- migration:
CREATE OR REPLACE VIEW open_orders AS SELECT id, state AS note FROM orders WHERE state = 'open';
)",
            R"(
CREATE TABLE orders (id bigint, state text, note text);
CREATE VIEW open_orders AS SELECT id, note FROM orders WHERE state = 'open';
-- migration:
BEGIN;
DROP VIEW open_orders;
CREATE VIEW open_orders AS SELECT id, note FROM orders;
COMMIT;
)",
            R"(
ALTER VIEW open_orders SET (security_invoker = true);
)"},
    .good = {R"(
CREATE TABLE orders (id bigint, state text, note text);
CREATE VIEW open_orders AS SELECT id, note FROM orders WHERE state = 'open';
-- migration:
CREATE OR REPLACE VIEW open_orders AS SELECT id, note, state FROM orders WHERE (orders.state = 'open'::text);
)",
             R"(
CREATE VIEW paid_orders AS SELECT id, note FROM orders WHERE state = 'paid';
)"},
    .about = kinds<CreateView, Drop, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        add_invoker(step, found);
        if (const auto* drop = step.is<Drop>()) {
            if (drop->object != ObjectType::view) return found;
            for (const Name& name : drop->names) {
                const Relation* before = step.before.find(name);
                if (!before || !before->existing || before->kind != RelationKind::view) continue;
                found.push_back(if_made_again(step, name, *before, of_no_row(name), shows_no_row));
                found.push_back(if_made_again(step, name, *before, of_other_rows(name), shows_other_rows));
            }
            return found;
        }
        const auto* create = step.is<CreateView>();
        const Relation* before = create && create->or_replace ? step.before.find(create->name) : nullptr;
        const Relation* after = create ? step.after.find(create->name) : nullptr;
        if (!before || !after || !before->existing || before->kind != RelationKind::view) return found;
        const std::vector<std::string> columns = other_columns(after->view, before->view);
        if (shows_no_row(after->view, before->view))
            found.push_back(of_name(step, create->name, of_no_row(create->name)));
        if (shows_other_rows(after->view, before->view))
            found.push_back(of_name(step, create->name, of_other_rows(create->name)));
        if (!columns.empty())
            found.push_back(of_name(
                step, create->name,
                fmt::format("{} {} of view {} {} something else than before", columns.size() > 1 ? "Columns" : "Column",
                            list_in_words(columns), in_code(create->name), columns.size() > 1 ? "show" : "shows")));
        return found;
    },
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
