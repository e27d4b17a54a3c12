// Kysely: SQL by its template tag.

#include "author/tool.h"
#include "author/written.h"

namespace pgfence::author {
namespace {

std::string raw(std::string_view sql) { return "await sql" + in_javascript(sql) + ".execute(db);"; }

std::string code(const Step& step) { return each(step, raw); }

}  // namespace

extern const Tool kysely;
const Tool kysely{
    .format = "kysely",
    .without_transaction =
        "Kysely runs all pending files in one transaction: give its `Migrator` `disableTransactions: true` "
        "for this run, or run this by hand (psql) before the deployment and keep it in the migration with "
        "`IF NOT EXISTS` or `IF EXISTS`",
    .language = "ts",
    .code = code};

}  // namespace pgfence::author
