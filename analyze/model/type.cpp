// ALTER TYPE and ALTER DOMAIN (typecmds.c): the type itself is no relation, but a domain's new constraint is checked in
// every table that has a column of it (get_rels_with_domain: Share on each).

#include <algorithm>
#include <set>

#include "analyze/catalog/view_columns.h"
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

enum class Uses : std::uint8_t { no, yes, maybe, inside /* of an array, a composite type */ };

Uses use_by(const Answer& answer, const std::set<std::string>& domains, const TypeName& type) {
    if (domains.contains(type.name.name)) return type.array_dimensions > 0 ? Uses::inside : Uses::yes;
    // find_composite_type_dependencies: a table's row type is one, too.
    const Relation* row = answer.catalog.find(type.name);
    if (!row) return Uses::no;
    return std::any_of(row->columns.begin(), row->columns.end(),
                       [&](const Column& c) { return domains.contains(c.type.name.name); })
               ? Uses::inside
               : Uses::no;
}

Uses use_in_columns(const Answer& answer, const std::set<std::string>& domains, const Relation& relation) {
    Uses found = Uses::no;
    for (const Column& column : relation.columns) found = std::max(found, use_by(answer, domains, column.type));
    for (const ViewColumn& column : relation.view.columns)
        found = std::max(found, use_by(answer, domains, type_of_column(answer.catalog, relation, column.name)));
    return found;
}

/// What a materialized view shows is not always told: what it reads may be shown.
Uses use_in(const Answer& answer, const std::set<std::string>& domains, const Relation& relation, int depth = 0) {
    constexpr int kDeep = 32;
    const Uses found = use_in_columns(answer, domains, relation);
    if (found != Uses::no || !relation.is_view() || are_columns_told(relation) || depth > kDeep) return found;
    return std::any_of(relation.view.reads.begin(), relation.view.reads.end(),
                       [&](RelationId id) {
                           const Relation* read = answer.catalog.get(id);
                           return !read || use_in(answer, domains, *read, depth + 1) != Uses::no;
                       })
               ? Uses::maybe
               : Uses::no;
}

// get_rels_with_domain
void check_users(Answer& answer, const Domain& domain) {
    const auto names = with_derived(answer.catalog, domain);
    for (const auto& [id, relation] : answer.catalog.relations()) {
        if (!relation.is_table() && relation.kind != RelationKind::materialized_view) continue;
        const Uses uses = use_in(answer, names, relation);
        if (uses == Uses::no) continue;
        // It has no rows to check: the lock is let go of at once.
        if (relation.kind == RelationKind::partitioned_table && uses != Uses::inside) continue;
        if (uses == Uses::inside)
            answer.fails(Failure::Kind::not_allowed,
                         "cannot alter type \"" + domain.name.name + "\" because a column of " +
                             name_in_report(relation) + " uses it",
                         false);
        if (uses == Uses::maybe)
            answer.depends_on("whether " + name_in_report(relation) + " has a column of domain " + domain.name.name);
        answer.lock(relation, Share, LockRole::has_a_column_of_the_domain);
        answer.scan(relation, Cause::domain_constraint, Work::npos, uses == Uses::yes);
    }
}

bool has_check(const Domain& domain, const std::string& name) {
    return std::any_of(domain.checks.begin(), domain.checks.end(),
                       [&](const TableConstraint& check) { return check.name == name; });
}

void refuse_constraint(Answer& answer, const AlterDomain& alter, const Domain& domain) {
    using enum AlterDomain::Kind;
    const bool sure = answer.catalog.complete();
    if (alter.kind == add_constraint && alter.constraint && has_check(domain, alter.constraint->name))
        answer.fails(
            ErrorCode::duplicate_object,
            "constraint \"" + alter.constraint->name + "\" for domain \"" + domain.name.name + "\" already exists",
            sure);
    const bool named = alter.kind == drop_constraint || alter.kind == validate_constraint;
    if (named && !alter.missing_ok && sure && !has_check(domain, alter.constraint_name))
        answer.fails(
            ErrorCode::undefined_object,
            "constraint \"" + alter.constraint_name + "\" of domain \"" + domain.name.name + "\" does not exist",
            !domain.not_null);
}

/// A field of VALUE depends on the type that has it.
void lock_constraint_uses(Answer& answer, const Constraint& constraint, const TypeName& base) {
    lock_depended_on(answer, constraint, nullptr);
    if (constraint.type == ConstraintType::check) lock_row_type(answer, base);
}

}  // namespace

void model_create_type(Answer& answer, const Name& name) {
    refuse_taken_type(answer, answer.catalog.creation_name(name));
}

void model_create_composite(Answer& answer, const CreateCompositeType& type) {
    model_create_type(answer, type.name);
    for (const ColumnDef& column : type.columns) lock_row_type(answer, column.type);
}

void model_create_domain(Answer& answer, const CreateDomain& domain) {
    model_create_type(answer, domain.name);
    for (const Constraint& c : domain.constraints) lock_constraint_uses(answer, c, domain.base);
}

void model_alter_enum(Answer& answer, const AlterEnum& alter) {
    refuse_label(answer, alter);
    if (!answer.has(Behaviour::enum_grows_in_transaction) && alter.old_value.empty())
        answer.refused_in_transaction_block("ALTER TYPE ... ADD");
}

namespace {

/// AlterDomainValidateConstraint: before 19 it read the tables all the same.
bool is_valid(const Domain& domain, const AlterDomain& alter) {
    return std::any_of(domain.checks.begin(), domain.checks.end(), [&](const TableConstraint& c) {
        return c.name == alter.constraint_name && c.valid && !c.maybe;
    });
}

}  // namespace

void model_alter_domain(Answer& answer, const AlterDomain& alter) {
    const Domain* domain = answer.catalog.find_domain(alter.name);
    if (domain) refuse_constraint(answer, alter, *domain);
    if (domain && alter.constraint) lock_constraint_uses(answer, *alter.constraint, domain->base);
    const auto kind = alter.kind;
    const bool adds = kind == AlterDomain::Kind::add_constraint && !(alter.constraint && alter.constraint->not_valid);
    if (kind == AlterDomain::Kind::set_not_null && domain && domain->not_null) return;  // AlterDomainNotNull
    if (!adds && kind != AlterDomain::Kind::set_not_null && kind != AlterDomain::Kind::validate_constraint) return;
    if (!domain)
        return answer.depends_on("the tables with a column of domain " + alter.name.name + ": each is locked and read");
    if (kind == AlterDomain::Kind::validate_constraint && answer.has(Behaviour::valid_domain_constraint_is_known) &&
        is_valid(*domain, alter))
        return;
    check_users(answer, *domain);
}

}  // namespace pgfence
