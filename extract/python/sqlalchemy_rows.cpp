#include "extract/python/sqlalchemy_rows.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/program/sql_writer.h"
#include "extract/python/python.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// SELECTs in each other.
constexpr int kMostSelects = 4;
/// Of one INSERT; each row is a statement.
constexpr std::size_t kMostRows = 1'000;

bool is_of_sqlalchemy(const Value& value) { return value.text.find("sqlalchemy") != value.text.npos; }

/// sa.table("users"), sa.Table("users", ...), and what op.create_table() gives.
bool is_table(const Value& value) {
    if (!value.is(Value::Kind::path) || !value.call) return false;
    const std::string_view made = value.call->name();
    const bool of_library = is_of_sqlalchemy(value) && (made == "table" || made == "Table");
    return of_library || value.text == "alembic.op.create_table()";
}

/// Which rows a statement takes.
bool narrows(std::string_view method) { return is_among(method, std::array{"where"sv, "filter"sv, "filter_by"sv}); }
bool leaves_rows(std::string_view method) { return is_among(method, std::array{"returning"sv, "execution_options"sv}); }

/// Empty: it is no operator of two sides.
std::string_view operator_of(std::string_view name) {
    if (name == "==") return "=";
    if (name == "!=") return "<>";
    return is_among(name, std::array{"<"sv, "<="sv, ">"sv, ">="sv}) ? name : ""sv;
}

/// func.lower(), and no method of what a function gives: func.lower().concat()
bool is_function(std::string_view path) {
    const auto at = path.find("func.");
    if (at == path.npos) return false;
    return path.find('(', at) >= path.size() - std::min<std::size_t>(path.size(), 2);
}

}  // namespace

std::optional<std::string> SqlAlchemyRows::table(const Value& value) {
    const auto named = [&](const Value* schema, const Value* name) -> Sql {
        if (!name || !name->is(Value::Kind::text) || name->holds_unknown) return std::nullopt;
        std::string all = sql_.table(schema, name);
        return sql_.take_uncertainties().empty() ? Sql(std::move(all)) : std::nullopt;
    };
    if (is_table(value)) {
        const Call& call = *value.call;
        if (call.more_args) return std::nullopt;
        const Call* metadata = call.name() == "Table" && call.args.size() > 1 ? call.args[1].call.get() : nullptr;
        const Value* schema = call.get("schema");
        if (!schema && metadata) schema = metadata->get("schema");
        return named(schema, call.get(0, call.name() == "create_table" ? "table_name" : "name"));
    }
    if (!value.is(Value::Kind::path) || value.call || !sql_.program()) return std::nullopt;
    // A class that the repository maps to a table, or that class's __table__.
    constexpr std::string_view kTable = ".__table__";
    const std::string path =
        value.text.ends_with(kTable) ? value.text.substr(0, value.text.size() - kTable.size()) : value.text;
    const auto name = sql_.program()->member(path, "__tablename__");
    // What all tables share, such as a schema, stands elsewhere.
    const auto bases = name ? sql_.program()->bases(path) : std::vector<Value>();
    const bool shares = std::any_of(bases.begin(), bases.end(),
                                    [](const Value& base) { return base.call && base.call->get("metadata"); });
    if (!name || shares || sql_.program()->member(path, "metadata")) return std::nullopt;
    const auto options = sql_.program()->member(path, "__table_args__");
    if (!options) return named(nullptr, &*name);
    const Value* last =
        options->is(Value::Kind::list) && !options->items->empty() ? &options->items->back() : &*options;
    if (!last->is(Value::Kind::dictionary)) return last->call ? named(nullptr, &*name) : std::nullopt;
    return named(last->get("schema"), &*name);
}

