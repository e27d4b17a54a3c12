#include "extract/ruby/rails_operations.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/ruby/rails_harmless.h"
#include "extract/ruby/rails_names.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// Whose calls reach the connection as the migration's own do.
bool is_connection(const Value& receiver) {
    return receiver.is(Value::Kind::path) &&
           (receiver.text.ends_with("connection()") || receiver.text.ends_with("lease_connection()") ||
            receiver.text == "ActiveRecord::Base.connection" || receiver.text == "connection" ||
            receiver.text == "conn" || receiver.text.ends_with("raw_connection()"));
}

}  // namespace

void RailsOperations::send(const std::string& sql, const Call& call) {
    out_.made(sql, place_of(call));
    for (std::string& uncertainty : schema_.take_uncertainties())
        out_.unread(place_of(call), std::move(uncertainty) + " in `" + std::string(call.name()) + "`",
                    "it is only known at run time: a placeholder takes its place");
}

void RailsOperations::send_if(const Options& options, std::string_view option, std::string_view what,
                              const std::string& sql, const Call& call) {
    const std::size_t before = out_.sent();
    send(sql, call);
    if (options.is_true(option)) out_.depends(before, std::string(what));
}

void RailsOperations::not_understood(const Call& call, std::string why) {
    out_.unread(place_of(call), call.path.size() > 80 ? "a call" : call.path, std::move(why));
}

std::optional<Value> RailsOperations::called(const Call& call) {
    const std::string_view name = call.name();
    const bool own = call.path == name;
    rows_are_read_ = false;
    last_ = call.end;
    if (auto result = frame(call, name)) return result;
    if (call.receiver.is_path("rails.table")) {
        define_columns(call, name);
        return nothing_value();
    }
    if (call.receiver.is_path("rails.change")) {
        change_columns(call, name);
        return nothing_value();
    }
    if ((own || is_connection(call.receiver)) && in_method_) {
        if (const auto asked = question(call, name)) return asked_value({*asked}, out_.sent());
        if (call.more_args) {
            not_understood(call, "its arguments are not known");
            return nothing_value();
        }
        if (noted_ && note(call, name)) return nothing_value();
        if (makes_safe_ && own && made_safe(call, name)) return nothing_value();
        if (operation(call, name)) return nothing_value();
    }
    rows_are_read_ = in_method_ && rows_.called(call);
    if (!rows_are_read_) foreign_to_rails(call);
    return std::nullopt;
}

// What surrounds statements, and what a migration asks about itself.
std::optional<Value> RailsOperations::frame(const Call& call, std::string_view name) {
    const bool own = call.path == name;
    if (own && name == "disable_ddl_transaction!") {
        without_transaction_ = true;
        return nothing_value();
    }
    const auto run = [&](std::vector<Value> arguments) {
        return Ruby::has_block(call) ? program_->run_block_of(call, arguments) : nothing_value();
    };
    constexpr std::array kTransparent{"safety_assured"sv,
                                      "suppress_messages"sv,
                                      "say_with_time"sv,
                                      "up_only"sv,
                                      "transaction"sv,
                                      "with_options"sv,
                                      "silence"sv,
                                      "disable_statement_timeout"sv,
                                      "without_statement_timeout"sv};
    if (own && name == "up_only" && noted_) {
        if (call.block) program_->never_runs(*call.block);
        return nothing_value();
    }
    if (is_among(name, kTransparent) && Ruby::has_block(call)) {
        const std::size_t before = out_.sent();
        auto result = run({});
        if (name == "safety_assured") out_.mark(before, name);
        return result;
    }
    if (own && name == "revert") return revert(call);
    if (own && name == "reversible") {
        if (!noted_) return run({path_value("rails.direction")});
        noted_->push_back(call);
        return nothing_value();
    }
    if (call.receiver.is_path("rails.direction")) {
        if (name == (backwards_ ? "down" : "up")) return run({});
        if (call.block) program_->never_runs(*call.block);
        return nothing_value();
    }
    if (own && name == "reverting?") return boolean_value(noted_.has_value() || backwards_);
    if (name == "adapter_name") return text_value("PostgreSQL");
    if (own && (name == "connection" || name == "conn")) return path_value("connection");
    if (name == "quote" && !call.args.empty() && call.args.front().is_text())
        return text_value(literal(call.args.front().text));
    if ((name == "quote_table_name" || name == "quote_column_name") && !call.args.empty() &&
        call.args.front().is_text())
        return text_value(schema_.table(call.args.front().text));
    if (own && (name == "puts" || name == "say" || name == "p" || name == "print")) return nothing_value();
    return std::nullopt;
}

