// Prisma sends a file as one query (up to 7.3), which is an implicit transaction of two statements.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool prisma;
const Tool prisma{
    .format = "prisma",
    .without_transaction =
        "give each statement a migration of its own: Prisma runs a file of one statement without a transaction",
    .gives_own_file = true,
    .beside_setting = "a migration that times out stays failed until `prisma migrate resolve --rolled-back`"};

}  // namespace pgfence::author
