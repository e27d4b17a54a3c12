#include "extract/python/alembic_operations.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/python/harmless.h"
#include "extract/python/python.h"
#include "extract/python/sqlalchemy_rows.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kOp = "alembic.op.";
constexpr std::string_view kBatch = "alembic.op.batch_alter_table()";

bool holds_connection(const Value& value) {
    // An object of a class of the repository's that keeps it.
    if (value.is(Value::Kind::object)) return std::any_of(value.items->begin(), value.items->end(), holds_connection);
    return value.is(Value::Kind::path) &&
           (value.text.starts_with("alembic.op") || value.text.find("Session") != std::string::npos);
}

/// The connection, or what it was made of, was told that each statement commits by itself.
bool commits_each(const Value& connection) {
    for (const Value* at = &connection; at; at = at->call ? &at->call->receiver : at->of.get()) {
        const Value* level =
            at->call && at->call->name() == "execution_options" ? at->call->get("isolation_level") : nullptr;
        if (level) return level->is_text() && level->text == "AUTOCOMMIT";
    }
    return false;
}

/// \w of a pattern with re.ASCII.
bool in_word(char c) { return is_letter_or_digit(c) || c == '_'; }

/// What text() makes of ":name" (SQLAlchemy's BIND_PARAMS) and of "\:".
Value with_parameters(const Value& sql) {
    const std::string& text = sql.text;
    Value out = text_value("");
    out.holds_unknown = sql.holds_unknown;
    std::size_t from = 0;
    int parameters = 0;
    char quote = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char before = i > 0 ? text[i - 1] : ' ';
        // In literals as well.
        const bool escaped = c == ':' && before == '\\';
        if (!escaped && (quote != '\0' || c == '\'' || c == '"')) {
            quote = quote == '\0' ? c : quote == c ? '\0' : quote;
            continue;
        }
        if (c != ':' || i + 1 == text.size()) continue;
        if (escaped) {
            append(out, part_of(sql, from, i - 1));
            from = i;
        } else if (before != ':' && !in_word(before) && in_word(text[i + 1])) {
            append(out, part_of(sql, from, i));
            append(out, text_value("$" + std::to_string(++parameters)));
            while (i + 1 < text.size() && in_word(text[i + 1])) ++i;
            from = i + 1;
        }
    }
    append(out, part_of(sql, from, text.size()));
    return out;
}

}  // namespace

void AlembicOperations::send(const std::string& sql, const Call& call) {
    begin(place_of(call));
    out_.made(sql, place_of(call), sql_.take_placeholders());
    for (std::string& uncertainty : sql_.take_uncertainties())
        out_.unread(place_of(call), std::move(uncertainty) + " in `" + std::string(call.name()) + "`",
                    "it is only known at run time: a placeholder takes its place");
}

void AlembicOperations::not_understood(const Call& call, std::string why) {
    out_.unread(place_of(call), call.path.size() > 120 ? "a call" : call.path + "()", std::move(why));
}

void AlembicOperations::leave(const Value& entered) {
    if (entered.text.ends_with("autocommit_block()")) --autocommit_;
}

void AlembicOperations::begin(ByteRange place) {
    last_ = place.end;
    out_.sends_alone(own_transactions_ && autocommit_ > 0);
    if (!own_transactions_ || open_ || autocommit_ > 0) return;
    out_.frame("BEGIN", {place.begin, place.begin});
    open_ = true;
}

void AlembicOperations::commit(ByteRange place) {
    if (open_) out_.frame("COMMIT", place);
    open_ = false;
}

void AlembicOperations::finish() {
    for (const Call& query : queries_)
        not_understood(query, "it reads or changes rows through the application's models");
    commit({last_, last_});
}

void AlembicOperations::send_written(const Value& sql, const Call& call) {
    begin(place_of(call));
    out_.written(with_parameters(sql), place_of(call));
}

