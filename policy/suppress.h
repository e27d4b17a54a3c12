#pragma once
// Ignore comments: what they say, where they apply, which of them still hold. docs/config.md shows every form.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis.h"
#include "core/report.h"
#include "policy/config.h"
#include "policy/own_rules.h"

namespace pgfence::policy {

/// What one comment says.
struct IgnoreComment {
    enum class Scope : std::uint8_t { statement, file };
    Scope scope = Scope::statement;
    bool foreign = false;            ///< another tool's word: what it means there is not ours to judge
    std::string mark = {};           ///< that word: "squawk-ignore"
    std::vector<std::string> rules;  ///< as written
    std::string reason;
    std::string until;    ///< ISO date
    std::string problem;  ///< why it cannot be obeyed; empty when it can
};

/// Nothing when the comment is none of ours. `text` is SqlComment::text.
std::optional<IgnoreComment> parse_ignore_comment(std::string_view text, const RuleNames& names);

/// All ignore comments of one file, matched against its findings.
class FileSuppressions {
public:
    /// `text` is the file's; `today` an ISO date; `not_asked`: rules of which nobody knows whether they would have
    /// found something.
    FileSuppressions(const AnalyzedFile& file, std::string_view text, const RuleNames& names,
                     InlineSuppressions allowed, std::string_view today,
                     const std::set<std::string, std::less<>>& not_asked = {});

    /// The suppression of a finding of this rule and risk, which counts as used by it from then on.
    std::optional<Suppression> find(std::size_t statement, std::string_view rule, Risk risk);
    /// Of the file's `unread[index]`, by a comment that names kNotAnalyzed. It counts as dangerous.
    std::optional<Suppression> accepts_unread(std::size_t index);

    /// A comment that did nothing, or no longer does. `statement` is the one it is listed under; nothing in a file
    /// without statements.
    struct Complaint {
        std::string_view rule;  ///< kUnusedSuppression or kExpiredSuppression
        SourceSpan where;
        std::optional<std::size_t> statement;
        std::string message;
    };
    /// After every finding was asked for.
    std::vector<Complaint> complaints() const;

private:
    struct Named {
        std::string name;     ///< as written
        std::string nearest;  ///< the rule that an unknown name may stand for; may be empty
        bool known = false;
        bool used = false;
        std::string refused{};  ///< why it does not suppress what it names; empty: it may
    };
    struct Entry {
        IgnoreComment comment;
        SourceSpan where;
        std::optional<std::size_t> statement;  ///< where it is listed
        std::vector<Named> named;
        bool expired = false;
        bool marked = false;  ///< it is no comment but a ToolMark: what it may not do is a note
    };
    /// Which entry suppresses what, for one statement or the whole file.
    struct Target {
        struct Match {
            std::size_t entry, named;
        };
        std::map<std::string, Match, std::less<>> by_rule;
    };

    void add(const ToolMark& mark, const AnalyzedFile& file, const RuleNames& names);
    static std::string refusal_of(const Entry& entry);
    void aim(std::size_t entry, Target& target, const RuleNames& names);
    std::optional<Suppression> use(Target& target, std::string_view rule, Risk risk);
    std::optional<Suppression> use(std::map<std::size_t, Target>& targets, std::size_t index, std::string_view rule,
                                   Risk risk);
    std::string refusal(const IgnoreComment& comment, std::string_view rule, Risk risk) const;

    InlineSuppressions allowed_;
    std::vector<Entry> entries_;
    std::map<std::size_t, Target> statements_, unread_;
    std::map<std::size_t, std::size_t> statement_of_unread_;
    Target file_;
};

}  // namespace pgfence::policy