bool RailsOperations::operation(const Call& call, std::string_view name) {
    constexpr std::array kSends{"execute"sv,    "exec_query"sv,   "exec_update"sv,   "exec_delete"sv, "exec_insert"sv,
                                "select_all"sv, "select_value"sv, "select_values"sv, "select_rows"sv, "select_one"sv,
                                "exec"sv,       "insert"sv,       "update"sv,        "delete"sv};
    // Kernel#exec, which runs a program.
    const bool of_kernel = name == "exec" && call.path == name;
    if (is_among(name, kSends) && !of_kernel) {
        execute(call);
        return true;
    }
    return table_operation(call, name) || column_operation(call, name) || constraint_operation(call, name) ||
           object_operation(call, name) || view_operation(call, name) || gem_operation(call, name);
}

// One ALTER TABLE since 7.0.
void RailsOperations::alter_by_all(const std::string& table, const std::vector<std::string>& clauses,
                                   const Call& call) {
    const std::string alter = "ALTER TABLE " + schema_.table(table) + " ";
    if (schema_.version() < 70) {
        for (const std::string& clause : clauses) send(alter + clause, call);
        return;
    }
    std::string all;
    for (const std::string& clause : clauses) all += (all.empty() ? "" : ", ") + clause;
    send(alter + all, call);
}

void RailsOperations::execute(const Call& call) {
    const Value* sql = call.get(0, "sql");
    if (!sql || !sql->is_text()) return not_understood(call, "its SQL is only known at run time");
    out_.written(*sql, place_of(call));
    state_.distrust(sql->text);
}

void RailsOperations::comment_on(const std::string& what, const Value* comment, const Call& call) {
    Options changed(comment);
    if (comment && comment->is(Value::Kind::dictionary)) comment = changed.get("to");
    const bool text = comment && comment->is_text();
    send("COMMENT ON " + what + " IS " + (text ? literal(comment->text) : "NULL"), call);
}

bool RailsOperations::table_operation(const Call& call, std::string_view name) {
    const Options options(call);
    if (name == "create_table") {
        create_table(call);
    } else if (name == "create_join_table") {
        create_join_table(call);
    } else if (name == "change_table") {
        change_table(call);
    } else if (name == "drop_table" || name == "drop_join_table") {
        std::string tables;
        if (name == "drop_join_table" && call.args.size() > 1 && !options.has("table_name")) {
            tables = schema_.table(rails_join_table_name(schema_.plain(&call.args[0]), schema_.plain(&call.args[1])));
        } else if (name == "drop_join_table") {
            tables = schema_.table(schema_.plain(options.get("table_name")));
        } else {
            for (const Value& table : call.args)
                tables += (tables.empty() ? "" : ", ") + schema_.table(schema_.plain(&table));
        }
        // The way back.
        if (call.block) program_->never_runs(*call.block);
        const bool cascades = options.text("force") == "cascade";
        for (const Value& table : call.args) state_.tables.erase(table.text);
        send(std::string("DROP TABLE ") + (options.is_true("if_exists") ? "IF EXISTS " : "") + tables +
                 (cascades ? " CASCADE" : ""),
             call);
    } else if (name == "rename_table" && call.args.size() > 1) {
        rename_table(call);
    } else if (name == "change_table_comment") {
        comment_on("TABLE " + schema_.table(first_name(call)), call.args.size() > 1 ? &call.args[1] : options.get("to"),
                   call);
    } else {
        return false;
    }
    return true;
}

