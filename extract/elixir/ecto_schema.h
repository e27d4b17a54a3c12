#pragma once
// How Ecto writes tables, columns, indexes and constraints for PostgreSQL (Ecto.Migration, and execute_ddl of
// Ecto.Adapters.Postgres.Connection).

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/elixir/ecto_settings.h"
#include "extract/program/value.h"

namespace pgfence::extract {

/// The options of a call: what is written with names, and a keyword list that is passed on.
class EctoOptions {
public:
    EctoOptions() = default;
    /// `position`: where the list stands when it is an argument of its own.
    EctoOptions(const Call& call, std::size_t position);
    explicit EctoOptions(const Value& keywords) { take(keywords); }

    /// The first of that name.
    /// Points into the options: not of those that are gone at the end of the statement.
    const Value* get(std::string_view name) const&;
    const Value* get(std::string_view name) const&& = delete;
    bool has(std::string_view name) const { return get(name) != nullptr; }
    bool is_false(std::string_view name) const;
    std::string text(std::string_view name) const;  ///< empty when it is none
    void set(const std::string& name, Value value);
    void set_default(const std::string& name, Value value);
    void remove(std::string_view name);
    void merge(const EctoOptions& later);
    /// It is not known which ones there are.
    bool unknown() const { return unknown_; }

private:
    void take(const Value& keywords);

    std::vector<std::pair<std::string, Value>> named_;
    bool unknown_ = false;
};

class EctoSchema {
public:
    explicit EctoSchema(const EctoSettings& settings) : settings_(settings) {}

    struct Name {
        std::string prefix, name;  ///< no prefix: empty
        std::string sql() const;
    };
    struct Table {
        Name name;
        EctoOptions options;
    };
    struct Column {
        enum class Change { add, add_if_not_exists, modify, remove, remove_if_exists };
        Change change = Change::add;
        std::string name;
        Value type;  ///< unknown: none is written
        EctoOptions options;
        bool typed = true;
    };

    std::vector<std::string> take_uncertainties() { return std::exchange(uncertainties_, {}); }
    /// Those that stand for schemas in the statement.
    void add_placeholders(Value& statement) const;

    Table table(const Value& value);
    /// The column that create adds in front of the others.
    std::optional<Column> primary_key(const Table& table);
    std::vector<Column> timestamps(EctoOptions options);
    Column column(Column::Change change, const Call& call);

    std::string create_table(const Table& table, const std::vector<Column>& columns, bool if_not_exists);
    std::string alter_table(const Table& table, const std::vector<Column>& columns);
    std::string create_index(const Value& index, bool if_not_exists);
    Name index_name(const Value& index);
    std::string create_constraint(const Value& constraint);
    Name table_of(const Value& index_or_constraint);
    /// COMMENT ON ... of the object and its columns.
    std::vector<std::string> comments(const std::string& object, const EctoOptions& options);
    std::vector<std::string> comments_of_columns(const Table& table, const std::vector<Column>& columns);
    EctoOptions options_of(const Value& index_or_constraint);

    std::string plain(const Value* value, std::string_view what = "a name");

private:
    std::string uncertainty(std::string what, std::string_view stand_in = "unknown_value");
    /// One that only the program's settings tell has a name in its place.
    std::string schema_name(const Value& prefix);
    Name name_in(const Value* name, const EctoOptions& options);
    std::vector<Value> names(const Value* value);
    std::string flag(const EctoOptions& options, std::string_view name, std::string_view sql);

    std::string type(const Value& type, const EctoOptions& options);
    std::string type_name(const Value& type, const EctoOptions& options);
    std::string database_type(const Value& type);
    std::string default_value(const Value& value, const Value& type);
    std::string default_of(const EctoOptions& options, const Value& type);
    std::string column_options(const EctoOptions& options, const Value& type);
    std::string definition(const Table& table, const Column& column, std::string_view in_front,
                           std::string_view before_key);
    std::string modification(const Table& table, const Column& column);
    std::string change(const Table& table, const Column& column);
    std::string primary_keys(const std::vector<Column>& columns, std::string_view in_front);

    EctoOptions reference_options(const Value& reference);
    Value reference_type(const EctoOptions& reference);
    std::string type_of_reference(const Value& of_key, const EctoOptions& options);
    std::string reference(const Table& table, const std::string& column, const Value& reference);
    std::string reference_name(const Table& table, const std::string& column, const Value& reference);
    std::string on_delete(const EctoOptions& reference);
    std::string on_update(const EctoOptions& reference);

    const EctoSettings& settings_;
    std::vector<std::string> uncertainties_;
    std::vector<NamedPlaceholder> placeholders_;  ///< of the file
};

/// "references()" of references(:users): the call of that name that the value is the result of; null: it is none.
const Call* made_by(const Value& value, std::string_view name);

}  // namespace pgfence::extract
