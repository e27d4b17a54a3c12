// SQL files of node-pg-migrate, which keep both directions in one file (src/sqlMigration.ts): what is sent is the text
// from the comment `-- Up Migration` on, as far as `-- Down Migration` where that stands behind it; without the first
// the whole file is, whatever else it says.

#include "core/text.h"
#include "extract/formats/format.h"
#include "extract/formats/node_pg_migrate.h"
#include "extract/lines.h"

namespace pgfence::extract {
namespace {

/// /^\s*--[\s-]*up\s+migration/im
bool marks(std::string_view line, std::string_view direction) {
    std::string text = lower_case(trim(line));
    if (!text.starts_with("--")) return false;
    std::string_view rest = text;
    rest.remove_prefix(std::min(rest.find_first_not_of("- \t"), rest.size()));
    return take_word(rest) == direction && trim(rest).starts_with("migration");
}

std::optional<std::size_t> line_that_marks(const Source& source, std::string_view direction) {
    std::optional<std::size_t> found;
    for_each_line(source.text, source.begin, [&](const Line& line) {
        if (!found && marks(line.text, direction)) found = line.begin;
    });
    return found;
}

/// Other runners send the whole file, and a comment of theirs may read like that.
bool is_of_project(const Source& source) {
    const auto folder = nearest_folder_with(source.hints, source.folder, "package.json");
    if (!folder) return false;
    const auto settings = text_of(source.hints, path_in(*folder, "package.json"));
    return settings && contains(*settings, "node-pg-migrate");
}

bool recognises(const Source& source) { return line_that_marks(source, "up") && is_of_project(source); }

Scope read(const Source& source, Script& script) {
    const std::size_t up = line_that_marks(source, "up").value_or(source.begin);
    const auto down = line_that_marks(source, "down");
    blank(script.sql, source.begin, up);
    if (down && *down > up) blank(script.sql, *down, source.text.size());
    if (!down) script.no_way_back = "it has no down section";
    return scope_of_node_pg_migrate(source);
}

}  // namespace

extern const Format node_pg_migrate_sql;
const Format node_pg_migrate_sql{
    .id = "node-pg-migrate-sql",
    .title = "node-pg-migrate, SQL files",
    .decides = "a line -- Up Migration, and a package.json that names node-pg-migrate",
    .recognises = recognises,
    .read = read,
    .known = Known::mark,
    .sends_as_is = true,
    .habits = {.is_known = true, .late = Runner::Late::refused, .edited = Runner::Edited::ignored},
    .marks_as_run = "node-pg-migrate up --fake",
    .run_of = run_of_node_pg_migrate,
    .search_path = search_path_of_node_pg_migrate};

}  // namespace pgfence::extract
