#pragma once
// What Django knows of the models while it migrates (db/migrations/state.py): every migration of a project changes it,
// and what an operation sends hangs on it.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/text.h"
#include "extract/program/value.h"
#include "extract/python/django_names.h"

namespace pgfence::extract {

struct DjangoField {
    std::string name;
    std::string kind;  ///< "CharField"
    std::map<std::string, Value> options;
    std::string own_type;  ///< what a class of the repository says itself
    std::string path;      ///< of its class: "lib.fields.MoneyField"
    std::vector<Value> args;

    const Value* get(const std::string& key) const;
    bool flag(const std::string& key, bool fallback = false) const;
    bool has_default() const { return options.count("default") > 0; }
    bool is_key() const;
    bool is_column() const;  ///< of the model's own table
    bool is_automatic() const { return kind == "AutoField" || kind == "BigAutoField" || kind == "SmallAutoField"; }
    bool is_positive() const { return kind.starts_with("Positive") && kind.ends_with("IntegerField"); }
    bool is_many_to_many() const { return kind == "ManyToManyField" || kind == "ParentalManyToManyField"; }
    bool primary_key() const { return flag("primary_key"); }
    bool unique() const { return flag("unique") || kind == "OneToOneField" || primary_key(); }
    bool indexed() const { return flag("db_index", is_key() || kind == "SlugField"); }
    bool null() const { return flag("null", kind == "NullBooleanField"); }
    bool constrained() const { return is_key() && flag("db_constraint", true); }
    std::string column() const;
};

struct DjangoModel {
    std::string app, name, table;
    bool exists = true;  ///< false: neither managed nor of a table of its own (proxy)
    std::vector<DjangoField> fields;
    std::map<std::string, std::string> names;  ///< of an index or constraint -> "index" or "constraint"
    std::vector<std::vector<std::string>> unique_together, index_together;

    DjangoField* field(std::string_view name);
    const DjangoField* field(std::string_view name) const;
    const DjangoField* key() const;
};

struct DjangoState {
    std::map<std::string, DjangoModel> models;  ///< "app.model", in lower case
    /// As some migration creates them, wherever it stands: files are not always read in the order of their
    /// dependencies.
    std::map<std::string, DjangoModel> created;
    std::set<std::string> migrations;  ///< "app.0001_initial"
    DjangoNames names;                 ///< of the database, whatever the models are said to be
    /// Of a file that the change edits: what its version in the history met and left.
    struct Former {
        std::map<std::string, DjangoModel> met, left;
        DjangoNames names;
        bool was_read = false;
    };
    std::map<std::string, Former, std::less<>> edited;  ///< by path, of all files of the change

    DjangoModel* model(const std::string& app, std::string_view name);
    /// The models that an edited file leaves, which its former version did not, and their fields are there from now on.
    void add_what_is_new(const std::map<std::string, DjangoModel>& now, const std::map<std::string, DjangoModel>& was);
    /// Of what a field's `to` says: "self", "app.Model", "Model", settings.AUTH_USER_MODEL.
    const DjangoModel* target(const DjangoModel& from, const Value* to) const;
    /// The same, of the models that some migration creates.
    const DjangoModel* announced(const DjangoModel& from, const Value* to) const;
};

/// Of a text that is known as a whole; else empty.
std::string text_of(const Value* value);
/// The field that a call in a migration builds; nothing when it is none.
std::optional<DjangoField> django_field(const std::string& name, const Value& value);

}  // namespace pgfence::extract
