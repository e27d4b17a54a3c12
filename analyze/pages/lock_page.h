#pragma once
// docs/locks.md: what each kind of statement locks, blocks and reads, as the model says it of an example.

#include <set>
#include <string>
#include <vector>

namespace pgfence {

/// A statement, what is there before it, and what servers did with it (tests/observed/lock_cases.sql, locks.txt).
struct LockExample {
    std::string group;
    std::vector<std::string> schema;  ///< of the whole group
    std::vector<std::string> extra;   ///< what runs before this statement alone
    std::string statement, when;
    std::string gap;             ///< what the model is known to get wrong; empty: nothing
    std::set<int> ran, refused;  ///< majors whose servers were asked
};

/// Examples of one group stand together.
std::string lock_page(const std::vector<LockExample>& examples);

}  // namespace pgfence
