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
        "Kysely runs all pending files in one transaction: give its `Migrator` `disableTransactions: true` for the "
        "run that has it, with no other migration pending",
    .language = "ts",
    .code = code};

}  // namespace pgfence::author
