#pragma once
// The schema as far as the migrations (or a schema dump) told it: what PostgreSQL would find in its system catalogs.
// A value: copying it is how ROLLBACK is answered. What it has not seen is absent, and the model then says "depends".

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyze/catalog/chosen_names.h"
#include "analyze/catalog/relation.h"
#include "analyze/catalog/shared.h"
#include "core/action.h"
#include "core/effects.h"

namespace pgfence {

struct Domain {
    Name name;
    TypeName base;
    bool not_null = false;
    std::vector<TableConstraint> checks;
    Boxed<Expr> default_expr;
    bool existing = true;
    Name collation;
};
struct Enum {
    Name name;
    std::vector<std::string> labels;
    bool existing = true;
    bool renamed_in_change = false;  ///< running code knows it by another name, or not at all
    bool made_in_transaction = false;
    std::vector<std::string> uncommitted;  ///< labels that the transaction at hand added
};
struct Function {
    Name name;
    char volatility = 'v';
    std::string language, body;
    int arguments = 0;
    std::vector<std::string> settings;
    bool procedure = false;
    std::vector<Expr> defaults;  ///< of its last arguments, which a call may leave out
    bool variadic = false;
    std::vector<TypeName> types;  ///< of its arguments, with their schemas where they are known
    TypeName result;
    std::optional<std::vector<std::string>> search_path;  ///< in force while it runs
    std::vector<Name> parts;                              ///< of an aggregate: the functions that it is made of
    CalledBody runs;                                      ///< none: not to be read
};
/// What a migration made that runs a function by another name.
struct Operator {
    Name name, function;
    TypeName left, right;  ///< without a name: it has none on that side
};
struct Cast {
    TypeName from, to;
    Name function;
    bool is_explicit = true;  ///< only where it is written
};

struct EventTrigger {
    std::string name;
    std::string event;  ///< ddl_command_start, ddl_command_end, sql_drop, table_rewrite, login
    Name function;
    std::vector<std::string> tags;  ///< empty: of every command
    bool enabled = true;
};

/// "schema.name" or "name" as nextval('...') has it; empty when the expression draws from no sequence.
std::string sequence_of(const Expr& expr);

/// A range of (id, relation) in order of id.
class Relations;

// Not even short bodies stand in this class when they reach into its containers: every rule would compile those.
class Catalog {
public:
    /// From here on whatever is created is new (Relation::existing == false): nobody else can be using it.
    void begin_change() { in_change_ = true; }
    bool in_change() const { return in_change_; }

    /// A schema dump was read whole: what is absent does not exist.
    void set_complete(bool complete) { complete_ = complete; }
    bool complete() const { return complete_; }
    /// Who makes, and so owns, what is made from now on; empty: not known.
    void set_role(std::string role) { role_ = std::move(role); }
    /// A transaction ended: values that it added to enums may be used.
    void end_transaction();
    /// Enums with labels that may not be used yet.
    std::vector<const Enum*> grown_enums() const;

    /// How often setval() was called; of which sequence nobody can tell.
    std::uint32_t setval_calls() const { return setval_calls_; }
    void note_setval() { ++setval_calls_; }
    /// A collation that takes different strings for equal.
    void note_nondeterministic(const Name& resolved);
    bool is_nondeterministic(const Name& collation) const;
    /// Policies of tables that are not known.
    void note_policy_on_unknown(const Name& resolved);
    bool has_policy_on_unknown(const Name& resolved) const;
    /// A publication FOR ALL TABLES is there.
    void publish_all_tables() { publishes_all_tables_ = true; }

    /// The schemas unqualified names are looked up in; "$user", pg_catalog and "" are left out. {"public"} at first.
    void set_search_path(std::vector<std::string> schemas);
    const std::vector<std::string>& search_path() const { return search_path_; }

    /// schema.name for a name as written: the schema it is found in (pg_temp first), else the first of the search path,
    /// else "public".
    Name resolve(const Name& written) const;
    std::string qualified(const Name& written) const;  ///< "schema.name"
    /// Where CREATE would put it: a schema written, pg_temp for temporary ones, else the first of the search path.
    Name creation_name(const Name& written, Persistence persistence = Persistence::permanent) const;
    /// The type with its schema when it is a domain, enum or other type that the catalog knows; else as written.
    TypeName resolve_type(TypeName written) const;

    const Relation* find(const Name& written) const;  ///< null: not known
    Relation* find(const Name& written);
    /// The only one of that name in any schema; null when there is none, or several.
    const Relation* find_in_any_schema(std::string_view name) const;
    const Relation* get(RelationId id) const;
    Relation* get(RelationId id);
    /// Every relation in order of id.
    Relations relations() const;
    /// Relations that one of two copies of a catalog has changed, made or dropped, in order of id.
    std::vector<RelationId> differences(const Catalog& other) const;

