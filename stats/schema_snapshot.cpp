#include "stats/schema_snapshot.h"

#include <charconv>
#include <utility>

#include "core/date.h"

namespace pgfence::stats {
namespace {

bool take(std::string_view& text, std::string_view what) {
    if (!text.starts_with(what)) return false;
    text.remove_prefix(what.size());
    return true;
}

bool take(std::string_view& text, int& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc();
}

std::string_view line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view first = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return first.ends_with('\r') ? first.substr(0, first.size() - 1) : first;
}

}  // namespace

Result<SchemaSnapshot> read_schema_snapshot(std::string text, std::string_view file_name) {
    SchemaSnapshot snapshot;
    std::string_view rest = text, heading = line(rest);
    int format = 0, server = 0;
    if (!take(heading, "-- pgfence snapshot ") || !take(heading, format) || !take(heading, ": server ") ||
        !take(heading, server) || !take(heading, ", taken ") || !parse_iso_date(heading))
        return usage_error("schema snapshot " + std::string(file_name) +
                           ": its first line is not that of a snapshot; take one with pgfence snapshot, and give other "
                           "SQL by --schema");
    if (format != 1)
        return usage_error("schema snapshot " + std::string(file_name) + ": its format is " + std::to_string(format) +
                           ", this pgfence reads format 1");
    snapshot.server_version = server / 10000;
    snapshot.date = heading;
    std::string_view second = line(rest);
    if (take(second, "-- through ")) snapshot.through = second;
    snapshot.sql = std::move(text);
    return snapshot;
}

}  // namespace pgfence::stats
