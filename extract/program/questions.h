#pragma once
// What a migration asks the database before it acts, as SQL: whoever knows the schema can answer that.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgfence::extract {

/// Columns of a view of the catalogs, and what each has to be, in SQL.
using Conditions = std::vector<std::pair<std::string_view, std::string>>;

/// "EXISTS (SELECT 1 FROM information_schema.tables WHERE ...)"
std::string exists(std::string_view view, const Conditions& conditions);
/// Where one question is so, the other is: a table is there that has a column.
bool says_also(std::string_view question, std::string_view other);
/// The statement, which a tool has made up of one call, cannot change the answer: it names nothing that was asked for.
bool leaves_answer(std::string_view statement, std::string_view question);

}  // namespace pgfence::extract
