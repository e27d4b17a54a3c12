// db-migrate: functions up and down that are given a db; the template of its files also makes a function setup
// (db-migrate/lib/skeleton.js). Each file in a transaction.

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return exports_up(source.text) && (contains_word(source.text, "runSql") || contains(source.text, "exports.setup") ||
                                       contains_word(source.text, "dbmigrate"));
}

Scope read(const Source& source, Script& script) {
    const ScriptOption alone = option_of_scripts(source, "db-migrate", {"--non-transactional"});
    Scope scope{TransactionMode::per_file, "db-migrate runs each file in a transaction", Scope::From::tool};
    if (alone.value == "true")
        scope = {TransactionMode::per_statement, alone.path + " runs db-migrate with --non-transactional",
                 Scope::From::tool};
    else if (alone.value == "?")
        scope = {TransactionMode::per_file,
                 scope.reason + ", unless a script of " + alone.path + " runs them otherwise", Scope::From::assumed};
    return is_run(source, script, std::move(scope));
}

}  // namespace

extern const Format db_migrate;
const Format db_migrate{.id = "db-migrate",
                        .title = "db-migrate",
                        .decides = "functions up and setup",
                        .recognises = recognises,
                        .read = read,
                        .known = Known::mark,
                        .extensions = kJavaScript,
                        .habits = {.is_known = true,
                                   .late = Runner::Late::runs,
                                   .edited = Runner::Edited::ignored,
                                   .renamed = Runner::Renamed::accepted},
                        .orm = Orm::db_migrate};

}  // namespace pgfence::extract
