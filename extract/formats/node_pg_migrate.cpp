// node-pg-migrate: functions up and down that are given a MigrationBuilder, which all call pgm. One transaction for all
// pending files unless a file leaves it (src/runner.ts).

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return (contains_word(source.text, "pgm") || contains_word(source.text, "MigrationBuilder")) &&
           exports_up(source.text);
}

Scope read(const Source& source, Script& script) {
    Scope scope{TransactionMode::whole_run, "node-pg-migrate runs all pending files in one transaction",
                Scope::From::tool};
    const ScriptOption apart = option_of_scripts(source, "node-pg-migrate", {"--no-single-transaction"});
    const ScriptOption single =
        option_of_scripts(source, "node-pg-migrate", {"--single-transaction", "--singleTransaction"});
    if (apart.value == "true" || single.value == "false")
        scope = {TransactionMode::per_file, apart.path + " runs node-pg-migrate without a single transaction",
                 Scope::From::tool};
    else if (apart.value == "?" || single.value == "?")
        scope = {TransactionMode::whole_run,
                 "node-pg-migrate runs all pending files in one transaction, unless a script of " + apart.path +
                     " runs them otherwise",
                 Scope::From::assumed};
    if (contains(source.text, ".noTransaction("))
        scope = {TransactionMode::per_statement, "the file says pgm.noTransaction()", Scope::From::file};
    return is_run(source, script, std::move(scope));
}

}  // namespace

extern const Format node_pg_migrate;
const Format node_pg_migrate{
    .id = "node-pg-migrate",
    .title = "node-pg-migrate",
    .decides = "a function up that is given pgm",
    .recognises = recognises,
    .read = read,
    .known = Known::mark,
    .extensions = kJavaScript,
    .habits = {.is_known = true, .late = Runner::Late::refused, .edited = Runner::Edited::ignored}};

}  // namespace pgfence::extract
