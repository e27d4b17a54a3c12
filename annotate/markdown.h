#pragma once
// The review as GitHub Markdown, in parts that the comment, the job summary and the check run put together.

#include <cstddef>
#include <string>

#include "annotate/annotate.h"
#include "annotate/listing.h"

namespace pgfence::annotate {

struct Review {
    const Report& report;
    const Listing& listing;
    const CommentContext& context;
    std::string fixed = {};  ///< what is gone since earlier pushes, in a comment
};

std::string title_line(const Review& review);   ///< "## :x: pgfence: 2 findings above medium risk"
std::string counts_line(const Review& review);  ///< counts, statements read, server version
std::string waits_list(const Review& review);   ///< whose clients wait for how long; empty without table sizes
std::string notes_list(const Review& review);   ///< what was assumed or left out; may be empty
std::string footer(const Review& review);

/// What was not read, at most `most` bytes; empty when everything was.
std::string unread_tables(const Review& review, std::size_t most);
/// What the team accepted, folded, at most `most` bytes; may be empty.
std::string suppressed_list(const Review& review, std::size_t most);
/// A table of the findings that make the change fail, and one of the others, the worst first, each with its details
/// folded under it; at most `most` bytes. What does not fit is left out from the end, finding by finding, and counted.
std::string findings_tables(const Review& review, std::size_t most);
/// What each statement locks, folded, at most `most` bytes; may be empty.
std::string statements_table(const Review& review, std::size_t most);

/// One line that says it and where the rest is, and what was mended: of a change that needs no more.
std::string short_review(const Review& review);

/// All of it in at most `most` bytes, which are never fewer than code points or UTF-16 units.
std::string whole_review(const Review& review, std::size_t most);

}  // namespace pgfence::annotate
