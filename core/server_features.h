#pragma once
// What a major of PostgreSQL can do that the ones before it could not, as rules, recipes and the model ask it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pgfence {

enum class Feature : std::uint8_t {
    attach_partition_beside_readers,
    check_proves_not_null,
    foreign_key_names_every_column,
    foreign_key_to_partitioned,
    generated_columns,
    nondeterministic_collations,
    reindex_concurrently,
    drop_expression,
    row_triggers_on_partitioned,
    detach_concurrently,
    reindex_moves_tablespace,
    replaced_triggers,
    reindex_partitioned,
    set_compression,
    cluster_partitioned,
    merge,
    nulls_not_distinct,
    publication_of_part,
    publication_of_schema,
    set_access_method,
    set_expression,
    named_not_null,
    not_enforced,
    not_valid_foreign_key_on_partitioned,
    virtual_generated_columns,
    alter_check_enforceability,
    checkpoint_options,
    null_treatment,
    on_conflict_do_select,
    publications_of_all_but,
    repack,
    set_expression_of_checked_virtual,
};

struct FeatureRow {
    Feature feature;
    int since;                ///< major
    std::string_view words;   ///< "... needs PostgreSQL 14 or later"
    std::string_view source;  ///< where PostgreSQL says so: its release notes, or the function that differs
};

// clang-format off
inline constexpr std::array<FeatureRow, 32> kFeatures{{
    {Feature::attach_partition_beside_readers,      12, "ATTACH PARTITION beside readers and writers",    "release 12: ATTACH PARTITION with reduced locking; AlterTableGetLockLevel"},
    {Feature::check_proves_not_null,                12, "a CHECK as proof of NOT NULL",                   "release 12: SET NOT NULL avoids unnecessary scans; NotNullImpliedByRelConstraints"},
    {Feature::foreign_key_names_every_column,       12, "a foreign key named after every column",         "release 12: default names of foreign keys; ChooseForeignKeyConstraintNameAddition"},
    {Feature::foreign_key_to_partitioned,           12, "a foreign key to a partitioned table",           "release 12: foreign keys to partitioned tables; ATAddForeignKeyConstraint"},
    {Feature::generated_columns,                    12, "a generated column",                             "release 12: GENERATED ALWAYS AS (...) STORED"},
    {Feature::nondeterministic_collations,          12, "a nondeterministic collation",                   "release 12: CREATE COLLATION (deterministic = false)"},
    {Feature::reindex_concurrently,                 12, "REINDEX CONCURRENTLY",                           "release 12: REINDEX CONCURRENTLY; ReindexRelationConcurrently"},
    {Feature::drop_expression,                      13, "DROP EXPRESSION",                                "release 13: ALTER COLUMN ... DROP EXPRESSION; ATExecDropExpression"},
    {Feature::row_triggers_on_partitioned,          13, "a BEFORE trigger for each row of a partitioned table", "release 13: BEFORE row triggers on partitioned tables; CreateTriggerFiringOn"},
    {Feature::detach_concurrently,                  14, "DETACH PARTITION CONCURRENTLY",                  "release 14: DETACH PARTITION CONCURRENTLY; ATExecDetachPartition"},
    {Feature::reindex_moves_tablespace,             14, "REINDEX (TABLESPACE ...)",                       "release 14: REINDEX changes the tablespace; ExecReindex"},
    {Feature::replaced_triggers,                    14, "CREATE OR REPLACE TRIGGER",                      "release 14: CREATE OR REPLACE TRIGGER"},
    {Feature::reindex_partitioned,                  14, "REINDEX of a partitioned index",                 "release 14: REINDEX of partitioned tables and indexes; ReindexPartitions"},
    {Feature::set_compression,                      14, "SET COMPRESSION",                                "release 14: COMPRESSION of a column; ATExecSetCompression"},
    {Feature::cluster_partitioned,                  15, "CLUSTER of a partitioned table",                 "release 15: CLUSTER of partitioned tables; cluster_rel"},
    {Feature::merge,                                15, "MERGE",                                          "release 15: MERGE; transformMergeStmt"},
    {Feature::nulls_not_distinct,                   15, "NULLS NOT DISTINCT",                             "release 15: UNIQUE NULLS NOT DISTINCT"},
    {Feature::publication_of_part,                  15, "a publication of some columns or rows of a table", "release 15: row filters and column lists of publications"},
    {Feature::publication_of_schema,                15, "a publication of all tables of a schema",        "release 15: FOR TABLES IN SCHEMA"},
    {Feature::set_access_method,                    15, "SET ACCESS METHOD",                              "release 15: SET ACCESS METHOD; ATPrepSetAccessMethod"},
    {Feature::set_expression,                       17, "SET EXPRESSION",                                 "release 17: SET EXPRESSION of a generated column; ATExecSetExpression"},
    {Feature::named_not_null,                       18, "ADD CONSTRAINT ... NOT NULL",                    "release 18: NOT NULL in pg_constraint, with a name and NOT VALID; ATExecAddConstraint"},
    {Feature::not_enforced,                         18, "NOT ENFORCED",                                   "release 18: CHECK and foreign keys NOT ENFORCED"},
    {Feature::not_valid_foreign_key_on_partitioned, 18, "a NOT VALID foreign key of a partitioned table", "release 18: NOT VALID foreign keys on partitioned tables; ATAddForeignKeyConstraint"},
    {Feature::virtual_generated_columns,            18, "a virtual generated column",                     "release 18: virtual generated columns"},
    {Feature::alter_check_enforceability,           19, "ALTER CONSTRAINT ... ENFORCED of a CHECK",       "release 19: ALTER CONSTRAINT ... [NOT] ENFORCED for CHECK constraints; ATExecAlterConstrEnforceability"},
    {Feature::checkpoint_options,                   19, "CHECKPOINT (...)",                               "release 19: CHECKPOINT accepts a list of options"},
    {Feature::null_treatment,                       19, "IGNORE NULLS and RESPECT NULLS",                 "release 19: window functions ignore NULLs"},
    {Feature::on_conflict_do_select,                19, "ON CONFLICT DO SELECT",                          "release 19: INSERT ... ON CONFLICT DO SELECT ... RETURNING"},
    {Feature::publications_of_all_but,              19, "ALL SEQUENCES, EXCEPT or SET ALL TABLES of a publication", "release 19: publications of all sequences, and that exclude tables"},
    {Feature::repack,                               19, "REPACK",                                         "release 19: REPACK replaces VACUUM FULL and CLUSTER; ExecRepack"},
    {Feature::set_expression_of_checked_virtual,    19, "SET EXPRESSION of a virtual column with a CHECK", "release 19: SET EXPRESSION on virtual columns with CHECK constraints; ATExecSetExpression"},
}};
// clang-format on

constexpr const FeatureRow& row_of(Feature feature) { return kFeatures[static_cast<std::size_t>(feature)]; }
constexpr int since(Feature feature) { return row_of(feature).since; }
constexpr bool has(int version, Feature feature) { return version >= since(feature); }

namespace detail {
constexpr bool in_order_of_the_enum() {
    for (std::size_t i = 0; i < kFeatures.size(); ++i)
        if (static_cast<std::size_t>(kFeatures[i].feature) != i) return false;
    return true;
}
}  // namespace detail
static_assert(detail::in_order_of_the_enum());

}  // namespace pgfence
