#pragma once
// What a text's own words say of it, in SQL or in a program that holds SQL.

#include <string_view>

namespace pgfence::locate {

bool changes_schema(std::string_view sql);
/// A program with SQL in it, in capitals or not.
bool holds_schema_sql(std::string_view program);
/// What a program names to take in the text of a file, its own name included: RunSQL(open(...)).
bool reads_files(std::string_view program);
/// Named queries of a program, which sqlc makes functions of: -- name: GetOrder :one
bool holds_queries(std::string_view sql);

}  // namespace pgfence::locate
