// The command tag PostgreSQL prints, as utility.c CreateCommandTag chooses it.

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

std::string object_words(::ObjectType type) {
    switch (type) {
        case OBJECT_ACCESS_METHOD: return "ACCESS METHOD";
        case OBJECT_AGGREGATE: return "AGGREGATE";
        case OBJECT_CAST: return "CAST";
        case OBJECT_COLLATION: return "COLLATION";
        case OBJECT_CONVERSION: return "CONVERSION";
        case OBJECT_DATABASE: return "DATABASE";
        case OBJECT_DOMAIN:
        case OBJECT_DOMCONSTRAINT: return "DOMAIN";
        case OBJECT_EVENT_TRIGGER: return "EVENT TRIGGER";
        case OBJECT_EXTENSION: return "EXTENSION";
        case OBJECT_FDW: return "FOREIGN DATA WRAPPER";
        case OBJECT_FOREIGN_SERVER: return "SERVER";
        case OBJECT_FOREIGN_TABLE: return "FOREIGN TABLE";
        case OBJECT_FUNCTION: return "FUNCTION";
        case OBJECT_INDEX: return "INDEX";
        case OBJECT_LANGUAGE: return "LANGUAGE";
        case OBJECT_LARGEOBJECT: return "LARGE OBJECT";
        case OBJECT_MATVIEW: return "MATERIALIZED VIEW";
        case OBJECT_OPCLASS: return "OPERATOR CLASS";
        case OBJECT_OPERATOR: return "OPERATOR";
        case OBJECT_OPFAMILY: return "OPERATOR FAMILY";
        case OBJECT_POLICY: return "POLICY";
        case OBJECT_PROCEDURE: return "PROCEDURE";
        case OBJECT_PUBLICATION: return "PUBLICATION";
        case OBJECT_ROLE: return "ROLE";
        case OBJECT_ROUTINE: return "ROUTINE";
        case OBJECT_RULE: return "RULE";
        case OBJECT_SCHEMA: return "SCHEMA";
        case OBJECT_SEQUENCE: return "SEQUENCE";
        case OBJECT_STATISTIC_EXT: return "STATISTICS";
        case OBJECT_SUBSCRIPTION: return "SUBSCRIPTION";
        case OBJECT_TABLESPACE: return "TABLESPACE";
        case OBJECT_TRANSFORM: return "TRANSFORM";
        case OBJECT_TRIGGER: return "TRIGGER";
        case OBJECT_TSCONFIGURATION: return "TEXT SEARCH CONFIGURATION";
        case OBJECT_TSDICTIONARY: return "TEXT SEARCH DICTIONARY";
        case OBJECT_TSPARSER: return "TEXT SEARCH PARSER";
        case OBJECT_TSTEMPLATE: return "TEXT SEARCH TEMPLATE";
        case OBJECT_ATTRIBUTE:
        case OBJECT_TYPE: return "TYPE";
        case OBJECT_VIEW: return "VIEW";
        default: return "TABLE";
    }
}

std::string transaction_tag(TransactionStmtKind kind) {
    switch (kind) {
        case TRANS_STMT_BEGIN: return "BEGIN";
        case TRANS_STMT_START: return "START TRANSACTION";
        case TRANS_STMT_COMMIT: return "COMMIT";
        case TRANS_STMT_ROLLBACK:
        case TRANS_STMT_ROLLBACK_TO: return "ROLLBACK";
        case TRANS_STMT_SAVEPOINT: return "SAVEPOINT";
        case TRANS_STMT_RELEASE: return "RELEASE";
        case TRANS_STMT_PREPARE: return "PREPARE TRANSACTION";
        case TRANS_STMT_COMMIT_PREPARED: return "COMMIT PREPARED";
        case TRANS_STMT_ROLLBACK_PREPARED: return "ROLLBACK PREPARED";
    }
    return "???";
}

std::string rename_tag(const RenameStmt& rename) {
    const bool part = rename.renameType == OBJECT_COLUMN || rename.renameType == OBJECT_ATTRIBUTE;
    return "ALTER " + object_words(part ? rename.relationType : rename.renameType);
}

std::string create_table_as_tag(const CreateTableAsStmt& create) {
    if (create.objtype == OBJECT_MATVIEW) return "CREATE MATERIALIZED VIEW";
    return create.is_select_into ? "SELECT INTO" : "CREATE TABLE AS";
}

std::string discard_tag(DiscardMode target) {
    switch (target) {
        case DISCARD_ALL: return "DISCARD ALL";
        case DISCARD_PLANS: return "DISCARD PLANS";
        case DISCARD_SEQUENCES: return "DISCARD SEQUENCES";
        case DISCARD_TEMP: return "DISCARD TEMP";
    }
    return "DISCARD";
}

