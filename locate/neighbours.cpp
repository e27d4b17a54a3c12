#include "locate/neighbours.h"

#include "core/path_text.h"
#include "core/text.h"
#include "locate/layout.h"
#include "locate/schema_words.h"

namespace pgfence::locate {
namespace {

std::string_view migrations_folder_of(const Candidate& one) {
    return one.path.substr(0, migrations_folder(one.lower).size());
}

}  // namespace

bool has_variant_for_postgres(std::string_view path, const std::function<bool(std::string_view)>& exists) {
    for (const std::string_view end : {".up.sql", ".down.sql"}) {
        if (!path.ends_with(end)) continue;
        const std::string stem(path.substr(0, path.size() - end.size()));
        for (const std::string_view word : {".postgres", ".postgresql", ".pg"})
            if (exists(stem + std::string(word) + std::string(end))) return true;
    }
    return false;
}

Neighbours::Neighbours(const std::vector<Candidate>& candidates, const FileTree& tree) {
    for (const Candidate& one : candidates) {
        all_.insert(one.path);
        add_folders(one);
    }
    of_folders_.erase("");
    add_programs(candidates, tree);
}

void Neighbours::add_folders(const Candidate& one) {
    if (const auto name = last_part(one.lower); name == "up.sql" || name == "migration.sql")
        of_folders_.insert(folder_of(folder_of(one.path)));
    const auto inner = migrations_folder(one.lower);
    if (last_part(inner) != "migrations") return;
    for (auto outer = migrations_folder(inner); !outer.empty(); outer = migrations_folder(outer))
        if (last_part(outer) != "migrations") around_migrations_.insert(one.path.substr(0, outer.size()));
}

void Neighbours::add_programs(const std::vector<Candidate>& candidates, const FileTree& tree) {
    for (const Candidate& one : candidates)
        if (!one.is_code) programs_[folder_of(one.path)];
    for (const Candidate& one : candidates) {
        const auto folder = programs_.find(folder_of(one.path));
        if (!one.is_code || !one.format || !one.format->habits.programs_alone || folder == programs_.end()) continue;
        folder->second.title = one.format->title;
        const std::string text = tree.read(one.path).value_or("open(");
        const bool reads = reads_files(text);
        folder->second.reads.emplace(last_part(one.path), reads);
        if (reads) folder->second.readers += text;
    }
}

std::optional<std::string_view> Neighbours::has_variant(const Candidate& one) const {
    if (has_variant_for_postgres(one.path, [&](std::string_view other) { return all_.contains(other); }))
        return "there is one for PostgreSQL";
    return std::nullopt;
}

std::optional<std::string_view> Neighbours::has_own(const Candidate& one) const {
    const auto name = last_part(one.path);
    if (is_numbered(last_part(one.lower)) || name == "up.sql" || name == "migration.sql" || name == "down.sql")
        return std::nullopt;
    for (const std::string_view other : {"migration.sql", "up.sql"})
        if (all_.contains(path_in(folder_of(one.path), other))) return "beside the file that its tool runs";
    return std::nullopt;
}

std::optional<std::string> Neighbours::has_program(const Candidate& one) const {
    const ProgramsAlone& folder = programs_.at(folder_of(one.path));
    const std::string_view name = last_part(one.path), stem = name.substr(0, name.rfind('.'));
    for (auto end = stem.size(); end != stem.npos && end > 0; end = stem.rfind('_', end - 1)) {
        const auto program = folder.reads.find(std::string(trim(stem.substr(0, end))) + ".py");
        if (program == folder.reads.end()) continue;
        if (program->second || contains(folder.readers, stem)) return std::nullopt;
        return std::string(folder.title) + " never runs it: the SQL of the program beside it, kept for people";
    }
    return std::nullopt;
}

std::optional<std::string_view> Neighbours::has_folders(const Candidate& one) const {
    if (one.format->known != Known::anything || is_numbered(last_part(one.lower))) return std::nullopt;
    if (around_migrations_.contains(migrations_folder_of(one))) return "around a folder of migrations";
    if (of_folders_.contains(folder_of(one.path))) return "beside the folders that its tool runs";
    return std::nullopt;
}

}  // namespace pgfence::locate