std::optional<Value> AlembicOperations::called(const Call& call) {
    const std::string_view path = call.path;
    const std::string_view name = call.name();
    // Its names are functions all.
    if (path == "callable" && call.args.size() == 1 && call.args[0].is(Value::Kind::path) && !call.args[0].call &&
        call.args[0].text.starts_with(kOp))
        return boolean_value(true);
    if (path == "alembic.op.f" && !call.args.empty()) return call.args.front();
    if (auto answer = question(call)) return answer;
    if (path == "alembic.op.inline_literal" && !call.args.empty()) return call.args.front();
    if (path == "alembic.context.is_offline_mode") return boolean_value(false);
    if (path.ends_with("autocommit_block")) {
        committed_in_between_ = true;
        ++autocommit_;
        commit({call.begin, call.begin});
        return std::nullopt;
    }
    if (path.starts_with(kBatch) && path.size() > kBatch.size()) {
        if (name == "f" && !call.args.empty()) return call.args.front();
        batch_operation(call);
        return std::nullopt;
    }
    if (path.starts_with(kOp) && path.find('(') == std::string_view::npos) {
        constexpr std::array kQuestions{"get_bind"sv, "get_context"sv, "batch_alter_table"sv};
        if (std::find(kQuestions.begin(), kQuestions.end(), name) == kQuestions.end()) operation(call);
        return std::nullopt;
    }
    if (query(call)) return result_of(call);
    if (call.more_args && holds_connection(call.receiver)) {
        not_understood(call, "its arguments are not known");
        return std::nullopt;
    }
    const bool is_of_a_result = (name == "scalar" || name == "scalars") && call.args.empty() && call.named.empty();
    if (is_of_a_result) return std::nullopt;
    if (name == "execute" || name == "execute_if" || name == "exec_driver_sql" || name == "scalar" ||
        name == "scalars") {
        if (!holds_connection(call.receiver) && call.args.empty()) return std::nullopt;
        // A transaction of ours that is open stays so: what another connection sends does not end it.
        const bool alone = !open_ && holds_connection(call.receiver) && commits_each(call.receiver);
        committed_in_between_ |= alone;
        autocommit_ += alone;
        execute(call);
        autocommit_ -= alone;
        return std::nullopt;
    }
    if (path == "alembic.op.get_bind().commit") {
        committed_in_between_ = true;
        commit(place_of(call));
        return std::nullopt;
    }
    const bool type_call =
        call.receiver.call && (last_name(call.receiver) == "Enum" || last_name(call.receiver) == "ENUM");
    if (type_call && (name == "create" || name == "drop")) {
        const auto sql = name == "create" ? sql_.create_enum(call.receiver, false) : sql_.drop_enum(call.receiver);
        if (sql) send(*sql, call);
        return std::nullopt;
    }
    foreign(call);
    return std::nullopt;
}

/// Queries of a session: rows that are read are the program's, which may change them. One that ends in update() or
/// delete() there and then is a statement.
bool AlembicOperations::query(const Call& call) {
    if (call.name() == "query" && holds_connection(call.receiver)) {
        queries_.push_back(call);
        return true;
    }
    const Value* begun = &call.receiver;
    while (begun->call && begun->call->name() != "query") begun = &begun->call->receiver;
    const Call* first = begun->call.get();
    if (!first || !holds_connection(first->receiver)) return false;
    if (call.name() != "update" && call.name() != "delete") return true;
    // In a variable, it may be used again.
    std::erase_if(queries_, [&](const Call& one) {
        return one.begin == first->begin && one.end == first->end && call.begin <= one.begin && one.end < call.end;
    });
    const auto sql = SqlAlchemyRows(sql_).of_query(call);
    if (sql)
        send(*sql, call);
    else
        not_understood(call, "which rows it changes, and how, is not plain from the file");
    return true;
}

bool AlembicOperations::send_all(const std::optional<std::vector<std::string>>& statements, const Call& call) {
    if (!statements) return false;
    for (const std::string& sql : *statements) send(sql, call);
    return true;
}

// Functions of others: what they send does not stand here.
void AlembicOperations::foreign(const Call& call) {
    const std::string_view path = call.path;
    const std::string_view name = call.name();
    const bool given_connection = std::any_of(call.args.begin(), call.args.end(), holds_connection) ||
                                  std::any_of(call.named.begin(), call.named.end(),
                                              [](const auto& named) { return holds_connection(named.second); });
    const bool database = path.starts_with("sqlalchemy");
    if (is_harmless(call)) return;
    if (name == "create" || name == "drop" || name == "create_all" || name == "drop_all")
        not_understood(call, "the object it creates or drops is not in this file");
    else if (holds_connection(call.receiver) &&
             (name == "add" || name == "add_all" || name == "bulk_save_objects" || name == "bulk_insert_mappings"))
        not_understood(call, "it reads or changes rows through the application's models");
    else if (call.discarded && !database && !holds_connection(call.receiver) && !path.starts_with('.'))
        not_understood(call, "its code is not in this file");
    else if (given_connection && !database)
        not_understood(call, "it gets the connection, and its code is not in this file");
}

