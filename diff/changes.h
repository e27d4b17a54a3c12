#pragma once
// Which migrations a change touches: two commits of a git repository -> migration files with their texts and changed
// lines, and those that ran before as history. Everything is read from commits; the work tree and the clone's .git stay
// byte for byte as they were.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/commit_source.h"
#include "core/migration.h"
#include "core/result.h"
#include "core/secret.h"
#include "locate/order.h"

namespace pgfence::diff {

/// For the fetch of commits that a shallow clone lacks.
struct Credentials {
    Secret token;                                   ///< empty: none; never part of an error's text
    std::string server_url = "https://github.com";  ///< GITHUB_SERVER_URL; alone is sent the token
    std::string repository;                         ///< owner/name; empty: the clone's remote "origin"
    std::string ca_file;                            ///< PEM; empty: the system's certificates
};

using locate::Selection;

struct Request {
    std::string repository_path = ".";  ///< any folder inside the work tree
    /// Any revision git understands, or a full commit id that need not be in the clone. Nothing, "" and an id of zeros
    /// (a push that makes a branch has that): origin/HEAD, else origin/main, origin/master, main, master.
    std::optional<std::string> base;
    std::optional<std::string> head;  ///< likewise; nothing and "": HEAD
    Selection files;
    Credentials credentials;
    CommitSource* commits = nullptr;  ///< asked where fetching fails; must live as long as the comparison
    std::string scratch_folder;       ///< where a temporary repository may be made; empty: the system's place for that
};

struct Change {
    std::string base;  ///< commit id of the old side: the merge base, or the first parent of GitHub's test merge
    std::string head;  ///< commit id of the new side, whose lines the changed lines are
    std::string how;   ///< one sentence for the log: which way was taken to the two sides
    /// History first, all as of the base; then the change. Both in the order in which they run; id is the index here.
    /// A file that ran and was then edited, renamed or deleted is in both: history holds what ran.
    std::vector<MigrationFile> files;
    std::vector<std::string> paths;  ///< every path of the new side, sorted bytewise
    std::vector<std::string> notes;  ///< what was left out and why, one sentence each
};

/// Something that code may name: any of `words` as a whole word, in a file that also has one of `beside` (if there are
/// any).
struct Wanted {
    std::vector<std::string> words, beside;
};
struct Uses {
    std::size_t files = 0;
    std::string path;        ///< the first file, in order of path
    std::uint32_t line = 0;  ///< from 1
};
struct SearchResult {
    std::vector<Uses> uses;  ///< one for each that was wanted
    bool whole = true;       ///< false: there was more than is read, or some of it was not in the clone
};

/// Both sides of a comparison, found or fetched. Errors of kind usage: no repository, no such revision, no common
/// commit. Of kind failure: commits missing that could not be fetched; the text then says which line of the workflow
/// mends it.
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

    /// Changed files over 5 MB, with NUL bytes, or in Git LFS are left out with a note. More than 10,000 changed files,
    /// or 256 MB of them, are an error; of the history the latest 10,000 files within 256 MB are kept, with a note.
    Result<Change> changes(const Selection& files);

    /// Files of the base branch that name something; nothing is fetched for it.
    Result<SearchResult> search_base(const std::vector<Wanted>& wanted, const std::vector<std::string>& migrations);

private:
    struct State;
    explicit Comparison(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Comparison::open and its changes, for those who need no file of the base.
Result<Change> changes(const Request& request);

/// What is detected in a commit that the clone has, without a comparison.
struct DetectedFiles {
    struct File {
        std::string path, format, why;
        bool forward = true;  ///< false: the way back
    };
    struct Other {
        std::string path, why;
    };
    std::string commit;
    std::vector<File> migrations;  ///< in the order in which they run
    std::vector<Other> left_out;   ///< look like migrations and are none for PostgreSQL
};
Result<DetectedFiles> detect_at(const std::string& repository_path, const std::string& revision, const Detect& detect);

/// A file of a commit that the clone has; nothing when it is absent or no regular file.
Result<std::optional<std::string>> file_at(const std::string& repository_path, const std::string& commit,
                                           const std::string& path);

}  // namespace pgfence::diff
