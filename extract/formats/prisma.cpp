// Prisma Migrate: TIMESTAMP_title/migration.sql. Its schema engine sent the whole file as one simple query up to 7.3;
// later ones split it and let each statement commit by itself. The version stands in package.json, not in the file.

#include "extract/formats/format.h"

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

Scope read(const Source&, Script&) {
    return {TransactionMode::implicit,
            "Prisma Migrate up to 7.3 sends each file as one query; from 7.4 on each statement commits by itself",
            Scope::From::assumed};
}

}  // namespace

extern const Format prisma;
const Format prisma{"prisma", "Prisma Migrate", "a path like 20240131120000_title/migration.sql", recognises,
                    read,     Known::place};

}  // namespace pgfence::extract
