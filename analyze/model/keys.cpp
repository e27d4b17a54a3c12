// What the server asks of a key beyond its columns: that a foreign key's two sides can be compared
// (ATAddForeignKeyConstraint in tablecmds.c), and that a key of a partitioned table holds its partition key
// (DefineIndex in indexcmds.c).

#include <algorithm>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/model/builtin.h"
#include "analyze/model/column_type.h"
#include "analyze/model/partition_bounds.h"
#include "analyze/model/statements.h"
#include "analyze/model/types.h"

namespace pgfence {
namespace {

bool is_string(const std::string& type) {
    return type == "text" || type == "varchar" || type == "bpchar" || type == "name";
}

/// It holds every value that the key it refers to may ever have, and is compared as it is (integer_ops).
bool is_wider_integer(const std::string& foreign, const std::string& referenced) {
    return (foreign == "int8" && (referenced == "int4" || referenced == "int2")) ||
           (foreign == "int4" && referenced == "int2");
}

enum class Comparison : std::uint8_t { same, other_type, none, unknown };

/// An operator of the referenced index's family takes both types, or the foreign key's is converted implicitly.
Comparison comparison(const TypeName& foreign, const TypeName& referenced, const Answer& answer) {
    const std::string from = canonical_type(base_type(foreign, answer.catalog));
    const std::string to = canonical_type(base_type(referenced, answer.catalog));
    const int version = answer.now.version;
    if (from == to || (is_string(from) && is_string(to)) || is_wider_integer(from, to)) return Comparison::same;
    // Another type is cast to an enum by a cast of one's own alone.
    const auto is_enum = [&](const TypeName& type) {
        return answer.catalog.find_enum(base_type(type, answer.catalog).name) != nullptr;
    };
    const bool enums = is_enum(foreign) != is_enum(referenced);
    if (enums && answer.catalog.casts().empty() && (is_builtin_type(from, version) || is_builtin_type(to, version)))
        return Comparison::none;
    // So is it to a row.
    const bool rows = is_row_type(foreign, answer.catalog) != is_row_type(referenced, answer.catalog);
    if (rows && answer.catalog.casts().empty() && (is_builtin_type(from, version) || is_builtin_type(to, version)))
        return Comparison::none;
    if (!is_builtin_type(from, version) || !is_builtin_type(to, version)) return Comparison::unknown;
    const std::string family = default_btree_family(from);
    if (!family.empty() && family == default_btree_family(to)) return Comparison::other_type;
    const builtin::Cast* cast = builtin::find_cast(from, to, version);
    return cast && cast->context == 'i' ? Comparison::other_type : Comparison::none;
}

std::vector<std::string> referenced_columns(const Constraint& key, const Relation& referenced) {
    if (!key.pk_columns.empty()) return key.pk_columns;
    for (const TableConstraint& c : referenced.table.constraints)
        if (c.type == ConstraintType::primary_key) return c.columns;
    return {};
}

void compare_types(Answer& answer, const std::string& column, const TypeName& type, const Relation& referenced,
                   const Column& other, std::size_t command) {
    const Comparison result = comparison(type, other.type, answer);
    const std::string types = canonical_type(base_type(type, answer.catalog)) + " and " +
                              canonical_type(base_type(other.type, answer.catalog));
    if (result == Comparison::none)
        answer.fails(Failure::Kind::key_types,
                     "key columns \"" + column + "\" and \"" + other.name + "\" are of incompatible types: " + types,
                     true, command);
    if (result == Comparison::other_type)
        answer.warns(Caveat::Kind::key_types_differ,
                     column + " and " + name_in_report(referenced) + "." + other.name + " are " + types, command);
}

/// 18: if either collation is nondeterministic, both have to be the same. Before, nobody looked.
void compare_collations(Answer& answer, const std::string& column, const Name& collation, const Column& other,
                        std::size_t command) {
    const Catalog& catalog = answer.catalog;
    if (!catalog.is_nondeterministic(collation) && !catalog.is_nondeterministic(other.collation)) return;
    if (collation.name == other.collation.name) return;
    const std::string what = "key columns \"" + column + "\" and \"" + other.name + "\" have incompatible collations";
    if (answer.has(Behaviour::keys_need_one_collation))
        answer.fails(Failure::Kind::key_collations, what, true, command);
    else
        answer.warns(Caveat::Kind::key_collations_differ, what, command);
}

}  // namespace

bool may_be_compared(const TypeName& foreign, const TypeName& referenced, const Answer& answer) {
    return comparison(foreign, referenced, answer) != Comparison::none;
}

void compare_key_columns(Answer& answer, const Constraint& key, const std::vector<std::string>& columns,
                         const FindKeyColumn& find, std::size_t command, const Relation* of) {
    const Relation* referenced = answer.catalog.find(key.referenced);
    if (!referenced) return;
    const auto others = referenced_columns(key, *referenced);
    if (others.size() != columns.size()) return;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto mine = find(columns[i]);
        const Column* other = referenced->column(others[i]);
        if (!mine || !other) continue;
        Column by_then = *other;
        if (const auto own = referenced == of ? find(others[i]) : std::nullopt) {
            by_then.type = own->type;
            by_then.collation = own->collation;
        }
        compare_types(answer, columns[i], mine->type, *referenced, by_then, command);
        compare_collations(answer, columns[i], mine->collation, by_then, command);
    }
}

