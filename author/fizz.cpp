// pop has no way out.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool fizz;
const Tool fizz{
    .format = "fizz",
    .without_transaction = "pop runs every file in a transaction and has no way out: run this by hand (psql)",
    .only_by_hand = true,
    .for_postgres = ".postgres."};

}  // namespace pgfence::author
