// grate: a file is one query.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool grate;
const Tool grate{
    .format = "grate",
    .without_transaction = "give it a file of its own with no other statement, and run grate without `--transaction`",
    .gives_own_file = true};

}  // namespace pgfence::author
