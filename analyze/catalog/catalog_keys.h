#pragma once
// What the catalog's two files share: keys of its maps, sorted lists of ids, look-up along the search path.

#include <algorithm>

#include "analyze/catalog/catalog.h"

namespace pgfence {

// '\0' cannot stand in a PostgreSQL name, so it parts schema and name beyond doubt.
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

template <class Has>
Name Catalog::resolve_with(const Name& written, Has has) const {
    if (!written.schema.empty()) return written;
    Name name{"pg_temp", written.name};
    if (has(name)) return name;
    for (const std::string& schema : search_path_) {
        name.schema = schema;
        if (has(name)) return name;
    }
    name.schema = search_path_.empty() ? "public" : search_path_.front();
    return name;
}

}  // namespace pgfence
