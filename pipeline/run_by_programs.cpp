#include "pipeline/run_by_programs.h"

#include <algorithm>
#include <string_view>

#include "core/path_text.h"
#include "extract/formats/format.h"

namespace pgfence::pipeline {
namespace {

constexpr std::string_view kQuotes = "\"'`";

/// 'sqls/0003_totals.sql', or a part of such a text that begins with a name: a comment that mentions it has no quotes.
bool names_in_quotes(std::string_view program, std::string_view name) {
    for (std::size_t at = program.find(name); at != program.npos; at = program.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        if (at == 0 || end == program.size() || kQuotes.find(program[end]) == kQuotes.npos) continue;
        if (program[at - 1] == '/' || kQuotes.find(program[at - 1]) != kQuotes.npos) return true;
    }
    return false;
}

/// Behind the last folder where the file's name alone says nothing: every migration of that tool has an up.sql.
std::string_view telling_name(std::string_view path) {
    const std::string_view name = last_part(path), folder = folder_of(path);
    const bool says_nothing = name == "up.sql" || name == "down.sql" || name == "migration.sql" || name == "index.sql";
    return !says_nothing || folder.empty() ? name
                                           : path.substr(path.size() - name.size() - 1 - last_part(folder).size());
}

}  // namespace

std::set<FileId> run_by_programs(const std::vector<MigrationFile>& files) {
    using Change = MigrationFile::Change;
    std::vector<const MigrationFile*> programs;
    for (const MigrationFile& file : files)
        if (extract::is_code_name(file.path) && file.change != Change::deleted) programs.push_back(&file);
    std::set<FileId> found;
    for (const MigrationFile& file : files) {
        if (file.role != MigrationFile::Role::changed || !file.path.ends_with(".sql")) continue;
        const bool is_named = std::any_of(programs.begin(), programs.end(), [&](const MigrationFile* program) {
            const bool runs_it_as_it_is = program->change == Change::added || file.change == Change::added;
            return runs_it_as_it_is && names_in_quotes(program->text, telling_name(file.path));
        });
        if (is_named) found.insert(file.id);
    }
    return found;
}

}  // namespace pgfence::pipeline
