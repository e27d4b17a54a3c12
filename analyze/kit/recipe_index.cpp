// Indexes that are built and dropped while writes go on; on a partitioned table one partition after the other.

#include <algorithm>

#include "analyze/catalog/name_chooser.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/recipe_parts.h"
#include "analyze/kit/sql_text.h"

namespace pgfence {
namespace {

/// The steps of one index on a partitioned table and everything below it.
class PartitionedIndex {
public:
    PartitionedIndex(const Step& step, const CreateIndex& index, std::string definition)
        : step_(step),
          create_(index.unique ? "CREATE UNIQUE INDEX" : "CREATE INDEX"),
          unique_(index.unique),
          columns_(name_addition(index_column_names(index.elements, index.including))),
          definition_(std::move(definition)),
          guard_(index.if_not_exists ? "IF NOT EXISTS " : "") {}

    std::string chosen_name(const Name& table) const {
        return NameChooser(step_.before)
            .choose_name(table.schema, table.name, columns_, "idx", NameChooser::Among::relations);
    }

    void on_only(const Name& table, const Name& index) {
        recipe.steps.push_back(
            run(fmt::format("{} {}{} ON ONLY {} {};", create_, guard_, quoted(index.name), quoted(table), definition_),
                "instant: the index stays invalid until every partition has attached its own"));
    }

    void on_partitions(const Relation& parent, const Name& parent_index) {
        for (const RelationId id : parent.table.children) {
            const Relation* partition = step_.before.get(id);
            const bool takes_none = !partition || (partition->kind == RelationKind::foreign_table && !unique_);
            if (takes_none || ++partitions_ > kMostPartitionsListed) continue;
            const Name index{partition->name.schema, chosen_name(partition->name)};
            if (partition->kind == RelationKind::partitioned_table) {
                on_only(partition->name, index);
                on_partitions(*partition, index);
            } else {
                recipe.steps.push_back(
                    outside_transaction(fmt::format("{} CONCURRENTLY {}{} ON {} {};", create_, guard_,
                                                    quoted(index.name), quoted(partition->name), definition_)));
            }
            recipe.steps.push_back(
                run(fmt::format("ALTER INDEX {} ATTACH PARTITION {};", quoted(parent_index), quoted(index))));
        }
        recipe.note = partitions_ > kMostPartitionsListed
                          ? fmt::format("the same for each of the {} partitions", partitions_)
                          : "";
    }

    Recipe recipe;

private:
    const Step& step_;
    std::string_view create_;
    bool unique_;
    std::string columns_, definition_;
    std::string_view guard_;
    std::size_t partitions_ = 0;
};

std::optional<Recipe> index_per_partition(const Step& step, const CreateIndex& index) {
    const Relation* table = step.before.find(index.table);
    auto definition = index_definition(step.sql);
    if (!definition || !table) return std::nullopt;
    PartitionedIndex each(step, index, std::move(*definition));
    const Name own{index.table.schema, index.name.empty() ? each.chosen_name(table->name) : index.name};
    each.on_only(index.table, own);
    each.on_partitions(*table, own);
    return std::move(each.recipe);
}

}  // namespace

std::optional<Recipe> index_concurrently(const Step& step) {
    const auto& index = *step.is<CreateIndex>();
    if (is_partitioned(step, index.table)) return index_per_partition(step, index);
    const auto sql = with_word_behind(step.sql, {"CREATE", "UNIQUE"}, "INDEX", "CONCURRENTLY");
    if (!sql) return std::nullopt;
    return Recipe{{outside_transaction(*sql + ";")},
                  "if it fails, drop the invalid index it leaves before trying again"};
}

std::optional<Recipe> drop_index_concurrently(const Step& step) {
    const auto& drop = *step.is<Drop>();
    if (drop.cascade) return std::nullopt;  // CONCURRENTLY does not support CASCADE
    Recipe recipe;
    for (const Name& name : drop.names) {
        const Relation* index = step.before.find(name);
        // Neither works CONCURRENTLY: a partitioned index, and the index of a constraint.
        if (index && (index->kind == RelationKind::partitioned_index || !index->index.constraint.empty()))
            return std::nullopt;
        recipe.steps.push_back(outside_transaction(
            fmt::format("DROP INDEX CONCURRENTLY {}{};", drop.if_exists ? "IF EXISTS " : "", quoted(name))));
    }
    return recipe;
}

}  // namespace pgfence
