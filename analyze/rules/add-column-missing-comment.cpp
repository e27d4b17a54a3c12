#include "analyze/kit/column_choice.h"

namespace pgfence::rules {
namespace {

bool lacks_comment(const Catalog& catalog, const Name& name, const std::string& column) {
    const Relation* table = catalog.find(name);
    if (!table) return false;
    if (column.empty()) return !table->commented;
    const Column* known = table->column(column);
    return known && !known->commented;
}

/// A later COMMENT ON of the same change gives it.
Consequence until_commented(Consequence consequence, Name name, std::string column) {
    consequence.stands_at_end = [name = std::move(name), column = std::move(column)](const Catalog& end) {
        return lacks_comment(end, name, column);
    };
    return consequence;
}

}  // namespace

extern const Rule add_column_missing_comment{
    .title = "New table or column without a comment",
    .category = Category::policy,
    .why = R"(
`COMMENT ON` is where the next reader, and every tool that draws the schema, looks for what a table or column is for.
Comments given later in the same change count.
)",
    .bad = {R"(
CREATE TABLE invoices (id bigint PRIMARY KEY);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN note text;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
COMMENT ON TABLE orders IS 'what customers bought';
COMMENT ON COLUMN orders.id IS 'given by the shop';
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN note text;
COMMENT ON COLUMN orders.note IS 'for the packer';
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const ChosenColumns made = new_columns(step);
        const Relation* table = made.columns.empty() ? nullptr : step.after.find(made.table);
        if (!table) return {};
        std::vector<Consequence> found;
        if (step.is<CreateTable>())
            found.push_back(
                until_commented(of_name(step, made.table, fmt::format("Table {} has no comment", in_code(made.table))),
                                table->name, ""));
        if (!step.option<bool>("columns")) return found;
        for (const ChosenColumn& column : made.columns) {
            const ChosenColumns one{made.table, made.new_table, {column}};
            found.push_back(until_commented(of_columns(step, one, fmt::format("{} has no comment", in_words(one))),
                                            table->name, column.column->name));
        }
        return found;
    },
    .aliases = "require-comment",
    .options = {{"columns", true, "columns are asked for too, not only tables"}},
};

}  // namespace pgfence::rules
