// Postgrator: 001.do.title.sql and 001.undo.title.sql. A file goes to the server as one simple query.

#include "extract/formats/format.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) { return !locate::postgrator_action(source.name).empty(); }

bool is_undo(std::string_view path) { return locate::postgrator_action(last_part(path)) == "undo"; }

Scope read(const Source&, Script&) {
    return {TransactionMode::implicit, "Postgrator sends each file as one query", Scope::From::tool};
}

}  // namespace

extern const Format postgrator;
const Format postgrator{.id = "postgrator",
                        .title = "Postgrator",
                        .decides = "a name like 001.do.title.sql",
                        .recognises = recognises,
                        .read = read,
                        .known = Known::place,
                        .habits = {.is_known = true,
                                   .by_version = true,
                                   .leads_back = is_undo,
                                   .late = Runner::Late::skipped,
                                   .edited = Runner::Edited::refused,
                                   .renamed = Runner::Renamed::accepted}};

}  // namespace pgfence::extract
