#include "pipeline/survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>

#include "core/path_text.h"
#include "core/server_version.h"
#include "extract/detect.h"
#include "extract/extract.h"
#include "locate/order.h"

namespace pgfence::pipeline {
namespace {

constexpr std::size_t kMostFiles = 200;  // that may name a server

bool is_image_part(char c) { return is_lower(c) || is_digit(c) || c == '/' || c == '-' || c == '_'; }

std::optional<int> major_at(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + 2 || !is_answered_for(number)) return std::nullopt;
    return number;
}

/// "16.3-alpine", "pg16", "2.14.2-pg16", "latest-pg16"
std::optional<int> major_of_tag(std::string_view tag) {
    tag = tag.substr(0, std::min(tag.size(), tag.find_first_of(" \t\r\"'@}])#")));
    if (const auto major = major_at(tag)) return major;
    const auto marked = tag.find("pg");
    return marked == std::string_view::npos ? std::nullopt : major_at(tag.substr(marked + 2));
}

std::optional<int> major_in_line(std::string_view line) {
    if (line.starts_with("postgres ")) return major_at(line.substr(9));
    for (const std::string_view image : {"postgres", "postgis", "pgvector", "timescaledb"})
        for (std::size_t at = line.find(image); at != std::string_view::npos; at = line.find(image, at + 1)) {
            std::size_t colon = at + image.size();
            while (colon < line.size() && is_image_part(line[colon])) ++colon;
            if (colon >= line.size() || line[colon] != ':') continue;
            if (const auto major = major_of_tag(line.substr(colon + 1))) return major;
        }
    return std::nullopt;
}

std::vector<Survey::Folder> folders_of(const std::vector<MigrationFile>& files, const extract::Hints& hints) {
    std::map<std::string, Survey::Folder> folders;
    std::map<std::string, const MigrationFile*> last;
    for (const MigrationFile& file : files) {
        const auto folder = locate::sequence_of(file.path);
        if (!folder || file.repeatable) continue;
        Survey::Folder& counted = folders[std::string(*folder)];
        counted.path = *folder;
        counted.last = file.path;
        ++counted.migrations;
        last[counted.path] = &file;
    }
    std::vector<Survey::Folder> all;
    for (auto& [path, folder] : folders) {
        folder.format = extract::script(*last[path], hints).format;
        all.push_back(std::move(folder));
    }
    return all;
}

}  // namespace

bool names_servers(std::string_view path) {
    const std::string_view name = last_part(path);
    const bool yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    if (yaml && (name.find("compose") != std::string_view::npos || path.starts_with(".github/workflows/"))) return true;
    return name == ".gitlab-ci.yml" || name == ".tool-versions" || name.starts_with("Dockerfile") ||
           path.starts_with(".devcontainer/");
}

std::optional<NamedVersion> named_version(std::string_view text) {
    std::optional<NamedVersion> oldest;
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.size(), text.find('\n', at));
        ++number;
        const auto major = major_in_line(text.substr(at, end - at));
        if (major && (!oldest || *major < oldest->major)) oldest = NamedVersion{*major, number};
        at = end + 1;
    }
    return oldest;
}

diff::Request at_its_head(diff::Request request) {
    if (!request.head) request.head = "HEAD";
    request.base = request.head;
    return request;
}

Result<Survey> survey(const diff::Request& repository) {
    auto comparison = TRY(diff::Comparison::open(at_its_head(repository)));
    diff::Selection selection = repository.files;
    selection.detect = extract::detect;
    const diff::Change change = TRY(comparison.changes(selection));
    Survey survey;
    survey.notes = change.notes;
    extract::Hints hints;
    std::copy_if(change.paths.begin(), change.paths.end(), std::back_inserter(hints.paths),
                 [](const std::string& path) { return extract::tells_tools_apart(path); });
    survey.folders = folders_of(change.files, hints);
    std::size_t read = 0;
    for (const std::string& path : change.paths) {
        if (!names_servers(path) || ++read > kMostFiles) continue;
        const auto text = TRY(comparison.file_at_base(path));
        const auto named = text ? named_version(*text) : std::nullopt;
        if (named && (!survey.pg_version || named->major < survey.pg_version->major))
            survey.pg_version = {named->major, fmt::format("{} line {}", path, named->line)};
    }
    return survey;
}

}  // namespace pgfence::pipeline
