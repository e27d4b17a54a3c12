#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool concerns_others(const std::vector<std::string>& columns) { return columns.size() > 1; }

std::string_view word(const TableConstraint& c) {
    switch (c.type) {
        case ConstraintType::primary_key: return "primary key";
        case ConstraintType::unique: return "unique constraint";
        case ConstraintType::foreign_key: return "foreign key";
        case ConstraintType::exclusion: return "exclusion constraint";
        default: return "check";
    }
}

/// Of several columns, one of which is dropped: the others lose it too.
std::vector<std::string> lost(const Relation& table, const Clause& clause, const Step& step) {
    std::vector<std::string> all;
    const std::string& column = clause.cmd.name;
    const auto has = [&](const std::vector<std::string>& columns) {
        return std::find(columns.begin(), columns.end(), column) != columns.end();
    };
    for (const TableConstraint& c : table.table.constraints)
        if (concerns_others(c.columns) && has(c.columns)) all.push_back(fmt::format("{} {}", word(c), in_code(c.name)));
    for (const Relation* index : step.before.indexes_of(table.id)) {
        std::vector<std::string> columns;
        for (const IndexElement& e : index->index.elements) columns.push_back(e.column);
        if (index->index.constraint.empty() && concerns_others(columns) && has(columns))
            all.push_back(fmt::format("{}index {}", index->index.unique ? "unique " : "", in_code(index->name.name)));
    }
    return all;
}

bool adds_another_constraint(const Clause& clause) {
    return std::any_of(clause.statement.cmds.begin(), clause.statement.cmds.end(),
                       [](const AlterTableCmd& cmd) { return cmd.subtype == AlterTableType::AddConstraint; });
}

}  // namespace

extern const Rule drop_column_silent_loss{
    .title = "Dropped column also drops keys and indexes of other columns",
    .category = Category::destructive,
    .why = R"(
`DROP COLUMN` drops every index and every constraint that the column is a part of, without a word and without
`CASCADE`. A unique constraint over two columns is gone when one of them goes: duplicates can come in from that moment,
and what used the index is slow.

Make the index or constraint of the columns that stay first, then drop the column.
)",
    .bad = {R"(
CREATE TABLE members (user_id bigint, team bigint, PRIMARY KEY (user_id, team));
-- migration:
ALTER TABLE members DROP COLUMN team;
)",
            R"(
CREATE TABLE orders (shop bigint, number bigint, note text);
CREATE UNIQUE INDEX orders_number ON orders (shop, number);
-- migration:
ALTER TABLE orders ADD COLUMN state text, DROP COLUMN shop;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
CREATE INDEX orders_note ON orders (note);
-- migration:
ALTER TABLE orders DROP COLUMN note;
)",
             R"(
CREATE TABLE members (user_id bigint, team bigint, PRIMARY KEY (user_id, team));
ALTER TABLE members DROP COLUMN team;
)"},
    .about = alter_table<AlterTableType::DropColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::DropColumn})) {
            const Relation* table = step.before.find(clause.statement.name);
            const auto gone = table ? lost(*table, clause, step) : std::vector<std::string>{};
            if (gone.empty() || adds_another_constraint(clause)) continue;
            found.push_back(at(of_name(step, clause.statement.name,
                                       fmt::format("Dropping column {} of {} also drops {}", in_code(clause.cmd.name),
                                                   clause.table_in_code(), list_in_words(gone))),
                               clause));
        }
        return found;
    },
};

}  // namespace pgfence::rules
