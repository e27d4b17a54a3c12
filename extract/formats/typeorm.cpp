// TypeORM: a class that implements MigrationInterface. All pending files run in one transaction unless the
// data source says otherwise (MigrationExecutor.ts).

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool imports_it(std::string_view text) { return contains(text, "'typeorm'") || contains(text, "\"typeorm\""); }

bool recognises(const Source& source) {
    return (imports_it(source.text) && contains_word(source.text, "class") && !given_to_up(source.text).empty()) ||
           contains_word(source.text, "MigrationInterface") ||
           (contains_word(source.text, "queryRunner") && contains(source.text, "async up("));
}

/// The data source's migrationsTransactionMode: all, each or none.
Scope by_settings(const Source& source) {
    const auto settings = nearest_settings(source, {"ormconfig.json", "ormconfig.js", "ormconfig.ts", "data-source.ts",
                                                    "data-source.js", "datasource.ts", "typeorm.config.ts"});
    std::string mode = settings ? value_of(*settings, "migrationsTransactionMode") : "";
    // The command's own option is above the data source's.
    const ScriptOption script = option_of_scripts(source, "migration:run", {"-t", "--transaction"});
    if (script.value == "each" || script.value == "none")
        return {script.value == "each" ? TransactionMode::per_file : TransactionMode::per_statement,
                script.path + " runs migration:run with --transaction " + script.value, Scope::From::tool};
    if (script.value == "all") mode.clear();
    if (mode == "each")
        return {TransactionMode::per_file, settings->path + " says migrationsTransactionMode: each", Scope::From::tool};
    if (mode == "none")
        return {TransactionMode::per_statement, settings->path + " says migrationsTransactionMode: none",
                Scope::From::tool};
    const std::string reason = "TypeORM runs all pending files in one transaction";
    if (script.value == "?")
        return {TransactionMode::whole_run, reason + ", unless a script of " + script.path + " runs them otherwise",
                Scope::From::assumed};
    if (mode == "?")
        return {TransactionMode::whole_run,
                reason + ", unless migrationsTransactionMode of " + settings->path + " is another",
                Scope::From::assumed};
    return {TransactionMode::whole_run, reason, Scope::From::tool};
}

Scope read(const Source& source, Script& script) { return is_run(source, script, by_settings(source)); }

}  // namespace

extern const Format typeorm;
const Format typeorm{.id = "typeorm",
                     .title = "TypeORM",
                     .decides = "a class that implements MigrationInterface",
                     .recognises = recognises,
                     .read = read,
                     .known = Known::mark,
                     .extensions = kJavaScript,
                     .habits = {.is_known = true,
                                .late = Runner::Late::runs,
                                .edited = Runner::Edited::ignored,
                                .renamed = Runner::Renamed::accepted},
                     .own_tables =
                         "CREATE TABLE IF NOT EXISTS migrations (id serial PRIMARY KEY, \"timestamp\" bigint NOT NULL, "
                         "name varchar NOT NULL)",
                     .marks_as_run = "typeorm migration:run --fake",
                     .orm = Orm::typeorm,
                     .packages = "typeorm"};

}  // namespace pgfence::extract
