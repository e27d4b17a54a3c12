// db-migrate: an option of the run, for all of its files.

#include "author/tool.h"
#include "author/written.h"

namespace pgfence::author {
namespace {

std::string raw(std::string_view sql) { return "await db.runSql(" + in_javascript(sql) + ");"; }

std::string code(const Step& step) { return each(step, raw); }

}  // namespace

extern const Tool db_migrate;
const Tool db_migrate{.format = "db-migrate",
                      .without_transaction = "run it with `db-migrate up --non-transactional`",
                      .language = "js",
                      .code = code};

}  // namespace pgfence::author
