// tern: a line of its own.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool tern;
const Tool tern{.format = "tern", .without_transaction = "put the line `---- tern: disable-tx ----` into its file"};

}  // namespace pgfence::author