std::string set_tag(VariableSetKind kind) { return kind == VAR_RESET || kind == VAR_RESET_ALL ? "RESET" : "SET"; }

/// Tags that depend on more than the kind of node.
std::string particular_tag(const Node* n) {
    switch (nodeTag(n)) {
        case T_SelectStmt: return into_of(as<SelectStmt>(n)) ? "SELECT INTO" : "SELECT";
        case T_TransactionStmt: return transaction_tag(as<TransactionStmt>(n).kind);
        case T_AlterTableStmt: return "ALTER " + object_words(as<AlterTableStmt>(n).objtype);
        case T_AlterTableMoveAllStmt: return "ALTER " + object_words(as<AlterTableMoveAllStmt>(n).objtype);
        case T_RenameStmt: return rename_tag(as<RenameStmt>(n));
        case T_AlterObjectSchemaStmt: return "ALTER " + object_words(as<AlterObjectSchemaStmt>(n).objectType);
        case T_AlterOwnerStmt: return "ALTER " + object_words(as<AlterOwnerStmt>(n).objectType);
        case T_AlterObjectDependsStmt: return "ALTER " + object_words(as<AlterObjectDependsStmt>(n).objectType);
        case T_AlterFunctionStmt: return "ALTER " + object_words(as<AlterFunctionStmt>(n).objtype);
        case T_DropStmt: return "DROP " + object_words(as<DropStmt>(n).removeType);
        case T_DefineStmt: return "CREATE " + object_words(as<DefineStmt>(n).kind);
        case T_CreateFunctionStmt:
            return as<CreateFunctionStmt>(n).is_procedure ? "CREATE PROCEDURE" : "CREATE FUNCTION";
        case T_CreateTableAsStmt: return create_table_as_tag(as<CreateTableAsStmt>(n));
        case T_VacuumStmt: return as<VacuumStmt>(n).is_vacuumcmd ? "VACUUM" : "ANALYZE";
        case T_GrantStmt: return as<GrantStmt>(n).is_grant ? "GRANT" : "REVOKE";
        case T_GrantRoleStmt: return as<GrantRoleStmt>(n).is_grant ? "GRANT ROLE" : "REVOKE ROLE";
        case T_VariableSetStmt: return set_tag(as<VariableSetStmt>(n).kind);
        case T_DiscardStmt: return discard_tag(as<DiscardStmt>(n).target);
        case T_DeallocateStmt: return as<DeallocateStmt>(n).name ? "DEALLOCATE" : "DEALLOCATE ALL";
        case T_FetchStmt: return as<FetchStmt>(n).ismove ? "MOVE" : "FETCH";
        case T_ClosePortalStmt: return as<ClosePortalStmt>(n).portalname ? "CLOSE CURSOR" : "CLOSE CURSOR ALL";
        case T_AlterOpFamilyStmt: return "ALTER OPERATOR FAMILY";
        default: return {};
    }
}

