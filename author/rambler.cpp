// rambler: each section is one query.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool rambler;
const Tool rambler{.format = "rambler",
                   .without_transaction = "put it under a `-- rambler up` of its own, with no other statement",
                   .gives_own_file = true};

}  // namespace pgfence::author
