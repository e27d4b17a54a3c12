#pragma once
// Whether a statement of a migration may run behind another one that now follows it.

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/action.h"
#include "core/effects.h"

namespace pgfence {

/// A statement with what it does. Refers to all three.
struct OrderedStatement {
    using Names = std::set<std::string, std::less<>>;

    const std::string& sql;
    const std::vector<Action>& actions;  ///< empty: it could not be read
    const Effects& effects;
    Names changed, touched;  ///< relations, without their schemas, which are not always known
};
OrderedStatement ordered(const std::string& sql, const std::vector<Action>& actions, const Effects& effects);

/// True only where both orders end in the same schema and the same rows, and fail alike. `first` runs first today.
bool may_change_places(const OrderedStatement& first, const OrderedStatement& then);
/// Neither running code nor what comes after it needs the statement at once: something goes, or rows are checked.
bool can_wait(const OrderedStatement& statement);

}  // namespace pgfence