    std::vector<const Relation*> indexes_of(RelationId table) const;
    std::vector<const Relation*> sequences_owned_by(RelationId table) const;
    /// Children, their children, ...: without the relation itself, parents before children.
    std::vector<const Relation*> descendants(RelationId relation) const;
    const Relation* default_partition(RelationId partitioned) const;
    struct Referencing {
        const Relation* table;
        const TableConstraint* constraint;
    };
    /// Foreign keys of other tables (and of itself) that point at it.
    std::vector<Referencing> referencing(RelationId table) const;
    /// Views and materialized views whose query reads it, directly.
    std::vector<const Relation*> views_on(RelationId relation) const;
    /// Foreign key constraints to a table that is not in the catalog are found by name only.

    /// Relations with a column of that type (a domain, enum, composite type that the catalog knows), arrays included.
    std::vector<const Relation*> using_type(const Name& written) const;

    const Domain* find_domain(const Name& written) const;
    Domain* find_domain(const Name& written);
    std::vector<const Domain*> domains() const;
    const Enum* find_enum(const Name& written) const;
    Enum* find_enum(const Name& written);
    std::vector<const Function*> find_functions(const Name& written) const;
    /// The one that a call with so many arguments runs; null: none is known, or several may be meant.
    const Function* called_by(const FunctionUse& use) const;
    /// Every function that the call could run, by the number of its arguments (-1: any) and those types that are known.
    std::vector<const Function*> may_be_called_by(const FunctionUse& use) const;
    const Function* find_function(const Name& resolved, const std::vector<TypeName>& types) const;
    /// With the schema of the function of that name that is found now; as written where none is.
    Name resolve_function(const Name& written) const;
    const std::vector<Operator>& operators() const { return operators_; }
    const std::vector<Cast>& casts() const { return casts_; }
    std::shared_ptr<const RoutineBody> prepared(const std::string& name) const;
    const std::vector<EventTrigger>& event_triggers() const { return event_triggers_; }
    std::vector<EventTrigger>& event_triggers() { return event_triggers_; }
    bool has_schema(std::string_view name) const;
    /// The tables that a publication names; those that are gone as well.
    std::vector<RelationId> published_by(const std::string& publication) const;
    bool is_published(RelationId table) const;
    /// The relation that extended statistics of that name are on; 0: not known.
    RelationId table_of_statistics(const Name& written) const;

    // ---- what replay does -----------------------------------------------------------------------------------------
    // What links two relations is changed by these only: the catalog keeps it from both ends.
    Relation& create(RelationKind kind, Name resolved);  ///< replaces nothing: the caller looked before
    /// With its indexes, owned sequences, partitions and constraints that point at it. An index goes with its
    /// constraint.
    void drop(RelationId id);
    void rename(RelationId id, Name resolved);
    void set_index_table(RelationId index, RelationId table);
    void set_index_parent(RelationId index, RelationId parent);                 ///< 0: none
    void set_owner(RelationId sequence, RelationId table, std::string column);  ///< table 0: none
    void set_reads(RelationId view, std::vector<RelationId> reads);
    void add_parent(RelationId child, RelationId parent);  ///< not when it would make a circle
    void remove_parent(RelationId child, RelationId parent);
    void add_constraint(RelationId table, TableConstraint constraint);
    void drop_constraint(RelationId table, std::string_view name);                    ///< with its index
    void rename_constraint(RelationId table, std::string_view name, std::string to);  ///< its index too
    void add_statistics(RelationId table, ExtendedStatistics statistics);
    void drop_statistics(const Name& written);
    void set_published(const std::string& publication, std::vector<RelationId> tables);
    /// Names of constraints that are no TableConstraint (18's NOT NULL) but that nothing chosen may take.
    void note_constraint_name(const std::string& schema, const std::string& name);
    void forget_constraint_name(const std::string& schema, const std::string& name);
    /// The relation's columns, defaults or constraints may now use these: types, functions, sequences found by name.
    void note_uses(RelationId relation);
    void note_uses(RelationId relation, const Column& column);
    void note_calls(RelationId relation, const Boxed<Expr>& expr);

    void put(Domain domain);
    void put(Enum e);
    void put(Function function);  ///< in place of one with the same arguments
    void put(Operator added);
    void put(Cast added);
    void put_prepared(const std::string& name, std::shared_ptr<const RoutineBody> runs);  ///< null: it is gone
    void forget_prepared();
    void set_search_path_of(const Name& function, const std::optional<std::vector<TypeName>>& types,
                            const std::optional<std::vector<std::string>>& path);
    void add_overload(Function function);  ///< beside those of its name
    /// An enum has a value that may not be used before the transaction ends, unless that made the enum as well.
    void note_grown(Enum& grown, std::string label);
    void put_type(Name name);  ///< range, base and shell types
    void drop_type(const Name& written);
    void rename_type(const Name& written, Name resolved);  ///< in the columns that have it too
    /// `types`: of the one that is meant; nothing: whatever has the name.
    void drop_function(const Name& written, const std::optional<std::vector<TypeName>>& types = std::nullopt);
    void drop_operators(const Name& written);
    /// A session's temporary relations: all, or those of one transaction.
    void drop_temporary(bool only_on_commit);
    bool may_drop_on_commit() const { return may_drop_on_commit_; }
    bool has_temporary() const;
    void note_dropped_on_commit(Relation& relation);
    /// Those that stand before a relation of the same name: whether they are still there hangs on the session.
    void drop_shadowing_temporary();
    void rename_function(const Name& written, Name resolved);
    /// Relations that call a function of that name in a default, generated column, constraint, index or trigger.
    std::vector<RelationId> calling(const Name& function) const;
    /// Tables with a default that may draw from a sequence of that name.
    std::vector<RelationId> drawing_from(const Name& sequence) const;
    void create_schema(std::string name);
    void drop_schema(std::string_view name);  ///< with everything in it
    void rename_schema(std::string_view name, std::string to);

