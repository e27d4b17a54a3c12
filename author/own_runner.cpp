// A runner of the repository's own, of which nothing is known.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool own_runner;
const Tool own_runner{
    .format = "own-runner",
    .without_transaction =
        "a program of this repository runs its files: use whatever option it has to run a file without a transaction",
    .unit = "file"};

}  // namespace pgfence::author
