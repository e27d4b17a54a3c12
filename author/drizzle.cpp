// Drizzle has no way out (pg-core/dialect.ts, migrate).

#include "author/tool.h"

namespace pgfence::author {

extern const Tool drizzle;
const Tool drizzle{.format = "drizzle",
                   .without_transaction =
                       "Drizzle runs all pending migrations in one transaction: run this by hand (psql) before the "
                       "deployment, and keep it in the migration with `IF NOT EXISTS` or `IF EXISTS`"};

}  // namespace pgfence::author
