// pop always runs a file in a transaction.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool fizz;
const Tool fizz{.format = "fizz",
                .without_transaction = "pop always runs a file in a transaction: run this by hand (psql)",
                .only_by_hand = true,
                .for_postgres = ".postgres."};

}  // namespace pgfence::author