std::string plain_tag(NodeTag tag) {
    // clang-format off
    switch (tag) {
        case T_InsertStmt: return "INSERT";                             case T_UpdateStmt: return "UPDATE";
        case T_DeleteStmt: return "DELETE";                             case T_MergeStmt: return "MERGE";
        case T_CopyStmt: return "COPY";                                 case T_ExplainStmt: return "EXPLAIN";
        case T_CreateStmt: return "CREATE TABLE";                       case T_CreateForeignTableStmt: return "CREATE FOREIGN TABLE";
        case T_ViewStmt: return "CREATE VIEW";                          case T_IndexStmt: return "CREATE INDEX";
        case T_CreateTrigStmt: return "CREATE TRIGGER";                 case T_CreatePolicyStmt: return "CREATE POLICY";
        case T_AlterPolicyStmt: return "ALTER POLICY";                  case T_RuleStmt: return "CREATE RULE";
        case T_CreateStatsStmt: return "CREATE STATISTICS";             case T_AlterStatsStmt: return "ALTER STATISTICS";
        case T_CreatePublicationStmt: return "CREATE PUBLICATION";      case T_AlterPublicationStmt: return "ALTER PUBLICATION";
        case T_CreateSubscriptionStmt: return "CREATE SUBSCRIPTION";    case T_AlterSubscriptionStmt: return "ALTER SUBSCRIPTION";
        case T_DropSubscriptionStmt: return "DROP SUBSCRIPTION";        case T_CreateExtensionStmt: return "CREATE EXTENSION";
        case T_AlterExtensionStmt: return "ALTER EXTENSION";            case T_AlterExtensionContentsStmt: return "ALTER EXTENSION";
        case T_CreateSeqStmt: return "CREATE SEQUENCE";                 case T_AlterSeqStmt: return "ALTER SEQUENCE";
        case T_CreateEnumStmt: return "CREATE TYPE";                    case T_CreateRangeStmt: return "CREATE TYPE";
        case T_CompositeTypeStmt: return "CREATE TYPE";                 case T_AlterEnumStmt: return "ALTER TYPE";
        case T_AlterTypeStmt: return "ALTER TYPE";                      case T_CreateDomainStmt: return "CREATE DOMAIN";
        case T_AlterDomainStmt: return "ALTER DOMAIN";                  case T_DoStmt: return "DO";
        case T_CallStmt: return "CALL";                                 case T_CreateSchemaStmt: return "CREATE SCHEMA";
        case T_TruncateStmt: return "TRUNCATE TABLE";                   case T_LockStmt: return "LOCK TABLE";
        case T_ReindexStmt: return "REINDEX";                           case T_ClusterStmt: return "CLUSTER";
        case T_RefreshMatViewStmt: return "REFRESH MATERIALIZED VIEW";  case T_CommentStmt: return "COMMENT";
        case T_SecLabelStmt: return "SECURITY LABEL";                   case T_AlterDefaultPrivilegesStmt: return "ALTER DEFAULT PRIVILEGES";
        case T_VariableShowStmt: return "SHOW";                         case T_ListenStmt: return "LISTEN";
        case T_UnlistenStmt: return "UNLISTEN";                         case T_NotifyStmt: return "NOTIFY";
        case T_PrepareStmt: return "PREPARE";                           case T_ExecuteStmt: return "EXECUTE";
        case T_DeclareCursorStmt: return "DECLARE CURSOR";              case T_CheckPointStmt: return "CHECKPOINT";
        case T_LoadStmt: return "LOAD";                                 case T_ConstraintsSetStmt: return "SET CONSTRAINTS";
        case T_CreatedbStmt: return "CREATE DATABASE";                  case T_DropdbStmt: return "DROP DATABASE";
        case T_AlterDatabaseStmt: return "ALTER DATABASE";              case T_AlterDatabaseSetStmt: return "ALTER DATABASE";
        case T_AlterDatabaseRefreshCollStmt: return "ALTER DATABASE";   case T_AlterSystemStmt: return "ALTER SYSTEM";
        case T_CreateTableSpaceStmt: return "CREATE TABLESPACE";        case T_DropTableSpaceStmt: return "DROP TABLESPACE";
        case T_AlterTableSpaceOptionsStmt: return "ALTER TABLESPACE";   case T_CreateRoleStmt: return "CREATE ROLE";
        case T_AlterRoleStmt: return "ALTER ROLE";                      case T_AlterRoleSetStmt: return "ALTER ROLE";
        case T_DropRoleStmt: return "DROP ROLE";                        case T_DropOwnedStmt: return "DROP OWNED";
        case T_ReassignOwnedStmt: return "REASSIGN OWNED";              case T_ImportForeignSchemaStmt: return "IMPORT FOREIGN SCHEMA";
        case T_CreateFdwStmt: return "CREATE FOREIGN DATA WRAPPER";     case T_AlterFdwStmt: return "ALTER FOREIGN DATA WRAPPER";
        case T_CreateForeignServerStmt: return "CREATE SERVER";         case T_AlterForeignServerStmt: return "ALTER SERVER";
        case T_CreateUserMappingStmt: return "CREATE USER MAPPING";     case T_AlterUserMappingStmt: return "ALTER USER MAPPING";
        case T_DropUserMappingStmt: return "DROP USER MAPPING";         case T_CreateAmStmt: return "CREATE ACCESS METHOD";
        case T_CreatePLangStmt: return "CREATE LANGUAGE";               case T_CreateCastStmt: return "CREATE CAST";
        case T_CreateConversionStmt: return "CREATE CONVERSION";        case T_CreateTransformStmt: return "CREATE TRANSFORM";
        case T_CreateOpClassStmt: return "CREATE OPERATOR CLASS";       case T_CreateOpFamilyStmt: return "CREATE OPERATOR FAMILY";
        case T_AlterOperatorStmt: return "ALTER OPERATOR";              case T_AlterCollationStmt: return "ALTER COLLATION";
        case T_CreateEventTrigStmt: return "CREATE EVENT TRIGGER";      case T_AlterEventTrigStmt: return "ALTER EVENT TRIGGER";
        case T_AlterTSDictionaryStmt: return "ALTER TEXT SEARCH DICTIONARY";
        case T_AlterTSConfigurationStmt: return "ALTER TEXT SEARCH CONFIGURATION";
        default: return "???";
    }
    // clang-format on
}

}  // namespace

std::string command_tag(const Node* statement) {
    auto tag = particular_tag(statement);
    return tag.empty() ? plain_tag(nodeTag(statement)) : tag;
}

}  // namespace pgfence
