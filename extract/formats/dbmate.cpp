// dbmate looks for its two directives at the begin of lines (pkg/dbmate/migration.go) and sends the up block in one go.

#include "extract/formats/sections.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

/// The directive's words from "migrate:up" on; empty for other lines.
std::string_view directive(std::string_view line) {
    if (!line.starts_with("--")) return {};
    const std::string_view words = trim(line.substr(2));
    std::string_view rest = words;
    const std::string_view name = take_word(rest);
    return name == "migrate:up" || name == "migrate:down" ? words : std::string_view();
}

bool recognises(const Source& source) {
    if (source.text.find("migrate:") == std::string_view::npos) return false;
    return has_marker_comment(source, [](std::string_view comment) { return !directive(comment).empty(); });
}

/// Everything from the first down directive on is the down block.
std::optional<Section> section_from(std::string_view line, Section current) {
    const std::string_view words = directive(line);
    if (words.empty()) return std::nullopt;
    return current != Section::down && words.starts_with("migrate:up") ? Section::up : Section::down;
}

bool says_no_transaction(std::string_view line) {
    std::string_view words = directive(line);
    if (take_word(words) != "migrate:up") return false;
    for (std::string_view option = take_word(words); !option.empty(); option = take_word(words))
        if (option == "transaction:false") return true;
    return false;
}

Scope read(const Source& source, Script& script) {
    bool transaction = true;
    for_each_line(source.text, source.begin, [&](const Line& line) { transaction &= !says_no_transaction(line.text); });
    keep_up_sections(source, "dbmate", "-- migrate:up", section_from, script);
    if (!transaction)
        return {TransactionMode::implicit,
                "the file says -- migrate:up transaction:false, and dbmate sends the block as one query",
                Scope::From::file};
    return {TransactionMode::per_file, "dbmate runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format dbmate;
const Format dbmate{.id = "dbmate",
                    .title = "dbmate",
                    .decides = "a line -- migrate:up",
                    .recognises = recognises,
                    .read = read,
                    .known = Known::mark,
                    .sends_as_is = true,
                    .habits = {.is_known = true,
                               .by_version = true,
                               .leads_back = locate::never_leads_back,
                               .late = Runner::Late::runs,
                               .edited = Runner::Edited::ignored},
                    .own_tables = "CREATE TABLE IF NOT EXISTS schema_migrations (version varchar(128) PRIMARY KEY)"};

}  // namespace pgfence::extract