/// users.c.name, User.name
std::optional<std::string> SqlAlchemyRows::column(const Value& value) {
    if (!value.is(Value::Kind::path)) return std::nullopt;
    const Value* owner = nullptr;
    std::string name;
    if (value.call && value.call->name() == "__getitem__" && value.call->args.front().is_text()) {
        owner = &value.call->receiver;
        name = value.call->args.front().text;
    } else if (!value.call && value.of) {
        owner = value.of.get();
        name = value.text.substr(value.text.rfind('.') + 1);
    }
    if (!owner) return std::nullopt;
    const bool of_list =
        !owner->call && owner->of && (owner->text.ends_with(".c") || owner->text.ends_with(".columns"));
    const Value& of = of_list ? *owner->of : *owner;
    if (!of_list && of.call) return std::nullopt;
    auto whose = table(of);
    if (!whose) return std::nullopt;
    auto column = of_list ? Sql(quoted(name)) : column_of(of, name);
    if (column) used_.insert(std::move(*whose));
    columns_ += column.has_value();
    return column;
}

/// By the name that the program has for it: an attribute of a class may be a column of another name, or none at all.
std::optional<std::string> SqlAlchemyRows::column_of(const Value& rows, const std::string& name) const {
    if (rows.call || rows.text.ends_with(".__table__") || !sql_.program()) return quoted(name);
    const auto mapped = sql_.program()->member(rows.text, name);
    if (!mapped || !mapped->call || (last_name(*mapped) != "Column" && last_name(*mapped) != "mapped_column"))
        return std::nullopt;
    const auto& args = mapped->call->args;
    return quoted(!args.empty() && args.front().is(Value::Kind::text) ? args.front().text : name);
}

/// Of a dictionary of values: a column, or its name.
std::optional<std::string> SqlAlchemyRows::key(const Value& rows, const Value& value) {
    if (value.is(Value::Kind::text) && !value.holds_unknown) return column_of(rows, value.text);
    return column(value);
}

/// What a value of the program is compared with or set to. Those that nobody knows are sent beside the statement.
std::optional<std::string> SqlAlchemyRows::operand(const Value& value) {
    if (value.is(Value::Kind::unknown) || value.items || value.holds_unknown) return parameter();
    if (value.is(Value::Kind::code)) return std::nullopt;
    if (!value.is(Value::Kind::path)) return sql_.expression(value);
    if (auto name = column(value)) return name;
    if (const auto chosen = chain(value); chosen && chosen->first->name() == "select") {
        auto rows = select(value);
        return rows ? Sql("(" + *rows + ")") : std::nullopt;
    }
    const std::string_view made = last_name(value);
    if (is_among(made, std::array{"+"sv, "-"sv, "*"sv}) && value.call->args.size() == 2) return sum(*value.call);
    const bool of_class = sql_.program() && value.of && sql_.program()->member(value.of->text, "__tablename__");
    if (made == "concat" && value.call && value.call->args.size() == 1 && !value.call->more_args)
        if (is_of_sqlalchemy(value) || column(value.call->receiver)) return concatenation(*value.call);
    // What another library computes is a value.
    if (!is_of_sqlalchemy(value) && !of_class && operator_of(made).empty() && value.text.front() != '~') {
        const bool is_operation = value.call && !value.call->path.empty() && !value.call->args.empty() &&
                                  value.call->path.find_first_of("+-*/|&%") == 0;
        return is_operation ? std::nullopt : Sql(parameter());
    }
    if (value.call && made == "bindparam") return parameter();
    if (value.call && is_function(value.text)) return function(*value.call);
    if (value.call && made == "cast" && value.call->args.size() == 2) {
        const auto inner = operand(value.call->args.front());
        const std::string type = sql_.type(value.call->args.back());
        return inner && sql_.take_uncertainties().empty() ? Sql("CAST(" + *inner + " AS " + type + ")") : std::nullopt;
    }
    if (!is_among(made, std::array{"null"sv, "true"sv, "false"sv, "literal"sv, "text"sv, "literal_column"sv}))
        return std::nullopt;
    std::string sql = sql_.expression(value);
    const bool binds = made == "text" && sql.find(':') != sql.npos;
    return sql_.take_uncertainties().empty() && !binds ? Sql(std::move(sql)) : std::nullopt;
}

