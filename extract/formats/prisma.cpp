// Prisma Migrate: TIMESTAMP_title/migration.sql. Its schema engine sent the whole file as one simple query up to 7.3;
// later ones split it and let each statement commit by itself. The version stands in package.json, not in the file.

#include "extract/formats/format.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

constexpr std::size_t kTimestampDigits = 14;

bool recognises(const Source& source) {
    if (source.name != "migration.sql") return false;
    const std::string_view folder = last_part(source.folder);
    if (leading_digits(folder).size() == kTimestampDigits) return true;
    const std::string_view above = source.folder.substr(0, source.folder.size() - folder.size());
    return has_path(source.hints, std::string(above) + "migration_lock.toml");
}

struct Version {
    int major = 0, minor = 0;
};

/// 6 and 19 of "prisma": "^6.19.0"; nothing for tags such as "latest".
std::optional<Version> version_in(std::string_view package_json) {
    for (const std::string_view name : {"\"prisma\"", "\"@prisma/client\""}) {
        const auto at = package_json.find(name);
        if (at == package_json.npos) continue;
        std::string_view rest = package_json.substr(at + name.size());
        rest = rest.substr(0, rest.find_first_of(",}\n"));
        const auto digit = rest.find_first_of("0123456789");
        if (digit == rest.npos) continue;
        rest.remove_prefix(digit);
        const std::string_view major = leading_digits(rest);
        rest.remove_prefix(major.size());
        if (!rest.empty()) rest.remove_prefix(1);
        const std::string_view minor = leading_digits(rest);
        const auto number = [](std::string_view digits) {
            int value = 0;
            for (const char c : digits.substr(0, 4)) value = value * 10 + (c - '0');
            return value;
        };
        return Version{number(major), number(minor)};
    }
    return std::nullopt;
}

std::optional<Version> version_around(const Source& source) {
    for (std::string_view folder = source.folder;; folder = folder_of(folder)) {
        const auto text = text_of(source.hints, path_in(folder, "package.json"));
        const auto found = text ? version_in(*text) : std::nullopt;
        if (found || folder.empty()) return found;
    }
}

Scope read(const Source& source, Script&) {
    const auto version = version_around(source);
    if (!version)
        return {TransactionMode::implicit,
                "Prisma Migrate up to 7.3 sends each file as one query; from 7.4 on each statement commits by itself",
                Scope::From::assumed};
    const std::string shown = "Prisma Migrate " + std::to_string(version->major) + "." + std::to_string(version->minor);
    if (version->major > 7 || (version->major == 7 && version->minor >= 4))
        return {TransactionMode::per_statement, shown + " commits each statement by itself", Scope::From::tool};
    return {TransactionMode::implicit, shown + " sends each file as one query", Scope::From::tool};
}

}  // namespace

extern const Format prisma;
const Format prisma{
    .id = "prisma",
    .title = "Prisma Migrate",
    .decides = "a path like 20240131120000_title/migration.sql",
    .recognises = recognises,
    .read = read,
    .known = Known::place,
    .sends_as_is = true,
    .habits = {.is_known = true,
               .leads_back = locate::never_leads_back,
               .late = Runner::Late::runs,
               .edited = Runner::Edited::ignored},
    // It makes every DateTime a timestamp(3), and reads and writes it as UTC.
    .facts = {.times_are_utc = true, .set_shares_transaction = true, .one_transaction_by_version = true},
    .own_tables =
        "CREATE TABLE IF NOT EXISTS _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, "
        "finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, "
        "started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)",
    .marks_as_run = "prisma migrate resolve --applied"};

}  // namespace pgfence::extract
