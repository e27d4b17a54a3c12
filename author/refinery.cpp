// refinery runs each file, or all of them, in a transaction, always.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool refinery;
const Tool refinery{.format = "refinery",
                    .without_transaction = "refinery always runs a file in a transaction: run this by hand (psql)",
                    .only_by_hand = true};

}  // namespace pgfence::author
