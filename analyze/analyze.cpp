#include "analyze/analyze.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <thread>
#include <tuple>
#include <utility>

#include "analyze/asked_rules.h"
#include "analyze/body_walk.h"
#include "analyze/catalog/uncertain.h"
#include "analyze/lower/lower.h"
#include "analyze/model/model.h"
#include "analyze/removed_names.h"
#include "analyze/rule.h"
#include "analyze/scope/scope.h"
#include "analyze/timeline.h"

namespace pgfence::analyze {
namespace {

std::string_view text_of(const std::string& schema) { return schema; }
std::string_view text_of(const Script& script) { return script.sql; }

/// Texts are independent until the catalog sees them: parsing is most of the work, so it is spread over the cores.
template <class Text>
std::vector<Lowered> lower_all(std::span<const Text> texts) {
    constexpr std::size_t kWorthAThread = 16;
    std::vector<Lowered> lowered(texts.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < texts.size(); i = next++) lowered[i] = lower(text_of(texts[i]));
    };
    const std::size_t threads =
        std::min<std::size_t>(std::max(1u, std::thread::hardware_concurrency()), texts.size() / kWorthAThread);
    std::vector<std::jthread> others;
    for (std::size_t t = 1; t < threads; ++t) others.emplace_back(work);
    work();
    return lowered;
}

/// What a statement is lowered to is many times as long as its text and needed once: a few hundred texts at a time.
template <class Text, class Use>
void for_each_lowered(const std::vector<Text>& texts, Use use) {
    constexpr std::size_t kAtOnce = 256;
    for (std::size_t begin = 0; begin < texts.size(); begin += kAtOnce) {
        const auto some = std::span(texts).subspan(begin, std::min(kAtOnce, texts.size() - begin));
        const std::vector<Lowered> lowered = lower_all(some);
        for (std::size_t i = 0; i < some.size(); ++i) use(lowered[i], some[i]);
    }
}

void add_once(std::vector<std::string>& all, std::string what) {
    if (std::find(all.begin(), all.end(), what) == all.end()) all.push_back(std::move(what));
}

/// What a comment says.
std::string without_marks(std::string_view comment) {
    const bool line = comment.starts_with("--");
    comment.remove_prefix(std::min<std::size_t>(2, comment.size()));
    if (!line && comment.ends_with("*/")) comment.remove_suffix(2);
    const auto first = comment.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return std::string(comment.substr(first, comment.find_last_not_of(" \t\r\n") + 1 - first));
}

/// It may not run: the strongest case is kept, and said to be one. It proves nothing.
void make_conditional(Effects& effects, const std::vector<std::string>& conditions) {
    if (conditions.empty()) return;
    effects.certainty = std::max(effects.certainty, Certainty::depends);
    for (const std::string& condition : conditions) add_once(effects.depends_on, condition);
    for (Work& work : effects.work) work.certain = false;
    for (Failure& failure : effects.failures) failure.certain = false;
    effects.proofs.clear();
}

/// Several actions of one statement answer as one: the strongest lock on each relation, all the work.
void merge(Effects& into, Effects&& more) {
    for (Lock& lock : more.locks) {
        const auto same = std::find_if(into.locks.begin(), into.locks.end(),
                                       [&](const Lock& l) { return l.relation == lock.relation; });
        if (same == into.locks.end())
            into.locks.push_back(std::move(lock));
        else
            same->mode = stronger(same->mode, lock.mode);
    }
    const auto append = [](auto& to, auto& from) {
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    };
    append(into.work, more.work);
    append(into.created, more.created);
    append(into.dropped, more.dropped);
    append(into.failures, more.failures);
    append(into.caveats, more.caveats);
    for (std::string& what : more.depends_on) add_once(into.depends_on, std::move(what));
    append(into.proofs, more.proofs);
    into.padding = std::max(into.padding, more.padding);
    into.certainty = std::max(into.certainty, more.certainty);
    std::sort(into.locks.begin(), into.locks.end(),
              [](const Lock& a, const Lock& b) { return a.relation < b.relation; });
}

constexpr std::string_view kUnparsed = "a statement that does not parse";

/// What does not parse is a statement too, of which nothing is known.
std::vector<LoweredStatement> as_statements(const std::vector<SyntaxError>& errors) {
    std::vector<LoweredStatement> statements;
    for (const SyntaxError& error : errors)
        statements.push_back({.begin = error.begin,
                              .end = error.end,
                              .kind = std::string(kUnparsed),
                              .actions = {Unmodelled{error.message, true}}});
    return statements;
}

std::vector<const LoweredStatement*> in_order(const std::vector<LoweredStatement>& some,
                                              const std::vector<LoweredStatement>& others) {
    std::vector<const LoweredStatement*> all;
    for (const auto* list : {&some, &others})
        for (const LoweredStatement& statement : *list) all.push_back(&statement);
    std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->begin < b->begin; });
    return all;
}

