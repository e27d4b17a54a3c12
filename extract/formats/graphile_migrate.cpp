// Graphile Migrate: migrations/committed/000001.sql, with a header of lines "--! Previous:", and the current one beside
// them (src/migration.ts, src/header.ts).

#include "extract/formats/format.h"
#include "extract/lines.h"
#include "extract/psql.h"
#include "extract/usable.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    if (source.body().starts_with("--! Previous:")) return true;
    return nearest_folder_with(source.hints, source.folder, ".gmrc") &&
           source.folder.find("migrations") != std::string_view::npos;
}

/// The header's lines begin with "--!" and end at the first other one.
bool says_no_transaction(std::string_view text) {
    while (text.starts_with("--!")) {
        const Line line = line_at(text, 0);
        if (trim(line.text.substr(3)) == "no-transaction") return true;
        text.remove_prefix(line.next);
    }
    return false;
}

/// --!include name, of a file in migrations/fixtures/; in committed migrations its text stands there already.
void include(const Source& source, const Line& line, Script& script) {
    constexpr std::string_view kInclude = "--!include ";
    if (!line.text.starts_with(kInclude)) return;
    const auto migrations = source.folder.find("migrations");
    const std::string_view folder = source.folder.substr(0, migrations + std::string_view("migrations").size());
    const auto path = path_from(path_in(folder, "fixtures"), trim(line.text.substr(kInclude.size())));
    auto text = path && source.hints.read ? source.hints.read(*path) : std::nullopt;
    if (text && !unusable(source.file, *text))
        source.replacements.push_back({line.begin, line.end, std::move(*text)});
    else
        script.unread.push_back(
            {source.span(line.begin, line.end), std::string(line.text), "there is no such file in the repository"});
}

Scope read(const Source& source, Script& script) {
    for_each_line(source.text, source.begin, [&](const Line& line) { include(source, line, script); });
    // :PLACEHOLDER is written as psql's variables are.
    read_psql(source, script);
    if (says_no_transaction(source.body()))
        return {TransactionMode::implicit, "the file says --! no-transaction, and is sent as one query",
                Scope::From::file};
    return {TransactionMode::per_file, "Graphile Migrate runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format graphile_migrate;
const Format graphile_migrate{
    .id = "graphile-migrate",
    .title = "Graphile Migrate",
    .decides = "a first line --! Previous:, or the folder migrations beside .gmrc",
    .recognises = recognises,
    .read = read,
    .known = Known::mark,
    .habits = {.is_known = true, .leads_back = locate::never_leads_back, .edited = Runner::Edited::refused}};

}  // namespace pgfence::extract
