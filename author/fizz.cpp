// pop has no way out.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool fizz;
const Tool fizz{
    .format = "fizz",
    .without_transaction = "pop runs every file in a transaction: run this by hand (psql) before the deployment"};

}  // namespace pgfence::author
