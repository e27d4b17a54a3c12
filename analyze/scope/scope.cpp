// Transactions as xact.c runs them (BeginTransactionBlock, EndTransactionBlock, BeginImplicitTransactionBlock) and
// settings as guc.c keeps them (AtEOXact_GUC).
#include "analyze/scope/scope.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/text.h"

namespace pgfence {
namespace {

constexpr std::size_t kMaxHeld = 250;      // each statement's Scope carries them all
constexpr std::size_t kMaxSettings = 200;  // likewise; no server has more names worth asking about
constexpr std::size_t kMaxSavepoints = 10'000;

struct Unit {
    std::string_view name;
    double milliseconds;
};
constexpr std::array<Unit, 6> kUnits{
    {{"us", 0.001}, {"ms", 1}, {"s", 1'000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

/// parse_int with GUC_UNIT_MS: a number, white space, a unit (case counts); rounded to whole milliseconds.
std::optional<std::int64_t> milliseconds(std::string_view value) {
    value = trim(value, kBlanks);
    double number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
    const std::string_view unit = trim(value.substr(static_cast<std::size_t>(end - value.data())), kBlanks);
    double factor = unit.empty() ? 1 : 0;
    for (const Unit& u : kUnits)
        if (u.name == unit) factor = u.milliseconds;
    const double result = std::rint(number * factor);
    // lock_timeout's range is that of an int.
    if (factor == 0 || result < 0 || result > 2147483647.0) return std::nullopt;
    return static_cast<std::int64_t>(result);
}

}  // namespace

HeldLocks::const_iterator HeldLocks::begin() const { return locks_ ? locks_.read().begin() : const_iterator(); }
HeldLocks::const_iterator HeldLocks::end() const { return locks_ ? locks_.read().end() : const_iterator(); }
std::size_t HeldLocks::size() const { return locks_ ? locks_.read().size() : 0; }
void HeldLocks::clear() { locks_.reset(); }

HeldLocks::const_iterator HeldLocks::place_of(std::string_view relation) const {
    return std::lower_bound(begin(), end(), relation,
                            [](const HeldLock& held, std::string_view wanted) { return held.lock.relation < wanted; });
}

const HeldLock* HeldLocks::on(std::string_view relation) const {
    const auto at = place_of(relation);
    return at == end() || at->lock.relation != relation ? nullptr : &*at;
}

void HeldLocks::put(HeldLock held) {
    SharedList<HeldLock>& locks = locks_.write();
    const auto at = place_of(held.lock.relation);
    if (at != end() && at->lock.relation == held.lock.relation)
        locks.write(at) = std::move(held);
    else
        locks.insert(at, std::move(held));
}

void HeldLocks::erase(std::string_view relation) {
    if (!on(relation)) return;
    SharedList<HeldLock>& locks = locks_.write();
    locks.erase(place_of(relation));
}

Settings::Map::const_iterator Settings::begin() const { return all_ ? all_.read().begin() : Map::const_iterator(); }
Settings::Map::const_iterator Settings::end() const { return all_ ? all_.read().end() : Map::const_iterator(); }
std::size_t Settings::size() const { return all_ ? all_.read().size() : 0; }
Setting& Settings::operator[](const std::string& name) { return all_.write()[name]; }
void Settings::clear() { all_.reset(); }

const Setting* Settings::find(std::string_view name) const {
    if (!all_) return nullptr;
    const auto at = all_.read().find(name);
    return at == all_.read().end() ? nullptr : &at->second;
}

void Settings::erase(std::string_view name) {
    if (!find(name)) return;
    Map& all = all_.write();
    all.erase(all.find(name));
}

std::optional<std::int64_t> Scope::timeout_ms(std::string_view name) const {
    const Setting* found = setting(name);
    const auto value = found ? milliseconds(found->value) : std::nullopt;
    return value && *value > 0 ? value : std::nullopt;
}

ScopeTracker::ScopeTracker(const std::map<std::string, std::string>& defaults) {
    for (const auto& [name, value] : defaults) defaults_[name].value = value;
    session_ = in_force_ = defaults_;
}

void ScopeTracker::begin_file(TransactionMode mode, std::uint32_t statements, ToolFacts tool) {
    const bool goes_on =
        mode == TransactionMode::whole_run && mode_ == TransactionMode::whole_run && transaction_.number != 0;
    if (!goes_on && in_block()) close(true);
    mode_ = mode;
    position_ = 0;
    statements_ = statements;
    tool_ = tool;
    undo_ = Undo::nothing;
    if (goes_on) return;
    if (mode == TransactionMode::per_file || mode == TransactionMode::whole_run)
        open(TransactionKind::runner);
    else if (mode == TransactionMode::implicit && statements > 1)
        open(TransactionKind::implicit);
    else
        transaction_ = {TransactionKind::none, next_number_++};
}

Scope ScopeTracker::scope() const {
    Scope scope;
    scope.transaction = transaction_;
    scope.in_transaction_block = keeps_locks();
    scope.body = body_;
    scope.position_in_file = position_;
    scope.last_in_file = position_ + 1 >= statements_;
    scope.statements_in_transaction = run_in_transaction_ + 1;
    const bool to_the_end =
        transaction_.kind == TransactionKind::runner || transaction_.kind == TransactionKind::implicit;
    if (to_the_end && statements_ > position_)
        scope.statements_in_transaction = run_in_transaction_ + (statements_ - position_);
    scope.held = held_;
    scope.settings = in_force_;
    scope.tool = tool_;
    return scope;
}

void ScopeTracker::after(const std::vector<Action>& actions, const Effects& effects, SourceSpan span,
                         const std::string& kind) {
    undo_ = Undo::nothing;
    undo_savepoint_.clear();
    const std::uint32_t number = transaction_.number;
    ++position_;
    ++run_in_transaction_;
    if (in_block())
        for (const Lock& lock : effects.locks) hold(lock, span, kind);
    for (const Action& action : actions) {
        rename(action, effects.locks);
        if (const auto* transaction = std::get_if<Transaction>(&action)) control(*transaction);
        if (const auto* variable = std::get_if<SetVariable>(&action)) set(*variable, span);
    }
    if (!in_block() && transaction_.number == number) {
        transaction_.number = next_number_++;
        run_in_transaction_ = 0;
    }
}

// ---- bodies --------------------------------------------------------------------------------------------------------

void ScopeTracker::let_go() {
    forget_local();
    held_.clear();
    changes_.clear();
}

void ScopeTracker::begin_body(std::string whose) { body_ = std::move(whose); }

void ScopeTracker::after_in_body(const Action& action, const Effects& effects, SourceSpan span,
                                 const std::string& kind) {
    for (const Lock& lock : effects.locks) hold(lock, span, kind);
    rename(action, effects.locks);
    if (const auto* variable = std::get_if<SetVariable>(&action)) set(*variable, span);
    // In a transaction block COMMIT fails ("invalid transaction termination").
    const auto* transaction = std::get_if<Transaction>(&action);
    if (transaction && transaction->kind == Transaction::Kind::commit && !in_block()) let_go();
}

void ScopeTracker::end_body() {
    body_.clear();
    if (!in_block()) let_go();
}

void ScopeTracker::end_file() {
    undo_ = Undo::nothing;
    if (in_block() && mode_ != TransactionMode::whole_run) close(true);
}

void ScopeTracker::end_run() {
    if (in_block()) close(true);
    session_ = in_force_ = defaults_;
}

// ---- transactions --------------------------------------------------------------------------------------------------

void ScopeTracker::open(TransactionKind kind) {
    transaction_ = {kind, next_number_++};
    run_in_transaction_ = 0;
}

void ScopeTracker::close(bool commit) {
    if (!commit) roll_back_to(0);
    forget_local();
    held_.clear();
    changes_.clear();
    savepoints_.clear();
    transaction_ = {TransactionKind::none, next_number_++};
    run_in_transaction_ = 0;
}

void ScopeTracker::go_on() {
    if (mode_ == TransactionMode::implicit && statements_ > 1) open(TransactionKind::implicit);
}

void ScopeTracker::begin() {
    if (transaction_.kind == TransactionKind::none) return open(TransactionKind::explicit_);
    // In an implicit block BEGIN takes over what ran before it; in a runner's or the file's own it is but a warning.
    if (transaction_.kind == TransactionKind::implicit) transaction_.kind = TransactionKind::explicit_;
}

void ScopeTracker::end(const Transaction& transaction, bool commit) {
    if (!in_block()) return;
    const TransactionKind kind = transaction_.kind;
    if (!commit) undo_ = Undo::to_begin;
    close(commit);
    // AND CHAIN is an error in an implicit block.
    if (transaction.chain && kind != TransactionKind::implicit)
        open(kind);
    else
        go_on();
}

std::vector<ScopeTracker::Savepoint>::iterator ScopeTracker::savepoint_named(const std::string& name) {
    const auto found =
        std::find_if(savepoints_.rbegin(), savepoints_.rend(), [&](const Savepoint& s) { return s.name == name; });
    return found == savepoints_.rend() ? savepoints_.end() : std::prev(found.base());
}

void ScopeTracker::control(const Transaction& transaction) {
    using Kind = Transaction::Kind;
    const bool savepoints_allowed =
        transaction_.kind == TransactionKind::runner || transaction_.kind == TransactionKind::explicit_;
    switch (transaction.kind) {
        case Kind::begin: begin(); break;
        // PREPARE TRANSACTION gives its locks to no session; for the statements that follow here they are gone.
        case Kind::prepare:
        case Kind::commit: end(transaction, true); break;
        case Kind::rollback: end(transaction, false); break;
        case Kind::savepoint:
            if (savepoints_allowed && savepoints_.size() < kMaxSavepoints)
                savepoints_.push_back({transaction.savepoint, changes_.size()});
            break;
        case Kind::release:
            if (const auto at = savepoint_named(transaction.savepoint); at != savepoints_.end())
                savepoints_.erase(at, savepoints_.end());
            break;
        case Kind::rollback_to:
            if (const auto at = savepoint_named(transaction.savepoint); at != savepoints_.end()) {
                roll_back_to(at->changes);
                savepoints_.erase(at + 1, savepoints_.end());
                undo_ = Undo::to_savepoint;
                undo_savepoint_ = transaction.savepoint;
            }
            break;
        case Kind::commit_prepared:
        case Kind::rollback_prepared: break;
    }
}

void ScopeTracker::roll_back_to(std::size_t changes) {
    while (changes_.size() > changes) {
        Change& change = changes_.back();
        if (change.of == Change::Of::lock) {
            if (change.lock)
                held_.put(std::move(*change.lock));
            else
                held_.erase(change.name);
        } else {
            assign(change.of, change.name, std::move(change.setting));
        }
        changes_.pop_back();
    }
}

void ScopeTracker::hold(const Lock& lock, SourceSpan span, const std::string& kind) {
    if (!lock.existing) return;
    const HeldLock* const before = held_.on(lock.relation);
    if (before ? before->lock.mode >= lock.mode : held_.size() >= kMaxHeld) return;
    keep_change(lock.relation);
    held_.put({lock, span, kind});
}

/// A lock is the relation's, whatever it is called afterwards and wherever it is moved.
void ScopeTracker::rename(const Action& action, const std::vector<Lock>& locks) {
    const auto* renamed = std::get_if<Rename>(&action);
    const auto* moved = std::get_if<SetSchema>(&action);
    if (!moved && !(renamed && renamed->part.empty())) return;
    const Name& written = moved ? moved->name : renamed->relation;
    for (const Lock& lock : locks) {
        const auto dot = lock.relation.find('.');
        if (dot == std::string::npos || lock.relation.compare(dot + 1, std::string::npos, written.name) != 0) continue;
        const HeldLock* const found = held_.on(lock.relation);
        if (lock.role != LockRole::target || !found) continue;
        HeldLock held = *found;
        held.lock.relation =
            moved ? moved->new_schema + "." + written.name : lock.relation.substr(0, dot + 1) + renamed->new_name;
        keep_change(lock.relation);
        keep_change(held.lock.relation);
        held_.erase(lock.relation);
        held_.put(std::move(held));
        return;
    }
}

/// Before it: how a ROLLBACK finds it again.
void ScopeTracker::keep_change(const std::string& relation) {
    const HeldLock* const before = held_.on(relation);
    changes_.push_back({Change::Of::lock, relation, before ? std::optional(*before) : std::nullopt, std::nullopt});
}

// ---- settings ------------------------------------------------------------------------------------------------------

std::optional<Setting> ScopeTracker::default_of(const std::string& name) const {
    const Setting* const own = defaults_.find(name);
    return own ? std::optional(*own) : std::nullopt;
}

void ScopeTracker::put(Change::Of of, const std::string& name, std::optional<Setting> setting) {
    const Settings& settings = of == Change::Of::local ? local_ : session_;
    const Setting* const before = settings.find(name);
    if (!before && (!setting || settings.size() >= kMaxSettings)) return;
    if (keeps_locks()) changes_.push_back({of, name, std::nullopt, before ? std::optional(*before) : std::nullopt});
    assign(of, name, std::move(setting));
}

/// No value: it goes.
void ScopeTracker::assign(Change::Of of, const std::string& name, std::optional<Setting> setting) {
    Settings& settings = of == Change::Of::local ? local_ : session_;
    if (setting)
        settings[name] = std::move(*setting);
    else
        settings.erase(name);
    const Setting* const local = local_.find(name);
    const Setting* const now = local ? local : session_.find(name);
    if (now)
        in_force_[name] = *now;
    else
        in_force_.erase(name);
}

void ScopeTracker::forget_local() {
    if (local_.empty()) return;
    local_.clear();
    in_force_ = session_;
}

void ScopeTracker::set(const SetVariable& variable, SourceSpan span) {
    using Of = Change::Of;
    if (variable.kind == SetVariable::Kind::reset_all) {
        for (const Settings& from : {session_, local_})
            for (const auto& [name, setting] : from) {
                put(Of::session, name, default_of(name));
                put(Of::local, name, std::nullopt);
            }
        return;
    }
    if (variable.kind == SetVariable::Kind::reset) {
        put(Of::local, variable.name, std::nullopt);
        put(Of::session, variable.name, default_of(variable.name));
        return;
    }
    Setting setting{.value = joined(variable.values), .local = variable.local, .set_at = span};
    if (variable.values.empty())  // TO DEFAULT
        if (const auto own = default_of(variable.name)) setting.value = own->value;
    if (!variable.local) {
        put(Of::local, variable.name, std::nullopt);
        put(Of::session, variable.name, std::move(setting));
    } else if (keeps_locks()) {
        put(Of::local, variable.name, std::move(setting));
    } else if (const Setting* before = session_.find(variable.name); !before || !before->effective) {
        // Kept to be told about, never in place of a value that is in force.
        setting.effective = false;
        put(Of::session, variable.name, std::move(setting));
    }
}

}  // namespace pgfence
