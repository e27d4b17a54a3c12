#include "analyze/bodies/body_walk.h"

#include <algorithm>
#include <utility>

#include "analyze/catalog/relation_rows.h"
#include "analyze/kit/row_choice.h"
#include "analyze/model/unread_call.h"

namespace pgfence::analyze {
namespace {

constexpr std::size_t kDepth = 16;
constexpr std::size_t kMostOfStatement = 5'000;
constexpr std::size_t kMostRows = 200;  // of a loop over relations

bool only_reads(const BodyStatement& statement) {
    return !statement.loop && std::all_of(statement.actions.begin(), statement.actions.end(), [](const Action& action) {
        const auto* dml = std::get_if<Dml>(&action);
        return dml && dml->kind == Dml::Kind::select;
    });
}

/// Of operators and casts alone: what the server has of them does nothing but compute.
bool is_expression(const BodyStatement& statement) {
    if (statement.only_value) return true;
    const auto* dml = statement.actions.size() == 1 ? std::get_if<Dml>(&statement.actions.front()) : nullptr;
    return dml && only_reads(statement) && dml->query.relations.empty() && dml->query.functions.empty();
}

/// The one statement of a body that does more than read.
const BodyStatement* only_one(const RoutineBody& body) {
    const BodyStatement* only = nullptr;
    for (const BodyStatement& statement : body.statements) {
        if (only_reads(statement)) continue;
        if (only) return nullptr;
        only = &statement;
    }
    return only;
}

/// A function that calls itself runs as often as it likes.
bool calls(const RoutineBody& body, const Name& function) {
    const auto is_call = [&](const Action& action) {
        const auto* dml = std::get_if<Dml>(&action);
        return dml && std::any_of(dml->query.functions.begin(), dml->query.functions.end(),
                                  [&](const FunctionUse& use) { return use.name.name == function.name; });
    };
    return std::any_of(body.statements.begin(), body.statements.end(), [&](const BodyStatement& statement) {
        return std::any_of(statement.actions.begin(), statement.actions.end(), is_call);
    });
}

/// Of a table or a column it would not do: one that was there already is not new, and may hold rows.
bool adds_one_constraint(const BodyStatement& statement) {
    const auto* alter = statement.actions.size() == 1 ? std::get_if<AlterTable>(&statement.actions.front()) : nullptr;
    return alter && alter->cmds.size() == 1 && alter->cmds.front().subtype == AlterTableType::AddConstraint;
}

/// BEGIN ALTER TABLE ... ADD CONSTRAINT ...; EXCEPTION WHEN duplicate_object THEN NULL; END: made now or before.
bool is_there_afterwards(const RoutineBody& body, const BodyStatement& statement, const BodyCondition& block) {
    const auto stands_in_it = [&](const BodyStatement& other) {
        return std::any_of(other.conditions.begin(), other.conditions.end(),
                           [&](const BodyCondition& condition) { return condition.branch == block.branch; });
    };
    return !block.caught.empty() && adds_one_constraint(statement) &&
           std::all_of(block.caught.begin(), block.caught.end(),
                       [](const std::string& condition) { return condition.starts_with("duplicate_"); }) &&
           std::count_if(body.statements.begin(), body.statements.end(), stands_in_it) == 1;
}

}  // namespace

void BodyWalk::follow(const Action& own, std::string_view tag, const std::vector<std::string>& conditions,
                      HowOften runs, Timeline& timeline, const BodyWatch& watch) {
    timeline_ = &timeline;
    watch_ = &watch;
    left_ = kMostOfStatement;
    told_ = false;
    conditions_ = conditions;
    runs_ = runs;
    const Calls calls = calls_of(own, tag, timeline.now(), timeline.version());
    watch.run({own, nullptr, false, conditions.empty(), conditions_, nullptr, runs_});
    bodies_of(own, calls, false);
}

void BodyWalk::bodies_of(const Action& action, const Calls& calls, bool called) {
    if (const auto* block = std::get_if<DoBlock>(&action)) body(block->runs, "a DO block", called);
    const auto* dml = std::get_if<Dml>(&action);
    const bool few = dml && is_for_few_rows({*dml, timeline_->now(), runs_});
    for (const Calling& calling : calls) {
        const HowOften outside = runs_;
        if (!calling.condition.empty() && !few) runs_ = std::max(runs_, HowOften::for_rows);
        call(calling);
        runs_ = outside;
    }
}

const Function* BodyWalk::function_of(const Calling& calling) const {
    const auto all_of_name = timeline_->now().find_functions(calling.function);
    const bool is_in_place = calling.place < all_of_name.size() && all_of_name[calling.place]->types == calling.types;
    return is_in_place ? all_of_name[calling.place] : timeline_->now().find_function(calling.function, calling.types);
}

/// An operator's or a cast's function that nobody can look into may do anything.
bool BodyWalk::reaches_unknown(const BodyStatement& statement) const {
    const Catalog& now = timeline_->now();
    const Unfollowed unfollowed = unfollowed_by(statement.actions.front(), now, timeline_->version());
    return !unfollowed.foreign_tables.empty() ||
           std::any_of(unfollowed.functions.begin(), unfollowed.functions.end(),
                       [&](const FunctionUse& use) { return !unread_call(use, now, timeline_->version()).empty(); });
}

/// The body is expressions without tables, and so is all that they call: whatever order it is followed in, nothing
/// comes of it. `seen` is what is followed already.
bool BodyWalk::only_computes(const Runs& runs, std::vector<Runs>& seen) const {
    if (std::find(seen.begin(), seen.end(), runs) != seen.end()) return true;
    if (seen.size() >= 2 * kDepth || !runs->gaps.empty()) return false;
    seen.push_back(runs);
    return std::all_of(runs->statements.begin(), runs->statements.end(), [&](const BodyStatement& statement) {
        if (!is_expression(statement) || reaches_unknown(statement)) return false;
        const Calls calls = calls_of_value(statement);
        return std::all_of(calls.begin(), calls.end(),
                           [&](const Calling& calling) { return only_computes(calling, seen); });
    });
}

bool BodyWalk::only_computes(const Calling& calling, std::vector<Runs>& seen) const {
    if (calling.runs) return only_computes(calling.runs, seen);
    const Function* function = function_of(calling);
    return !function || !function->runs || (!function->search_path && only_computes(function->runs.get(), seen));
}

void BodyWalk::call(const Calling& calling) {
    std::vector<Runs> seen = stack_;
    if (only_computes(calling, seen)) return;
    if (calling.runs) return call(calling, calling.runs);
    const Function* function = function_of(calling);
    if (!function || !function->runs) return;
    const Runs runs = called_with_.body(*function, calling.use);  // it may drop itself
    if (!function->search_path) return call(calling, runs);
    std::vector<std::string> callers = timeline_->search_path();
    timeline_->use_search_path(*function->search_path);
    call(calling, runs);
    timeline_->use_search_path(std::move(callers));
}

void BodyWalk::call(const Calling& calling, const Runs& runs) {
    if (runs && !calling.function.empty() && calls(*runs, calling.function))
        runs_ = std::max(runs_, HowOften::for_rows);
    if (calling.condition.empty()) return body(runs, calling.whose, true);
    const Shared<WritableCatalog> before = timeline_->kept();
    conditions_.push_back(calling.condition);
    body(runs, calling.whose, true);
    conditions_.pop_back();
    timeline_->uncertainty_since(before);
}

void BodyWalk::body(const Runs& runs, const std::string& whose, bool called) {
    if (!runs || std::find(stack_.begin(), stack_.end(), runs) != stack_.end()) return;
    if (stack_.size() >= kDepth) return watch_->gap({-1, -1, "a call", "functions call one another too deeply"}, true);
    const bool outermost = stack_.empty();
    if (outermost && watch_->enter) watch_->enter(whose);
    stack_.push_back(runs);
    body_statements(runs, called);
    stack_.pop_back();
    if (outermost && watch_->leave) watch_->leave();
}

void BodyWalk::body_statements(const Runs& runs, bool called) {
    std::vector<Branch> branches;
    statements(runs, only_one(*runs), called, branches);
    leave_branches(0, branches);
    for (const BodyGap& gap : runs->gaps)
        if (afford(called)) watch_->gap(gap, called);
}

void BodyWalk::statements(const Runs& runs, const BodyStatement* only, bool called, std::vector<Branch>& branches) {
    for (const BodyStatement& statement : runs->statements) {
        if (statement.only_value && calls_of_value(statement).empty() && !reaches_unknown(statement)) continue;
        if (!afford(called)) break;
        enter_branches(statement, branches);
        if (std::any_of(branches.begin(), branches.end(), [](const Branch& branch) { return branch.taken == false; }))
            continue;
        if (statement.loop) loop(*statement.loop, called, branches);
        for (const Action& action : statement.actions) {
            const bool alone = &statement == only && statement.actions.size() == 1 && conditions_.empty() && !called;
            const Calls calls = calls_of(action, statement.kind, timeline_->now(), timeline_->version());
            watch_->run({action, &statement, called, alone, conditions_, runs, runs_});
            bodies_of(action, calls, called);
        }
    }
}

/// An expression of a body that reads no table locks nothing itself; only the functions that it calls matter.
BodyWalk::Calls BodyWalk::calls_of_value(const BodyStatement& statement) const {
    return calls_of(statement.actions.front(), statement.kind, timeline_->now(), timeline_->version());
}

/// The server decides which relations the loop is for before its body runs for the first of them.
void BodyWalk::loop(const RelationLoop& loop, bool called, std::vector<Branch>& branches) {
    const std::vector<RelationRow> rows = rows_of(timeline_->now(), loop);
    const bool too_many = rows.size() > kMostRows;
    std::vector<BodyGap> gaps;
    for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i) {
        const auto body = std::make_shared<const RoutineBody>(
            loop.body(rows[i].columns, rows[i].certain ? "" : "which relations the loop is for"));
        statements(body, nullptr, called, branches);
        for (const BodyGap& gap : body->gaps)
            if (std::find(gaps.begin(), gaps.end(), gap) == gaps.end()) gaps.push_back(gap);
    }
    if (too_many || !timeline_->now().complete())
        gaps.push_back({-1, -1, "a loop over the system catalogs",
                        too_many ? "it runs for more relations than are followed"
                                 : "it may run for relations that no migration was seen to make"});
    for (const BodyGap& gap : gaps) watch_->gap(gap, called);
}

