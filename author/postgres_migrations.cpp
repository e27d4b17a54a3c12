// postgres-migrations: a comment in the first line.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool postgres_migrations;
const Tool postgres_migrations{.format = "postgres-migrations",
                               .without_transaction =
                                   "give it a file of its own that starts with `-- postgres-migrations "
                                   "disable-transaction`, with no other statement",
                               .gives_own_file = true};

}  // namespace pgfence::author