/// A finding about what is lost or broken explains no lock.
bool is_about_locks(Category category) {
    return category == Category::rewrite || category == Category::scan || category == Category::lock;
}

/// What a statement hides from us, if anything: it is listed as unread, with its place.
std::optional<std::string> unread_part(const Action& action, const Catalog& catalog) {
    if (const auto* unmodelled = std::get_if<Unmodelled>(&action)) return unmodelled->why;
    if (const auto* block = std::get_if<DoBlock>(&action); block && !block->runs)
        return "the body of a DO block in language " + block->language + " is not read";
    if (std::holds_alternative<DropOwned>(action)) return "DROP OWNED drops whatever the role owns";
    if (std::holds_alternative<ReassignOwned>(action)) return "REASSIGN OWNED changes whatever the role owns";
    if (const auto* call = std::get_if<Call>(&action)) {
        const Function* procedure = catalog.called_by(call->procedure);
        if (!procedure || !procedure->runs)
            return "the body of procedure " + call->procedure.name.name + " is not known";
    }
    return std::nullopt;
}

bool checks_function_bodies(const Scope& scope) {
    const Setting* setting = scope.setting("check_function_bodies");
    return !setting || !(setting->value == "off" || setting->value == "false" || setting->value == "0");
}

void make_conditional(Consequence& consequence, const std::vector<std::string>& conditions) {
    if (conditions.empty()) return;
    consequence.certainty = std::max(consequence.certainty, Certainty::depends);
    for (const std::string& condition : conditions) add_once(consequence.depends_on, condition);
}

/// A finding inside a body: its recipe stands for that statement alone.
void fit_to_body(Consequence& consequence, const Running& running) {
    if (!consequence.recipe) return;
    // A function's text is somebody else's: it may be called again.
    if (running.called) return consequence.recipe.reset();
    std::string& note = consequence.recipe->note;
    note += std::string(note.empty() ? "" : "; ") + "it takes the place of the statement inside the DO block" +
            (running.conditions.empty() ? "" : ", whose condition it leaves out");
}

/// Statements of which it is not known whether they run: behind them is but one of two possibilities.
class DoubtfulPart {
public:
    explicit DoubtfulPart(const std::vector<Doubt>* doubts) : doubts_(doubts) {}

    void enter(const LoweredStatement& statement, Timeline& timeline) {
        std::vector<std::string> conditions = conditions_of(statement);
        if (conditions == conditions_) return;
        leave(timeline);
        conditions_ = std::move(conditions);
        if (!conditions_.empty()) before_ = timeline.now();
    }
    void leave(Timeline& timeline) {
        if (before_) timeline.now() = either(*before_, timeline.now());
        before_.reset();
        conditions_.clear();
    }
    const std::vector<std::string>& conditions() const { return conditions_; }

private:
    std::vector<std::string> conditions_of(const LoweredStatement& statement) {
        std::vector<std::string> conditions;
        if (!doubts_) return conditions;
        while (next_ < doubts_->size() && (*doubts_)[next_].end <= statement.begin) ++next_;
        for (std::size_t i = next_; i < doubts_->size() && (*doubts_)[i].begin < statement.end; ++i)
            add_once(conditions, (*doubts_)[i].what);
        return conditions;
    }

    const std::vector<Doubt>* doubts_;
    std::size_t next_ = 0;
    std::vector<std::string> conditions_;
    std::optional<Catalog> before_;
};

class Run {
public:
    explicit Run(const Request& request)
        : request_(request), timeline_(request.version), asked_(asked_by(request, analysis_.not_asked)) {}

