// Ory's popx: the file's name says it, and the file is one query.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool popx;
const Tool popx{
    .format = "popx",
    .without_transaction = "give it a file of its own with `.autocommit.` in its name, with no other statement",
    .gives_own_file = true,
    .for_postgres = ".postgres."};

}  // namespace pgfence::author
