// Ecto: a module that uses Ecto.Migration. A transaction for each file unless it says @disable_ddl_transaction.

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) { return contains(source.text, "use Ecto.Migration"); }

Scope read(const Source& source, Script& script) {
    Scope scope{TransactionMode::per_file, "Ecto runs each file in a transaction", Scope::From::tool};
    if (contains(source.text, "@disable_ddl_transaction true"))
        scope = {TransactionMode::per_statement, "the file says @disable_ddl_transaction", Scope::From::file};
    return not_read(source, script, "Ecto", std::move(scope));
}

}  // namespace

extern const Format ecto;
const Format ecto{.id = "ecto",
                  .title = "Ecto",
                  .decides = "a module that uses Ecto.Migration",
                  .recognises = recognises,
                  .read = read,
                  .known = Known::mark,
                  .extensions = ".exs .ex",
                  .has_reader = false,
                  .habits = {.is_known = true,
                             .recursive = true,
                             .by_version = true,
                             .late = Runner::Late::runs,
                             .edited = Runner::Edited::ignored}};

}  // namespace pgfence::extract