bool AlembicOperations::harmless(const Call& call) {
    if (call.path == "dialect.type_descriptor") return true;  // of a TypeDecorator: it gives its type back
    const std::string_view path = call.path;
    const std::string_view name = call.name();
    if (is_harmless(call)) return true;
    // Sessions: what they add and remove stands in the application's models.
    constexpr std::array kOfSessions{"Session"sv,  "sessionmaker"sv, "sessionmaker()"sv, "commit"sv,
                                     "rollback"sv, "close"sv,        "flush"sv,          "begin"sv,
                                     "refresh"sv,  "begin_nested"sv, "expire_all"sv,     "expunge_all"sv,
                                     "get_bind"sv, "connection"sv};
    if (path.find("Session") != path.npos || path.find("sessionmaker") != path.npos)
        return std::find(kOfSessions.begin(), kOfSessions.end(), name) != kOfSessions.end() || is_harmless_method(name);
    constexpr std::array kOwnConnections{
        "create_engine"sv, "engine_from_config"sv, "listen"sv,          "listens_for"sv,
        "connect"sv,       "raw_connection"sv,     "reflect_and_drop"sv};
    if (path.starts_with("sqlalchemy"))
        return std::find(kOwnConnections.begin(), kOwnConnections.end(), name) == kOwnConnections.end();
    constexpr std::array kOfContext{"get_x_argument"sv,
                                    "get_context"sv,
                                    "is_offline_mode"sv,
                                    "get_bind"sv,
                                    "config"sv,
                                    "get_main_option"sv,
                                    "get_section"sv,
                                    "get_revision_argument"sv,
                                    "get_section_option"sv,
                                    "begin_transaction"sv,
                                    "get_tag_argument"sv,
                                    "f"sv};
    // Of the connection, its dialect, or the context: they ask, or begin and end what the statements run in.
    constexpr std::array kOfConnections{"get_bind"sv,
                                        "get_context"sv,
                                        "batch_alter_table"sv,
                                        "autocommit_block"sv,
                                        "connect"sv,
                                        "begin"sv,
                                        "begin_nested"sv,
                                        "commit"sv,
                                        "rollback"sv,
                                        "execution_options"sv,
                                        "begin_transaction"sv,
                                        "in_transaction"sv,
                                        "get_isolation_level"sv,
                                        "quote"sv,
                                        "quote_identifier"sv,
                                        "format_table"sv,
                                        "has_table"sv,
                                        "has_index"sv,
                                        "has_sequence"sv,
                                        "table_names"sv,
                                        "get_transaction"sv,
                                        "cursor"sv,
                                        "get_server_version_info"sv,
                                        "dispose"sv,
                                        "detach"sv,
                                        "f"sv,
                                        "get_current_revision"sv,
                                        "compile"sv};
    if (path.starts_with("alembic.context"))
        return std::find(kOfContext.begin(), kOfContext.end(), name) != kOfContext.end();
    if (path.starts_with("alembic.op"))
        return is_harmless_method(name) ||
               std::find(kOfConnections.begin(), kOfConnections.end(), name) != kOfConnections.end();
    return makes_an_object(call) && !call.discarded && !path.starts_with("alembic.");
}

void AlembicOperations::operation(const Call& call) {
    const std::string_view name = call.name();
    if (call.more_args) return not_understood(call, "its arguments are not known");
    if (name == "execute") return execute(call);
    if (name == "create_table") return create_table(call);
    if (name == "add_column") return add_column(call);
    if (name == "alter_column") return alter_column(call);
    if (name == "create_index") return create_index(call);
    if (name == "create_foreign_key") return create_foreign_key(call);
    if (name == "bulk_insert") return bulk_insert(call);
    if (table_operation(call, name) || constraint_operation(call, name)) return;
    not_understood(call, "there is no such operation in Alembic itself");
}

