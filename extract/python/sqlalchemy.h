#pragma once
// SQLAlchemy's way to write DDL for PostgreSQL (dialects/postgresql/base.py: PGTypeCompiler, PGDDLCompiler).

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/program/value.h"

namespace pgfence::extract {

/// In the SQL in place of what is not understood.
inline constexpr std::string_view kStandIn = "unknown_value";

class Python;

class SqlAlchemy {
public:
    /// What text() sends: a colon that names no value has a backslash in front of it.
    static std::string text(std::string text);

    /// How the repository's own classes are looked into; without one they are unknown.
    void look_into(Python& program) { program_ = &program; }
    Python* program() const { return program_; }

    /// What was not understood since the last call: each stands in the SQL under a name of ours.
    std::vector<std::string> take_uncertainties();
    /// The settings that schemas were named by since the last call.
    std::vector<NamedPlaceholder> take_placeholders() { return std::exchange(placeholders_, {}); }

    std::string type(const Value& value);
    /// A type of the repository that is more than a TypeDecorator: SQLAlchemy's SchemaType adds constraints to the
    /// table.
    bool brings_constraints(const Value& value) const;
    std::string name(const Value* value);
    std::string schema_name(const Value& schema);
    std::string table(const Value* schema, const Value* name);
    std::string columns(const Value* list);
    /// A text of the program's is a literal, what stands in text() is SQL.
    std::string expression(const Value& value);

    struct Column {
        std::string name;
        const Call* call = nullptr;
        std::vector<const Call*> foreign_keys;
        const Value* type = nullptr;
        std::vector<const Call*> constraints;  ///< CHECK clauses
        bool primary_key = false;
        bool flag(std::string_view key, bool fallback) const;
    };
    std::optional<Column> column(const Value& value);
    /// `serial`: it is its table's only key column and nothing else fills it.
    std::string column_spec(const Column& column, bool serial);
    /// The clause for a ForeignKey that stands in its column.
    std::string foreign_key(const std::string& column, const Call& reference);
    /// The clause of a table constraint; nothing when it is none.
    std::optional<std::string> constraint(const Call& call);
    std::string create_index(const std::string& name, const std::string& on, const std::vector<Value>& columns,
                             const Call& options);

    /// CREATE TYPE for an enum; nothing for other types. `along`: the creation of a table brings it along, unless the
    /// enum says no.
    std::optional<std::string> create_enum(const Value& type, bool along);
    std::optional<std::string> drop_enum(const Value& type);

    /// The sequence's name in SQL, and its name with the options that CREATE SEQUENCE takes.
    std::string sequence(const Call& sequence);
    std::string create_sequence(const Call& sequence);

private:
    std::string uncertainty(std::string what, std::string_view stand_in);
    std::string reference_target(const Value& target, bool& understood);
    std::string enum_name(const Call& call);
    bool decorates(const Value& value) const;
    std::optional<Value> decorated(const Value& value) const;
    std::optional<Value> chosen_for_postgres(const Value& method) const;
    std::optional<std::string> user_defined(const Value& value);

    Python* program_ = nullptr;
    int decorations_ = 0;

    std::vector<std::string> uncertainties_;
    std::vector<NamedPlaceholder> placeholders_;
    std::set<std::string> enums_of_tables_;
};

/// "Integer" of "sqlalchemy.Integer()" and "sqlalchemy.Integer".
std::string_view last_name(const Value& value);
/// One row, or one value of one: cursor.fetchone(), result.first(), result.scalar(). Who goes through it goes through
/// columns.
bool is_one_of_its_rows(const Value& value);
bool is_serial_type(const Value& type);
/// It is there, and says True.
bool is_true(const Value* value);
/// ON DELETE, DEFERRABLE and the like, as the call's arguments say.
std::string reference_options(const Call& call);

}  // namespace pgfence::extract
