#pragma once
// The words that recipes are put together from. Names that the server would choose are the ones that it would choose.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/kit/rule.h"

namespace pgfence {

/// A recipe that has a step for each partition of a table stops there, and says so.
inline constexpr std::size_t kMostPartitionsListed = 20;

/// "a, b", each quoted.
std::string quoted_list(const std::vector<std::string>& names);
/// The constraint's own name, or the one that the server gives it. `columns`: those that it is over.
std::string constraint_name(const Step& step, const Name& table, const Constraint& constraint,
                            const std::vector<std::string>& columns);
/// table_column_label, as the server would name a constraint or a sequence of the column.
std::string name_for_column(const Step& step, const Name& table, std::string_view column, std::string_view label);

std::string add_constraint(const Name& table, const std::string& name, const std::string& definition);
std::string validate(const Name& table, const std::string& name);
/// ADD CONSTRAINT ... NOT VALID and VALIDATE CONSTRAINT.
std::vector<RecipeStep> guard_then_validate(const Name& table, const std::string& name, const std::string& definition);
/// DROP NOT NULL, before which code that no longer writes the column cannot insert a row; nothing where it can, and of
/// a primary key's column, of which the server refuses that.
std::optional<RecipeStep> drop_not_null_first(const Step& step, const Name& table, const std::string& column);
std::string_view action_words(char action);
std::string timing(const Constraint& constraint);
/// 'it''s', as quote_literal
std::string literal(std::string_view text);
/// $$ ... $$, or with a tag that the text does not hold.
std::string dollar_quoted(const std::string& text);

/// UPDATE t AS o SET a = o.b: what is copied out of it may say o.
bool gives_alias(const std::string& update);

void append(std::vector<RecipeStep>& steps, std::vector<RecipeStep> more);
/// One more thing that the recipe does differently.
void add_note(Recipe& recipe, std::string_view note);

}  // namespace pgfence
