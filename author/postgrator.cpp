// Postgrator sends a file as one query, which is an implicit transaction of two statements.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool postgrator;
const Tool postgrator{
    .format = "postgrator",
    .without_transaction =
        "give each statement a file of its own: Postgrator runs a file of one statement without a transaction",
    .gives_own_file = true};

}  // namespace pgfence::author
