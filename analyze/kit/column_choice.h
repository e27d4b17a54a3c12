#pragma once
// Columns whose type is chosen by a statement, on new tables and old ones: that is the moment to speak of types. What
// is said of several columns of one statement is said once.

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/kit/judge.h"

namespace pgfence {

struct ChosenColumn {
    const ColumnDef* column;
    const AlterTableCmd* cmd;  ///< null: of CREATE TABLE
    /// The constraint of that type that stands in the column's definition; null when none does.
    const Constraint* constraint(ConstraintType type) const;
};

struct ChosenColumns {
    Name table;
    bool new_table = false;  ///< of the change
    std::vector<ChosenColumn> columns;

    bool empty() const { return columns.empty(); }
    ChosenColumns only(const std::function<bool(const ChosenColumn&)>& wanted) const;
};

/// CREATE TABLE, ADD COLUMN and ALTER COLUMN TYPE to another type; nothing of temporary and foreign tables.
ChosenColumns chosen_columns(const Step& step);
/// CREATE TABLE and ADD COLUMN.
ChosenColumns new_columns(const Step& step);

/// One of PostgreSQL's own types, by the names that the raw parser gives them ("int4", "serial", "bpchar").
bool is_builtin(const TypeName& type, std::initializer_list<std::string_view> names);

/// What a column says about a project's habit: the type that a rule advises against, the one that it advises, or
/// nothing.
using Habit = std::function<std::optional<bool>(const Relation& table, const Column& column)>;
/// At least five columns of the tables that were there before are what the rule advises against, and four of five of
/// those that are one or the other (of the first 2,000): then the advice depends on whether this one is to differ
/// (against_habit).
void heed_habit(Consequence& advice, const Step& step, const Habit& is_advised_against);

/// "Column `note` of `orders`", "Columns `note`, `memo` and 3 more of `orders`".
std::string in_words(const ChosenColumns& chosen);
/// "is" or "are", "has" or "have".
std::string_view verb(const ChosenColumns& chosen, std::string_view of_one, std::string_view of_several);
/// Placed on the first of them.
Consequence of_columns(const Step& step, const ChosenColumns& chosen, std::string message,
                       std::optional<Recipe> recipe = std::nullopt);
/// The statement with another type, where it does nothing but add one column that has nothing but its type.
std::optional<Recipe> add_column_of_type(const Step& step, const ChosenColumns& chosen, std::string_view type);

}  // namespace pgfence
