// ALTER TYPE and ALTER DOMAIN (typecmds.c): the type itself is no relation, but a domain's new constraint is checked in
// every table that has a column of it (get_rels_with_domain: Share on each).

#include <algorithm>
#include <set>

#include "analyze/model/statements.h"

namespace pgfence {
namespace {

using enum LockMode;

/// The domain and every domain over it.
std::set<std::string> with_derived(const Catalog& catalog, const Domain& domain) {
    std::set<std::string> names{domain.name.name};
    for (bool grown = true; grown;) {
        grown = false;
        for (const Domain* other : catalog.domains())
            if (names.contains(other->base.name.name) && names.insert(other->name.name).second) grown = true;
    }
    return names;
}

void check_users(Answer& answer, const Domain& domain) {
    const auto names = with_derived(answer.catalog, domain);
    for (const auto& [id, relation] : answer.catalog.relations()) {
        if (!relation.is_table() && relation.kind != RelationKind::materialized_view) continue;
        const bool uses = std::any_of(relation.columns.begin(), relation.columns.end(),
                                      [&](const Column& c) { return names.contains(c.type.name.name); });
        if (!uses) continue;
        answer.lock(relation, Share, LockRole::has_a_column_of_the_domain);
        answer.scan(relation, Cause::domain_constraint);
    }
}

}  // namespace

void model_alter_enum(Answer& answer, const AlterEnum& alter) {
    // 12+: allowed, but the new value may not be used before the transaction ends.
    if (answer.now.version < 12 && alter.old_value.empty()) answer.refused_in_transaction_block("ALTER TYPE ... ADD");
}

void model_alter_domain(Answer& answer, const AlterDomain& alter) {
    const Domain* domain = answer.catalog.find_domain(alter.name);
    const auto kind = alter.kind;
    const bool adds = kind == AlterDomain::Kind::add_constraint && !(alter.constraint && alter.constraint->not_valid);
    if (!adds && kind != AlterDomain::Kind::set_not_null && kind != AlterDomain::Kind::validate_constraint) return;
    if (!domain)
        return answer.depends_on("the tables with a column of domain " + alter.name.name + ": each is locked and read");
    check_users(answer, *domain);
}

}  // namespace pgfence
