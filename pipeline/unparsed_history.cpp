#include "pipeline/unparsed_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "core/path_text.h"
#include "extract/formats/format.h"
#include "locate/database.h"

namespace pgfence::pipeline {
namespace {

constexpr std::string_view kWhy =
    "; earlier migrations of this folder ran and do not parse either, so their runner sends something else";

/// Files in which a statement does not parse, each with a word of another database's that stands in one of these.
using Refused = std::map<FileId, std::string_view>;

std::string_view text_of(const MigrationFile& file, SourceSpan span) {
    const std::string_view text = std::string_view(file.text).substr(0, span.end);
    return text.substr(std::min<std::size_t>(span.begin, text.size()));
}

void note(const Unread& unread, const std::map<FileId, const MigrationFile*>& files, Refused& refused) {
    const auto file = files.find(unread.span.file);
    if (unread.what != kDoesNotParse || file == files.end()) return;
    std::string_view& word = refused[unread.span.file];
    if (word.empty()) word = locate::word_of_another(text_of(*file->second, unread.span));
}

/// What migrations that ran say of their database.
struct Earlier {
    std::size_t all = 0, unparsed = 0, of_another = 0, of_postgres = 0;
    const MigrationFile* example = nullptr;
    std::string_view word = {};  ///< of that one

    void add(const MigrationFile& file, const Refused& refused) {
        const auto found = refused.find(file.id);
        ++all;
        unparsed += found != refused.end();
        of_postgres += locate::is_postgres_alone(file.text);
        if (found == refused.end() || found->second.empty()) return;
        ++of_another;
        example = &file;
        word = found->second;
    }

    /// One alone may be a file that never ran.
    bool is_changed_by_runner() const { return unparsed >= 2 && unparsed * 4 >= all; }
    /// `also`: files of the change that say the same.
    bool is_of_another(std::size_t also) const {
        return of_postgres == 0 && of_another > 0 && of_another + also >= 2 && of_another * 2 >= all;
    }
};

struct History {
    Earlier all;  ///< of SQL, in whatever folder
    std::map<std::string_view, Earlier> by_folder;

    History(const Prepared& change, const Refused& refused) {
        for (const MigrationFile& file : change.files) {
            if (file.role != MigrationFile::Role::history || !extract::is_sql_name(file.path)) continue;
            all.add(file, refused);
            by_folder[folder_of(file.path)].add(file, refused);
        }
    }

