#include "analyze/lower/unanswered.h"

#include "analyze/lower/lowering.h"
#include "core/text.h"

namespace pgfence {
namespace {

/// Settings that only say what is logged, how much memory there is, or which plan is taken; and an application's own,
/// which have a dot in their names.
bool changes_no_meaning(std::string_view setting) {
    constexpr std::array<std::string_view, 12> kPrefixes{
        "log_",      "track_",   "enable_", "auto_explain.", "pg_stat_statements.", "jit", "autovacuum", "app.", "app_",
        "settings.", "request.", "my."};
    constexpr std::array<std::string_view, 27> kNames{"application_name",
                                                      "client_min_messages",
                                                      "cpu_index_tuple_cost",
                                                      "cpu_operator_cost",
                                                      "cpu_tuple_cost",
                                                      "default_statistics_target",
                                                      "effective_cache_size",
                                                      "effective_io_concurrency",
                                                      "from_collapse_limit",
                                                      "hash_mem_multiplier",
                                                      "join_collapse_limit",
                                                      "logical_decoding_work_mem",
                                                      "maintenance_io_concurrency",
                                                      "maintenance_work_mem",
                                                      "max_parallel_maintenance_workers",
                                                      "max_parallel_workers",
                                                      "max_parallel_workers_per_gather",
                                                      "max_wal_size",
                                                      "min_wal_size",
                                                      "parallel_setup_cost",
                                                      "parallel_tuple_cost",
                                                      "random_page_cost",
                                                      "seq_page_cost",
                                                      "temp_buffers",
                                                      "vacuum_cost_limit",
                                                      "work_mem",
                                                      "checkpoint_timeout"};
    return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](auto prefix) { return setting.starts_with(prefix); }) ||
           std::find(kNames.begin(), kNames.end(), setting) != kNames.end();
}

std::string of_setting(const VariableSetStmt* set, std::string_view whose) {
    if (!set) return {};
    if (set->kind == VAR_RESET_ALL) return "it resets all settings of " + std::string(whose);
    const std::string name = lower_case(text_of(set->name));
    if (changes_no_meaning(name)) return {};
    return "it changes " + name + " for " + std::string(whose) + ", and so what running code gets";
}

std::string of_copy(const CopyStmt& copy) {
    if (copy.is_program) return "COPY ... PROGRAM runs a program of the server's machine";
    if (copy.filename && !copy.is_from) return "it writes a file of the server's machine";
    return {};
}

/// Attributes that are taken away, or that a session needs to begin.
std::string of_role(const AlterRoleStmt& alter) {
    if (alter.action < 0) return "members of the role lose its rights";
    for (const auto* option : items<DefElem>(alter.options)) {
        const std::string_view name = option->defname ? option->defname : "";
        if (name == "password" || name == "validUntil" || name == "connectionlimit")
            return "it changes who may log in with the role, and how";
        const bool takes = name == "canlogin" || name == "superuser" || name == "createdb" || name == "createrole" ||
                           name == "inherit" || name == "isreplication" || name == "bypassrls";
        if (takes && !is_true(*option)) return "the role loses an attribute that running code may need";
        if (name == "superuser" || name == "bypassrls") return "the role reads rows that were hidden from it";
    }
    return {};
}

/// GRANT ... WITH INHERIT FALSE changes a membership that is there already (16).
std::string of_membership(const GrantRoleStmt& grant) {
    for (const auto* option : items<DefElem>(grant.opt))
        if (grant.is_grant && !is_true(*option))
            return "those who are members already lose what the option takes from them";
    constexpr std::array<std::string_view, 5> kAll{"pg_read_all_data", "pg_write_all_data", "pg_read_server_files",
                                                   "pg_write_server_files", "pg_execute_server_program"};
    for (const auto* role : items<AccessPriv>(grant.granted_roles))
        if (grant.is_grant && role->priv_name && std::find(kAll.begin(), kAll.end(), role->priv_name) != kAll.end())
            return "members of " + std::string(role->priv_name) + " reach all tables, or files of the server";
    return {};
}

