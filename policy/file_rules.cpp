// What git and the runner's layout tell about the files of a change.

#include <fmt/format.h>

#include <map>

#include "policy/change_rules.h"

namespace pgfence::policy {
namespace {

/// Of every file that has statements: where its first one stands.
std::map<FileId, SourceSpan> first_statements(const Inputs& inputs) {
    std::map<FileId, SourceSpan> first;
    for (const AnalyzedFile& file : inputs.analysis.files)
        if (!file.statements.empty()) first[file.file] = file.statements.front().span;
    return first;
}

std::string said_of(const MigrationFile& file) {
    using Change = MigrationFile::Change;
    switch (file.change) {
        case Change::added:
            if (file.overtaken_by.empty()) return "";
            return fmt::format(
                "this file sorts before {}, which ran already: runners skip it, refuse it or run it out "
                "of order",
                file.overtaken_by);
        case Change::modified:
            return "this file ran already: where it did, the edit never runs, and runners that compare checksums "
                   "refuse it";
        case Change::renamed:
            return fmt::format(
                "this file ran already as {}: under its new name it runs again, or the old one is missed",
                file.old_path.value_or("another name"));
        case Change::deleted: return "this file ran already and is gone: new databases differ from old ones";
        case Change::none: return "";
    }
    return "";
}

}  // namespace

void non_linear_history(const Inputs& inputs, const OptionValues&, std::vector<Finding>& found) {
    const auto first = first_statements(inputs);
    for (const MigrationFile& file : inputs.files) {
        if (file.role != MigrationFile::Role::changed || file.repeatable) continue;
        std::string message = said_of(file);
        if (message.empty()) continue;
        const auto statement = first.find(file.id);
        Finding finding;
        finding.span = statement == first.end() ? SourceSpan{file.id, 0, 0} : statement->second;
        finding.message = std::move(message);
        found.push_back(std::move(finding));
    }
}

void missing_down_migration(const Inputs& inputs, const OptionValues&, std::vector<Finding>& found) {
    for (const AnalyzedFile& file : inputs.analysis.files) {
        if (file.no_way_back.empty() || file.statements.empty()) continue;
        Finding finding;
        finding.span = file.statements.front().span;
        finding.message = fmt::format("there is no way back: {}", file.no_way_back);
        found.push_back(std::move(finding));
    }
}

}  // namespace pgfence::policy
