#pragma once
// What the database calls the constraints and indexes of columns. Django finds them by asking it (_constraint_names),
// for they keep their names when a table, a column or what they refer to gets another.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgfence::extract {

/// As Django does it (quote_name of its postgresql backend): quotes inside are not doubled, so that `shop"."orders` is
/// table orders of schema shop, and a name that has quotes around it already stays as it is.
std::string quote_name(std::string_view name);
std::string quote_names(const std::vector<std::string>& names);
/// Without those around it.
std::string strip_quotes(std::string_view name);
/// The part behind `"."`, without quotes: indexes are called after that (split_identifier).
std::string_view without_schema(std::string_view table);

class DjangoNames {
public:
    enum class Of { key, unique, check, index, like };

    /// The same name, kept.
    std::string made(Of what, const std::string& table, const std::vector<std::string>& columns, std::string name);
    /// Of what a migration that was read has made; else `fallback`, as Django would name it today.
    std::string find(Of what, const std::string& table, const std::vector<std::string>& columns,
                     std::string fallback) const;
    bool has(Of what, const std::string& table, const std::vector<std::string>& columns) const {
        return !find(what, table, columns, {}).empty();
    }
    void forget(Of what, const std::string& table, const std::vector<std::string>& columns);
    void rename_table(const std::string& from, const std::string& to);
    void rename_column(const std::string& table, const std::string& from, const std::string& to);

private:
    struct Name {
        Of what;
        std::string table;
        std::vector<std::string> columns;
        std::string name;
    };
    std::vector<Name> names_;
};

}  // namespace pgfence::extract
