#pragma once
// What the catalog's files share: keys of its maps, sorted lists of ids, look-up along the search path.

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "analyze/catalog/argument_types.h"
#include "analyze/catalog/relation.h"
#include "core/action.h"

namespace pgfence {

inline constexpr std::size_t kMaxSchemas = 1'000;  ///< that a name is looked for in

// '\0' cannot stand in a PostgreSQL name, so it parts schema and name beyond uncertainty.
inline std::string key_of(const Name& name) {
    std::string key = name.schema;
    key.push_back('\0');
    return key.append(name.name);
}

inline void insert_sorted(std::vector<RelationId>& ids, RelationId id) {
    const auto at = std::lower_bound(ids.begin(), ids.end(), id);
    if (at == ids.end() || *at != id) ids.insert(at, id);
}

inline void erase_sorted(std::vector<RelationId>& ids, RelationId id) {
    const auto at = std::lower_bound(ids.begin(), ids.end(), id);
    if (at != ids.end() && *at == id) ids.erase(at);
}

/// The first along the search path that `has`, pg_temp before all; else what CREATE would make.
template <class Has>
Name resolve_along(const std::vector<std::string>& search_path, const Name& written, Has has) {
    if (!written.schema.empty()) return written;
    Name name{"pg_temp", written.name};
    // Where the path names it, it is looked into in its turn.
    if (std::find(search_path.begin(), search_path.end(), "pg_temp") == search_path.end() && has(name)) return name;
    for (const std::string& schema : search_path) {
        name.schema = schema;
        if (has(name)) return name;
    }
    name.schema = search_path.empty() ? "public" : search_path.front();
    return name;
}

}  // namespace pgfence
