// TypeORM: a class that implements MigrationInterface. All pending files run in one transaction unless the
// data source says otherwise (MigrationExecutor.ts).

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return contains_word(source.text, "MigrationInterface") ||
           (contains_word(source.text, "queryRunner") && contains(source.text, "async up("));
}

Scope read(const Source& source, Script& script) {
    return is_run(source, script,
                  {TransactionMode::whole_run, "TypeORM runs all pending files in one transaction", Scope::From::tool});
}

}  // namespace

extern const Format typeorm;
const Format typeorm{"typeorm",   "TypeORM",  "a class that implements MigrationInterface", recognises, read,
                     Known::mark, kJavaScript};

}  // namespace pgfence::extract
