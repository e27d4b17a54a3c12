// golang-migrate opens none; a file of two statements is one query, and so an implicit transaction.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool golang_migrate;
const Tool golang_migrate{
    .format = "golang-migrate",
    .without_transaction =
        "give each statement a file of its own: golang-migrate runs a file of one statement without a transaction",
    .gives_own_file = true};

}  // namespace pgfence::author