bool AlembicOperations::table_operation(const Call& call, std::string_view name) {
    const Value* schema = call.get("schema");
    const auto if_exists = [&] {
        const Value* value = call.get("if_exists");
        return value && value->yes ? "IF EXISTS " : "";
    };
    if (name == "drop_table") {
        send(std::string("DROP TABLE ") + if_exists() + sql_.table(schema, call.get(0, "table_name")), call);
    } else if (name == "drop_column") {
        const std::string table = sql_.table(schema, call.get(0, "table_name"));
        send("ALTER TABLE " + table + " DROP COLUMN " + if_exists() + sql_.name(call.get(1, "column_name")), call);
    } else if (name == "rename_table") {
        const std::string table = sql_.table(schema, call.get(0, "old_table_name"));
        send("ALTER TABLE " + table + " RENAME TO " + sql_.name(call.get(1, "new_table_name")), call);
    } else if (name == "drop_index") {
        const Value* concurrently = call.get("postgresql_concurrently");
        send(std::string("DROP INDEX ") + (concurrently && concurrently->yes ? "CONCURRENTLY " : "") + if_exists() +
                 sql_.table(schema, call.get(0, "index_name")),
             call);
    } else if (name == "create_table_comment" || name == "drop_table_comment") {
        const Value* comment = name == "create_table_comment" ? call.get(1, "comment") : nullptr;
        send("COMMENT ON TABLE " + sql_.table(schema, call.get(0, "table_name")) + " IS " +
                 (given(comment) ? sql_.expression(*comment) : "NULL"),
             call);
    } else {
        return false;
    }
    return true;
}

namespace {

/// type_ of drop_constraint().
std::optional<ConstraintType> kind_of(const Value* type) {
    if (!type || !type->is_text()) return std::nullopt;
    if (type->text == "foreignkey") return ConstraintType::foreign_key;
    if (type->text == "primary") return ConstraintType::primary_key;
    if (type->text == "unique") return ConstraintType::unique;
    if (type->text == "check") return ConstraintType::check;
    return std::nullopt;
}

}  // namespace

bool AlembicOperations::constraint_operation(const Call& call, std::string_view name) {
    const Value* constraint = call.get(0, "constraint_name");
    const std::string named = given(constraint) ? "CONSTRAINT " + sql_.name(constraint) + " " : std::string();
    const auto alter = [&] { return "ALTER TABLE " + sql_.table(call.get("schema"), call.get(1, "table_name")); };
    if (name == "drop_constraint") {
        const Value* optional = call.get("if_exists");
        send(alter() + " DROP CONSTRAINT " + (optional && optional->yes ? "IF EXISTS " : "") + sql_.name(constraint),
             call);
        if (const auto kind = kind_of(call.get(2, "type_"))) out_.drops(*kind);
    } else if (name == "create_unique_constraint" || name == "create_primary_key") {
        const std::string kind = name == "create_primary_key" ? "PRIMARY KEY (" : "UNIQUE (";
        const Value* nulls = call.get("postgresql_nulls_not_distinct");
        std::string sql = alter() + " ADD " + named + kind + sql_.columns(call.get(2, "columns")) + ")";
        if (nulls && nulls->yes) sql.insert(sql.rfind('('), "NULLS NOT DISTINCT ");
        const Value* deferrable = call.get("deferrable");
        const Value* initially = call.get("initially");
        if (deferrable && deferrable->is(Value::Kind::boolean))
            sql += deferrable->yes ? " DEFERRABLE" : " NOT DEFERRABLE";
        if (initially && initially->is_text()) sql += " INITIALLY " + initially->text;
        send(sql, call);
    } else if (name == "create_check_constraint") {
        const Value* condition = call.get(2, "condition");
        const bool plain = condition && condition->is(Value::Kind::text) && !condition->holds_unknown;
        const Value* not_valid = call.get("postgresql_not_valid");
        send(alter() + " ADD " + named + "CHECK (" +
                 (plain ? SqlAlchemy::text(condition->text)
                        : sql_.expression(condition ? *condition : unknown_value())) +
                 ")" + (not_valid && not_valid->yes ? " NOT VALID" : ""),
             call);
    } else if (name == "create_exclude_constraint" && call.args.size() > 2) {
        Call exclude = call;
        exclude.path = "ExcludeConstraint";
        exclude.args.erase(exclude.args.begin(), exclude.args.begin() + 2);
        send(alter() + " ADD " + named + sql_.constraint(exclude).value_or(""), call);
    } else {
        return false;
    }
    return true;
}

// Outside SQLite a batch sends each operation as it comes.
void AlembicOperations::batch_operation(const Call& call) {
    const Call* batch = nullptr;
    for (const Value* at = &call.receiver; at && !batch; at = at->of.get())
        if (at->call && at->call->path == "alembic.op.batch_alter_table") batch = at->call.get();
    const Value* table = batch ? batch->get(0, "table_name") : nullptr;
    if (!table) return not_understood(call, "the table of its batch is not known");
    const std::string_view name = call.name();
    Call direct = call;
    direct.path = std::string(kOp) + std::string(name);
    const bool table_first = name == "add_column" || name == "drop_column" || name == "alter_column" ||
                             name == "create_table_comment" || name == "drop_table_comment";
    const std::size_t place = table_first || direct.args.empty() ? 0 : 1;
    if (place == 0 && !table_first) {
        direct.named.emplace_back(name == "create_foreign_key" ? "source_table" : "table_name", *table);
    } else {
        direct.args.insert(direct.args.begin() + static_cast<long>(place), *table);
    }
    if (const Value* schema = batch->get("schema"))
        direct.named.emplace_back(name == "create_foreign_key" ? "source_schema" : "schema", *schema);
    operation(direct);
}

