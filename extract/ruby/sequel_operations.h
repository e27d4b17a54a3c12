#pragma once
// The calls of a Sequel migration -> SQL (extensions/migration.rb, database/schema_generator.rb,
// database/schema_methods.rb and adapters/shared/postgres.rb of Sequel).

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/program/sql_writer.h"
#include "extract/ruby/parts_of_statements.h"
#include "extract/ruby/ruby.h"
#include "extract/ruby/sequel_sql.h"
#include "extract/ruby/sequel_state.h"

namespace pgfence::extract {

/// Calls of Ruby, Sequel and their libraries that do nothing to the database.
bool is_harmless_in_sequel(const Call& call);
/// It writes, or runs a program, whatever it is called on.
bool acts_in_sequel(std::string_view method);

class SequelOperations {
public:
    SequelOperations(SqlWriter& out, SequelState& state) : out_(out), state_(state), parts_(out) {}
    /// A host whose conditions are those of parts, too.
    void watch(Host& host) { parts_.watch(host); }

    void attach(Ruby& program) { program_ = &program; }
    /// What the call gives; nothing when only its path is known.
    std::optional<Value> called(const Call& call);
    std::optional<Value> operation(const Call& call);
    bool harmless(const Call& call) const;
    /// A loop over rows that no condition picks.
    bool any_rows(const Value& path);
    /// up of a class that derives from Sequel::Migration.
    void run_class();

    bool without_transaction() const { return without_transaction_; }
    bool has_migration() const { return has_migration_; }
    bool has_way_back() const { return has_way_back_; }

private:
    /// Whose methods the calls of a block are: self of Sequel's instance_exec.
    enum class Self { file, migration, database, table, alteration, partition, row, reverser, alter_reverser };
    /// While a block runs.
    class As {
    public:
        As(Self& self, Self now) : self_(self), before_(std::exchange(self, now)) {}
        ~As() { self_ = before_; }
        As(const As&) = delete;
        As& operator=(const As&) = delete;

    private:
        Self& self_;
        Self before_;
    };
    struct Table {
        std::vector<std::string> columns, constraints;
        std::vector<std::pair<Call, std::size_t>> indexes;  ///< and which part each is
        std::size_t part = 0;
    };
    struct Partition {
        std::optional<std::vector<Value>> from, to, in;
        std::optional<Value> modulus, remainder;
        bool is_default = false;
    };

    // sequel_operations.cpp
    std::optional<Value> migration(const Call& call);
    std::optional<Value> migration_part(const Call& call, std::string_view name);
    void run_up();
    std::optional<Value> of_database(const Call& call, std::string_view name);
    bool operation_of_database(const Call& call, std::string_view name);
    std::optional<Value> question(const Call& call, std::string_view name);
    std::optional<Value> transaction(const Call& call);
    void execute(const Call& call, const Value* sql);
    void send(const std::string& sql, const Call& call);
    void not_understood(const Call& call, std::string why);
    std::optional<Value> counted(const Call& call);
    /// Its block is one about a row: the expression that it gives becomes an argument.
    Call with_row(const Call& call);

    // sequel_objects.cpp
    bool object_operation(const Call& call, std::string_view name);
    void create_view(const Call& call, bool replaces);

    // sequel_reverser.cpp
    void run_reversed(const Node& block);
    std::optional<Value> reversed(const Call& call, std::string_view name);
    std::optional<Value> reversed_alteration(const Call& call, std::string_view name);

    // sequel_tables.cpp
    void create_table(const Call& call);
    void create_join_table(const Call& call);
    std::string join_table(const Call& call, const std::vector<std::pair<std::string, Value>>& sides) const;
    std::string table_prefix(const Call& options, const Value& name);
    std::string table_suffix(const Call& options);
    void create_partition(const Call& call, const Value& name);
    std::optional<Value> define(const Call& call, std::string_view name);
    void add_column(const Value& name, const Value& type, Call options);
    void foreign_key(const Value& name, Call options);
    std::optional<Value> partition_bound(const Call& call, std::string_view name);
    std::string column(const Value& name, const Value& type, const Call& options);
    std::string references(const Call& options);
    std::string deferrable(const Value* value);
    std::string check(const Call& call);
    std::string constraint(std::string_view kind, const Call& options, const Value* columns);
    std::string exclusion(const Call& options, const Value& elements);
    void add_index(const Value& table, const Value& columns, const Call& options);
    std::string index_name(const Value& table, const Value& columns, const Call& options);
    void remember_key(const Value& columns, const Call& options);

    // sequel_alterations.cpp
    void alter_table(const Value& table, const Call& call);
    bool alter(const Call& call, std::string_view name);
    void alter_alone(const std::string& sql, const Call& call);
    void clause(std::string sql);
    void flush();
    void drop_foreign_key(const Call& call);

    SqlWriter& out_;
    SequelState& state_;
    PartsOfStatements parts_;
    SequelSql sql_;
    Ruby* program_ = nullptr;
    Self self_ = Self::file;
    const Node* up_ = nullptr;
    bool up_is_reversed_ = false;
    bool has_migration_ = false, has_way_back_ = false;
    bool without_transaction_ = false, in_transaction_ = false;
    Value name_;                        ///< of the table whose block runs
    Table table_;                       ///< whose create_table block runs
    Partition partition_;               ///< likewise
    std::vector<std::string> clauses_;  ///< of the ALTER TABLE that is put together
    ByteRange alteration_;              ///< the alter_table that they stand in
    std::size_t clauses_part_ = 0, actions_part_ = 0;
    std::vector<std::pair<std::size_t, ByteRange>> settings_;  ///< no_transaction: which part each is
    std::vector<Call> actions_;                                ///< that a revert takes back
    std::vector<Call> alterations_;                            ///< likewise, of one alter_table
    bool irreversible_ = false;
};

}  // namespace pgfence::extract