/// users.c.count + 1. Of texts SQLAlchemy makes ||.
std::optional<std::string> SqlAlchemyRows::sum(const Call& call) {
    const auto is_text = [](const Value& value) { return value.is(Value::Kind::text); };
    if (std::any_of(call.args.begin(), call.args.end(), is_text)) return std::nullopt;
    const auto a = operand(call.args[0]), b = operand(call.args[1]);
    return a && b ? Sql("(" + *a + " " + call.path + " " + *b + ")") : std::nullopt;
}

/// users.c.name.concat("-"): ||, which makes null of a null, unlike the function of that name.
std::optional<std::string> SqlAlchemyRows::concatenation(const Call& call) {
    const auto a = operand(call.receiver), b = operand(call.args.front());
    return a && b ? Sql("(" + *a + " || " + *b + ")") : std::nullopt;
}

/// sa.func.lower(users.c.name)
std::optional<std::string> SqlAlchemyRows::function(const Call& call) {
    if (call.more_args || !call.named.empty()) return std::nullopt;
    if (call.args.empty()) return call.name() == "count" ? "count(*)" : sql_.expression(result_of(call));
    std::string arguments;
    for (const Value& argument : call.args) {
        const auto one = operand(argument);
        if (!one) return std::nullopt;
        arguments += (arguments.empty() ? "" : ", ") + *one;
    }
    return std::string(call.name()) + "(" + arguments + ")";
}

std::optional<std::string> SqlAlchemyRows::joined(const std::vector<Value>& conditions, std::string_view word) {
    std::string all;
    for (const Value& one : conditions) {
        const auto sql = condition(one);
        if (!sql) return std::nullopt;
        all += (all.empty() ? "" : " " + std::string(word) + " ") + (conditions.size() > 1 ? "(" + *sql + ")" : *sql);
    }
    return all.empty() ? std::nullopt : Sql(std::move(all));
}

std::optional<std::string> SqlAlchemyRows::condition(const Value& value) {
    if (value.is(Value::Kind::boolean)) return value.yes ? "true" : "false";
    if (!value.is(Value::Kind::path)) return std::nullopt;
    if (!value.call) return column(value);
    const Call& call = *value.call;
    if (call.more_args) return std::nullopt;
    const std::string_view name = call.name();
    const bool is_operator = call.receiver.is(Value::Kind::unknown);
    if (const auto op = operator_of(call.path); !op.empty() && call.args.size() == 2)
        return comparison(op, call.args[0], call.args[1]);
    if (is_operator && (call.path == "&" || call.path == "|"))
        return joined(call.args, call.path == "&" ? "AND" : "OR");
    if (call.path == "~" || name == "not_") {
        const auto inner = call.args.size() == 1 ? condition(call.args.front()) : std::nullopt;
        return inner ? Sql("NOT (" + *inner + ")") : std::nullopt;
    }
    const bool of_library = call.path.starts_with("sqlalchemy") && call.path.find('(') == call.path.npos;
    if (of_library && (name == "and_" || name == "or_")) return joined(call.args, name == "and_" ? "AND" : "OR");
    if (of_library) return operand(value);
    if (auto sql = of_method(call)) return sql;
    return column(value);
}

std::optional<std::string> SqlAlchemyRows::comparison(std::string_view op, const Value& left, const Value& right) {
    const int before = columns_;
    const auto a = operand(left);
    if (!a) return std::nullopt;
    const bool with_nothing = right.is(Value::Kind::nothing) || last_name(right) == "null";
    const bool asks_for_null = with_nothing && (op == "=" || op == "<>");
    const auto b = asks_for_null ? Sql(op == "=" ? "IS NULL" : "IS NOT NULL") : operand(right);
    // Of values alone the program knows the answer, and the statement has true or false in its place.
    if (!b || columns_ == before) return std::nullopt;
    return asks_for_null ? *a + " " + *b : *a + " " + std::string(op) + " " + *b;
}

