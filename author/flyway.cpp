// Flyway sees for itself what cannot run in a transaction; a file of both kinds is an error.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool flyway;
const Tool flyway{.format = "flyway",
                  .without_transaction =
                      "give it a file of its own: Flyway then leaves the transaction out by itself; what it does not "
                      "see needs `executeInTransaction=false` in a `.sql.conf` file beside the migration. From Flyway "
                      "9.1.2 on CONCURRENTLY needs `flyway.postgresql.transactional.lock=false` as well: it waits for "
                      "Flyway's own lock else",
                  .gives_own_file = true};

}  // namespace pgfence::author
