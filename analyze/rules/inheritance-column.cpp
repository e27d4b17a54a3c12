#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule inheritance_column{
    .title = "Column name with a special meaning to the object mapper",
    .category = Category::compatibility,
    .why = R"(
Active Record takes a column `type` for single table inheritance: from the moment it is there, running code looks for a
class of the name that each row holds, and fails on rows that hold none. Other mappers have such names of their own: list
them in `columns`.

Choose another name, or deploy code first that ignores the column or names another one for the purpose
(`self.inheritance_column = nil`).
)",
    .bad = {R"(
ALTER TABLE animals ADD COLUMN type text;
)",
            R"(
CREATE TABLE animals (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE animals ADD COLUMN name text, ADD COLUMN type text;
)"},
    .good = {R"(
ALTER TABLE animals ADD COLUMN kind text;
)",
             R"(
CREATE TABLE animals (id bigint PRIMARY KEY, type text);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto& columns = step.texts("columns");
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::AddColumn})) {
            const std::string& name = clause.cmd.column->name;
            if (std::find(columns.begin(), columns.end(), name) == columns.end()) continue;
            found.push_back(at(of_name(step, clause.statement.name,
                                       fmt::format("The object mapper gives column name {} of {} a special meaning",
                                                   in_code(name), clause.table_in_code())),
                               clause));
        }
        return found;
    },
    .severity = Severity::off,
    .options = {{"columns", std::vector<std::string>{"type"}, "names that the mapper gives a meaning"}},
};

}  // namespace pgfence::rules
