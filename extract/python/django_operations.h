#pragma once
// The operations of a Django migration (db/migrations/operations): each changes the state, and the database if asked.

#include <string>
#include <vector>

#include "extract/program/sql_writer.h"
#include "extract/python/django_rows.h"
#include "extract/python/django_schema.h"
#include "extract/python/django_state.h"
#include "extract/python/python.h"

namespace pgfence::extract {

class DjangoOperations {
public:
    DjangoOperations(std::string app, int version, SqlWriter& out, DjangoState& state)
        : app_(std::move(app)),
          version_(version),
          out_(out),
          state_(state),
          schema_(out, state, version),
          rows_(out, state, schema_) {}

    void attach(Python& program) { program_ = &program; }
    /// What the program's functions call while an operation runs.
    std::optional<Value> called(const Call& call);
    std::optional<Value> element(const Value& path);
    bool any_rows(const Value& path);
    bool harmless(const Call& call) const;
    void run(const Value& operations);
    void finish() { schema_.finish(); }
    /// Only the state changes: the migration has run under other names, or never runs.
    void state_only() { silent_ = true; }

private:
    void operation(const Value& value);
    void run_either(const Value& lists);
    bool model_operation(const Call& call, std::string_view name);
    bool field_operation(const Call& call, std::string_view name);
    bool index_operation(const Call& call, std::string_view name);
    bool own_operation(const Call& call);
    bool other_operation(const Call& call, std::string_view name);
    void create_model(const Call& call);
    void alter_model_table(const Call& call);
    void alter_order(const Call& call);
    void rename_model(const Call& call);
    void repoint(const DjangoModel& old, const DjangoModel& renamed);
    void add_default_value(const Call& call);
    void run_sql(const Call& call);
    void run_python(const Call& call);
    std::optional<DjangoField> field(const std::string& name, const Value* value);
    /// What a class of the repository makes of the arguments that it is called with, for the class that Django has.
    /// `self` gets the attributes.
    Call constructed(const std::string& path, const Value& self, Call call, int depth);
    std::string django_class(const std::string& path, int depth);
    /// Of a class of the repository that derives from a library's: the field of Django that this one is named after.
    std::string named_as_django(const std::string& path, int depth);
    void unread(const Call& call, std::string why);
    /// The model that an operation names; where it is not known, nothing, and that is listed.
    DjangoModel* model(const Call& call, std::size_t position, std::string_view name);
    bool sends(const DjangoModel& model) const { return !silent_ && model.exists; }

    std::string app_;
    int version_;
    SqlWriter& out_;
    DjangoState& state_;
    DjangoSchema schema_;
    DjangoRows rows_;
    Python* program_ = nullptr;
    bool silent_ = false;
    bool runs_code_ = false;
    std::optional<Call> inherited_;        ///< super().__init__(...)
    const Call* own_operation_ = nullptr;  ///< whose database_forwards runs
};

}  // namespace pgfence::extract
