// Sequel: NUMBER_name.rb with Sequel.migration. A transaction for each file on PostgreSQL.

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) { return contains(source.text, "Sequel.migration"); }

Scope read(const Source& source, Script& script) {
    Scope scope{TransactionMode::per_file, "Sequel runs each file in a transaction", Scope::From::tool};
    if (contains_word(source.text, "no_transaction"))
        scope = {TransactionMode::per_statement, "the file says no_transaction", Scope::From::file};
    return not_read(source, script, "Sequel", std::move(scope));
}

}  // namespace

extern const Format sequel;
const Format sequel{.id = "sequel",
                    .title = "Sequel",
                    .decides = "a block Sequel.migration",
                    .recognises = recognises,
                    .read = read,
                    .known = Known::mark,
                    .extensions = ".rb",
                    .has_reader = false,
                    .habits = {.is_known = true, .by_version = true, .edited = Runner::Edited::ignored}};

}  // namespace pgfence::extract
