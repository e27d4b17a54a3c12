#include "analyze/kit/foreign_key_clause.h"

#include "analyze/kit/sql_text.h"

namespace pgfence {

std::vector<ForeignKeyClause> foreign_key_clauses(const Step& step) {
    std::vector<ForeignKeyClause> found;
    const auto add = [&](const Name& table, const std::vector<Constraint>& constraints, const AlterTableCmd* cmd) {
        for (const Constraint& constraint : constraints)
            if (constraint.type == ConstraintType::foreign_key) found.push_back({table, &constraint, cmd});
    };
    if (const auto* create = step.is<CreateTable>()) {
        if (create->persistence == Persistence::temporary) return found;
        for (const ColumnDef& column : create->columns) add(create->name, column.constraints, nullptr);
        add(create->name, create->constraints, nullptr);
    }
    const auto* alter = step.is<AlterTable>();
    if (!alter) return found;
    for (const AlterTableCmd& cmd : alter->cmds) {
        if (cmd.subtype == AlterTableType::AddColumn && cmd.column) add(alter->name, cmd.column->constraints, &cmd);
        if (cmd.subtype == AlterTableType::AddConstraint && cmd.constraint &&
            cmd.constraint->type == ConstraintType::foreign_key)
            found.push_back({alter->name, &*cmd.constraint, &cmd});
    }
    return found;
}

Consequence at(const ForeignKeyClause& key, Consequence consequence) {
    const std::int32_t begin = key.cmd ? key.cmd->location : key.constraint->location;
    const std::int32_t end = key.cmd ? key.cmd->end : key.constraint->end;
    if (begin >= 0 && end > begin) {
        consequence.begin = begin;
        consequence.end = end;
    }
    return consequence;
}

bool says_on_delete(const Step& step) {
    const auto tokens = sql_tokens(step.sql);
    if (!tokens) return true;
    for (std::size_t i = 0; i + 1 < tokens->size(); ++i)
        if ((*tokens)[i].is("ON") && (*tokens)[i + 1].is("DELETE")) return true;
    return false;
}

}  // namespace pgfence
