#pragma once
// Arguments of fizz's calls, and what fizz makes of them in SQL. Nothing: they are not literals, or others than fizz
// takes.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/fizz/plush.h"
#include "extract/program/value.h"

namespace pgfence::extract::fizz_sql {

using plush::Expression;

/// With where its bytes stand in the file.
std::optional<Value> text_in(const Expression& expression);
std::optional<std::string> plain_text(const Expression& expression);
std::optional<std::vector<std::string>> texts(const std::vector<Expression>& expressions, std::size_t from = 0);
/// "a" or ["a", "b"]
std::optional<std::vector<std::string>> one_or_more(const Expression& expression);

/// The dictionary at the end of a call, which may be missing.
class Options {
public:
    explicit Options(const Expression* dictionary) : dictionary_(dictionary) {}
    /// Each key once, each value a literal.
    bool are_plain() const;
    bool has(std::string_view key) const { return find(key) != nullptr; }
    /// And it is not nil.
    const Expression* value(std::string_view key) const;
    bool is_true(std::string_view key) const;
    const Expression* find(std::string_view key) const;

private:
    const Expression* dictionary_;
};

/// fizz puts names between quotes as they are.
std::string in_quotes(std::string_view name);
std::optional<std::string> column(const std::string& name, const std::string& type, const Options& options,
                                  bool primary);
std::optional<std::string> changed_column(const std::string& name, const std::string& type, const Options& options);
std::optional<std::string> index(const std::string& table, const Expression& columns, const Options& options);

struct ForeignKey {
    std::string sql;           ///< FOREIGN KEY ...
    std::string default_name;  ///< for a table, behind "table_"
};
std::optional<ForeignKey> foreign_key(const Expression& column, const Expression& references, const Options& options);
/// The name that the options give, or the other; nothing when it is no text.
std::optional<std::string> name_in(const Options& options, std::string otherwise);
/// A name with a dot in it stays without quotes.
std::string table_name(const std::string& name);

}  // namespace pgfence::extract::fizz_sql
