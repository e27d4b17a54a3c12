// A file of pop's commits or fails as a whole.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool pop;
const Tool pop{.format = "pop",
               .without_transaction = "pop always runs a file in a transaction: run this by hand (psql)",
               .only_by_hand = true,
               .for_postgres = ".postgres."};

}  // namespace pgfence::author
