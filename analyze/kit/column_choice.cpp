#include "analyze/kit/column_choice.h"

#include <algorithm>

#include "analyze/kit/recipe.h"
#include "core/conditions.h"

namespace pgfence {
namespace {

constexpr std::size_t kNamed = 5;  // of the columns that a message is about

bool gives_type(const AlterTableCmd& cmd) {
    return cmd.column && (cmd.subtype == AlterTableType::AddColumn || cmd.subtype == AlterTableType::AlterColumnType);
}

bool changes_type(const Step& step, const AlterTable& alter, const AlterTableCmd& cmd) {
    const Column* before = column_before(step, alter.name, cmd.name);
    return !before || before->type.name.name != cmd.column->type.name.name;
}

}  // namespace

const Constraint* ChosenColumn::constraint(ConstraintType type) const {
    for (const Constraint& constraint : column->constraints)
        if (constraint.type == type) return &constraint;
    return nullptr;
}

ChosenColumns ChosenColumns::only(const std::function<bool(const ChosenColumn&)>& wanted) const {
    ChosenColumns kept{table, new_table, {}};
    std::copy_if(columns.begin(), columns.end(), std::back_inserter(kept.columns), wanted);
    return kept;
}

ChosenColumns chosen_columns(const Step& step) {
    ChosenColumns chosen;
    if (const auto* table = step.is<CreateTable>()) {
        if (table->foreign || table->partition_of || table->persistence == Persistence::temporary) return chosen;
        chosen = {table->name, true, {}};
        for (const ColumnDef& column : table->columns) chosen.columns.push_back({&column, nullptr});
    }
    if (const auto* alter = step.is<AlterTable>(); alter && alter->object == ObjectType::table) {
        if (std::none_of(alter->cmds.begin(), alter->cmds.end(), gives_type)) return chosen;
        const Relation* known = step.before.find(alter->name);
        if (known && (known->persistence == Persistence::temporary || !known->is_table())) return chosen;
        chosen = {alter->name, !step.existing(alter->name), {}};
        for (const AlterTableCmd& cmd : alter->cmds) {
            if (!gives_type(cmd)) continue;
            if (cmd.subtype == AlterTableType::AddColumn || changes_type(step, *alter, cmd))
                chosen.columns.push_back({&*cmd.column, &cmd});
        }
    }
    return chosen;
}

ChosenColumns new_columns(const Step& step) {
    return chosen_columns(step).only(
        [](const ChosenColumn& c) { return !c.cmd || c.cmd->subtype == AlterTableType::AddColumn; });
}

bool is_builtin(const TypeName& type, std::initializer_list<std::string_view> names) {
    if (!type.name.schema.empty() && type.name.schema != "pg_catalog") return false;
    return std::find(names.begin(), names.end(), type.name.name) != names.end();
}

namespace {

bool is_habit(const Step& step, const Habit& is_advised_against) {
    constexpr std::size_t kFew = 5;
    constexpr std::size_t kMostColumns = 2000;  // each new column asks for all of them
    std::size_t against = 0, advised = 0, seen = 0;
    for (const auto& [id, table] : step.before.relations()) {
        if (!table.is_table() || !table.existing || table.table.is_partition) continue;
        if (seen > kMostColumns) break;
        seen += table.columns.size();
        for (const Column& column : table.columns)
            if (const auto told = column.existing ? is_advised_against(table, column) : std::nullopt)
                ++(*told ? against : advised);
    }
    return against >= kFew && against >= 4 * advised;
}

}  // namespace

void heed_habit(Consequence& advice, const Step& step, const Habit& is_advised_against) {
    if (!is_habit(step, is_advised_against)) return;
    advice.certainty = Certainty::depends;
    advice.depends_on.push_back(against_habit());
}

std::string in_words(const ChosenColumns& chosen) {
    std::vector<std::string> names;
    const std::size_t all = chosen.columns.size();
    for (const ChosenColumn& column : chosen.columns) {
        if (names.size() == kNamed) break;
        const std::string& name = column.column->name.empty() ? column.cmd->name : column.column->name;
        names.push_back(in_code(name));
    }
    if (all > kNamed) names.push_back(fmt::format("{} more", all - kNamed));
    return fmt::format("Column{} {} of {}", all == 1 ? "" : "s", list_in_words(names), in_code(chosen.table));
}

std::string_view verb(const ChosenColumns& chosen, std::string_view of_one, std::string_view of_several) {
    return chosen.columns.size() == 1 ? of_one : of_several;
}

Consequence of_columns(const Step& step, const ChosenColumns& chosen, std::string message,
                       std::optional<Recipe> recipe) {
    Consequence consequence;
    consequence.message = std::move(message);
    consequence.relations = {step.qualified(chosen.table)};
    consequence.recipe = std::move(recipe);
    const ChosenColumn& first = chosen.columns.front();
    consequence.begin = first.cmd ? first.cmd->location : first.column->location;
    consequence.end = first.cmd ? first.cmd->end : first.column->end;
    return consequence;
}

std::optional<Recipe> add_column_of_type(const Step& step, const ChosenColumns& chosen, std::string_view type) {
    const auto* alter = step.is<AlterTable>();
    if (!alter || !step.alone || alter->cmds.size() != 1 || alter->only) return std::nullopt;
    const AlterTableCmd& cmd = alter->cmds.front();
    if (cmd.subtype != AlterTableType::AddColumn || !cmd.column->constraints.empty() ||
        cmd.column->type.array_dimensions > 0 || !cmd.column->collation.empty() || !cmd.column->storage.empty() ||
        !cmd.column->compression.empty())
        return std::nullopt;
    return Recipe{{run(fmt::format("ALTER TABLE {}{} ADD COLUMN {}{} {};", alter->if_exists ? "IF EXISTS " : "",
                                   quoted(chosen.table), cmd.missing_ok ? "IF NOT EXISTS " : "",
                                   quoted(cmd.column->name), type))},
                  fmt::format("{} becomes {}", quoted(cmd.column->name), type)};
}

}  // namespace pgfence
