#include "extract/elixir/ecto_rows.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/text.h"
#include "extract/program/sql_writer.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// "my_app/accounts/user" of MyApp.Accounts.User
std::string path_of_module(std::string_view module) {
    std::string path;
    char before = '.';
    for (const char c : module) {
        if (is_upper(c) && before != '.' && !is_upper(before)) path += '_';
        path += c == '.' ? '/' : lower_case(std::string_view(&c, 1)).front();
        before = c;
    }
    return path;
}

}  // namespace

std::string EctoRows::Query::alias() const {
    const bool letter = !table.empty() && (is_upper(table.front()) || (table.front() >= 'a' && table.front() <= 'z'));
    return std::string(1, letter ? table.front() : 't') + "0";
}

std::string EctoRows::Query::source() const { return (prefix.empty() ? "" : quoted(prefix) + ".") + quoted(table); }

// The schema of the file's own, or as the application has it.
std::optional<std::string> EctoRows::table_of(const std::string& module) {
    if (const auto known = schemas_.find(module); known != schemas_.end()) return known->second;
    if (!read_) return std::nullopt;
    const auto text = read_(root_ + "lib/" + path_of_module(module) + ".ex");
    if (!text || !contains(*text, "defmodule " + module + " ")) return std::nullopt;
    constexpr std::string_view kSchema = "schema \"";
    const auto at = text->find(kSchema);
    if (at == std::string::npos || text->find(kSchema, at + 1) != std::string::npos) return std::nullopt;
    // Names of columns that are not those of its fields, and a prefix of its own.
    if (contains(*text, "source:") || contains(*text, "@schema_prefix") || contains(*text, "@field_source_mapper"))
        return std::nullopt;
    const auto begin = at + kSchema.size();
    return text->substr(begin, text->find('"', begin) - begin);
}

std::optional<EctoRows::Query> EctoRows::query_of(const Value& value) {
    if (value.is(Value::Kind::text) && value.known()) return Query{value.text, "", {}, {}};
    if (value.is(Value::Kind::tuple) && value.items->size() == 2) return query_of(value.items->front());
    if (!value.is(Value::Kind::path)) return std::nullopt;
    if (value.call && value.call->block && value.call->path.starts_with("Ecto.Query.")) return of_macro(*value.call);
    if (value.call) return std::nullopt;
    const auto table = table_of(value.text);
    return table ? std::optional(Query{*table, "", {}, {}}) : std::nullopt;
}

namespace {

/// o.id == ^id, o.id in [1, 2], [id: 1]
bool compares_key(std::string_view condition) {
    constexpr std::string_view kKey = "id", kValues = "^[\"'-";
    if (contains(condition, " or ") || contains(condition, "not ")) return false;
    for (auto at = condition.find(kKey); at != condition.npos; at = condition.find(kKey, at + 1)) {
        const char before = at == 0 ? ' ' : condition[at - 1];
        if (is_letter(before) || is_digit(before) || before == '_') continue;
        std::string_view behind = trim(condition.substr(at + kKey.size()));
        if (behind.starts_with(": ")) return true;
        if (before != '.' || !(behind.starts_with("==") || behind.starts_with("in "))) continue;
        behind = trim(behind.substr(2));
        if (!behind.empty() && (is_digit(behind[0]) || kValues.find(behind[0]) != kValues.npos)) return true;
    }
    return false;
}

}  // namespace

bool EctoRows::leaves_many(const Node& part) const {
    // Others limit, or are not known to leave rows in.
    constexpr std::array kLeavesMany{
        "from"sv,       "select"sv,    "select_merge"sv, "order_by"sv, "preload"sv,  "lock"sv, "join"sv,
        "inner_join"sv, "left_join"sv, "on"sv,           "where"sv,    "or_where"sv, "as"sv};
    const Node* key = part.at("key");
    if (!key) return true;
    const Node* value = part.at("value");
    const std::string_view word = trim(program_->text(*key), " \t\r\n:");
    return is_among(word, kLeavesMany) && !(value && word.ends_with("where") && compares_key(program_->text(*value)));
}

