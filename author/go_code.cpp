// goose's migrations in Go.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool go_code;
const Tool go_code{
    .format = "go", .without_transaction = "register it by `goose.AddMigrationNoTxContext`", .unit = "file"};

}  // namespace pgfence::author
