// Postgrator: 001.do.title.sql and 001.undo.title.sql. A file goes to the server as one simple query.

#include "extract/formats/format.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) { return !locate::postgrator_action(source.name).empty(); }

Scope read(const Source& source, Script& script) {
    if (locate::postgrator_action(source.name) == "undo") blank(script.sql, 0, script.sql.size());
    return {TransactionMode::implicit, "Postgrator sends each file as one query", Scope::From::tool};
}

}  // namespace

extern const Format postgrator;
const Format postgrator{"postgrator", "Postgrator", "a name like 001.do.title.sql", recognises, read, Known::place};

}  // namespace pgfence::extract
