// Flyway's migrations in code: V1__Title.java, a class of that name.

#include "extract/formats/code.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    const char kind = locate::flyway_kind(source.name);
    return (kind == 'v' || kind == 'r') && source.name.front() <= 'Z' && contains_word(source.text, "class");
}

Scope read(const Source& source, Script& script) {
    return not_read(source, script, "Flyway (Java)",
                    {TransactionMode::per_file, "Flyway runs each file in a transaction", Scope::From::tool});
}

}  // namespace

extern const Format flyway_java;
const Format flyway_java{.id = "flyway-java",
                         .title = "Flyway (Java)",
                         .decides = "a name like V1__Title.java",
                         .recognises = recognises,
                         .read = read,
                         .known = Known::place,
                         .extensions = ".java .kt .scala .groovy",
                         .has_reader = false,
                         .habits = {.is_known = true,
                                    .recursive = true,
                                    .by_version = true,
                                    .leads_back = locate::never_leads_back,
                                    .late = Runner::Late::refused,
                                    .edited = Runner::Edited::ignored,
                                    .family = "flyway"},
                         .refuses_second_version = true,
                         .may_lock_beside = true};

}  // namespace pgfence::extract
