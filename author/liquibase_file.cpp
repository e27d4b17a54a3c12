// Files of SQL that a changelog of Liquibase runs: the changelog says how.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool liquibase_file;
const Tool liquibase_file{.format = "liquibase-file",
                          .without_transaction =
                              "let the changelog run it by `sqlFile` in a `changeSet` of its own with "
                              "`runInTransaction=\"false\"`",
                          .gives_own_file = true,
                          .unit = "change set"};

}  // namespace pgfence::author
