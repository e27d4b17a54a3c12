// Atlas: VERSION_title.sql beside atlas.sum, or a directive of its own in the file
// (cmd/atlas/internal/cmdapi/migrate.go). The sum also stands beside files in the layouts of other tools, which then
// run them.

#include "extract/delimiter.h"
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
    return has_path(source.hints, path_in(source.folder, "atlas.sum")) && !source.name.ends_with(".up.sql") &&
           !source.name.ends_with(".down.sql") && source.name.find("__") == std::string_view::npos;
}

/// Written with the escapes of a Go string.
std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        const char c = text[++i];
        out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
    }
    return out;
}

Scope read(const Source& source, Script& script) {
    if (const auto delimiter = directive(source, "atlas:delimiter")) {
        // Not the one in the directive itself.
        const std::size_t behind = line_at(source.text, source.text.find("atlas:delimiter")).next;
        end_statements_at(source, unescaped(*delimiter), behind, source.text.size(), script);
    }
    const auto mode = directive(source, "atlas:txmode");
    if (mode == "none")
        return {TransactionMode::per_statement, "the file says -- atlas:txmode none", Scope::From::file};
    if (mode == "all")
        return {TransactionMode::whole_run,
                "the file says -- atlas:txmode all: all pending files run in one transaction", Scope::From::file};
    return {TransactionMode::per_file, "Atlas runs each file in a transaction unless --tx-mode says otherwise",
            mode ? Scope::From::file : Scope::From::tool};
}

}  // namespace

extern const Format atlas;
const Format atlas{.id = "atlas",
                   .title = "Atlas",
                   .decides = "atlas.sum beside the file, or a line -- atlas:txmode",
                   .recognises = recognises,
                   .read = read,
                   .known = Known::surroundings,
                   .habits = {.is_known = true, .by_version = true}};

}  // namespace pgfence::extract
