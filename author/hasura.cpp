// Hasura: run_sql is always a transaction.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool hasura;
const Tool hasura{
    .format = "hasura",
    .without_transaction =
        "run it with `psql`, then mark the migration with `hasura migrate apply --skip-execution --version <version>`"};

}  // namespace pgfence::author
