#pragma once
// The schema as far as the migrations (or a schema dump) told it: what PostgreSQL would find in its system catalogs.
// A value: copying it is how ROLLBACK is answered. What it has not seen is absent, and the model then says "depends".

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/action.h"
#include "core/effects.h"

namespace pgfence {

using RelationId = std::uint32_t;  ///< from 1; 0 is no relation

struct Column {
    std::string name;
    TypeName type;                       ///< serial types are stored as their integer type
    bool not_null = false;
    bool not_null_valid = true;          ///< false: 18's NOT NULL ... NOT VALID, not validated yet
    std::string not_null_constraint;     ///< 18: its name, where given
    std::optional<Expr> default_expr;
    bool identity = false;
    bool generated = false;              ///< stored or virtual
    bool generated_virtual = false;
    std::optional<Expr> generated_expr;
    Name collation;
    bool inherited = false;              ///< came from a parent
};

struct TableConstraint {
    std::string name;                    ///< as the server would choose when none was given (ChooseConstraintName)
    ConstraintType type = ConstraintType::check;
    std::vector<std::string> columns;
    std::optional<Expr> expr;
    bool valid = true;
    bool enforced = true;
    bool no_inherit = false;
    bool inherited = false;
    bool deferrable = false;
    RelationId referenced = 0;           ///< FOREIGN KEY; 0 when that table is not known
    Name referenced_name;                ///< resolved
    std::vector<std::string> referenced_columns;
    char on_delete = 'a', on_update = 'a';
    RelationId index = 0;                ///< UNIQUE, PRIMARY KEY, EXCLUDE
};

struct TriggerInfo { std::string name; Name function; bool row = false, constraint = false; std::vector<std::string> columns; RelationId from = 0; };

struct Relation {
    RelationId id = 0;
    RelationKind kind = RelationKind::table;
    Name name;                           ///< schema always filled
    Persistence persistence = Persistence::permanent;
    bool existing = true;                ///< before the change under review (or before the file, see Catalog::begin_change)
    bool probably_new = false;           ///< made by CREATE ... IF NOT EXISTS in the change
    bool columns_known = true;           ///< false for CREATE TABLE AS and views without column list

    // tables, foreign tables, composite types, views
    std::vector<Column> columns;
    std::vector<TableConstraint> constraints;
    std::vector<RelationId> parents;     ///< inheritance or the partitioned table
    std::vector<RelationId> children;
    bool is_partition = false;
    bool detach_pending = false;
    std::optional<PartitionKey> partition_key;
    std::optional<PartitionBound> bound; ///< of a partition
    std::optional<Name> of_type;
    std::vector<TriggerInfo> triggers;
    std::vector<std::string> rules, policies;
    struct Statistics { Name name; std::vector<std::string> columns; };
    std::vector<Statistics> statistics;
    std::string access_method, tablespace;
    RelationId replica_identity_index = 0, clustered_on = 0;

    // indexes
    RelationId table = 0;
    std::vector<IndexElement> elements;
    std::vector<std::string> including;
    std::optional<Expr> where;
    bool unique = false, primary = false, exclusion = false;
    bool valid = true;
    std::string constraint;              ///< it backs this constraint of `table`
    RelationId parent_index = 0;
    std::vector<RelationId> child_indexes;

    // views and materialized views
    std::vector<RelationId> reads;       ///< relations of its query
    std::vector<std::string> used_columns;
    bool uses_star = false;
    bool populated = true;

    // sequences
    RelationId owner_table = 0;
    std::string owner_column;

    const Column* column(std::string_view name) const;
    Column* column(std::string_view name);
    const TableConstraint* constraint_named(std::string_view name) const;
    bool is_table() const { return kind == RelationKind::table || kind == RelationKind::partitioned_table; }
};

struct Domain { Name name; TypeName base; bool not_null = false; std::vector<TableConstraint> checks; bool existing = true; Name collation; };
struct Enum { Name name; std::vector<std::string> labels; bool existing = true; bool new_values_in_transaction = false; };
struct Function { Name name; char volatility = 'v'; std::string language, body; int arguments = 0; std::vector<std::string> settings; bool procedure = false; };

class Catalog {
public:
    /// From here on whatever is created is new (Relation::existing == false): nobody else can be using it.
    void begin_change() { in_change_ = true; }
    bool in_change() const { return in_change_; }

    /// The schemas unqualified names are looked up in, pg_catalog left out. {"public"} at first ("$user" is skipped).
    void set_search_path(std::vector<std::string> schemas) { search_path_ = std::move(schemas); }
    const std::vector<std::string>& search_path() const { return search_path_; }

    /// schema.name for a name as written: the schema it is found in, else the first of the search path.
    Name resolve(const Name& written) const;
    std::string qualified(const Name& written) const;  ///< "schema.name"

    const Relation* find(const Name& written) const;   ///< null: not known
    Relation* find(const Name& written);
    const Relation* get(RelationId id) const;
    Relation* get(RelationId id);
    /// Every relation in order of id.
    const std::map<RelationId, Relation>& relations() const { return relations_; }

    std::vector<const Relation*> indexes_of(RelationId table) const;
    std::vector<const Relation*> sequences_owned_by(RelationId table) const;
    /// Children, their children, ...: without the relation itself, parents before children.
    std::vector<const Relation*> descendants(RelationId relation) const;
    const Relation* default_partition(RelationId partitioned) const;
    struct Referencing { const Relation* table; const TableConstraint* constraint; };
    /// Foreign keys of other tables (and of itself) that point at it.
    std::vector<Referencing> referencing(RelationId table) const;
    /// Views and materialized views whose query reads it, directly.
    std::vector<const Relation*> views_on(RelationId relation) const;
    /// Foreign key constraints to a table that is not in the catalog are found by name only.

    const Domain* find_domain(const Name& written) const;
    Domain* find_domain(const Name& written);
    const Enum* find_enum(const Name& written) const;
    Enum* find_enum(const Name& written);
    std::vector<const Function*> find_functions(const Name& written) const;
    bool has_schema(std::string_view name) const;

    // ---- what replay does -----------------------------------------------------------------------------------------
    Relation& create(RelationKind kind, Name resolved);  ///< replaces nothing: the caller looked before
    void drop(RelationId id);                             ///< with its indexes, owned sequences, constraints that point at it
    void rename(RelationId id, Name resolved);
    void put(Domain domain);
    void put(Enum e);
    void put(Function function);
    void drop_type(const Name& written);
    void drop_function(const Name& written);
    void create_schema(std::string name);
    void drop_schema(std::string_view name);              ///< with everything in it
    void rename_schema(std::string_view name, std::string to);
    /// A name nothing has yet: base, then base1, base2, ... (ChooseRelationName), cut to 63 bytes.
    std::string free_relation_name(std::string_view schema, std::string base) const;

private:
    std::map<RelationId, Relation> relations_;
    std::unordered_map<std::string, RelationId> by_name_;  // "schema.name"; schema and name may hold dots: joined with '\0'
    std::map<std::string, Domain> domains_;
    std::map<std::string, Enum> enums_;
    std::multimap<std::string, Function> functions_;
    std::vector<std::string> schemas_{"public"};
    std::vector<std::string> search_path_{"public"};
    RelationId next_id_ = 1;
    bool in_change_ = false;
};

}  // namespace pgfence
