// Liquibase's formatted SQL: an attribute of the change set.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool liquibase_sql;
const Tool liquibase_sql{
    .format = "liquibase-sql",
    .without_transaction =
        "give it a change set of its own with `runInTransaction:false` behind its `--changeset` line",
    .gives_own_file = true,
    .unit = "change set"};

}  // namespace pgfence::author
