// What the gem strong_migrations makes of a migration's own calls where the application says `safe_by_default`
// (strong_migrations/checks.rb, safe_methods.rb): it ends the transaction, builds indexes concurrently and validates
// constraints behind that.

#include <algorithm>
#include <string_view>

#include "core/text.h"
#include "extract/program/sql_writer.h"
#include "extract/ruby/rails_names.h"
#include "extract/ruby/rails_operations.h"
#include "extract/tool_version.h"

namespace pgfence::extract {
namespace {

/// What `StrongMigrations.name = ` is set to, each on its line, and under no condition; empty: nothing.
std::string_view setting(std::string_view initializer, std::string_view name) {
    constexpr std::string_view kOwner = "StrongMigrations.";
    std::string_view found;
    for (std::string_view line : split(initializer, "\n")) {
        line = trim(line.substr(0, line.find('#')));
        if (!line.starts_with(kOwner) || !line.substr(kOwner.size()).starts_with(name)) continue;
        line = trim(line.substr(kOwner.size() + name.size()));
        if (line.starts_with('=')) found = trim(line.substr(1));
    }
    return found;
}

bool is_up_to(std::string_view version, std::string_view last) {
    std::string number(last);
    std::erase(number, '_');
    return version.size() != number.size() ? version.size() < number.size() : version <= std::string_view(number);
}

bool is_on(const Value* value) { return value && value->truth().value_or(true); }

}  // namespace

bool is_safe_by_default(RailsState& state, const RailsModels::Read& read, const std::string& root,
                        std::string_view version) {
    const auto text_of = [&](std::string_view path) {
        return read ? read(root + std::string(path)).value_or(std::string()) : std::string();
    };
    const auto [known, fresh] = state.strong_migrations.try_emplace(root);
    if (fresh && !locked_version("Gemfile.lock", text_of("Gemfile.lock"), "strong_migrations").empty())
        known->second = text_of("config/initializers/strong_migrations.rb");
    const std::string& initializer = known->second;
    const std::string_view after = setting(initializer, "start_after");
    return setting(initializer, "safe_by_default") == "true" && (after.empty() || !is_up_to(version, after));
}

/// Checker#disable_transaction: what was sent before is committed, and each statement behind commits by itself.
void RailsOperations::commit_before(const Call& call) {
    if (without_transaction_ || committed_behind_) return;
    committed_behind_ = out_.sent();
    if (!own_transaction_) return;
    out_.frame("COMMIT", {call.begin, call.begin});
    out_.sends_alone(true);
}

void RailsOperations::finish() {
    if (!own_transaction_) return;
    if (!committed_behind_) return out_.frame("COMMIT", {last_, last_});
    if (out_.is_conditional(*committed_behind_))
        out_.unread({0, 0}, "whether strong_migrations commits",
                    "it does so under a condition: what comes behind may run in the transaction or not");
}

bool RailsOperations::made_safe(const Call& call, std::string_view name) {
    if (call.args.empty()) return false;
    Options options(call);
    const std::string table = first_name(call);
    const Value* second = call.args.size() > 1 ? &call.args[1] : nullptr;
    const bool is_new = new_tables_.count(table) > 0;
    const bool is_concurrent = options.text("algorithm") == "concurrently";
    if ((name == "add_index" && second) || name == "remove_index") {
        if (is_new || is_concurrent) return false;
        commit_before(call);
        options.set("algorithm", symbol_value("concurrently"));
        if (name == "add_index")
            add_index(table, *second, options, call);
        else
            remove_index(table, second, options, call);
    } else if ((name == "add_reference" || name == "add_belongs_to") && second) {
        return safe_reference(table, *second, options, call);
    } else if (name == "add_foreign_key" && second && !options.is_false("validate")) {
        safe_foreign_key(table, *second, options, call);
    } else if (name == "add_check_constraint" && second && !is_new && !options.is_false("validate")) {
        const std::string condition = second->is_text() ? second->text : "";
        safe_check(table, condition, options, call);
    } else if (name == "change_column_null" && call.args.size() > 2 && call.args[2].truth() == false) {
        safe_not_null(table, schema_.plain(second), call);
    } else {
        return false;
    }
    return true;
}

bool RailsOperations::safe_reference(const std::string& table, const Value& name, Options options, const Call& call) {
    const Value* index = options.get("index");
    const Options of_index(index);
    const bool builds = !index || is_on(index);
    const Value* key = options.get("foreign_key");
    const Options of_key(key);
    const bool is_safe =
        (!builds || of_index.text("algorithm") == "concurrently") && (!is_on(key) || of_key.is_false("validate"));
    if (is_safe) return false;
    commit_before(call);
    const std::string reference = schema_.plain(&name);
    const bool has_key = is_on(key);
    Options own = of_key;
    const Value to = own.has("to_table") ? *own.get("to_table") : text_value(pluralize(reference));
    own.remove("to_table");
    own.set_default("column", symbol_value(reference + "_id"));
    if (builds) {
        std::vector<Value> pairs = index && index->is(Value::Kind::dictionary) ? *index->items : std::vector<Value>();
        pairs.push_back(symbol_value("algorithm"));
        pairs.push_back(symbol_value("concurrently"));
        options.set("index", dictionary_value(std::move(pairs)));
    }
    options.remove("foreign_key");
    add_reference(table, name, options, call);
    if (has_key && own.is_false("validate"))
        add_foreign_key(table, to, own, call);
    else if (has_key)
        safe_foreign_key(table, to, own, call);
    return true;
}

void RailsOperations::safe_foreign_key(const std::string& table, const Value& to, Options options, const Call& call) {
    options.remove("validate");
    options.set("validate", boolean_value(false));
    add_foreign_key(table, to, options, call);
    commit_before(call);
    send("ALTER TABLE " + schema_.table(table) + " VALIDATE CONSTRAINT " + quoted(known_key(table, &to, options)),
         call);
}

void RailsOperations::safe_check(const std::string& table, const std::string& condition, const Options& options,
                                 const Call& call) {
    const std::string on_table = "ALTER TABLE " + schema_.table(table);
    const std::string known = condition.empty() ? schema_.uncertainty("a condition") : condition;
    send(on_table + " ADD " + schema_.check(table, known, options) + " NOT VALID", call);
    commit_before(call);
    send(on_table + " VALIDATE CONSTRAINT " + quoted(schema_.check_name(table, known, options)), call);
}

void RailsOperations::safe_not_null(const std::string& table, const std::string& column, const Call& call) {
    const Value* fallback = call.args.size() > 3 ? &call.args[3] : nullptr;
    if (fallback && !fallback->is(Value::Kind::nothing))
        not_understood(call, "strong_migrations fills the column in batches, which is not read");
    const std::string on_table = "ALTER TABLE " + schema_.table(table) + " ";
    const std::string name = quoted(table + "_" + column + "_null");
    send(on_table + "ADD CONSTRAINT " + name + " CHECK (" + quoted(column) + " IS NOT NULL) NOT VALID", call);
    commit_before(call);
    const bool by_itself = without_transaction_ || own_transaction_;
    if (by_itself) out_.frame("BEGIN", {call.begin, call.begin});
    send(on_table + "VALIDATE CONSTRAINT " + name, call);
    send(on_table + "ALTER COLUMN " + quoted(column) + " SET NOT NULL", call);
    send(on_table + "DROP CONSTRAINT " + name, call);
    out_.drops(ConstraintType::check);
    if (by_itself) out_.frame("COMMIT", {call.end, call.end});
}

}  // namespace pgfence::extract