    /// What tells that the file is another database's; null: nothing does. Only what ran is asked: whoever writes the
    /// file cannot make it one.
    const Earlier* of_another(const MigrationFile& file, const Refused& refused) const {
        if (!extract::is_sql_name(file.path) || locate::is_postgres_alone(file.text)) return nullptr;
        const auto own = refused.find(file.id);
        const std::size_t also = own != refused.end() && !own->second.empty() ? 1 : 0;
        const auto folder = by_folder.find(folder_of(file.path));
        if (folder != by_folder.end() && folder->second.is_of_another(also)) return &folder->second;
        const bool said_here = folder != by_folder.end() && folder->second.of_postgres > 0;
        return !said_here && all.is_of_another(also) ? &all : nullptr;
    }
};

Refused refused_statements(const Analysis& analysis, const Prepared& change) {
    std::map<FileId, const MigrationFile*> files;
    for (const MigrationFile& file : change.files) files.emplace(file.id, &file);
    Refused refused;
    for (const Unread& unread : analysis.unread_history) note(unread, files, refused);
    for (const AnalyzedFile& file : analysis.files)
        for (const Unread& unread : file.unread) note(unread, files, refused);
    return refused;
}

/// What it says to a server of PostgreSQL's is nobody's news; nor is it safe.
void set_aside(AnalyzedFile& file, const Earlier& earlier) {
    const std::string why = fmt::format(
        "earlier migrations (`{}` in {}) are written for another database than PostgreSQL, so this one is taken for "
        "one of theirs: where it is not, name PostgreSQL's in `migrations` of the configuration",
        earlier.word, earlier.example->path);
    std::erase_if(file.unread, [](const Unread& unread) { return unread.extent == Unread::Extent::part; });
    for (AnalyzedStatement& statement : file.statements) {
        statement.effects = {};
        statement.effects.certainty = Certainty::unknown;
        file.unread.push_back({statement.span, "a statement for another database", why});
    }
}

void leave_out_findings(Analysis& analysis, const std::set<FileId>& files,
                        const std::set<std::string, std::less<>>* rules) {
    std::erase_if(analysis.findings, [&](const Finding& finding) {
        return files.contains(finding.span.file) && (!rules || rules->contains(finding.rule));
    });
}

}  // namespace

void heed_history_that_does_not_parse(Analysis& analysis, const Prepared& change) {
    const Refused refused = refused_statements(analysis, change);
    if (refused.empty()) return;
    const History history(change, refused);
    std::set<FileId> of_another, changed_by_runner;
    std::map<FileId, const MigrationFile*> changed;
    for (const MigrationFile& file : change.files)
        if (file.role == MigrationFile::Role::changed) changed.emplace(file.id, &file);
    for (AnalyzedFile& file : analysis.files) {
        const MigrationFile& own = *changed.at(file.file);
        const Earlier* earlier = change.config.migrations.empty() ? history.of_another(own, refused) : nullptr;
        const auto folder = history.by_folder.find(folder_of(own.path));
        if (earlier) {
            of_another.insert(file.file);
            set_aside(file, *earlier);
        } else if (folder != history.by_folder.end() && folder->second.is_changed_by_runner()) {
            changed_by_runner.insert(file.file);
            for (Unread& unread : file.unread)
                if (unread.what == kDoesNotParse) unread.why += kWhy;
        }
    }
    leave_out_findings(analysis, of_another, nullptr);
    std::erase_if(analysis.removed, [&](const RemovedName& one) { return of_another.contains(one.span.file); });
    const std::set<std::string, std::less<>> of_text = rules_about(RuleSubject::text, analysis);
    leave_out_findings(analysis, changed_by_runner, &of_text);
}

namespace {

/// Of what is there, is not there, or is in use; what the statement's own words are refused for stays.
void forget_what_is_there(Effects& effects) {
    RareList<Failure> left;
    for (Failure& failure : effects.failures) {
        using enum Failure::Kind;
        if (failure.kind != missing_object && failure.kind != duplicate_object && failure.kind != dependent_objects)
            left.push_back(std::move(failure));
    }
    effects.failures = std::move(left);
}

}  // namespace

void heed_what_was_refused_before(Analysis& analysis, Prepared& change) {
    std::map<FileId, const MigrationFile*> files;
    for (const MigrationFile& file : change.files) files.emplace(file.id, &file);
    std::map<std::string_view, const Unread*> refused;  // by path
    for (const Unread& unread : analysis.unread_history)
        if (const auto file = files.find(unread.span.file);
            unread.extent == Unread::Extent::rejected && file != files.end())
            refused.emplace(file->second->path, &unread);
    const auto is_refused = [](const Unread& unread) { return unread.extent == Unread::Extent::rejected; };
    for (AnalyzedFile& file : analysis.files) {
        const MigrationFile& own = *files.at(file.file);
        const auto before = refused.find(own.path);
        if (before == refused.end() || own.change != MigrationFile::Change::modified ||
            std::any_of(file.unread.begin(), file.unread.end(), is_refused))
            continue;
        for (AnalyzedStatement& statement : file.statements) forget_what_is_there(statement.effects);
        std::erase_if(analysis.findings, [&](const Finding& finding) {
            return finding.fails && finding.span.file == file.file && finding.statement < file.statements.size() &&
                   file.statements[finding.statement].effects.failures.empty();
        });
        change.notes.push_back(
            fmt::format("{} could not be read as the base has it ({}: {}): whether anything of it "
                        "ran is not known, and what is there already is not told of",
                        own.path, before->second->what, before->second->why));
    }
}

}  // namespace pgfence::pipeline
