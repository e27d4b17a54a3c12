#pragma once
// What SQLAlchemy Core and queries of a session send for rows: update(table).where(...).values(...) -> UPDATE. Only the
// plain forms are read, and whole: of what is not understood there is no statement.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "extract/program/value.h"
#include "extract/python/sqlalchemy.h"

namespace pgfence::extract {

class SqlAlchemyRows {
public:
    explicit SqlAlchemyRows(SqlAlchemy& sql) : sql_(sql) {}

    /// Of what an execute() is given, with the parameters beside it; nothing for what is not plain. An INSERT of
    /// several rows is as many statements.
    std::optional<std::vector<std::string>> statements(const Value& built, const Value* parameters);
    /// Of session.query(User).filter(...).update({...}) and delete().
    std::optional<std::string> of_query(const Call& call);
    /// "INSERT INTO users (id, name) VALUES (1, 'a')" for each row.
    std::optional<std::vector<std::string>> insert(const Value& table, const Value& rows, std::string_view behind);

private:
    using Sql = std::optional<std::string>;
    struct Chain {
        const Value* root = nullptr;         ///< the table, or the class of the rows
        const Call* first = nullptr;         ///< that begins the statement
        std::vector<const Call*> then = {};  ///< what narrows it, in order
    };

    Sql table(const Value& value);
    Sql column(const Value& value);
    Sql column_of(const Value& rows, const std::string& name) const;
    Sql key(const Value& rows, const Value& value);
    Sql condition(const Value& value);
    Sql comparison(std::string_view op, const Value& left, const Value& right);
    Sql joined(const std::vector<Value>& conditions, std::string_view word);
    Sql of_method(const Call& call);
    Sql operand(const Value& value);
    Sql function(const Call& call);
    Sql sum(const Call& call);
    Sql concatenation(const Call& call);
    Sql list(const Value& value);
    Sql where(const Chain& chain);
    Sql assignments(const Value& rows, const Value* given);
    Sql update(const Chain& chain, const Value* parameters);
    Sql remove(const Chain& chain);
    Sql select(const Value& value);
    std::optional<Chain> chain(const Value& value) const;
    std::string parameter() { return "$" + std::to_string(++parameters_); }

    SqlAlchemy& sql_;
    int parameters_ = 0;
    int columns_ = 0;             ///< that were named so far
    int depth_ = 0;               ///< of selects within a statement
    std::set<std::string> used_;  ///< tables whose columns the statement names
};

}  // namespace pgfence::extract
