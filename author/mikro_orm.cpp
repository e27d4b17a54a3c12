// MikroORM: a method of the class, and a file by itself.

#include "author/tool.h"
#include "author/written.h"

namespace pgfence::author {
namespace {

std::string add_sql(std::string_view sql) { return "this.addSql(" + in_javascript(sql) + ");"; }

std::string code(const Step& step) { return each(step, add_sql); }

}  // namespace

extern const Tool mikro_orm;
const Tool mikro_orm{.format = "mikro-orm",
                     .without_transaction =
                         "put `isTransactional(): boolean { return false; }` into its class, and set `allOrNothing: "
                         "false` for migrations",
                     .language = "ts",
                     .code = code};

}  // namespace pgfence::author
