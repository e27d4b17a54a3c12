#include <algorithm>

#include "analyze/kit/column_choice.h"

namespace pgfence::rules {
namespace {

/// Names that the statement gives, with what has them.
std::vector<std::string> given(const Step& step) {
    std::vector<std::string> names;
    if (const auto* table = step.is<CreateTable>()) {
        names.push_back(table->name.name);
        for (const Constraint& constraint : table->constraints) names.push_back(constraint.name);
    }
    const ChosenColumns made = new_columns(step);
    for (const ChosenColumn& column : made.columns) names.push_back(column.column->name);
    if (const auto* index = step.is<CreateIndex>()) names.push_back(index->name);
    if (const auto* view = step.is<CreateView>()) names.push_back(view->name.name);
    if (const auto* rename = step.is<Rename>()) names.push_back(rename->new_name);
    if (const auto* schema = step.is<CreateSchema>()) names.push_back(schema->name);
    if (const auto* type = step.is<CreateEnum>()) names.push_back(type->name.name);
    if (const auto* alter = step.is<AlterTable>())
        for (const AlterTableCmd& cmd : alter->cmds)
            if (cmd.subtype == AlterTableType::AddConstraint && cmd.constraint) names.push_back(cmd.constraint->name);
    return names;
}

}  // namespace

extern const Rule identifier_quoting{
    .title = "Name that must be quoted wherever it is used",
    .category = Category::policy,
    .why = R"(
Mixed case, blanks and reserved words are possible in quotes only, and from then on everybody has to quote the name for
ever: in queries typed by hand, in dumps, in tools that do not think of it. Without the quotes the server looks for
another name.
)",
    .bad = {R"(
CREATE TABLE "Orders" (id bigint PRIMARY KEY);
)",
            R"(
CREATE TABLE invoices (id bigint PRIMARY KEY, "userId" bigint, "order" integer);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
ALTER TABLE orders RENAME COLUMN note TO "Note";
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
)",
             R"(
ALTER TABLE "Orders" ADD COLUMN note text;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<std::string> names;
        for (const std::string& name : given(step))
            if (!name.empty() && quoted(name) != name) names.push_back(in_code(name));
        if (names.empty()) return {};
        Consequence consequence;
        consequence.message =
            fmt::format("{} {} quotes wherever {} used", list_in_words(names), names.size() == 1 ? "needs" : "need",
                        names.size() == 1 ? "it is" : "they are");
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
