#pragma once
// Sequel's values, expressions and datasets -> SQL (dataset/sql.rb, sql.rb, adapters/shared/postgres.rb).

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/program/value.h"

namespace pgfence::extract {

/// Sequel::SQL::Expression: an operator with what stands on its sides, or plain SQL.
struct SequelExpression {
    std::string op;  ///< empty: `sql`
    std::vector<SequelExpression> args;
    std::string sql;
};
std::string sql_of(const SequelExpression& expression);
SequelExpression inverted(SequelExpression condition);
SequelExpression all_of(std::vector<SequelExpression> conditions, std::string_view op = "AND");

/// Sequel::Dataset, as far as migrations build them.
struct SequelDataset {
    std::vector<std::string> with, from, columns, joins, order, group, returning;
    std::vector<SequelExpression> where, having;
    std::string limit, offset, conflict;
    std::string joined;  ///< what the table that was joined last is called
    bool distinct = false;
    bool single_table = true;         ///< no joins
    bool understood = true;           ///< false: a method of it is not known
    std::optional<Value> text;        ///< of fetch(...): it is that SQL
    const Call* text_call = nullptr;  ///< whose arguments fill in its placeholders
};

class SequelSql {
public:
    /// What stands for a value that is not known: a parameter where the statement has them, else a name of ours, and
    /// `what` goes to the uncertainties.
    std::string unknown(std::string what);
    void with_parameters(bool on) {
        parameters_ = on;
        count_ = 0;
    }
    bool is_certain() const { return uncertainties_.empty(); }
    std::vector<std::string> take_uncertainties() { return std::exchange(uncertainties_, {}); }

    /// Database#literal.
    std::string literal(const Value& value);
    /// Dataset#quote_identifier, of a symbol, a text, an Identifier or SQL.
    std::string identifier(const Value& value);
    /// Dataset#quote_schema_table.
    std::string table(const Value& value);
    /// Dataset#schema_and_table: empty where it has none.
    std::pair<std::string, std::string> schema_and_table(const Value& value);
    /// Database#filter_expr: what a CHECK, a WHERE or an index is given.
    SequelExpression condition(const Value& value);
    SequelExpression expression(const Value& value);
    /// Of several that stand beside each other: `where(a: 1, b: 2)`, `where("a = ?", 1)`.
    SequelExpression conditions(const Call& call);
    /// Sequel.lit("a = ?", 1)
    std::string filled(const Value& text, const std::vector<Value>& args, const Value* named);
    /// Database#type_literal
    std::string type(const Value& type, const Call& options);
    std::string cast_type(const Value& type);

    // sequel_datasets.cpp
    std::optional<SequelDataset> dataset(const Value& value, int depth = 0);
    std::string select(const SequelDataset& dataset);
    std::string where(const SequelDataset& dataset);
    static std::string with(const SequelDataset& dataset);

    /// (a, b)
    std::string columns(const Value& list);

private:
    SequelExpression pair(const Value& key, const Value& value);
    SequelExpression pairs(const Value& dictionary);
    std::optional<SequelExpression> of_call(const Call& call);
    std::optional<SequelExpression> of_sequel(const Call& call);
    std::optional<SequelExpression> of_operator(const Call& call);
    std::optional<SequelExpression> of_member(const Call& call);
    std::string function(std::string_view name, const std::vector<Value>& args);
    std::string case_of(const std::vector<Value>& args);
    std::string qualified(const Value& table, const Value& column);
    std::string source(const Value& value);
    void extend(SequelDataset& dataset, const Call& call);
    void join(SequelDataset& dataset, const Call& call);
    std::string selected(const Value& value);

    bool parameters_ = false;
    int count_ = 0;
    std::vector<std::string> uncertainties_;
};

/// Of calls one on another; more are not followed.
inline constexpr int kLongestSequelChain = 60;
/// Of a row that a block is about: `where { amount > 5 }`.
bool is_sequel_row(const Value& value);
bool is_call_of(const Value& value, std::string_view name);
/// [[a, b], [c, d]]
bool are_pairs(const Value& list);
std::vector<Value> list_or_itself(const Value& value);
/// The database that the migration runs on: self, DB.
bool is_sequel_database(const Value& value);
/// Sequel.lit(...), a column, what they are put together to.
bool is_sequel_expression(const Value& value, int depth = 0);
/// from(...), self[...], and what is made of them.
bool is_sequel_dataset(const Value& value, int depth = 0);
/// Of a dataset: it makes another one.
bool makes_dataset(std::string_view method);
/// The keywords of the call, those of a dictionary at its end too.
Call with_options(const Call& call);
/// The call has that option, and it is true.
bool is_true(const Call& options, std::string_view option);
/// Of a name, or a list of them.
std::vector<std::string> names_in(const Value& value);
/// Its keywords as a dictionary; nothing when it has none.
std::optional<Value> dictionary_of(const Call& call);

}  // namespace pgfence::extract
