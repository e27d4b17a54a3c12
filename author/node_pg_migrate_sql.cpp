// node-pg-migrate's SQL files, which have no word for the transaction.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool node_pg_migrate_sql;
const Tool node_pg_migrate_sql{.format = "node-pg-migrate-sql",
                               .without_transaction =
                                   "write it as a migration in JavaScript, because an SQL file always "
                                   "runs in a transaction, and call `pgm.noTransaction();` first in "
                                   "its `up`"};

}  // namespace pgfence::author
