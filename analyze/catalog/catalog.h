#pragma once
// The schema as far as the migrations (or a schema dump) told it: what PostgreSQL would find in its system catalogs.
// What it has not seen is absent, and the model then says "depends". Who asks it cannot change it: that is replay's, by
// writable_catalog.h.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyze/catalog/chosen_names.h"
#include "analyze/catalog/privileges.h"
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
    bool maybe = false;  ///< as Column::maybe
};
struct Enum {
    Name name;
    std::vector<std::string> labels;
    bool existing = true;
    bool renamed_in_change = false;  ///< running code knows it by another name, or not at all
    bool made_in_transaction = false;
    std::vector<std::string> uncommitted;  ///< labels that the transaction at hand added
    bool maybe = false;                    ///< it, or one of its labels: as Column::maybe
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
    std::vector<TypeName> types;              ///< of its arguments, with their schemas where they are known
    std::vector<std::string> argument_names;  ///< beside `types`; empty: that one has none
    TypeName result;
    std::vector<ReturnedColumn> returned;                 ///< OUT, INOUT, RETURNS TABLE
    std::optional<std::vector<std::string>> search_path;  ///< in force while it runs
    std::vector<Name> parts;                              ///< of an aggregate: the functions that it is made of
    CalledBody runs;                                      ///< none: not to be read
    bool maybe = false;                                   ///< as Column::maybe
    bool existing = true;                                 ///< before the change under review
    bool replaces_older = false;                          ///< what the change made: one from before it
    bool atomic = false;                                  ///< its body is stored parsed: it depends on what that names
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
    bool in_change() const { return in_change_; }

    /// A schema dump was read whole: what is absent does not exist.
    bool complete() const { return complete_; }
    /// The migrations that the file at hand follows were read from the first one on, with all that they run. An object
    /// they never mention may still exist: somebody may have created it by hand, and DROP ... IF EXISTS removes it.
    bool has_whole_history() const { return has_whole_history_; }
    /// A relation of that name, which no migration made, may be older than the change: the history is not whole, or
    /// something names the relation as being there. That others were made elsewhere says nothing of this one.
    bool may_be_older(const Name& resolved) const;
    bool is_made_elsewhere(const Name& resolved) const;
    /// A function from before the change works on a relation of that name. It need not be there before that runs.
    bool is_named_by_function(const Name& resolved) const;
    /// Like complete(), for one name. False if the dump lacks the name's schema: the dump may have left that schema
    /// out, or the schema's name may stand for a placeholder.
    bool knows_what_is_absent(const Name& written) const;
    /// A migration dropped the relation of that name, or gave it another one, and nothing made one since.
    bool is_gone(const Name& written) const;
    /// No relation of that name exists: it is gone, or a complete dump does not have it.
    bool is_absent(const Name& written) const;
    /// Enums with labels that may not be used yet.
    std::vector<const Enum*> grown_enums() const;

    /// How often setval() was called; of which sequence nobody can tell.
    std::uint32_t setval_calls() const { return setval_calls_; }
    /// A collation that takes different strings for equal.
    bool is_nondeterministic(const Name& collation) const;
    /// Policies of tables that are not known.
    /// Of a table that is not in the catalog: a policy for everybody that lets rows through, or every row.
    bool has_policy_on_unknown(const Name& resolved) const;
    bool shows_all_of_unknown(const Name& resolved) const;

    /// Of a table or index that is not in the catalog: what the migrations gave it. What it lacks may be there all the
    /// same. Null when nothing is told of it. Kept by hear().
    const Relation* told_of(const Name& written) const;

    /// The schemas unqualified names are looked up in. {"public"} at first.
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
    /// By the name that reports have, "schema.name".
    const Relation* find_qualified(std::string_view shown) const;
    /// The only one of that name in any schema; null when there is none, or several.
    const Relation* find_in_any_schema(std::string_view name) const;
    const Relation* get(RelationId id) const;
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
    std::vector<const Domain*> domains() const;
    /// Those that the other may not have, or not as they are.
    std::vector<const Domain*> domains_not_in(const Catalog& other) const;
    const Enum* find_enum(const Name& written) const;
    std::vector<const Function*> find_functions(const Name& written) const;
    /// The one that a call with so many arguments runs; null: none is known, or several may be meant.
    const Function* called_by(const FunctionUse& use) const;
    /// Every function that the call could run, by the number of its arguments (-1: any) and those types that are known.
    std::vector<const Function*> may_be_called_by(const FunctionUse& use) const;
    /// Those whose body is stored parsed.
    std::vector<const Function*> atomic_functions() const;
    const Function* find_function(const Name& resolved, const std::vector<TypeName>& types) const;
    /// With the schema of the function of that name that is found now; as written where none is.
    Name resolve_function(const Name& written) const;
    const std::vector<Operator>& operators() const { return seldom_.read().operators; }
    const std::vector<Cast>& casts() const { return seldom_.read().casts; }
    /// The change under review made the role: nobody could do anything by it before.
    bool is_new_role(const std::string& role) const;
    /// GRANT, REVOKE or ALTER DEFAULT PRIVILEGES stood in what ran before the change.
    bool has_read_grants() const { return has_read_grants_; }
    /// Everything that ran since the relation was made was read.
    bool is_read_since(RelationId relation) const { return relation >= read_since_; }
    /// GRANT gave rights on a function of that name.
    bool is_granted_function(const Name& resolved) const;
    /// Whether an operator class, a type or the like is made of a function of that name: nothing names it where it
    /// runs.
    bool is_part_of_object(const Name& resolved) const;
    std::shared_ptr<const RoutineBody> prepared(const std::string& name) const;
    const std::vector<EventTrigger>& event_triggers() const { return seldom_.read().event_triggers; }
    bool has_schema(std::string_view name) const;
    /// Likewise, and no branch alone made it.
    bool surely_has_schema(std::string_view name) const;
    /// The tables that a publication names; those that are gone as well.
    std::vector<RelationId> published_by(const std::string& publication) const;
    bool is_published(RelationId table) const;
    bool may_be_published(RelationId table) const { return publishes_schemas_ || is_published(table); }
    bool is_named_by_publication(RelationId table) const;
    /// The relation that extended statistics of that name are on; 0: not known.
    RelationId table_of_statistics(const Name& written) const;

