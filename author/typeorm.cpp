// TypeORM: a migration that leaves the transaction cannot run with others in one.

#include "author/tool.h"
#include "author/written.h"

namespace pgfence::author {
namespace {

std::string raw(std::string_view sql) { return "await queryRunner.query(" + in_javascript(sql) + ");"; }

std::string code(const Step& step) { return each(step, raw); }

}  // namespace

extern const Tool typeorm;
const Tool typeorm{.format = "typeorm",
                   .without_transaction =
                       "put `transaction = false` into its class, and run with `--transaction each` "
                       "(`migrationsTransactionMode: \"each\"`)",
                   .since = "0.3.11",
                   .language = "ts",
                   .code = code};

}  // namespace pgfence::author
