#include "analyze/judging/judging.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <compare>
#include <initializer_list>
#include <iterator>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "analyze/catalog/skipped.h"
#include "analyze/judging/unread_part.h"
#include "analyze/kit/judge.h"
#include "analyze/kit/recipe_place.h"
#include "core/text.h"

namespace pgfence::analyze {
namespace {

/// What a comment says.
std::string without_marks(std::string_view comment) {
    const bool line = comment.starts_with("--");
    comment.remove_prefix(std::min<std::size_t>(2, comment.size()));
    if (!line && comment.ends_with("*/")) comment.remove_suffix(2);
    return std::string(trim(comment, kBlanks));
}

constexpr std::string_view kUnfilled = "a statement that is known only when the migration runs";

bool holds_stand_in(const Script& script, const SyntaxError& error) {
    const std::string_view sql = std::string_view(script.sql).substr(error.begin, error.end - error.begin);
    return std::any_of(script.stand_ins.begin(), script.stand_ins.end(),
                       [&](const StandIn& one) { return contains(sql, one.name); });
}

/// What does not parse is a statement too, of which nothing is known. With a name of ours in the place of what the
/// program puts there, that is no mistake of the author's.
std::vector<LoweredStatement> as_statements(const std::vector<SyntaxError>& errors, const Script& script) {
    std::vector<LoweredStatement> statements;
    for (const SyntaxError& error : errors) {
        const bool filled = !holds_stand_in(script, error);
        const std::string why = filled ? error.message : "it does not parse without what is put into it";
        statements.push_back({.begin = error.begin,
                              .end = error.end,
                              .kind = std::string(filled ? kDoesNotParse : kUnfilled),
                              .actions = {Unmodelled{why, filled}}});
    }
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

template <class Conditions = std::initializer_list<Condition>>
void make_conditional(Consequence& consequence, const Conditions& conditions) {
    if (std::empty(conditions)) return;
    consequence.certainty = std::max(consequence.certainty, Certainty::depends);
    for (const auto& condition : conditions) add_once(consequence.depends_on, condition);
}

/// The table may be older than the change: the finding is its worst case, and depends on that.
void doubt_age(Consequence& consequence, const Catalog& before) {
    for (const std::string& shown : consequence.relations)
        if (const Relation* relation = before.find_qualified(shown); relation && relation->perhaps_older)
            make_conditional(consequence, {fmt::format("whether {} was there before this change", shown)});
}

/// All locks of a statement are held until its transaction ends, and so for as long as it works through a table's rows:
/// also those on tables that it does not read (ATRewriteTables comes after ATPrepCmd and ATRewriteCatalogs).
void hold_while_working(Consequence& consequence, const Effects& effects) {
    if (!consequence.lock || consequence.grows_with_rows || consequence.fails || consequence.related) return;
    const auto concerns = [&](const std::string& relation) {
        return std::find(consequence.relations.begin(), consequence.relations.end(), relation) !=
               consequence.relations.end();
    };
    const auto work = std::find_if(effects.work.begin(), effects.work.end(), [&](const Work& one) {
        return one.existing && one.kind != Work::Kind::change_rows && blocks(one.under, Traffic::writes) &&
               !concerns(one.relation) && !concerns(one.table);
    });
    if (work == effects.work.end() || consequence.relations.empty()) return;
    consequence.grows_with_rows = true;
    consequence.message +=
        fmt::format(" while the statement {} {}", work->kind == Work::Kind::rewrite ? "rewrites" : "scans",
                    code(work->table.empty() ? work->relation : work->table));
    if (!work->certain) make_conditional(consequence, effects.depends_on);
}

/// Who waits for the statement waits for a lock that it did not take itself: the earlier one is named, and shown.
void tell_who_took_the_lock(Consequence& consequence, const Step& step) {
    if (!consequence.lock || consequence.relations.empty() || consequence.related) return;
    const HeldLock* held = step.scope.held.on(consequence.relations.front());
    const Lock* own = step.effects.lock_on(consequence.relations.front());
    if (!held || !own || held->lock.mode != *consequence.lock || stronger(own->mode, *consequence.lock) == own->mode)
        return;
    const std::string shown = fmt::format("({})", sql_name(*consequence.lock));
    const auto at = consequence.message.find(shown);
    if (at == std::string::npos) return;
    consequence.message.insert(at + shown.size() - 1, fmt::format(", which an earlier {} took", held->by_kind));
    consequence = beside(std::move(consequence), *held);
}

/// A finding inside a body: its recipe stands for that statement alone.
void fit_to_body(Consequence& consequence, const TakenStep& taken) {
    if (!consequence.recipe) return;
    // A function's text is somebody else's: it may be called again. A condition may be there because the statement
    // fails without it, and the recipe would as well.
    if (taken.called || !taken.conditions.empty()) return consequence.recipe.reset();
    std::string& note = consequence.recipe->note;
    note += std::string(note.empty() ? "" : "; ") + "it takes the place of the statement inside the DO block";
    consequence.recipe->inside_block = true;
}

/// Whatever runs with the change did so before it, too: what is new is how that ends. False: nothing is. IF EXISTS
/// names what was never there, time after time.
bool say_of_the_end(Consequence& consequence, const Catalog& before) {
    const auto is_known = [&](const std::string& relation) { return before.find_qualified(relation) != nullptr; };
    if (!consequence.stands_at_end ||
        !std::all_of(consequence.relations.begin(), consequence.relations.end(), is_known))
        return false;
    consequence.message += " (what drops it runs with every deployment)";
    consequence.recipe.reset();
    return true;
}

/// An empty name: nobody knows which.
bool decides_names(const SetVariable& set) {
    return set.name.empty() || set.name == "search_path" || set.name == "role" || set.name == "session_authorization" ||
           set.kind == SetVariable::Kind::reset_all;
}

}  // namespace

void merge_locks(Effects& into, const std::vector<Lock>& more) {
    const auto before = [](const Lock& a, const Lock& b) { return a.relation < b.relation; };
    const auto count = static_cast<std::ptrdiff_t>(into.locks.size());
    for (const Lock& lock : more) {
        const auto same = std::lower_bound(into.locks.begin(), into.locks.begin() + count, lock, before);
        if (same == into.locks.begin() + count || same->relation != lock.relation)
            into.locks.push_back(lock);
        else
            same->mode = stronger(same->mode, lock.mode), same->existing |= lock.existing;
    }
    if (count > 0) std::inplace_merge(into.locks.begin(), into.locks.begin() + count, into.locks.end(), before);
}

namespace {

bool has_existing(const Effects& effects, const std::string& relation) {
    const Lock* lock = effects.lock_on(relation);
    return lock && lock->existing;
}

/// DROP TABLE t, then CREATE TABLE t in one body: what is told of t is told of the one that was there before. Nor is a
/// table new because a temporary one had its name for a while.
void forget_names_of_old(Effects& into, Effects& more) {
    const auto without = [](const auto& all, const Effects& others) {
        std::vector<std::string> kept;
        for (const std::string& name : all)
            if (!has_existing(others, name)) kept.push_back(name);
        return kept;
    };
    const auto set = [](auto& list, const std::vector<std::string>& kept) {
        if (kept.size() == list.size()) return;
        list = {};
        for (const std::string& name : kept) list.push_back(name);
    };
    auto older = without(into.created, more), newer = without(more.created, into);
    set(into.created, older);
    set(more.created, newer);
}

}  // namespace

void merge(Effects& into, Effects&& more) {
    forget_names_of_old(into, more);
    if (into.locks.empty())
        into.locks = std::move(more.locks);
    else
        merge_locks(into, more.locks);
    into.work.insert(into.work.end(), std::make_move_iterator(more.work.begin()),
                     std::make_move_iterator(more.work.end()));
    into.created.append(std::move(more.created));
    into.dropped.append(std::move(more.dropped));
    into.failures.append(std::move(more.failures));
    into.caveats.append(std::move(more.caveats));
    for (Condition& what : more.depends_on) add_once(into.depends_on, std::move(what));
    into.proofs.append(std::move(more.proofs));
    into.padding = std::max(into.padding, more.padding);
    into.certainty = std::max(into.certainty, more.certainty);
}

FileAtHand::FileAtHand(std::shared_ptr<const Script> of, std::shared_ptr<const Lowered> from)
    : kept(std::move(of)), script(*kept), lowered(std::move(from)), unparsed(as_statements(lowered->errors, script)) {
    all = in_order(lowered->statements, unparsed);
}

void Judging::begin_file(std::shared_ptr<const FileAtHand> file) {
    at_hand_ = std::move(file);
    const Script& script = at_hand_->script;
    file_ = {};
    file_.file = script.file;
    file_.format = script.format;
    file_.transaction = script.transaction;
    file_.transaction_reason = script.transaction_reason;
    file_.transaction_assumed = script.transaction_assumed;
    file_.locked_beside = script.locked_beside;
    file_.unread = script.unread;
    file_.marks = script.marks;
    file_.no_way_back = script.no_way_back;
    file_.statements.reserve(at_hand_->all.size());
    once_.clear();
    earlier_.clear();
    marks_.clear();
    if (script.transaction == TransactionMode::per_file && !script.transaction_assumed) marks_.push_back({"", 0});
}

void Judging::begin_statement(const LoweredStatement& statement, StatementTransaction transaction) {
    statement_ = &statement;
    const auto& kinds = at_hand_->script.dropped_kinds;
    const auto behind =
        std::upper_bound(kinds.begin(), kinds.end(), statement.begin,
                         [](std::uint32_t begin, const DroppedKind& kind) { return begin < kind.begin; });
    const bool told = behind != kinds.begin() && statement.begin < std::prev(behind)->end;
    dropped_kind_ = told ? std::optional(std::prev(behind)->type) : std::nullopt;
    first_finding_ = findings_.size();
    analyzed_ = {.span = at_hand_->span(statement.begin, statement.end),
                 .sql = at_hand_->script.sql.substr(statement.begin, statement.end - statement.begin),
                 .kind = statement.kind,
                 .transaction = transaction,
                 .effects = {}};
}

/// Of what stands in a body: where it stands, unless that is another statement's text.
SourceSpan Judging::span_of(std::int32_t begin, std::int32_t end, bool called) const {
    return called || begin < 0 ? analyzed_.span
                               : at_hand_->span(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end));
}

SourceSpan Judging::span_of(const TakenStep& taken) const {
    return taken.part ? span_of(taken.part->begin, taken.part->end, taken.called) : analyzed_.span;
}

void Judging::step(TakenStep& taken) {
    const std::string& kind = taken.part ? taken.part->kind : statement_->kind;
    if (const auto why = unread_part(*taken.action, taken.before.read())) {
        if (kind != kUnfilled || !is_listed(span_of(taken))) file_.unread.push_back({span_of(taken), kind, *why});
    } else if (const auto beside = unread_beside(*taken.action, taken.before.read(), version_))
        note_once({span_of(taken), kind, *beside});
    if (const auto* transaction = std::get_if<Transaction>(taken.action);
        taken.part && transaction && transaction->kind == Transaction::Kind::rollback)
        note_once({span_of(taken), kind,
                   "what it takes back is taken for done: which tables names mean behind it is not known"});
    if (const auto* transaction = std::get_if<Transaction>(taken.action); transaction && !taken.part)
        follow(*transaction, taken);
    if (const auto* set = std::get_if<SetVariable>(taken.action);
        set && decides_names(*set) && (set->uncertain || !taken.conditions.empty()))
        file_.unread.push_back({span_of(taken), kind, "it may change which tables the names behind it mean"});
    Step step = step_of(taken);
    if (!is_skipped(*taken.action, taken.before.read())) {
        assert(asked_.others_are_silent(step));
        ask_rules(step, taken);
        for (RemovedObject& object : removed_by(step))
            removed_.push_back({std::move(object), span_of(taken), file_.statements.size(),
                                step.is<Drop>() && taken.conditions.empty()});
    }
    merge(analyzed_.effects, std::move(taken.effects));
}

void Judging::ahead(const TakenStep& taken) {
    Step step = step_of(taken);
    for (const Asked* asked : asked_.about(step.action))
        if (asked->named->rule->category == Category::compatibility) ask(*asked, step, taken);
}

Step Judging::step_of(const TakenStep& taken) const {
    constexpr std::size_t kLookedBack = 64;  // a rule that looks at all of them for each would be quadratic
    return {.sql = taken.part ? taken.part->sql : analyzed_.sql,
            .kind = taken.part ? taken.part->kind : statement_->kind,
            .action = *taken.action,
            .effects = taken.effects,
            .scope = taken.scope,
            .before = taken.before.read(),
            .after = taken.after.read(),
            .version = version_,
            .alone = taken.part ? taken.alone : statement_->actions.size() == 1,
            .runs = taken.runs,
            .transaction_assumed = file_.transaction_assumed,
            .part = taken.part,
            .earlier = std::span(earlier_).last(std::min(kLookedBack, earlier_.size())),
            .before_file = std::span(written_).last(std::min(kLookedBack, written_.size())),
            .dropped_kind = dropped_kind_};
}

/// A body that is run again and again is unread once, and one reason that stands in it three times is one reason.
void Judging::note_once(Unread unread) {
    constexpr std::size_t kLookedBack = 64;
    const auto same = [&](const Unread& other) {
        return other.span.begin == unread.span.begin && other.span.end == unread.span.end && other.why == unread.why;
    };
    const auto recent = std::span(file_.unread).last(std::min(kLookedBack, file_.unread.size()));
    if (std::none_of(recent.begin(), recent.end(), same)) file_.unread.push_back(std::move(unread));
}

/// The reader of the file has said of the call what it does not know there: that is about this statement.
bool Judging::is_listed(const SourceSpan& span) {
    constexpr std::ptrdiff_t kLookedBack = 64;
    const auto& listed = at_hand_->script.unread;
    const auto behind = std::upper_bound(listed.begin(), listed.end(), span.begin,
                                         [](std::uint32_t begin, const Unread& one) { return begin < one.span.begin; });
    const auto end = behind - listed.begin();
    for (auto i = end - std::min(kLookedBack, end); i < end; ++i) {
        Unread& one = file_.unread[static_cast<std::size_t>(i)];
        const bool of_call = one.span.begin > 0 && one.extent == Unread::Extent::part;
        if (!of_call || one.span.begin > span.begin || one.span.end <= span.begin) continue;
        one.span = span;
        return true;
    }
    return false;
}

void Judging::ask_rules(Step& step, const TakenStep& taken) {
    const std::size_t first = taken.part ? findings_.size() : first_finding_;
    const std::uint64_t clauses = Kinds::clauses_of(step.action);
    const auto concerns = [&](const Asked* asked) { return asked->named->rule->about.has_clause(clauses); };
    for (const Asked* asked : asked_.about(step.action))
        if (concerns(asked)) ask(*asked, step, taken);
    const bool explained = std::any_of(findings_.begin() + static_cast<std::ptrdiff_t>(first), findings_.end(),
                                       [](const Found& f) { return is_about_locks(f.finding.category); });
    if (explained) return;
    for (const Asked* asked : asked_.backstops(step.action))
        if (concerns(asked)) ask(*asked, step, taken);
}

void Judging::ask(const Asked& asked, Step& step, const TakenStep& taken) {
    const NamedRule& named = *asked.named;
    const Rule& rule = *named.rule;
    step.options = &asked.options;
    if (rule.once_per_file && std::find(once_.begin(), once_.end(), named.id) != once_.end()) return;
    for (Consequence& c : rule.check(step)) {
        if (taken.left_alone && !say_of_the_end(c, step.before)) continue;
        const bool located = !taken.left_alone && (!taken.part || (taken.part->exact && !taken.called));
        const bool clause = located && c.begin >= 0 && c.end > c.begin;
        const SourceSpan span =
            clause ? at_hand_->span(static_cast<std::uint32_t>(c.begin), static_cast<std::uint32_t>(c.end))
                   : span_of(taken);
        if (is_about_locks(rule.category)) hold_while_working(c, step.effects);
        if (is_about_locks(rule.category)) tell_who_took_the_lock(c, step);
        doubt_age(c, step.before);
        make_conditional(c, taken.conditions);
        if (c.related && at_hand_->script.transaction_unknown) make_conditional(c, {std::string(kHowItIsSent)});
        if (taken.part) fit_to_body(c, taken);
        if (c.recipe && !say_without_values(*c.recipe, analyzed_.sql)) c.recipe.reset();
        if (c.recipe) place_first_step(*c.recipe, analyzed_.sql, analyzed_.transaction.kind);
        findings_.push_back({{.rule = std::string(named.id),
                              .category = rule.category,
                              .span = span,
                              .statement = file_.statements.size(),
                              .message = std::move(c.message),
                              .relations = std::move(c.relations),
                              .lock = c.lock,
                              .grows_with_rows = c.grows_with_rows,
                              .fails = c.fails,
                              .harm = c.harm,
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

/// What a ROLLBACK takes back is not lost; that others waited for it stays true.
void Judging::follow(const Transaction& transaction, const TakenStep& taken) {
    using Kind = Transaction::Kind;
    if (!taken.conditions.empty()) return marks_.clear();
    const auto named = std::find_if(marks_.rbegin(), marks_.rend(), [&](const Mark& mark) {
        return !mark.savepoint.empty() && mark.savepoint == transaction.savepoint;
    });
    switch (transaction.kind) {
        case Kind::begin:
            if (marks_.empty()) marks_.push_back({"", findings_.size()});
            break;
        case Kind::savepoint:
            if (!marks_.empty()) marks_.push_back({transaction.savepoint, findings_.size()});
            break;
        case Kind::release:
            if (named != marks_.rend()) marks_.erase(std::prev(named.base()), marks_.end());
            break;
        case Kind::rollback_to:
            if (named == marks_.rend()) break;
            forget_losses_since(named->findings);
            marks_.erase(named.base(), marks_.end());
            break;
        case Kind::commit:
        case Kind::prepare:
        case Kind::rollback: {
            const bool open = !marks_.empty();
            if (open && transaction.kind == Kind::rollback) forget_losses_since(marks_.front().findings);
            marks_.clear();
            if (open && transaction.chain) marks_.push_back({"", findings_.size()});
            break;
        }
        default: break;
    }
}

void Judging::forget_losses_since(std::size_t finding) {
    const auto is_loss = [](const Found& found) {
        return found.finding.category == Category::destructive || found.finding.category == Category::compatibility ||
               found.finding.harm != Harm::of_its_category;
    };
    const auto first = findings_.begin() + static_cast<std::ptrdiff_t>(finding);
    findings_.erase(std::remove_if(first, findings_.end(), is_loss), findings_.end());
    first_finding_ = std::min(first_finding_, findings_.size());
}

void Judging::gap(const BodyGap& gap, bool called) {
    note_once({span_of(gap.begin, gap.end, called), gap.what, gap.why});
}

void Judging::end_action(const Action& action) { earlier_.push_back({&action, &statement_->kind, analyzed_.span}); }

void Judging::end_statement() { file_.statements.push_back(std::move(analyzed_)); }

/// What a later statement may put right, one that nobody has read may put right as well.
void Judging::doubt_what_stands(Finding& finding) const {
    const bool is_for_running_code =
        finding.category == Category::compatibility || finding.category == Category::correctness;
    const bool is_followed = std::any_of(file_.unread.begin(), file_.unread.end(), [&](const Unread& one) {
        return one.extent == Unread::Extent::part && one.span.begin >= finding.span.end;
    });
    if (!is_for_running_code || !is_followed) return;
    finding.certainty = std::max(finding.certainty, Certainty::depends);
    add_once(finding.depends_on, "what was not read behind it");
}

/// What was not read before it may have copied what goes.
void Judging::doubt_what_is_lost(Finding& finding) const {
    if (finding.category != Category::destructive || finding.harm != Harm::of_its_category || finding.fails) return;
    const auto is_unread = [](const Unread& one) { return one.extent != Unread::Extent::rejected; };
    const bool is_behind_unread = std::any_of(file_.unread.begin(), file_.unread.end(), [&](const Unread& one) {
        return is_unread(one) && one.span.end <= finding.span.begin;
    });
    const auto first = analysis_.files.begin() + static_cast<std::ptrdiff_t>(first_file_of_change_);
    if (!is_behind_unread && std::none_of(first, analysis_.files.end(), [&](const AnalyzedFile& file) {
            return std::any_of(file.unread.begin(), file.unread.end(), is_unread);
        }))
        return;
    finding.certainty = std::max(finding.certainty, Certainty::depends);
    add_once(finding.depends_on, "whether what was not analyzed before it copied the data elsewhere");
}

void Judging::end_file() {
    for (const LoweredComment& comment : at_hand_->lowered->comments)
        file_.comments.push_back({at_hand_->span(comment.begin, comment.end), without_marks(comment.text)});
    std::sort(file_.unread.begin(), file_.unread.end(),
              [](const Unread& a, const Unread& b) { return a.span.begin < b.span.begin; });
    std::sort(findings_.begin(), findings_.end(), [](const Found& a, const Found& b) {
        return std::tie(a.finding.span.begin, a.finding.rule, a.finding.span.end, a.finding.message) <
               std::tie(b.finding.span.begin, b.finding.rule, b.finding.span.end, b.finding.message);
    });
    for (Found& found : findings_) {
        if (found.stands_at_end) doubt_what_stands(found.finding);
        doubt_what_is_lost(found.finding);
        if (found.stands_at_end) open_.push_back({analysis_.findings.size(), std::move(found.stands_at_end)});
        analysis_.findings.push_back(std::move(found.finding));
    }
    findings_.clear();
    keep_what_was_written();
    earlier_.clear();
    analysis_.files.push_back(std::move(file_));
    at_hand_.reset();
}

/// A later file may drop what this one has copied.
void Judging::keep_what_was_written() {
    const std::size_t known = written_.size();
    for (const Earlier& earlier : earlier_) {
        const auto* dml = std::get_if<Dml>(earlier.action);
        const bool writes = dml && (dml->kind == Dml::Kind::insert || dml->kind == Dml::Kind::update);
        if (writes || std::holds_alternative<CreateTableAs>(*earlier.action)) written_.push_back(earlier);
    }
    if (written_.size() > known) kept_.push_back(at_hand_);
}

void Judging::take_back(const Catalog& end) {
    std::vector<std::size_t> gone;
    for (const Open& open : std::exchange(open_, {}))
        if (!open.stands_at_end(end)) gone.push_back(open.finding);
    if (gone.empty()) return;
    auto next = gone.begin();
    std::size_t number = gone.front();
    const auto is_gone = [&](const Finding&) {
        if (next == gone.end() || *next != number++) return false;
        ++next;
        return true;
    };
    auto& all = analysis_.findings;
    all.erase(std::remove_if(all.begin() + static_cast<std::ptrdiff_t>(number), all.end(), is_gone), all.end());
}

/// Drops findings about locks on, and code that uses, a table that the change itself drops: the DROP TABLE has its own
/// finding. Data loss before it, failures, and findings about other tables stay.
void Judging::forget_what_is_dropped(const Catalog& end) {
    struct StatementIndex {
        std::size_t file, statement;
        auto operator<=>(const StatementIndex&) const = default;
    };
    std::map<FileId, std::size_t> numbers;
    for (std::size_t i = first_file_of_change_; i < analysis_.files.size(); ++i) numbers[analysis_.files[i].file] = i;
    std::map<std::string, StatementIndex, std::less<>> dropped;
    for (const Removed& removed : removed_)
        if (removed.dropped && removed.object.column.empty() && !is_back(removed.object, end))
            dropped[removed.object.relation.schema + "." + removed.object.relation.name] = {numbers[removed.span.file],
                                                                                            removed.statement};
    if (dropped.empty()) return;
    const auto is_about_it = [&](const Finding& finding) {
        const bool stays = finding.fails || finding.category == Category::destructive ||
                           finding.category == Category::correctness || finding.category == Category::policy;
        const StatementIndex place{numbers[finding.span.file], finding.statement};
        return !stays && !finding.relations.empty() &&
               std::all_of(finding.relations.begin(), finding.relations.end(), [&](const std::string& relation) {
                   const auto drop = dropped.find(relation);
                   return drop != dropped.end() && place < drop->second;
               });
    };
    auto& all = analysis_.findings;
    all.erase(std::remove_if(all.begin() + static_cast<std::ptrdiff_t>(first_of_change_), all.end(), is_about_it),
              all.end());
}

void Judging::end_change(const Catalog& end) {
    take_back(end);
    forget_what_is_dropped(end);
    written_.clear();
    kept_.clear();
    first_of_change_ = analysis_.findings.size();
    first_file_of_change_ = analysis_.files.size();
    for (const Removed& removed : std::exchange(removed_, {}))
        if (const RemovedObject& object = removed.object; !is_back(object, end))
            analysis_.removed.push_back({object.column.empty() ? object.relation.name : object.column,
                                         object.column.empty() ? "" : object.relation.name, in_words(object),
                                         removed.span, removed.statement, object.renamed, object.type});
}

}  // namespace pgfence::analyze
