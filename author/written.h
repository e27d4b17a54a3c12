#pragma once
// Texts as programs write them, and the author's own calls.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "author/step.h"

namespace pgfence::author {

/// "..." in Python; over several lines or with many quotes between """ and """, where lines stay as they are.
std::string in_python(std::string_view text);
/// "..." in Ruby.
std::string in_ruby(std::string_view text);
/// `...` in JavaScript.
std::string in_javascript(std::string_view text);
/// As text of an XML element.
std::string in_xml(std::string_view text);

/// Every line behind the first, or all of them, begins with `indentation`; empty lines stay empty.
std::string indented(std::string_view text, std::string_view indentation);

/// The call says all that it does by itself: no names of the program around it stand among its arguments.
bool stands_alone(std::string_view call);
/// "add_index" of `add_index :orders, :note`, "op.create_index" of `op.create_index("i", "t")`.
std::string_view callee(std::string_view call);
/// The call with one argument more at its end.
std::string with_argument(std::string_view call, std::string_view argument);

/// Some statement of the step has it.
bool holds(const Step& step, std::string_view text);
/// Each statement of the step by `call`, one behind the other.
std::string each(const Step& step, std::string (*call)(std::string_view sql));

}  // namespace pgfence::author
