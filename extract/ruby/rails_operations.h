#pragma once
// The calls of a Rails migration -> SQL (connection_adapters/abstract/schema_statements.rb and its PostgreSQL
// counterpart).

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "extract/program/sql_writer.h"
#include "extract/ruby/rails_rows.h"
#include "extract/ruby/rails_schema.h"
#include "extract/ruby/rails_state.h"
#include "extract/ruby/ruby.h"

namespace pgfence::extract {

/// The gem whose helper for migrations has that name, and is not read; empty: none that is known.
std::string_view gem_of(std::string_view helper);
/// The gem strong_migrations makes calls of a migration of that version safe, in the application below `root`.
bool is_safe_by_default(RailsState& state, const RailsModels::Read& read, const std::string& root,
                        std::string_view version);
/// Why a call of that name is not read.
std::string not_of_rails(std::string_view name);

class RailsOperations {
public:
    RailsOperations(int version, SqlWriter& out, RailsState& state, RailsModels::Read read = {}, std::string root = {})
        : out_(out),
          state_(state),
          schema_(version, [this](const Value& code) { return program_->run_block(*code.node, {}); }),
          rows_(out, schema_, RailsModels(state, read, root)),
          read_(std::move(read)),
          root_(std::move(root)) {}

    void attach(Ruby& program) {
        program_ = &program;
        rows_.attach(program);
    }
    /// What a block that goes through a model's rows is given.
    std::optional<Value> element(const Value& path) { return in_method_ ? rows_.element(path) : std::nullopt; }
    bool any_rows(const Value& path) { return in_method_ && rows_.any_rows(path); }
    /// What the call gives; nothing when only its path is known.
    std::optional<Value> called(const Call& call);
    /// The call does nothing to the database.
    bool harmless(const Call& call) const;
    bool without_transaction() const { return without_transaction_; }
    /// change or up: before it, calls are those of the class's body.
    void begin_method() { in_method_ = true; }

    /// strong_migrations makes calls of the migration safe.
    /// `own_transaction`: BEGIN and COMMIT are written around what it leaves in a transaction.
    void make_safe(bool own_transaction) {
        makes_safe_ = true;
        own_transaction_ = own_transaction;
        if (own_transaction_) out_.frame("BEGIN", {0, 0});
    }
    bool commits_in_between() const { return committed_behind_.has_value(); }
    void finish();

private:
    struct Table {
        std::string name;
        std::vector<std::string> columns, constraints, keys, own_keys;
        std::vector<std::pair<Value, Options>> indexes;
        std::vector<std::string> comments;
    };
    void define(Table& table, std::string column) const;

    // rails_operations.cpp
    std::optional<Value> frame(const Call& call, std::string_view name);
    bool operation(const Call& call, std::string_view name);
    bool table_operation(const Call& call, std::string_view name);
    bool column_operation(const Call& call, std::string_view name);
    bool object_operation(const Call& call, std::string_view name);
    void alter_by_all(const std::string& table, const std::vector<std::string>& clauses, const Call& call);
    void execute(const Call& call);
    void foreign_to_rails(const Call& call);
    void send(const std::string& sql, const Call& call);
    /// Where Rails asks the catalog first, because of the option: `what` is the question.
    void send_if(const Options& options, std::string_view option, std::string_view what, const std::string& sql,
                 const Call& call);
    void not_understood(const Call& call, std::string why);
    std::string first_name(const Call& call) { return schema_.plain(call.get(0, "")); }

    // rails_tables.cpp
    void create_table(const Call& call);
    void create_join_table(const Call& call);
    void finish_table(const Call& call, const Table& table, const Options& options);
    void define_columns(const Call& call, std::string_view name);
    void add_key(Table& table, const Options& options);
    void change_table(const Call& call);
    void change_columns(const Call& call, std::string_view name);
    void alter(const std::string& table, std::string clause, const Call& call);
    void flush_bulk(const Call& call);

