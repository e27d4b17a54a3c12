#pragma once
// What a migration does to rows through queries (Ecto.Query, and update_all, delete_all and insert of
// Ecto.Adapters.Postgres.Connection) -> SQL. A query that is more than conditions on one table is not read.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/elixir/elixir.h"
#include "extract/program/value.h"

namespace pgfence::extract {

class EctoRows {
public:
    using Read = std::function<std::optional<std::string>(std::string_view path)>;

    /// `root`: the application's folder, "" or "apps/shop/".
    EctoRows(Read read, std::string root) : read_(std::move(read)), root_(std::move(root)) {}

    void attach(Elixir& program) { program_ = &program; }
    /// schema "posts" do ... end of a module.
    void remember_schema(const std::string& module, const std::string& table) { schemas_[module] = table; }
    /// The SQL of update_all, delete_all or insert_all; nothing: it is not understood.
    std::optional<std::string> changed(const Call& call, std::string_view name);
    /// No key and no limit picks the query's rows. One that is not understood picks.
    bool picks_none(const Value& query) const;

private:
    struct Query {
        std::string table, prefix;
        std::vector<std::string> where, set;
        std::string alias() const;
        std::string source() const;
    };
    using Sql = std::optional<std::string>;

    bool leaves_many(const Node& part_of_from) const;
    std::optional<Query> query_of(const Value& value);
    std::optional<Query> of_macro(const Call& macro);
    bool add_clause(Query& query, std::string_view name, const Node& what, std::string_view binding);
    bool add_conditions(Query& query, const Node& keywords, std::string_view binding);
    bool add_updates(Query& query, const Node& updates, std::string_view binding);
    Sql expression(const Query& query, const Node& node, std::string_view binding);
    Sql operation(const Query& query, const Node& node, std::string_view binding);
    Sql function(const Query& query, const Node& node, std::string_view binding);
    Sql moment(const Query& query, std::string_view name, const std::vector<const Node*>& given,
               std::string_view binding);
    Sql fragment(const Query& query, const std::vector<const Node*>& parts, std::string_view binding);
    std::optional<std::string> table_of(const std::string& module);
    Sql inserted(const Call& call);
    std::string parameter() { return "$" + std::to_string(++parameters_); }

    Read read_;
    std::string root_;
    Elixir* program_ = nullptr;
    std::map<std::string, std::string> schemas_;
    int parameters_ = 0;  ///< of the statement that is being written
};

}  // namespace pgfence::extract
