// MyBatis Migrations: its environment decides.

#include "author/tool.h"

namespace pgfence::author {

extern const Tool mybatis_migrations;
const Tool mybatis_migrations{
    .format = "mybatis-migrations",
    .without_transaction =
        "give it a file of its own and run that with `auto_commit=true` in the environment's properties",
    .gives_own_file = true};

}  // namespace pgfence::author
