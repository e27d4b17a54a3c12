// pop's own language for both directions' files: VERSION_title.up.fizz (gobuffalo/fizz).

#include "extract/formats/code.h"

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
const Format fizz{"fizz",  "pop (fizz)", "a name like 20240131120000_title.up.fizz", recognises, read, Known::place,
                  ".fizz", false};

}  // namespace pgfence::extract
