// Sequel's datasets: their methods -> the parts of a query -> SELECT.

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/program/sql_text.h"
#include "extract/ruby/sequel_sql.h"

namespace pgfence::extract {

using namespace std::string_view_literals;

bool makes_dataset(std::string_view method) {
    constexpr std::array kMakes{"where"sv,
                                "filter"sv,
                                "and"sv,
                                "exclude"sv,
                                "exclude_where"sv,
                                "or"sv,
                                "select"sv,
                                "select_all"sv,
                                "select_append"sv,
                                "select_more"sv,
                                "order"sv,
                                "order_by"sv,
                                "order_append"sv,
                                "order_more"sv,
                                "reverse"sv,
                                "reverse_order"sv,
                                "limit"sv,
                                "offset"sv,
                                "group"sv,
                                "group_by"sv,
                                "having"sv,
                                "distinct"sv,
                                "join"sv,
                                "inner_join"sv,
                                "left_join"sv,
                                "left_outer_join"sv,
                                "right_join"sv,
                                "full_join"sv,
                                "cross_join"sv,
                                "join_table"sv,
                                "with"sv,
                                "returning"sv,
                                "insert_conflict"sv,
                                "insert_ignore"sv,
                                "for_update"sv,
                                "naked"sv,
                                "unfiltered"sv,
                                "unordered"sv,
                                "unlimited"sv,
                                "ungrouped"sv,
                                "as"sv,
                                "from"sv,
                                "from_self"sv,
                                "union"sv,
                                "intersect"sv,
                                "except"sv,
                                "with_recursive"sv,
                                "server"sv,
                                "lock_style"sv,
                                "skip_locked"sv,
                                "nowait"sv,
                                "group_and_count"sv,
                                "select_group"sv,
                                "qualify"sv,
                                "clone"sv,
                                "overriding_system_value"sv,
                                "overriding_user_value"sv,
                                "invert"sv,
                                "extension"sv,
                                "with_extend"sv,
                                "disable_insert_returning"sv,
                                "natural_join"sv,
                                "set_graph_aliases"sv,
                                "unused_table_alias"sv};
    return is_among(method, kMakes);
}

bool is_sequel_dataset(const Value& value, int depth) {
    if (!value.is(Value::Kind::path) || !value.call || depth > kLongestSequelChain) return false;
    const Call& call = *value.call;
    const std::string_view name = call.name();
    const bool bare = call.path == name && !call.receiver.is(Value::Kind::path);
    const bool of_database = is_sequel_database(call.receiver) || bare;
    if (of_database) {
        constexpr std::array kRoots{"from"sv, "[]"sv, "fetch"sv, "dataset"sv, "select"sv, "with"sv, "values"sv};
        return is_among(name, kRoots) && !is_sequel_row(call.receiver);
    }
    return makes_dataset(name) && is_sequel_dataset(call.receiver, depth + 1);
}

std::string SequelSql::source(const Value& value) {
    if (value.is(Value::Kind::path) && value.call) {
        const Call& call = *value.call;
        if (call.receiver.is_path("Sequel") && call.name() == "as" && call.args.size() == 2)
            return source(call.args[0]) + " AS " + identifier(call.args[1]);
        if (call.name() == "as" && call.args.size() == 1)
            return source(call.receiver) + " AS " + identifier(call.args[0]);
        if (is_sequel_dataset(value)) return literal(value) + " AS \"t1\"";
        if (is_call_of(value, "function")) return literal(value);
    }
    return table(value);
}

std::string SequelSql::selected(const Value& value) {
    if (is_call_of(value, "lit") || !value.is(Value::Kind::dictionary)) return literal(value);
    std::string all;
    // select(a: :b) is a AS b.
    for (std::size_t i = 0; i + 1 < value.items->size(); i += 2)
        all += (all.empty() ? "" : ", ") + literal((*value.items)[i]) + " AS " + identifier((*value.items)[i + 1]);
    return all;
}

void SequelSql::join(SequelDataset& set, const Call& call) {
    set.single_table = false;
    const std::string_view name = call.name();
    constexpr std::array kTypes{
        std::pair{"join"sv, "INNER JOIN"sv},       std::pair{"inner_join"sv, "INNER JOIN"sv},
        std::pair{"left_join"sv, "LEFT JOIN"sv},   std::pair{"left_outer_join"sv, "LEFT JOIN"sv},
        std::pair{"right_join"sv, "RIGHT JOIN"sv}, std::pair{"full_join"sv, "FULL JOIN"sv},
        std::pair{"cross_join"sv, "CROSS JOIN"sv}};
    const auto type = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& one) { return one.first == name; });
    if (type == kTypes.end() || call.args.empty()) {
        set.understood = false;
        return;
    }
    // What it is joined on, and the options behind that.
    Value on_what = call.args.size() > 1 ? call.args[1] : nothing_value();
    const auto named = dictionary_of(call);
    const Value* options = call.args.size() > 2 ? &call.args[2] : nullptr;
    if (named && call.args.size() > 1) options = &*named;
    if (named && call.args.size() == 1) on_what = *named;
    std::string from = source(call.args.front());
    const Value* alias = options ? options->get("table_alias") : nullptr;
    if (alias) from += " AS " + identifier(*alias);
    const auto title = [](const std::string& told) {
        const auto as = told.rfind(" AS ");
        return as == told.npos ? told : told.substr(as + 4);
    };
    const std::string own = title(from);
    const Value* qualifier = options ? options->get("implicit_qualifier") : nullptr;
    const std::string before = qualifier             ? identifier(*qualifier)
                               : !set.joined.empty() ? set.joined
                               : set.from.empty()    ? ""
                                                     : title(set.from.front());
    set.joined = own;
    std::string sql = std::string(type->second) + " " + from;
    std::vector<std::pair<Value, Value>> pairs_of_join;
    if (on_what.is(Value::Kind::dictionary))
        for (std::size_t k = 0; k + 1 < on_what.items->size(); k += 2)
            pairs_of_join.emplace_back((*on_what.items)[k], (*on_what.items)[k + 1]);
    else if (on_what.is(Value::Kind::list) && !on_what.items->empty() && on_what.items->front().is(Value::Kind::symbol))
        sql += " USING " + columns(on_what);
    else if (on_what.is(Value::Kind::list) && are_pairs(on_what))
        for (const Value& one : *on_what.items) pairs_of_join.emplace_back((*one.items)[0], (*one.items)[1]);
    else if (!on_what.is(Value::Kind::nothing))
        sql += " ON " + sql_of(condition(on_what));
    std::string on;
    for (const auto& [key, value] : pairs_of_join) {
        // Symbols are columns: those of the joined table, and those of the one before it.
        const std::string left = key.is(Value::Kind::symbol) ? own + "." + identifier(key) : literal(key);
        const std::string right = value.is(Value::Kind::symbol) ? before + "." + identifier(value) : "";
        on += (on.empty() ? "" : " AND ") + (right.empty() && !key.is(Value::Kind::symbol) ? sql_of(pair(key, value))
                                             : right.empty() ? "(" + left + " = " + literal(value) + ")"
                                                             : "(" + left + " = " + right + ")");
    }
    if (!on.empty()) sql += " ON " + on;
    set.joins.push_back(std::move(sql));
}

