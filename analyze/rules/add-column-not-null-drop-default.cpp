#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

bool renames_what_inserts_name(const Rename& rename, const Name& table) {
    if (rename.object == ObjectType::column) return rename.relation.name == table.name;
    return rename.object == ObjectType::table && rename.new_name == table.name;
}

bool drops_column(const AlterTable& alter, const Name& table) {
    return alter.name.name == table.name &&
           std::any_of(alter.cmds.begin(), alter.cmds.end(),
                       [](const AlterTableCmd& cmd) { return cmd.subtype == AlterTableType::DropColumn; });
}

/// The table or one of its columns has another name by then, or is gone: INSERTs of running code fail for that, which
/// is told there.
bool is_told_of_earlier(const Step& step, const Name& table) {
    return std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        if (const auto* rename = std::get_if<Rename>(earlier.action)) return renames_what_inserts_name(*rename, table);
        const auto* alter = std::get_if<AlterTable>(earlier.action);
        return alter && drops_column(*alter, table);
    });
}

}  // namespace

extern const Rule add_column_not_null_drop_default{
    .title = "New NOT NULL column loses its default while running code still inserts without it",
    .category = Category::compatibility,
    .why = R"(
The default fills the old rows, and dropping it right after leaves the column `NOT NULL` without one. The code that is
running does not know the column: every row it inserts fails from that moment until the new code runs everywhere. Some
ORMs write migrations like that by themselves.

Keep the default, and drop it in a later release if it has to go. Where the table or a column of it gets another name
before, the INSERTs fail because of the new name, and this rule reports nothing.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint);
-- migration:
ALTER TABLE orders ADD COLUMN state text DEFAULT 'new' NOT NULL;
ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;
)",
            R"(
CREATE TABLE orders (id bigint);
-- migration:
DO $$ BEGIN
    ALTER TABLE orders ADD COLUMN state text DEFAULT 'new' NOT NULL, ADD COLUMN note text;
    ALTER TABLE orders ALTER COLUMN state DROP DEFAULT, ALTER COLUMN note SET DEFAULT '';
END $$;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint, state text DEFAULT 'new' NOT NULL);
-- migration:
ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;
)",
             R"(
CREATE TABLE orders (id bigint);
-- migration:
ALTER TABLE orders ADD COLUMN state text DEFAULT 'new';
ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;
)",
             R"(
CREATE TABLE orders (state text DEFAULT 'new' NOT NULL);
ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;
)",
             R"(
CREATE TABLE orders (id bigint);
-- migration:
ALTER TABLE orders RENAME TO purchases;
ALTER TABLE purchases ADD COLUMN state text DEFAULT 'new' NOT NULL;
ALTER TABLE purchases ALTER COLUMN state DROP DEFAULT;
)"},
    .about = alter_table<AlterTableType::ColumnDefault>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::ColumnDefault})) {
            const Column* column = column_before(step, clause.statement.name, clause.cmd.name);
            if (clause.cmd.expr || !column || column->existing || !column->not_null || !column->default_expr) continue;
            if (is_told_of_earlier(step, clause.statement.name)) continue;
            const std::string name = quoted(clause.cmd.name);
            Consequence consequence = of_name(
                step, clause.statement.name,
                fmt::format("Running code does not set column {} of {}: its INSERTs fail once the default is dropped",
                            code(name), clause.table_in_code()));
            if (auto steps = other_clauses(step, clause)) {
                steps->push_back(
                    after(fmt::format("a deploy whose code always writes {}", code(name)),
                          run(fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT;", clause.table(), name))));
                consequence.recipe = Recipe{std::move(*steps), ""};
            }
            consequence.stands_at_end = [table = clause.statement.name,
                                         column_name = clause.cmd.name](const Catalog& end) {
                const Relation* relation = end.find(table);
                if (!relation) relation = end.told_of(table);
                const Column* left = relation ? relation->column(column_name) : nullptr;
                return left && left->not_null && !left->default_expr;
            };
            found.push_back(at(std::move(consequence), clause));
        }
        return found;
    },
};

}  // namespace pgfence::rules
