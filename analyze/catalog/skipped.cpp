#include "analyze/catalog/skipped.h"

#include <algorithm>

namespace pgfence {
namespace {

bool is_relation(const Catalog& catalog, const Name& name) {
    return catalog.find(name) || (name.schema.empty() && catalog.find_in_any_schema(name.name));
}

/// Nobody but the session itself can have made it.
bool is_of_the_session(const Name& name) { return name.schema == "pg_temp"; }

/// RemoveObjects with missing_ok: of the kinds that the catalog keeps.
bool may_be_there(const Catalog& catalog, ObjectType object, const Name& name) {
    switch (object) {
        case ObjectType::table:
        case ObjectType::partitioned_table:
        case ObjectType::foreign_table:
        case ObjectType::index:
        case ObjectType::sequence:
        case ObjectType::view:
        case ObjectType::materialized_view:
            return is_relation(catalog, name) || !(catalog.complete() || is_of_the_session(name));
        case ObjectType::domain: return catalog.find_domain(name) || !catalog.complete();
        case ObjectType::function:
        case ObjectType::procedure: return !catalog.find_functions(name).empty() || !catalog.complete();
        default: return true;
    }
}

bool is_skipped(const Drop& drop, const Catalog& before) {
    return drop.if_exists && drop.parts.empty() && !drop.names.empty() &&
           std::none_of(drop.names.begin(), drop.names.end(),
                        [&](const Name& name) { return may_be_there(before, drop.object, name); });
}

}  // namespace

bool is_skipped(const Action& action, const Catalog& before) {
    if (const auto* drop = std::get_if<Drop>(&action)) return is_skipped(*drop, before);
    if (const auto* alter = std::get_if<AlterTable>(&action))
        return alter->if_exists && before.complete() && !is_relation(before, alter->name);
    return false;
}

bool is_skipped(const AlterTable& action, const AlterTableCmd& cmd, const Catalog& before) {
    if (cmd.subtype != AlterTableType::DropColumn || !cmd.missing_ok || !before.complete()) return false;
    const Relation* table = before.find(action.name);
    return table && table->columns_known && !table->column(cmd.name);
}

}  // namespace pgfence
