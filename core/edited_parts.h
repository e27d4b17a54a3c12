#pragma once
// Of an edited file that holds several migrations, each of which its runner remembers by a name of its own (Liquibase's
// change sets): what the edit makes of them. Those that it leaves as they were ran already and are nobody's news.

#include <cstdint>
#include <string>
#include <vector>

namespace pgfence {

struct EditedParts {
    struct Part {
        std::uint32_t begin = 0, end = 0;  ///< bytes of the file, half open
        std::string name;                  ///< as its author calls it: "nina:1"
    };
    std::vector<Part> new_ones;     ///< they run: the runner has not seen them, or runs them again when they change
    std::vector<Part> edited;       ///< they ran in another wording
    std::vector<std::string> gone;  ///< names of those that ran and are no longer there
    /// Likewise, and another file of the change has them: to the runner, which knows them by that as well, as new ones.
    struct Moved {
        std::string name, to;
    };
    std::vector<Moved> moved;
};

}  // namespace pgfence
