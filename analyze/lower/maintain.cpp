// Statements about whole relations: TRUNCATE, LOCK, REINDEX, CLUSTER, VACUUM, REFRESH, GRANT.

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

std::vector<RangeUse> range_uses(const List* relations, const StatementPosition& place) {
    std::vector<RangeUse> uses;
    for (const auto* relation : items<RangeVar>(relations))
        uses.push_back(range_use(relation, RangeUse::How::read, place));
    return uses;
}

bool option_is_on(const List* options, std::string_view name) {
    const auto* option = option_of(options, name);
    return option && is_true(*option);
}

Reindex::Kind kind_of(ReindexObjectType kind) {
    switch (kind) {
        case REINDEX_OBJECT_INDEX: return Reindex::Kind::index;
        case REINDEX_OBJECT_TABLE: return Reindex::Kind::table;
        case REINDEX_OBJECT_SCHEMA: return Reindex::Kind::schema;
        case REINDEX_OBJECT_SYSTEM: return Reindex::Kind::system;
        case REINDEX_OBJECT_DATABASE: return Reindex::Kind::database;
    }
    return Reindex::Kind::database;
}

}  // namespace

Action lower_truncate(const TruncateStmt& truncate, const StatementPosition& place) {
    return Truncate{range_uses(truncate.relations, place), truncate.behavior == DROP_CASCADE, truncate.restart_seqs};
}

Action lower_lock(const LockStmt& lock, const StatementPosition& place) {
    return LockTable{range_uses(lock.relations, place), static_cast<LockMode>(lock.mode), lock.nowait};
}

Action lower_reindex(const ReindexStmt& reindex) {
    Reindex out;
    out.kind = kind_of(reindex.kind);
    out.name = reindex.relation ? name_of(reindex.relation) : Name{"", text_of(reindex.name)};
    out.concurrently = option_is_on(reindex.params, "concurrently");
    return out;
}

Action lower_cluster(const ClusterStmt& cluster) {
    return Cluster{name_of(cluster.relation), text_of(cluster.indexname)};
}

Action lower_vacuum(const VacuumStmt& vacuum, const StatementPosition& place) {
    Vacuum out;
    out.is_vacuum = vacuum.is_vacuumcmd;
    out.full = option_is_on(vacuum.options, "full");
    out.analyze = !vacuum.is_vacuumcmd || option_is_on(vacuum.options, "analyze");
    const auto* truncate = option_of(vacuum.options, "truncate");
    out.truncate = !truncate || is_true(*truncate);
    for (const auto* relation : items<VacuumRelation>(vacuum.rels))
        if (relation->relation) out.tables.push_back(range_use(relation->relation, RangeUse::How::read, place));
    return out;
}

Action lower_refresh(const RefreshMatViewStmt& refresh) {
    return RefreshMaterializedView{name_of(refresh.relation), refresh.concurrent, refresh.skipData};
}

namespace {

// GRANT ... ON ALL TABLES IN SCHEMA names schemas, not tables.
Grant rights_of(const GrantStmt& grant) {
    Grant out;
    out.revoke = !grant.is_grant;
    out.option_only = !grant.is_grant && grant.grant_option;
    out.object = grant.targtype == ACL_TARGET_OBJECT ? object_type_of(grant.objtype) : ObjectType::schema;
    if (grant.targtype == ACL_TARGET_ALL_IN_SCHEMA) out.all_of = object_type_of(grant.objtype);
    for (const Node* object : items(grant.objects)) out.names.push_back(name_of_object(object));
    for (const auto* privilege : items<AccessPriv>(grant.privileges))
        out.privileges.push_back(text_of(privilege->priv_name));
    if (out.privileges.empty()) out.privileges.push_back("all");
    for (const auto* grantee : items<RoleSpec>(grant.grantees)) out.grantees.push_back(role_of(grantee));
    return out;
}

}  // namespace

Action lower_grant(const GrantStmt& grant) { return rights_of(grant); }

Action lower_default_privileges(const AlterDefaultPrivilegesStmt& alter) {
    DefaultPrivileges out{rights_of(*alter.action), {}, {}};
    out.rights.object = object_type_of(alter.action->objtype);
    if (const DefElem* makers = option_of(alter.options, "roles"))
        for (const auto* role : items<RoleSpec>(&as<List>(makers->arg))) out.makers.push_back(role_of(role));
    if (const DefElem* schemas = option_of(alter.options, "schemas")) out.schemas = strings_of(&as<List>(schemas->arg));
    return out;
}

}  // namespace pgfence
