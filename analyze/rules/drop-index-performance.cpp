#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool same_start(const IndexPart& longer, const IndexPart& index) {
    return longer.elements.size() >= index.elements.size() &&
           std::equal(
               index.elements.begin(), index.elements.end(), longer.elements.begin(),
               [](const IndexElement& a, const IndexElement& b) { return a.column == b.column && a.expr == b.expr; });
}

/// Another index begins like it and holds all its rows, or has taken its name: then it is what its author wants there.
bool has_stand_in(const Catalog& catalog, const Relation& index) {
    const auto indexes = catalog.indexes_of(index.index.table);
    return std::any_of(indexes.begin(), indexes.end(), [&](const Relation* other) {
        const bool all_rows = !other->index.where || other->index.where == index.index.where;
        return other->id != index.id && other->index.valid &&
               (other->name == index.name || (all_rows && same_start(other->index, index.index)));
    });
}

}  // namespace

extern const Rule drop_index_performance{
    .title = "Dropped index may slow down queries",
    .category = Category::compatibility,
    .why = R"(
Queries that used the index read the whole table from that moment, and building it again takes as long as it ever did.

Look at `idx_scan` in `pg_stat_user_indexes` first, on the replicas too. An index whose columns are the first ones of
another index is not reported, nor one whose name another index of the table has by the end of the change.
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
                            in_code(name.name))};
            if (!index)
                consequence.stands_at_end = [name = step.before.resolve(name)](const Catalog& end) {
                    return !end.find(name) && !end.told_of(name);
                };
            else
                consequence.stands_at_end = [dropped = *index](const Catalog& end) {
                    return end.get(dropped.index.table) && !has_stand_in(end, dropped);
                };
            found.push_back(std::move(consequence));
        }
        return found;
    },
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