    bool may_drop_on_commit() const { return may_drop_on_commit_; }
    bool has_temporary() const;
    /// Relations that call a function of that name in a default, generated column, constraint, index or trigger.
    std::vector<RelationId> calling(const Name& function) const;
    /// Tables with a default that may draw from a sequence of that name.
    std::vector<RelationId> drawing_from(const Name& sequence) const;
    /// Relations that may have what names other relations or types: a policy, a rule, a trigger FROM a table, a type
    /// that the table is OF. In order of id.
    std::vector<const Relation*> naming_others() const;
    /// Relations that may have a default that is cast to the type, as the cast is written.
    std::vector<const Relation*> casting_to(const Name& type) const;
    bool has_relation_name(std::string_view schema, std::string_view name) const;

protected:
    // For WritableCatalog, which changes it.
    friend class Relations;
    friend class NameChooser;
    /// A relation with what points at it from elsewhere, each list in order of id.
    struct Node {
        Relation relation;
        std::vector<RelationId> indexes, sequences, referencing, views;
    };
    RelationId id_of(const Name& written) const;  ///< 0: not known
    RelationId id_by_own_name(const Name& written) const;
    RelationId id_by_other_name(const Name& written) const;
    bool is_other_name(const Name& resolved) const;
    const Node* node(RelationId id) const;
    Name resolve_typename(const Name& written) const;
    bool has_type(const Name& resolved) const;
    bool reaches_parent(RelationId from, RelationId wanted) const;
    std::vector<std::pair<RelationId, std::string>> keys_to(
        RelationId table) const;  ///< as names: they outlive changes
    std::vector<const Relation*> relations_of(const std::vector<RelationId>& ids) const;
    std::vector<RelationId> in_schema(std::string_view schema) const;

    /// What few statements change: the copies of a catalog share all of it until one of them does.
    struct Seldom {
        std::vector<Operator> operators;
        std::vector<Cast> casts;
        std::vector<Name> parts_of_objects, granted_functions;
        std::vector<DefaultRights> default_rights;
        std::vector<std::string> new_roles;
        std::vector<std::string> schemas{"public"};
        std::vector<std::string> maybe_schemas;   ///< of them, those that only a branch made
        std::vector<std::string> unread_schemas;  ///< of them, those that may have been there, and the dump lacks
        std::vector<EventTrigger> event_triggers;
    };
    static Shared<Seldom> none_made() {
        Shared<Seldom> none;
        none.write();
        return none;
    }

    SharedSlots<Node> nodes_;
    NameIndex names_;                                        // of relations -> id
    Shared<std::vector<std::string>> schemas_of_relations_;  // that have one, or had
    NameIndex constraint_names_;                             // in the schema -> how many have it
    SharedMap<Domain> domains_;                              // these by "schema\0name"
    SharedMap<Enum> enums_;
    SharedMap<bool> other_types_;
    SharedMap<std::vector<Function>> functions_;
    Shared<Seldom> seldom_ = none_made();
    bool has_read_grants_ = false;
    RelationId read_since_ = 0;  ///< 0: nothing that ran was left unread
    SharedMap<std::shared_ptr<const RoutineBody>> prepared_;
    SharedMap<RelationId> statistics_;
    SharedMap<std::vector<RelationId>> publications_;  // by name alone
    // "t", "f" or "s" and a name -> relations that may use it: look before you act. "c": likewise, casts of defaults.
    // "d" and a name: a domain is over it. "n": those of naming_others().
    SharedMap<std::vector<RelationId>> uses_;
    std::vector<std::string> search_path_{"public"};
    SharedSlots<Name> enums_of_transaction_;  // made or grown, from 0 on
    std::size_t enums_in_transaction_ = 0;
    SharedMap<bool> nondeterministic_, with_policies_;  // by "schema\0name"
    SharedMap<Shared<Relation>> told_;                  // likewise
    SharedMap<SharedMap<bool>> told_indexes_;           // likewise, of tables: keys in told_ of what may be on them
    RelationId next_id_ = 1;
    std::uint32_t setval_calls_ = 0;
    bool publishes_all_tables_ = false;
    bool publishes_schemas_ = false;  ///< which is not kept
    bool may_drop_on_commit_ = false;
    bool in_change_ = false;
    bool complete_ = false;
    bool has_whole_history_ = false;
    SharedMap<bool> gone_;               // by "schema\0name": relations that were dropped or got another name
    SharedMap<bool> made_elsewhere_;     // likewise: relations that something names and no migration made
    SharedMap<RelationId> other_names_;  // likewise: names that relations have if a doubtful RENAME did (not) run
    bool has_other_names_ = false;       // or had
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
