#pragma once
// What a statement does to a running database, as analyze/model answers it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/lock_mode.h"
#include "core/rare_list.h"

namespace pgfence {

/// What an effect or a finding depends on, in words for people. The stages behind decide by its kind.
struct Condition : std::string {
    enum class Kind : std::uint8_t {
        other,
        against_habit,     ///< advice against what the project's tables have nearly everywhere
        never_set_before,  ///< a missing lock_timeout where none of the latest migrations has one
        as_written,        ///< what a statement is there to do, and says itself
        type_not_told,     ///< a change of a column's type from or to one that only a run of the program tells
        maybe_domain,      ///< a new column whose type nobody told of
        programs_type,     ///< likewise, of a type that only a run of the program tells
    };
    Kind kind = Kind::other;

    Condition() = default;
    Condition(std::string words) : std::string(std::move(words)) {}
    Condition(const char* words) : std::string(words) {}
    Condition(Kind of, std::string words) : std::string(std::move(words)), kind(of) {}
};

enum class RelationKind : std::uint8_t {
    table,
    partitioned_table,
    index,
    partitioned_index,
    sequence,
    view,
    materialized_view,
    foreign_table,
    composite_type,
};
std::string_view name_of(RelationKind kind);  ///< "partitioned table"

/// Why a statement locks a relation.
enum class LockRole : std::uint8_t {
    target,  ///< the statement names it, or is about all that it locks
    index,
    attached_index,
    partitioned_index,
    table_of_the_index,
    partition,
    default_partition,
    partitioned_table,
    child,  ///< inherits from the target
    typed_table,
    referenced_table,
    referencing_table,
    owned_sequence,
    identity_sequence,
    dependent_view,
    read_by_a_view,    ///< that the statement reads
    read_by_the_view,  ///< that the statement makes or refreshes
    trigger_from,
    parent,
    type,
    copied_by_like,
    index_of_a_partition,
    has_a_column_of_the_type,
    uses_the_function,
    has_policies_that_may_use_the_function,
    loses_a_default,
    loses_a_policy_or_rule,
    table_of_the_statistics,
    old_index,  ///< in the last transaction of a concurrent build, when no query uses it any more
    swapped,    ///< at the end, when a copy made beside readers and writers takes its place
    read_by_the_policy,
    used_by_the_rule,
    published,
    owner,
    sequence_in_use,
    has_a_column_of_the_domain,
    depended_on,  ///< by what the statement makes or changes
};
std::string_view name_of(LockRole role);  ///< "referenced table"; empty for the target

struct Lock {
    std::string relation;  ///< schema.name as stored, without quotes
    RelationKind kind = RelationKind::table;
    LockMode mode = LockMode::AccessShare;
    bool existing = true;  ///< was there before the change under review: others may be using it
    LockRole role = LockRole::target;
};

/// Servers lock it since a minor release, older ones of the same major do not (BehaviourRow::minors). Whoever names a
/// major says nothing of its minor: what the newest ones lock is predicted of all.
inline bool is_of_newer_minors(const Lock& lock) {
    return lock.role == LockRole::depended_on && lock.mode == LockMode::AccessShare;
}

/// Why the server reads or writes a relation in full. Rules match on this.
enum class Cause : std::uint8_t {
    volatile_default,
    serial_default,
    identity,
    stored_generated,
    virtual_generated,
    constrained_domain,
    not_null,
    check,
    foreign_key,
    unique,
    primary_key,
    exclusion,
    type_change,
    type_recheck,
    collation_change,
    set_expression,
    set_logged,
    set_tablespace,
    set_access_method,
    attach_partition,
    default_partition,
    index,
    reindex,
    cluster,
    vacuum_full,
    domain_constraint,
    query,
    refresh,
    every_row,
    composite_type,
    other,
};

struct Work {
    enum class Kind : std::uint8_t {
        scan,           ///< every row is read
        rewrite,        ///< the table's storage is written anew, its indexes with it
        index_build,    ///< a new index is built: the table is read and sorted
        index_rebuild,  ///< an existing index is built anew
        change_rows,    ///< rows are inserted, updated or deleted by a query
    };
    Kind kind = Kind::scan;
    Cause cause = Cause::other;
    std::string relation;                    ///< the table; for index_rebuild the index
    std::string of;                          ///< for index_build and index_rebuild: the index; else empty
    LockMode under = LockMode::AccessShare;  ///< the strongest lock held on `relation` (or its table) while it is done
    bool existing = true;
    bool certain = true;         ///< false: happens unless what `Effects::depends_on` lists says otherwise
    std::size_t command = npos;  ///< index of the ALTER TABLE subcommand that causes it
    std::string table = {};      ///< for index_rebuild: the table it is built from, where known; else empty

