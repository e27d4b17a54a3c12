#pragma once
// How Rails writes columns, indexes and constraints for PostgreSQL (connection_adapters/postgresql/
// schema_statements.rb, schema_creation.rb, schema_definitions.rb, and migration/compatibility.rb).

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/program/value.h"

namespace pgfence::extract {

/// The options of a call, later ones last.
class Options {
public:
    Options() = default;
    explicit Options(const Call& call) : named_(call.named) {}
    explicit Options(const Value* dictionary);

    const Value* get(std::string_view key) const;
    bool has(std::string_view key) const { return get(key) != nullptr; }
    bool is_true(std::string_view key) const;
    bool is_false(std::string_view key) const;
    std::string text(std::string_view key) const;  ///< empty when it is none
    void set(std::string key, Value value) { named_.emplace_back(std::move(key), std::move(value)); }
    void set_default(std::string key, Value value);
    void remove(std::string_view key);
    void add(const Options& later) { named_.insert(named_.end(), later.named_.begin(), later.named_.end()); }

private:
    std::vector<std::pair<std::string, Value>> named_;
};

class RailsSchema {
public:
    /// `version`: 61 of Migration[6.1]. `run` gives what a lambda returns.
    RailsSchema(int version, std::function<Value(const Value& code)> run) : version_(version), run_(std::move(run)) {}

    std::vector<std::string> take_uncertainties() { return std::exchange(uncertainties_, {}); }
    std::string uncertainty(std::string what, std::string_view stand_in = "unknown_value");
    int version() const { return version_; }

    /// A table or column as the program names it; in uncertainty a name of ours.
    std::string plain(const Value* value);
    std::string table(std::string_view name) const;  ///< quoted, "schema.table" in two parts
    std::vector<std::string> names(const Value* value);

    std::string type(std::string_view type, const Options& options);
    std::string default_value(const Value& value, std::string_view type, const Options& options);
    /// "name" type COLLATE ... DEFAULT ... NOT NULL
    std::string column(std::string_view name, std::string_view type, Options options);
    static bool is_column_type(std::string_view method);

    struct Index {
        std::string name, sql;
    };
    Index index(std::string_view table, const Value& columns, const Options& options);
    std::string index_name(std::string_view table, const Value& columns);

    /// CONSTRAINT "name" FOREIGN KEY ...; without NOT VALID.
    std::string foreign_key(std::string_view from, std::string_view to, const Options& options);
    std::string foreign_key_name(std::string_view from, const Value* to, const Options& options);
    std::string check(std::string_view table, std::string_view expression, const Options& options);
    std::string check_name(std::string_view table, std::string_view expression, const Options& options);

    struct Reference {
        std::vector<std::pair<std::string, std::string>> columns;  ///< name, SQL
        std::optional<Options> index;
        std::vector<std::string> index_columns;
        std::optional<Options> foreign_key;
        std::string to;  ///< the table it refers to
    };
    Reference reference(std::string_view table, std::string_view name, const Options& options);
    std::vector<std::pair<std::string, std::string>> timestamps(Options options);

private:
    int version_;
    std::function<Value(const Value&)> run_;
    std::vector<std::string> uncertainties_;
};

}  // namespace pgfence::extract
