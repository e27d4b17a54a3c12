#pragma once
// The catalog as replay has it: to change. A value: copying it is how ROLLBACK is answered.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyze/catalog/catalog.h"

namespace pgfence {

class WritableCatalog : public Catalog {
public:
    /// From here on whatever is created is new (Relation::existing == false): nobody else can be using it.
    void begin_change() { in_change_ = true; }
    void set_complete(bool complete) { complete_ = complete; }
    void set_whole_history(bool whole) { has_whole_history_ = whole; }
    /// Who makes, and so owns, what is made from now on; empty: not known.
    void set_role(std::string role) { role_ = std::move(role); }
    /// A transaction ended: values that it added to enums may be used.
    void end_transaction();
    void note_granted_function(Name resolved);
    void note_grants() { has_read_grants_ |= !in_change_; }
    void change_default_rights(const DefaultPrivileges& change);
    /// One of the two ran: what only one of them gives is given perhaps.
    void weaken_default_rights(const WritableCatalog& other);
    void note_role(std::string role);
    /// Nothing is new that the other has not made as well.
    void keep_new_roles_of(const WritableCatalog& other);
    void note_part_of_object(Name resolved) { seldom_.write().parts_of_objects.push_back(std::move(resolved)); }
    void note_setval() { ++setval_calls_; }
    void note_nondeterministic(const Name& resolved);
    void note_policy_on_unknown(const Name& resolved, bool of_all_rows);
    /// As told_of(), to change; made when there is none. hear() keeps them.
    Relation& tell_of(const Name& written);
    void forget_told(const Name& written);
    void forget_all_told() {
        told_ = {};
        told_indexes_ = {};
    }
    /// What is told of the index has that table now.
    void note_told_index(const Name& resolved, const Name& table);
    /// Indexes go, and are named, with their table.
    void forget_told_indexes_of(const Name& resolved_table);
    void rename_table_of_told(const Name& resolved, const Name& to);
    /// In a branch that runs only where there is no such relation: what it makes of that name is new.
    void assume_absent(const Name& resolved);
    /// Behind the branch: what was there before it may be there, as `before` has it.
    void assume_no_more(const Name& resolved, const WritableCatalog& before);
    /// A DROP of that name has succeeded, whatever it was.
    void note_gone(const Name& resolved);
    /// Something ran that was not read: it may have made whatever was not there. In a change that is new all the same.
    void doubt_what_is_known();
    /// Nothing that the other does not miss as well.
    void keep_gone_of(const WritableCatalog& other);
    /// Something names it as being there, and no migration made it: somebody did by hand, another tool, an extension.
    void note_made_elsewhere(const Name& resolved);
    /// All that the other was told of.
    void note_made_elsewhere_as(const WritableCatalog& other);
    /// The relation has that name if what may have run did, or did not. A name that another one has stays its own.
    void add_other_name(Name resolved, RelationId id);
    /// Nothing that the other was not told too, in the same words.
    void keep_told_by(const WritableCatalog& other);
    /// A publication FOR ALL TABLES is there.
    void publish_all_tables() { publishes_all_tables_ = true; }
    void publish_schemas() { publishes_schemas_ = true; }
    /// "$user", pg_catalog and "" are left out.
    void set_search_path(std::vector<std::string> schemas);

    using Catalog::event_triggers;
    using Catalog::find;
    using Catalog::find_domain;
    using Catalog::find_enum;
    using Catalog::get;
    Relation* find(const Name& written);
    Relation* get(RelationId id);
    Domain* find_domain(const Name& written);
    Enum* find_enum(const Name& written);
    std::vector<EventTrigger>& event_triggers() { return seldom_.write().event_triggers; }

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
    /// It may now be one of naming_others().
    void note_names_others(RelationId relation);
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
    /// Its types and functions that the other has not, or has otherwise.
    void doubt_what_lacks(const WritableCatalog& other);
    /// Beside its own the functions as the other has them: a call may run either.
    void add_functions_of(const WritableCatalog& other);
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
    void note_dropped_on_commit(Relation& relation);
    /// Those that stand before a relation of the same name, or may: whether they are still there hangs on the session.
    void drop_shadowing_temporary();
    /// Of those that go on commit the ones that hide a relation that is known: whether it was a commit is a guess.
    void drop_shadowing_on_commit();
    void rename_function(const Name& written, Name resolved);
    void create_schema(std::string name, bool if_not_exists = false);
    void drop_schema(std::string_view name);    ///< with everything in it
    void weaken_schemas(const Catalog& other);  ///< what only one of the two has may be there
    void rename_schema(std::string_view name, std::string to);

    /// The descendants, for a statement that changes them all; none when statements have asked for too many.
    std::vector<const Relation*> visit_descendants(RelationId relation);
    /// A copy of `parts` columns, constraints or indexes from parent to child, or a visit to a descendant. A short
    /// hostile file can ask for billions of them (a thousand columns, ten thousand partitions): false when there were
    /// too many.
    bool afford_copies(std::size_t parts);
    bool afford_visits(std::size_t relations);

private:
    using Catalog::node;
    bool hides_another(const std::string& temporary) const;
    void note_schema_of_relation(const std::string& schema);
    void note_name_taken(const Name& name);
    Node* node(RelationId id);
    void note_use(const std::string& key, RelationId relation);
    void note_casts(RelationId relation, const Expr& expr);
    void note_of_transaction(Name name);
    std::vector<std::string> told_indexes_of(const Name& resolved_table) const;
    void rename_base(const Name& from, const Name& to);  ///< of domains over that type
    void drop_alone(RelationId id);
    void link_constraint(RelationId table, const TableConstraint& constraint);
    void unlink_constraint(RelationId table, const TableConstraint& constraint);
    void note_name_before(Relation& renamed, const Name& old) const;
    void move_constraint_names(const Relation& relation, const std::string& from, const std::string& to);

    std::string role_;
    std::size_t copies_ = 0, visits_ = 0;
};

}  // namespace pgfence
