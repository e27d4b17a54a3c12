// Graphile Migrate: a header of the file, which may hold one statement then.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool graphile_migrate;
const Tool graphile_migrate{
    .format = "graphile-migrate",
    .without_transaction = "give it a file of its own that starts with `--! no-transaction`, with no other statement",
    .gives_own_file = true};

}  // namespace pgfence::author
