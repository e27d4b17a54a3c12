// diesel: a folder per migration with up.sql, down.sql and sometimes metadata.toml, whose one setting is
// run_in_transaction; the file is there only to say false (diesel_migrations/migrations_internals).

#include "extract/formats/format.h"
#include "extract/lines.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    if (source.name != "up.sql" && source.name != "down.sql") return false;
    return !leading_digits(last_part(source.folder)).empty() && !in_hasura_project(source);
}

Scope read(const Source& source, Script& script) {
    require_down_file(source, "up.sql", "down.sql", script);
    const std::string metadata = path_in(source.folder, "metadata.toml");
    const auto settings = text_of(source.hints, metadata);
    if (settings && setting(*settings, "run_in_transaction") == "false")
        return {TransactionMode::implicit, "metadata.toml says run_in_transaction = false, and diesel sends one query",
                Scope::From::file};
    if (!settings && has_path(source.hints, metadata))
        return {TransactionMode::implicit,
                "metadata.toml stands beside the file, whose one setting is run_in_transaction", Scope::From::assumed};
    const bool shown = nearest_folder_with(source.hints, source.folder, "diesel.toml") ||
                       nearest_folder_with(source.hints, source.folder, "Cargo.toml");
    return {TransactionMode::per_file, "diesel runs each file in a transaction",
            shown ? Scope::From::tool : Scope::From::assumed};
}

}  // namespace

extern const Format diesel;
const Format diesel{.id = "diesel",
                    .title = "Diesel",
                    .decides = "a path like 2024-01-31-120000_title/up.sql",
                    .recognises = recognises,
                    .read = read,
                    .known = Known::place,
                    .sends_as_is = true,
                    .habits = {.is_known = true,
                               .by_version = true,
                               .leads_back = locate::is_down_file,
                               .late = Runner::Late::runs,
                               .edited = Runner::Edited::ignored},
                    .own_tables =
                        "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (version varchar(50) PRIMARY KEY, "
                        "run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)",
                    .packages = "diesel"};

}  // namespace pgfence::extract
