#include "pipeline/revisions.h"

#include <map>
#include <string>
#include <utility>

#include "diff/changed_lines.h"
#include "extract/extract.h"

namespace pgfence::pipeline {
namespace {

using Change = MigrationFile::Change;
using Role = MigrationFile::Role;

class Revisions {
public:
    Revisions(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts) {
        for (std::size_t i = 0; i < files.size(); ++i) {
            const MigrationFile& file = files[i];
            const auto known_by = extract::known_by(scripts[i].format, file.path, file.text);
            if (!known_by) continue;
            std::string id = *known_by;
            if (file.role == Role::changed && file.change != Change::deleted) left_.emplace(file.path, id);
            if (file.role == Role::changed && file.change == Change::deleted) left_.emplace(file.path, "");
            if (file.role == Role::changed && file.old_path) left_.emplace(*file.old_path, "");
            if (file.role == Role::history && !id.empty()) ran_.emplace(std::move(id), &file);
        }
    }

    /// As its runner sees the file.
    void judge(MigrationFile& file) const {
        const auto own = left_.find(file.path);
        if (own == left_.end() || own->second.empty() || ran_.empty()) return;
        const MigrationFile* before = ran_as(own->second, file.path);
        if (!before) return begin_anew(file);
        if (before->path == file.path || file.old_path == before->path) return;
        file.change = Change::renamed;
        file.old_path = before->path;
        file.changed_lines = diff::changed_lines(before->text, file.text);
    }

private:
    /// Null: nothing with that id ran, of any of the environments. One that still stands in its own file is that one,
    /// and this is a mistake.
    const MigrationFile* ran_as(const std::string& id, const std::string& path) const {
        const MigrationFile* moved = nullptr;
        const auto [first, last] = ran_.equal_range(id);
        for (auto one = first; one != last; ++one) {
            if (one->second->path == path) return one->second;
            const auto now = left_.find(one->second->path);
            if (now != left_.end() && now->second != id) moved = one->second;
        }
        return moved;
    }

    static void begin_anew(MigrationFile& file) {
        file.change = Change::added;
        file.old_path.reset();
        file.changed_lines.clear();
    }

    std::multimap<std::string, const MigrationFile*> ran_;  ///< by id
    std::map<std::string, std::string> left_;               ///< what the change makes of its files: ids by path
};

}  // namespace

void go_by_revision(std::vector<MigrationFile>& files, const std::vector<Script>& scripts) {
    const Revisions revisions(files, scripts);
    for (MigrationFile& file : files)
        if (file.role == Role::changed &&
            (file.change == Change::added || file.change == Change::modified || file.change == Change::renamed))
            revisions.judge(file);
}

}  // namespace pgfence::pipeline
