// Active Record: NUMBER_name.rb with a class that extends ActiveRecord::Migration, often through one of the project's
// own. A transaction for each file unless its class says disable_ddl_transaction! (migration.rb, use_transaction?).

#include "extract/formats/code.h"
#include "extract/layout.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    const bool in_place = contains(lower_case(last_part(source.folder)), "migrat");
    return in_place && !leading_digits(source.name).empty() && contains_word(source.text, "class") &&
           !contains(source.text, "Sequel.migration");
}

Scope read(const Source& source, Script& script) {
    Scope scope{TransactionMode::per_file, "Rails runs each file in a transaction", Scope::From::tool};
    if (contains(source.text, "disable_ddl_transaction!"))
        scope = {TransactionMode::per_statement, "the file says disable_ddl_transaction!", Scope::From::file};
    return not_read(source, script, "Rails", std::move(scope));
}

}  // namespace

extern const Format rails;
const Format rails{"rails",    "Rails", "a name like 20240131120000_title.rb in a folder migrate",
                   recognises, read,    Known::place,
                   ".rb",      false};

}  // namespace pgfence::extract
