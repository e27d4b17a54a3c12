#include "extract/ruby/sequel_operations.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/program/sql_text.h"
#include "extract/ruby/rails_harmless.h"
#include "extract/ruby/ruby_dates.h"
#include "extract/ruby/sequel_rows.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// Private methods of every object, which no generator overrides.
bool is_of_kernel(std::string_view name) {
    constexpr std::array kKernel{
        "puts"sv, "p"sv,      "pp"sv,      "print"sv, "raise"sv, "fail"sv,    "require"sv,
        "warn"sv, "format"sv, "sprintf"sv, "loop"sv,  "rand"sv,  "sleep"sv,   "system"sv,
        "exec"sv, "spawn"sv,  "eval"sv,    "load"sv,  "exit"sv,  "at_exit"sv, "require_relative"sv};
    return is_among(name, kKernel);
}

/// Sequel.lit and the like: they make values.
bool is_builder(std::string_view name) {
    constexpr std::array kBuilders{"lit"sv,
                                   "function"sv,
                                   "cast"sv,
                                   "cast_string"sv,
                                   "cast_numeric"sv,
                                   "expr"sv,
                                   "[]"sv,
                                   "identifier"sv,
                                   "qualify"sv,
                                   "case"sv,
                                   "~"sv,
                                   "not"sv,
                                   "&"sv,
                                   "and"sv,
                                   "|"sv,
                                   "or"sv,
                                   "like"sv,
                                   "ilike"sv,
                                   "join"sv,
                                   "+"sv,
                                   "-"sv,
                                   "*"sv,
                                   "/"sv,
                                   "asc"sv,
                                   "desc"sv,
                                   "as"sv,
                                   "pg_array"sv,
                                   "pg_jsonb"sv,
                                   "pg_json"sv,
                                   "pg_jsonb_wrap"sv,
                                   "pg_json_wrap"sv,
                                   "hstore"sv,
                                   "pg_range"sv,
                                   "blob"sv,
                                   "extract"sv,
                                   "char_length"sv,
                                   "negate"sv,
                                   "delay"sv,
                                   "pg_array_op"sv,
                                   "pg_jsonb_op"sv,
                                   "pg_json_op"sv,
                                   "hstore_op"sv,
                                   "subscript"sv,
                                   "date_add"sv,
                                   "date_sub"sv,
                                   "value_list"sv,
                                   "string_to_date"sv,
                                   "string_to_datetime"sv,
                                   "string_agg"sv,
                                   "is_distinct_from"sv,
                                   "pg_row"sv,
                                   "deep_qualify"sv,
                                   "recursive_tree"sv,
                                   "at_time_zone"sv,
                                   "any_type"sv,
                                   "datetime_class"sv,
                                   "trim"sv,
                                   "pg_interval"sv,
                                   "escape_like"sv,
                                   "pg_inet_op"sv};
    return is_among(name, kBuilders);
}

/// Of a word: "Sequel::Postgres::Database".match?(/mysql/i).
std::optional<Value> matches(const Value& text, const Value& expression) {
    if (!text.is_text() || !text.known() || !expression.call || expression.call->path != "regexp") return std::nullopt;
    const Value& word = expression.call->args.front();
    const bool is_word = word.known() && std::all_of(word.text.begin(), word.text.end(), is_letter);
    if (!is_word) return std::nullopt;
    const bool any_case = expression.call->args[1].yes;
    return boolean_value(any_case ? contains(lower_case(text.text), lower_case(word.text))
                                  : contains(text.text, word.text));
}

}  // namespace

bool acts_in_sequel(std::string_view method) {
    constexpr std::array kActs{"run"sv,
                               "execute"sv,
                               "execute_ddl"sv,
                               "execute_dui"sv,
                               "execute_insert"sv,
                               "exec"sv,
                               "save"sv,
                               "destroy"sv,
                               "create"sv,
                               "<<"sv,
                               "insert"sv,
                               "truncate"sv,
                               "apply"sv,
                               "migrate"sv,
                               "call"sv,
                               "perform"sv,
                               "import"sv,
                               "load"sv,
                               "disconnect"sv,
                               "synchronize"sv,
                               "find_or_create"sv,
                               "update_all"sv,
                               "eval"sv,
                               "put"sv,
                               "post"sv,
                               "system"sv,
                               "popen"sv,
                               "start"sv,
                               "new"sv,
                               "invoke"sv,
                               "async_exec"sv};
    return is_among(method, kActs) || changes_sequel_rows(method) || changes_rows(method);
}

