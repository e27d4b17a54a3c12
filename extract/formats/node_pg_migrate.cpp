// node-pg-migrate: functions up and down that are given a MigrationBuilder, which all call pgm. One transaction for all
// pending files unless a file leaves it (src/runner.ts).

#include "extract/formats/node_pg_migrate.h"

#include <algorithm>

#include "core/path_text.h"
#include "core/sql_scanner.h"
#include "core/text.h"
#include "extract/formats/code.h"
#include "extract/lines.h"

namespace pgfence::extract {
namespace {

constexpr std::string_view kCommand = "node-pg-migrate";

/// Its module is pg itself: `from 'pg'`, `require("pg")`.
bool imports_pg(std::string_view text) {
    return contains(text, "from 'pg'") || contains(text, "from \"pg\"") || contains(text, "require('pg')") ||
           contains(text, "require(\"pg\")");
}

/// A setting that names the migration's folder, from where the settings lie or from around them.
bool names_folder(std::string_view value, std::string_view around, std::string_view wanted) {
    for (std::string_view folder = around;; folder = folder_of(folder)) {
        if (path_from(folder, value) == wanted) return true;
        if (folder.empty()) return false;
    }
}

/// The folders that settings give to node-pg-migrate: what stands in quotes, or between blanks, behind their name.
bool gives_folder(std::string_view text, std::string_view around, std::string_view wanted) {
    bool found = false;
    for_each_line(text, 0, [&](const Line& line) {
        for (const std::string_view option : {"migrations-dir", "migrationsDir", " -m "}) {
            const auto at = line.text.find(option);
            if (at == line.text.npos) continue;
            std::string_view rest = line.text.substr(at + option.size());
            while (!rest.empty() && std::string_view("'\": =\\").find(rest.front()) != std::string_view::npos)
                rest.remove_prefix(1);
            found |= names_folder(rest.substr(0, rest.find_first_of("'\" ,\\")), around, wanted);
        }
    });
    return found;
}

/// A script of a package around the migration, or the file of settings that it names, gives node-pg-migrate the folder.
bool is_given_folder(const Source& source) {
    for (std::string_view folder = source.folder;; folder = folder_of(folder)) {
        bool is_given = false;
        for_each_line(text_of(source.hints, path_in(folder, "package.json")).value_or(std::string()), 0,
                      [&](const Line& line) {
                          auto at = line.text.find("node-pg-migrate ");
                          if (at == line.text.npos) return;
                          std::string_view script = line.text.substr(at);
                          is_given |= gives_folder(script, folder, source.folder);
                          for (const std::string_view option : {" -f ", " --config-file "}) {
                              at = script.find(option);
                              if (at == script.npos) continue;
                              std::string_view rest = script.substr(at + option.size());
                              const auto path = path_from(folder, rest.substr(0, rest.find_first_of(" \"\\,")));
                              const auto settings = path && source.hints.read ? source.hints.read(*path) : std::nullopt;
                              is_given |= settings && gives_folder(*settings, folder_of(*path), source.folder);
                          }
                      });
        if (is_given || folder.empty()) return is_given;
    }
}

bool recognises(const Source& source) {
    if (!exports_up(source.text)) return false;
    return contains_word(source.text, "pgm") || contains_word(source.text, "MigrationBuilder") ||
           (imports_pg(source.text) && is_given_folder(source));
}

/// The schemas that a script of a package names, or the file of settings that it names.
std::string named_schemas(const Source& source) {
    const std::string of_scripts = option_of_scripts(source, kCommand, {"--schema", "-s"}).value;
    if (!of_scripts.empty()) return of_scripts;
    const ScriptOption settings = option_of_scripts(source, kCommand, {"--config-file", "-f"});
    if (settings.value.empty() || settings.value == "?") return {};
    const auto path = path_from(folder_of(settings.path), settings.value);
    auto text = path ? text_of(source.hints, *path) : std::nullopt;
    return text ? value_of({*path, std::move(*text)}, "schema") : std::string();
}

Scope read(const Source& source, Script& script) {
    Scope scope = scope_of_node_pg_migrate(source);
    if (contains(source.text, ".noTransaction("))
        scope = {TransactionMode::per_statement, "the file says pgm.noTransaction()", Scope::From::file};
    return is_run(source, script, std::move(scope));
}

}  // namespace

std::string run_of_node_pg_migrate(const Hints&, std::string_view path) { return std::string(folder_of(path)); }

Scope scope_of_node_pg_migrate(const Source& source) {
    const std::string usual = "node-pg-migrate runs all pending files in one transaction";
    const ScriptOption apart = option_of_scripts(source, kCommand, {"--no-single-transaction"});
    const ScriptOption single = option_of_scripts(source, kCommand, {"--single-transaction", "--singleTransaction"});
    if (apart.value == "true" || single.value == "false")
        return {TransactionMode::per_file, apart.path + " runs node-pg-migrate without a single transaction",
                Scope::From::tool};
    if (apart.value == "?" || single.value == "?")
        return {TransactionMode::whole_run, usual + ", unless a script of " + apart.path + " runs them otherwise",
                Scope::From::assumed};
    return {TransactionMode::whole_run, usual, Scope::From::tool};
}

std::string search_path_of_node_pg_migrate(const Source& source) {
    const std::string named = named_schemas(source);
    const bool is_name = named != "true" && !named.empty() && std::all_of(named.begin(), named.end(), continues_name);
    return is_name ? in_doubled_quotes(named, '"') : std::string();
}

extern const Format node_pg_migrate;
const Format node_pg_migrate{
    .id = "node-pg-migrate",
    .title = "node-pg-migrate",
    .decides = "a function up that is given pgm, or opens its own connection in a folder of node-pg-migrate",
    .recognises = recognises,
    .read = read,
    .known = Known::mark,
    .extensions = kJavaScript,
    .habits = {.is_known = true,
               .late = Runner::Late::refused,
               .edited = Runner::Edited::ignored,
               .renamed = Runner::Renamed::accepted},
    .own_tables =
        "CREATE TABLE IF NOT EXISTS pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp "
        "NOT NULL)",
    .marks_as_run = "node-pg-migrate up --fake",
    .run_of = run_of_node_pg_migrate,
    .orm = Orm::node_pg_migrate,
    // checkOrder of runner.ts, --no-check-order
    .late_switches = {{{"nocheckorder", "", "checkOrder order", "node migrate"}, {"checkorder", "false"}}},
    .search_path = search_path_of_node_pg_migrate};

}  // namespace pgfence::extract
