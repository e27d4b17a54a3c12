#pragma once
// The names that Rails chooses (ActiveSupport::Inflector, ActiveRecord's schema_statements.rb).

#include <string>
#include <string_view>
#include <vector>

namespace pgfence::extract {

std::string pluralize(std::string_view word);
std::string singularize(std::string_view word);
/// `version`: 61 of Migration[6.1]; from 7.1 on long names are cut and hashed.
std::string rails_index_name(std::string_view table, const std::vector<std::string>& columns, int version);
std::string rails_foreign_key_name(std::string_view table, std::string_view columns);
std::string rails_constraint_name(std::string_view prefix, std::string_view table, std::string_view what,
                                  std::string_view suffix);
std::string rails_join_table_name(std::string_view a, std::string_view b);

}  // namespace pgfence::extract
