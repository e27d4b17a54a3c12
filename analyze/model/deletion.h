#pragma once
// What goes with an object that is dropped, all the way down (performMultipleDeletions, findDependentObjects in
// dependency.c), as far as the catalog tells what depends on what.

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "analyze/model/answer.h"

namespace pgfence {

/// Of another table, or view: dropped with CASCADE, it loses that.
bool has_policy_on(const Catalog& catalog, const Relation& table, const Relation& named);
bool has_rule_on(const Catalog& catalog, const Relation& table, const Relation& named);

/// Found by name: it may be another function of that name.
inline bool calls(const Query& query, const std::string& function) {
    return std::any_of(query.functions.begin(), query.functions.end(),
                       [&](const FunctionUse& use) { return use.name.name == function; });
}

/// BEGIN ATOMIC stores the body parsed: the function depends on the relations, columns and functions that it names.
bool depends_on(const Catalog& catalog, const Function& atomic, const Relation& relation);
bool depends_on(const Catalog& catalog, const Function& atomic, const Relation& relation, const std::string& column);
bool calls(const RoutineBody& body, const std::string& function);

class Deletion {
public:
    /// Without CASCADE only what belongs to the object goes with it; what else depends on it refuses the statement.
    Deletion(Answer& answer, bool cascade) : answer_(answer), cascade_(cascade) {}

    void of_relation(const Relation& relation, LockRole role = LockRole::target);
    void of_column(const Relation& table, const std::string& column, LockRole role = LockRole::target);
    /// A type, domain or composite type; what has it as an array, too.
    void of_type(const Name& written);
    /// Found by name: it may be another function of that name.
    void of_function(const Name& written);
    /// What is made with its types, functions and operator classes, as far as those are known.
    void of_extension(const std::string& name);
    void of_collation(const Name& written);
    void of_text_search(const Name& configuration);
    /// By its name alone, too.
    void of_operator(const Name& written);
    /// What is outside the schema and calls a function of it.
    void of_functions_in(const std::string& schema);

private:
    /// Functions with a parsed body, and what calls those.
    void of_atomic_functions(const std::function<bool(const Function&)>& depends);
    using Uses = std::function<bool(const Expr&)>;  ///< of one node
    void of_parts(const Uses& uses);
    void of_parts(const Relation& relation, const Uses& uses);
    void of_table(const Relation& table);
    void of_partition(const Relation& partition);
    void of_defaults_from(const Relation& sequence);

    Answer& answer_;
    const bool cascade_;
    std::set<RelationId> relations_;
    std::set<std::pair<RelationId, std::string>> columns_;
    std::set<std::string> types_, functions_;
};

}  // namespace pgfence
