// pop's own language for both directions' files: VERSION_title.up.fizz (gobuffalo/fizz).

#include "extract/formats/code.h"
#include "extract/formats/pop.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return !leading_digits(source.name).empty() && !source.name.ends_with(".down.fizz");
}

Scope read(const Source& source, Script& script) {
    return not_read(source, script, "pop (fizz)",
                    {TransactionMode::per_file, "pop runs each file in a transaction", Scope::From::tool});
}

}  // namespace

extern const Format fizz;
const Format fizz{.id = "fizz",
                  .title = "pop (fizz)",
                  .decides = "a name like 20240131120000_title.up.fizz",
                  .recognises = recognises,
                  .read = read,
                  .known = Known::place,
                  .extensions = ".fizz",
                  .has_reader = false,
                  .habits = kPopHabits};

}  // namespace pgfence::extract
