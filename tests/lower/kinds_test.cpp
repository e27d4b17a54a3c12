// Every kind of statement that the grammar makes is read, or is on the list of harmless ones below, or is unread.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>
#include <vector>

#include "analyze/lower/lower.h"
#include "analyze/lower/pg.h"

namespace pgfence {
namespace {

enum class Treated { read, harmless, unread };

struct Case {
    NodeTag tag;
    const char* sql;
    Treated treated;
};

using enum Treated;

const Case kCases[] = {
    {T_InsertStmt, "INSERT INTO t VALUES (1)", read},
    {T_DeleteStmt, "DELETE FROM t", read},
    {T_UpdateStmt, "UPDATE t SET a = 1", read},
    {T_MergeStmt, "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE", read},
    {T_SelectStmt, "SELECT 1", read},
    {T_CreateSchemaStmt, "CREATE SCHEMA s", read},
    {T_AlterTableStmt, "ALTER TABLE t ADD a int", read},
    {T_AlterCollationStmt, "ALTER COLLATION c REFRESH VERSION", harmless},
    {T_AlterDomainStmt, "ALTER DOMAIN d SET NOT NULL", read},
    {T_GrantStmt, "REVOKE ALL ON t FROM r", read},
    {T_GrantRoleStmt, "GRANT a TO b", harmless},
    {T_GrantRoleStmt, "REVOKE a FROM b", harmless},  // revoke-privilege speaks of it
    {T_AlterDefaultPrivilegesStmt, "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r", read},
    {T_CopyStmt, "COPY t FROM STDIN", read},
    {T_CopyStmt, "COPY t FROM '/tmp/x'", read},
    {T_CopyStmt, "COPY t TO STDOUT", read},
    {T_CopyStmt, "COPY t TO '/tmp/x'", unread},
    {T_CopyStmt, "COPY t FROM PROGRAM 'x'", unread},
    {T_CopyStmt, "COPY (SELECT 1) TO PROGRAM 'x'", unread},
    {T_VariableSetStmt, "SET a.b = 1", read},
    {T_VariableSetStmt, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", harmless},
    {T_VariableShowStmt, "SHOW work_mem", harmless},
    {T_CreateStmt, "CREATE TABLE t (a int)", read},
    {T_CreateTableSpaceStmt, "CREATE TABLESPACE s LOCATION '/x'", harmless},
    {T_DropTableSpaceStmt, "DROP TABLESPACE s", harmless},
    {T_AlterTableSpaceOptionsStmt, "ALTER TABLESPACE s SET (seq_page_cost = 1)", harmless},
    {T_AlterTableMoveAllStmt, "ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b", unread},
    {T_CreateExtensionStmt, "CREATE EXTENSION e", read},
    {T_AlterExtensionStmt, "ALTER EXTENSION e UPDATE", unread},
    {T_AlterExtensionContentsStmt, "ALTER EXTENSION e DROP TABLE t", unread},
    {T_CreateFdwStmt, "CREATE FOREIGN DATA WRAPPER w", harmless},
    {T_AlterFdwStmt, "ALTER FOREIGN DATA WRAPPER w NO HANDLER", unread},
    {T_CreateForeignServerStmt, "CREATE SERVER s FOREIGN DATA WRAPPER w", harmless},
    {T_AlterForeignServerStmt, "ALTER SERVER s OPTIONS (SET host 'x')", unread},
    {T_AlterForeignServerStmt, "ALTER SERVER s OPTIONS (SET fetch_size '10')", harmless},
    {T_CreateForeignTableStmt, "CREATE FOREIGN TABLE t (a int) SERVER s", read},
    {T_CreateUserMappingStmt, "CREATE USER MAPPING FOR r SERVER s", harmless},
    {T_AlterUserMappingStmt, "ALTER USER MAPPING FOR r SERVER s OPTIONS (SET user 'x')", unread},
    {T_DropUserMappingStmt, "DROP USER MAPPING FOR r SERVER s", unread},
    {T_ImportForeignSchemaStmt, "IMPORT FOREIGN SCHEMA a FROM SERVER s INTO b", unread},
    {T_CreatePolicyStmt, "CREATE POLICY p ON t", read},
    {T_AlterPolicyStmt, "ALTER POLICY p ON t USING (true)", read},
    {T_CreateAmStmt, "CREATE ACCESS METHOD a TYPE INDEX HANDLER h", read},
    {T_CreateTrigStmt, "CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f()", read},
    {T_CreateEventTrigStmt, "CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f()", read},
    {T_AlterEventTrigStmt, "ALTER EVENT TRIGGER e DISABLE", read},
    {T_CreatePLangStmt, "CREATE LANGUAGE plx HANDLER h", read},
    {T_CreateRoleStmt, "CREATE ROLE r", harmless},
    {T_AlterRoleStmt, "ALTER ROLE r NOLOGIN", unread},
    {T_AlterRoleStmt, "ALTER ROLE r PASSWORD 'x'", unread},
    {T_AlterRoleStmt, "ALTER GROUP g DROP USER u", unread},
    {T_AlterRoleStmt, "ALTER ROLE r CREATEDB", harmless},
    {T_AlterRoleSetStmt, "ALTER ROLE r SET search_path = s", unread},
    {T_AlterRoleSetStmt, "ALTER ROLE r RESET ALL", unread},
    {T_AlterRoleSetStmt, "ALTER ROLE r SET work_mem = '1GB'", harmless},
    {T_DropRoleStmt, "DROP ROLE r", unread},
    {T_CreateSeqStmt, "CREATE SEQUENCE q", read},
    {T_AlterSeqStmt, "ALTER SEQUENCE q RESTART", read},
    {T_DefineStmt, "CREATE TEXT SEARCH CONFIGURATION c (COPY = english)", harmless},
    {T_DefineStmt, "CREATE COLLATION c (locale = 'C')", read},
    {T_CreateDomainStmt, "CREATE DOMAIN d AS int", read},
    {T_CreateOpClassStmt, "CREATE OPERATOR CLASS c FOR TYPE int USING btree AS OPERATOR 1 <", read},
    {T_CreateOpFamilyStmt, "CREATE OPERATOR FAMILY f USING btree", harmless},
    {T_AlterOpFamilyStmt, "ALTER OPERATOR FAMILY f USING btree ADD OPERATOR 1 < (int, int)", unread},
    {T_DropStmt, "DROP TABLE t", read},
    {T_TruncateStmt, "TRUNCATE t", read},
    {T_CommentStmt, "COMMENT ON TABLE t IS 'x'", read},
    {T_SecLabelStmt, "SECURITY LABEL ON TABLE t IS 'x'", unread},
    {T_DeclareCursorStmt, "DECLARE c CURSOR FOR SELECT 1", read},
    {T_ClosePortalStmt, "CLOSE c", harmless},
    {T_FetchStmt, "FETCH c", harmless},
    {T_IndexStmt, "CREATE INDEX i ON t (a)", read},
    {T_CreateStatsStmt, "CREATE STATISTICS s ON a, b FROM t", read},
    {T_AlterStatsStmt, "ALTER STATISTICS s SET STATISTICS 1", harmless},
    {T_CreateFunctionStmt, "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", read},
    {T_CreateFunctionStmt, "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'lib', 'f'", unread},
    {T_CreateFunctionStmt, "CREATE FUNCTION f() RETURNS int LANGUAGE 'C' AS 'lib', 'f'", unread},
    {T_AlterFunctionStmt, "ALTER FUNCTION f() PARALLEL SAFE", harmless},
    {T_DoStmt, "DO 'BEGIN END'", read},
    {T_CallStmt, "CALL p()", read},
    {T_RenameStmt, "ALTER TABLE t RENAME TO u", read},
    {T_RenameStmt, "ALTER DATABASE d RENAME TO e", unread},
    {T_RenameStmt, "ALTER ROLE r RENAME TO q", unread},
    {T_AlterObjectDependsStmt, "ALTER FUNCTION f() DEPENDS ON EXTENSION e", unread},
    {T_AlterObjectSchemaStmt, "ALTER TABLE t SET SCHEMA s", read},
    {T_AlterOwnerStmt, "ALTER FUNCTION f() OWNER TO r", read},
    {T_AlterOperatorStmt, "ALTER OPERATOR + (int, int) SET (RESTRICT = NONE)", harmless},
    {T_AlterTypeStmt, "ALTER TYPE x SET (STORAGE = plain)", unread},
    {T_RuleStmt, "CREATE RULE r AS ON INSERT TO t DO NOTHING", read},
    {T_NotifyStmt, "NOTIFY c", harmless},
    {T_ListenStmt, "LISTEN c", harmless},
    {T_UnlistenStmt, "UNLISTEN c", harmless},
    {T_TransactionStmt, "COMMIT", read},
    {T_CompositeTypeStmt, "CREATE TYPE c AS (a int)", read},
    {T_CreateEnumStmt, "CREATE TYPE e AS ENUM ('a')", read},
    {T_CreateRangeStmt, "CREATE TYPE r AS RANGE (subtype = int)", read},
    {T_AlterEnumStmt, "ALTER TYPE e ADD VALUE 'b'", read},
    {T_ViewStmt, "CREATE VIEW v AS SELECT 1", read},
    {T_LoadStmt, "LOAD 'lib'", unread},
    {T_CreatedbStmt, "CREATE DATABASE d", harmless},
    {T_AlterDatabaseStmt, "ALTER DATABASE d ALLOW_CONNECTIONS false", unread},
    {T_AlterDatabaseRefreshCollStmt, "ALTER DATABASE d REFRESH COLLATION VERSION", harmless},
    {T_AlterDatabaseSetStmt, "ALTER DATABASE d SET default_transaction_read_only = on", unread},
    {T_AlterDatabaseSetStmt, "ALTER DATABASE d SET log_min_duration_statement = 10", harmless},
    {T_AlterDatabaseSetStmt, "ALTER DATABASE d SET app.key = 'x'", harmless},
    {T_DropdbStmt, "DROP DATABASE d", read},
    {T_AlterSystemStmt, "ALTER SYSTEM SET fsync = off", unread},
    {T_AlterSystemStmt, "ALTER SYSTEM SET work_mem = '1GB'", harmless},
    {T_ClusterStmt, "CLUSTER", read},
    {T_VacuumStmt, "VACUUM", read},
    {T_ExplainStmt, "EXPLAIN SELECT 1", read},
    {T_CreateTableAsStmt, "CREATE TABLE t AS SELECT 1", read},
    {T_RefreshMatViewStmt, "REFRESH MATERIALIZED VIEW m", read},
    {T_CheckPointStmt, "CHECKPOINT", harmless},
    {T_DiscardStmt, "DISCARD PLANS", harmless},
    {T_LockStmt, "LOCK TABLE t", read},
    {T_ConstraintsSetStmt, "SET CONSTRAINTS ALL IMMEDIATE", harmless},
    {T_ReindexStmt, "REINDEX DATABASE", read},
    {T_CreateConversionStmt, "CREATE CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM f", read},
    {T_CreateConversionStmt, "CREATE DEFAULT CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM f", unread},
    {T_CreateCastStmt, "CREATE CAST (a AS b) WITH INOUT AS IMPLICIT", unread},
    {T_CreateTransformStmt, "CREATE TRANSFORM FOR a LANGUAGE l (FROM SQL WITH FUNCTION f(internal))", read},
    {T_PrepareStmt, "PREPARE p AS SELECT 1", read},
    {T_DropOwnedStmt, "DROP OWNED BY r", read},
    {T_ReassignOwnedStmt, "REASSIGN OWNED BY a TO b", read},
    {T_AlterTSDictionaryStmt, "ALTER TEXT SEARCH DICTIONARY d (x = 1)", harmless},
    {T_AlterTSConfigurationStmt, "ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR word", harmless},
    {T_CreatePublicationStmt, "CREATE PUBLICATION p", read},
    {T_AlterPublicationStmt, "ALTER PUBLICATION p ADD TABLE t", read},
    {T_CreateSubscriptionStmt, "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", unread},
    {T_AlterSubscriptionStmt, "ALTER SUBSCRIPTION s DISABLE", unread},
    {T_DropSubscriptionStmt, "DROP SUBSCRIPTION s", unread},
};

/// What stands in parsenodes.h between the statements and is none, or none that anybody can write by itself.
const NodeTag kParts[] = {T_RawStmt,           T_SetOperationStmt,  T_ReturnStmt,          T_PLAssignStmt,
                          T_AlterTableCmd,     T_ATAlterConstraint, T_ReplicaIdentityStmt, T_ObjectWithArgs,
                          T_AccessPriv,        T_Constraint,        T_CreateOpClassItem,   T_StatsElem,
                          T_FunctionParameter, T_InlineCodeBlock,   T_CallContext,         T_VacuumRelation,
                          T_PublicationTable,  T_PublicationObjSpec};
/// EXECUTE and DEALLOCATE: what they do hangs on the PREPARE before.
const NodeTag kOfPrepared[] = {T_ExecuteStmt, T_DeallocateStmt};

NodeTag tag_of(const char* sql) {
    const ParseMemory memory;
    const auto result = pg_query_raw_parse(sql, 0);
    free(result.stderr_buffer);
    if (result.error) {
        FAIL(sql << ": " << result.error->message);
        pg_query_free_error(result.error);
    }
    return nodeTag(items<RawStmt>(result.tree)[0]->stmt);
}

Treated treated(const std::vector<Action>& actions) {
    const auto is_unread = [](const Action& a) { return std::holds_alternative<Unmodelled>(a); };
    const auto is_harmless = [](const Action& a) {
        return std::holds_alternative<Harmless>(a) || std::holds_alternative<NotInTransaction>(a);
    };
    if (std::any_of(actions.begin(), actions.end(), is_unread)) return unread;
    return std::all_of(actions.begin(), actions.end(), is_harmless) ? harmless : read;
}

}  // namespace

TEST_CASE("each kind of statement is read, harmless or unread") {
    for (const Case& c : kCases) {
        CAPTURE(c.sql);
        CHECK(tag_of(c.sql) == c.tag);
        const Lowered lowered = lower(c.sql);
        REQUIRE(lowered.statements.size() == 1);
        REQUIRE_FALSE(lowered.statements[0].actions.empty());
        CHECK(static_cast<int>(treated(lowered.statements[0].actions)) == static_cast<int>(c.treated));
        CHECK(lowered.statements[0].kind != "???");
    }
}

TEST_CASE("no kind of statement that the grammar has is left out") {
    std::set<int> known(std::begin(kParts), std::end(kParts));
    known.insert(std::begin(kOfPrepared), std::end(kOfPrepared));
    for (const Case& c : kCases) known.insert(c.tag);
    for (int tag = T_RawStmt; tag <= T_DropSubscriptionStmt; ++tag) {
        CAPTURE(tag);  // its number in nodes/nodetags.h of libpg_query
        CHECK(known.contains(tag));
    }
}

}  // namespace pgfence