/// "(1, 2)" for in_().
std::optional<std::string> SqlAlchemyRows::list(const Value& value) {
    if (value.is(Value::Kind::path)) return chain(value) ? operand(value) : std::nullopt;
    const auto items = iterated(value);
    // As many as there are.
    if (value.is(Value::Kind::unknown) || (items && value.items->uncounted)) return "(" + parameter() + ")";
    if (!items) return std::nullopt;
    std::string all;
    for (const Value& item : *items) {
        const auto one = operand(item);
        if (!one) return std::nullopt;
        all += (all.empty() ? "" : ", ") + *one;
    }
    return all.empty() ? std::nullopt : Sql("(" + all + ")");
}

/// users.c.name.in_([...])
std::optional<std::string> SqlAlchemyRows::of_method(const Call& call) {
    const auto left = column(call.receiver);
    if (!left || call.args.empty() || !call.named.empty()) return std::nullopt;
    const std::string_view name = call.name();
    const Value& given = call.args.front();
    if (call.args.size() > 1) return std::nullopt;
    const bool is_not = name == "isnot" || name == "is_not";
    if (name == "is_" || is_not) {
        const bool is_word = given.is(Value::Kind::nothing) || given.is(Value::Kind::boolean);
        return is_word ? Sql(*left + (is_not ? " IS NOT " : " IS ") + sql_.expression(given)) : std::nullopt;
    }
    if (name == "in_" || name == "notin_" || name == "not_in") {
        const auto items = list(given);
        return items ? Sql(*left + (name == "in_" ? " IN " : " NOT IN ") + *items) : std::nullopt;
    }
    constexpr std::array kLikes{std::pair{"like"sv, "LIKE"sv},          std::pair{"ilike"sv, "ILIKE"sv},
                                std::pair{"notlike"sv, "NOT LIKE"sv},   std::pair{"not_like"sv, "NOT LIKE"sv},
                                std::pair{"notilike"sv, "NOT ILIKE"sv}, std::pair{"not_ilike"sv, "NOT ILIKE"sv}};
    for (const auto& [method, word] : kLikes)
        if (name == method) {
            const auto right = operand(given);
            return right ? Sql(*left + " " + std::string(word) + " " + *right) : std::nullopt;
        }
    return std::nullopt;
}

/// update(users).where(...).values(...), users.update()...
std::optional<SqlAlchemyRows::Chain> SqlAlchemyRows::chain(const Value& value) const {
    constexpr std::array kFirst{"update"sv, "delete"sv, "insert"sv, "select"sv};
    Chain chain;
    for (const Value* at = &value; at->call; at = &at->call->receiver) {
        const Call& call = *at->call;
        if (call.more_args) return std::nullopt;
        const bool is_function = call.path.starts_with("sqlalchemy.") && call.path.find('(') == call.path.npos;
        const bool of_table = !is_function && (!call.receiver.call || is_table(call.receiver));
        if (!is_among(call.name(), kFirst) || (!is_function && !of_table)) {
            chain.then.insert(chain.then.begin(), &call);
            continue;
        }
        // Older ways to say where, and what.
        const bool is_select = call.name() == "select";
        if (is_select ? !is_function : call.args.size() != (is_function ? 1 : 0) || !call.named.empty())
            return std::nullopt;
        chain.first = &call;
        if (!is_select) chain.root = is_function ? &call.args.front() : &call.receiver;
        return chain;
    }
    return std::nullopt;
}

/// What all where() of the chain say together, " WHERE ..." or nothing at all; none where one of them is not
/// understood.
std::optional<std::string> SqlAlchemyRows::where(const Chain& chain) {
    std::vector<std::string> all;
    const auto add = [&](Sql sql) {
        if (sql) all.push_back(std::move(*sql));
        return sql.has_value();
    };
    for (const Call* call : chain.then) {
        const bool by_name = call->name() == "filter_by";
        if (!narrows(call->name())) continue;
        if (!(by_name ? call->args.empty() : call->named.empty())) return std::nullopt;
        for (const Value& one : call->args)
            if (!add(condition(one))) return std::nullopt;
        for (const auto& [name, value] : call->named) {
            const auto right = operand(value);
            const auto left = chain.root ? column_of(*chain.root, name) : std::nullopt;
            const bool is_null = value.is(Value::Kind::nothing);
            if (!left || !right || !add(*left + (is_null ? " IS NULL" : " = " + *right))) return std::nullopt;
        }
    }
    std::string sql;
    for (const std::string& one : all)
        sql += (sql.empty() ? " WHERE " : " AND ") + (all.size() > 1 ? "(" + one + ")" : one);
    return sql;
}

