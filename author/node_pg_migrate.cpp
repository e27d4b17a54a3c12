// node-pg-migrate: a call of the migration.

#include "author/tool.h"
#include "author/written.h"

namespace pgfence::author {
namespace {

std::string raw(std::string_view sql) { return "pgm.sql(" + in_javascript(sql) + ");"; }

std::string code(const Step& step) { return each(step, raw); }

}  // namespace

extern const Tool node_pg_migrate;
const Tool node_pg_migrate{.format = "node-pg-migrate",
                           .without_transaction = "call `pgm.noTransaction();` first in its `up`",
                           .language = "js",
                           .code = code};

}  // namespace pgfence::author
