#pragma once
// Which migrations a change touches: two commits of a git repository -> migration files with their texts and changed
// lines, and those that ran before as history. Everything is read from commits; the work tree and the clone's .git stay
// byte for byte as they were.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/migration.h"
#include "core/result.h"
#include "diff/request.h"
#include "diff/uses.h"

namespace pgfence::diff {

struct Change {
    std::string base;  ///< commit id of the old side: the merge base, or the first parent of GitHub's test merge
    std::string head;  ///< commit id of the new side, whose lines the changed lines are
    std::string how;   ///< one sentence for the log: which way was taken to the two sides
    /// History first, all as of the base branch today, whatever the change was begun from; then the change. Both in the
    /// order in which they run; id is the index here. A file that ran and was then edited, renamed or deleted is in
    /// both: history holds what ran.
    std::vector<MigrationFile> files;
    std::vector<std::string> paths;    ///< every path of the new side, sorted bytewise
    std::vector<std::string> touched;  ///< likewise those that it adds or edits, and those that it deletes
    std::vector<std::string> notes;    ///< what was left out and why, one sentence each
    std::uint32_t left_out = 0;        ///< changed files that look like migrations and are not taken for any
    /// No earlier migration of the base branch is missing in `files`, or stood for by a new one
    /// (MigrationFile::stands_for).
    bool whole_history = true;
    /// Edited files of which nobody can tell whether they have run, each with why, one phrase.
    std::map<std::string, std::string, std::less<>> perhaps_never_ran;
    /// Edited files that no release has and that the base edits again and again: their edits are nobody's news.
    std::set<std::string, std::less<>> still_written;
    /// Edited files that no release has, of a project that makes them, each with the latest one.
    std::map<std::string, std::string, std::less<>> unreleased;
    /// New files that sort before one that ran (MigrationFile::overtaken_by), each with one of its folder that came to
    /// the base as late, as several did.
    std::map<std::string, std::string, std::less<>> late_as_others;
};

/// Both sides of a comparison, found or fetched. Errors of kind usage: no repository, no such revision, no common
/// commit. Of kind failure: commits missing that could not be fetched; the text then says which line of the workflow
/// fixes it.
class Comparison {
public:
    static Result<Comparison> open(const Request& request);
    Comparison(Comparison&&) noexcept;
    Comparison& operator=(Comparison&&) noexcept;
    ~Comparison();

    const std::string& base() const;  ///< as Change::base
    const std::string& head() const;
    const std::string& how() const;

    /// A file as the base branch has it, up to 5 MB: the place to take configuration from, since a pull request cannot
    /// write there. Nothing when it is absent or no regular file.
    Result<std::optional<std::string>> file_at_base(const std::string& path);

    /// A file as the change leaves it, up to 5 MB; nothing when it is absent or no regular file.
    Result<std::optional<std::string>> file_at_head(const std::string& path);

    /// Likewise whether there is anything at the path: a file, a link, or one of the folders on the way is a link.
    Result<bool> head_has(const std::string& path);

    /// Links, submodules, what is no text or in Git LFS, and what is beyond 64 MB of changed files has no text:
    /// MigrationFile::unreadable says why. More than 10,000 changed files are an error; of the history the latest
    /// 10,000 files within 256 MB are kept, with a note.
    Result<Change> changes(const Selection& files);

    /// Files of the base branch that name something; nothing is fetched for it.
    Result<SearchResult> search_base(const std::vector<SearchTerms>& wanted,
                                     const std::vector<std::string>& migrations);

private:
    struct State;
    explicit Comparison(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Comparison::open and its changes, for those who need no file of the base.
Result<Change> changes(const Request& request);

/// A file of a commit that the clone has; nothing when it is absent or no regular file.
Result<std::optional<std::string>> file_at(const std::string& repository_path, const std::string& commit,
                                           const std::string& path);

}  // namespace pgfence::diff
