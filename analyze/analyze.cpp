#include "analyze/analyze.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyze/bodies/body_walk.h"
#include "analyze/catalog/relation_rows.h"
#include "analyze/input/series_read.h"
#include "analyze/input/thread_pool.h"
#include "analyze/judging/judging.h"
#include "analyze/judging/unread_part.h"
#include "analyze/kit/handlers.h"
#include "analyze/kit/rule.h"
#include "analyze/lower/relation_loop.h"
#include "analyze/model/model.h"
#include "analyze/model/sqlstate.h"
#include "analyze/rule_list.h"
#include "analyze/scope/scope.h"
#include "analyze/timeline/filled_table.h"
#include "analyze/timeline/timeline.h"
#include "analyze/timeline/unknown_names.h"
#include "core/at_once.h"
#include "core/sql_scanner.h"
#include "core/text.h"

namespace pgfence::analyze {
namespace {

std::string_view text_of(const std::string& schema) { return schema; }
std::string_view text_of(const Script& script) { return script.sql; }

/// Besides the one that replays. Each costs as much as some hundred statements.
unsigned threads_beside(const Request& request) {
    constexpr std::size_t kBytes = 100'000;
    std::size_t bytes = 0;
    for (const std::string& schema : request.schema) bytes += schema.size();
    for (const auto* scripts : {&request.history, &request.changed, &request.each})
        for (const Script& script : *scripts) bytes += script.sql.size();
    const unsigned threads = request.threads ? request.threads : cores();
    return static_cast<unsigned>(std::min<std::size_t>(threads - 1, bytes / kBytes));
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

/// Such a body follows what is renamed, and nothing of it can be dropped: only the catalog, which keeps names, misses
/// it.
void doubt_names(Effects& effects, const RoutineBody* body) {
    if (!body || !body->keeps_objects) return;
    for (Failure& failure : effects.failures) {
        if (failure.kind != Failure::Kind::missing_object) continue;
        failure.certain = false;
        effects.certainty = std::max(effects.certainty, Certainty::depends);
        add_once(effects.depends_on, "the tables that the function was created with: they have other names now");
    }
}

/// What refuses a transaction fails if there is one.
void doubt_transaction(Effects& effects, const Script& script) {
    if (!script.transaction_unknown) return;
    for (Failure& failure : effects.failures) {
        if (failure.kind != Failure::Kind::in_transaction_block) continue;
        failure.certain = false;
        effects.certainty = std::max(effects.certainty, Certainty::depends);
        add_once(effects.depends_on, std::string(kHowItIsSent));
    }
}

/// Where the branch runs, the history did not make what it tells of: nothing is there already, or missing, for that.
void forget_what_history_tells(Effects& effects) {
    RareList<Failure> left;
    for (Failure& failure : effects.failures) {
        using enum Failure::Kind;
        if (failure.kind != missing_object && failure.kind != duplicate_object && failure.kind != dependent_objects)
            left.push_back(std::move(failure));
    }
    effects.failures = std::move(left);
}

bool is_of_words_alone(Failure::Kind kind) {
    using enum Failure::Kind;
    return kind == in_transaction_block || kind == unsupported_version || kind == repeated_column ||
           kind == uncommitted_value || kind == syntax_error;
}

/// Who waits for the statement's own lock waits for the one that an earlier statement of the transaction took, too.
void work_under(Effects& effects, const HeldLocks& locks) {
    for (Work& work : effects.work)
        if (const HeldLock* held = locks.on(work.table.empty() ? work.relation : work.table);
            held && blocks(work.under, Traffic::writes))
            work.under = stronger(work.under, held->lock.mode);
}

/// A failure that the body's own handler takes is none. True where it comes for sure: the block is taken back, and what
/// it locked is let go (AbortSubTransaction), so all that is left of the statement is that it waited for its locks.
bool ends_in_handler(Effects& effects, const BodyStatement* part) {
    bool ends = false, fails = false;
    RareList<Failure> left;
    for (Failure& failure : effects.failures) {
        const bool caught = is_caught(part, sqlstate_of(failure));
        (caught ? ends : fails) |= failure.certain;
        if (!caught) left.push_back(std::move(failure));
    }
    effects.failures = std::move(left);
    if (!ends || fails) return false;
    Effects waited;
    waited.locks = std::move(effects.locks);
    effects = std::move(waited);
    return true;
}

/// Of what was not read, the last place first.
std::vector<std::uint32_t> places_of(const std::vector<Unread>& unread) {
    std::vector<std::uint32_t> places;
    for (const Unread& one : unread) places.push_back(one.span.begin);
    std::sort(places.rbegin(), places.rend());
    return places;
}

/// Takes those that stand before `place`: whether there was any.
bool take_before(std::vector<std::uint32_t>& places, std::uint32_t place) {
    const std::size_t all = places.size();
    while (!places.empty() && places.back() < place) places.pop_back();
    return places.size() < all;
}

bool checks_function_bodies(const Scope& scope) {
    const Setting* setting = scope.setting("check_function_bodies");
    return !setting || !(setting->value == "off" || setting->value == "false" || setting->value == "0");
}

/// Statements of which it is not known whether they run: behind them is but one of two possibilities, unless the
/// catalog tells which.
class UncertainPart {
public:
    explicit UncertainPart(const std::vector<Uncertainty>* uncertainties) : uncertainties_(uncertainties) {}

    /// False: the catalog tells that the statement does not run.
    bool enter(const LoweredStatement& statement, Timeline& timeline) {
        Conditions found = conditions_of(statement);
        if (found.whether_it_runs != now_.whether_it_runs) {
            leave(timeline);
            // Asked once, when the branch begins: what it does itself may change the answer.
            if (answer(found, timeline.now())) found = conditions_of(statement);
            if (!found.whether_it_runs.empty()) before_ = timeline.kept();
            if (before_) assume(found, timeline);
        }
        now_ = std::move(found);
        return now_.runs;
    }
    void leave(Timeline& timeline) {
        for (const Assumed& assumed : assumed_) timeline.end(assumed, before_);
        assumed_.clear();
        if (before_) timeline.uncertainty_since(before_);
        before_.reset();
        now_ = {};
    }
    const std::vector<std::string>& conditions() const { return now_.all; }
    HowOften runs() const { return now_.for_rows ? HowOften::for_rows : HowOften::few_times; }

private:
    struct Conditions {
        std::vector<std::string> all, whether_it_runs;
        std::vector<std::size_t> asked, unasked;  ///< uncertainties
        bool runs = true;
        bool for_rows = false;
    };

    /// A uncertainty about a part of a statement is one about what that says: it runs either way.
    Conditions conditions_of(const LoweredStatement& statement) {
        Conditions conditions;
        if (!uncertainties_) return conditions;
        while (next_ < uncertainties_->size() && (*uncertainties_)[next_].end <= statement.begin) ++next_;
        for (std::size_t i = next_; i < uncertainties_->size() && (*uncertainties_)[i].begin < statement.end; ++i) {
            const Uncertainty& uncertainty = (*uncertainties_)[i];
            if (uncertainty.end <= statement.begin) continue;
            const bool whole = uncertainty.begin <= statement.begin && statement.end <= uncertainty.end;
            const auto answered = answers_.find(i);
            if (whole && answered != answers_.end() && answered->second) {
                conditions.runs = conditions.runs && *answered->second;
                continue;
            }
            add_once(conditions.all, uncertainty.what);
            conditions.for_rows |= uncertainty.for_rows;
            if (!whole) continue;
            const bool is_asked = !uncertainty.asks.empty();
            // Two branches with the same words are two.
            add_once(conditions.whether_it_runs,
                     is_asked ? uncertainty.what + "#" + std::to_string(i) : uncertainty.what);
            if (is_asked) conditions.asked.push_back(i);
            if (is_asked && answered == answers_.end()) conditions.unasked.push_back(i);
        }
        return conditions;
    }

    /// What the branch asked, and the catalog could not answer, is so as long as it runs.
    void assume(const Conditions& conditions, Timeline& timeline) {
        for (const std::size_t i : conditions.asked)
            for (const SchemaQuestion& asked : (*uncertainties_)[i].asks)
                if (const auto question = catalog_question(asked)) assumed_.push_back(timeline.assume(*question));
    }

    bool answer(const Conditions& conditions, const Catalog& catalog) {
        for (const std::size_t i : conditions.unasked) answers_[i] = answer_of(catalog, (*uncertainties_)[i].asks);
        return !conditions.unasked.empty();
    }

    /// All of them hold; nothing where the catalog does not know.
    std::optional<bool> answer_of(const Catalog& catalog, const std::vector<SchemaQuestion>& asks) {
        std::optional<bool> all = true;
        for (const SchemaQuestion& asked : asks) {
            const auto holds = answer_of(catalog, asked);
            if (holds == false) return false;
            if (!holds) all = std::nullopt;
        }
        return all;
    }

    /// Both ways of a branch go by one answer, which is that of before the first of them.
    std::optional<bool> answer_of(const Catalog& catalog, SchemaQuestion asked) {
        const bool when = std::exchange(asked.is_so, true);
        const auto [known, first] = asked_.try_emplace(std::move(asked));
        if (first)
            if (const auto question = catalog_question(known->first))
                known->second = pgfence::answer_of(catalog, *question);
        return known->second ? std::optional(*known->second == when) : std::nullopt;
    }

    const std::vector<Uncertainty>* uncertainties_;
    std::map<std::size_t, std::optional<bool>> answers_;   ///< by uncertainty; nothing: the catalog does not know
    std::map<SchemaQuestion, std::optional<bool>> asked_;  ///< likewise
    std::size_t next_ = 0;
    Conditions now_;
    Shared<WritableCatalog> before_;
    std::vector<Assumed> assumed_;  ///< since then
};

std::string_view search_path(const Request& request) {
    const auto set = request.settings.find("search_path");
    return set == request.settings.end() ? std::string_view() : set->second;
}

/// Replays, and lets what is judged follow: the rules are asked behind the replay, by other threads where that pays.
/// What they are told of a step is a copy that shares all that does not change.
class Run {
public:
    explicit Run(Request request)
        : request_(std::move(request)),
          timeline_(request_.version, request_.role, search_path(request_)),
          scope_(request_.settings),
          series_(request_.series),
          judging_(request_),
          pool_(threads_beside(request_)) {}

    Analysis analysis() {
        for_each_lowered(request_.anew, [&](const auto& lowered, const auto& script) { judge_apart(lowered, script); });
        for_each_lowered(request_.schema, [&](const auto& lowered, const auto&) { remember(*lowered, nullptr); });
        timeline_.set_complete(!request_.schema.empty() && unread_history_.empty());
        // What a schema has that was not read whole, nobody knows.
        if (!request_.schema.empty()) series_ = SeriesRead({});
        for_each_lowered(request_.history, [&](const auto& lowered, const auto& script) {
            request_.apart.contains(script->file) ? judge_apart(lowered, script) : remember(*lowered, script.get());
        });
        for_each_lowered(request_.each,
                         [&](const auto& lowered, const auto& script) { judge_by_itself(lowered, script); });
        timeline_.begin_change();
        for_each_lowered(request_.changed, [&](const auto& lowered, const auto& script) {
            request_.left_alone.contains(script->file) ? run_beside(lowered, *script) : judge(lowered, script);
        });
        end_change();
        pool_.finish();
        Analysis analysis = judging_.analysis();
        analysis.unread_history = std::move(unread_history_);
        analysis.rules = rules();
        return analysis;
    }

private:
    /// A text lives no longer than somebody has a use for it.
    template <class Text, class Use>
    void for_each_lowered(std::vector<Text>& texts, Use use) {
        std::vector<std::string_view> views;
        for (const Text& text : texts) views.push_back(text_of(text));
        pool_.lower_ahead(std::move(views));
        for (std::size_t i = 0; i < texts.size(); ++i) {
            const auto lowered = pool_.take(i);
            use(lowered, std::make_shared<const Text>(std::move(texts[i])));
        }
    }

    /// State from before the change: replayed, never judged.
    void remember(const Lowered& lowered, const Script* script) {
        timeline_.begin_file();
        if (script) series_.begin_file(script->file);
        const auto span = [&](std::uint32_t begin, std::uint32_t end) {
            return script ? script->map.span(script->file, begin, end) : SourceSpan{0, begin, end};
        };
        UncertainPart part(script ? &script->uncertainties : nullptr);
        const std::size_t unread = unread_history_.size();
        for (const LoweredStatement& statement : lowered.statements) {
            if (!part.enter(statement, timeline_)) continue;
            for (const Action& action : statement.actions) remember(action, statement, span, part);
        }
        part.leave(timeline_);
        for (const SyntaxError& error : lowered.errors)
            unread_history_.push_back({span(error.begin, error.end), std::string(kDoesNotParse), error.message});
        if (script) unread_history_.insert(unread_history_.end(), script->unread.begin(), script->unread.end());
        if (unread_history_.size() == unread) return;
        // It may have made anything.
        series_.doubt();
        timeline_.doubt_what_is_known();
        for (std::size_t i = unread; i < unread_history_.size(); ++i) note_gap(unread_history_[i].span);
    }

    /// What was not read of an earlier migration may have changed the tables that its text names; any, where it names
    /// none.
    void note_gap(const SourceSpan& span) {
        const auto text = request_.texts.find(span.file);
        if (text == request_.texts.end()) return;
        const std::string_view file = text->second.substr(0, span.end);
        bool names_any = false;
        for (std::size_t at = span.begin, end = at; at < file.size(); at = end + 1) {
            for (end = at; end < file.size() && continues_name(file[end]);) ++end;
            std::string name = lower_case(file.substr(at, end - at));
            if (name.empty() || !timeline_.now().find({"", name})) continue;
            names_any = true;
            gaps_before_.insert_or_assign(std::move(name), timeline_.kept());
        }
        if (!names_any) gaps_before_.insert_or_assign("", timeline_.kept());
    }

    /// What others made, a later CREATE ... IF NOT EXISTS of that name may find. Where a runner's first statement needs
    /// such a relation, its migrations began over a database that was older than they are: it may hold any.
    void note_what_was_made_elsewhere(const Running& running, const Effects& effects) {
        const Catalog& now = timeline_.now();
        if (running.conditions.empty() && !series_.has_made_any() &&
            needs_what_was_not_made(running.action, effects, now))
            series_.doubt();
        if (!effects.created.empty()) series_.note_made();
        for (const Name& name : named_but_not_made(running.action, effects, now)) timeline_.note_made_elsewhere(name);
    }

    template <class Span>
    void remember(const Action& own, const LoweredStatement& statement, Span span, const UncertainPart& doubtful) {
        const auto span_of = [&](const auto& part, bool called) {
            return called || part.begin < 0
                       ? span(statement.begin, statement.end)
                       : span(static_cast<std::uint32_t>(part.begin), static_cast<std::uint32_t>(part.end));
        };
        walk_.follow(own, statement.kind, doubtful.conditions(), doubtful.runs(), timeline_,
                     {.run =
                          [&](const Running& running) {
                              note_what_was_never_made(running.action);
                              if (const auto why = unread_part(running.action, timeline_.now()))
                                  unread_history_.push_back({running.part ? span_of(*running.part, running.called)
                                                                          : span(statement.begin, statement.end),
                                                             running.part ? running.part->kind : statement.kind, *why});
                              if (series_.any_is_whole())
                                  note_what_was_made_elsewhere(
                                      running, effects_of(running.action, timeline_.now(),
                                                          {.version = request_.version, .time_zone = {}}));
                              keep_what_it_drops(running);
                              apply(running);
                          },
                      .gap =
                          [&](const BodyGap& gap, bool called) {
                              unread_history_.push_back({span_of(gap, called), gap.what, gap.why});
                          },
                      .enter = nullptr,
                      .leave = nullptr});
    }

    /// Earlier migrations that change a table which none of them made are not all there are.
    void note_what_was_never_made(const Action& action) {
        if (!never_made_.empty() || !request_.schema.empty()) return;
        const auto* alter = std::get_if<AlterTable>(&action);
        const auto* index = std::get_if<CreateIndex>(&action);
        const bool alters_table = alter && alter->object == ObjectType::table && !alter->if_exists;
        const Name* table = alters_table ? &alter->name : index ? &index->table : nullptr;
        if (table && !timeline_.now().find(*table)) never_made_ = quoted(*table);
    }

    /// The history changes a table that it never makes: part of it is missing, so that no object surely exists or is
    /// surely missing.
    void doubt_history(Effects& effects) const {
        if (never_made_.empty()) return;
        for (Failure& failure : effects.failures) {
            using enum Failure::Kind;
            if (failure.kind != missing_object && failure.kind != duplicate_object && failure.kind != dependent_objects)
                continue;
            failure.certain = false;
            add_once(effects.depends_on,
                     fmt::format("migrations that are not here: the earlier ones change `{}`, which none of them makes",
                                 never_made_));
        }
    }

    /// Something of the change ran that was not read. What is new to the change is no older for that.
    void doubt_from_here() {
        knew_what_was_old_ |= timeline_.now().complete();
        timeline_.doubt_what_is_known();
        before_gap_ = timeline_.kept();
    }

    /// All of it was made since: what was not read cannot have changed it.
    bool is_newer_than_gap(const Effects& effects) const {
        const Catalog& now = timeline_.now();
        const Catalog& then = before_gap_->read();
        return !effects.locks.empty() && std::all_of(effects.locks.begin(), effects.locks.end(), [&](const Lock& lock) {
            const Relation* relation = now.find_qualified(lock.relation);
            return relation && !then.get(relation->id);
        });
    }

    /// The relation was there when something of the history ran that was not read, and may have changed it.
    bool was_perhaps_changed(const std::string& relation) const {
        const Relation* now = timeline_.now().find_qualified(relation);
        for (const std::string& name : {std::string(), relation.substr(relation.rfind('.') + 1)})
            if (const auto gap = gaps_before_.find(name);
                gap != gaps_before_.end() && now && gap->second.read().get(now->id))
                return true;
        return false;
    }

    void doubt_behind_gap_of_history(const Action& action, Effects& effects, const ExecutionContext& now) const {
        if (gaps_before_.empty() || effects.failures.empty() ||
            std::none_of(effects.locks.begin(), effects.locks.end(),
                         [&](const Lock& lock) { return was_perhaps_changed(lock.relation); }))
            return;
        doubt(action, effects, now, "what was not read of the earlier migrations");
    }

    /// Columns, keys, types, policies and the like may have been made, changed or dropped by what was not read.
    void doubt_behind_gap(const Action& action, Effects& effects, const ExecutionContext& now) const {
        if (!before_gap_ || effects.failures.empty() || is_newer_than_gap(effects)) return;
        doubt(action, effects, now, "what was not read before it");
    }

    static void doubt(const Action& action, Effects& effects, const ExecutionContext& now, const std::string& what) {
        const Effects by_itself = effects_of(action, Catalog(), now);
        for (Failure& failure : effects.failures) {
            const auto is_same = [&](const Failure& other) {
                return other.certain && other.kind == failure.kind && other.message == failure.message;
            };
            // What an empty catalog, too, says of it hangs on its words alone. There nothing is surely missing.
            if (is_of_words_alone(failure.kind) ||
                std::any_of(by_itself.failures.begin(), by_itself.failures.end(), is_same))
                continue;
            failure.certain = false;
            add_once(effects.depends_on, what);
        }
    }

    /// A body's COMMIT ends no transaction that the file opened, and a SET that may not run sets nothing.
    void apply(const Running& running) {
        const auto* transaction = std::get_if<Transaction>(&running.action);
        if (running.part && transaction && transaction->kind == Transaction::Kind::commit) timeline_.commit_in_body();
        if (running.part && transaction) return;
        if (!running.conditions.empty() && std::holds_alternative<SetVariable>(running.action)) return;
        timeline_.apply(running.action);
    }

    /// As on the day it was new. What it made is old to the next one, so the catalog goes back and it is replayed.
    void judge_by_itself(const std::shared_ptr<const Lowered>& lowered, const std::shared_ptr<const Script>& script) {
        judge_apart(lowered, script);
        remember_again(*lowered, *script);
    }

    /// What it drops, a file of the change may not make again as it was.
    void run_beside(const std::shared_ptr<const Lowered>& lowered, const Script& script) {
        beside_ = lowered;
        remember_again(*lowered, script);
        beside_.reset();
    }

    /// The same steps as those of the change, ahead of the next of its statements.
    void keep_what_it_drops(const Running& running) {
        const auto* drop = std::get_if<Drop>(&running.action);
        if (!beside_ || !drop || (drop->object != ObjectType::view && drop->object != ObjectType::materialized_view))
            return;
        const auto step = std::make_shared<TakenStep>(TakenStep{.action = &running.action,
                                                                .part = running.part,
                                                                .called = true,
                                                                .alone = running.alone,
                                                                .conditions = running.conditions,
                                                                .body = running.body,
                                                                .runs = running.runs,
                                                                .scope = {},
                                                                .before = timeline_.kept(),
                                                                .after = timeline_.kept(),
                                                                .effects = {},
                                                                .left_alone = true});
        // Between its transaction and the next one there was a gap before the change, too.
        step->scope.transaction.kind = TransactionKind::runner;
        ahead_.emplace_back(beside_, step);
    }

    /// What was not read of it is listed elsewhere.
    void remember_again(const Lowered& lowered, const Script& script) {
        const std::size_t unread = unread_history_.size();
        remember(lowered, &script);
        unread_history_.erase(unread_history_.begin() + static_cast<std::ptrdiff_t>(unread), unread_history_.end());
    }

    void judge_apart(const std::shared_ptr<const Lowered>& lowered, const std::shared_ptr<const Script>& script) {
        Timeline before = timeline_;
        SeriesRead series = series_;
        auto before_gap = std::exchange(before_gap_, std::nullopt);
        const bool knew = std::exchange(knew_what_was_old_, false);
        timeline_.begin_change();
        judge(lowered, script);
        end_change();
        timeline_ = std::move(before);
        series_ = std::move(series);
        before_gap_ = std::move(before_gap);
        knew_what_was_old_ = knew;
        scope_ = ScopeTracker(request_.settings);
    }

    void end_change() {
        pool_.add([this, end = timeline_.kept()] { judging_.end_change(end.read()); });
    }

    void judge(const std::shared_ptr<const Lowered>& lowered, const std::shared_ptr<const Script>& read) {
        const Script& script = *read;
        const auto file = std::make_shared<const FileAtHand>(read, lowered);
        pool_.add([this, file] { judging_.begin_file(file); });
        timeline_.begin_file();
        series_.begin_file(script.file);
        if (request_.begin_run.contains(script.file)) scope_.end_run();
        scope_.begin_file(script.transaction, static_cast<std::uint32_t>(file->all.size()), script.tool);
        UncertainPart part(&script.uncertainties);
        std::vector<std::uint32_t> gaps = places_of(script.unread);
        for (const LoweredStatement* statement : file->all) {
            if (take_before(gaps, file->span(statement->begin, statement->end).begin)) doubt_from_here();
            if (part.enter(*statement, timeline_))
                judge(*statement, part, *file);
            else
                leave_out(*statement, *file);
        }
        part.leave(timeline_);
        if (!gaps.empty()) doubt_from_here();
        scope_.end_file();
        pool_.add([this] { judging_.end_file(); });
    }

    /// It was understood, and does not run.
    void leave_out(const LoweredStatement& statement, const FileAtHand& file) {
        pool_.add([this, &statement, transaction = scope_.transaction()] {
            judging_.begin_statement(statement, transaction);
            judging_.end_statement();
        });
        scope_.after({}, {}, file.span(statement.begin, statement.end), statement.kind);
    }

    void judge(const LoweredStatement& statement, const UncertainPart& part, const FileAtHand& file) {
        const SourceSpan span = file.span(statement.begin, statement.end);
        pool_.add([this, &statement, transaction = scope_.transaction()] {
            judging_.begin_statement(statement, transaction);
        });
        for (const auto& [lowered, ahead] : std::exchange(ahead_, {}))
            pool_.add([this, lowered, ahead] { judging_.ahead(*ahead); });
        Effects locks;  // of all its actions, where a transaction keeps them
        const BodyWatch watch{.run = [&](const Running& running) { step(running, statement, file, locks); },
                              .gap =
                                  [&](const BodyGap& gap, bool called) {
                                      doubt_from_here();
                                      pool_.add([this, gap, called] { judging_.gap(gap, called); });
                                  },
                              .enter = [&](const std::string& whose) { scope_.begin_body(whose); },
                              .leave = [&] { scope_.end_body(); }};
        // Where each round is committed by itself, it is a statement like any other.
        const HowOften runs = scope_.scope().in_transaction_block ? part.runs() : HowOften::few_times;
        for (const Action& action : statement.actions) {
            walk_.follow(action, statement.kind, part.conditions(), runs, timeline_, watch);
            pool_.add([this, &action] { judging_.end_action(action); });
        }
        scope_.after(statement.actions, locks, span, statement.kind);
        if (!scope_.scope().in_transaction_block)
            file.script.transaction_assumed ? timeline_.end_statement_by_guess() : timeline_.end_statement();
        pool_.add([this] { judging_.end_statement(); });
    }

    void step(const Running& running, const LoweredStatement& statement, const FileAtHand& file, Effects& locks) {
        const auto step = std::make_shared<TakenStep>(TakenStep{.action = &running.action,
                                                                .part = running.part,
                                                                .called = running.called,
                                                                .alone = running.alone,
                                                                .conditions = running.conditions,
                                                                .body = running.body,
                                                                .runs = running.runs,
                                                                .scope = scope_.scope(),
                                                                .before = timeline_.kept(),
                                                                .after = {},
                                                                .effects = {}});
        TakenStep& taken = *step;
        const Scope& scope = taken.scope;
        const Setting* zone = scope.setting("timezone");
        const bool in_block =
            running.part ? scope.transaction.kind != TransactionKind::none : scope.in_transaction_block;
        const ExecutionContext now{.version = request_.version,
                                   .in_transaction_block = in_block,
                                   .time_zone = zone ? zone->value : std::string(),
                                   .checks_function_bodies = checks_function_bodies(scope),
                                   .in_body = running.part != nullptr};
        taken.effects = effects_of(running.action, taken.before.read(), now);
        note_what_was_made_elsewhere(running, taken.effects);
        timeline_.set_whole_history(series_.is_whole() || knew_what_was_old_);
        const bool taken_back = ends_in_handler(taken.effects, running.part);
        make_conditional(taken.effects, running.conditions);
        doubt_names(taken.effects, running.body.get());
        doubt_transaction(taken.effects, file.script);
        doubt_history(taken.effects);
        if (timeline_.is_against_history()) forget_what_history_tells(taken.effects);
        doubt_behind_gap(running.action, taken.effects, now);
        doubt_behind_gap_of_history(running.action, taken.effects, now);
        work_under(taken.effects, scope.held);
        if (!taken_back) apply(running);
        if (runs_unread(running.action, taken.before.read(), request_.version)) doubt_from_here();
        if (const Relation* table = taken_back ? nullptr : filled_table(running.action, timeline_.now(), running.runs))
            timeline_.note_filled(table->id);
        taken.after = timeline_.kept();
        const bool sets = std::holds_alternative<SetVariable>(running.action);
        if (running.part && !taken_back && (!sets || running.conditions.empty()))
            scope_.after_in_body(running.action, taken.effects, span_of(running, statement, file), running.part->kind);
        if (scope.transaction.kind != TransactionKind::none && !taken_back) merge_locks(locks, taken.effects.locks);
        pool_.add([this, step] { judging_.step(*step); });
    }

    /// Of what stands in a body: where it stands, unless that is another statement's text.
    static SourceSpan span_of(const Running& running, const LoweredStatement& statement, const FileAtHand& file) {
        if (running.called || running.part->begin < 0) return file.span(statement.begin, statement.end);
        return file.span(static_cast<std::uint32_t>(running.part->begin),
                         static_cast<std::uint32_t>(running.part->end));
    }

    Request request_;
    Timeline timeline_;
    ScopeTracker scope_;
    SeriesRead series_;
    BodyWalk walk_;
    std::shared_ptr<const Lowered> beside_;  ///< what is replayed runs with the change; null: before it
    std::vector<std::pair<std::shared_ptr<const Lowered>, std::shared_ptr<const TakenStep>>> ahead_;  ///< what it drops
    std::vector<Unread> unread_history_;
    std::optional<Shared<WritableCatalog>> before_gap_;  ///< of the change: as it was when something ran unread
    /// Of the history: as it was when something ran unread that names a table; under "" what names none.
    std::map<std::string, Shared<WritableCatalog>, std::less<>> gaps_before_;
    bool knew_what_was_old_ = false;  ///< when something of the change first ran unread: a dump had told it all
    std::string never_made_;          ///< a table that the history changes and did not make; empty: none is known
    Judging judging_;                 // of what the pool does behind the replay alone
    ThreadPool pool_;
};

}  // namespace

Analysis analyze(Request request) { return Run(std::move(request)).analysis(); }

}  // namespace pgfence::analyze