    Analysis analysis() {
        for_each_lowered(request_.schema,
                         [&](const Lowered& lowered, const std::string&) { remember(lowered, nullptr); });
        timeline_.now().set_complete(!request_.schema.empty() && analysis_.unread_history.empty());
        for_each_lowered(request_.history,
                         [&](const Lowered& lowered, const Script& script) { remember(lowered, &script); });
        for_each_lowered(request_.each,
                         [&](const Lowered& lowered, const Script& script) { judge_by_itself(lowered, script); });
        timeline_.now().begin_change();
        for_each_lowered(request_.changed,
                         [&](const Lowered& lowered, const Script& script) { judge(lowered, script); });
        keep_what_stands();
        analysis_.rules = rules();
        return std::move(analysis_);
    }

private:
    /// State from before the change: replayed, never judged.
    void remember(const Lowered& lowered, const Script* script) {
        timeline_.begin_file();
        const auto span = [&](std::uint32_t begin, std::uint32_t end) {
            return script ? script->map.span(script->file, begin, end) : SourceSpan{0, begin, end};
        };
        DoubtfulPart part(script ? &script->doubts : nullptr);
        for (const LoweredStatement& statement : lowered.statements) {
            part.enter(statement, timeline_);
            for (const Action& action : statement.actions) remember(action, statement, span, part.conditions());
        }
        part.leave(timeline_);
        for (const SyntaxError& error : lowered.errors)
            analysis_.unread_history.push_back(
                {span(error.begin, error.end), "a statement that does not parse", error.message});
        if (script)
            analysis_.unread_history.insert(analysis_.unread_history.end(), script->unread.begin(),
                                            script->unread.end());
    }

    template <class Span>
    void remember(const Action& own, const LoweredStatement& statement, Span span,
                  const std::vector<std::string>& conditions) {
        const auto span_of = [&](const auto& part, bool called) {
            return called || part.begin < 0
                       ? span(statement.begin, statement.end)
                       : span(static_cast<std::uint32_t>(part.begin), static_cast<std::uint32_t>(part.end));
        };
        walk_.follow(
            own, statement.kind, conditions, timeline_,
            {.run =
                 [&](const Running& running) {
                     if (const auto why = unread_part(running.action, timeline_.now()))
                         analysis_.unread_history.push_back({running.part ? span_of(*running.part, running.called)
                                                                          : span(statement.begin, statement.end),
                                                             running.part ? running.part->kind : statement.kind, *why});
                     apply(running);
                 },
             .gap =
                 [&](const BodyGap& gap, bool called) {
                     analysis_.unread_history.push_back({span_of(gap, called), gap.what, gap.why});
                 },
             .enter = nullptr,
             .leave = nullptr});
    }

    /// A body's COMMIT ends no transaction that the file opened, and a SET that may not run sets nothing.
    void apply(const Running& running) {
        if (running.part && std::holds_alternative<Transaction>(running.action)) return;
        if (!running.conditions.empty() && std::holds_alternative<SetVariable>(running.action)) return;
        timeline_.apply(running.action);
    }

    /// As on the day it was new. What it made is old to the next one, so the catalog goes back and it is replayed.
    void judge_by_itself(const Lowered& lowered, const Script& script) {
        Timeline before = timeline_;
        timeline_.now().begin_change();
        judge(lowered, script);
        keep_what_stands();
        timeline_ = std::move(before);
        scope_ = {};
        const std::size_t unread = analysis_.unread_history.size();
        remember(lowered, &script);
        // The file has a list of its own.
        analysis_.unread_history.erase(analysis_.unread_history.begin() + static_cast<std::ptrdiff_t>(unread),
                                       analysis_.unread_history.end());
    }

