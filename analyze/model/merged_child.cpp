// What a table lacks to become a partition or a child of another: MergeAttributesIntoExisting and
// MergeConstraintsIntoExisting (tablecmds.c). Only what the catalog has of both is compared.

#include <algorithm>

#include "analyze/model/statements.h"
#include "analyze/model/types.h"

namespace pgfence {
namespace {

class Merging {
public:
    Merging(Answer& answer, const Relation& parent, const Relation& child, std::size_t command)
        : answer_(answer), parent_(parent), child_(child), command_(command) {}

    void note() const {
        for (const Column& column : parent_.columns)
            if (!of_column(column)) return;
        for (const TableConstraint& check : parent_.table.constraints)
            if (check.type == ConstraintType::check && !check.no_inherit && !of_check(check)) return;
    }

private:
    bool of_column(const Column& column) const {
        const Column* own = child_.column(column.name);
        if (!own) {
            if (!child_.columns_known) return true;
            return fails("child table is missing column " + in_message(column.name),
                         answer_.knows_all_of(child_) && !column.maybe);
        }
        const bool sure = !own->maybe && !column.maybe;
        const TypeName type = answer_.catalog.resolve_type(own->type),
                       wanted = answer_.catalog.resolve_type(column.type);
        if (canonical_type(type) != canonical_type(wanted) || type.typmods != wanted.typmods)
            return fails("child table " + in_message(child_.name.name) + " has different type for column " +
                             in_message(column.name),
                         sure);
        if (column.not_null && !column.not_null_no_inherit && !own->not_null)
            return fails("column " + in_message(column.name) + " in child table must be marked NOT NULL", sure);
        const std::string refusal = refusal_of_generated(column, *own);
        return refusal.empty() || fails(refusal, sure);
    }

    /// Empty: none.
    std::string refusal_of_generated(const Column& column, const Column& own) const {
        const bool alike = answer_.has(Behaviour::generated_columns_inherit_alike);
        const std::string name = "column " + in_message(column.name);
        if (column.generated && !own.generated) return name + " in child table must be a generated column";
        if (own.generated && !column.generated)
            return alike ? name + " in child table must not be a generated column" : "";
        if (column.generated_virtual != own.generated_virtual)
            return name + " inherits from generated column of different kind";
        if (!alike && column.generated_expr && own.generated_expr && column.generated_expr != own.generated_expr)
            return name + " in child table has a conflicting generation expression";
        return "";
    }

    bool of_check(const TableConstraint& check) const {
        const TableConstraint* own = child_.constraint_named(check.name);
        if (own && own->type == ConstraintType::check) {
            if (!own->no_inherit) return true;
            return fails("constraint " + in_message(check.name) +
                             " conflicts with non-inherited constraint on child table " + in_message(child_.name.name),
                         !own->maybe && !check.maybe);
        }
        return fails("child table is missing constraint " + in_message(check.name),
                     answer_.knows_all_of(child_) && !check.maybe);
    }

    bool fails(std::string message, bool certain) const {
        answer_.fails(Failure::Kind::not_allowed, std::move(message), certain && !parent_.maybe && !child_.maybe,
                      command_);
        return false;
    }

