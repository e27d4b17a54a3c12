// pgmi: what deploy.sql commits.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool pgmi;
const Tool pgmi{
    .format = "pgmi",
    .without_transaction = "let `deploy.sql` run it behind its first `COMMIT`, where each statement commits by itself"};

}  // namespace pgfence::author