bool EctoRows::picks_none(const Value& query) const {
    // Others limit.
    constexpr std::array kLeavesMany{"from"sv, "select"sv, "select_merge"sv, "order_by"sv, "preload"sv,
                                     "lock"sv, "join"sv,   "where"sv,        "or_where"sv};
    if (query.is(Value::Kind::text)) return query.known();
    if (query.is(Value::Kind::tuple)) return query.items->size() == 2 && picks_none(query.items->front());
    if (!query.is(Value::Kind::path)) return false;
    if (!query.call) return !query.text.empty() && is_upper(query.text.front());
    const Call& macro = *query.call;
    if (!macro.block || !macro.path.starts_with("Ecto.Query.") || macro.args.empty()) return false;
    if (!is_among(macro.name(), kLeavesMany) || !picks_none(macro.args.front())) return false;
    for (const Node& list : macro.block->children) {
        if (!list.is("arguments")) continue;
        const bool condition = macro.name().ends_with("where");
        if (condition && compares_key(program_->text(list))) return false;
        for (const Node* part : list.named_children())
            for (const Node* pair :
                 macro.name() == "from" && part->is("keywords") ? part->named_children() : std::vector<const Node*>{})
                if (!leaves_many(*pair)) return false;
    }
    return true;
}

// from p in "posts", where: ...   where(query, [p], ...)   query |> update(set: [...])
std::optional<EctoRows::Query> EctoRows::of_macro(const Call& macro) {
    const std::string_view name = macro.name();
    std::vector<const Node*> parts;
    for (const Node& child : macro.block->children)
        if (child.is("arguments")) parts = child.named_children();
    std::string binding;
    const Value* piped = macro.get("piped");
    if (piped && !piped->yes && !parts.empty()) {
        const auto sides = program_->sides_of(*parts.front());
        if (sides && sides->sign == "in") binding = program_->text(*sides->left);
        parts.erase(parts.begin());
    }
    std::optional<Query> query = macro.args.empty() ? std::nullopt : query_of(macro.args.front());
    if (!query) return std::nullopt;
    if (!parts.empty() && parts.front()->is("list") && name != "from") {
        const auto bound = parts.front()->named_children();
        if (bound.size() != 1 || !bound.front()->is("identifier")) return std::nullopt;
        binding = program_->text(*bound.front());
        parts.erase(parts.begin());
    }
    if (parts.empty()) return query;
    if (parts.size() > 1) return std::nullopt;
    if (name != "from") return add_clause(*query, name, *parts.front(), binding) ? query : std::nullopt;
    if (!parts.front()->is("keywords")) return std::nullopt;
    for (const Node* pair : parts.front()->named_children()) {
        const Node* key = pair->at("key");
        const Node* value = pair->at("value");
        if (!key || !value) return std::nullopt;
        if (!add_clause(*query, trim(program_->text(*key)), *value, binding)) return std::nullopt;
    }
    return query;
}

bool EctoRows::add_clause(Query& query, std::string_view name, const Node& what, std::string_view binding) {
    if (name.ends_with(':')) name.remove_suffix(1);
    if (name == "prefix") {
        const Value prefix = program_->evaluate(what);
        query.prefix = prefix.text;
        return prefix.is_text() && prefix.known();
    }
    if (name == "update") return add_updates(query, what, binding);
    if (name != "where") return false;
    const auto inner = what.named_children();
    if (what.is("keywords")) return add_conditions(query, what, binding);
    if (what.is("list") && inner.size() == 1 && inner.front()->is("keywords"))
        return add_conditions(query, *inner.front(), binding);
    const Sql condition = expression(query, what, binding);
    if (condition) query.where.push_back("(" + *condition + ")");
    return condition.has_value();
}

