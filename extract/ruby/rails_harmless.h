#pragma once
// Calls of Ruby, Rails and their libraries that do nothing to the database, as far as migrations make them. What is not
// here is listed as unread, so that a name that is missing costs a word, never a table.

#include <string_view>

namespace pgfence::extract {

/// On a text, number, list, time, file or row: it computes.
bool only_computes(std::string_view method);
/// A class or module of Ruby's or a library's own, whose methods never reach the database: "Time".
bool is_harmless_constant(std::string_view path);
/// Of the migration itself or its connection: it asks the catalog, or writes to the terminal.
bool only_asks(std::string_view method);
/// Of a model or its relations: it reads rows, or narrows what a later call does.
bool only_reads_rows(std::string_view method);
/// Of a model, its relations or a row: it writes, whatever they are.
bool changes_rows(std::string_view method);
/// In the body of a class: has_many, attr_reader.
bool only_declares(std::string_view method);
/// "inheritance_column=": what a class or the migration is told about itself.
bool only_sets(std::string_view method);

}  // namespace pgfence::extract
