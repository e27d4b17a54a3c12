#pragma once
// One function per kind of statement, each in the file of its family; model.cpp sends every action to its own.

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/model/answer.h"
#include "core/action.h"

namespace pgfence {

// alter_table.cpp
void model_alter_table(Answer&, const AlterTable&);
// alter_partition.cpp; `table` is the partitioned table, null when it is not in the catalog
void attach_partition(Answer&, const Relation* table, const AlterTableCmd&, std::size_t command);
void detach_partition(Answer&, const Relation* table, const AlterTableCmd&, std::size_t command);
/// check_default_partition_contents: what the new bound takes must not be in the default partition.
void scan_default_partition(Answer&, const Relation& partitioned, const Relation& of_default,
                            const std::optional<PartitionBound>& bound, std::size_t command = Work::npos);
// create_table.cpp
void model_create_table(Answer&, const CreateTable&);
void model_create_table_as(Answer&, const CreateTableAs&);
// row_layout.cpp
/// Bytes of a row without nulls that another order of the columns would save, as far as one can know.
int padding_of(const std::vector<ColumnDef>& columns, int version);
// drop.cpp
void model_drop(Answer&, const Drop&);
void model_drop_owned(Answer&, const DropOwned&);
void model_truncate(Answer&, const Truncate&);
// index.cpp
void model_create_index(Answer&, const CreateIndex&);
void model_reindex(Answer&, const Reindex&);
void model_cluster(Answer&, const Cluster&);
void model_repack(Answer&, const Repack&);
void model_vacuum(Answer&, const Vacuum&);
// query.cpp
void model_dml(Answer&, const Dml&);
bool is_system_catalog(const Name& name);
/// What a function of an extension does to a table as a whole.
void model_extension_call(Answer&, const FunctionUse&);
void model_create_view(Answer&, const CreateView&);
/// Columns that a query shows of tables that lack them.
void refuse_unknown_columns(Answer&, const std::vector<ShownColumn>& shown);
void model_refresh_materialized_view(Answer&, const RefreshMaterializedView&);
void model_lock_table(Answer&, const LockTable&);
/// Locks of a query's relations; `reads` also says that they are read in full to produce a stored result.
void lock_query(Answer&, const Query&, Cause read_in_full, bool reads);
/// Parsed and rewritten, not planned (PREPARE, the body of a function in SQL): only what the query names is locked.
void lock_parsed(Answer&, const Query&);
// sequence_use.cpp
void lock_sequences_in_use(Answer&, const Dml&);
/// Of the text of a string: 'public.orders_id_seq'.
Name name_of_sequence(std::string text);
// depended_on.cpp
/// Relations that a stored expression of the table names: nextval('s'), 't'::regclass, the type of (c).field. `table`:
/// null when it is new.
void lock_depended_on(Answer&, const Expr& expr, const Relation* table);
void lock_depended_on(Answer&, const Constraint&, const Relation* table);
/// The same of a query that is stored or whose result is, and of what it shows.
void lock_depended_on(Answer&, const Query&, const ColumnsUsed&);
/// A composite type, or the row of a table, that a new column has: inside arrays, domains and other such types too.
void lock_row_type(Answer&, const TypeName&);
void lock_row_types_of(Answer&, const Relation& relation);
/// What a new table has of another one, by LIKE, INHERITS or as its partition.
void lock_copied_from(Answer&, const Relation& parent, bool defaults);
// enum_values.cpp
void refuse_uncommitted_values(Answer&, const Query&);
void refuse_uncommitted_values(Answer&, const AlterTable&);
void refuse_uncommitted_values(Answer&, const CreateTable&);
// type.cpp
void model_create_type(Answer&, const Name&);
void model_create_composite(Answer&, const CreateCompositeType&);
void model_create_domain(Answer&, const CreateDomain&);
void model_alter_enum(Answer&, const AlterEnum&);
void model_alter_domain(Answer&, const AlterDomain&);
// other.cpp
void model_rename(Answer&, const Rename&);
void model_set_schema(Answer&, const SetSchema&);
void model_change_owner(Answer&, const ChangeOwner&);
void model_reassign_owned(Answer&, const ReassignOwned&);
void model_create_trigger(Answer&, const CreateTrigger&);
void model_policy_change(Answer&, const PolicyChange&);
void model_create_rule(Answer&, const CreateRule&);
void model_create_statistics(Answer&, const CreateStatistics&);
void model_publication_change(Answer&, const PublicationChange&);
void model_create_sequence(Answer&, const CreateSequence&);
void model_alter_sequence(Answer&, const AlterSequence&);
void model_create_function(Answer&, const CreateFunction&);
void model_do_block(Answer&, const DoBlock&);
void model_call(Answer&, const Call&);
void model_transaction(Answer&, const Transaction&);
void model_comment(Answer&, const Comment&);
void model_grant(Answer&, const Grant&);
void model_not_in_transaction(Answer&, const NotInTransaction&);
void model_unmodelled(Answer&, const Unmodelled&);

// ---- names_taken.cpp ----------------------------------------------------------------------------------------------

/// True: it is taken for sure.
bool refuse_taken_relation(Answer&, const Name& resolved);
void model_create_schema(Answer&, const CreateSchema&);
void refuse_taken_type(Answer&, const Name& resolved);
void refuse_taken_function(Answer&, const CreateFunction&);
/// Of a table: a trigger, policy or rule.
void refuse_taken_part(Answer&, ObjectType kind, const Name& table, const std::string& name);
void refuse_label(Answer&, const AlterEnum&);
void refuse_new_name(Answer&, const Rename&);

// ---- keys.cpp -------------------------------------------------------------------------------------------------------

/// A column of the referencing table, as it is or will be.
struct KeyColumn {
    const TypeName& type;
    const Name& collation;
};
using FindKeyColumn = std::function<std::optional<KeyColumn>(const std::string& column)>;
/// `of`: the table whose columns `find` has as they are by then, where it is known.
void compare_key_columns(Answer&, const Constraint& key, const std::vector<std::string>& columns,
                         const FindKeyColumn& find, std::size_t command, const Relation* of = nullptr);
/// ATAddForeignKeyConstraint: what it points at is no table, or no unique key of it. `referencing`: null when it is
/// new.
void refuse_key_without_target(Answer&, const Constraint& key, const Relation* referencing,
                               std::size_t command = Work::npos);
/// Two sides of a foreign key; true when it is not known.
bool may_be_compared(const TypeName& foreign, const TypeName& referenced, const Answer&);
/// `what`: "a primary key" or "a unique index"
void refuse_key_without_partition_key(Answer&, const PartitionKey&, const std::vector<std::string>& columns,
                                      std::string_view what, std::size_t command = Work::npos);

/// DefineIndex goes down to the partitions: one may be partitioned by another column, or be a foreign table.
void refuse_key_on_partitions(Answer&, const Relation& partitioned, const std::vector<std::string>& columns,
                              std::size_t command = Work::npos);
/// ComputePartitionAttrs: what has no operator class to be sorted or hashed by is no partition key.
void refuse_partition_key(Answer&, const CreateTable&);
/// CheckAttributeType
void refuse_virtual_type(Answer&, const ColumnDef&, const FindKeyColumn& of_table, std::size_t command = Work::npos);

/// transformPartitionBound (parse_utilcmd.c), check_new_partition_bound (partbounds.c)
void refuse_unfit_bound(Answer&, const Relation& partitioned, const PartitionBound&, std::size_t command = Work::npos);

/// A permanent table's key points at no temporary table (alter_refusals.cpp).
void refuse_key_to_other_persistence(Answer&, Persistence referencing, const Constraint& key,
                                     std::size_t command = Work::npos);

// ---- index_fitness.cpp ----------------------------------------------------------------------------------------------

enum class IndexUse : std::uint8_t { order /* CLUSTER */, replica_identity, key };
/// True where the table's index of that name is refused.
bool refuse_index(Answer&, const Relation& table, const std::string& name, IndexUse, std::size_t command = Work::npos);

// ---- merged_child.cpp -----------------------------------------------------------------------------------------------

/// ATTACH PARTITION and INHERIT of what is no fit child.
void refuse_partition(Answer&, const Relation& parent, const Relation& child, std::size_t command);
void refuse_child(Answer&, const Relation& parent, const Relation& child, std::size_t command);
/// CREATE TABLE ... INHERITS and PARTITION OF: columns that the new table says again.
void refuse_redefined_columns(Answer&, const CreateTable&, const Relation& parent);

// ---- kinds.cpp ------------------------------------------------------------------------------------------------------

bool is_a(const Relation&, ObjectType);
/// "\"orders\" is not a view". True where it is another kind; null: not known.
bool refuse_other_kind(Answer&, const Relation*, ObjectType);
/// The same of several kinds: `what` names them.
bool refuse_unless(Answer&, const Relation&, bool fits, std::string_view what);

// ---- dependents.cpp -------------------------------------------------------------------------------------------------

/// A DROP without CASCADE of what others depend on (reportDependentObjects in dependency.c).
void refuse_drop_of_depended_on(Answer&, const Drop& drop);
/// Another relation of the view's query has, or may have, a column of that name.
bool may_name_another(const Catalog&, const Relation& view, RelationId table, const std::string& column);
bool shows(const Relation& view, RelationId table, const std::string& column);
/// Of a column, in each of the tables that lose it; `gone`: columns that go before it.
void refuse_drop_of_depended_on(Answer&, const std::vector<const Relation*>& tables, const std::string& column,
                                const std::set<std::string>& gone, std::size_t command);
/// What an expression of the table names, beside its own columns.
bool names(const PolicyInfo& policy, const std::string& column);
bool names(const TriggerInfo& trigger, const std::string& column);
bool reads_others(const PolicyInfo& policy);

// ---- shared by ALTER TABLE, CREATE TABLE and DROP -------------------------------------------------------------------

/// The referenced table of a foreign key and, when it is partitioned, its partitions (addFkRecurseReferenced).
void lock_referenced(Answer&, const Name& referenced, LockMode mode);
/// The partition's foreign key becomes part of its partitioned table's.
void lock_for_merge(Answer&, const Relation& partition, const Name& referenced);
/// The index of the key that a foreign key points at, on which it depends (recordMultipleDependencies).
void lock_referenced_key(Answer&, const Name& referenced, const std::vector<std::string>& columns);
/// An index that migrations made on a table which none of them made; null: none of the name was heard of.
const Relation* told_index(const Answer&, const Name& written);
void lock_told_table(Answer&, const Relation& told_index, LockMode mode);
/// Null: it is not known, or has none.
const Relation* index_of_referenced_key(const Catalog&, const Name& referenced,
                                        const std::vector<std::string>& columns);
/// The same for the indexes that a foreign key's own queries (ri_triggers.c) make the planner open.
void lock_referenced_indexes(Answer&, const Name& referenced, LockMode mode);
/// RI_Initial_Check joins the two tables: the planner opens the indexes of both.
void lock_indexes_of_initial_check(Answer&, const Relation& referencing, const Name& referenced);
/// Foreign keys that rows of the table may be referenced by: those to it, and to the partitioned tables above it.
std::vector<Catalog::Referencing> keys_to_rows_of(const Catalog&, const Relation& table);
/// A foreign key depends on the index of the key that it points at, and so on what that includes.
bool points_at_index_with(const Catalog&, const Relation& referenced, const TableConstraint& key,
                          const std::string& column);
/// Dropping a foreign key removes its triggers from the other table too (RemoveTriggerById): AccessExclusive there.
/// Before 15 partitioned tables have none.
void lock_tables_of_foreign_key(Answer&, const TableConstraint& key);
/// A partition's key is taken for its part of the partitioned table's when they say the same
/// (tryAttachPartitionForeignKey); its own triggers go then.
bool may_share_key(const TableConstraint& own, const TableConstraint& parents, int version);
/// What a partitioned table has that a new partition takes part in: indexes, and foreign keys that point at it.
void lock_for_new_partition(Answer&, const Relation& partitioned);
void lock_parts_of_index(Answer&, const Relation& index, LockMode mode);
/// ATExecChangeOwner goes on to the table's indexes and the sequences it owns.
void lock_parts_for_new_owner(Answer&, const Relation& table);
/// Tables OF the composite type and what inherits from them: what CASCADE of ALTER TYPE reaches.
std::vector<const Relation*> lock_typed_tables(Answer&, const Relation& composite_type);

}  // namespace pgfence
