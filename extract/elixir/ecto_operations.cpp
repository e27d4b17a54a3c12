#include "extract/elixir/ecto_operations.h"

#include <algorithm>
#include <array>

#include "core/path_text.h"
#include "core/sql_scanner.h"
#include "core/text.h"
#include "extract/elixir/harmless.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;
using Change = EctoSchema::Column::Change;

/// What it is called without its module: what a migration imports.
std::string_view imported(std::string_view path) {
    constexpr std::string_view kModule = "Ecto.Migration.";
    return path.starts_with(kModule) ? path.substr(kModule.size()) : path;
}

bool is_repo(const Value& value) {
    if (!value.is(Value::Kind::path)) return false;
    return value.text == "repo()" || value.text == "Ecto.Migration.repo()" || value.text == "Repo" ||
           value.text.ends_with(".Repo") || (value.text.ends_with("Repo") && value.text.find('(') == std::string::npos);
}

/// "a/c" of "/a/./b/../c"
std::string normal_path(std::string_view path) {
    std::vector<std::string_view> parts;
    for (const std::string_view part : path_parts(path)) {
        if (part == "..") {
            if (!parts.empty()) parts.pop_back();
        } else if (!part.empty() && part != ".") {
            parts.push_back(part);
        }
    }
    std::string normal;
    for (const std::string_view part : parts) normal = path_in(normal, part);
    return normal;
}

/// Something stands behind the first statement.
bool has_several_statements(std::string_view sql) {
    SqlScanner scanner(sql);
    bool ended = false;
    using Kind = SqlPiece::Kind;
    for (SqlPiece piece; scanner.next(piece);) {
        if (piece.kind == Kind::space || piece.kind == Kind::line_comment || piece.kind == Kind::block_comment)
            continue;
        const bool ends = sql.substr(piece.begin, piece.end - piece.begin) == ";";
        if (ended && !ends) return true;
        ended = ended || ends;
    }
    return false;
}

}  // namespace

void EctoOperations::run(bool in_transaction) {
    running_ = true;
    const auto call = [&](const char* name) {
        if (!program_->has_function(name)) return;
        program_->call_function(name);
        flush();
    };
    if (in_transaction) call("after_begin");
    call(program_->has_function("up") ? "up" : "change");
    if (in_transaction) call("before_commit");
}

void EctoOperations::flush() {
    runner_.flush([&](const Value& code, ByteRange place) { program_->run_code(code, {}, place); });
}

void EctoOperations::not_understood(const Call& call, std::string why) {
    out_.unread(place_of(call), call.path.size() > 80 ? "a call" : call.path, std::move(why));
}

void EctoOperations::say_uncertainties(const Call& call) {
    for (std::string& uncertainty : schema_.take_uncertainties())
        out_.unread(place_of(call), std::move(uncertainty) + " in `" + std::string(call.name()) + "`",
                    "it is only known at run time: a placeholder takes its place");
}

void EctoOperations::queue(const std::string& sql, const Call& call) {
    Value statement = text_value(sql);
    schema_.add_placeholders(statement);
    runner_.queue(std::move(statement), false, place_of(call));
    say_uncertainties(call);
}

void EctoOperations::queue_all(const std::vector<std::string>& sqls, const Call& call) {
    for (const std::string& sql : sqls) queue(sql, call);
}

void EctoOperations::cannot_take_back(std::string_view command) {
    if (irreversible_.empty()) irreversible_ = command;
}

std::optional<Value> EctoOperations::called(const Call& call) {
    known_ = false;
    const std::string_view name = imported(call.path);
    constexpr std::array kMake{"table"sv, "index"sv, "unique_index"sv, "constraint"sv, "references"sv, "fragment"sv};
    if (is_among(name, kMake)) {
        Call made = call;
        made.path = name;
        known_ = true;
        return result_of(std::move(made));
    }
    if (auto file = of_files(call)) return file;
    if (auto setting = settings_.application.answer(call)) {
        known_ = true;
        return setting;
    }
    if (!running_) {
        declare_schema(call);
        return std::nullopt;
    }
    if (is_repo(call.receiver)) return of_repo(call, call.name());
    if (call.path == "Ecto.Adapters.SQL.query!" || call.path == "Ecto.Adapters.SQL.query") {
        query(call.args.size() > 1 ? &call.args[1] : nullptr, call);
        return path_value("rows");
    }
    if (auto result = column_operation(call)) return result;
    return operation(call);
}

