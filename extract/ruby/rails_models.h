#pragma once
// Which table a model of Rails has (ActiveRecord::ModelSchema#compute_table_name): what its class says, in the
// migration or in app/models, or else its name, behind the prefix of the modules around it.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "extract/ruby/rails_state.h"
#include "extract/ruby/ruby.h"

namespace pgfence::extract {

struct RailsModel {
    std::string table;
    bool sure = false;  ///< it is told, or there is such a table
};

class RailsModels {
public:
    using Read = std::function<std::optional<std::string>(std::string_view path)>;

    /// `root`: the application's folder, "" or "app/".
    RailsModels(const RailsState& state, Read read, std::string root)
        : state_(state), read_(std::move(read)), root_(std::move(root)) {}

    /// `program`: the migration, which may have a class of that name; or null.
    RailsModel of(std::string_view name, const Ruby* program);

private:
    RailsModel of_class(const std::string& name, int above) const;
    RailsModel by_name(const std::string& name, bool is_read) const;
    std::optional<std::string> text_of(const std::string& path) const;
    std::optional<std::string> prefix_of_modules(std::string_view name) const;
    std::optional<std::string> prefix_said(std::string_view module) const;
    std::string owner_of(std::string_view name) const;

    const RailsState& state_;
    Read read_;
    std::string root_;
    std::map<std::string, RailsModel> known_ = {};
};

}  // namespace pgfence::extract