void SequelOperations::send(const std::string& sql, const Call& call) {
    out_.made(sql, place_of(call));
    for (std::string& uncertainty : sql_.take_uncertainties())
        out_.unread(place_of(call), std::move(uncertainty) + " in `" + std::string(call.name()) + "`",
                    "it is only known at run time: a placeholder takes its place");
}

void SequelOperations::not_understood(const Call& call, std::string why) {
    sql_.take_uncertainties();
    out_.unread(place_of(call), call.path.size() > 80 || call.path.empty() ? "a call" : call.path, std::move(why));
}

Call SequelOperations::with_row(const Call& call) {
    if (!call.block) return call;
    Call plain = call;
    const As self(self_, Self::row);
    plain.args.push_back(program_->run_block(*call.block, {path_value("sequel.row")}));
    plain.block = nullptr;
    return plain;
}

std::optional<Value> SequelOperations::called(const Call& call) {
    const std::string_view name = call.name();
    const bool own = call.path == name;
    if (auto date = date_call(call)) return date;
    if (call.path == "Array.new" && Ruby::has_block(call)) return counted(call);
    if (name == "match?" && call.args.size() == 1)
        if (auto known = matches(call.receiver, call.args.front())) return known;
    if ((call.path == "Sequel.migration" || call.path == "::Sequel.migration") && call.block) return migration(call);
    if (call.path == "Class.new" && call.args.size() == 1 && call.args.front().is_path("Sequel::Migration") &&
        call.block) {
        program_->run_block(*call.block, {});
        return path_value("Class");
    }
    if (own && self_ != Self::row && is_of_kernel(name)) return std::nullopt;
    if (own) {
        switch (self_) {
            case Self::file: return std::nullopt;
            case Self::migration: return migration_part(call, name);
            case Self::database: return of_database(call, name);
            case Self::table: return define(call, name);
            case Self::alteration: return alter(call, name) ? std::optional(nothing_value()) : std::nullopt;
            case Self::partition: return partition_bound(call, name);
            case Self::reverser: return reversed(call, name);
            case Self::alter_reverser: return reversed_alteration(call, name);
            case Self::row: break;
        }
        Call column = with_row(call);
        column.receiver = path_value("sequel.row");
        return result_of(std::move(column));
    }
    if (name == "db" && call.args.empty() && call.receiver.is(Value::Kind::path) && !call.receiver.call)
        return path_value(call.path + "()");
    if (is_sequel_database(call.receiver)) return of_database(call, name);
    if (is_sequel_dataset(call.receiver)) {
        if (makes_dataset(name)) return result_of(with_row(call));
        const bool changes = changes_sequel_rows(name), reads = reads_sequel_rows(name);
        if (!changes && !reads) return std::nullopt;
        // A parameter takes the place of a value.
        sql_.with_parameters(true);
        const auto set = sql_.dataset(call.receiver);
        bool understood = set && set->understood;
        if (understood && set->text) {
            const bool plain = set->text_call->args.size() == 1 && set->text_call->named.empty();
            if (plain)
                execute(call, &*set->text);
            else
                out_.made(sql_.select(*set), place_of(call));
        } else if (changes && understood) {
            understood = change_sequel_rows(*set, call, sql_, out_);
        }
        sql_.with_parameters(false);
        if (changes && !understood) not_understood(call, "which rows it is about is only known at run time");
        for (std::string& uncertainty : sql_.take_uncertainties())
            if (changes)
                out_.unread(place_of(call), std::move(uncertainty) + " in `" + std::string(name) + "`",
                            "it is only known at run time: a placeholder takes its place");
        if (Ruby::has_block(call)) return std::nullopt;
        return result_of(call);
    }
    if (is_sequel_expression(call.receiver)) {
        const bool of_module = call.receiver.is_path("Sequel");
        if (of_module && !is_builder(name)) return std::nullopt;
        return result_of(with_row(call));
    }
    return std::nullopt;
}

// Array.new(3) { |i| ... }
std::optional<Value> SequelOperations::counted(const Call& call) {
    constexpr long kMost = 1'000;
    const auto count = call.args.size() == 1 ? call.args.front().integer() : std::nullopt;
    if (!count || *count < 0 || *count > kMost) return std::nullopt;
    std::vector<Value> items;
    for (long i = 0; i < *count; ++i) items.push_back(program_->run_block_of(call, {number_value(std::to_string(i))}));
    return list_value(std::move(items));
}

