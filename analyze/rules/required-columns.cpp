#include <algorithm>

#include "analyze/kit/judge.h"
#include "core/table_pattern.h"

namespace pgfence::rules {
namespace {

std::vector<std::string> missing(const std::vector<std::string>& wanted, const Relation& table) {
    std::vector<std::string> names;
    for (const std::string& column : wanted)
        if (!table.column(column)) names.push_back(in_code(column));
    return names;
}

}  // namespace

extern const Rule required_columns{
    .title = "New table without the columns that the team requires",
    .category = Category::policy,
    .why = R"(
Where code or tools count on certain columns in every table (`created_at`, `updated_at`, a tenant), a table without
them is found out late. List them in `columns`; tables that match `except` need none.

Columns that a later statement of the same change adds count. Partitions have their parent's columns.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamptz NOT NULL);
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamptz NOT NULL, updated_at timestamptz);
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamptz NOT NULL);
ALTER TABLE orders ADD COLUMN updated_at timestamptz;
)",
             R"(
CREATE TABLE schema_migrations (version text PRIMARY KEY);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* create = step.is<CreateTable>();
        const Relation* table = create && !create->foreign && create->persistence != Persistence::temporary
                                    ? step.after.find(create->name)
                                    : nullptr;
        if (!table || table->existing || !table->columns_known) return {};
        const std::string qualified = step.after.qualified(create->name);
        if (matches_any(step.texts("except"), qualified)) return {};
        const auto& wanted = step.texts("columns");
        const auto names = missing(wanted, *table);
        if (names.empty()) return {};
        Consequence consequence =
            of_name(step, create->name, fmt::format("Table {} lacks {}", in_code(create->name), list_in_words(names)));
        consequence.stands_at_end = [name = table->name, wanted](const Catalog& end) {
            const Relation* now = end.find(name);
            return now && !missing(wanted, *now).empty();
        };
        return {std::move(consequence)};
    },
    .aliases = "require-columns",
    .options = {{"columns", std::vector<std::string>{}, "what every new table must have"},
                {"except", std::vector<std::string>{"schema_migrations"}, "patterns for tables that need not"}},
    .example_options = {{"columns", std::vector<std::string>{"created_at", "updated_at"}}},
};

}  // namespace pgfence::rules