    Answer& answer_;
    const Relation &parent_, &child_;
    const std::size_t command_;
};

const TableConstraint* primary_key(const Relation& table) {
    for (const TableConstraint& c : table.table.constraints)
        if (c.type == ConstraintType::primary_key) return &c;
    return nullptr;
}

std::string refusal_of_partition(const Relation& parent, const Relation& child, const Catalog& catalog) {
    const std::string name = in_message(child.name.name);
    if (child.table.is_partition) return name + " is already a partition";
    if (child.table.of_type) return "cannot attach a typed table as partition";
    if (!child.table.parents.empty()) return "cannot attach inheritance child as partition";
    if (child.kind == RelationKind::table && !child.table.children.empty())
        return "cannot attach inheritance parent as partition";
    const auto below = catalog.descendants(child.id);
    if (child.id == parent.id || std::find(below.begin(), below.end(), &parent) != below.end())
        return "circular inheritance not allowed";
    if ((child.persistence == Persistence::temporary) != (parent.persistence == Persistence::temporary))
        return std::string("cannot attach a ") +
               (child.persistence == Persistence::temporary
                    ? "temporary relation as partition of permanent relation "
                    : "permanent relation as partition of temporary relation ") +
               in_message(parent.name.name);
    return "";
}

std::string refusal_of_child(const Relation& parent, const Relation& child, const Catalog& catalog) {
    if (child.table.of_type) return "cannot change inheritance of typed table";
    if (parent.kind == RelationKind::partitioned_table)
        return "cannot inherit from partitioned table " + in_message(parent.name.name);
    if (parent.table.is_partition) return "cannot inherit from a partition";
    if (parent.persistence == Persistence::temporary && child.persistence != Persistence::temporary)
        return "cannot inherit from temporary relation " + in_message(parent.name.name);
    const auto& parents = child.table.parents;
    if (std::find(parents.begin(), parents.end(), parent.id) != parents.end())
        return "relation " + in_message(parent.name.name) + " would be inherited from more than once";
    const auto below = catalog.descendants(child.id);
    if (child.id == parent.id || std::find(below.begin(), below.end(), &parent) != below.end())
        return "circular inheritance not allowed";
    return "";
}

}  // namespace

void refuse_partition(Answer& answer, const Relation& parent, const Relation& child, std::size_t command) {
    const auto fails = [&](std::string message, bool certain = true) {
        answer.fails(Failure::Kind::not_allowed, std::move(message), certain && !parent.maybe && !child.maybe, command);
    };
    if (!child.is_table() && child.kind != RelationKind::foreign_table)
        return fails(in_message(child.name.name) + " is a " + std::string(name_of(child.kind)) + ", not a table");
    std::string refusal = refusal_of_partition(parent, child, answer.catalog);
    if (!refusal.empty()) return fails(std::move(refusal));
    if (parent.columns_known)
        for (const Column& column : child.columns)
            if (!parent.column(column.name))
                return fails("table " + in_message(child.name.name) + " contains column " + in_message(column.name) +
                                 " not found in parent " + in_message(parent.name.name),
                             !column.maybe && answer.knows_all_of(parent));
    // AttachPartitionEnsureIndexes
    const TableConstraint *wanted = primary_key(parent), *own = primary_key(child);
    if (wanted && own && wanted->columns != own->columns)
        return fails("multiple primary keys for table " + in_message(child.name.name) + " are not allowed",
                     !wanted->maybe && !own->maybe);
    Merging(answer, parent, child, command).note();
}

void refuse_child(Answer& answer, const Relation& parent, const Relation& child, std::size_t command) {
    const auto fails = [&](std::string message) {
        answer.fails(Failure::Kind::not_allowed, std::move(message), !parent.maybe && !child.maybe, command);
    };
    if (!parent.is_table() && parent.kind != RelationKind::foreign_table)
        return fails(in_message(parent.name.name) + " is a " + std::string(name_of(parent.kind)) + ", not a table");
    std::string refusal = refusal_of_child(parent, child, answer.catalog);
    if (!refusal.empty()) return fails(std::move(refusal));
    Merging(answer, parent, child, command).note();
}

namespace {

const Constraint* constraint_of(const ColumnDef& column, ConstraintType type) {
    for (const Constraint& c : column.constraints)
        if (c.type == type) return &c;
    return nullptr;
}

/// MergeChildAttribute: what a new child says of a column that it inherits. Empty: nothing against it.
std::string refusal_of_redefined(const Answer& answer, const ColumnDef& own, const Column& inherited) {
    const Constraint* generated = constraint_of(own, ConstraintType::generated);
    const bool alike = answer.has(Behaviour::generated_columns_inherit_alike);
    const std::string name = "column " + in_message(own.name);
    if (!inherited.generated) return generated && alike ? "child " + name + " specifies generation expression" : "";
    if (constraint_of(own, ConstraintType::default_))
        return name + " inherits from generated column but specifies default";
    if (constraint_of(own, ConstraintType::identity))
        return name + " inherits from generated column but specifies identity";
    if (!generated) return "";
    if (!alike) return "child " + name + " specifies generation expression";
    if (generated->generated_virtual != inherited.generated_virtual)
        return name + " inherits from generated column of different kind";
    return "";
}

}  // namespace

void refuse_redefined_columns(Answer& answer, const CreateTable& table, const Relation& parent) {
    for (const ColumnDef& own : table.columns) {
        if (table.partition_of && constraint_of(own, ConstraintType::generated) &&
            !answer.has(Behaviour::generated_columns_inherit_alike))
            return answer.fails(Failure::Kind::not_allowed, "generated columns are not supported on partitions");
        const Column* inherited = parent.column(own.name);
        if (!inherited) continue;
        const std::string refusal = refusal_of_redefined(answer, own, *inherited);
        if (!refusal.empty())
            return answer.fails(Failure::Kind::not_allowed, refusal, !parent.maybe && !inherited->maybe);
    }
}

}  // namespace pgfence
