// goose: split at semicolons, each statement alone.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool goose;
const Tool goose{.format = "goose", .without_transaction = "put `-- +goose NO TRANSACTION` at the top of its file"};

}  // namespace pgfence::author