namespace {

/// transformFkeyCheckAttrs: a unique index on these columns alone, over all rows.
bool is_key_over(const Relation& index, const std::vector<std::string>& columns) {
    if (!index.index.unique || index.index.where || !index.index.valid) return false;
    const auto& elements = index.index.elements;
    return elements.size() == columns.size() && std::all_of(elements.begin(), elements.end(), [&](const auto& e) {
               return std::find(columns.begin(), columns.end(), e.column) != columns.end();
           });
}

void refuse_referenced_columns(Answer& answer, const Constraint& key, const Relation& referenced, bool certain,
                               std::size_t command) {
    const std::string name = "\"" + referenced.name.name + "\"";
    using enum ErrorCode;
    const auto fails = [&](ErrorCode code, const std::string& message) {
        answer.fails(code, message, certain, command);
    };
    const auto columns = referenced_columns(key, referenced);
    if (columns.empty()) return fails(undefined_object, "there is no primary key for referenced table " + name);
    for (const std::string& column : columns)
        if (referenced.columns_known && !referenced.column(column))
            return fails(undefined_column,
                         "column \"" + column + "\" referenced in foreign key constraint does not exist");
    bool deferrable = false;
    for (const Relation* index : answer.catalog.indexes_of(referenced.id)) {
        if (!is_key_over(*index, columns) || answer.is_gone(*index)) continue;
        if (!is_deferrable(referenced, *index)) return;
        deferrable = true;
    }
    if (deferrable)
        return fails(object_not_in_prerequisite_state,
                     "cannot use a deferrable unique constraint for referenced table " + name);
    fails(invalid_foreign_key, "there is no unique constraint matching given keys for referenced table " + name);
}

}  // namespace

void refuse_key_without_target(Answer& answer, const Constraint& key, const Relation* referencing,
                               std::size_t command) {
    const Relation* referenced = answer.catalog.find(key.referenced);
    if (!referenced) return answer.misses(key.referenced);
    if (!referenced->is_table())
        return answer.fails(Failure::Kind::not_allowed,
                            "referenced relation \"" + referenced->name.name + "\" is not a table", !referenced->maybe,
                            command);
    if (referenced->kind == RelationKind::partitioned_table) answer.needs(Feature::foreign_key_to_partitioned, command);
    // The statement may give the table that it changes the key that it lacks.
    if (referenced == referencing) return;
    for (const std::string& column : key.pk_columns)
        if (referenced->lacks_column(column)) return answer.lacks_column(column, *referenced, command);
    if (answer.knows_all_of(*referenced))
        refuse_referenced_columns(answer, key, *referenced, !referenced->maybe, command);
}

void refuse_key_without_partition_key(Answer& answer, const PartitionKey& partition_key,
                                      const std::vector<std::string>& columns, std::string_view what,
                                      std::size_t command) {
    const auto fails = [&](const std::string& message) {
        answer.fails(Failure::Kind::partition_key, message, true, command);
    };
    for (const IndexElement& element : partition_key.elements) {
        if (element.column.empty())
            return fails(std::string(what) + " cannot be used with a partition key that is an expression");
        if (std::find(columns.begin(), columns.end(), element.column) == columns.end())
            return fails(std::string(what) + " lacks column \"" + element.column +
                         "\" which is part of the partition key");
    }
}

