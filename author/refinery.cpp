// refinery has no way out: each file, or all of them, in a transaction.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool refinery;
const Tool refinery{.format = "refinery",
                    .without_transaction =
                        "refinery runs every file in a transaction: run this by hand (psql) before the deployment, and "
                        "keep it in the migration with `IF NOT EXISTS` or `IF EXISTS`"};

}  // namespace pgfence::author