/// "name" = 'x', ... of a dictionary.
std::optional<std::string> SqlAlchemyRows::assignments(const Value& rows, const Value* given) {
    if (!given || !given->is(Value::Kind::dictionary) || given->items->cut || given->items->empty())
        return std::nullopt;
    std::string all;
    for (std::size_t i = 0; i + 1 < given->items->size(); i += 2) {
        const auto name = key(rows, (*given->items)[i]), value = operand((*given->items)[i + 1]);
        if (!name || !value) return std::nullopt;
        all += (all.empty() ? "" : ", ") + *name + " = " + *value;
    }
    return all;
}

namespace {

/// Of values(a=1) and values({"a": 1}).
std::optional<Value> given_values(const Call& call) {
    if (call.args.size() == 1 && call.named.empty()) return call.args.front();
    if (!call.args.empty()) return std::nullopt;
    std::vector<Value> pairs;
    for (const auto& [name, value] : call.named) {
        pairs.push_back(text_value(name));
        pairs.push_back(value);
    }
    return dictionary_value(std::move(pairs));
}

}  // namespace

std::optional<std::string> SqlAlchemyRows::update(const Chain& chain, const Value* parameters) {
    const auto target = table(*chain.root);
    if (!target) return std::nullopt;
    std::optional<Value> values;
    for (const Call* call : chain.then) {
        if (call->name() == "values" && !values)
            values = given_values(*call);
        else if (!narrows(call->name()) && !leaves_rows(call->name()))
            return std::nullopt;
    }
    if (!values && parameters) values = *parameters;
    const auto set = assignments(*chain.root, values ? &*values : nullptr);
    const auto condition = set ? where(chain) : std::nullopt;
    return condition ? Sql("UPDATE " + *target + " SET " + *set + *condition) : std::nullopt;
}

std::optional<std::string> SqlAlchemyRows::remove(const Chain& chain) {
    const auto target = table(*chain.root);
    if (!target) return std::nullopt;
    for (const Call* call : chain.then)
        if (!narrows(call->name()) && !leaves_rows(call->name())) return std::nullopt;
    const auto condition = where(chain);
    return condition ? Sql("DELETE FROM " + *target + *condition) : std::nullopt;
}

/// Of columns of one table.
std::optional<std::string> SqlAlchemyRows::select(const Value& value) {
    const auto chosen = chain(value);
    if (!chosen || chosen->first->name() != "select" || ++depth_ > kMostSelects) return std::nullopt;
    std::set<std::string> outer = std::exchange(used_, {});
    const Call& first = *chosen->first;
    std::vector<Value> wanted = first.args;
    if (wanted.size() == 1 && wanted.front().is(Value::Kind::list)) wanted = *wanted.front().items;
    std::string columns, behind;
    bool is_plain = first.named.empty() && !wanted.empty();
    for (const Value& one : wanted) {
        if (const auto whole = table(one)) {
            used_.insert(*whole);
            columns += columns.empty() ? "*" : ", *";
            continue;
        }
        const auto sql = operand(one);
        is_plain &= sql.has_value();
        if (sql) columns += (columns.empty() ? "" : ", ") + *sql;
    }
    for (const Call* call : chosen->then) {
        const std::string_view name = call->name();
        const auto number = call->args.size() == 1 ? call->args.front().integer() : std::nullopt;
        if (name == "select_from" && call->args.size() == 1) {
            const auto whole = table(call->args.front());
            is_plain &= whole.has_value();
            if (whole) used_.insert(*whole);
        } else if (name == "limit" && number) {
            behind = " LIMIT " + std::to_string(*number);
        } else if (name != "order_by" && !narrows(name)) {
            is_plain = false;
        }
    }
    const auto condition = is_plain ? where(*chosen) : std::nullopt;
    is_plain &= condition && used_.size() == 1;
    Sql sql;
    if (is_plain) sql = "SELECT " + columns + " FROM " + *used_.begin() + *condition + behind;
    used_ = std::move(outer);
    --depth_;
    return sql;
}

