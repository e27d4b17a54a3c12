#pragma once
// What the replay files share: the steps that several statements are made of.

#include <string>
#include <vector>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/catalog/writable_catalog.h"
#include "core/server_behaviour.h"
#include "core/server_features.h"
#include "core/server_version.h"

namespace pgfence {

/// Where an action is replayed: the catalog and the major version that decides what it does.
struct Server {
    WritableCatalog& catalog;
    int version = kNewestServer;
};

// ---- replay.cpp ----
/// CREATE POLICY, or what ALTER POLICY says of one.
PolicyInfo made_by(const PolicyChange& action);
/// As find(). A name without a schema that the search_path does not have means the only relation of that name: many
/// runners set a search_path of their own, and what is in the history did run. Null when several have it.
const Relation* find_anywhere(const Catalog& catalog, const Name& written);

// ---- replay_column.cpp ----
/// Columns that are more are an error (MaxHeapAttributeNumber).
inline constexpr std::size_t kMaxColumns = 1600;
/// The column alone: type, default, identity, generated, NOT NULL; a sequence for serial and identity.
void add_column_alone(Server server, Relation& table, const ColumnDef& def);
/// ALTER TABLE ADD COLUMN, with what its constraints make.
void add_column(Server server, Relation& table, const AlterTableCmd& cmd, bool recurse);
void drop_column(Server server, Relation& table, const std::string& column, bool cascade, bool recurse);
void rename_column(Server server, Relation& relation, const std::string& from, const std::string& to, bool recurse);
/// DEFAULT NULL is no default (AddRelationNewConstraints).
Boxed<Expr> stored_default(const Boxed<Expr>& expr);
void make_sequence(Server server, Relation& table, Column& column);
/// The parent's column in a table that is to have it; false when there is no room left for copies.
bool inherit_column(Server server, Relation& child, const Column& column, bool local);
/// NOT NULL on a column; `name` is kept from version 18 on, chosen when empty.
void set_not_null(Server server, Relation& table, Column& column, std::string name, bool valid);
void clear_not_null(Server server, Relation& table, Column& column);

// ---- replay_constraint.cpp ----
/// Column constraints leave their column out: it is put in here.
Constraint with_column(Constraint constraint, const std::string& column);
bool is_key(const Constraint& constraint);
/// Of CREATE TABLE and ADD COLUMN: its checks, keys, foreign keys (not NOT NULL, DEFAULT and their kin), in the
/// server's order.
void add_new_constraints(Server server, RelationId table, std::vector<Constraint> constraints, bool recurse);
void add_constraint(Server server, RelationId table, const Constraint& constraint, bool recurse);
void drop_constraint(Server server, Relation& table, const std::string& name, bool cascade, bool recurse);
void rename_constraint(Server server, Relation& table, const std::string& from, const std::string& to);
void validate_constraint(Server server, Relation& table, const std::string& name, bool recurse);
/// Checks, and for partitions foreign keys, that a child takes over from its parent.
void inherit_constraints(Server server, Relation& child, const Relation& parent);

// ---- replay_publication.cpp ----
void change_publication(Server server, const PublicationChange& action);
void drop_publication(Server server, const std::string& name);
void rename_publication(Server server, const std::string& name, const std::string& to);

// ---- replay_index.cpp ----
struct IndexSpec {
    std::string name;  ///< empty: chosen
    std::vector<IndexElement> elements;
    std::vector<std::string> including;
    Boxed<Expr> where;
    std::string access_method, tablespace;
    bool unique = false, primary = false, exclusion = false;
    bool constraint = false;
    bool deferrable = false;
};
/// On the table and, unless `only`, on its partitions; 0 when the name is taken.
RelationId make_index(Server server, RelationId table, const IndexSpec& spec, bool only);
IndexSpec spec_of(const Catalog& catalog, const Relation& index);
IndexSpec spec_of(const Constraint& key);
/// Gives a partition the indexes of its parent: those that match are attached, the others made.
void attach_indexes(Server server, Relation& partition, const Relation& parent);
void create_index(Server server, const CreateIndex& action);
/// ALTER INDEX parent ATTACH PARTITION child.
void attach_index(Server server, Relation& parent, Relation& child);

// ---- replay_table.cpp, replay_alter.cpp ----
void create_table(Server server, const CreateTable& action);
void run_alter_table(Server server, const AlterTable& action);
void attach_child(Server server, Relation& parent, Relation& child, const std::optional<PartitionBound>& bound,
                  bool partition);
void detach_child(Server server, Relation& parent, Relation& child);

// ---- replay_drop.cpp, replay_rename.cpp, replay_view.cpp, replay_type.cpp ----
void drop(Server server, const Drop& action);
void drop_relations(Server server, std::vector<RelationId> relations, bool cascade);
void drop_columns_of_type(Server server, const Name& type);
void rename(Server server, const Rename& action);
void set_schema(Server server, const SetSchema& action);
void create_view(Server server, const CreateView& action);
void create_table_as(Server server, const CreateTableAs& action);
void create_enum(Server server, const CreateEnum& action);
void alter_enum(Server server, const AlterEnum& action);
void create_composite(Server server, const CreateCompositeType& action);
void create_domain(Server server, const CreateDomain& action);
void alter_domain(Server server, const AlterDomain& action);
void create_function(Server server, const CreateFunction& action);
void create_operator(Server server, const CreateOperator& action);
void create_cast(Server server, const CreateCast& action);
void create_aggregate(Server server, const CreateAggregate& action);
void alter_function(Server server, const AlterFunction& action);

}  // namespace pgfence
