#pragma once
// The foreign keys that earlier migrations made: one that is dropped by its columns is looked up by Sequel.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence::extract {

struct SequelState {
    using Keys = std::map<std::vector<std::string>, std::string>;  ///< columns -> name
    std::map<std::string, Keys> tables;                            ///< as quoted in SQL

    /// Without a name it gets PostgreSQL's.
    void add_key(const std::string& table, std::string_view plain_table, const std::vector<std::string>& columns,
                 const std::string& name);
    /// Empty: none that was read.
    std::string key(const std::string& table, const std::vector<std::string>& columns) const;
    void rename_table(const std::string& from, const std::string& to);
    void rename_column(const std::string& table, const std::string& from, const std::string& to);
};

}  // namespace pgfence::extract