bool RailsOperations::column_operation(const Call& call, std::string_view name) {
    const Options options(call);
    const auto argument = [&](std::size_t i) { return i < call.args.size() ? &call.args[i] : nullptr; };
    const Value* column = argument(1);
    if (name == "add_column" && call.args.size() >= 2) {
        const Value* type = argument(2) ? argument(2) : options.get("type");
        const std::string table = schema_.table(first_name(call));
        send_if(options, "if_not_exists", "whether the column exists",
                "ALTER TABLE " + table + " ADD " + schema_.column(schema_.plain(column), schema_.plain(type), options),
                call);
        if (const Value* comment = options.get("comment"))
            comment_on("COLUMN " + table + "." + quoted(schema_.plain(column)), comment, call);
    } else if (name == "add_columns" && call.args.size() >= 2) {
        for (std::size_t i = 1; i < call.args.size(); ++i)
            send("ALTER TABLE " + schema_.table(first_name(call)) + " ADD " +
                     schema_.column(schema_.plain(&call.args[i]), options.text("type"), options),
                 call);
    } else if (name == "remove_column" && column) {
        state_.drop_column(first_name(call), column->text);
        send_if(options, "if_exists", "whether the column exists",
                "ALTER TABLE " + schema_.table(first_name(call)) + " DROP COLUMN " + quoted(schema_.plain(column)),
                call);
    } else if (name == "remove_columns" && column) {
        std::vector<std::string> drops;
        for (std::size_t i = 1; i < call.args.size(); ++i)
            for (const std::string& one : schema_.names(&call.args[i])) {
                state_.drop_column(first_name(call), one);
                drops.push_back("DROP COLUMN " + quoted(one));
            }
        alter_by_all(first_name(call), drops, call);
    } else if (name == "rename_column" && call.args.size() > 2) {
        rename_column(call);
    } else if (name == "change_column" && call.args.size() > 2) {
        change_column(first_name(call), *column, *argument(2), options, call);
    } else if (name == "change_column_default" && column) {
        const Value* value = argument(2) && argument(2)->get("to") ? argument(2)->get("to") : argument(2);
        change_default(first_name(call), *column, value ? value : options.get("to"), call);
    } else if (name == "change_column_null" && call.args.size() > 2) {
        const std::string table = schema_.table(first_name(call));
        const Value* fallback = argument(3);
        const auto nulls = argument(2)->truth();
        if (!nulls) {
            not_understood(call, "whether nulls are allowed is not known");
            return true;
        }
        const std::string quoted_column = quoted(schema_.plain(column));
        if (!*nulls && fallback && !fallback->is(Value::Kind::nothing))
            send("UPDATE " + table + " SET " + quoted_column + "=" + schema_.default_value(*fallback, "", Options()) +
                     " WHERE " + quoted_column + " IS NULL",
                 call);
        send("ALTER TABLE " + table + " ALTER COLUMN " + quoted_column + (*nulls ? " DROP NOT NULL" : " SET NOT NULL"),
             call);
    } else if (name == "change_column_comment" && column) {
        const Value* comment = argument(2) ? argument(2) : options.get("to");
        comment_on("COLUMN " + schema_.table(first_name(call)) + "." + quoted(schema_.plain(column)), comment, call);
    } else if (name == "add_timestamps" && !call.args.empty()) {
        std::vector<std::string> clauses;
        for (const auto& [stamp, sql] : schema_.timestamps(options)) clauses.push_back("ADD " + sql);
        alter_by_all(first_name(call), clauses, call);
    } else if (name == "remove_timestamps" && !call.args.empty()) {
        alter_by_all(first_name(call), {R"(DROP COLUMN "updated_at")", R"(DROP COLUMN "created_at")"}, call);
    } else {
        return false;
    }
    return true;
}

