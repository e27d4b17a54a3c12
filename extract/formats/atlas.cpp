// Atlas: VERSION_title.sql beside atlas.sum, or a directive of its own in the file
// (cmd/atlas/internal/cmdapi/migrate.go). The sum also stands beside files in the layouts of other tools, which then
// run them.

#include "extract/formats/format.h"
#include "extract/lines.h"

namespace pgfence::extract {
namespace {

/// What stands behind "-- atlas:NAME" in the file's header or body; nothing when it is not there.
std::optional<std::string_view> directive(const Source& source, std::string_view name) {
    std::optional<std::string_view> found;
    for_each_line(source.text, source.begin, [&](const Line& line) {
        std::string_view rest = line.text;
        if (take_word(rest) == "--" && take_word(rest) == name) found = trim(rest);
    });
    return found;
}

bool recognises(const Source& source) {
    if (source.text.find("-- atlas:") != std::string_view::npos && directive(source, "atlas:txmode")) return true;
    return has_path(source.hints, join(source.folder, "atlas.sum")) && !source.name.ends_with(".up.sql") &&
           !source.name.ends_with(".down.sql") && source.name.find("__") == std::string_view::npos;
}

Scope read(const Source& source, Script& script) {
    if (directive(source, "atlas:delimiter"))
        script.unread.push_back({source.whole(), "a file with -- atlas:delimiter",
                                 "Atlas cuts it into statements in its own way: it is read as if by semicolons"});
    const auto mode = directive(source, "atlas:txmode");
    if (mode == "none")
        return {TransactionMode::per_statement, "the file says -- atlas:txmode none", Scope::From::file};
    if (mode == "all") return {TransactionMode::whole_run, "the file says -- atlas:txmode all", Scope::From::file};
    return {TransactionMode::per_file, "Atlas runs each file in a transaction unless --tx-mode says otherwise",
            mode ? Scope::From::file : Scope::From::tool};
}

}  // namespace

extern const Format atlas;
const Format atlas{"atlas",    "Atlas", "atlas.sum beside the file, or a line -- atlas:txmode",
                   recognises, read,    Known::surroundings};

}  // namespace pgfence::extract
