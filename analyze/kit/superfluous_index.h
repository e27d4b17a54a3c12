#pragma once
// Two indexes of a table, one of which answers every query that the other does.

#include <cstdint>
#include <optional>

#include "analyze/kit/rule.h"

namespace pgfence {

enum class SameColumns : std::uint8_t {
    all,    ///< nothing tells them apart but their names
    first,  ///< the longer one begins with the columns of the shorter
};

struct SuperfluousIndex {
    const Relation* made;   ///< by the statement
    const Relation* other;  ///< that was there before the statement
    bool is_made = true;    ///< which of them is superfluous: the one that the statement makes
};

/// Nothing where the catalog does not have both for certain.
std::optional<SuperfluousIndex> superfluous_index(const Step& step, const CreateIndex& index, SameColumns same);

/// The finding about it, as long as the change leaves both behind. Recipe: the new one, and the other one goes.
Consequence of_superfluous(const Step& step, const CreateIndex& index, const SuperfluousIndex& found,
                           std::string message);

/// The index built without blocking writes, and whether it is needed at all.
std::optional<Recipe> index_concurrently_if_needed(const Step& step, const CreateIndex& index);

}  // namespace pgfence
