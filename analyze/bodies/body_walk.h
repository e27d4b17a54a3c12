#pragma once
// What a statement runs beside itself: the body of a DO block, of the procedure it calls, of the functions it selects.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/bodies/called_with.h"
#include "analyze/model/calls.h"
#include "analyze/timeline/timeline.h"
#include "core/action.h"

namespace pgfence::analyze {

/// One action that runs: the statement's own, or one of a body.
struct Running {
    const Action& action;
    const BodyStatement* part = nullptr;         ///< of a body; null: the statement's own action
    bool called = false;                         ///< the body is a function's: it stands elsewhere
    bool alone = true;                           ///< a body's only statement, and it runs for sure
    const std::vector<std::string>& conditions;  ///< on what it depends whether it runs; empty: on nothing
    std::shared_ptr<const RoutineBody> body;     ///< that `part` is of, for who looks at it later
    HowOften runs = HowOften::few_times;
};

struct BodyWatch {
    std::function<void(const Running&)> run;  ///< applies the action to the timeline, too
    std::function<void(const BodyGap&, bool called)> gap;
    std::function<void(const std::string& whose)> enter;  ///< of the outermost body: "a DO block"; may be null
    std::function<void()> leave;                          ///< likewise
};

/// What is called is asked before the action is applied: what it drops, it has run with. Follows calls as deep as 16
/// and up to a number of actions and gaps that no migration has; what is left out is told as a gap. A function that
/// calls itself is read once. One for a whole run: its limit is for all of it.
class BodyWalk {
public:
    /// `tag` is the command tag of the statement that `own` is of, `conditions` is what that hangs on, `runs` how often
    /// a program sends it.
    void follow(const Action& own, std::string_view tag, const std::vector<std::string>& conditions, HowOften runs,
                Timeline& timeline, const BodyWatch& watch);

private:
    struct Branch {
        std::uint32_t number;
        Shared<WritableCatalog> before;
        std::optional<bool> taken;  ///< nothing: nobody knows
        HowOften outside;
        bool there_afterwards;  ///< either way, what it makes
        Assumed assumed;        ///< while it runs
    };
    using Runs = std::shared_ptr<const RoutineBody>;

    using Calls = std::vector<Calling>;
    void bodies_of(const Action& action, const Calls& calls, bool called);
    const Function* function_of(const Calling& calling) const;  ///< null: none is known any more
    bool reaches_unknown(const BodyStatement& statement) const;
    bool only_computes(const Runs& runs, std::vector<Runs>& seen) const;
    bool only_computes(const Calling& calling, std::vector<Runs>& seen) const;
    void call(const Calling& calling);
    void call(const Calling& calling, const Runs& runs);
    Calls calls_of_value(const BodyStatement& statement) const;
    void body(const Runs& runs, const std::string& whose, bool called);
    void body_statements(const Runs& runs, bool called);
    void statements(const Runs& runs, const BodyStatement* only, bool called, std::vector<Branch>& branches);
    void loop(const RelationLoop& loop, bool called, std::vector<Branch>& branches);
    void enter_branches(const BodyStatement& statement, std::vector<Branch>& branches);
    void leave_branches(std::size_t down_to, std::vector<Branch>& branches);
    bool afford(bool called);

    CalledWith called_with_;
    Timeline* timeline_ = nullptr;
    const BodyWatch* watch_ = nullptr;
    std::vector<Runs> stack_;  // bodies that run now, the outermost first
    std::vector<std::string> conditions_;
    HowOften runs_ = HowOften::few_times;  // what runs now
    std::size_t left_ = 0;                 // of the statement's budget
    std::size_t left_of_run_ = 200'000;
    bool told_ = false;  // that the budget is spent
};

}  // namespace pgfence::analyze
