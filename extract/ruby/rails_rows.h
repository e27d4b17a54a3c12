#pragma once
// What a Rails migration does to rows through models (ActiveRecord::Relation, ActiveRecord::Persistence) -> SQL.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/program/sql_writer.h"
#include "extract/ruby/rails_models.h"
#include "extract/ruby/rails_schema.h"
#include "extract/ruby/ruby.h"

namespace pgfence::extract {

class RailsRows {
public:
    RailsRows(SqlWriter& out, RailsSchema& schema, RailsModels models)
        : out_(out), schema_(schema), models_(std::move(models)) {}

    void attach(const Ruby& program) { program_ = &program; }
    /// Whether the call is one on rows of a model, and is read.
    bool called(const Call& call);
    /// What a block that goes through rows is given.
    std::optional<Value> element(const Value& path);
    /// A loop over rows of a model that no condition picks.
    bool any_rows(const Value& path);

private:
    struct Rows {
        RailsModel model;
        std::string name;                ///< of the model
        std::vector<std::string> where;  ///< what they are narrowed to
        bool single = false;             ///< a row
        bool few = false;                ///< a limit leaves no more
    };
    std::optional<Rows> rows_of(const Value& value, int depth = 0);
    void narrow(Rows& rows, const Call& call);
    /// Those of where(): a dictionary, or SQL with its values.
    void add_conditions(Rows& rows, const Call& call, bool inverted);
    std::string condition(const std::string& table, const std::string& column, const Value& value,
                          bool inverted = false);
    std::string value_sql(const Value& value);
    bool change(const Rows& rows, const Call& call);
    bool update(const Rows& rows, const std::vector<std::pair<std::string, Value>>& values, const Call& call);
    bool insert(const Rows& rows, const std::vector<std::pair<std::string, Value>>& values, const Call& call);
    bool sets(const Call& call);
    bool save(const Rows& rows, const Call& call);
    void remove(const Rows& rows, const Call& call);
    std::string where(const Rows& rows);
    std::string parameter() { return "$" + std::to_string(++parameters_); }

    SqlWriter& out_;
    RailsSchema& schema_;
    RailsModels models_;
    const Ruby* program_ = nullptr;
    /// Attributes of rows that were set and not saved yet, by the row's path.
    std::map<std::string, std::vector<std::pair<std::string, Value>>> set_;
    int parameters_ = 0;  ///< of the statement that is being written
};

}  // namespace pgfence::extract
