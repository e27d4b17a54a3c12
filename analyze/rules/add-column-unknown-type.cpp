#include <algorithm>

#include "analyze/kit/judge.h"
#include "core/conditions.h"
#include "core/stand_in.h"

namespace pgfence::rules {

extern const Rule add_column_unknown_type{
    .title = "New column of a type that no migration creates",
    .category = Category::robustness,
    .why = R"(
A nullable column without a default is added in an instant, whatever its type, unless the type is a domain: its `CHECK`
or `NOT NULL` is tested for every row, and its default may be another one for each, so the table is rewritten and nobody
can use it meanwhile. A domain with `NOT NULL` and no default fails as soon as there is a row.

Look what the type is (`\dT+` in psql). A schema snapshot tells pgfence.
)",
    .bad = {R"(
-- ERROR: type "email" does not exist
ALTER TABLE users ADD COLUMN contact email;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
-- ERROR: schema "shop" does not exist
ALTER TABLE users ADD COLUMN note text, ADD COLUMN contact shop.email;
)"},
    .good = {R"(
CREATE DOMAIN label AS text;
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE users ADD COLUMN name label, ADD COLUMN mood mood, ADD COLUMN place geometry(Point, 4326),
    ADD COLUMN tags email[];
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
ALTER TABLE users ADD COLUMN contact email;
)"},
    .about = alter_table<AlterTableType::AddColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        const auto& open = step.effects.depends_on;
        for (const Clause& clause : clauses(step, {AlterTableType::AddColumn})) {
            const ColumnDef& column = *clause.cmd.column;
            // What a foreign key refers to is hardly ever of a domain.
            if (std::any_of(column.constraints.begin(), column.constraints.end(), [](const Constraint& constraint) {
                    return constraint.type == ConstraintType::foreign_key;
                }))
                continue;
            const Condition condition = is_costly_domain(column.type);
            if (std::find(open.begin(), open.end(), condition) == open.end()) continue;
            const std::string of_type = column.type.name.name == kUnknownType
                                            ? "its type is only known to the program"
                                            : "no migration says what its type " + in_code(column.type.name) + " is";
            found.push_back(at(of_name(step, clause.statement.name,
                                       fmt::format("May rewrite {} to add column {}: {}", clause.table_in_code(),
                                                   in_code(column.name), of_type)),
                               clause));
            found.back().certainty = Certainty::depends;
            found.back().depends_on = {condition};
        }
        return found;
    },
};

}  // namespace pgfence::rules
