// dbmate sends a block as one query, which is an implicit transaction of two statements.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool dbmate;
const Tool dbmate{
    .format = "dbmate",
    .without_transaction =
        "give it a file of its own whose marker reads `-- migrate:up transaction:false`, with no other statement",
    .gives_own_file = true};

}  // namespace pgfence::author
