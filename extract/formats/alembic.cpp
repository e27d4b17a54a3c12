// Alembic: a module with revision, down_revision and a function upgrade. All pending files run in one transaction
// (alembic/runtime/migration.py).

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) { return contains_word(source.text, "down_revision"); }

Scope read(const Source& source, Script& script) {
    return not_read(
        source, script, "Alembic",
        {TransactionMode::whole_run, "Alembic runs all pending files in one transaction", Scope::From::tool});
}

}  // namespace

extern const Format alembic;
const Format alembic{"alembic", "Alembic", "a module with down_revision", recognises, read, Known::mark, ".py", false};

}  // namespace pgfence::extract
