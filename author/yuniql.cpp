// Yuniql: an option of the run.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool yuniql;
const Tool yuniql{
    .format = "yuniql",
    .without_transaction = "give it a version of its own and run that with `--transaction-mode statement`",
    .gives_own_file = true,
    .unit = "version"};

}  // namespace pgfence::author
