#pragma once
// Foreign keys as a statement writes them: constraint of a column or of the table, new table or old one.

#include <vector>

#include "analyze/kit/judge.h"

namespace pgfence {

struct ForeignKeyClause {
    Name table;
    const Constraint* constraint;
    const AlterTableCmd* cmd;  ///< null: of CREATE TABLE
};

std::vector<ForeignKeyClause> foreign_key_clauses(const Step& step);
/// Placed on the subcommand or the constraint.
Consequence at(const ForeignKeyClause& key, Consequence consequence);
/// ON DELETE NO ACTION is in the tree what saying nothing is: only the statement's text tells. One that says it for one
/// of its keys is taken to have thought of all.
bool says_on_delete(const Step& step);

}  // namespace pgfence
