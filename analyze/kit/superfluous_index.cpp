#include "analyze/kit/superfluous_index.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "core/text.h"

namespace pgfence {
namespace {

constexpr std::size_t kMostIndexes = 1000;  // of a table; each is held against all others

bool same_element(const IndexElement& a, const IndexElement& b) {
    return a.column == b.column && a.expr == b.expr && a.opclass == b.opclass && a.collation == b.collation &&
           a.descending == b.descending && a.nulls_first == b.nulls_first && a.nulls_last == b.nulls_last;
}

/// Only a B-tree is searched by its first columns as fast as an index on these alone.
bool leads(const Relation& shorter, const Relation& longer, SameColumns same) {
    const auto &few = shorter.index.elements, &many = longer.index.elements;
    const bool fits = same == SameColumns::all ? few.size() == many.size()
                                               : few.size() < many.size() && shorter.access_method == "btree";
    return fits && std::equal(few.begin(), few.end(), many.begin(), same_element);
}

/// What queries read from the index alone, the other one has as well.
bool has_what_it_includes(const Relation& has, const Relation& wants) {
    return std::all_of(wants.index.including.begin(), wants.index.including.end(), [&](const std::string& column) {
        const auto& elements = has.index.elements;
        return is_among(column, has.index.including) ||
               std::any_of(elements.begin(), elements.end(),
                           [&](const IndexElement& element) { return element.column == column; });
    });
}

/// A unique index is a rule of the data, and so is an exclusion constraint's.
bool is_superfluous(const Relation& index, const Relation& beside, SameColumns same) {
    // A wide one beside a small one may be wanted: they are not the same.
    const bool includes_the_same = same == SameColumns::first || has_what_it_includes(index, beside);
    return !index.index.unique && !index.index.exclusion && leads(index, beside, same) && includes_the_same &&
           has_what_it_includes(beside, index);
}

bool are_comparable(const Relation& a, const Relation& b) {
    return a.access_method == b.access_method && a.index.where == b.index.where && a.index.valid && b.index.valid &&
           !a.maybe && !b.maybe;
}

const Relation* made_index(const Step& step, const CreateIndex& index) {
    const Relation* table = step.after.find(index.table);
    if (!table) return nullptr;
    for (const Relation* candidate : step.after.indexes_of(table->id))
        if (!step.before.get(candidate->id)) return candidate;
    return nullptr;
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
    recipe->note = fmt::format("{} is dropped", in_code(other.name.name));
    return recipe;
}

}  // namespace

std::optional<SuperfluousIndex> superfluous_index(const Step& step, const CreateIndex& index, SameColumns same) {
    const Relation* made = made_index(step, index);
    if (!made) return std::nullopt;
    const auto all = step.after.indexes_of(made->index.table);
    if (all.size() > kMostIndexes) return std::nullopt;
    for (const Relation* other : all) {
        if (other->id == made->id || !are_comparable(*made, *other)) continue;
        if (is_superfluous(*made, *other, same)) return SuperfluousIndex{made, other, true};
        if (is_superfluous(*other, *made, same)) return SuperfluousIndex{made, other, false};
    }
    return std::nullopt;
}

Consequence of_superfluous(const Step& step, const CreateIndex& index, const SuperfluousIndex& found,
                           std::string message) {
    Consequence consequence = of_name(step, index.table, std::move(message),
                                      found.is_made ? std::nullopt : takes_its_place(step, index, *found.other));
    consequence.stands_at_end = [made = found.made->id, other = found.other->id](const Catalog& end) {
        return end.get(made) && end.get(other);
    };
    return consequence;
}

std::optional<Recipe> index_concurrently_if_needed(const Step& step, const CreateIndex& index) {
    auto recipe = index_concurrently(step);
    const auto found = recipe ? superfluous_index(step, index, SameColumns::all) : std::nullopt;
    if (found && found->is_made)
        recipe->note = fmt::format("{} has the same columns: where it stays, leave this index out instead",
                                   in_code(found->other->name.name));
    return recipe;
}

}  // namespace pgfence
