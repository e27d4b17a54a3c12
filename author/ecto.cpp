// Ecto: attributes of the module.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool ecto;
const Tool ecto{
    .format = "ecto",
    .without_transaction = "put `@disable_ddl_transaction true` and `@disable_migration_lock true` into the module"};

}  // namespace pgfence::author