    // rails_reverser.cpp
    std::optional<Value> revert(const Call& call);
    bool run_reversible(const Call& call);
    bool note(const Call& call, std::string_view name);
    void note_in_table(const Call& call, std::string_view name, const Value& table);

    // rails_questions.cpp
    /// The same in SQL: what Rails asks with column_exists? and the like.
    std::optional<SchemaQuestion> question(const Call& call, std::string_view name);

    // rails_gems.cpp
    struct GemColumn {
        std::string name, type;
        Options options;
    };
    std::optional<std::vector<GemColumn>> columns_of_gem(const std::vector<Value>& args, std::string_view name,
                                                         const Options& options);
    std::vector<GemColumn> attached(const std::vector<Value>& names, const Options& options);
    std::optional<std::vector<GemColumn>> monetized(const Value& accessor, const Options& options);
    bool gem_operation(const Call& call, std::string_view name);
    bool online_operation(const Call& call, std::string_view name);
    static std::optional<Call> under_rails_own_name(const Call& call, std::string_view name);
    std::string file_of_app(std::string_view path) const;

    // rails_strong_migrations.cpp
    bool made_safe(const Call& call, std::string_view name);
    void commit_before(const Call& call);
    bool safe_reference(const std::string& table, const Value& name, Options options, const Call& call);
    void safe_foreign_key(const std::string& table, const Value& to, Options options, const Call& call);
    void safe_check(const std::string& table, const std::string& condition, const Options& options, const Call& call);
    void safe_not_null(const std::string& table, const std::string& column, const Call& call);

    // rails_views.cpp
    bool view_operation(const Call& call, std::string_view name);
    std::optional<std::string> definition(const Call& call, std::string_view folder) const;

    // rails_renames.cpp
    void rename_table(const Call& call);
    void rename_column(const Call& call);
    void rename_index(const std::string& from, const std::string& to, const Call& call);

    // rails_constraints.cpp
    bool constraint_operation(const Call& call, std::string_view name);
    void add_index(const std::string& table, const Value& columns, Options options, const Call& call);
    void remove_index(const std::string& table, const Value* columns, const Options& options, const Call& call);
    void add_reference(const std::string& table, const Value& name, const Options& options, const Call& call);
    void remove_reference(const std::string& table, const Value& name, const Options& options, const Call& call);
    void add_foreign_key(const std::string& from, const Value& to, const Options& options, const Call& call);
    void remove_foreign_key(const std::string& from, const Value* to, const Options& options, const Call& call);
    void remember_key(const std::string& from, const std::string& to, const Options& options);
    std::string known_key(const std::string& from, const Value* to, const Options& options);
    void change_column(const std::string& table, const Value& column, const Value& type, const Options& options,
                       const Call& call);
    void change_default(const std::string& table, const Value& column, const Value* value, const Call& call);
    void comment_on(const std::string& what, const Value* comment, const Call& call);

    SqlWriter& out_;
    RailsState& state_;
    RailsSchema schema_;
    RailsRows rows_;
    RailsModels::Read read_;
    std::string root_;
    Ruby* program_ = nullptr;
    std::deque<Table> tables_;          ///< whose create_table block runs; a default's block may begin another
    std::vector<std::string> changed_;  ///< whose change_table block runs
    std::optional<std::vector<std::string>> bulk_;  ///< clauses of the one ALTER TABLE
    std::string bulk_table_;
    bool without_transaction_ = false;
    bool in_method_ = false;
    std::optional<std::vector<Call>> noted_;  ///< the way back of what revert's block has called so far
    bool irreversible_ = false;               ///< one of them has none
    bool backwards_ = false;                  ///< reversible takes the way down
    bool rows_are_read_ = false;              ///< by the call before
    bool makes_safe_ = false, own_transaction_ = false;
    std::set<std::string> new_tables_;             ///< of create_table in this file
    std::optional<std::size_t> committed_behind_;  ///< that many statements
    std::uint32_t last_ = 0;                       ///< where the last call ended
};

}  // namespace pgfence::extract
