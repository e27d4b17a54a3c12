#pragma once
// A recipe's single steps, and how a migration's runner takes them.

#include <string>
#include <string_view>

#include "analyze/kit/rule.h"

namespace pgfence {

RecipeStep run(std::string sql, std::string note = "");
/// A SET in front of the statement: it concerns the migration alone. `value` without its quotes.
Recipe setting_in_front(const Step& step, std::string_view setting, std::string_view value);
/// Must not run in a transaction block. How the author's runner leaves its own out is author/'s to say.
RecipeStep outside_transaction(std::string sql, std::string note = "");
/// Done in psql or by a job, not by a migration.
RecipeStep by_hand(RecipeStep step);
RecipeStep after(std::string wait_for, RecipeStep step);
/// The statement itself, in a transaction behind that of its file.
RecipeStep apart(RecipeStep step);
/// May run in the transaction of the step before it.
RecipeStep together(RecipeStep step);
/// Only words: something that is done outside the database, or that nobody can write for the reader.
RecipeStep advice(std::string note);
/// Likewise: the reader gives the column a value in existing rows.
RecipeStep fill_by_reader(const std::string& column);

}  // namespace pgfence