// schema "posts" do ... end: what fields it has changes nothing.
void EctoOperations::declare_schema(const Call& call) {
    if ((call.path != "schema" && call.path != "embedded_schema") || !call.block) return;
    if (!call.args.empty() && call.args.front().known())
        rows_.remember_schema(program_->current_module(), call.args.front().text);
    program_->never_runs(*call.block);
    known_ = true;
}

std::optional<Value> EctoOperations::operation(const Call& call) {
    const std::string_view name = imported(call.path);
    if (name == "direction") return symbol_value("up");
    if (name == "repo") return path_value("repo()");
    if (name == "prefix" && call.args.empty()) {
        known_ = true;
        return unknown_value();
    }
    if (name == "flush") {
        flush();
        return nothing_value();
    }
    if (block_ && is_among(name, std::array{"create"sv, "create_if_not_exists"sv, "alter"sv, "drop"sv,
                                            "drop_if_exists"sv, "rename"sv, "execute"sv, "execute_file"sv})) {
        not_understood(call, "Ecto executes no command in the block of another");
        return nothing_value();
    }
    if (name == "create" || name == "create_if_not_exists") {
        create(call, name != "create");
    } else if (name == "alter") {
        alter(call);
    } else if (name == "drop" || name == "drop_if_exists") {
        drop(call, name != "drop");
    } else if (name == "rename") {
        rename(call);
    } else if (name == "execute") {
        execute(call);
    } else if (name == "execute_file") {
        execute_file(call);
    } else {
        return std::nullopt;
    }
    return call.args.empty() ? nothing_value() : call.args.front();
}

void EctoOperations::create(const Call& call, bool if_not_exists) {
    const Value object = call.args.empty() ? unknown_value() : call.args.front();
    if (made_by(object, "table")) return create_table(call, object, if_not_exists);
    if (made_by(object, "index") || made_by(object, "unique_index")) {
        queue(schema_.create_index(object, if_not_exists), call);
        EctoSchema::Name name = schema_.table_of(object);
        name.name = schema_.index_name(object).name;
        return queue_all(schema_.comments("INDEX " + name.sql(), schema_.options_of(object)), call);
    }
    if (!made_by(object, "constraint") || if_not_exists)
        return not_understood(call, "the object it creates is unknown");
    queue(schema_.create_constraint(object), call);
    const std::string name = quoted(schema_.plain(object.call->get(1, "")));
    queue_all(
        schema_.comments("CONSTRAINT " + name + " ON " + schema_.table_of(object).sql(), schema_.options_of(object)),
        call);
}

void EctoOperations::create_table(const Call& call, const Value& value, bool if_not_exists) {
    Block block{schema_.table(value), {}, false};
    if (auto key = schema_.primary_key(block.table)) block.columns.push_back(std::move(*key));
    block_ = std::move(block);
    runner_.begin_block();
    if (call.block) program_->run_body(*call.block);
    const Block done = std::move(*block_);
    block_.reset();
    queue(schema_.create_table(done.table, done.columns, if_not_exists), call);
    queue_all(schema_.comments("TABLE " + done.table.name.sql(), done.table.options), call);
    queue_all(schema_.comments_of_columns(done.table, done.columns), call);
    runner_.end_block();
}

void EctoOperations::alter(const Call& call) {
    if (call.args.empty() || !made_by(call.args.front(), "table") || !call.block)
        return not_understood(call, "the object it alters is unknown");
    block_ = Block{schema_.table(call.args.front()), {}, true};
    runner_.begin_block();
    program_->run_body(*call.block);
    const Block done = std::move(*block_);
    block_.reset();
    queue(schema_.alter_table(done.table, done.columns), call);
    queue_all(schema_.comments("TABLE " + done.table.name.sql(), done.table.options), call);
    queue_all(schema_.comments_of_columns(done.table, done.columns), call);
    runner_.end_block();
}

