#include "extract/psql_include.h"

#include <algorithm>
#include <utility>

#include "core/path_text.h"
#include "extract/usable.h"

namespace pgfence::extract {
namespace {

constexpr std::size_t kDeepest = 16;
constexpr std::size_t kMostScripts = 500;
constexpr std::size_t kMostBytes = 16u << 20;

Included not_read(std::string why) { return {{}, {}, std::move(why)}; }

/// The folders from which the name may be meant, in the order in which they are tried.
std::vector<std::string_view> starts(const Source& source, const PsqlSession& session, bool relative) {
    if (relative) return {source.folder};
    std::vector<std::string_view> folders;
    for (std::string_view folder = folder_of(session.running.front());; folder = folder_of(folder)) {
        folders.push_back(folder);
        if (folder.empty()) return folders;
    }
}

/// Of what ran before, the text that ran: the repository has what it became.
std::optional<std::string> text_of_script(const Source& source, const std::string& path) {
    const auto known = source.memory.files.find({source.role, path});
    if (known != source.memory.files.end()) return std::string(known->second);
    return source.hints.read ? source.hints.read(path) : std::nullopt;
}

}  // namespace

Included included_script(const Source& source, PsqlSession& session, std::string_view name, bool relative) {
    if (!source.hints.read && source.memory.files.empty())
        return not_read("it runs another file, which is not read from here");
    if (session.running.size() > kDeepest) return not_read("scripts include each other too deep");
    if (session.scripts >= kMostScripts || session.bytes > kMostBytes)
        return not_read("too much is included to be read");
    for (const std::string_view folder : starts(source, session, relative)) {
        const auto path = path_from(folder, name);
        if (!path) continue;
        if (std::find(session.running.begin(), session.running.end(), *path) != session.running.end())
            return not_read("it includes a script that is being run");
        auto text = text_of_script(source, *path);
        if (!text) continue;
        ++session.scripts;
        session.bytes += text->size();
        if (const auto odd = unusable(source.file, *text)) return not_read(odd->what + ": " + odd->why);
        source.memory.included_by.try_emplace({source.role, *path}, session.running.front());
        return {*path, std::move(*text), {}};
    }
    return not_read("there is no such file in the repository");
}

}  // namespace pgfence::extract
