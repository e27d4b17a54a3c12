// Sqitch: psql runs the script, and its BEGIN and COMMIT are the only transaction.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool sqitch;
const Tool sqitch{.format = "sqitch",
                  .without_transaction = "leave `BEGIN` and `COMMIT` out of its deploy script",
                  .opens_no_transaction = true,
                  .unit = "change"};

}  // namespace pgfence::author