std::optional<Value> EctoOperations::column_operation(const Call& call) {
    constexpr std::array kChanges{std::pair{"add"sv, Change::add},
                                  std::pair{"add_if_not_exists"sv, Change::add_if_not_exists},
                                  std::pair{"modify"sv, Change::modify}, std::pair{"remove"sv, Change::remove},
                                  std::pair{"remove_if_exists"sv, Change::remove_if_exists}};
    const std::string_view name = imported(call.path);
    const auto change =
        std::find_if(kChanges.begin(), kChanges.end(), [&](const auto& one) { return one.first == name; });
    const bool stamps = name == "timestamps";
    if (change == kChanges.end() && !stamps) return std::nullopt;
    if (!block_) {
        not_understood(call, "it is outside a create or alter block");
        return nothing_value();
    }
    std::vector<EctoSchema::Column> columns;
    if (stamps)
        columns = schema_.timestamps(EctoOptions(call, 0));
    else
        columns.push_back(schema_.column(change->second, call));
    for (EctoSchema::Column& column : columns) {
        const bool typed = column.typed && name == "remove";
        const bool reversible = name == "add" || stamps || typed || (name == "modify" && column.options.has("from"));
        if (!reversible) cannot_take_back(name);
        block_->columns.push_back(std::move(column));
        runner_.subcommand(place_of(call));
    }
    say_uncertainties(call);
    known_ = true;
    return symbol_value("ok");
}

void EctoOperations::drop(const Call& call, bool if_exists) {
    const Value object = call.args.empty() ? unknown_value() : call.args.front();
    const EctoOptions options(call, 1);
    const bool cascades = options.text("mode") == "cascade";
    if (options.unknown() || (options.has("mode") && !cascades && options.text("mode") != "restrict"))
        return not_understood(call, "how it drops is not known");
    const std::string exists = if_exists ? "IF EXISTS " : "", mode = cascades ? " CASCADE" : "";
    if (made_by(object, "table")) {
        cannot_take_back(call.name());
        return queue("DROP TABLE " + exists + schema_.table(object).name.sql() + mode, call);
    }
    if (made_by(object, "index") || made_by(object, "unique_index")) {
        const EctoOptions of_index = schema_.options_of(object);
        const Value* concurrently = of_index.get("concurrently");
        const auto is_so = concurrently ? truth_of(*concurrently) : false;
        if (!is_so) return not_understood(call, "whether it drops concurrently is not known");
        return queue("DROP INDEX " + std::string(*is_so ? "CONCURRENTLY " : "") + exists +
                         schema_.index_name(object).sql() + mode,
                     call);
    }
    if (!made_by(object, "constraint")) return not_understood(call, "the object it drops is unknown");
    cannot_take_back(call.name());
    queue("ALTER TABLE " + schema_.table_of(object).sql() + " DROP CONSTRAINT " + exists +
              quoted(schema_.plain(object.call->get(1, ""), "the name of a constraint")) + mode,
          call);
}

void EctoOperations::rename(const Call& call) {
    const Value object = call.args.empty() ? unknown_value() : call.args.front();
    const bool column = call.args.size() > 1 && call.args[1].is(Value::Kind::symbol);
    const EctoOptions options(call, column ? 2 : 1);
    const Value* to = options.get("to");
    if (to && made_by(object, "table") && column)
        return queue("ALTER TABLE " + schema_.table(object).name.sql() + " RENAME " +
                         quoted(schema_.plain(&call.args[1])) + " TO " + quoted(schema_.plain(to)),
                     call);
    if (to && made_by(object, "table") && made_by(*to, "table"))
        return queue(
            "ALTER TABLE " + schema_.table(object).name.sql() + " RENAME TO " + quoted(schema_.table(*to).name.name),
            call);
    if (to && (made_by(object, "index") || made_by(object, "unique_index")))
        return queue("ALTER INDEX " + schema_.index_name(object).sql() + " RENAME TO " + quoted(schema_.plain(to)),
                     call);
    not_understood(call, "the object it renames is unknown");
}

void EctoOperations::execute(const Call& call) {
    if (call.args.empty() || call.args.size() > 2) return not_understood(call, "its SQL is only known at run time");
    if (call.args.size() == 1) cannot_take_back("execute/1");
    if (call.args.size() == 2) program_->never_runs(call.args.back());
    execute_one(call.args.front(), call);
}

void EctoOperations::execute_one(const Value& command, const Call& call) {
    if (command.is(Value::Kind::code)) return runner_.queue_code(command, place_of(call));
    if (command.is(Value::Kind::list) || command.is(Value::Kind::dictionary))
        return not_understood(call, "Ecto's adapter for PostgreSQL executes no list");
    if (!command.is(Value::Kind::text)) return not_understood(call, "its SQL is only known at run time");
    one_statement(command, call);
    runner_.queue(command, true, place_of(call));
}

// Ecto.Adapters.SQL.execute_ddl sends each text as a prepared statement.
void EctoOperations::one_statement(const Value& sql, const Call& call) {
    if (has_several_statements(sql.text))
        out_.unread(place_of(call), "several statements in one `" + std::string(call.name()) + "`",
                    "PostgreSQL refuses them: Ecto sends each text as a prepared statement, which is one command");
}

