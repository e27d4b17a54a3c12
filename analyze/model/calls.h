#pragma once
// What a statement makes the server run beside itself: the functions that its query names or reaches without naming
// them (operators, casts, defaults, checks, views, ...), those of triggers that fire, rules, event triggers. What their
// bodies do is the statement's doing too.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence {

struct Calling {
    FunctionUse use;
    Name function;                            ///< resolved
    std::vector<TypeName> types;              ///< of its arguments, which tell it from others of the name
    std::shared_ptr<const RoutineBody> runs;  ///< a rule's actions, a prepared statement: there is no function
    std::string whose;                        ///< "a trigger"
    std::string condition;                    ///< as `Effects::depends_on` says it; empty: it is called, once
    std::size_t place = 0;  ///< among Catalog::find_functions(): where a branch may have replaced one there are two
};

/// Only functions that the catalog knows the body of. `tag` is the statement's command tag, "ALTER TABLE".
std::vector<Calling> calls_of(const Action& action, std::string_view tag, const Catalog& catalog, int version);
/// What it reaches without naming it, and nobody can follow.
struct Unfollowed {
    std::vector<FunctionUse> functions;  ///< unread_call() says which of them matter
    std::vector<Name> foreign_tables;    ///< rows of another server, or of a program
};
Unfollowed unfollowed_by(const Action& action, const Catalog& catalog, int version);

}  // namespace pgfence
