#include "analyze/catalog/uncertain.h"

#include <algorithm>
#include <utility>

#include "analyze/catalog/mentioned_columns.h"
#include "core/text.h"

namespace pgfence {
namespace {

bool has_same_name(const Catalog& catalog, RelationId id, const Name& name) {
    const Relation* relation = catalog.get(id);
    return relation && relation->name == name;
}

/// Dropped, or another took its name: where others look for it, they may find it no more.
bool lost_any(const Catalog& before, const Catalog& after) {
    for (const RelationId id : before.differences(after)) {
        const Relation* relation = before.get(id);
        if (!relation || has_same_name(after, id, relation->name)) continue;
        if (!after.get(id) || after.has_relation_name(relation->name.schema, relation->name.name)) return true;
    }
    return false;
}

/// Relations that both have, and that are not the same.
std::vector<RelationId> changed(const Catalog& one, const Catalog& other) {
    std::vector<RelationId> ids = one.differences(other);
    std::erase_if(ids, [&](RelationId id) { return !one.get(id) || !other.get(id); });
    return ids;
}

void weaken_columns(Relation& relation, const Relation& other) {
    SharedList<Column> kept;
    for (const Column& own : relation.columns) {
        Column column = own;
        const Column* there = other.column(column.name);
        const bool same_type = !there || there->type == column.type;
        column.maybe = column.maybe || !there || there->maybe;
        column.existing = column.existing || (there && there->existing);
        column.not_null = column.not_null && there && there->not_null;
        column.not_null_valid = column.not_null_valid && (!there || there->not_null_valid);
        // Of a column whose type is one of two nothing can be said: it counts as not known.
        if (same_type)
            kept.push_back(std::move(column));
        else
            relation.columns_known = false;
    }
    relation.columns = std::move(kept);
    relation.columns_known = relation.columns_known && other.columns_known;
    for (const Column& column : other.columns)
        if (!std::as_const(relation).column(column.name)) relation.columns_known = false;
}

void weaken_constraints(WritableCatalog& catalog, RelationId id, const Relation& other) {
    Relation& relation = *catalog.get(id);
    const auto any = [](const auto&) { return true; };
    relation.table.constraints.change_if(any, [&](TableConstraint& constraint) {
        const TableConstraint* there = other.constraint_named(constraint.name);
        constraint.maybe = constraint.maybe || !there || there->maybe;
        constraint.valid = constraint.valid && there && there->valid;
        constraint.enforced = constraint.enforced || (there && there->enforced);
    });
    for (const TableConstraint& constraint : other.table.constraints) {
        if (std::as_const(catalog).get(id)->constraint_named(constraint.name)) continue;
        TableConstraint maybe = constraint;
        maybe.maybe = true;
        maybe.valid = false;
        if (!std::as_const(catalog).get(maybe.index)) maybe.index = 0;
        if (!std::as_const(catalog).get(maybe.referenced)) maybe.referenced = 0;
        catalog.add_constraint(id, std::move(maybe));
    }
}

/// Triggers and rules: any that one of the two has, and enabled if it is so in one.
template <class Fired>
void add_what_fires(std::vector<Fired>& own, const std::vector<Fired>& others) {
    for (Fired& one : own)
        one.maybe = one.maybe || std::none_of(others.begin(), others.end(),
                                              [&](const Fired& other) { return other.name == one.name; });
    for (const Fired& other : others) {
        const auto same =
            std::find_if(own.begin(), own.end(), [&](const Fired& one) { return one.name == other.name; });
        if (same == own.end()) {
            own.push_back(other);
            own.back().maybe = true;
        } else {
            same->enabled = same->enabled || other.enabled;
            same->maybe = same->maybe || other.maybe;
        }
    }
}

bool has_policy(const Relation& relation, std::string_view name) {
    return std::any_of(relation.table.policies.begin(), relation.table.policies.end(),
                       [&](const PolicyInfo& policy) { return policy.name == name; });
}

/// Which of two conditions it has is not known, so it has neither.
void weaken_policy(PolicyInfo& policy, const PolicyInfo& other) {
    if (policy.shown != other.shown) policy.shown = Expr{};
    if (policy.checked != other.checked) policy.checked = Expr{};
    policy.any_row = policy.any_row && other.any_row;
    policy.no_row = policy.no_row && other.no_row;
}

bool has_published_part(const Relation& relation, std::string_view publication) {
    return std::any_of(relation.table.published_parts.begin(), relation.table.published_parts.end(),
                       [&](const PublishedPart& part) { return part.publication == publication; });
}

void weaken(WritableCatalog& catalog, RelationId id, const Relation& other) {
    Relation& relation = *catalog.get(id);
    weaken_columns(relation, other);
    relation.existing = relation.existing || other.existing;
    relation.maybe = relation.maybe || other.maybe;
    relation.index.valid = relation.index.valid && other.index.valid;
    relation.view.populated = relation.view.populated || other.view.populated;
    if (relation.view.columns != other.view.columns) relation.view.columns.clear();
    if (relation.view.where != other.view.where) relation.view.plain = false;
    add_what_fires(relation.triggers, other.triggers);
    add_what_fires(relation.rules, other.rules);
    catalog.note_names_others(id);
    const std::size_t policies = std::max(relation.table.policies.size(), other.table.policies.size());
    std::erase_if(relation.table.policies, [&](const PolicyInfo& policy) { return !has_policy(other, policy.name); });
    for (PolicyInfo& policy : relation.table.policies)
        for (const PolicyInfo& same : other.table.policies)
            if (policy.name == same.name) weaken_policy(policy, same);
    relation.table.policies_known &= other.table.policies_known && relation.table.policies.size() == policies;
    std::erase_if(relation.table.published_parts,
                  [&](const PublishedPart& part) { return !has_published_part(other, part.publication); });
    weaken_rights(relation.rights, other.rights);
    std::erase_if(relation.table.gone_columns,
                  [&](const std::string& column) { return !is_among(column, other.table.gone_columns); });
    relation.table.row_security = relation.table.row_security && other.table.row_security;
    relation.table.row_security_existing = relation.table.row_security_existing && other.table.row_security_existing;
    relation.table.row_security_forced = relation.table.row_security_forced && other.table.row_security_forced;
    for (const RelationId parent : std::vector<RelationId>(other.table.parents))
        if (std::as_const(catalog).get(parent)) catalog.add_parent(id, parent);
    weaken_constraints(catalog, id, other);
}

void take_for_older(Relation& relation) {
    const auto any = [](const auto&) { return true; };
    relation.existing = relation.perhaps_older = true;
    relation.columns_known = false;
    relation.table.constraints.change_if(any, [](TableConstraint& constraint) {
        constraint.valid = false;
        constraint.existing = constraint.maybe = true;
    });
    relation.columns.change_if(any, [](Column& column) {
        column.not_null = false;
        column.existing = column.maybe = true;
    });
}

/// The branch made them, or found them there.
void doubt_what_was_made(const Catalog& before, WritableCatalog& catalog) {
    for (const RelationId id : before.differences(catalog)) {
        if (before.get(id)) continue;
        Relation& made = *catalog.get(id);
        made.maybe = true;
        // A temporary table that may be gone again: whoever names it then meets the one that it hides.
        if (catalog.in_change() && made.name.schema != "pg_temp")
            doubt_that_it_is_new(catalog, id);
        else
            take_for_older(*catalog.get(id));
        // Of what a branch of the history made nobody asks whether it is older than the change.
        if (!catalog.in_change()) catalog.get(id)->perhaps_older = false;
    }
}

/// Renamed or moved by the branch: the same relation, whichever name it has.
void keep_both_names(const Catalog& other, WritableCatalog& catalog) {
    for (const RelationId id : std::as_const(catalog).differences(other)) {
        const Relation* there = other.get(id);
        Relation* relation = there ? catalog.get(id) : nullptr;
        if (!relation || relation->name == there->name) continue;
        relation->maybe = true;
        catalog.add_other_name(there->name, id);
        catalog.set_complete(false);
    }
}

/// The branch dropped them, or gave them another name.
void doubt_what_was_lost(const WritableCatalog& after, WritableCatalog& catalog) {
    for (const RelationId id : std::as_const(catalog).differences(after))
        if (Relation* relation = catalog.get(id); relation && !has_same_name(after, id, relation->name))
            relation->maybe = true;
}

void weaken_domains(WritableCatalog& catalog, const Catalog& other) {
    std::vector<Domain> weaker;
    for (const Domain* domain : std::as_const(catalog).domains_not_in(other)) {
        const Domain* there = other.find_domain(domain->name);
        if (there == domain) continue;
        Domain weak = *domain;
        weak.not_null = weak.not_null && there && there->not_null;
        for (TableConstraint& check : weak.checks) check.valid = false;
        weaker.push_back(std::move(weak));
    }
    for (Domain& domain : weaker) catalog.put(std::move(domain));
}

}  // namespace

void doubt_that_it_is_new(WritableCatalog& catalog, RelationId made) {
    const Catalog& known = catalog;
    const Relation& relation = *known.get(made);
    if (!known.in_change() || known.complete() || relation.perhaps_older || relation.name.schema == "pg_temp") return;
    // A part of what is new is new.
    const Relation* whole = known.get(relation.index.table ? relation.index.table : relation.sequence.owner_table);
    if (whole && !whole->existing) return;
    const bool older = !relation.after_drop && known.may_be_older(relation.name);
    std::vector<const Relation*> all = known.indexes_of(made);
    for (const Relation* sequence : known.sequences_owned_by(made)) all.push_back(sequence);
    all.push_back(&relation);
    std::vector<RelationId> ids;
    for (const Relation* one : all) ids.push_back(one->id);
    for (const RelationId id : ids)
        if (older)
            take_for_older(*catalog.get(id));
        else
            catalog.get(id)->probably_new = true;
}

WritableCatalog either(const WritableCatalog& before, const WritableCatalog& after) {
    // What is lost on one side cannot be put back with all that pointed at it: then the other side is the better start.
    const bool lost = lost_any(before, after);
    WritableCatalog result = lost ? before : after;
    const WritableCatalog& other = lost ? after : before;
    for (const RelationId id : changed(std::as_const(result), other)) weaken(result, id, *other.get(id));
    if (lost) {
        doubt_what_was_lost(after, result);
        result.set_complete(false);
    } else {
        doubt_what_was_made(before, result);
    }
    keep_both_names(other, result);
    weaken_domains(result, other);
    result.weaken_schemas(other);
    result.doubt_what_lacks(other);
    result.add_functions_of(other);
    result.note_made_elsewhere_as(other);
    result.keep_told_by(other);
    result.keep_gone_of(other);
    result.keep_new_roles_of(other);
    result.weaken_default_rights(other);
    result.set_search_path(before.search_path());
    return result;
}

}  // namespace pgfence
