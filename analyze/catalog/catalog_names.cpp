// Names: where they are looked for, and which ones are free.
#include <algorithm>

#include "analyze/catalog/catalog.h"
#include "analyze/catalog/catalog_keys.h"

namespace pgfence {
namespace {

constexpr std::size_t kMaxSchemas = 1'000;  // that a name is looked for in

/// Hardly ever, and then a look at the few schemas costs less than one for the name. False is certain.
bool may_have_temporary(const Shared<std::vector<std::string>>& schemas) {
    constexpr std::size_t kFew = 4;
    if (!schemas) return false;
    const auto& all = schemas.read();
    return all.size() > kFew || std::find(all.begin(), all.end(), "pg_temp") != all.end();
}

}  // namespace

void Catalog::set_search_path(std::vector<std::string> schemas) {
    std::erase_if(schemas, [](const std::string& s) { return s.empty() || s == "$user" || s == "pg_catalog"; });
    search_path_ = std::move(schemas);
}

Name Catalog::resolve(const Name& written) const {
    return resolve_along(search_path_, written, [this](const Name& n) { return names_.find(n.schema, n.name) != 0; });
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
    return {search_path_.empty() ? "public" : search_path_.front(), written.name};
}

std::string Catalog::free_relation_name(std::string_view schema, std::string base) const {
    base = clip(base, kMaxNameBytes);
    if (!has_relation_name(schema, base)) return base;
    for (int digits = 1; digits <= 8; ++digits) {
        const std::string stem = clip(base, kMaxNameBytes - static_cast<std::size_t>(digits));
        if (const std::uint32_t n = names_.free_number(schema, stem, digits, 0)) return stem + std::to_string(n);
    }
    return base;
}

std::string Catalog::choose_name(std::string_view schema, std::string_view name1, std::string_view name2,
                                 std::string_view label, Among among) const {
    const auto taken = [&](std::string_view name) {
        return (among != Among::constraints && names_.find(schema, name)) ||
               (among != Among::relations && constraint_names_.find(schema, name));
    };
    std::string name = make_object_name(name1, name2, label);
    for (int digits = 1; digits <= 8 && taken(name); ++digits) {
        const std::string zeros(static_cast<std::size_t>(digits), '0');
        const std::string numbered = make_object_name(name1, name2, std::string(label) + zeros);
        const std::string stem = numbered.substr(0, numbered.size() - zeros.size());
        std::uint32_t n = 1, before = 0;
        while (n && n != before) {
            before = n;
            if (among != Among::constraints) n = names_.free_number(schema, stem, digits, n);
            if (n && among != Among::relations) n = constraint_names_.free_number(schema, stem, digits, n);
        }
        if (n) name = stem + std::to_string(n);
    }
    return name;
}

// As resolve() looks it up; asked for each statement by almost every rule.
RelationId Catalog::id_of(const Name& written) const {
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

void Catalog::note_schema_of_relation(const std::string& schema) {
    if (schemas_of_relations_) {
        const std::vector<std::string>& noted = schemas_of_relations_.read();
        if (noted.size() > kMaxSchemas || std::find(noted.begin(), noted.end(), schema) != noted.end()) return;
    }
    schemas_of_relations_.write().push_back(schema);
}

}  // namespace pgfence
