#pragma once
// A new migration that makes again what deleted ones made.

#include <cstdint>
#include <string>

namespace pgfence {

struct Squash {
    /// Where those ran.
    enum class ThereItIs : std::uint8_t {
        run,         ///< and fails at what is there
        run_untold,  ///< likewise, unless the runner is told before that it ran: a command of its own does that
        left_out,    ///< the runner takes it for one that ran
    };
    ThereItIs there_it_is = ThereItIs::run;
    std::string said;
};

}  // namespace pgfence
