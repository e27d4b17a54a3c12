// Knex: functions up and down that are given a knex. All pending files run in one transaction, unless one of them says
// that it must not (lib/migrations/migrate/Migrator.js).

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return (contains_word(source.text, "knex") || contains_word(source.text, "Knex")) && exports_up(source.text);
}

Scope read(const Source& source, Script& script) {
    Scope scope{TransactionMode::whole_run, "Knex runs all pending files in one transaction", Scope::From::tool};
    if (contains(source.text, "transaction: false"))
        scope = {TransactionMode::per_statement, "the file says transaction: false", Scope::From::file};
    return is_run(source, script, std::move(scope));
}

}  // namespace

extern const Format knex;
const Format knex{"knex", "Knex", "a function up that is given a knex", recognises, read, Known::mark, kJavaScript};

}  // namespace pgfence::extract