std::optional<Value> SequelOperations::operation(const Call& call) {
    const Value& of = call.receiver;
    if (auto date = date_call(call)) return date;
    if (call.path == "=~" && call.args.size() == 1)
        if (auto known = matches(of, call.args.front())) return known;
    if (self_ != Self::file && self_ != Self::migration && is_sequel_database(of)) {
        if (call.path == "[]") return result_of(call);
        if (call.path == "<<") {
            execute(call, call.args.empty() ? nullptr : &call.args.front());
            return of;
        }
        return std::nullopt;
    }
    const bool on_expression = is_sequel_expression(of) || (!call.args.empty() && !of.is(Value::Kind::path) &&
                                                            is_sequel_expression(call.args.front()));
    // At the top of the file, too: a constant may hold one.
    if (on_expression) return result_of(call);
    if (call.path == "[]" && of.is_path("DB")) return result_of(call);
    return std::nullopt;
}

bool SequelOperations::any_rows(const Value& path) {
    if (!path.call || !is_sequel_dataset(path.call->receiver)) return false;
    sql_.with_parameters(true);
    const auto set = sql_.dataset(path.call->receiver);
    const bool picks = set && picks_rows(sql_.where(*set), set->from.size() == 1 ? trim(set->from.front(), "\"") : "");
    sql_.with_parameters(false);
    sql_.take_uncertainties();
    return set && !set->text && !picks && set->limit.empty();
}

bool SequelOperations::harmless(const Call& call) const {
    const std::string_view name = call.name();
    const bool own = call.path == name;
    constexpr std::array kHarmless{"require"sv,
                                   "require_relative"sv,
                                   "puts"sv,
                                   "p"sv,
                                   "pp"sv,
                                   "print"sv,
                                   "warn"sv,
                                   "raise"sv,
                                   "fail"sv,
                                   "format"sv,
                                   "sprintf"sv,
                                   "rand"sv,
                                   "sleep"sv,
                                   "loop"sv,
                                   "Array"sv,
                                   "Integer"sv,
                                   "Float"sv,
                                   "String"sv,
                                   "binding"sv,
                                   "exit"sv,
                                   "abort"sv,
                                   "__FILE__"sv,
                                   "__dir__"sv,
                                   "__method__"sv,
                                   "private"sv,
                                   "attr_reader"sv,
                                   "attr_accessor"sv,
                                   "module_function"sv,
                                   "include"sv};
    // Integer(x) makes a number; alone on its line it is meant for a column.
    const bool is_lost = call.discarded && is_upper(name.front());
    if (own) return is_among(name, kHarmless) && self_ != Self::row && !is_lost;
    if (is_sequel_dataset(call.receiver)) return reads_sequel_rows(name);
    if (is_sequel_database(call.receiver)) return false;
    if (call.receiver.is_path("Sequel")) {
        constexpr std::array kSettings{"extension"sv,
                                       "default_timezone="sv,
                                       "database_timezone="sv,
                                       "core_extensions"sv,
                                       "application_timezone="sv,
                                       "require"sv,
                                       "datetime_class="sv,
                                       "version"sv};
        return is_among(name, kSettings);
    }
    if (is_harmless_constant(call.path)) return !(name == "popen" || name == "system" || name == "load");
    if (acts_in_sequel(name)) return false;
    const bool constant = call.receiver.is(Value::Kind::path) && is_upper(call.receiver.text.front());
    const bool plain_constant = constant && call.receiver.text.find_first_of("([{") == std::string::npos;
    if (name.ends_with('=') && !plain_constant) return true;
    if (only_computes(name) && !plain_constant) return true;
    return !plain_constant && !call.discarded && call.args.empty() && call.named.empty() && !call.more_args &&
           !Ruby::has_block(call) && !name.ends_with('!');
}

// ---- what a file holds ----------------------------------------------------------------------------------------------

std::optional<Value> SequelOperations::migration(const Call& call) {
    has_migration_ = true;
    up_ = nullptr;
    {
        const As self(self_, Self::migration);
        program_->run_block(*call.block, {});
    }
    for (const auto& [part, place] : settings_)
        if (parts_.is_conditional(part))
            out_.unread(place, "no_transaction", "whether the file has a transaction is only known at run time");
    run_up();
    return path_value("migration");
}

