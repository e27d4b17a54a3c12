// Names: where they are looked for.
#include <algorithm>

#include "analyze/catalog/catalog.h"
#include "analyze/catalog/catalog_keys.h"

namespace pgfence {
namespace {

/// Hardly ever, and then a look at the few schemas costs less than one for the name. False is certain.
bool may_have_temporary(const Shared<std::vector<std::string>>& schemas) {
    constexpr std::size_t kFew = 4;
    if (!schemas) return false;
    const auto& all = schemas.read();
    return all.size() > kFew || std::find(all.begin(), all.end(), "pg_temp") != all.end();
}

}  // namespace

Name Catalog::resolve(const Name& written) const {
    const Name name = resolve_along(search_path_, written, [this](const Name& n) {
        return names_.find(n.schema, n.name) != 0 || is_other_name(n);
    });
    // All findings about a relation use one name, whichever of its two the statement uses: they are matched by it.
    const bool by_other = has_other_names_ && !names_.find(name.schema, name.name) && is_other_name(name);
    return by_other ? get(*other_names_.find(key_of(name)))->name : name;
}

bool Catalog::is_other_name(const Name& resolved) const {
    if (!has_other_names_) return false;
    const RelationId* id = other_names_.find(key_of(resolved));
    return id && get(*id);
}

bool Catalog::has_relation_name(std::string_view schema, std::string_view name) const {
    return names_.find(schema, name) != 0;
}

std::string Catalog::qualified(const Name& written) const {
    const Name name = resolve(written);
    return name.schema + "." + name.name;
}

Name Catalog::creation_name(const Name& written, Persistence persistence) const {
    if (!written.schema.empty()) return written;
    if (persistence == Persistence::temporary) return {"pg_temp", written.name};
    if (search_path_.empty()) return {"public", written.name};
    // fetch_search_path leaves out what does not exist.
    const auto there = std::find_if(search_path_.begin(), search_path_.end(),
                                    [&](const std::string& schema) { return !complete_ || has_schema(schema); });
    return {there == search_path_.end() ? search_path_.front() : *there, written.name};
}

// As resolve() looks it up; asked for each statement by almost every rule.
RelationId Catalog::id_of(const Name& written) const {
    const RelationId id = id_by_own_name(written);
    return id || !has_other_names_ ? id : id_by_other_name(written);
}

RelationId Catalog::id_by_other_name(const Name& written) const {
    const Name name = resolve_along(search_path_, written, [this](const Name& n) { return is_other_name(n); });
    return is_other_name(name) ? *other_names_.find(key_of(name)) : 0;
}

RelationId Catalog::id_by_own_name(const Name& written) const {
    if (!written.schema.empty()) return names_.find(written.schema, written.name);
    const bool in_its_turn = std::find(search_path_.begin(), search_path_.end(), "pg_temp") != search_path_.end();
    if (!in_its_turn && may_have_temporary(schemas_of_relations_))
        if (const RelationId id = names_.find("pg_temp", written.name)) return id;
    for (const std::string& schema : search_path_)
        if (const RelationId id = names_.find(schema, written.name)) return id;
    return search_path_.empty() ? names_.find("public", written.name) : 0;
}

const Relation* Catalog::find_in_any_schema(std::string_view name) const {
    if (!schemas_of_relations_ || schemas_of_relations_.read().size() > kMaxSchemas) return nullptr;
    RelationId only = 0;
    for (const std::string& schema : schemas_of_relations_.read()) {
        const RelationId id = names_.find(schema, name);
        if (id && only) return nullptr;
        if (id) only = id;
    }
    return get(only);
}

}  // namespace pgfence
