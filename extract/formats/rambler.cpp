// rambler: lines that begin with "-- rambler", then up or down (migration.go). Each up section goes to the server as
// one query; any other word behind the mark ends it.

#include "extract/formats/sections.h"
#include "extract/one_query.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

constexpr std::string_view kMark = "-- rambler";

/// "up" of "-- rambler up"; nothing for other lines.
std::optional<std::string_view> word_of(std::string_view line) {
    if (!line.starts_with(kMark)) return std::nullopt;
    return trim(line.substr(kMark.size()));
}

bool recognises(const Source& source) {
    if (!contains(source.text, kMark)) return false;
    return has_marker_comment(source, [](std::string_view comment) {
        const auto word = word_of(comment);
        return word == "up" || word == "down";
    });
}

std::optional<Section> section_from(std::string_view line, Section) {
    const auto word = word_of(line);
    if (!word) return std::nullopt;
    return word == "up" ? Section::up : Section::down;
}

std::optional<bool> query_mark(std::string_view line) {
    const auto word = word_of(line);
    return word ? std::optional(word == "up") : std::nullopt;
}

Scope read(const Source& source, Script& script) {
    std::size_t ups = 0;
    for_each_line(source.text, source.begin, [&](const Line& line) { ups += word_of(line.text) == "up"; });
    keep_up_sections(source, "rambler", "-- rambler up", section_from, script);
    if (ups < 2) return {TransactionMode::implicit, "rambler sends each section as one query", Scope::From::tool};
    write_transactions_of_queries(source, query_mark, script);
    return {TransactionMode::per_statement, "rambler sends each section as one query", Scope::From::tool};
}

}  // namespace

extern const Format rambler;
const Format rambler{.id = "rambler",
                     .title = "rambler",
                     .decides = "a line -- rambler up",
                     .recognises = recognises,
                     .read = read,
                     .known = Known::mark,
                     .sends_as_is = true,
                     .habits = {.is_known = true,
                                .leads_back = locate::never_leads_back,
                                .late = Runner::Late::refused,
                                .edited = Runner::Edited::ignored}};

}  // namespace pgfence::extract
