#include "analyze/unknown_names.h"

#include <algorithm>
#include <type_traits>

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
bool is_unknown(const std::string& shown, const Catalog& before) {
    const auto dot = shown.find('.');
    if (dot == std::string::npos) return false;
    const Name name{shown.substr(0, dot), shown.substr(dot + 1)};
    return before.has_schema(name.schema) && !name.name.starts_with("pg_") && !before.find_qualified(shown) &&
           !before.is_absent(name);
}

}  // namespace

bool names_unknown(const Action& action, const Effects& effects, const Catalog& before) {
    if (asks_first(action)) return false;
    return std::any_of(effects.locks.begin(), effects.locks.end(), [&](const Lock& lock) {
        const bool made =
            std::find(effects.created.begin(), effects.created.end(), lock.relation) != effects.created.end();
        return !made && is_unknown(lock.relation, before);
    });
}

}  // namespace pgfence::analyze
