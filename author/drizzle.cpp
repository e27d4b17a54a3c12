// Drizzle runs all files in one transaction, always (pg-core/dialect.ts, migrate).

#include "author/tool.h"

namespace pgfence::author {

extern const Tool drizzle;
const Tool drizzle{
    .format = "drizzle",
    .without_transaction = "Drizzle always runs all pending migrations in one transaction: run this by hand (psql)",
    .only_by_hand = true,
    .beside_setting = "with `--> statement-breakpoint` behind it"};

}  // namespace pgfence::author
