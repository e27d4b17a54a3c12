// SQL files of no tool we know: read as psql would, which also takes dumps.

#include "extract/bare_block.h"
#include "extract/formats/format.h"
#include "extract/psql.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source&) { return true; }

Scope read(const Source& source, Script& script) {
    if (read_bare_block(source, script))
        return {TransactionMode::per_statement,
                "the file is a block of PL/pgSQL, which its runner sends as one DO statement", Scope::From::file};
    const PsqlFacts facts = read_psql(source, script);
    if (facts.autocommit_off)
        return {TransactionMode::per_file, "the script says \\set AUTOCOMMIT off", Scope::From::file};
    return {TransactionMode::per_statement, "no migration tool was recognised: psql commits each statement by itself",
            Scope::From::assumed};
}

}  // namespace

extern const Format plain_sql;
const Format plain_sql{.id = "plain-sql",
                       .title = "plain SQL",
                       .decides = "none of the others",
                       .recognises = recognises,
                       .read = read,
                       .known = Known::anything};

}  // namespace pgfence::extract
