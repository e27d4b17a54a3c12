// Django: a module of a package migrations with a class Migration. A transaction for each file unless its class says
// atomic = False.

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return contains(source.text, "class Migration(") && !source.name.starts_with('_');
}

Scope read(const Source& source, Script& script) {
    Scope scope{TransactionMode::per_file, "Django runs each file in a transaction", Scope::From::tool};
    if (contains(source.text, "atomic = False"))
        scope = {TransactionMode::per_statement, "the file says atomic = False", Scope::From::file};
    return not_read(source, script, "Django", std::move(scope));
}

}  // namespace

extern const Format django;
const Format django{"django", "Django", "a class Migration(migrations.Migration)", recognises, read, Known::mark,
                    ".py",    false};

}  // namespace pgfence::extract
