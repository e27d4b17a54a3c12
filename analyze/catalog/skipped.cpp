#include "analyze/catalog/skipped.h"

#include <algorithm>

namespace pgfence {
namespace {

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
            return !catalog.is_absent(name) && (catalog.find(name) || !is_of_the_session(name));
        case ObjectType::domain: return catalog.find_domain(name) || !catalog.knows_what_is_absent(name);
        case ObjectType::function:
        case ObjectType::procedure: return !catalog.find_functions(name).empty() || !catalog.knows_what_is_absent(name);
        default: return true;
    }
}

/// Of triggers, policies and rules, which the catalog keeps with their tables.
bool may_have_part(const Catalog& catalog, const Name& name, const std::string& part) {
    const Relation* table = catalog.find(name);
    if (!table) return !catalog.is_absent(name);
    const auto has = [&](const auto& all) {
        return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.name == part; });
    };
    return !catalog.complete() || table->maybe || table->perhaps_older || has(table->triggers) ||
           has(table->table.policies) || has(table->rules);
}

bool is_skipped_part(const Drop& drop, const Catalog& before) {
    return drop.parts.size() == 1 && drop.names.size() == 1 && !may_have_part(before, drop.names[0], drop.parts[0]);
}

bool is_skipped(const Drop& drop, const Catalog& before) {
    if (drop.if_exists && !drop.parts.empty()) return is_skipped_part(drop, before);
    return drop.if_exists && drop.parts.empty() && !drop.names.empty() &&
           std::none_of(drop.names.begin(), drop.names.end(),
                        [&](const Name& name) { return may_be_there(before, drop.object, name); });
}

}  // namespace

bool is_skipped(const Action& action, const Catalog& before) {
    if (const auto* drop = std::get_if<Drop>(&action)) return is_skipped(*drop, before);
    if (const auto* alter = std::get_if<AlterTable>(&action)) return alter->if_exists && before.is_absent(alter->name);
    return false;
}

bool is_skipped(const AlterTable& action, const AlterTableCmd& cmd, const Catalog& before) {
    if (cmd.subtype != AlterTableType::DropColumn || !cmd.missing_ok) return false;
    const Relation* table = before.find(action.name);
    if (table && before.complete() && table->columns_known && !table->column(cmd.name)) return true;
    if (!table) table = before.told_of(action.name);
    return table && table->lacks_column(cmd.name);
}

}  // namespace pgfence