void SequelSql::extend(SequelDataset& set, const Call& call) {
    const std::string_view name = call.name();
    constexpr std::array kSame{
        "naked"sv,      "server"sv,     "unordered"sv,   "clone"sv,  "disable_insert_returning"sv,
        "for_update"sv, "lock_style"sv, "skip_locked"sv, "nowait"sv, "extension"sv,
        "unlimited"sv};
    constexpr std::array kJoins{"join"sv,      "inner_join"sv, "left_join"sv,  "left_outer_join"sv, "right_join"sv,
                                "full_join"sv, "cross_join"sv, "join_table"sv, "natural_join"sv};
    if (name == "where" || name == "filter" || name == "and") {
        set.where.push_back(conditions(call));
    } else if (name == "exclude" || name == "exclude_where") {
        set.where.push_back(inverted(conditions(call)));
    } else if (name == "or") {
        if (!set.where.empty()) set.where = {all_of({all_of(std::move(set.where)), conditions(call)}, "OR")};
    } else if (name == "invert") {
        if (!set.where.empty()) set.where = {inverted(all_of(std::move(set.where)))};
    } else if (name == "unfiltered") {
        set.where.clear();
    } else if (name == "select" || name == "select_append" || name == "select_more") {
        if (name == "select") set.columns.clear();
        if (name != "select" && set.columns.empty()) set.columns.emplace_back("*");
        for (const Value& one : call.args)
            for (const Value& item : one.is(Value::Kind::list) ? list_or_itself(one) : std::vector{one})
                set.columns.push_back(selected(item));
        if (const auto named = dictionary_of(call)) set.columns.push_back(selected(*named));
    } else if (name == "select_all") {
        set.columns.clear();
        for (const Value& one : call.args) set.columns.push_back(table(one) + ".*");
    } else if (name == "order" || name == "order_by" || name == "order_append" || name == "order_more") {
        for (const Value& one : call.args) set.order.push_back(literal(one));
    } else if (name == "reverse" || name == "reverse_order") {
        for (const Value& one : call.args) set.order.push_back(literal(one) + " DESC");
        if (call.args.empty()) set.understood = false;
    } else if (name == "group" || name == "group_by") {
        for (const Value& one : call.args) set.group.push_back(literal(one));
    } else if (name == "having") {
        set.having.push_back(conditions(call));
    } else if (name == "limit" && !call.args.empty()) {
        set.limit = literal(call.args.front());
        if (call.args.size() > 1) set.offset = literal(call.args[1]);
    } else if (name == "offset" && !call.args.empty()) {
        set.offset = literal(call.args.front());
    } else if (name == "distinct" && call.args.empty()) {
        set.distinct = true;
    } else if (name == "from") {
        set.from.clear();
        for (const Value& one : call.args) set.from.push_back(source(one));
    } else if (name == "with" && call.args.size() == 2) {
        const Call options = with_options(call);
        set.with.push_back(identifier(call.args[0]) + " AS " + literal(call.args[1]));
    } else if (name == "returning") {
        if (call.args.empty()) set.returning = {"*"};
        for (const Value& one : call.args) set.returning.push_back(literal(one));
    } else if (name == "insert_ignore") {
        set.conflict = " ON CONFLICT DO NOTHING";
    } else if (name == "insert_conflict") {
        const Call options = with_options(call);
        set.conflict = " ON CONFLICT";
        if (const Value* constraint = options.get("constraint"))
            set.conflict += " ON CONSTRAINT " + identifier(*constraint);
        if (const Value* target = options.get("target")) set.conflict += " " + columns(*target);
        if (const Value* where = options.get("conflict_where")) set.conflict += " WHERE " + sql_of(condition(*where));
        const Value* update = options.get("update");
        if (update && update->is(Value::Kind::dictionary)) {
            std::string all;
            for (std::size_t i = 0; i + 1 < update->items->size(); i += 2)
                all += (all.empty() ? "" : ", ") + identifier((*update->items)[i]) + " = " +
                       literal((*update->items)[i + 1]);
            set.conflict += " DO UPDATE SET " + all;
            if (const Value* where = options.get("update_where")) set.conflict += " WHERE " + sql_of(condition(*where));
        } else {
            set.conflict += " DO NOTHING";
            if (update) set.understood = false;
        }
    } else if ((name == "union" || name == "intersect" || name == "except") && !call.args.empty()) {
        const auto other = dataset(call.args.front());
        const Value* all = call.get("all");
        SequelDataset whole;
        whole.understood = set.understood && other && other->understood;
        const std::string second = whole.understood ? select(*other) : "";
        whole.from = {"(" + select(set) + " " + upper_case(name) + (all && all->truth().value_or(false) ? " ALL" : "") +
                      " (" + second + ")) AS \"t1\""};
        set = std::move(whole);
    } else if (is_among(name, kJoins)) {
        join(set, call);
    } else if (!is_among(name, kSame)) {
        // Which rows it leaves is not known.
        set.understood = false;
        set.where.push_back({{}, {}, unknown("a condition")});
    }
}

