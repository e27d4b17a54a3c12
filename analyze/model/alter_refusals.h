#pragma once
// What ALTER TABLE refuses because of what the table is, or already has. Only what the catalog has is a reason; what it
// lacks is one where it is complete.

#include <string>
#include <string_view>
#include <vector>

#include "analyze/model/alteration.h"

namespace pgfence {

/// Of one subcommand.
class Refusals {
public:
    Refusals(const Alteration& a, const AlterTableCmd& cmd, std::size_t i)
        : a_(a), cmd_(cmd), i_(i), table_(*a.table), column_(a.table->column(cmd.name)) {}
    void note();

private:
    // alter_refusals.cpp
    bool is_view() const { return table_.kind == RelationKind::view; }
    bool is_partitioned() const { return table_.kind == RelationKind::partitioned_table; }
    std::string of_table() const { return " of relation " + in_message(table_.name.name); }
    void fails(std::string message) const;
    bool is_of_another_kind() const;
    bool comes_before_added_columns() const;
    bool adds_column() const;
    bool is_dropped_by_another() const;
    bool lacks_column() const;
    const Constraint* key_made_first(const std::string& index) const;
    bool is_nullable_by_then(const std::string& column) const;
    void of_identity_made_first(const Constraint& key) const;
    void of_options() const;
    void of_trigger() const;
    void of_new_type() const;
    void of_new_parent() const;
    void of_lost_parent() const;
    void of_persistence(Persistence wanted) const;

    // alter_column_refusals.cpp
    static bool in_partition_key(const Relation& table, const std::string& column);
    void of_dropped_column() const;
    bool is_plain() const;
    void of_storage() const;
    void of_compression() const;
    bool gets_identity() const;
    void of_expression() const;
    bool refuses_to_drop_expression() const;
    void of_generation(const Expr& expr) const;
    void of_new_column() const;
    bool is_of_parent(std::string_view verb, std::string_view of_typed_table) const;
    bool changes_type(const AlterTableCmd& cmd) const;
    void of_type() const;
    void of_default_of_new_column() const;
    void of_default() const;
    TypeName type_by_then(const Column& column) const;
    void of_type_of_default(const Expr& expr, const TypeName& column) const;
    void of_null() const;
    void of_not_null() const;
    bool is_identity_of_tree() const;
    void of_new_identity() const;

    // alter_constraint_refusals.cpp
    bool adds_constraint(const std::string& name) const;
    bool is_dropped_before(const std::string& constraint) const;
    bool goes_with_column(const std::string& constraint) const;
    bool goes_with_column(const Relation& referencing, const TableConstraint& key) const;
    bool lacks_constraint() const;
    const TableConstraint* primary_key() const;
    bool gets_primary_key(const std::string& column) const;
    void of_second_primary_key() const;
    void of_new_constraint() const;
    void of_partitions_of_key(const Constraint& key) const;
    void of_unvalidated(const Constraint& c) const;
    bool is_virtual_by_then(const std::string& name) const;
    void of_dropped_columns(const Expr& check) const;
    bool gets_type(const std::string& column) const;
    bool is_added(const std::string& column) const;
    void of_new_not_null(const Constraint& c) const;
    bool lacks_key_column(const std::string& column) const;
    void of_validation() const;
    void of_validation(ConstraintType type, bool enforced) const;
    void of_dropped_constraint() const;
    std::ptrdiff_t keys_over(const std::vector<std::string>& columns) const;

    const Alteration& a_;
    const AlterTableCmd& cmd_;
    const std::size_t i_;
    const Relation& table_;
    const Column* column_;
    const std::vector<const Relation*> indexes_ = a_.answer.catalog.indexes_of(table_.id);
};

}  // namespace pgfence
