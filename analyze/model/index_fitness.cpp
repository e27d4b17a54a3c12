// For what an index is no good: CLUSTER (check_index_is_clusterable in cluster.c), REPLICA IDENTITY
// (ATExecReplicaIdentity) and a constraint (transformIndexConstraint in parse_utilcmd.c).

#include <algorithm>
#include <array>
#include <string_view>

#include "analyze/model/statements.h"

namespace pgfence {
namespace {

bool has_expression(const Relation& index) {
    return std::any_of(index.index.elements.begin(), index.index.elements.end(),
                       [](const IndexElement& e) { return e.column.empty(); });
}

const IndexElement* element_out_of_order(const Relation& index) {
    const auto it = std::find_if(index.index.elements.begin(), index.index.elements.end(),
                                 [](const IndexElement& e) { return e.descending || e.nulls_first; });
    return it == index.index.elements.end() ? nullptr : &*it;
}

std::string refusal_as_order(const Relation& table, const Relation& index) {
    const std::string name = in_message(index.name.name);
    if (index.index.table != table.id) return name + " is not an index for table " + in_message(table.name.name);
    constexpr std::array<std::string_view, 4> kWithoutOrder{"hash", "gin", "brin", "spgist"};
    if (std::find(kWithoutOrder.begin(), kWithoutOrder.end(), index.access_method) != kWithoutOrder.end())
        return "cannot cluster on index " + name + " because access method does not support clustering";
    if (index.index.where) return "cannot cluster on partial index " + name;
    if (!index.index.valid) return "cannot cluster on invalid index " + name;
    return "";
}

std::string refusal_as_identity(const Relation& table, const Relation& index) {
    const std::string name = in_message(index.name.name);
    if (index.index.table != table.id) return name + " is not an index for table " + in_message(table.name.name);
    if (!index.index.unique) return "cannot use non-unique index " + name + " as replica identity";
    if (is_deferrable(table, index)) return "cannot use non-immediate index " + name + " as replica identity";
    if (has_expression(index)) return "cannot use expression index " + name + " as replica identity";
    if (index.index.where) return "cannot use partial index " + name + " as replica identity";
    for (const IndexElement& element : index.index.elements)
        if (const Column* column = table.column(element.column); column && !column->not_null)
            return "index " + name + " cannot be used as replica identity because column " + in_message(column->name) +
                   " is nullable";
    return "";
}

std::string refusal_as_key(const Relation& table, const Relation& index) {
    const std::string name = in_message(index.name.name);
    if (table.kind == RelationKind::partitioned_table)
        return "ALTER TABLE / ADD CONSTRAINT USING INDEX is not supported on partitioned tables";
    if (!index.index.constraint.empty()) return "index " + name + " is already associated with a constraint";
    if (index.index.table != table.id)
        return "index " + name + " does not belong to table " + in_message(table.name.name);
    if (!index.index.valid) return "index " + name + " is not valid";
    if (!index.index.unique) return name + " is not a unique index";
    if (has_expression(index)) return "index " + name + " contains expressions";
    if (index.index.where) return name + " is a partial index";
    if (element_out_of_order(index)) return "index " + name + " does not have default sorting behavior";
    return "";
}

std::string refusal(const Relation& table, const Relation& index, IndexUse use) {
    switch (use) {
        case IndexUse::order: return refusal_as_order(table, index);
        case IndexUse::replica_identity: return refusal_as_identity(table, index);
        case IndexUse::key: return refusal_as_key(table, index);
    }
    return "";
}

}  // namespace

bool refuse_index(Answer& answer, const Relation& table, const std::string& name, IndexUse use, std::size_t command) {
    const Relation* index = answer.catalog.find(Name{table.name.schema, name});
    if (!index) {
        answer.lacks("index " + in_message(name) + " for table", table, command);
        return answer.knows_all_of(table);
    }
    if (!is_index(*index)) {
        answer.fails(Failure::Kind::not_allowed, in_message(name) + " is not an index", !index->maybe, command);
        return true;
    }
    std::string why = refusal(table, *index, use);
    if (why.empty()) return false;
    answer.fails(Failure::Kind::not_allowed, std::move(why), !index->maybe && !table.maybe, command);
    return true;
}

}  // namespace pgfence
