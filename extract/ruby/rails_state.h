#pragma once
// The indexes and keys that earlier migrations made: Rails renames those that have its own names with the table or
// column they are named after.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence::extract {

struct RailsKey {
    std::string name, to, column;
};

struct RailsTable {
    std::map<std::string, std::vector<std::string>> indexes;  ///< name -> columns; of an expression: none
    std::string key;        ///< the column of a key with a default, which has an index that is named after the table
    bool numbered = false;  ///< by a sequence, which is named after the table, too
    bool unsure = false;    ///< SQL of the program's own has spoken of it
};

struct RailsState {
    std::map<std::string, RailsTable> tables;
    std::map<std::string, std::vector<RailsKey>> keys;  ///< foreign ones, by the table that has them
    /// Its initializer, by the folder of the application; empty where the gem is not used.
    std::map<std::string, std::string> strong_migrations;

    /// Nothing when nobody can tell which indexes it has.
    const RailsTable* known(const std::string& table) const;
    RailsTable* table(const std::string& name);
    void create(const std::string& table, const std::vector<std::string>& columns);
    /// The index over these columns, where one alone is; else empty.
    std::string index_over(const std::string& table, const std::vector<std::string>& columns) const;
    /// The key that refers to a table or stands on a column, whichever is told; empty when it was not read.
    std::string key_name(const std::string& table, std::string_view to, std::string_view column) const;
    void drop_column(const std::string& table, const std::string& column);
    /// SQL that is not looked into may have made or dropped an index of a table that it names.
    void distrust(std::string_view sql);
};

}  // namespace pgfence::extract