bool EctoRows::add_conditions(Query& query, const Node& keywords, std::string_view binding) {
    for (const Node* pair : keywords.named_children()) {
        const Node* key = pair->at("key");
        const Node* value = pair->at("value");
        const Sql sql = key && value ? expression(query, *value, binding) : std::nullopt;
        if (!sql) return false;
        const Value column = program_->evaluate(*key);
        query.where.push_back("(" + query.alias() + "." + quoted(column.text) + " = " + *sql + ")");
    }
    return true;
}

// [set: [a: 1], inc: [b: 1]]
bool EctoRows::add_updates(Query& query, const Node& updates, std::string_view binding) {
    if (updates.is("list")) {
        const auto inner = updates.named_children();
        return inner.size() == 1 && add_updates(query, *inner.front(), binding);
    }
    if (!updates.is("keywords")) return false;
    for (const Node* kind : updates.named_children()) {
        const Node* key = kind->at("key");
        const Node* list = kind->at("value");
        const auto inner = list ? list->named_children() : std::vector<const Node*>{};
        if (!key || inner.size() != 1 || !inner.front()->is("keywords")) return false;
        const bool adds = program_->text(*key).starts_with("inc:");
        if (!adds && !program_->text(*key).starts_with("set:")) return false;
        for (const Node* pair : inner.front()->named_children()) {
            const Node* name = pair->at("key");
            const Node* value = pair->at("value");
            const Sql sql = name && value ? expression(query, *value, binding) : std::nullopt;
            if (!sql) return false;
            const std::string column = quoted(program_->evaluate(*name).text);
            query.set.push_back(column + " = " + (adds ? query.alias() + "." + column + " + " : "") + *sql);
        }
    }
    return true;
}

EctoRows::Sql EctoRows::expression(const Query& query, const Node& node, std::string_view binding) {
    const auto kind = node.kind;
    if (kind == "block") {
        const auto inner = node.named_children();
        return inner.size() == 1 ? expression(query, *inner.front(), binding) : std::nullopt;
    }
    if (kind == "call") return function(query, node, binding);
    if (kind == "binary_operator") return operation(query, node, binding);
    if (kind == "unary_operator") {
        const Node* sign = node.at("operator");
        const Node* operand = node.at("operand");
        if (!sign || !operand) return std::nullopt;
        const std::string_view op = program_->text(*sign);
        if (op == "^") return parameter();
        const Sql inner = expression(query, *operand, binding);
        if (!inner) return std::nullopt;
        if (op == "not") return "NOT (" + *inner + ")";
        return op == "-" ? Sql("-" + *inner) : std::nullopt;
    }
    if (kind == "nil") return "NULL";
    if (kind != "string" && kind != "integer" && kind != "boolean") return std::nullopt;
    const Value value = program_->evaluate(node);
    if (!value.known()) return std::nullopt;
    if (value.is(Value::Kind::boolean)) return value.yes ? "TRUE" : "FALSE";
    return value.is(Value::Kind::text) ? literal(value.text) : value.text;
}

EctoRows::Sql EctoRows::operation(const Query& query, const Node& node, std::string_view binding) {
    constexpr std::array kSigns{std::pair{"=="sv, "="sv},  std::pair{"!="sv, "!="sv},   std::pair{"<="sv, "<="sv},
                                std::pair{">="sv, ">="sv}, std::pair{"<"sv, "<"sv},     std::pair{">"sv, ">"sv},
                                std::pair{"+"sv, "+"sv},   std::pair{"-"sv, "-"sv},     std::pair{"*"sv, "*"sv},
                                std::pair{"/"sv, "/"sv},   std::pair{"and"sv, "AND"sv}, std::pair{"or"sv, "OR"sv}};
    const Node* left = node.at("left");
    const Node* right = node.at("right");
    const Node* sign = node.at("operator");
    if (!left || !right || !sign) return std::nullopt;
    const Sql a = expression(query, *left, binding);
    if (!a) return std::nullopt;
    const std::string_view op = program_->text(*sign);
    if (op == "in" && right->is("list")) {
        std::vector<std::string> items;
        for (const Node* item : right->named_children()) {
            const Sql one = expression(query, *item, binding);
            if (!one) return std::nullopt;
            items.push_back(*one);
        }
        return items.empty() ? "false" : *a + " IN (" + joined(items, ",") + ")";
    }
    const Sql b = expression(query, *right, binding);
    if (!b) return std::nullopt;
    if (op == "in") return right->is("unary_operator") ? Sql(*a + " = ANY(" + *b + ")") : std::nullopt;
    const auto found = std::find_if(kSigns.begin(), kSigns.end(), [&](const auto& one) { return one.first == op; });
    if (found == kSigns.end()) return std::nullopt;
    return "(" + *a + ") " + std::string(found->second) + " (" + *b + ")";
}

