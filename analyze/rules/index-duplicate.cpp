#include <algorithm>
#include <set>
#include <string_view>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

constexpr std::size_t kMostIndexes = 1000;  // of a table; each is held against all others

bool same(const IndexElement& a, const IndexElement& b) {
    return a.column == b.column && a.expr == b.expr && a.opclass == b.opclass && a.collation == b.collation &&
           a.descending == b.descending && a.nulls_first == b.nulls_first && a.nulls_last == b.nulls_last;
}

/// The first elements of `longer` are those of `shorter`.
bool leads(const std::vector<IndexElement>& shorter, const std::vector<IndexElement>& longer) {
    return shorter.size() <= longer.size() && std::equal(shorter.begin(), shorter.end(), longer.begin(), same);
}

bool answer_the_same_queries(const Relation& a, const Relation& b) {
    return a.access_method == b.access_method && a.index.where == b.index.where && a.index.valid && b.index.valid;
}

const Relation* made_index(const Step& step, const CreateIndex& index) {
    const Relation* table = step.after.find(index.table);
    if (!table) return nullptr;
    for (const Relation* candidate : step.after.indexes_of(table->id))
        if (!step.before.get(candidate->id)) return candidate;
    return nullptr;
}

std::string repeated_column(const CreateIndex& index) {
    std::set<std::string_view> seen;
    for (const IndexElement& element : index.elements)
        if (!element.column.empty() && !seen.insert(element.column).second) return element.column;
    return "";
}

/// The new index first: queries are never without one.
std::optional<Recipe> takes_its_place(const Step& step, const CreateIndex& index, const Relation& other) {
    if (!step.alone || other.kind == RelationKind::partitioned_index || !other.index.constraint.empty())
        return std::nullopt;
    const bool builds_in_the_way = step.existing(index.table) && !index.concurrently;
    const std::string as_written = step.sql + ";";
    std::optional<Recipe> recipe =
        builds_in_the_way ? index_concurrently(step)
                          : Recipe{{index.concurrently ? outside_transaction(as_written) : run(as_written)}, ""};
    if (!recipe) return std::nullopt;
    recipe->steps.push_back(outside_transaction(fmt::format("DROP INDEX CONCURRENTLY {};", quoted(other.name))));
    recipe->note = fmt::format("{} goes", in_code(other.name.name));
    return recipe;
}

}  // namespace

extern const Rule index_duplicate{
    .title = "Index that another one makes superfluous",
    .category = Category::policy,
    .why = R"(
A B-tree index on `(a, b)` answers every query that one on `(a)` does: the shorter one only costs disk and time at each
write. The same holds for the same columns twice. Unique indexes are not superfluous, they are a rule of the data.
)",
    .bad = {R"(
CREATE TABLE orders (user_id bigint, day date);
CREATE INDEX orders_user_day ON orders (user_id, day);
-- migration:
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)",
            R"(
CREATE TABLE invoices (user_id bigint, day date);
CREATE INDEX invoices_user ON invoices (user_id);
CREATE INDEX invoices_user_day ON invoices (user_id, day);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
CREATE INDEX CONCURRENTLY orders_id ON orders (id);
)",
            R"(
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id, day, user_id);
)"},
    .good = {R"(
CREATE TABLE orders (user_id bigint, day date);
CREATE INDEX orders_user_day ON orders (user_id, day);
CREATE INDEX orders_day ON orders (day);
)",
             R"(
CREATE TABLE orders (user_id bigint, day date);
CREATE INDEX orders_user_day ON orders (user_id, day);
CREATE UNIQUE INDEX orders_user ON orders (user_id);
)",
             R"(
CREATE TABLE orders (user_id bigint, state text);
CREATE INDEX orders_user ON orders (user_id);
CREATE INDEX orders_user_new ON orders (user_id) WHERE state = 'new';
)"},
    .about = kinds<CreateIndex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* index = step.is<CreateIndex>();
        if (!index) return {};
        if (const auto column = repeated_column(*index); !column.empty())
            return {
                of_name(step, index->table,
                        fmt::format("{} stands twice in this index of {}", in_code(column), in_code(index->table)))};
        const Relation* made = made_index(step, *index);
        if (!made) return {};
        const auto all = step.after.indexes_of(made->index.table);
        if (all.size() > kMostIndexes) return {};
        for (const Relation* other : all) {
            if (other->id == made->id || !answer_the_same_queries(*made, *other)) continue;
            if (!made->index.unique && leads(made->index.elements, other->index.elements))
                return {of_name(step, index->table,
                                fmt::format("{} answers every query that this index of {} does",
                                            in_code(other->name.name), in_code(index->table)))};
            if (!other->index.unique && leads(other->index.elements, made->index.elements))
                return {of_name(step, index->table,
                                fmt::format("this index of {} makes {} superfluous", in_code(index->table),
                                            in_code(other->name.name)),
                                takes_its_place(step, *index, *other))};
        }
        return {};
    },
    .aliases = "duplicate-index",
};

}  // namespace pgfence::rules