    /// A name nothing has yet: base, then base1, base2, ... (ChooseRelationName), cut to 63 bytes.
    std::string free_relation_name(std::string_view schema, std::string base) const;
    enum class Among : std::uint8_t { relations, constraints, both };
    /// name1_name2_label, then ..._label1, ...: what ChooseRelationName and ChooseConstraintName would choose.
    std::string choose_name(std::string_view schema, std::string_view name1, std::string_view name2,
                            std::string_view label, Among among) const;
    bool has_relation_name(std::string_view schema, std::string_view name) const;
    /// The descendants, for a statement that changes them all; none when statements have asked for too many.
    std::vector<const Relation*> visit_descendants(RelationId relation);
    /// A copy of `parts` columns, constraints or indexes from parent to child, or a visit to a descendant. A short
    /// hostile file can ask for billions of them (a thousand columns, ten thousand partitions): false when there were
    /// too many.
    bool afford_copies(std::size_t parts);
    bool afford_visits(std::size_t relations);

private:
    friend class Relations;
    /// A relation with what points at it from elsewhere, each list in order of id.
    struct Node {
        Relation relation;
        std::vector<RelationId> indexes, sequences, referencing, views;
    };
    RelationId id_of(const Name& written) const;  ///< 0: not known
    void note_schema_of_relation(const std::string& schema);
    const Node* node(RelationId id) const;
    Node* node(RelationId id);
    Name resolve_typename(const Name& written) const;
    bool has_type(const Name& resolved) const;
    void note_use(const std::string& key, RelationId relation);
    void rename_base(const Name& from, const Name& to);  ///< of domains over that type
    bool reaches_parent(RelationId from, RelationId wanted) const;
    void drop_alone(RelationId id);
    std::vector<std::pair<RelationId, std::string>> keys_to(
        RelationId table) const;  ///< as names: they outlive changes
    void link_constraint(RelationId table, const TableConstraint& constraint);
    void unlink_constraint(RelationId table, const TableConstraint& constraint);
    void move_constraint_names(const Relation& relation, const std::string& from, const std::string& to);
    std::vector<const Relation*> relations_of(const std::vector<RelationId>& ids) const;
    std::vector<RelationId> in_schema(std::string_view schema) const;

    SharedSlots<Node> nodes_;
    NameIndex names_;                                        // of relations -> id
    Shared<std::vector<std::string>> schemas_of_relations_;  // that have one, or had
    NameIndex constraint_names_;                             // in the schema -> how many have it
    SharedMap<Domain> domains_;                              // these by "schema\0name"
    SharedMap<Enum> enums_;
    SharedMap<bool> other_types_;
    SharedMap<std::vector<Function>> functions_;
    std::vector<Operator> operators_;
    std::vector<Cast> casts_;
    SharedMap<std::shared_ptr<const RoutineBody>> prepared_;
    SharedMap<RelationId> statistics_;
    SharedMap<std::vector<RelationId>> publications_;  // by name alone
    // "t", "f" or "s" and a name -> relations that may use it: look before you act. "d" and a name: a domain is over
    // it.
    SharedMap<std::vector<RelationId>> uses_;
    std::vector<std::string> schemas_{"public"};
    std::vector<std::string> search_path_{"public"};
    std::string role_;
    std::vector<Name> enums_of_transaction_;  // made or grown
    std::vector<EventTrigger> event_triggers_;
    SharedMap<bool> nondeterministic_, with_policies_;  // by "schema\0name"
    RelationId next_id_ = 1;
    std::size_t copies_ = 0, visits_ = 0;
    std::uint32_t setval_calls_ = 0;
    bool publishes_all_tables_ = false;
    bool may_drop_on_commit_ = false;
    bool in_change_ = false;
    bool complete_ = false;
};

class Relations {
public:
    explicit Relations(const Catalog& catalog) : catalog_(catalog) {}
    class Iterator {
    public:
        Iterator(const Catalog& catalog, RelationId id) : catalog_(&catalog), id_(id) { skip(); }
        std::pair<RelationId, const Relation&> operator*() const;
        Iterator& operator++() {
            ++id_;
            skip();
            return *this;
        }
        bool operator==(const Iterator& o) const { return id_ == o.id_; }

    private:
        void skip();
        const Catalog* catalog_;
        RelationId id_;
    };
    Iterator begin() const { return {catalog_, 1}; }
    Iterator end() const { return {catalog_, catalog_.next_id_}; }

private:
    const Catalog& catalog_;
};

inline Relations Catalog::relations() const { return Relations(*this); }

}  // namespace pgfence
