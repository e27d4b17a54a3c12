// Atlas: a directive in the file's head.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool atlas;
const Tool atlas{
    .format = "atlas",
    .without_transaction = "put `-- atlas:txmode none` at the top of its file, with an empty line behind it"};

}  // namespace pgfence::author