EctoRows::Sql EctoRows::function(const Query& query, const Node& node, std::string_view binding) {
    const Node* target = node.at("target");
    if (!target) return std::nullopt;
    std::vector<const Node*> given;
    for (const Node& child : node.children)
        if (child.is("arguments")) given = child.named_children();
    if (target->is("dot")) {
        const Node* row = target->at("left");
        const Node* column = target->at("right");
        if (!row || !column || !given.empty() || binding.empty() || program_->text(*row) != binding)
            return std::nullopt;
        return query.alias() + "." + quoted(program_->text(*column));
    }
    const std::string_view name = program_->text(*target);
    if (name == "is_nil" && given.size() == 1) {
        const Sql inner = expression(query, *given.front(), binding);
        return inner ? Sql(*inner + " IS NULL") : std::nullopt;
    }
    if ((name == "like" || name == "ilike") && given.size() == 2) {
        const Sql a = expression(query, *given[0], binding), b = expression(query, *given[1], binding);
        return a && b ? Sql(*a + (name == "like" ? " LIKE " : " ILIKE ") + *b) : std::nullopt;
    }
    if (name == "coalesce" && given.size() == 2) {
        const Sql a = expression(query, *given[0], binding), b = expression(query, *given[1], binding);
        return a && b ? Sql("coalesce(" + *a + ", " + *b + ")") : std::nullopt;
    }
    if (name == "date_add" || name == "datetime_add" || name == "ago" || name == "from_now")
        return moment(query, name, given, binding);
    return name == "fragment" ? fragment(query, given, binding) : std::nullopt;
}

// date_add(row.day, 30, "day"), ago(^weeks, "week")
EctoRows::Sql EctoRows::moment(const Query& query, std::string_view name, const std::vector<const Node*>& given,
                               std::string_view binding) {
    const bool adds = name == "date_add" || name == "datetime_add";
    if (given.size() != (adds ? 3u : 2u) || !given.back()->is("string")) return std::nullopt;
    const Sql from = adds ? expression(query, *given.front(), binding) : Sql(parameter());
    const Sql count = expression(query, *given[given.size() - 2], binding);
    const Value unit = program_->evaluate(*given.back());
    if (!from || !count || !unit.known()) return std::nullopt;
    // ago(3, "day") adds -3 days.
    const std::string sign = name == "ago" ? "-" : "";
    const bool is_number = given[given.size() - 2]->is("integer");
    const std::string span = is_number
                                 ? "interval " + literal(sign + *count + " " + unit.text)
                                 : "(" + sign + *count + "::numeric * interval " + literal("1 " + unit.text) + ")";
    return name == "date_add" ? "(" + *from + "::date + " + span + ")::date" : *from + "::timestamp + " + span;
}

