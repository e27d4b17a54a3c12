// A runner that nobody recognised, or psql.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool plain_sql;
const Tool plain_sql{.format = "plain-sql",
                     .without_transaction =
                         "its runner must not wrap it in a transaction: psql does not, unless told by "
                         "`--single-transaction` or a `BEGIN` in the file",
                     .opens_no_transaction = true,
                     .unit = "file"};

}  // namespace pgfence::author