// Statements of one branch see what those before them did; behind the branch that is but one of two possibilities,
// unless the catalog tells which.
void BodyWalk::enter_branches(const BodyStatement& statement, std::vector<Branch>& branches) {
    std::size_t same = 0;
    while (same < branches.size() && same < statement.conditions.size() &&
           branches[same].number == statement.conditions[same].branch)
        ++same;
    leave_branches(same, branches);
    for (std::size_t i = same; i < statement.conditions.size(); ++i) {
        const BodyCondition& condition = statement.conditions[i];
        const auto taken = condition.asks ? answer_of(timeline_->now(), *condition.asks) : std::nullopt;
        branches.push_back({condition.branch,
                            timeline_->kept(),
                            taken,
                            runs_,
                            is_there_afterwards(*stack_.back(), statement, condition),
                            {}});
        if (condition.asks && !taken) branches.back().assumed = timeline_->assume(*condition.asks);
        runs_ = std::max(runs_, condition.runs);
        if (!taken) conditions_.push_back(condition.what);
    }
}

void BodyWalk::leave_branches(std::size_t down_to, std::vector<Branch>& branches) {
    while (branches.size() > down_to) {
        if (!branches.back().taken) {
            timeline_->end(branches.back().assumed, branches.back().before);
            if (!branches.back().there_afterwards) timeline_->uncertainty_since(branches.back().before);
            conditions_.pop_back();
        }
        runs_ = branches.back().outside;
        branches.pop_back();
    }
}

bool BodyWalk::afford(bool called) {
    if (left_ > 0 && left_of_run_ > 0) {
        --left_;
        --left_of_run_;
        return true;
    }
    if (!told_) watch_->gap({-1, -1, "a body", "more statements run than are followed"}, called);
    told_ = true;
    return false;
}

}  // namespace pgfence::analyze
