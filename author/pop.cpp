// A file of pop's commits or fails as a whole.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool pop;
const Tool pop{
    .format = "pop",
    .without_transaction = "pop runs every file in a transaction and has no way out: run this by hand (psql)",
    .only_by_hand = true,
    .for_postgres = ".postgres."};

}  // namespace pgfence::author
