// Sequel: a line of the block.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool sequel;
const Tool sequel{.format = "sequel", .without_transaction = "put `no_transaction` into the block `Sequel.migration`"};

}  // namespace pgfence::author
