// A value that ALTER TYPE ... ADD VALUE has added is refused until its transaction has been committed
// (check_safe_enum_use in enum.c, from 12): the index entries it gets would outlive a rollback. Constants become values
// in parse analysis, so a default is a use as well. From 17 values of a type that the same transaction made are safe.

#include <algorithm>

#include "analyze/model/statements.h"

namespace pgfence {
namespace {

bool names(const Expr& expr, const std::string& label) {
    return (expr.kind == Expr::Kind::constant && expr.text == label) ||
           std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return names(arg, label); });
}
bool names(const Boxed<Expr>& expr, const std::string& label) { return expr && names(*expr, label); }
bool names(const std::vector<Constraint>& constraints, const std::string& label) {
    return std::any_of(constraints.begin(), constraints.end(),
                       [&](const Constraint& constraint) { return names(constraint.expr, label); });
}

bool has_column_of(const Relation* relation, const Enum& type) {
    return relation && std::any_of(relation->columns.begin(), relation->columns.end(),
                                   [&](const Column& column) { return column.type.name == type.name; });
}

bool is_of(const Answer& answer, const TypeName& written, const Enum& type) {
    return answer.catalog.resolve_type(written).name == type.name;
}

/// `uses` says whether the statement makes that label a value of that enum.
template <class Uses>
void refuse(Answer& answer, bool certain, const Uses& uses) {
    if (!answer.has(Behaviour::enum_grows_in_transaction) || !answer.now.in_transaction_block) return;
    for (const Enum* type : answer.catalog.grown_enums()) {
        if (type->made_in_transaction && answer.has(Behaviour::values_of_new_enum_in_transaction)) continue;
        for (const std::string& label : type->uncommitted)
            if (uses(*type, label)) {
                if (!certain) answer.depends_on("whether '" + label + "' stands for a value of " + type->name.name);
                answer.fails(Failure::Kind::uncommitted_value,
                             "unsafe use of new value \"" + label + "\" of enum type " + type->name.name, certain);
            }
    }
}

bool makes_value(const Answer& answer, const Relation* table, const AlterTableCmd& cmd, const Enum& type,
                 const std::string& label) {
    switch (cmd.subtype) {
        case AlterTableType::AddColumn:
        case AlterTableType::AlterColumnType:
            return cmd.column && is_of(answer, cmd.column->type, type) &&
                   (names(cmd.column->constraints, label) || names(cmd.expr, label));
        case AlterTableType::ColumnDefault: {
            const Column* column = table ? table->column(cmd.name) : nullptr;
            return column && column->type.name == type.name && names(cmd.expr, label);
        }
        case AlterTableType::AddConstraint:
            return cmd.constraint && has_column_of(table, type) && names(cmd.constraint->expr, label);
        default: return false;
    }
}

}  // namespace

/// Which column a constant of a query is compared with or put into is not known here: the label and a table that has
/// the type is what is seen.
void refuse_uncommitted_values(Answer& answer, const Query& query) {
    refuse(answer, false, [&](const Enum& type, const std::string& label) {
        return std::find(query.strings.begin(), query.strings.end(), label) != query.strings.end() &&
               std::any_of(query.relations.begin(), query.relations.end(),
                           [&](const RangeUse& use) { return has_column_of(answer.catalog.find(use.name), type); });
    });
}

void refuse_uncommitted_values(Answer& answer, const AlterTable& statement) {
    const Relation* table = answer.catalog.find(statement.name);
    refuse(answer, true, [&](const Enum& type, const std::string& label) {
        return std::any_of(statement.cmds.begin(), statement.cmds.end(),
                           [&](const AlterTableCmd& cmd) { return makes_value(answer, table, cmd, type, label); });
    });
}

void refuse_uncommitted_values(Answer& answer, const CreateTable& table) {
    refuse(answer, true, [&](const Enum& type, const std::string& label) {
        return std::any_of(table.columns.begin(), table.columns.end(), [&](const ColumnDef& column) {
            return is_of(answer, column.type, type) && names(column.constraints, label);
        });
    });
}

}  // namespace pgfence