EctoRows::Sql EctoRows::fragment(const Query& query, const std::vector<const Node*>& parts, std::string_view binding) {
    if (parts.empty() || !parts.front()->is("string")) return std::nullopt;
    const Value text = program_->evaluate(*parts.front());
    if (!text.known()) return std::nullopt;
    std::string sql;
    std::size_t next = 1;
    for (std::size_t i = 0; i < text.text.size(); ++i) {
        const bool escaped = text.text[i] == '\\' && i + 1 < text.text.size() && text.text[i + 1] == '?';
        if (escaped || text.text[i] != '?') {
            sql += text.text[escaped ? ++i : i];
            continue;
        }
        const Sql part = next < parts.size() ? expression(query, *parts[next++], binding) : std::nullopt;
        if (!part) return std::nullopt;
        sql += *part;
    }
    return next == parts.size() ? Sql(sql) : std::nullopt;
}

std::optional<std::string> EctoRows::changed(const Call& call, std::string_view name) {
    parameters_ = 0;
    if (name == "insert_all") return inserted(call);
    std::optional<Query> query = call.args.empty() ? std::nullopt : query_of(call.args.front());
    if (!query) return std::nullopt;
    // update_all(query, set: [a: 1]): values, which are parameters.
    std::vector<std::pair<std::string, Value>> options = call.named;
    for (std::size_t i = 1; i < call.args.size(); ++i) {
        const bool none = call.args[i].is(Value::Kind::list) && call.args[i].items->empty();
        if (none) continue;
        if (!call.args[i].is(Value::Kind::dictionary)) return std::nullopt;
        for (std::size_t k = 0; k + 1 < call.args[i].items->size(); k += 2)
            options.emplace_back((*call.args[i].items)[k].text, (*call.args[i].items)[k + 1]);
    }
    for (const auto& [option, value] : options) {
        if (option == "timeout" || option == "log") continue;
        if (option == "prefix" && value.is_text() && value.known()) {
            query->prefix = value.text;
            continue;
        }
        if ((option != "set" && option != "inc") || !value.is(Value::Kind::dictionary) || name != "update_all")
            return std::nullopt;
        for (std::size_t i = 0; i + 1 < value.items->size(); i += 2) {
            const std::string column = quoted((*value.items)[i].text);
            query->set.push_back(column + " = " + (option == "inc" ? query->alias() + "." + column + " + " : "") +
                                 parameter());
        }
    }
    const std::string where = query->where.empty() ? "" : " WHERE " + joined(query->where, " AND ");
    if (name == "delete_all") {
        if (!query->set.empty()) return std::nullopt;
        return "DELETE FROM " + query->source() + " AS " + query->alias() + where;
    }
    if (query->set.empty()) return std::nullopt;
    return "UPDATE " + query->source() + " AS " + query->alias() + " SET " + joined(query->set, ", ") + where;
}

// insert_all("posts", [%{a: 1}, [a: 2]], on_conflict: :nothing)
EctoRows::Sql EctoRows::inserted(const Call& call) {
    const auto rows = call.args.size() == 2 ? items_of(call.args[1]) : std::nullopt;
    const auto query = call.args.empty() ? std::nullopt : query_of(call.args.front());
    if (!rows || rows->empty() || !query || !query->where.empty()) return std::nullopt;
    std::string conflict;
    for (const auto& [option, value] : call.named) {
        if (option != "on_conflict" || !value.is(Value::Kind::symbol) || value.text != "nothing") return std::nullopt;
        conflict = " ON CONFLICT DO NOTHING";
    }
    std::set<std::string> header;
    for (const Value& row : *rows) {
        if (!row.is(Value::Kind::dictionary)) return std::nullopt;
        for (std::size_t i = 0; i < row.items->size(); i += 2) header.insert((*row.items)[i].text);
    }
    std::vector<std::string> tuples;
    for (const Value& row : *rows) {
        std::vector<std::string> values;
        for (const std::string& column : header) values.push_back(row.get(column) ? parameter() : "DEFAULT");
        tuples.push_back("(" + joined(values, ",") + ")");
    }
    std::vector<std::string> columns(header.begin(), header.end());
    for (std::string& column : columns) column = quoted(column);
    return "INSERT INTO " + query->source() + " (" + joined(columns, ",") + ") VALUES " + joined(tuples, ",") +
           conflict;
}

}  // namespace pgfence::extract
