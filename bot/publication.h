#pragma once
// Everything one review says on GitHub, worded already (annotate/): bot/ sends it and changes not a letter.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pgfence {

/// GitHub's "annotation" object of a check run.
struct PublishedAnnotation {
    std::string path;
    std::uint32_t start_line = 1, end_line = 1;             ///< from 1
    std::optional<std::uint32_t> start_column, end_column;  ///< from 1; GitHub takes them only where both lines are one
    std::string level = "notice";                           ///< notice, warning, failure
    std::string title;                                      ///< at most 255 characters
    std::string message;                                    ///< at most 64 KB
    std::string raw_details;
};

struct PublishedCheck {
    std::string name;
    std::string conclusion = "success";  ///< success, neutral, failure
    std::string title;
    std::string summary, text;                     ///< at most 65,535 characters each; text may be empty
    std::vector<PublishedAnnotation> annotations;  ///< any number
};

/// On lines of the new side, whose text GitHub can put in their place.
struct ReviewComment {
    std::string path;
    std::uint32_t start_line = 1, end_line = 1;
    std::string lines;  ///< what stands there now
    std::string body;   ///< its first line is the finding's marker
};

struct PublishedReview {
    std::string body;           ///< above the comments
    std::string gone;           ///< what stands below the marker once the finding is no more
    std::string marker_prefix;  ///< of every marker of this check's
    std::vector<ReviewComment> comments;
    std::vector<std::string> standing;  ///< markers of all findings that there are now
};

struct Publication {
    std::string head_sha;
    PublishedCheck check;
    /// The comment's text, at most 65,536 characters, holding comment_marker, when `earlier` is what it says now
    /// (empty: there is none). Called while the report still lives.
    std::function<std::string(const std::string& earlier)> comment;
    std::string comment_marker;       ///< finds the comment again; one per `name` of a monorepo's workspaces
    bool comment_when_absent = true;  ///< false: an earlier comment is brought up to date, none is started
    PublishedReview review;
    std::string sarif;                    ///< for code scanning; empty: not to be uploaded
    std::string sarif_commit, sarif_ref;  ///< whose lines it speaks of: "refs/pull/7/head" and that commit
    std::string summary_markdown;         ///< at most 1 MiB
    std::string workflow_commands;        ///< complete lines, escaped
    std::vector<std::pair<std::string, std::string>> outputs;
};

}  // namespace pgfence
