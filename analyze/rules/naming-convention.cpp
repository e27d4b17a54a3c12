#include <algorithm>

#include "analyze/kit/column_choice.h"
#include "core/glob.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

bool is_snake_case(std::string_view name) {
    return !name.empty() && is_lower(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_camel_case(std::string_view name, bool first_upper) {
    return !name.empty() && (first_upper ? is_upper(name.front()) : is_lower(name.front())) &&
           std::all_of(name.begin(), name.end(), is_letter_or_digit);
}

bool follows(std::string_view pattern, std::string_view name) {
    if (pattern == "snake_case") return is_snake_case(name);
    if (pattern == "camelCase") return is_camel_case(name, false);
    if (pattern == "PascalCase") return is_camel_case(name, true);
    return Glob(pattern).matches(name);
}

/// {table} and {columns} in a pattern stand for what the object is on.
std::string filled(std::string pattern, const std::string& table, const std::string& columns) {
    for (const auto& [word, value] : {std::pair{"{table}", &table}, std::pair{"{columns}", &columns}})
        if (const auto at = pattern.find(word); at != std::string::npos)
            pattern.replace(at, std::string_view(word).size(), *value);
    return pattern;
}

/// The names that one step gives, held against the team's patterns.
class Names {
public:
    explicit Names(const Step& step) : step_(step) {}

    void hold(std::string_view kind, const std::string& name, const Name& owner, const std::string& columns = "") {
        if (name.empty()) return;
        for (const std::string& pattern : step_.texts(kind)) {
            const std::string wanted = filled(pattern, owner.name, columns);
            if (follows(wanted, name)) continue;
            found_.push_back(
                of_name(step_, owner,
                        fmt::format("Name of {} {} does not follow {}", kind, in_code(name), quoted_pattern(wanted))));
            return;
        }
    }

    std::vector<Consequence> found() && { return std::move(found_); }

private:
    static std::string quoted_pattern(const std::string& pattern) { return "\"" + pattern + "\""; }

    const Step& step_;
    std::vector<Consequence> found_;
};

std::string_view kind_of(ConstraintType type) {
    switch (type) {
        case ConstraintType::primary_key: return "primary-key";
        case ConstraintType::unique: return "unique";
        case ConstraintType::foreign_key: return "foreign-key";
        case ConstraintType::check: return "check";
        default: return "";
    }
}

/// Names that were given; those that the server chooses are nobody's fault.
void hold_constraint(Names& names, const Constraint& constraint, const Name& table, const std::string& column) {
    const std::string_view kind = kind_of(constraint.type);
    if (kind.empty()) return;
    std::string columns =
        joined(constraint.type == ConstraintType::foreign_key ? constraint.fk_columns : constraint.keys, "_");
    if (columns.empty()) columns = column;
    names.hold(kind, constraint.name, table, columns);
}

void hold_column(Names& names, const ColumnDef& column, const Name& table) {
    names.hold("column", column.name, table);
    for (const Constraint& constraint : column.constraints) hold_constraint(names, constraint, table, column.name);
}

void hold_index(Names& names, const CreateIndex& index) {
    std::vector<std::string> columns;
    for (const IndexElement& element : index.elements)
        if (!element.column.empty()) columns.push_back(element.column);
    names.hold(index.unique ? "unique" : "index", index.name, index.table, joined(columns, "_"));
}

void hold_rename(Names& names, const Rename& rename) {
    if (rename.object == ObjectType::table) names.hold("table", rename.new_name, rename.relation);
    if (rename.object == ObjectType::column) names.hold("column", rename.new_name, rename.relation);
}

}  // namespace

extern const Rule naming_convention{
    .title = "Name that does not follow the team's convention",
    .category = Category::policy,
    .why = R"(
Names that follow one pattern can be guessed. Each option holds patterns that a new name of that kind must follow, all
of them: `snake_case`, `camelCase`, `PascalCase`, or a pattern with `*`, `?`, `[a-z]` and `{a,b}` in which `{table}` and
`{columns}` stand for what the object is on.

Names that the server chooses, and those of objects that were there before, are not looked at.
)",
    .bad = {R"(
CREATE TABLE "OrderNotes" (id bigint PRIMARY KEY);
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, note text);
-- migration:
ALTER TABLE orders ADD COLUMN "userId" bigint;
)",
            R"(
CREATE INDEX CONCURRENTLY by_user ON orders (user_id);
)",
            R"(
CREATE TABLE notes (user_id bigint, CONSTRAINT user_key FOREIGN KEY (user_id) REFERENCES users);
)",
            R"(
ALTER TABLE orders RENAME COLUMN note TO "Remark";
)"},
    .good = {R"(
CREATE TABLE order_notes (id bigint PRIMARY KEY, user_id bigint);
CREATE INDEX idx_order_notes_user_id ON order_notes (user_id);
)",
             R"(
ALTER TABLE orders ADD CONSTRAINT fk_orders_user_id FOREIGN KEY (user_id) REFERENCES users NOT VALID;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        Names names(step);
        if (const auto* table = step.is<CreateTable>()) {
            names.hold("table", table->name.name, table->name);
            for (const Constraint& constraint : table->constraints) hold_constraint(names, constraint, table->name, "");
        }
        const ChosenColumns made = new_columns(step);
        for (const ChosenColumn& column : made.columns) hold_column(names, *column.column, made.table);
        if (const auto* alter = step.is<AlterTable>())
            for (const AlterTableCmd& cmd : alter->cmds)
                if (cmd.subtype == AlterTableType::AddConstraint && cmd.constraint)
                    hold_constraint(names, *cmd.constraint, alter->name, "");
        if (const auto* index = step.is<CreateIndex>()) hold_index(names, *index);
        if (const auto* rename = step.is<Rename>()) hold_rename(names, *rename);
        return std::move(names).found();
    },
    .options = {{"table", std::vector<std::string>{"snake_case"}, "names of tables"},
                {"column", std::vector<std::string>{"snake_case"}, "names of columns"},
                {"index", std::vector<std::string>{}, "names of indexes"},
                {"unique", std::vector<std::string>{}, "names of unique constraints and unique indexes"},
                {"primary-key", std::vector<std::string>{}, "names of primary keys"},
                {"foreign-key", std::vector<std::string>{}, "names of foreign keys"},
                {"check", std::vector<std::string>{}, "names of CHECK constraints"}},
    .example_options = {{"index", std::vector<std::string>{"idx_{table}_{columns}"}},
                        {"foreign-key", std::vector<std::string>{"fk_{table}_{columns}"}}},
};

}  // namespace pgfence::rules
