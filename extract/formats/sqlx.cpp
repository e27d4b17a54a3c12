// sqlx: NUMBER_title.sql, or .up.sql and .down.sql; the same names as other tools use, so the crate must show: by its
// offline data (.sqlx/, sqlx-data.json), its settings, the marker that only it knows, or a Rust crate around the
// folder.

#include "extract/formats/format.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

constexpr std::string_view kNoTransaction = "-- no-transaction";

bool shows_sqlx(const Source& source) {
    for (const std::string_view name : {".sqlx", "sqlx-data.json", "sqlx.toml"})
        if (nearest_folder_with(source.hints, source.folder, name)) return true;
    return in_rust_crate(source, "sqlx");
}

bool recognises(const Source& source) {
    const std::string_view number = leading_digits(source.name);
    const bool named =
        !number.empty() && source.name.substr(number.size()).starts_with('_') && source.name.ends_with(".sql");
    return named && (source.body().starts_with(kNoTransaction) || shows_sqlx(source));
}

Scope read(const Source& source, Script& script) {
    require_down_file(source, ".up.sql", ".down.sql", script);
    if (source.body().starts_with(kNoTransaction))
        return {TransactionMode::implicit, "the file begins with -- no-transaction, and sqlx sends it as one query",
                Scope::From::file};
    return {TransactionMode::per_file, "sqlx runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format sqlx;
const Format sqlx{
    .id = "sqlx",
    .title = "sqlx",
    .decides = "a name like 20240131120000_title.sql in a Rust crate, or -- no-transaction as its first line",
    .recognises = recognises,
    .read = read,
    .known = Known::surroundings,
    .sends_as_is = true,
    .habits = {.is_known = true,
               .by_version = true,
               .leads_back = locate::is_down_file,
               .late = Runner::Late::runs,
               .edited = Runner::Edited::refused,
               .renamed = Runner::Renamed::accepted},
    .own_tables =
        "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, "
        "installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL, "
        "execution_time bigint NOT NULL)",
    .packages = "sqlx"};

}  // namespace pgfence::extract
