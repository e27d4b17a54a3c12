// Knex: functions up and down that are given a knex. All pending files run in one transaction, unless one of them says
// that it must not (lib/migrations/migrate/Migrator.js).

#include "extract/formats/code.h"
#include "extract/run_list.h"

namespace pgfence::extract {
namespace {

/// By what it does with what it is given, whatever it calls that: `db.schema`, `db.raw`, `db('users')`. Kysely has a
/// schema, too, and executes what it builds.
bool uses_knex(std::string_view text) {
    const std::string_view given = given_to_up(text);
    return (uses_member(text, given, "schema") && !contains(text, ".execute(")) || uses_member(text, given, "raw") ||
           is_called_with_text(text, given);
}

bool recognises(const Source& source) {
    // MikroORM hands a Knex to its migrations.
    const bool named = contains_word(source.text, "knex") || contains_word(source.text, "Knex");
    return exports_up(source.text) && (named || uses_knex(source.text)) &&
           !contains(source.text, "@mikro-orm/migrations");
}

/// knexfile's migrations.disableTransactions; it may have a section for each environment.
Scope by_settings(const Source& source) {
    const auto knexfile = nearest_settings(source, {"knexfile.js", "knexfile.ts", "knexfile.cjs", "knexfile.mjs"});
    const std::string disabled = knexfile ? value_of(*knexfile, "disableTransactions") : "";
    if (disabled == "true")
        return {contains(source.text, "transaction: true") ? TransactionMode::per_file : TransactionMode::per_statement,
                knexfile->path + " says disableTransactions: true", Scope::From::tool};
    const std::string reason = "Knex runs all pending files in one transaction";
    if (disabled == "?")
        return {TransactionMode::whole_run, reason + ", unless disableTransactions of " + knexfile->path + " is true",
                Scope::From::assumed};
    return {TransactionMode::whole_run, reason, Scope::From::tool};
}

Scope read(const Source& source, Script& script) {
    Scope scope = by_settings(source);
    if (contains(source.text, "transaction: false"))
        scope = {TransactionMode::per_statement, "the file says transaction: false", Scope::From::file};
    return is_run(source, script, std::move(scope));
}

}  // namespace

extern const Format knex;
const Format knex{.id = "knex",
                  .title = "Knex",
                  .decides = "a function up that is given a knex",
                  .recognises = recognises,
                  .read = read,
                  .known = Known::mark,
                  .extensions = kJavaScript,
                  .habits = {.is_known = true,
                             .late = Runner::Late::runs,
                             .edited = Runner::Edited::ignored,
                             .renamed = Runner::Renamed::refused},
                  .own_tables =
                      "CREATE TABLE IF NOT EXISTS knex_migrations (id serial PRIMARY KEY, name varchar(255), batch "
                      "integer, migration_time timestamptz); CREATE TABLE IF NOT EXISTS knex_migrations_lock (index "
                      "serial PRIMARY KEY, is_locked integer)",
                  .run_of = knex_run,
                  .says_of_gone = "The migration directory is corrupt, the following files are missing:",
                  .orm = Orm::knex};

}  // namespace pgfence::extract
