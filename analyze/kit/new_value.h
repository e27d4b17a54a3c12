#pragma once
// What becomes of a row's old values in an expression that makes a new one of them.

#include <optional>
#include <string>
#include <vector>

#include "analyze/kit/rule.h"

namespace pgfence {

/// Whatever the column held, the new value tells a part of it, or nothing: left(note, 1), total * 0.
bool keeps_a_part(const Expr& value, const std::string& column);

/// The new value tells the whole old one to somebody who knows what was done to it.
bool is_made_of_old_value(const Dml& update, const std::string& column);

/// The column was there before the change, and so may hold what somebody wrote; or a child's of that name was
/// (INHERIT).
bool may_hold_values(const Step& step, const Name& table, const std::string& column);

/// Of which columns' values it depends whether the expression raises an error, and when it does.
struct RaisesError {
    std::vector<std::string> columns;
    std::string when;  ///< "`pieces` is 0"
    std::string text;  ///< of a cast: the column of text whose every value has to be one of the type
};
/// The first one; none inside of CASE, whose author has thought of it.
std::optional<RaisesError> raises_error(const Expr& value);

}  // namespace pgfence