    static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};

enum class Certainty : std::uint8_t {
    known,    ///< follows from the statement, the version and a catalog that has what was asked
    depends,  ///< the strongest case is given; `depends_on` says what would change it
    unknown,  ///< the statement was not understood
};
std::string_view name_of(Certainty certainty);

/// PostgreSQL's name for an error, by which a body's handler catches it (errcodes.txt).
enum class ErrorCode : std::uint8_t {
    other,  ///< one that the model does not name
    duplicate_column,
    duplicate_function,
    duplicate_object,
    duplicate_schema,
    duplicate_table,
    invalid_foreign_key,
    invalid_parameter_value,
    invalid_schema_name,
    object_not_in_prerequisite_state,
    undefined_column,
    undefined_object,
    undefined_table,
};

/// The statement will fail, for sure or on some condition.
struct Failure {
    enum class Kind : std::uint8_t {
        in_transaction_block,
        unsupported_version,
        not_allowed,
        missing_object,
        duplicate_object,
        dependent_objects,
        existing_rows,
        partition_key,    ///< a key of a partitioned table leaves out a column of its partition key
        partition_bound,  ///< a bound that is none for the table's partition key
        key_collations,
        key_types,  ///< a foreign key between types that cannot be compared
        repeated_column,
        uncommitted_value,  ///< of an enum, used in the transaction that added it
        syntax_error,
    };
    Kind kind = Kind::not_allowed;
    std::string message;  ///< PostgreSQL's words where they are known
    bool certain = true;
    std::size_t command = Work::npos;
    ErrorCode code = ErrorCode::other;
};

/// What the server does without complaint although the author may have meant something else.
struct Caveat {
    enum class Kind : std::uint8_t {
        values_rounded,         ///< the new type keeps less of a value than the old one
        key_types_differ,       ///< a foreign key's column has another type than the one it points at
        key_collations_differ,  ///< likewise, and one collation takes different strings for equal
        unstable_check,         ///< a CHECK whose answer changes with time or place
        unstable_default,       ///< a default that each row gets anew
    };
    Kind kind = Kind::values_rounded;
    std::string what;  ///< names what it is about
    std::size_t command = Work::npos;
};

/// Why the server need not read a table's rows: constraints that it has tell the answer.
struct Proof {
    enum class Of : std::uint8_t { no_nulls, partition_bound };
    Of of = Of::no_nulls;
    std::string relation;
    std::string column = {}, constraint = {};  ///< of `no_nulls`
};
/// "constraint orders_note_check proves that note of public.orders holds no null"
std::string in_words(const Proof& proof);

struct Effects {
    std::vector<Lock> locks;  ///< one per relation, the strongest; in order of relation
    std::vector<Work> work;
    RareList<std::string> created, dropped;
    RareList<Failure> failures;
    int padding = 0;  ///< bytes of each row of a new table that another order of its columns would save
    RareList<Caveat> caveats;
    Certainty certainty = Certainty::known;
    RareList<Condition> depends_on;  ///< "the old type of public.orders.note", ...
    RareList<Proof> proofs;

    const Lock* lock_on(std::string_view relation) const {
        for (const Lock& lock : locks)
            if (lock.relation == relation) return &lock;
        return nullptr;
    }
};

}  // namespace pgfence