std::optional<SequelDataset> SequelSql::dataset(const Value& value, int depth) {
    if (depth > kLongestSequelChain || !is_sequel_dataset(value)) return std::nullopt;
    const Call& call = *value.call;
    const std::string_view name = call.name();
    if (is_sequel_database(call.receiver) || !call.receiver.is(Value::Kind::path)) {
        SequelDataset set;
        const bool text = !call.args.empty() && call.args.front().is(Value::Kind::text);
        if (name == "fetch" || (name == "[]" && text)) {
            set.text = call.args.empty() ? unknown_value() : call.args.front();
            set.text_call = &call;
        } else if (name == "from" || name == "[]") {
            for (const Value& one : call.args) set.from.push_back(source(one));
            if (call.args.empty() || call.more_args) set.understood = false;
        } else if (name != "dataset") {
            extend(set, call);
        }
        return set;
    }
    auto set = dataset(call.receiver, depth + 1);
    if (set && set->text)
        set->understood = false;
    else if (set && call.more_args)
        set->understood = false;
    if (set && !set->text) extend(*set, call);
    return set;
}

std::string SequelSql::where(const SequelDataset& set) {
    return set.where.empty() ? "" : " WHERE " + sql_of(all_of(set.where));
}

std::string SequelSql::with(const SequelDataset& set) {
    return set.with.empty() ? "" : "WITH " + joined(set.with) + " ";
}

std::string SequelSql::select(const SequelDataset& set) {
    if (set.text) {
        const Call& call = *set.text_call;
        const auto named = dictionary_of(call);
        return filled(*set.text, {call.args.begin() + 1, call.args.end()}, named ? &*named : nullptr);
    }
    std::string sql =
        with(set) + "SELECT " + (set.distinct ? "DISTINCT " : "") + (set.columns.empty() ? "*" : joined(set.columns));
    if (!set.from.empty()) sql += " FROM " + joined(set.from);
    for (const std::string& one : set.joins) sql += " " + one;
    sql += where(set);
    if (!set.group.empty()) sql += " GROUP BY " + joined(set.group);
    if (!set.having.empty()) sql += " HAVING " + sql_of(all_of(set.having));
    if (!set.order.empty()) sql += " ORDER BY " + joined(set.order);
    if (!set.limit.empty()) sql += " LIMIT " + set.limit;
    if (!set.offset.empty()) sql += " OFFSET " + set.offset;
    return sql;
}

}  // namespace pgfence::extract
