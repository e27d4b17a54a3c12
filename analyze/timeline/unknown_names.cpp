#include "analyze/timeline/unknown_names.h"

#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace pgfence::analyze {
namespace {

bool asks_first(const Action& action) {
    return std::visit(
        [](const auto& a) {
            if constexpr (requires { a.if_exists; })
                return static_cast<bool>(a.if_exists);
            else
                return false;
        },
        action);
}

/// One that the migrations made and dropped was theirs: a file that names it once more never ran, or ran earlier.
std::optional<Name> not_made(const std::string& shown, const Catalog& before) {
    const auto dot = shown.find('.');
    if (dot == std::string::npos) return std::nullopt;
    Name name{shown.substr(0, dot), shown.substr(dot + 1)};
    const bool of_the_server = name.schema == "pg_catalog" || name.schema == "information_schema" ||
                               name.schema == "pg_toast" || name.name.starts_with("pg_");
    if (of_the_server || before.find_qualified(shown) || before.is_absent(name)) return std::nullopt;
    return name;
}

/// Locked without having been made by the statement itself.
std::vector<Name> locked_but_not_made(const Effects& effects, const Catalog& before) {
    std::vector<Name> names;
    for (const Lock& lock : effects.locks) {
        const bool made =
            std::find(effects.created.begin(), effects.created.end(), lock.relation) != effects.created.end();
        if (auto name = made ? std::nullopt : not_made(lock.relation, before)) names.push_back(std::move(*name));
    }
    return names;
}

/// Of a relation that the catalog does not have.
std::optional<Name> given_name(const Action& action, const Catalog& before) {
    if (const auto* rename = std::get_if<Rename>(&action); rename && rename->part.empty())
        if (!before.find(rename->relation) && !before.is_absent(rename->relation))
            return Name{before.resolve(rename->relation).schema, rename->new_name};
    if (const auto* moved = std::get_if<SetSchema>(&action))
        if (!before.find(moved->name) && !before.is_absent(moved->name))
            return Name{moved->new_schema, moved->name.name};
    return std::nullopt;
}

}  // namespace

std::vector<Name> named_but_not_made(const Action& action, const Effects& effects, const Catalog& before) {
    std::vector<Name> names = locked_but_not_made(effects, before);
    if (auto given = given_name(action, before)) names.push_back(std::move(*given));
    return names;
}

bool needs_what_was_not_made(const Action& action, const Effects& effects, const Catalog& before) {
    if (asks_first(action)) return false;
    const auto names = locked_but_not_made(effects, before);
    return std::any_of(names.begin(), names.end(), [&](const Name& name) { return before.has_schema(name.schema); });
}

}  // namespace pgfence::analyze