void refuse_key_on_partitions(Answer& answer, const Relation& partitioned, const std::vector<std::string>& columns,
                              std::size_t command) {
    for (const Relation* partition : answer.catalog.descendants(partitioned.id)) {
        if (partition->kind == RelationKind::foreign_table)
            return answer.fails(Failure::Kind::not_allowed,
                                "cannot create unique index on partitioned table \"" + partitioned.name.name +
                                    "\": it contains foreign table \"" + partition->name.name + "\"",
                                !partition->maybe, command);
        if (partition->table.partition_key)
            refuse_key_without_partition_key(answer, *partition->table.partition_key, columns, "a unique constraint",
                                             command);
    }
}

void refuse_partition_key(Answer& answer, const CreateTable& table) {
    if (!table.partition_by) return;
    const Relation* parent = table.partition_of ? answer.catalog.find(*table.partition_of) : nullptr;
    for (const IndexElement& element : table.partition_by->elements) {
        if (element.column.empty() || !element.opclass.empty()) continue;
        const auto own = std::find_if(table.columns.begin(), table.columns.end(), [&](const ColumnDef& column) {
            return column.name == element.column && !column.type.name.name.empty();
        });
        const Column* inherited = parent ? parent->column(element.column) : nullptr;
        if (!inherited && own == table.columns.end()) continue;
        const TypeName type = inherited ? inherited->type : answer.catalog.resolve_type(own->type);
        const std::string name = canonical_type(base_type(type, answer.catalog));
        const bool hashed = table.partition_by->strategy == PartitionKey::Strategy::hash;
        if (hashed ? name == "json" : has_no_btree_order(type, answer.catalog, answer.now.version))
            return answer.fails(Failure::Kind::not_allowed, "data type " + name +
                                                                " has no default operator class for access method \"" +
                                                                (hashed ? "hash" : "btree") + "\"");
    }
}

// check_virtual_generated_security, CheckAttributeType
void refuse_virtual_type(Answer& answer, const ColumnDef& column, const FindKeyColumn& find, std::size_t command) {
    const auto is_virtual = std::find_if(column.constraints.begin(), column.constraints.end(),
                                         [](const Constraint& c) { return c.generated_virtual; });
    if (is_virtual == column.constraints.end() || !has(answer.now.version, Feature::virtual_generated_columns)) return;
    const auto is_domain = [&](const TypeName& type) {
        return type.array_dimensions == 0 && answer.catalog.find_domain(type.name);
    };
    const auto is_of_user = [&](const TypeName& type) {
        return is_domain(type) || answer.catalog.find_enum(type.name) || answer.catalog.find(type.name);
    };
    const TypeName type = answer.catalog.resolve_type(column.type);
    const bool domain = is_domain(type);
    for (const std::string& read : is_virtual->expr ? columns_of(*is_virtual->expr) : std::vector<std::string>{})
        if (const auto known = find(read); known && is_of_user(answer.catalog.resolve_type(known->type)))
            return answer.fails(Failure::Kind::not_allowed,
                                "generation expression of virtual column \"" + column.name +
                                    "\" uses user-defined type of column \"" + read + "\"",
                                true, command);
    if (is_of_user(type))
        answer.fails(Failure::Kind::not_allowed,
                     "virtual generated column \"" + column.name + "\" cannot have a " +
                         (domain ? "domain" : "user-defined") + " type",
                     true, command);
}

namespace {

std::string_view name_of(PartitionKey::Strategy strategy) {
    using enum PartitionKey::Strategy;
    return strategy == list ? "list" : strategy == range ? "range" : "hash";
}

}  // namespace

void refuse_unfit_bound(Answer& answer, const Relation& partitioned, const PartitionBound& bound, std::size_t command) {
    if (!partitioned.table.partition_key) return;
    const PartitionKey& key = *partitioned.table.partition_key;
    const auto fails = [&](std::string message) {
        answer.fails(Failure::Kind::partition_bound, std::move(message), true, command);
    };
    if (bound.is_default) {
        if (key.strategy == PartitionKey::Strategy::hash)
            fails("a hash-partitioned table may not have a default partition");
    } else if (bound.strategy != key.strategy) {
        fails("invalid bound specification for a " + std::string(name_of(key.strategy)) + " partition");
    } else if (key.strategy == PartitionKey::Strategy::range) {
        for (const auto& [word, values] : {std::pair{"FROM", &bound.lower}, std::pair{"TO", &bound.upper}})
            if (values->size() != key.elements.size())
                return fails(std::string(word) + " must specify exactly one value per partitioning column");
    }
    const std::string refusal = refusal_of_bound(answer.catalog, partitioned, bound);
    if (!refusal.empty()) answer.fails(Failure::Kind::not_allowed, refusal, !partitioned.maybe, command);
}

}  // namespace pgfence