    void judge(const Lowered& lowered, const Script& script) {
        const auto span = [&](std::uint32_t begin, std::uint32_t end) {
            return script.map.span(script.file, begin, end);
        };
        AnalyzedFile file;
        file.file = script.file;
        file.format = script.format;
        file.transaction = script.transaction;
        file.transaction_reason = script.transaction_reason;
        file.transaction_assumed = script.transaction_assumed;
        file.unread = script.unread;
        file.no_way_back = script.no_way_back;
        timeline_.begin_file();
        const std::vector<LoweredStatement> unparsed = as_statements(lowered.errors);
        const auto all = in_order(lowered.statements, unparsed);
        scope_.begin_file(script.transaction, static_cast<std::uint32_t>(all.size()), script.format);
        once_.clear();
        earlier_.clear();
        DoubtfulPart part(&script.doubts);
        for (const LoweredStatement* statement : all) {
            part.enter(*statement, timeline_);
            judge(*statement, part.conditions(), script, file);
        }
        part.leave(timeline_);
        scope_.end_file();
        for (const LoweredComment& comment : lowered.comments)
            file.comments.push_back({span(comment.begin, comment.end), without_marks(comment.text)});
        std::sort(file.unread.begin(), file.unread.end(),
                  [](const Unread& a, const Unread& b) { return a.span.begin < b.span.begin; });
        std::sort(findings_.begin(), findings_.end(), [](const Found& a, const Found& b) {
            return std::tie(a.finding.span.begin, a.finding.rule, a.finding.span.end, a.finding.message) <
                   std::tie(b.finding.span.begin, b.finding.rule, b.finding.span.end, b.finding.message);
        });
        all_found_.insert(all_found_.end(), std::make_move_iterator(findings_.begin()),
                          std::make_move_iterator(findings_.end()));
        findings_.clear();
        analysis_.files.push_back(std::move(file));
    }

    /// A later statement of the change may have put right what an earlier one left open.
    void keep_what_stands() {
        for (Found& found : all_found_)
            if (!found.stands_at_end || found.stands_at_end(timeline_.now()))
                analysis_.findings.push_back(std::move(found.finding));
        all_found_.clear();
        for (const Removed& removed : std::exchange(removed_, {}))
            if (const RemovedObject& object = removed.object; !is_back(object, timeline_.now()))
                analysis_.removed.push_back({object.column.empty() ? object.relation.name : object.column,
                                             object.column.empty() ? "" : object.relation.name, in_words(object),
                                             removed.span, removed.statement});
    }

    struct Found {
        Finding finding;
        std::function<bool(const Catalog& end)> stands_at_end;
    };
    struct Removed {
        RemovedObject object;
        SourceSpan span;
        std::size_t statement;
    };

    /// The statement at hand and where its findings go.
    struct At {
        const LoweredStatement& statement;
        const Script& script;
        AnalyzedFile& file;
        AnalyzedStatement& analyzed;

