#include "pipeline/refused_by_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/path_text.h"
#include "core/text.h"
#include "extract/formats/format.h"

namespace pgfence::pipeline {
namespace {

using Change = MigrationFile::Change;
using Role = MigrationFile::Role;
using extract::Format;
using extract::Revision;

/// A file as it stands before or after the change.
struct Standing {
    const MigrationFile* file;
    const Format* format;
    Revision revision;
};
using Standings = std::map<std::string_view, Standing>;  ///< by path

struct Sides {
    Standings before, after;
};

/// Of the formats whose files name those before them.
Sides sides_of(const Prepared& change, const std::vector<Script>& scripts) {
    Sides sides;
    const auto add = [&](Standings& side, const MigrationFile& file, const Format& format) {
        side.insert_or_assign(file.path, Standing{&file, &format, format.revision(file.path, file.text)});
    };
    std::set<std::string_view> gone;
    for (const MigrationFile& file : change.files) {
        if (file.role != Role::changed) continue;
        if (file.change != Change::added) gone.insert(file.path);
        if (file.old_path) gone.insert(*file.old_path);
    }
    for (std::size_t i = 0; i < change.files.size(); ++i) {
        const MigrationFile& file = change.files[i];
        const Format* format = extract::format_called(scripts[i].format);
        if (!format || !format->revision) continue;
        if (file.role == Role::history) {
            add(sides.before, file, *format);
            if (!gone.contains(file.path)) add(sides.after, file, *format);
        } else if (file.role == Role::changed && file.change != Change::deleted) {
            add(sides.after, file, *format);
        }
    }
    return sides;
}

/// The migrations of one folder, among all that there are.
class Folder {
public:
    Folder(const Standings& all, std::string_view folder) {
        std::set<std::string_view> named;
        for (const auto& [path, one] : all) {
            ids_.insert(one.revision.id);
            for (const std::string& id : one.revision.after) named.insert(id);
            if (folder_of(path) == folder) files_.push_back(&one);
        }
        for (const Standing* one : files_) {
            // What stands for others has their names, and what is labelled is one branch of several.
            is_plain_ = is_plain_ && !one->revision.id.empty() && !contains(one->file->text, "replaces = ") &&
                        !has_label(one->file->text);
            if (!named.contains(one->revision.id)) heads_.push_back(one);
        }
    }

    bool is_plain() const { return is_plain_ && !files_.empty(); }
    bool has(std::string_view id) const { return ids_.contains(id); }
    const std::vector<const Standing*>& files() const { return files_; }
    const std::vector<const Standing*>& heads() const { return heads_; }

    /// Ids of its own kind that no file has: Django's of another application are not looked for.
    std::vector<std::string> missing(const Standing& one) const {
        std::vector<std::string> ids;
        for (const std::string& id : one.revision.after)
            if (!has(id) && folder_of(id) == folder_of(one.revision.id)) ids.push_back(id);
        return ids;
    }
    bool is_whole() const {
        return std::all_of(files_.begin(), files_.end(), [&](const Standing* one) { return missing(*one).empty(); });
    }

private:
    /// branch_labels = ("shop",)
    static bool has_label(std::string_view text) {
        constexpr std::string_view kLabels = "branch_labels";
        const auto at = text.find(kLabels);
        if (at == text.npos) return false;
        const std::string_view line = text.substr(at, text.substr(at).find('\n'));
        return line.find_first_of("'\"") != line.npos;
    }

    std::set<std::string_view> ids_;
    std::vector<const Standing*> files_, heads_;
    bool is_plain_ = true;
};

Unread refusal(FileId file, std::string what, std::string why) {
    return {{file, 0, 0}, std::move(what), std::move(why), Unread::Extent::rejected};
}

/// Only where all that the base has fits together: then nothing of it lies where nobody looked.
void judge_folder(const Folder& before, const Folder& after, std::vector<std::pair<FileId, Unread>>& refused) {
    if (!before.is_plain() || !after.is_plain() || !before.is_whole() || before.heads().size() > 1) return;
    for (const Standing* one : after.files()) {
        const auto missing = after.missing(*one);
        if (one->file->role != Role::changed || missing.empty() || one->format->says_of_missing.empty()) continue;
        refused.emplace_back(
            one->file->id,
            refusal(one->file->id, "a migration behind one that is not there",
                    fmt::format(fmt::runtime("{0} refuses all of them: " + std::string(one->format->says_of_missing)),
                                one->format->title, missing.front(), one->revision.id)));
        return;
    }
    if (after.heads().size() < 2) return;
    for (const Standing* head : after.heads()) {
        if (head->file->role != Role::changed || head->format->says_of_heads.empty()) continue;
        std::string names;
        for (const Standing* other : after.heads())
            names += (names.empty() ? "" : " and ") + std::string(last_part(other->file->path));
        refused.emplace_back(
            head->file->id, refusal(head->file->id, "one of several migrations that come last",
                                    fmt::format("{}, as nothing comes behind {}", head->format->says_of_heads, names)));
        return;
    }
}

const Format* format_it_ran_as(const Prepared& change, const std::vector<Script>& scripts, std::string_view path) {
    for (std::size_t i = 0; i < change.files.size(); ++i)
        if (change.files[i].role == Role::history && change.files[i].path == path)
            return extract::format_called(scripts[i].format);
    return nullptr;
}

}  // namespace

std::vector<std::pair<FileId, Unread>> refused_by_runner(const Prepared& change, const std::vector<Script>& scripts,
                                                         const Squashes& squashes) {
    std::vector<std::pair<FileId, Unread>> refused;
    const Sides sides = sides_of(change, scripts);
    std::set<std::string_view> folders, taken_for;
    for (const auto& [path, one] : sides.after)
        if (one.file->role == Role::changed) folders.insert(folder_of(path));
    for (const std::string_view folder : folders)
        judge_folder(Folder(sides.before, folder), Folder(sides.after, folder), refused);

    for (const MigrationFile& file : change.files)
        if (!file.stands_for.empty()) taken_for.insert(file.stands_for);
    for (const MigrationFile& file : change.files) {
        if (file.role != Role::changed || file.change != Change::deleted || file.repeatable ||
            squashes.replaced.contains(file.id) || taken_for.contains(file.path) ||
            change.perhaps_never_ran.contains(file.path) || change.still_written.contains(file.path))
            continue;
        const Format* format = format_it_ran_as(change, scripts, file.path);
        if (!format || format->says_of_gone.empty()) continue;
        std::string id(last_part(file.path));
        if (format->revision) {
            // A database is at the last one: those before it, it no longer asks for.
            const Folder before(sides.before, folder_of(file.path)), after(sides.after, folder_of(file.path));
            const auto& heads = before.heads();
            const auto head = std::find_if(heads.begin(), heads.end(),
                                           [&](const Standing* one) { return one->file->path == file.path; });
            if (!before.is_plain() || head == heads.end() || after.has((*head)->revision.id)) continue;
            id = (*head)->revision.id;
        }
        refused.emplace_back(file.id, refusal(file.id, "a deleted migration",
                                              fmt::format("where it ran, {} refuses to deploy: {} {}", format->title,
                                                          format->says_of_gone, id)));
    }
    return refused;
}

}  // namespace pgfence::pipeline
