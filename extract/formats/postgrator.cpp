// Postgrator: 001.do.title.sql and 001.undo.title.sql. A file goes to the server as one simple query.

#include "extract/blank.h"
#include "extract/formats/format.h"

namespace pgfence::extract {
namespace {

/// "do" of 001.do.title.sql.
std::string_view action(const Source& source) {
    std::string_view rest = source.name.substr(leading_digits(source.name).size());
    if (rest.size() == source.name.size() || !rest.starts_with('.') || !rest.ends_with(".sql")) return {};
    rest.remove_prefix(1);
    return rest.substr(0, rest.find('.'));
}

bool recognises(const Source& source) { return action(source) == "do" || action(source) == "undo"; }

Scope read(const Source& source, Script& script) {
    if (action(source) == "undo") blank(script.sql, 0, script.sql.size());
    return {TransactionMode::implicit, "Postgrator sends each file as one query", Scope::From::tool};
}

}  // namespace

extern const Format postgrator;
const Format postgrator{"postgrator", "Postgrator", "a name like 001.do.title.sql", recognises, read, Known::place};

}  // namespace pgfence::extract
