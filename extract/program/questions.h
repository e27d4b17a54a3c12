#pragma once
// What is known of one question to the schema by another one, and by a statement that was sent since.

#include <string_view>

#include "core/schema_question.h"

namespace pgfence::extract {

/// Where one question is so, the other is: a table is there that has a column.
bool says_also(const SchemaQuestion& question, const SchemaQuestion& other);
/// The statement, which a tool has made up of one call, cannot change the answer: it names nothing that was asked for.
bool leaves_answer(std::string_view statement, const SchemaQuestion& question);

}  // namespace pgfence::extract
