// Flyway's migrations in Java.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool flyway_java;
const Tool flyway_java{.format = "flyway-java",
                       .without_transaction = "let `canExecuteInTransaction()` of the class return `false`"};

}  // namespace pgfence::author