std::string of_sequence(const AlterSeqStmt& alter) {
    const auto* cycle = option_of(alter.options, "cycle");
    if (!cycle || !is_true(*cycle)) return {};
    return "at its end the sequence begins again, with numbers that rows may have";
}

/// Options that only say how rows are fetched.
std::string of_server(const AlterForeignServerStmt& alter) {
    constexpr std::array<std::string_view, 9> kFetching{"fetch_size",       "batch_size",      "use_remote_estimate",
                                                        "fdw_startup_cost", "fdw_tuple_cost",  "async_capable",
                                                        "keep_connections", "parallel_commit", "parallel_abort"};
    for (const auto* option : items<DefElem>(alter.options))
        if (std::find(kFetching.begin(), kFetching.end(), option->defname ? option->defname : "") == kFetching.end())
            return "foreign tables of the server are read and written elsewhere afterwards";
    return {};
}

std::string of_function(const CreateFunctionStmt& function) {
    const auto* language = option_of(function.options, "language");
    if (!language || lower_case(value_of(language->arg)) != "c") return {};
    return "the server loads a library, and what a function in C does is not known";
}

std::string of_subscription(const CreateSubscriptionStmt& create) {
    for (const std::string_view off : {"connect", "enabled", "copy_data"})
        if (const auto* option = option_of(create.options, off); option && off != "copy_data" && !is_true(*option))
            return {};
    return "rows of another server are copied into the tables of this one";
}

}  // namespace

std::string unanswered(const Node* n) {
    switch (nodeTag(n)) {
        case T_CopyStmt: return of_copy(as<CopyStmt>(n));
        case T_AlterTableMoveAllStmt: return "it moves every relation of a tablespace, whichever there are";
        case T_LoadStmt: return "LOAD runs code of a library in the server";
        case T_CreateFunctionStmt: return of_function(as<CreateFunctionStmt>(n));
        case T_AlterSystemStmt: return of_setting(as<AlterSystemStmt>(n).setstmt, "the whole server");
        case T_AlterDatabaseSetStmt:
            return of_setting(as<AlterDatabaseSetStmt>(n).setstmt, "new sessions of a database");
        case T_AlterRoleSetStmt: return of_setting(as<AlterRoleSetStmt>(n).setstmt, "new sessions of a role");
        case T_AlterRoleStmt: return of_role(as<AlterRoleStmt>(n));
        case T_AlterSeqStmt: return of_sequence(as<AlterSeqStmt>(n));
        case T_GrantRoleStmt: return of_membership(as<GrantRoleStmt>(n));
        case T_DropRoleStmt: return "logins with the role fail, and its members lose its rights";
        case T_RenameStmt:
            if (as<RenameStmt>(n).renameType == OBJECT_DATABASE) return "connections by the database's old name fail";
            return as<RenameStmt>(n).renameType == OBJECT_ROLE ? "logins by the role's old name fail" : "";
        case T_AlterDatabaseStmt: return "it changes who may connect to a database, or where it is stored";
        case T_CreateSubscriptionStmt: return of_subscription(as<CreateSubscriptionStmt>(n));
        case T_AlterSubscriptionStmt: return "it changes which rows of another server come into the tables of this one";
        case T_DropSubscriptionStmt: return "rows of another server no longer come into the tables of this one";
        case T_AlterForeignServerStmt: return of_server(as<AlterForeignServerStmt>(n));
        case T_AlterUserMappingStmt:
        case T_DropUserMappingStmt: return "it changes who may read and write foreign tables";
        case T_AlterFdwStmt: return "foreign tables are read and written in another way afterwards";
        case T_AlterTypeStmt: return "values of the type are sent, stored or read in another way afterwards";
        case T_AlterOpFamilyStmt: return "indexes that use the operator family may sort in another way afterwards";
        case T_CreateConversionStmt:
            return as<CreateConversionStmt>(n).def ? "text is sent to clients in another way afterwards" : "";
        case T_CreateCastStmt:
            return as<CreateCastStmt>(n).context == COERCION_IMPLICIT
                       ? "queries of running code may mean another thing afterwards"
                       : "";
        default: return {};
    }
}

}  // namespace pgfence
