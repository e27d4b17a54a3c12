#include "analyze/timeline/timeline.h"

#include <algorithm>

#include "analyze/catalog/replay.h"
#include "analyze/catalog/uncertain.h"
#include "core/text.h"

namespace pgfence::analyze {

namespace {

/// SplitIdentifierString: names between commas, in lower case unless they stand in double quotes.
std::vector<std::string> identifiers(std::string_view list) {
    std::vector<std::string> names(1);
    bool in_quotes = false;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const char c = list[i];
        if (c == '"' && in_quotes && i + 1 < list.size() && list[i + 1] == '"')
            names.back() += c, ++i;
        else if (c == '"')
            in_quotes = !in_quotes;
        else if (in_quotes)
            names.back() += c;
        else if (c == ',')
            names.emplace_back();
        else if (c != ' ' && c != '\t' && c != '\n')
            names.back() += to_lower(c);
    }
    return names;
}

/// recomputeNamespacePath: "$user" is the schema of the role's own name. Most roles have none; where it is not known
/// whose session it is, it is taken to be like most.
std::vector<std::string> schemas(std::string_view search_path, const std::string& role) {
    std::vector<std::string> path;
    for (std::string& name : identifiers(search_path)) {
        if (name == "$user") name = role;
        if (!name.empty()) path.push_back(std::move(name));
    }
    return path;
}

}  // namespace

Timeline::Timeline(int version, std::string role, std::string_view search_path)
    : version_(version),
      role_(std::move(role)),
      role_after_transaction_(role_),
      default_path_(schemas(search_path.empty() ? "public" : search_path, role_)),
      path_after_transaction_(default_path_) {
    become(role_);
    catalog_.write().set_search_path(default_path_);
}

void Timeline::begin_file() {
    marks_.clear();
    catalog_.write().end_transaction();
    catalog_.write().set_search_path(default_path_);
    // Whether the session is the one that made the others hangs on the runner.
    if (now().has_temporary()) catalog_.write().drop_shadowing_temporary();
    path_after_transaction_ = default_path_;
    role_after_transaction_ = role_;
    become(role_);
    end_statement();
    // A runner's own transaction: ROLLBACK in the file goes back to here.
    marks_.push_back(mark(""));
}

void Timeline::apply(const Action& action) {
    if (const auto* transaction = std::get_if<Transaction>(&action)) return control(*transaction);
    if (const auto* variable = std::get_if<SetVariable>(&action)) return set(*variable);
    if (may_change_schema(action)) replay(catalog_.write(), action, version_);
}

void Timeline::uncertainty_since(const Shared<WritableCatalog>& before) {
    if (!catalog_.is_shared_with(before)) catalog_.write() = either(before.read(), catalog_.read());
}

Assumed Timeline::assume(const CatalogQuestion& question) {
    Assumed assumed = assumed_by(now(), question);
    for (const Name& name : assumed.absent) catalog_.write().assume_absent(name);
    against_history_ += assumed.against_history;
    return assumed;
}

void Timeline::end(const Assumed& assumed, const Shared<WritableCatalog>& before) {
    for (const Name& name : assumed.absent) catalog_.write().assume_no_more(name, before.read());
    against_history_ -= assumed.against_history;
}

/// Settings go back with the rows: a SET of a transaction that is rolled back was none (AtEOXact_GUC).
void Timeline::back_to(const Mark& mark) {
    catalog_ = mark.catalog;
    path_after_transaction_ = mark.path_after_transaction;
    role_after_transaction_ = mark.role_after_transaction;
    become(mark.role_now);
}

void Timeline::control(const Transaction& transaction) {
    using Kind = Transaction::Kind;
    const auto named = [&](const Mark& mark) {
        return !mark.savepoint.empty() && mark.savepoint == transaction.savepoint;
    };
    switch (transaction.kind) {
        case Kind::begin:
            catalog_.write().end_transaction();
            marks_.assign(1, mark(""));
            break;
        case Kind::commit:
            end_local_settings();
            catalog_.write().end_transaction();
            end_statement();
            marks_.assign(1, mark(""));
            break;
        case Kind::rollback:
            if (!marks_.empty()) back_to(marks_.front());
            end_local_settings();
            marks_.assign(1, mark(""));
            break;
        case Kind::savepoint: marks_.push_back(mark(transaction.savepoint)); break;
        case Kind::rollback_to:
            if (const auto found = std::find_if(marks_.rbegin(), marks_.rend(), named); found != marks_.rend()) {
                back_to(*found);
                marks_.erase(found.base(), marks_.end());
            }
            break;
        case Kind::release:
            if (const auto found = std::find_if(marks_.rbegin(), marks_.rend(), named); found != marks_.rend())
                marks_.erase(std::prev(found.base()), marks_.end());
            break;
        default: break;
    }
}

void Timeline::set(const SetVariable& set) {
    if (set.name == "role" || set.name == "session_authorization") return set_role(set);
    const bool everything = set.kind == SetVariable::Kind::reset_all;
    if (set.name != "search_path" && !everything) return;
    if (set.uncertain) return;
    std::vector<std::string> path =
        set.as_text && !set.values.empty() ? schemas(set.values.front(), role_) : set.values;
    if (set.kind != SetVariable::Kind::set || set.values.empty()) path = default_path_;
    if (!set.local) path_after_transaction_ = path;
    catalog_.write().set_search_path(std::move(path));
}

/// What SET LOCAL and set_config(..., true) set lasts for the transaction, and that is over (AtEOXact_GUC).
void Timeline::end_local_settings() {
    if (now().search_path() != path_after_transaction_) catalog_.write().set_search_path(path_after_transaction_);
    if (role_now_ != role_after_transaction_) become(role_after_transaction_);
}

void Timeline::become(std::string role) {
    role_now_ = std::move(role);
    catalog_.write().set_role(role_now_);
}

void Timeline::end_statement() {
    end_local_settings();
    if (now().may_drop_on_commit()) catalog_.write().drop_temporary(true);
}

void Timeline::end_statement_by_guess() {
    end_local_settings();
    if (now().may_drop_on_commit()) catalog_.write().drop_shadowing_on_commit();
}

void Timeline::commit_in_body() { end_statement(); }

/// RESET ALL leaves both as they are (GUC_NO_RESET_ALL).
void Timeline::set_role(const SetVariable& set) {
    if (set.uncertain) return;
    const bool named = set.kind == SetVariable::Kind::set && !set.values.empty() && set.values.front() != "none";
    std::string role = named ? set.values.front() : role_;
    if (!set.local) role_after_transaction_ = role;
    become(std::move(role));
}

}  // namespace pgfence::analyze
