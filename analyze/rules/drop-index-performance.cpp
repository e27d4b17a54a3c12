#include <algorithm>

#include "analyze/kit/judge.h"
#include "core/conditions.h"

namespace pgfence::rules {
namespace {

bool same_start(const IndexPart& longer, const IndexPart& index) {
    return longer.elements.size() >= index.elements.size() &&
           std::equal(
               index.elements.begin(), index.elements.end(), longer.elements.begin(),
               [](const IndexElement& a, const IndexElement& b) { return a.column == b.column && a.expr == b.expr; });
}

bool same_first(const IndexPart& a, const IndexPart& b) {
    return !a.elements.empty() && !b.elements.empty() && a.elements.front().column == b.elements.front().column &&
           a.elements.front().expr == b.elements.front().expr;
}

/// The column by which it finds rows goes too: no query asks for it any more. One that got another name is still there.
bool leads_nowhere(const Catalog& end, const Relation& index, const Relation& before) {
    const Relation* table = end.get(before.id);
    const std::string first = index.index.elements.empty() ? "" : index.index.elements.front().column;
    if (!table || first.empty() || !before.column(first) || table->column(first)) return false;
    return std::none_of(table->columns.begin(), table->columns.end(),
                        [&](const Column& column) { return column.existing && !before.column(column.name); });
}

/// Another index begins like it and holds all its rows, or has taken its name: then it is what its author wants there.
bool has_stand_in(const Catalog& catalog, const Relation& index) {
    const auto indexes = catalog.indexes_of(index.index.table);
    return std::any_of(indexes.begin(), indexes.end(), [&](const Relation* other) {
        const bool all_rows = !other->index.where || other->index.where == index.index.where;
        return other->id != index.id && other->index.valid &&
               (other->name == index.name || (all_rows && same_start(other->index, index.index)) ||
                (all_rows && !other->existing && same_first(other->index, index.index)));
    });
}

}  // namespace

extern const Rule drop_index_performance{
    .title = "Dropped index may slow down queries",
    .category = Category::compatibility,
    .why = R"(
Queries that used the index read the whole table from that moment, and building it again takes as long as it ever did.

Look at `idx_scan` in `pg_stat_user_indexes` first, on the replicas too. An index whose columns are the first ones of
another index is not reported, nor one whose name another index of the table has by the end of the change, one in whose
place the change makes another that begins with the same column, or one whose first column the change drops.

Who drops an index knows that. So a report has one note with the number of such statements; a severity for the rule in
the config makes findings of them.
)",
    .bad = {R"(
CREATE TABLE orders (user_id bigint);
CREATE INDEX orders_user ON orders (user_id);
-- migration:
DROP INDEX CONCURRENTLY orders_user;
)",
            R"(
DROP INDEX IF EXISTS orders_user;
)",
            R"(
CREATE TABLE orders (user_id bigint, state text);
CREATE INDEX orders_user ON orders (user_id);
-- migration:
DROP INDEX orders_user;
CREATE INDEX open_orders ON orders (user_id) WHERE state = 'open';
)",
            R"(
CREATE TABLE orders (user_id bigint, note text);
CREATE INDEX orders_user ON orders (user_id);
-- migration:
DROP INDEX orders_user;
ALTER TABLE orders RENAME COLUMN user_id TO customer_id;
)"},
    .good = {R"(
CREATE TABLE orders (user_id bigint, state text);
CREATE INDEX orders_user ON orders (user_id);
CREATE INDEX orders_user_state ON orders (user_id, state);
-- migration:
DROP INDEX CONCURRENTLY orders_user;
)",
             R"(
CREATE TABLE orders (user_id bigint);
CREATE INDEX orders_user ON orders (user_id);
-- migration:
DROP INDEX orders_user;
CREATE INDEX orders_user_hash ON orders USING hash (user_id);
)",
             R"(
CREATE TABLE orders (user_id bigint, shop_id bigint);
CREATE INDEX orders_user ON orders (user_id);
-- migration:
DROP INDEX orders_user;
CREATE INDEX orders_user ON orders (shop_id, user_id);
)",
             R"(
CREATE TABLE orders (user_id bigint, state text);
CREATE INDEX open_orders ON orders (user_id) WHERE state = 'open';
-- migration:
DROP INDEX open_orders;
CREATE INDEX orders_open ON orders (user_id, state) WHERE state = 'open';
)",
             R"(
CREATE TABLE tags (name text, target text);
CREATE UNIQUE INDEX tags_name_target ON tags (name, target);
-- migration:
DROP INDEX tags_name_target;
CREATE UNIQUE INDEX tags_name ON tags (name);
)",
             R"(
CREATE TABLE orders (user_id bigint, note text);
CREATE INDEX orders_user ON orders (user_id);
-- migration:
DROP INDEX orders_user;
ALTER TABLE orders DROP COLUMN user_id;
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || drop->object != ObjectType::index) return {};
        std::vector<Consequence> found;
        for (const Name& name : drop->names) {
            const Relation* index = step.before.find(name);
            const Relation* told = step.before.told_of(name);
            if (!step.existing(name) || (told && !told->existing) ||
                (index && (!index->index.constraint.empty() || !index->index.valid)))
                continue;
            if (index && has_stand_in(step.before, *index)) continue;
            Consequence consequence;
            const Relation* table = index ? step.before.get(index->index.table) : nullptr;
            consequence.message = fmt::format("Queries {}that use index {} become slow",
                                              table ? fmt::format("of {} ", in_code(table->name)) : "", in_code(name));
            if (table) consequence.relations = {step.qualified(table->name)};
            consequence.relations.push_back(step.qualified(name));
            consequence.certainty = Certainty::depends;
            consequence.depends_on = {
                fmt::format("idx_scan of {} in pg_stat_user_indexes: 0 means that no query has used it since the "
                            "statistics were reset",
                            in_code(name.name)),
                as_written()};
            if (!index)
                consequence.stands_at_end = [name = step.before.resolve(name)](const Catalog& end) {
                    return !end.find(name) && !end.told_of(name);
                };
            else
                consequence.stands_at_end = [dropped = *index, of = table ? *table : Relation()](const Catalog& end) {
                    return end.get(dropped.index.table) && !has_stand_in(end, dropped) &&
                           !leads_nowhere(end, dropped, of);
                };
            found.push_back(std::move(consequence));
        }
        return found;
    },
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
