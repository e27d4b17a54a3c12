#pragma once
// What a Rails migration does to rows through models (ActiveRecord::Relation, ActiveRecord::Persistence) -> SQL. Which
// table a model has is told by its class, in the migration or in app/models, or else by its name.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/program/sql_writer.h"
#include "extract/ruby/rails_schema.h"
#include "extract/ruby/rails_state.h"
#include "extract/ruby/ruby.h"

namespace pgfence::extract {

class RailsRows {
public:
    using Read = std::function<std::optional<std::string>(std::string_view path)>;

    /// `root`: the application's folder, "" or "app/".
    RailsRows(SqlWriter& out, const RailsState& state, RailsSchema& schema, Read read, std::string root)
        : out_(out), state_(state), schema_(schema), read_(std::move(read)), root_(std::move(root)) {}

    void attach(const Ruby& program) { program_ = &program; }
    /// Whether the call is one on rows of a model, and is read.
    bool called(const Call& call);
    /// What a block that goes through rows is given.
    std::optional<Value> element(const Value& path);
    /// A loop over rows of a model that no condition picks.
    bool any_rows(const Value& path);

private:
    struct Model {
        std::string table;
        bool sure = false;  ///< it is told, or there is such a table
    };
    struct Rows {
        Model model;
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
    Model model_of(const std::string& name);
    /// `above`: how many classes were followed to that name.
    Model find_model(const std::string& name, int above = 0) const;
    std::optional<std::string> text_of_model(const std::string& path) const;
    bool change(const Rows& rows, const Call& call);
    bool update(const Rows& rows, const std::vector<std::pair<std::string, Value>>& values, const Call& call);
    bool insert(const Rows& rows, const std::vector<std::pair<std::string, Value>>& values, const Call& call);
    bool sets(const Call& call);
    bool save(const Rows& rows, const Call& call);
    void remove(const Rows& rows, const Call& call);
    std::string where(const Rows& rows);
    std::string parameter() { return "$" + std::to_string(++parameters_); }

    SqlWriter& out_;
    const RailsState& state_;
    RailsSchema& schema_;
    Read read_;
    std::string root_;
    const Ruby* program_ = nullptr;
    std::map<std::string, Model> models_;
    /// Attributes of rows that were set and not saved yet, by the row's path.
    std::map<std::string, std::vector<std::pair<std::string, Value>>> set_;
    int parameters_ = 0;  ///< of the statement that is being written
};

}  // namespace pgfence::extract
