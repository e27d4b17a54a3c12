#pragma once
// Calls of Python and its libraries that do nothing to the database, as far as migrations make them. What is not here
// is listed as unread, so that a name that is missing costs a word, never a table.

#include <string_view>

#include "extract/program/value.h"

namespace pgfence::extract {

/// Of Python's own, or of a library that touches no database.
bool is_harmless(const Call& call);
/// On a text, number, list, file, or a row of a result: it computes, or reads what was asked for.
bool is_harmless_method(std::string_view method);
/// A class by its name, of which an object is made.
bool makes_an_object(const Call& call);
bool is_harmless_decorator(std::string_view path);
/// What somebody's module or class is told, and no call of a migration asks.
bool is_harmless_attribute(std::string_view name);
/// It calls what it is given: map, sorted.
bool calls_its_arguments(std::string_view path);

}  // namespace pgfence::extract
