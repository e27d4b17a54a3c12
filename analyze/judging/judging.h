#pragma once
// From what a statement does to what is said about it: asks the rules, and writes down files, statements and findings.
// It follows the replay and tells it nothing: every step brings along what it was like when it was taken.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyze/catalog/writable_catalog.h"
#include "analyze/judging/asked_rules.h"
#include "analyze/judging/removed_names.h"
#include "analyze/lower/lower.h"
#include "core/analysis.h"

namespace pgfence::analyze {

/// On what findings depend where the runner is a program that nobody here knows.
inline constexpr std::string_view kHowItIsSent = "whether the runner sends the file in one transaction";

/// A file that is judged, for as long as anything refers to its statements.
struct FileAtHand {
    std::shared_ptr<const Script> kept;
    const Script& script;
    std::shared_ptr<const Lowered> lowered;
    std::vector<LoweredStatement> unparsed;    ///< what does not parse is a statement too, of which nothing is known
    std::vector<const LoweredStatement*> all;  ///< both, in order of their places

    FileAtHand(std::shared_ptr<const Script> of, std::shared_ptr<const Lowered> from);
    SourceSpan span(std::uint32_t begin, std::uint32_t end) const { return script.map.span(script.file, begin, end); }
};

/// One action that ran, with everything as it was then.
struct TakenStep {
    const Action* action;
    const BodyStatement* part;  ///< of a body; null: the statement's own action
    bool called, alone;         ///< as in Running
    std::vector<std::string> conditions;
    std::shared_ptr<const RoutineBody> body;  ///< keeps `action` and `part`
    HowOften runs;
    Scope scope;
    Shared<WritableCatalog> before, after;
    Effects effects;
    bool left_alone = false;  ///< of a file that runs with the change, which has nothing to do with it
};

class Judging {
public:
    explicit Judging(const Request& request) : version_(request.version), asked_(request, analysis_.not_asked) {}

    void begin_file(std::shared_ptr<const FileAtHand> file);
    void begin_statement(const LoweredStatement& statement, StatementTransaction transaction);
    /// Takes its effects.
    void step(TakenStep& taken);
    /// What ran ahead of the statement, and is none of the change's: what the end of the change makes of it is.
    void ahead(const TakenStep& taken);
    void gap(const BodyGap& gap, bool called);
    /// Whatever the action of the statement at hand runs has run.
    void end_action(const Action& action);
    void end_statement();
    void end_file();
    /// A later statement of the change may have put right what an earlier one left open.
    void end_change(const Catalog& end);
    Analysis analysis() { return std::move(analysis_); }

private:
    using StandsAtEnd = std::function<bool(const Catalog& end)>;
    struct Found {
        Finding finding;
        StandsAtEnd stands_at_end;
    };
    struct Open {
        std::size_t finding;  // in the analysis
        StandsAtEnd stands_at_end;
    };
    struct Removed {
        RemovedObject object;
        SourceSpan span;
        std::size_t statement;
        bool dropped;  ///< with all that it has, and whatever else is so
    };

    SourceSpan span_of(std::int32_t begin, std::int32_t end, bool called) const;
    SourceSpan span_of(const TakenStep& taken) const;
    void note_once(Unread unread);
    bool is_listed(const SourceSpan& span);
    Step step_of(const TakenStep& taken) const;
    void ask_rules(Step& step, const TakenStep& taken);
    void ask(const Asked& asked, Step& step, const TakenStep& taken);
    void doubt_what_stands(Finding& finding) const;
    void doubt_what_is_lost(Finding& finding) const;
    void keep_what_was_written();
    void take_back(const Catalog& end);
    void forget_what_is_dropped(const Catalog& end);
    void follow(const Transaction& transaction, const TakenStep& taken);
    void forget_losses_since(std::size_t finding);

    const int version_;
    Analysis analysis_;  // before asked_, which tells it who is not
    AskedRules asked_;
    std::vector<Open> open_;  // of the change so far
    std::vector<Removed> removed_;
    std::size_t first_of_change_ = 0, first_file_of_change_ = 0;  // its findings and files in the analysis

    std::shared_ptr<const FileAtHand> at_hand_;
    AnalyzedFile file_;
    std::vector<Found> findings_;         // of the file at hand
    std::vector<std::string_view> once_;  // rules that have spoken for it
    std::vector<Earlier> earlier_;        // its actions so far
    std::vector<Earlier> written_;        // by the change's files so far: actions that put rows into tables
    std::vector<std::shared_ptr<const FileAtHand>> kept_;  // of `written_`
    std::optional<ConstraintType> dropped_kind_;           // by the statement at hand
    /// A point that ROLLBACK goes back to: the transaction's beginning, or a savepoint.
    struct Mark {
        std::string savepoint;
        std::size_t findings;  ///< that the file had by then
    };
    std::vector<Mark> marks_;  // of the transaction that is open for sure; none: there is none
    const LoweredStatement* statement_ = nullptr;
    AnalyzedStatement analyzed_;
    std::size_t first_finding_ = 0;  // of the statement
};

/// Several actions of one statement answer as one: the strongest lock on each relation, all the work.
void merge(Effects& into, Effects&& more);
void merge_locks(Effects& into, const std::vector<Lock>& more);  ///< both in order of relation
template <class List>
void add_once(List& all, typename List::value_type what) {
    if (std::find(all.begin(), all.end(), what) == all.end()) all.push_back(std::move(what));
}

}  // namespace pgfence::analyze
