// sqlx: a file without its transaction is one query, which is an implicit transaction of two statements.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool sqlx;
const Tool sqlx{
    .format = "sqlx",
    .without_transaction = "give it a file of its own that starts with `-- no-transaction`, with no other statement",
    .gives_own_file = true,
    .since = "0.8"};

}  // namespace pgfence::author
