// Hasura: migrations/<database>/<milliseconds>_title/up.sql and down.sql, beside its metadata. Each file is one
// run_sql, which the server runs in a transaction.

#include "extract/formats/format.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    if (source.name != "up.sql" && source.name != "down.sql") return false;
    return !leading_digits(last_part(source.folder)).empty() && in_hasura_project(source);
}

Scope read(const Source& source, Script& script) {
    require_down_file(source, "up.sql", "down.sql", script);
    return {TransactionMode::per_file, "Hasura runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format hasura;
const Format hasura{.id = "hasura",
                    .title = "Hasura",
                    .decides = "a path like 1700000000000_title/up.sql beside Hasura's metadata",
                    .recognises = recognises,
                    .read = read,
                    .known = Known::place,
                    .sends_as_is = true,
                    .habits = {.is_known = true,
                               .by_version = true,
                               .leads_back = locate::is_down_file,
                               .late = Runner::Late::runs,
                               .edited = Runner::Edited::ignored}};

}  // namespace pgfence::extract