// A path without a root begins in the folder in which mix runs, which is the application's or an umbrella's.
std::optional<std::string> EctoOperations::text_of_file(const Value* path) const {
    if (!path || !path->is(Value::Kind::text) || !path->known() || !read_) return std::nullopt;
    // What we made of __DIR__ begins at the repository's root.
    if (path->text.starts_with('/')) return read_(normal_path(path->text));
    if (auto text = read_(normal_path(root_ + path->text))) return text;
    return read_(normal_path(path->text));
}

std::optional<Value> EctoOperations::of_files(const Call& call) {
    const std::string_view path = call.path;
    const auto told = [&](std::size_t i) {
        return i < call.args.size() && call.args[i].is(Value::Kind::text) && call.args[i].known();
    };
    if (path == "__DIR__") return text_value("/" + folder_);
    if (path == ":code.priv_dir") return text_value("/" + root_ + "priv");
    if (path == "Application.app_dir") return text_value("/" + root_ + (told(1) ? call.args[1].text : ""));
    if (path == "Path.dirname" && told(0)) return text_value(std::string(folder_of(call.args[0].text)));
    if (path == "Path.expand" && told(0))
        return told(1) ? text_value(call.args[1].text + "/" + call.args[0].text) : call.args[0];
    if (path == "Path.join") {
        const auto parts = call.args.size() == 1 ? items_of(call.args[0]) : std::optional(call.args);
        std::string all;
        for (const Value& part : parts.value_or(std::vector<Value>{unknown_value()})) {
            if (!part.is(Value::Kind::text) || !part.known()) return unknown_value();
            all += (all.empty() ? "" : "/") + part.text;
        }
        return text_value(std::move(all));
    }
    if (path != "File.read!") return std::nullopt;
    known_ = true;
    const auto text = text_of_file(call.get(0, ""));
    return text ? text_value(*text) : unknown_value();
}

void EctoOperations::execute_file(const Call& call) {
    if (call.args.size() == 1) cannot_take_back("execute_file/1");
    const Value* path = call.get(0, "");
    auto text = text_of_file(path);
    const bool told = path && path->is(Value::Kind::text) && path->known();
    if (!text)
        return not_understood(call, told ? "`" + path->text + "` is not in the repository" : "its path is not known");
    const Value sql = text_value(std::move(*text));
    one_statement(sql, call);
    runner_.queue(sql, true, place_of(call));
}

std::optional<Value> EctoOperations::of_repo(const Call& call, std::string_view name) {
    if (name == "query" || name == "query!" || name == "query_many" || name == "query_many!") {
        query(call.get(0, ""), call);
        return path_value("rows");
    }
    if (name == "transaction" || name == "transact" || name == "checkout") {
        const Value* code = call.get(0, "");
        if (!code || !code->is(Value::Kind::code)) {
            not_understood(call, "what runs in it is not known");
            return nothing_value();
        }
        const Value result = program_->run_code(*code, {path_value("repo()")}, place_of(call));
        return tuple_value({symbol_value("ok"), result});
    }
    if (name == "update_all" || name == "delete_all" || name == "insert_all") {
        if (const auto sql = rows_.changed(call, name))
            runner_.send(text_value(*sql), false, place_of(call));
        else
            not_understood(call, "its effect on rows is unknown");
        return tuple_value({unknown_value(), unknown_value()});
    }
    return std::nullopt;
}

void EctoOperations::query(const Value* sql, const Call& call) {
    if (!sql || !sql->is(Value::Kind::text)) return not_understood(call, "its SQL is only known at run time");
    one_statement(*sql, call);
    runner_.send(*sql, true, place_of(call));
}

bool EctoOperations::any_rows(const Value& path) {
    if (!path.is(Value::Kind::path) || !path.call || !is_repo(path.call->receiver) || path.call->args.empty())
        return false;
    const std::string_view name = path.call->name();
    return (name == "all" || name == "stream") && rows_.picks_none(path.call->args.front());
}

bool EctoOperations::harmless(const Call& call) const {
    if (known_) return true;
    if (is_repo(call.receiver)) return only_reads_rows_of_repo(call.name());
    const bool bare = call.path.find('.') == std::string::npos;
    if (bare) return is_harmless_function(call.path);
    return is_harmless_path(call.path);
}

}  // namespace pgfence::extract
