// MikroORM: a class that extends Migration. All pending files run in one transaction (Configuration.ts,
// allOrNothing).

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return contains(source.text, "mikro-orm") && contains_word(source.text, "Migration");
}

Scope read(const Source& source, Script& script) {
    return is_run(
        script, {TransactionMode::whole_run, "MikroORM runs all pending files in one transaction", Scope::From::tool});
}

}  // namespace

extern const Format mikro_orm;
const Format mikro_orm{"mikro-orm", "MikroORM", "a class that extends Migration of @mikro-orm", recognises, read,
                       Known::mark, kJavaScript};

}  // namespace pgfence::extract
