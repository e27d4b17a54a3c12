#pragma once
// What PostgreSQL 19's grammar has and that of 18, which reads every text, has not.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "analyze/lower/lowered.h"
#include "analyze/lower/pg.h"

namespace pgfence {

/// A statement of 19's in the words of 18.
struct OtherWords {
    std::string text;  ///< as long as what it stands for: every place stays
    /// Makes of what was read what was meant; false: it is no statement of 19 either.
    std::function<bool(const Node* tree, LoweredStatement& statement)> finish;
};

/// Of one statement that 18's grammar refuses. Nothing: 19 is not known to have it. Not among them, and so never read:
/// WAIT FOR, ON CONFLICT DO SELECT with a condition, SET ... = NULL, subscriptions and foreign data wrappers that name
/// a connection, COPY ... JSON without parentheses.
std::optional<OtherWords> statement_of_19(std::string_view text);
/// The same of a part of a statement, such as an expression.
std::optional<OtherWords> part_of_19(std::string_view text);

}  // namespace pgfence