void AlembicOperations::bulk_insert(const Call& call) {
    const Value* table = call.get(0, "table");
    const Value* rows = call.get(1, "rows");
    if (table && rows && send_all(SqlAlchemyRows(sql_).insert(*table, *rows, ""), call)) return;
    const auto items = rows ? iterated(*rows) : std::nullopt;
    if (!table || !table->call || !items) return not_understood(call, "its table or rows are not known");
    const std::string target = sql_.table(table->call->get("schema"), table->call->get(0, "name"));
    for (const Value& row : *items) {
        if (!row.is(Value::Kind::dictionary)) {
            out_.unread(place_of(call), "a row of op.bulk_insert()", "it is not known from the file");
            continue;
        }
        std::string columns, values;
        for (std::size_t i = 0; i + 1 < row.items->size(); i += 2) {
            columns += (i ? ", " : "") + sql_.name(&(*row.items)[i]);
            values += (i ? ", " : "") + sql_.expression((*row.items)[i + 1]);
        }
        send("INSERT INTO " + target + " (" + columns + ") VALUES (" + values + ")", call);
    }
}

/// A text that goes to the driver as it is, with values beside it: psycopg's %s are parameters of the statement.
Value AlembicOperations::filled(const Value& text, const Call& call) {
    const Value* given = call.path == "alembic.op.execute" ? nullptr : call.get(1, "parameters");
    if (!given || given->is(Value::Kind::nothing) || text.text.find("%s") == std::string::npos) return text;
    std::vector<Value> parameters;
    for (std::size_t at = text.text.find("%s"); at != std::string::npos; at = text.text.find("%s", at + 2))
        parameters.push_back(text_value("$" + std::to_string(parameters.size() + 1)));
    return percent(text, list_value(std::move(parameters)));
}

void AlembicOperations::execute(const Call& call) {
    const Value* what = call.get(0, call.path == "alembic.op.execute" ? "sqltext" : "statement");
    // What a text is given there are values, or how its rows come back.
    while (what && what->call && what->call->receiver.call &&
           is_among(last_name(*what), std::array{"bindparams"sv, "columns"sv, "execution_options"sv}))
        what = &what->call->receiver;
    if (!what) return not_understood(call, "the SQL it sends is unknown");
    if (const auto text = as_text(*what)) return send_written(filled(*text, call), call);
    const Value* beside = call.path == "alembic.op.execute" ? nullptr : call.get(1, "parameters");
    if (call.args.size() < 3 && send_all(SqlAlchemyRows(sql_).statements(*what, beside), call)) return;
    const std::string_view made = last_name(*what);
    const Value* first = what->call && !what->call->args.empty() ? &what->call->args.front() : nullptr;
    if (first && first->call && (made == "CreateSequence" || made == "DropSequence")) {
        const bool creates = made == "CreateSequence";
        const bool is_optional = is_true(what->call->get(creates ? "if_not_exists" : "if_exists"));
        return send(std::string(creates ? "CREATE" : "DROP") + " SEQUENCE " +
                        (!is_optional ? ""
                         : creates    ? "IF NOT EXISTS "
                                      : "IF EXISTS ") +
                        (creates ? sql_.create_sequence(*first->call) : sql_.sequence(*first->call)),
                    call);
    }
    if (first && (made == "CreateSchema" || made == "DropSchema")) {
        const bool creates = made == "CreateSchema";
        const bool is_optional = is_true(what->call->get(creates ? "if_not_exists" : "if_exists"));
        const std::string option = !is_optional ? "" : creates ? "IF NOT EXISTS " : "IF EXISTS ";
        const std::string_view rest = !creates && is_true(what->call->get("cascade")) ? " CASCADE" : "";
        return send(
            (creates ? "CREATE SCHEMA " : "DROP SCHEMA ") + option + sql_.schema_name(*first) + std::string(rest),
            call);
    }
    if (first && made == "DDL" && first->is(Value::Kind::text)) return send_written(*first, call);
    not_understood(call, "its SQL is built by SQLAlchemy, or only known at run time");
}

}  // namespace pgfence::extract
