#include "pipeline/unparsed_history.h"

#include <map>
#include <set>
#include <string>

#include "core/path_text.h"

namespace pgfence::pipeline {
namespace {

constexpr std::string_view kWhy =
    "; earlier migrations of this folder ran and do not parse either, so their runner sends something else";

struct Earlier {
    std::size_t all = 0, unparsed = 0;
    /// One alone may be a file that never ran.
    bool is_changed_by_runner() const { return unparsed >= 2 && unparsed * 4 >= all; }
};

std::map<std::string, Earlier, std::less<>> earlier_by_folder(const Analysis& analysis, const Prepared& change) {
    std::set<FileId> unparsed;
    for (const Unread& unread : analysis.unread_history)
        if (unread.what == kDoesNotParse) unparsed.insert(unread.span.file);
    std::map<std::string, Earlier, std::less<>> folders;
    if (unparsed.size() < 2) return folders;
    for (const MigrationFile& file : change.files) {
        if (file.role != MigrationFile::Role::history) continue;
        Earlier& folder = folders[std::string(folder_of(file.path))];
        ++folder.all;
        folder.unparsed += unparsed.contains(file.id);
    }
    return folders;
}

}  // namespace

void heed_history_that_does_not_parse(Analysis& analysis, const Prepared& change) {
    const auto folders = earlier_by_folder(analysis, change);
    if (folders.empty()) return;
    std::set<FileId> files;
    for (const MigrationFile& file : change.files) {
        if (file.role != MigrationFile::Role::changed) continue;
        const auto folder = folders.find(folder_of(file.path));
        if (folder != folders.end() && folder->second.is_changed_by_runner()) files.insert(file.id);
    }
    if (files.empty()) return;
    const std::set<std::string, std::less<>> rules = rules_about(RuleSubject::text, analysis);
    std::erase_if(analysis.findings, [&](const Finding& finding) {
        return rules.contains(finding.rule) && files.contains(finding.span.file);
    });
    for (AnalyzedFile& file : analysis.files) {
        if (!files.contains(file.file)) continue;
        for (Unread& unread : file.unread)
            if (unread.what == kDoesNotParse) unread.why += kWhy;
    }
}

}  // namespace pgfence::pipeline