std::optional<std::vector<std::string>> SqlAlchemyRows::insert(const Value& into, const Value& rows,
                                                               std::string_view behind) {
    const auto target = table(into);
    if (!target) return std::nullopt;
    const std::vector<Value> all =
        rows.is(Value::Kind::dictionary) ? std::vector<Value>{rows} : iterated(rows).value_or(std::vector<Value>());
    if (all.empty() || all.size() > kMostRows) return std::nullopt;
    std::vector<std::string> statements;
    for (const Value& row : all) {
        if (!row.is(Value::Kind::dictionary) || row.items->cut || row.items->empty()) return std::nullopt;
        parameters_ = 0;
        std::string columns, values;
        for (std::size_t i = 0; i + 1 < row.items->size(); i += 2) {
            const auto name = key(into, (*row.items)[i]), value = operand((*row.items)[i + 1]);
            if (!name || !value) return std::nullopt;
            columns += (i ? ", " : "") + *name;
            values += (i ? ", " : "") + *value;
        }
        statements.push_back("INSERT INTO " + *target + " (" + columns + ") VALUES (" + values + ")" +
                             std::string(behind));
    }
    return statements;
}

std::optional<std::vector<std::string>> SqlAlchemyRows::statements(const Value& built, const Value* parameters) {
    parameters_ = 0;
    used_.clear();
    const auto chosen = chain(built);
    if (!chosen) return std::nullopt;
    const std::string_view kind = chosen->first->name();
    if (kind == "insert") {
        std::optional<Value> rows;
        if (parameters) rows = *parameters;
        std::string behind;
        for (const Call* call : chosen->then) {
            if (call->name() == "values")
                rows = given_values(*call);
            else if (call->name() == "on_conflict_do_nothing" && call->named.empty())
                behind = " ON CONFLICT DO NOTHING";
            else if (!leaves_rows(call->name()))
                return std::nullopt;
        }
        return rows ? insert(*chosen->root, *rows, behind) : std::nullopt;
    }
    Sql sql = kind == "select" ? select(built) : kind == "update" ? update(*chosen, parameters) : remove(*chosen);
    // A statement over several tables is not written here.
    const auto target = kind == "select" ? std::nullopt : table(*chosen->root);
    const bool is_of_one =
        std::all_of(used_.begin(), used_.end(), [&](const std::string& used) { return target && used == *target; });
    if (!sql || !is_of_one) return std::nullopt;
    return std::vector<std::string>{std::move(*sql)};
}

std::optional<std::string> SqlAlchemyRows::of_query(const Call& call) {
    parameters_ = 0;
    used_.clear();
    Chain chain;
    const Value* at = &call.receiver;
    for (; at->call && at->call->name() != "query"; at = &at->call->receiver) {
        if (!narrows(at->call->name()) || at->call->more_args) return std::nullopt;
        chain.then.insert(chain.then.begin(), at->call.get());
    }
    if (!at->call || at->call->args.size() != 1 || !at->call->named.empty() || at->call->more_args || call.more_args)
        return std::nullopt;
    chain.root = &at->call->args.front();
    const auto target = table(*chain.root);
    if (!target) return std::nullopt;
    const bool updates = call.name() == "update";
    const auto set = updates ? assignments(*chain.root, call.get(0, "values")) : Sql("");
    const auto condition = set ? where(chain) : std::nullopt;
    const bool is_of_one =
        std::all_of(used_.begin(), used_.end(), [&](const std::string& used) { return used == *target; });
    if (!condition || !is_of_one) return std::nullopt;
    return updates ? "UPDATE " + *target + " SET " + *set + *condition : "DELETE FROM " + *target + *condition;
}

}  // namespace pgfence::extract