std::optional<Value> SequelOperations::migration_part(const Call& call, std::string_view name) {
    if (name == "no_transaction" || name == "transaction") {
        without_transaction_ = name == "no_transaction";
        out_.sends_alone(without_transaction_);
        settings_.emplace_back(parts_.begin(), place_of(call));
        parts_.add(settings_.back().first);
        return nothing_value();
    }
    const bool is_up = name == "up" || name == "change" || name == "revert";
    if ((!is_up && name != "down") || !call.block) return std::nullopt;
    has_way_back_ |= name != "up";
    if (name == "down") {
        program_->never_runs(*call.block);
        return nothing_value();
    }
    // The last one counts.
    if (up_) program_->never_runs(*up_);
    up_ = call.block;
    up_is_reversed_ = name == "revert";
    return nothing_value();
}

void SequelOperations::run_up() {
    if (!up_) return;
    in_transaction_ = !without_transaction_;
    if (up_is_reversed_) return run_reversed(*up_);
    const As self(self_, Self::database);
    program_->run_block(*up_, {});
}

void SequelOperations::run_class() {
    const Node* up = program_->method("up");
    if (!up) return;
    has_migration_ = true;
    has_way_back_ = program_->method("down") != nullptr;
    // def self.use_transactions; false; end
    if (const Node* own = program_->method("use_transactions")) {
        without_transaction_ = contains(program_->text(*own), "false");
        out_.sends_alone(without_transaction_);
    }
    in_transaction_ = !without_transaction_;
    const As self(self_, Self::database);
    program_->call_method(*up);
}

// ---- the database ---------------------------------------------------------------------------------------------------

std::optional<Value> SequelOperations::transaction(const Call& call) {
    if (!Ruby::has_block(call)) return std::nullopt;
    if (call.get("rollback") && call.get("rollback")->text == "always") {
        not_understood(call, "what it does is rolled back");
        if (call.block) program_->never_runs(*call.block);
        return nothing_value();
    }
    const bool opens = !in_transaction_;
    if (opens) out_.frame("BEGIN", place_of(call));
    in_transaction_ = true;
    Value result = program_->run_block_of(call, {});
    if (opens) out_.frame("COMMIT", place_of(call));
    in_transaction_ = !opens;
    return result;
}

void SequelOperations::execute(const Call& call, const Value* sql) {
    if (sql && sql->is_text()) return out_.written(*sql, place_of(call));
    if (sql && sql->is(Value::Kind::path) && sql->call && sql->call->receiver.is_path("Sequel")) {
        const Call& lit = *sql->call;
        if (lit.name() == "lit" && lit.args.size() == 1 && lit.args.front().is_text())
            return out_.written(lit.args.front(), place_of(call));
    }
    if (sql)
        if (const auto set = sql_.dataset(*sql); set && set->understood && !set->text)
            return send(sql_.select(*set), call);
    not_understood(call, "its SQL is only known at run time");
}

std::optional<Value> SequelOperations::of_database(const Call& call, std::string_view name) {
    if (name == "transaction") return transaction(call);
    if (auto asked = question(call, name)) return asked;
    if (name == "database_type" || name == "adapter_scheme") return symbol_value("postgres");
    if (name == "db" && call.args.empty()) return path_value("db()");
    if ((name == "class" || name == "name") && call.args.empty()) return text_value("Sequel::Postgres::Database");
    if (name.starts_with("supports_") && name.ends_with('?')) return boolean_value(true);
    if (name == "literal" && call.args.size() == 1 && call.args.front().known())
        return text_value(sql_.literal(call.args.front()));
    constexpr std::array kRoots{"from"sv, "[]"sv, "fetch"sv, "dataset"sv, "select"sv, "with"sv};
    if (is_among(name, kRoots)) {
        if (name != "fetch" || !Ruby::has_block(call)) return result_of(with_row(call));
        execute(call, call.args.empty() ? nullptr : &call.args.front());
        return std::nullopt;
    }
    constexpr std::array kQuiet{"extension"sv,
                                "log_info"sv,
                                "loggers"sv,
                                "logger"sv,
                                "schema"sv,
                                "tables"sv,
                                "views"sv,
                                "indexes"sv,
                                "opts"sv,
                                "foreign_key_list"sv,
                                "get"sv,
                                "columns"sv,
                                "server_version"sv,
                                "uri"sv,
                                "table_exists?"sv,
                                "primary_key"sv,
                                "check_constraints"sv,
                                "in_transaction?"sv,
                                "options"sv,
                                "timezone"sv,
                                "supports_create_table_if_not_exists?"sv,
                                "quote_identifier"sv,
                                "sql_log_level="sv,
                                "primary_key_sequence"sv,
                                "remove_cached_schema"sv,
                                "enum_labels"sv,
                                "url"sv};
    if (is_among(name, kQuiet) && !Ruby::has_block(call)) return result_of(call);
    if (call.more_args) {
        not_understood(call, "its arguments are not known");
        return nothing_value();
    }
    if (operation_of_database(call, name) || object_operation(call, name)) return nothing_value();
    return std::nullopt;
}

