// popx, and pop which it grew from: VERSION_title[.dialect][.autocommit].up.sql (popx/match.go). One file of a version
// runs: the one for PostgreSQL, else the one for all databases.

#include "extract/formats/format.h"
#include "extract/formats/pop.h"

namespace pgfence::extract {
namespace {

constexpr std::size_t kVersionDigits = 20;  // ory counts within the second

bool has_part(std::string_view name, std::string_view part) { return name.find(part) != std::string_view::npos; }

bool recognises(const Source& source) {
    if (!source.name.ends_with(".up.sql") && !source.name.ends_with(".down.sql")) return false;
    const std::size_t digits = leading_digits(source.name).size();
    if (digits == 0 || !source.name.substr(digits).starts_with('_')) return false;
    return digits == kVersionDigits || has_part(source.name, ".postgres.") || has_part(source.name, ".autocommit.");
}

Scope read(const Source& source, Script&) {
    if (has_part(source.name, ".autocommit."))
        return {TransactionMode::implicit, "the file's name says autocommit, and popx sends it as one query",
                Scope::From::file};
    return {TransactionMode::per_file, "popx runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format popx;
const Format popx{.id = "popx",
                  .title = "popx",
                  .decides = "a name like 20240131120000_title.postgres.up.sql",
                  .recognises = recognises,
                  .read = read,
                  .known = Known::place,
                  .habits = kPopHabits};

}  // namespace pgfence::extract
