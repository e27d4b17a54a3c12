// refinery has no way out: each file, or all of them, in a transaction.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool refinery;
const Tool refinery{.format = "refinery",
                    .without_transaction =
                        "refinery runs every file in a transaction and has no way out: run this by "
                        "hand (psql)",
                    .only_by_hand = true};

}  // namespace pgfence::author
