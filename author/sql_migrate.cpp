// sql-migrate: an option of the marker.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool sql_migrate;
const Tool sql_migrate{.format = "sql-migrate",
                       .without_transaction = "write `-- +migrate Up notransaction` as the marker of its file"};

}  // namespace pgfence::author