std::optional<Value> SequelOperations::question(const Call& call, std::string_view name) {
    if (name != "table_exists?" || call.args.size() != 1) return std::nullopt;
    const auto [schema, table] = sql_.schema_and_table(call.args.front());
    if (!sql_.take_uncertainties().empty()) return std::nullopt;
    SchemaQuestion asked{.asks = SchemaQuestion::Asks::table, .table = table};
    if (!schema.empty()) asked.schema = {SchemaQuestion::Schema::Which::named, schema};
    return asked_value({std::move(asked)}, parts_.count());
}

bool SequelOperations::operation_of_database(const Call& given, std::string_view name) {
    constexpr std::array kSends{"run"sv, "<<"sv, "execute"sv, "execute_ddl"sv, "execute_dui"sv, "execute_insert"sv};
    if (is_among(name, kSends)) {
        execute(given, given.args.empty() ? nullptr : &given.args.front());
        return true;
    }
    if (name == "create_table" || name == "create_table!" || name == "create_table?") {
        create_table(given);
        return true;
    }
    if (name == "create_join_table" || name == "create_join_table?" || name == "create_join_table!" ||
        name == "drop_join_table") {
        create_join_table(given);
        return true;
    }
    const Call call = with_options(given);
    if (call.args.empty()) return false;
    const Value& first = call.args.front();
    if (name == "alter_table") {
        alter_table(first, given);
        return true;
    }
    constexpr std::array kAlter{"add_column"sv,      "drop_column"sv, "rename_column"sv, "set_column_default"sv,
                                "set_column_type"sv, "add_index"sv,   "drop_index"sv};
    if (is_among(name, kAlter)) {
        if (call.args.size() < 2) return false;
        const Value outer = std::exchange(name_, first);
        const ByteRange outer_place = std::exchange(alteration_, place_of(given));
        std::vector<std::string> clauses = std::exchange(clauses_, {});
        Call alteration = call;
        alteration.path = name;
        alteration.args.erase(alteration.args.begin());
        const std::size_t outer_part = std::exchange(clauses_part_, parts_.begin());
        const bool understood = alter(alteration, name);
        flush();
        clauses_part_ = outer_part;
        name_ = outer;
        alteration_ = outer_place;
        clauses_ = std::move(clauses);
        return understood;
    }
    if (name == "drop_table" || name == "drop_table?") {
        const bool asks = name == "drop_table?" || is_true(call, "if_exists");
        for (const Value& table : call.args) {
            const std::string sql = sql_.table(table);
            state_.tables.erase(sql);
            send(std::string("DROP ") + (is_true(call, "foreign") ? "FOREIGN " : "") + "TABLE " +
                     (asks ? "IF EXISTS " : "") + sql + (is_true(call, "cascade") ? " CASCADE" : ""),
                 call);
        }
        return true;
    }
    if (name == "rename_table" && call.args.size() == 2) {
        const auto [schema, plain] = sql_.schema_and_table(call.args[1]);
        const auto [old_schema, old_plain] = sql_.schema_and_table(first);
        state_.rename_table(sql_.table(first), (old_schema.empty() ? "" : quoted(old_schema) + ".") + quoted(plain));
        send("ALTER TABLE " + sql_.table(first) + " RENAME TO " + quoted(plain), call);
        return true;
    }
    if (name == "copy_into") {
        const Value* columns = call.get("columns");
        const Value* options = call.get("options");
        send("COPY " + sql_.table(first) + (columns ? sql_.columns(*columns) : "") + " FROM STDIN" +
                 (options && options->is_text() ? " (" + options->text + ")" : ""),
             call);
        return !Ruby::has_block(call);
    }
    return false;
}

}  // namespace pgfence::extract
