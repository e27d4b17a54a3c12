#pragma once
// A recipe's single steps, and how a migration's runner takes them.

#include <string>
#include <string_view>

#include "analyze/kit/rule.h"

namespace pgfence {

/// How a file of this format is run outside a transaction: "put `-- +goose NO TRANSACTION` at the top of its file".
/// Empty when the runner is not known.
std::string without_transaction(std::string_view format);
/// True where a SET in a migration file would be lost or get in the way: the setting belongs to the role there.
bool settings_belong_to_role(std::string_view format);

RecipeStep run(std::string sql, std::string note = "");
/// A SET in front of the statement, or for the role where the runner would lose it. `value` without its quotes.
Recipe setting_in_front(const Step& step, std::string_view setting, std::string_view value);
/// Must not run in a transaction block; the note says how the step's own runner leaves its transaction out.
RecipeStep outside_transaction(const Step& step, std::string sql, std::string note = "");
RecipeStep after(std::string wait_for, RecipeStep step);
/// Only words: something that is done outside the database, or that nobody can write for the reader.
RecipeStep advice(std::string note);

}  // namespace pgfence
