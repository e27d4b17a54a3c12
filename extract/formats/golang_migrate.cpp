// golang-migrate: NUMBER_title.up.sql and .down.sql, the name alone decides (source/parse.go). Each file goes to the
// server as one simple query, which makes two statements or more one implicit transaction.

#include "extract/formats/format.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    const std::string_view number = leading_digits(source.name);
    // Whatever stands behind the direction (source/parse.go): 1_title.up.txt runs as well.
    return !number.empty() && source.name.substr(number.size()).starts_with('_') &&
           (contains(source.name, ".up.") || contains(source.name, ".down."));
}

Scope read(const Source& source, Script& script) {
    require_down_file(source, ".up.sql", ".down.sql", script);
    return {TransactionMode::implicit, "golang-migrate sends each file as one query", Scope::From::tool};
}

}  // namespace

extern const Format golang_migrate;
const Format golang_migrate{
    .id = "golang-migrate",
    .title = "golang-migrate",
    .decides = "a name like 000001_title.up.sql",
    .recognises = recognises,
    .read = read,
    .known = Known::name,
    .sends_as_is = true,
    .habits = {.is_known = true,
               .any_ending = true,
               .by_version = true,
               .leads_back = locate::is_down_file,
               .late = Runner::Late::skipped,
               .edited = Runner::Edited::ignored},
    .own_tables = "CREATE TABLE IF NOT EXISTS schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL)",
    .marks_as_run = "migrate force",
    .refuses_second_in_folder = true};

}  // namespace pgfence::extract
