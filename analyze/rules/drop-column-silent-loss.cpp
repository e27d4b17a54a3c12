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

std::vector<std::string> key_columns(const Relation& index) {
    std::vector<std::string> columns;
    for (const IndexElement& e : index.index.elements) columns.push_back(e.column);
    return columns;
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
        const auto columns = key_columns(*index);
        if (index->index.constraint.empty() && concerns_others(columns) && has(columns))
            all.push_back(fmt::format("{}index {}", index->index.unique ? "unique " : "", in_code(index->name.name)));
    }
    return all;
}

bool is_of(const std::string& column, const std::vector<std::string>& columns) {
    return columns.size() == 1 && columns.front() == column;
}

bool has_constraint(const Relation& table, ConstraintType type, const std::string& column) {
    return std::any_of(table.table.constraints.begin(), table.table.constraints.end(),
                       [&](const TableConstraint& c) { return c.type == type && is_of(column, c.columns); });
}

/// One that begins with the column serves the same queries; a unique one has to be of the column alone.
bool has_index(const Catalog& catalog, RelationId table, bool unique, const std::string& column) {
    const auto indexes = catalog.indexes_of(table);
    return std::any_of(indexes.begin(), indexes.end(), [&](const Relation* index) {
        const auto columns = key_columns(*index);
        return unique ? index->index.unique && is_of(column, columns) : !columns.empty() && columns.front() == column;
    });
}

/// Of the column alone: it is missed where a column of that name is there again at the end.
void add_what_a_new_column_lacks(const Step& step, const Relation& table, const Clause& clause,
                                 std::vector<Consequence>& found) {
    const std::string& column = clause.cmd.name;
    const auto add = [&](const std::string& what, Harm harm, const auto& is_there) {
        found.push_back(at(of_name(step, clause.statement.name,
                                   fmt::format("Column {} of {} is created again without its {}", in_code(column),
                                               clause.table_in_code(), what)),
                           clause));
        found.back().harm = harm;
        found.back().stands_at_end = [id = table.id, column, is_there](const Catalog& end) {
            const Relation* now = end.get(id);
            return now && now->column(column) && !is_there(end, *now);
        };
    };
    for (const TableConstraint& c : table.table.constraints) {
        if (!c.existing || c.maybe || c.type == ConstraintType::not_null || !is_of(column, c.columns)) continue;
        add(fmt::format("{} {}", word(c), in_code(c.name)), Harm::lost_guarantee,
            [type = c.type, column](const Catalog&, const Relation& now) { return has_constraint(now, type, column); });
    }
    for (const Relation* index : step.before.indexes_of(table.id)) {
        if (!index->existing || !index->index.constraint.empty() || !is_of(column, key_columns(*index))) continue;
        const bool unique = index->index.unique;
        add(fmt::format("{}index {}", unique ? "unique " : "", in_code(index->name.name)),
            unique ? Harm::lost_guarantee : Harm::lost_name, [unique, column](const Catalog& end, const Relation& now) {
                return has_index(end, now.id, unique, column);
            });
    }
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

Make the index or constraint of the columns that stay first, then drop the column. A column that is dropped and added
again under its name, to change what generates it for instance, needs its indexes and constraints made again as well.
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
)",
            R"(
CREATE TABLE logs (id bigint, message text, words tsvector GENERATED ALWAYS AS (to_tsvector('simple', message)) STORED);
CREATE INDEX logs_words ON logs USING gin (words);
-- migration:
ALTER TABLE logs DROP COLUMN words;
ALTER TABLE logs ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('english', message)) STORED;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY, code text CONSTRAINT users_code UNIQUE);
-- migration:
ALTER TABLE users DROP COLUMN code;
ALTER TABLE users ADD COLUMN code bigint;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
CREATE INDEX orders_note ON orders (note);
-- migration:
ALTER TABLE orders DROP COLUMN note;
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY, code text CONSTRAINT users_code UNIQUE);
CREATE INDEX users_code_hash ON users USING hash (code);
-- migration:
ALTER TABLE users DROP COLUMN code;
ALTER TABLE users ADD COLUMN code bigint UNIQUE;
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
            if (table && table->existing) add_what_a_new_column_lacks(step, *table, clause, found);
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
