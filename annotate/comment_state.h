#pragma once
// What a comment remembers from push to push, in an HTML comment at its end that nobody sees: which findings stood
// open, and which are gone since. Whoever may edit comments may have edited it, so what is read back is checked.

#include <string>
#include <string_view>
#include <vector>

#include "annotate/listing.h"

namespace pgfence::annotate {

struct RememberedFinding {
    std::string fingerprint, rule;
    std::string path;  ///< percent-encoded, as in a URL
    bool operator==(const RememberedFinding&) const = default;
};

struct CommentState {
    std::vector<RememberedFinding> open;   ///< worst first
    std::vector<RememberedFinding> fixed;  ///< in the order in which they went
};

/// Of a comment as it stands on GitHub; empty when it has none.
CommentState state_in(std::string_view comment);

/// After this review. A finding that was accepted, edited into another of the same rule, or that is in a file which was
/// not wholly read now, is not fixed.
CommentState next_state(const Report& report, const Listing& listing, const CommentState& earlier);

/// At most 8 KB; empty when there is nothing to remember.
std::string state_block(const CommentState& state);

/// "- ~~rule~~ in `path`" for each that is fixed, at most `most` bytes; empty when none is.
std::string fixed_list(const CommentState& state, std::size_t most);

}  // namespace pgfence::annotate
