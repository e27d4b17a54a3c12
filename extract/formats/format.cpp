#include "extract/formats/format.h"

#include <algorithm>

#include "extract/lines.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";

/// ".ts" is listed in ".js .ts".
bool lists(std::string_view extensions, std::string_view extension) {
    for (auto at = extensions.find(extension); at != extensions.npos; at = extensions.find(extension, at + 1)) {
        const std::size_t end = at + extension.size();
        if (end == extensions.size() || extensions[end] == ' ') return true;
    }
    return false;
}

std::string_view extension_of(std::string_view path) {
    const auto dot = path.rfind('.');
    return dot == path.npos || path.find('/', dot) != path.npos ? std::string_view() : path.substr(dot);
}

bool something_begins_with(const Hints& hints, const std::string& prefix) {
    const auto at = std::lower_bound(hints.paths.begin(), hints.paths.end(), prefix);
    return at != hints.paths.end() && at->starts_with(prefix);
}

}  // namespace

std::size_t behind_mark(std::string_view text) { return text.starts_with(kBom) ? kBom.size() : 0; }

Source source_of(const MigrationFile& file, const Hints& hints, Memory& memory, Replacements& replacements) {
    const std::string_view text = file.text;
    return {hints,     memory,           replacements,         file.id,
            file.role, file.path,        folder_of(file.path), last_part(file.path),
            text,      behind_mark(text)};
}

bool is_sql_name(std::string_view path) {
    const std::string name = lower_case(last_part(path));
    const std::string_view extension = extension_of(name);
    if (extension == ".sql" || extension == ".psql" || extension == ".pgsql") return true;
    const std::string_view stem = std::string_view(name).substr(0, name.size() - extension.size());
    return extension.size() > 1 && locate::is_postgres_word(extension.substr(1)) && stem.ends_with(".sql");
}

bool is_code_name(std::string_view path) {
    const std::string_view extension = extension_of(path);
    if (extension.size() <= 1 || extension == ".sql") return false;
    return std::any_of(formats().begin(), formats().end(),
                       [&](const Format* format) { return lists(format->extensions, extension); });
}

const Format* format_called(std::string_view id) {
    const auto& all = formats();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Format* format) { return format->id == id; });
    return found == all.end() ? nullptr : *found;
}

const Format* format_of(const Source& source) {
    const std::string_view extension = extension_of(source.name);
    const bool is_code = is_code_name(source.name);
    for (const Format* format : formats()) {
        if (is_code ? !lists(format->extensions, extension) : !format->extensions.empty()) continue;
        if (format->recognises(source)) return format;
    }
    return nullptr;
}

bool has_path(const Hints& hints, std::string_view path) {
    return std::binary_search(hints.paths.begin(), hints.paths.end(), path);
}

void require_down_file(const Source& source, std::string_view up, std::string_view down, Script& script) {
    if (source.hints.paths.empty() || !source.name.ends_with(up)) return;
    const std::string title(source.name.substr(0, source.name.size() - up.size()));
    const std::string other = path_in(source.folder, title + std::string(down));
    if (!has_path(source.hints, other)) script.no_way_back = "there is no " + other;
}

bool has_folder(const Hints& hints, std::string_view folder) {
    return something_begins_with(hints, std::string(folder) + "/");
}

std::optional<std::string> nearest_folder_with(const Hints& hints, std::string_view folder, std::string_view name) {
    if (hints.paths.empty()) return std::nullopt;
    for (;; folder = folder_of(folder)) {
        const std::string wanted = path_in(folder, name);
        if (has_path(hints, wanted) || has_folder(hints, wanted)) return std::string(folder);
        if (folder.empty()) return std::nullopt;
    }
}

std::optional<std::string> text_of(const Hints& hints, std::string_view path) {
    return hints.read && has_path(hints, path) ? hints.read(path) : std::nullopt;
}

std::optional<std::string> path_from(std::string_view folder, std::string_view name) {
    if (name.starts_with('/')) return std::nullopt;
    std::vector<std::string_view> parts = path_parts(folder);
    for (const std::string_view part : path_parts(name)) {
        if (part.empty() || part == ".") continue;
        if (part != "..") {
            parts.push_back(part);
        } else {
            if (parts.empty()) return std::nullopt;
            parts.pop_back();
        }
    }
    std::string path;
    for (const std::string_view part : parts) path = path_in(path, part);
    return path;
}

namespace {

/// A line that asks for the crate itself: sqlx = "0.8", sqlx.workspace = true, [dependencies.sqlx].
bool depends_on(std::string_view settings, std::string_view crate) {
    bool found = false;
    for_each_line(settings, 0, [&](const Line& line) {
        std::string_view name = trim(line.text);
        if (name.starts_with('[') && name.ends_with("]") && contains(name, "dependencies."))
            name = name.substr(name.rfind('.') + 1);
        const std::string_view behind = name.starts_with(crate) ? name.substr(crate.size()) : "x";
        found |= !behind.empty() && std::string_view(" =.]").find(behind.front()) != std::string_view::npos;
    });
    return found;
}

/// One of the crates in or below the folder asks for it: the members of a workspace.
bool has_crate_below(const Hints& hints, const std::string& folder, std::string_view crate) {
    FoldersSeen& seen = *hints.seen;
    const std::lock_guard lock(seen.mutex);
    const auto [answer, is_new] = seen.has_crate.emplace(path_in(folder, crate), false);
    if (!is_new) return answer->second;
    return answer->second = std::any_of(hints.paths.begin(), hints.paths.end(), [&](const std::string& path) {
               if (last_part(path) != "Cargo.toml" || !(folder.empty() || path.starts_with(folder + "/"))) return false;
               const auto text = text_of(hints, path);
               return text && depends_on(*text, crate);
           });
}

bool has_go_module(const Hints& hints) {
    return std::any_of(hints.paths.begin(), hints.paths.end(),
                       [](const std::string& path) { return last_part(path) == "go.mod"; });
}

}  // namespace

bool in_rust_crate(const Source& source, std::string_view crate) {
    const auto around = nearest_folder_with(source.hints, source.folder, "Cargo.toml");
    const auto module = nearest_folder_with(source.hints, source.folder, "go.mod");
    // Migrations at the root, the programs in folders beside them.
    if (!around) return source.hints.read && !has_go_module(source.hints) && has_crate_below(source.hints, "", crate);
    if (module && module->size() >= around->size()) return false;
    if (!source.hints.read) return true;
    std::string outermost = *around;
    for (std::string_view folder = source.folder;; folder = folder_of(folder)) {
        const auto text = text_of(source.hints, path_in(folder, "Cargo.toml"));
        if (text && text->find(crate) != std::string::npos) return true;
        if (text) outermost = folder;
        if (folder.empty()) break;
    }
    return has_crate_below(source.hints, outermost, crate);
}

bool in_hasura_project(const Source& source) {
    for (std::string_view folder = folder_of(source.folder); !source.hints.paths.empty(); folder = folder_of(folder)) {
        const std::string settings = path_in(folder, "config.yaml");
        const auto text = text_of(source.hints, settings);
        if (text && (contains(*text, "metadata_directory") || contains(*text, "hasura"))) return true;
        for (const std::string_view metadata : {"metadata/databases/databases.yaml", "metadata/version.yaml"})
            if (has_path(source.hints, path_in(folder, metadata))) return true;
        if (folder.empty()) return false;
    }
    return false;
}

}  // namespace pgfence::extract
