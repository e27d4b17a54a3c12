#include "analyze/kit/judge.h"
#include "core/table_pattern.h"

namespace pgfence::rules {
namespace {

bool has_room(const Relation* table, std::int64_t most) {
    return !table || !table->columns_known || static_cast<std::int64_t>(table->columns.size()) <= most;
}

}  // namespace

extern const Rule add_column_wide_table{
    .title = "Column added to a table that is already wide",
    .category = Category::policy,
    .why = R"(
A table that everything is hung on gets slower for everybody: rows grow, fewer fit in a page, each update copies them
all. `closed` lists tables whose new columns belong into a table beside them, `max-columns` is for all others.
)",
    .bad = {R"(
CREATE TABLE orders (a int, b int, c int);
-- migration:
ALTER TABLE orders ADD COLUMN d int;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE users ADD COLUMN note text;
)"},
    .good = {R"(
CREATE TABLE orders (a int, b int);
-- migration:
ALTER TABLE orders ADD COLUMN c int;
)"},
    .about = alter_table<AlterTableType::AddColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto added = clauses(step, {AlterTableType::AddColumn});
        if (added.empty() || added.front().statement.object != ObjectType::table) return {};
        const Clause& clause = added.front();
        const Name& name = clause.statement.name;
        const Relation* table = step.after.find(name);
        const std::int64_t most = step.number("max-columns");
        const bool closed = matches_any(step.texts("closed"), step.qualified(name));
        if (!closed && has_room(table, most)) return {};
        return {at(of_name(step, name,
                           closed ? fmt::format("{} is closed to new columns", clause.table_in_code())
                                  : fmt::format("{} has {} columns with this one; {} are allowed",
                                                clause.table_in_code(), table->columns.size(), most)),
                   clause)};
    },
    .options = {{"max-columns", std::int64_t{50}, "columns that a table may have"},
                {"closed", std::vector<std::string>{}, "patterns for tables that take no further column"}},
    .example_options = {{"max-columns", std::int64_t{3}}, {"closed", std::vector<std::string>{"users"}}},
};

}  // namespace pgfence::rules