        SourceSpan span(std::int32_t begin, std::int32_t end) const {
            return script.map.span(script.file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end));
        }
        /// Of what stands in a body: where it stands, unless that is another statement's text.
        SourceSpan span_of(std::int32_t begin, std::int32_t end, bool called) const {
            return called || begin < 0 ? analyzed.span : span(begin, end);
        }
        SourceSpan span_of(const Running& running) const {
            return running.part ? span_of(running.part->begin, running.part->end, running.called) : analyzed.span;
        }
    };

    void judge(const LoweredStatement& statement, const std::vector<std::string>& conditions, const Script& script,
               AnalyzedFile& file) {
        AnalyzedStatement analyzed{.span = script.map.span(script.file, statement.begin, statement.end),
                                   .sql = script.sql.substr(statement.begin, statement.end - statement.begin),
                                   .kind = statement.kind,
                                   .transaction = scope_.scope().transaction,
                                   .effects = {}};
        const At at{statement, script, file, analyzed};
        const std::size_t first_finding = findings_.size();
        const BodyWatch watch{
            .run = [&](const Running& running) { judge(running, at, running.part ? findings_.size() : first_finding); },
            .gap =
                [&](const BodyGap& gap, bool called) {
                    file.unread.push_back({at.span_of(gap.begin, gap.end, called), gap.what, gap.why});
                },
            .enter = [&](const std::string& whose) { scope_.begin_body(whose); },
            .leave = [&] { scope_.end_body(); }};
        for (const Action& action : statement.actions) {
            walk_.follow(action, statement.kind, conditions, timeline_, watch);
            earlier_.push_back({&action, &statement.kind, analyzed.span});
        }
        scope_.after(statement.actions, analyzed.effects, analyzed.span, statement.kind);
        file.statements.push_back(std::move(analyzed));
    }

    void judge(const Running& running, const At& at, std::size_t first_finding) {
        const Scope scope = scope_.scope();
        const Setting* zone = scope.setting("timezone");
        const bool in_block =
            running.part ? scope.transaction.kind != TransactionKind::none : scope.in_transaction_block;
        const Circumstances now{.version = request_.version,
                                .in_transaction_block = in_block,
                                .time_zone = zone ? zone->value : std::string(),
                                .checks_function_bodies = checks_function_bodies(scope),
                                .in_body = running.part != nullptr};
        const Catalog before = timeline_.now();
        Effects effects = effects_of(running.action, before, now);
        make_conditional(effects, running.conditions);
        apply(running);
        const std::string& kind = running.part ? running.part->kind : at.statement.kind;
        if (const auto why = unread_part(running.action, before))
            at.file.unread.push_back({at.span_of(running), kind, *why});
        const std::string& sql = running.part ? running.part->sql : at.analyzed.sql;
        const bool alone = running.part ? running.alone : at.statement.actions.size() == 1;
        constexpr std::size_t kLookedBack = 64;  // a rule that looks at all of them for each would be quadratic
        Step step{.sql = sql,
                  .kind = kind,
                  .action = running.action,
                  .effects = effects,
                  .scope = scope,
                  .before = before,
                  .after = timeline_.now(),
                  .version = request_.version,
                  .alone = alone,
                  .transaction_assumed = at.file.transaction_assumed,
                  .earlier = std::span(earlier_).last(std::min(kLookedBack, earlier_.size()))};
        ask_rules(step, running, at, first_finding);
        for (RemovedObject& object : removed_by(step))
            removed_.push_back({std::move(object), at.span_of(running), at.file.statements.size()});
        const bool sets = std::holds_alternative<SetVariable>(running.action);
        if (running.part && (!sets || running.conditions.empty()))
            scope_.after_in_body(running.action, effects, at.span_of(running), kind);
        merge(at.analyzed.effects, std::move(effects));
    }

    void ask_rules(Step& step, const Running& running, const At& at, std::size_t first) {
        for (const Asked& asked : asked_)
            if (!asked.named->rule->backstop) ask(asked, step, running, at);
        const bool explained = std::any_of(findings_.begin() + static_cast<std::ptrdiff_t>(first), findings_.end(),
                                           [](const Found& f) { return is_about_locks(f.finding.category); });
        if (explained) return;
        for (const Asked& asked : asked_)
            if (asked.named->rule->backstop) ask(asked, step, running, at);
    }

    void ask(const Asked& asked, Step& step, const Running& running, const At& at) {
        const NamedRule& named = *asked.named;
        const Rule& rule = *named.rule;
        step.options = &asked.options;
        if (rule.once_per_file && std::find(once_.begin(), once_.end(), named.id) != once_.end()) return;
        for (Consequence& c : rule.check(step)) {
            const bool located = !running.part || (running.part->exact && !running.called);
            const bool clause = located && c.begin >= 0 && c.end > c.begin;
            const SourceSpan span = clause ? at.span(c.begin, c.end) : at.span_of(running);
            make_conditional(c, running.conditions);
            if (running.part) fit_to_body(c, running);
            findings_.push_back({{.rule = std::string(named.id),
                                  .category = rule.category,
                                  .span = span,
                                  .statement = at.file.statements.size(),
                                  .message = std::move(c.message),
                                  .relations = std::move(c.relations),
                                  .lock = c.lock,
                                  .grows_with_rows = c.grows_with_rows,
                                  .certainty = c.certainty,
                                  .depends_on = std::move(c.depends_on),
                                  .recipe = std::move(c.recipe),
                                  .related = c.related,
                                  .related_message = std::move(c.related_message)},
                                 std::move(c.stands_at_end)});
            if (!rule.once_per_file) continue;
            once_.push_back(named.id);
            return;
        }
    }

    const Request& request_;
    Timeline timeline_;
    ScopeTracker scope_;
    BodyWalk walk_;
    Analysis analysis_;  // before asked_, which tells it who is not
    std::vector<Asked> asked_;
    std::vector<Found> findings_;   // of the file at hand
    std::vector<Found> all_found_;  // of the files before it
    std::vector<Removed> removed_;
    std::vector<std::string_view> once_;  // rules that have spoken for this file
    std::vector<Earlier> earlier_;        // of the file at hand
};

}  // namespace

Analysis analyze(const Request& request) { return Run(request).analysis(); }

}  // namespace pgfence::analyze
