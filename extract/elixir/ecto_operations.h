#pragma once
// The calls of an Ecto migration -> SQL (Ecto.Migration, Ecto.Migration.Runner, Ecto.Repo).

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/elixir/ecto_rows.h"
#include "extract/elixir/ecto_runner.h"
#include "extract/elixir/ecto_schema.h"
#include "extract/elixir/elixir.h"
#include "extract/program/sql_writer.h"

namespace pgfence::extract {

class EctoOperations {
public:
    using Read = std::function<std::optional<std::string>(std::string_view path)>;

    /// `folder`: of the migration; `root`: the application's, "" or "apps/shop/".
    EctoOperations(SqlWriter& out, EctoRunner& runner, const EctoSettings& settings, Read read, std::string folder,
                   std::string root)
        : out_(out),
          runner_(runner),
          settings_(settings),
          schema_(settings),
          rows_(read, root),
          read_(std::move(read)),
          folder_(std::move(folder)),
          root_(std::move(root)) {}

    void attach(Elixir& program) {
        program_ = &program;
        rows_.attach(program);
    }
    /// What the call gives; nothing when only its path is known.
    std::optional<Value> called(const Call& call);
    /// What the repository gives is all rows of a table.
    bool any_rows(const Value& path);
    /// The call does nothing to the database.
    bool harmless(const Call& call) const;
    /// up or change, with what frames it in a transaction.
    void run(bool in_transaction);
    /// The first command of change that Ecto cannot take back; empty: there is none.
    const std::string& irreversible() const { return irreversible_; }

private:
    struct Block {
        EctoSchema::Table table;
        std::vector<EctoSchema::Column> columns;
        bool alters = false;
    };

    std::optional<Value> operation(const Call& call);
    std::optional<Value> column_operation(const Call& call);
    void create(const Call& call, bool if_not_exists);
    void create_table(const Call& call, const Value& table, bool if_not_exists);
    void alter(const Call& call);
    void drop(const Call& call, bool if_exists);
    void rename(const Call& call);
    void execute(const Call& call);
    void execute_file(const Call& call);
    void execute_one(const Value& command, const Call& call);
    std::optional<std::string> text_of_file(const Value* path) const;
    std::optional<Value> of_files(const Call& call);
    void declare_schema(const Call& call);
    std::optional<Value> of_repo(const Call& call, std::string_view name);
    void query(const Value* sql, const Call& call);
    void flush();

    void queue(const std::string& sql, const Call& call);
    void queue_all(const std::vector<std::string>& sqls, const Call& call);
    void one_statement(const Value& sql, const Call& call);
    void say_uncertainties(const Call& call);
    void not_understood(const Call& call, std::string why);
    void cannot_take_back(std::string_view command);

    SqlWriter& out_;
    EctoRunner& runner_;
    const EctoSettings& settings_;
    EctoSchema schema_;
    EctoRows rows_;
    Read read_;
    std::string folder_, root_;
    Elixir* program_ = nullptr;
    std::optional<Block> block_;  ///< whose columns are being told
    std::string irreversible_;
    bool running_ = false;
    bool known_ = false;  ///< the call before: it needs no other account
};

}  // namespace pgfence::extract