bool RailsOperations::object_operation(const Call& call, std::string_view name) {
    if (call.args.empty()) return false;
    const Options options(call);
    const std::string what = first_name(call);
    const auto second = [&] {
        return call.args.size() > 1 ? schema_.plain(&call.args[1]) : schema_.uncertainty("a name");
    };
    if (name == "enable_extension") {
        send("CREATE EXTENSION IF NOT EXISTS " + quoted(what) + (schema_.version() >= 71 ? " CASCADE" : ""), call);
    } else if (name == "disable_extension") {
        send("DROP EXTENSION IF EXISTS " + quoted(what) + " CASCADE", call);
    } else if (name == "create_enum") {
        std::string labels;
        const Value* list = call.args.size() > 1 ? &call.args[1] : options.get("values");
        for (const std::string& label : schema_.names(list)) labels += (labels.empty() ? "" : ", ") + literal(label);
        send("CREATE TYPE " + schema_.table(what) + " AS ENUM (" + labels + ")", call);
    } else if (name == "drop_enum") {
        send(std::string("DROP TYPE ") + (schema_.version() < 71 || options.is_true("if_exists") ? "IF EXISTS " : "") +
                 schema_.table(what),
             call);
    } else if (name == "add_enum_value") {
        std::string place;
        for (const auto& [key, word] :
             std::array{std::pair{"before"sv, " BEFORE "sv}, std::pair{"after"sv, " AFTER "sv}})
            if (options.has(key)) place = std::string(word) + literal(schema_.plain(options.get(key)));
        send("ALTER TYPE " + schema_.table(what) + " ADD VALUE " +
                 (options.is_true("if_not_exists") ? "IF NOT EXISTS " : "") + literal(second()) + place,
             call);
    } else if (name == "rename_enum") {
        const Value* to = options.get("to");
        send("ALTER TYPE " + schema_.table(what) + " RENAME TO " + quoted(to ? schema_.plain(to) : second()), call);
    } else if (name == "rename_enum_value") {
        send("ALTER TYPE " + schema_.table(what) + " RENAME VALUE " + literal(schema_.plain(options.get("from"))) +
                 " TO " + literal(schema_.plain(options.get("to"))),
             call);
    } else if (name == "create_schema") {
        send(std::string("CREATE SCHEMA ") + (options.is_true("if_not_exists") ? "IF NOT EXISTS " : "") + quoted(what),
             call);
    } else if (name == "drop_schema") {
        send(std::string("DROP SCHEMA ") + (options.is_true("if_exists") ? "IF EXISTS " : "") + quoted(what) +
                 " CASCADE",
             call);
    } else {
        return false;
    }
    return true;
}

// Models, gems, helpers: what they send does not stand here.
void RailsOperations::foreign_to_rails(const Call& call) {
    const std::string_view name = call.name();
    const bool constant = !call.path.empty() && is_upper(call.path.front());
    const bool own = call.path == name;
    if (!in_method_ || harmless(call)) return;
    if (!gem_of(name).empty()) return not_understood(call, not_of_rails(name));
    if (own) return not_understood(call, "it is no statement of Rails itself, and not defined in this file");
    if (is_connection(call.receiver)) return not_understood(call, "the SQL it sends is unknown");
    const bool writes = changes_rows(name);
    if ((constant || call.receiver.is(Value::Kind::unknown)) && (writes || (constant && call.discarded)))
        not_understood(call, "its effect on the data through the application's models is unknown");
}

bool RailsOperations::harmless(const Call& call) const {
    const std::string_view name = call.name();
    const bool own = call.path == name;
    const bool of_class = !in_method_ && (own || call.receiver.is_path("self"));
    if (rows_are_read_) return true;
    if (only_sets(name) || (of_class && only_declares(name))) return true;
    if (own) return only_asks(name);
    if (is_connection(call.receiver)) return only_asks(name);
    // An attribute of a row, or of what nobody knows.
    const bool constant = call.receiver.is(Value::Kind::path) && is_upper(call.receiver.text.front());
    const bool plain_constant = constant && call.receiver.text.find_first_of("([{") == std::string::npos;
    if (name.ends_with('=') && !plain_constant) return true;
    if (is_harmless_constant(call.path)) return name != "load_seed" && name != "load_tasks";
    if (only_computes(name) && !plain_constant) return true;
    if (constant && only_reads_rows(name)) return true;
    return !plain_constant && !call.discarded && !changes_rows(name) && call.args.empty() && call.named.empty() &&
           !call.more_args && !name.ends_with('!');
}

}  // namespace pgfence::extract
