// diesel says it beside the file.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool diesel;
const Tool diesel{.format = "diesel",
                  .without_transaction =
                      "give it a migration of its own with `run_in_transaction = false` in the `metadata.toml` beside "
                      "`up.sql`, with no other statement",
                  .gives_own_file = true,
                  .since = "2.0"};

}  // namespace pgfence::author
