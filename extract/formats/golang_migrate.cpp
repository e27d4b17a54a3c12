// golang-migrate: NUMBER_title.up.sql and .down.sql, the name alone decides (source/parse.go). Each file goes to the
// server as one simple query, which makes two statements or more one implicit transaction.

#include "extract/formats/format.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    const std::string_view number = leading_digits(source.name);
    return !number.empty() && source.name.substr(number.size()).starts_with('_') &&
           (source.name.ends_with(".up.sql") || source.name.ends_with(".down.sql"));
}

Scope read(const Source& source, Script& script) {
    if (source.name.ends_with(".down.sql")) blank(script.sql, 0, script.sql.size());
    require_down_file(source, ".up.sql", ".down.sql", script);
    return {TransactionMode::implicit, "golang-migrate sends each file as one query", Scope::From::tool};
}

}  // namespace

extern const Format golang_migrate;
const Format golang_migrate{"golang-migrate", "golang-migrate", "a name like 000001_title.up.sql", recognises, read,
                            Known::name};

}  // namespace pgfence::extract
