#include "extract/ruby/sequel_rows.h"

#include <array>

#include "core/text.h"
#include "extract/program/sql_text.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::array kChanges{"update"sv,          "insert"sv,   "delete"sv,          "multi_insert"sv,
                              "import"sv,          "truncate"sv, "replace"sv,         "insert_multiple"sv,
                              "insert_select"sv,   "merge"sv,    "with_sql_delete"sv, "with_sql_insert"sv,
                              "with_sql_update"sv, "lock"sv,     "update_all"sv};

/// A hash that the call is given, with or without braces.
std::optional<Value> hash_of(const Call& call) {
    if (!call.args.empty() && call.args.front().is(Value::Kind::dictionary)) {
        if (call.named.empty()) return call.args.front();
        std::vector<Value> all(*call.args.front().items);
        for (const auto& [key, value] : call.named) {
            all.push_back(symbol_value(key));
            all.push_back(value);
        }
        return dictionary_value(std::move(all));
    }
    return dictionary_of(call);
}

class Change {
public:
    Change(const SequelDataset& set, const Call& call, SequelSql& sql, SqlWriter& out)
        : set_(set), call_(call), sql_(sql), out_(out) {}

    bool run() {
        const std::string_view name = call_.name();
        // INSERT ... SELECT of what is not understood reads other tables.
        for (const Value& one : call_.args)
            if (const auto query = sql_.dataset(one); query && !query->understood) return false;
        if (name == "update") return update();
        if (name == "delete") return remove();
        if (name == "truncate") return truncate();
        if (name == "multi_insert") return insert_hashes();
        if (name == "import") return import();
        return (name == "insert" || name == "insert_select") && insert();
    }

private:
    std::string returning() const { return set_.returning.empty() ? "" : " RETURNING " + joined(set_.returning); }
    void send(const std::string& text) { out_.made(text, place_of(call_)); }

    bool update() {
        if (set_.from.empty() || !set_.single_table || !set_.limit.empty()) return false;
        std::string all;
        if (const auto hash = hash_of(call_)) {
            for (std::size_t i = 0; i + 1 < hash->items->size(); i += 2) {
                const Value& key = (*hash->items)[i];
                const std::string column = key.is(Value::Kind::path) ? sql_.literal(key) : sql_.identifier(key);
                all += (all.empty() ? "" : ", ") + column + " = " + sql_.literal((*hash->items)[i + 1]);
            }
        } else if (!call_.args.empty() && call_.args.front().is(Value::Kind::path)) {
            all = sql_.literal(call_.args.front());
        }
        if (all.empty() || call_.more_args) return false;
        const std::vector<std::string> others(set_.from.begin() + 1, set_.from.end());
        send(SequelSql::with(set_) + "UPDATE " + set_.from.front() + " SET " + all +
             (others.empty() ? "" : " FROM " + joined(others)) + sql_.where(set_) + returning());
        return true;
    }

    bool remove() {
        if (set_.from.empty() || !set_.single_table || !set_.limit.empty()) return false;
        const std::vector<std::string> others(set_.from.begin() + 1, set_.from.end());
        send(SequelSql::with(set_) + "DELETE FROM " + set_.from.front() +
             (others.empty() ? "" : " USING " + joined(others)) + sql_.where(set_) + returning());
        return true;
    }

    bool truncate() {
        if (set_.from.empty() || !set_.where.empty()) return false;
        const Call options = with_options(call_);
        const auto has = [&](std::string_view option) {
            const Value* value = options.get(option);
            return value && value->truth().value_or(false);
        };
        send("TRUNCATE TABLE " + std::string(has("only") ? "ONLY " : "") + joined(set_.from) +
             (has("restart") ? " RESTART IDENTITY" : "") + (has("cascade") ? " CASCADE" : ""));
        return true;
    }

    std::string columns(const std::vector<Value>& names) {
        std::string all;
        for (const Value& one : names) all += (all.empty() ? "" : ", ") + sql_.identifier(one);
        return " (" + all + ")";
    }
    std::string into() const { return SequelSql::with(set_) + "INSERT INTO " + set_.from.front(); }
    std::string row(const std::vector<Value>& values) {
        std::string all;
        for (const Value& one : values) all += (all.empty() ? "" : ", ") + sql_.literal(one);
        return "(" + all + ")";
    }
    std::string query(const Value& value) {
        const auto inner = sql_.dataset(value);
        return inner && inner->understood ? sql_.select(*inner) : "SELECT " + sql_.unknown("a query");
    }
    void send_rows(const std::string& names, const std::string& rows) {
        send(into() + names + " " + rows + set_.conflict + returning());
    }

    bool insert() {
        if (set_.from.size() != 1 || call_.more_args) return false;
        const auto& args = call_.args;
        if (const auto hash = hash_of(call_)) {
            std::vector<Value> names, values;
            for (std::size_t i = 0; i + 1 < hash->items->size(); i += 2) {
                names.push_back((*hash->items)[i]);
                values.push_back((*hash->items)[i + 1]);
            }
            send_rows(columns(names), "VALUES " + row(values));
        } else if (args.empty()) {
            send_rows("", "DEFAULT VALUES");
        } else if (args.size() == 2 && args[0].is(Value::Kind::list)) {
            const std::string names = columns(*args[0].items);
            send_rows(names, is_sequel_dataset(args[1])      ? query(args[1])
                             : args[1].is(Value::Kind::list) ? "VALUES " + row(*args[1].items)
                                                             : "VALUES (" + sql_.unknown("the values") + ")");
        } else if (args.size() == 1 && is_sequel_dataset(args[0])) {
            send_rows("", query(args[0]));
        } else if (args.size() == 1 && args[0].is(Value::Kind::unknown)) {
            send_rows("", "VALUES (" + sql_.unknown("the values") + ")");
        } else {
            send_rows("", "VALUES " + row(args.size() == 1 && args[0].is(Value::Kind::list)
                                              ? std::vector<Value>(*args[0].items)
                                              : args));
        }
        return true;
    }

    /// multi_insert([{a: 1}, {a: 2}]): the columns of the first one.
    bool insert_hashes() {
        if (set_.from.size() != 1 || call_.args.empty()) return false;
        const Value& list = call_.args.front();
        if (!list.is(Value::Kind::list) || list.items->cut) {
            send_rows("", "VALUES (" + sql_.unknown("the rows") + ")");
            return true;
        }
        if (list.items->empty()) return true;
        const Value& first = list.items->front();
        if (!first.is(Value::Kind::dictionary)) return false;
        std::vector<Value> names;
        for (std::size_t i = 0; i + 1 < first.items->size(); i += 2) names.push_back((*first.items)[i]);
        std::string rows;
        for (const Value& hash : *list.items) {
            std::vector<Value> values;
            for (const Value& name : names) {
                const Value* value = hash.get(name.text);
                values.push_back(value ? *value : nothing_value());
            }
            rows += (rows.empty() ? "" : ", ") + row(values);
        }
        send_rows(columns(names), "VALUES " + rows);
        return true;
    }

    bool import() {
        const auto& args = call_.args;
        if (set_.from.size() != 1 || args.size() < 2 || !args[0].is(Value::Kind::list)) return false;
        const std::string names = columns(*args[0].items);
        if (is_sequel_dataset(args[1])) {
            send_rows(names, query(args[1]));
        } else if (args[1].is(Value::Kind::list) && !args[1].items->cut) {
            std::string rows;
            for (const Value& one : *args[1].items)
                rows += (rows.empty() ? "" : ", ") + (one.is(Value::Kind::list) ? row(std::vector<Value>(*one.items))
                                                                                : "(" + sql_.unknown("a row") + ")");
            if (!rows.empty()) send_rows(names, "VALUES " + rows);
        } else {
            send_rows(names, "VALUES (" + sql_.unknown("the rows") + ")");
        }
        return true;
    }

    const SequelDataset& set_;
    const Call& call_;
    SequelSql& sql_;
    SqlWriter& out_;
};

}  // namespace

bool changes_sequel_rows(std::string_view method) { return is_among(method, kChanges); }

bool reads_sequel_rows(std::string_view method) {
    constexpr std::array kReads{"all"sv,
                                "first"sv,
                                "first!"sv,
                                "last"sv,
                                "count"sv,
                                "get"sv,
                                "map"sv,
                                "each"sv,
                                "select_map"sv,
                                "select_order_map"sv,
                                "select_hash"sv,
                                "select_hash_groups"sv,
                                "single_value"sv,
                                "single_value!"sv,
                                "single_record"sv,
                                "single_record!"sv,
                                "empty?"sv,
                                "any?"sv,
                                "max"sv,
                                "min"sv,
                                "sum"sv,
                                "avg"sv,
                                "to_hash"sv,
                                "to_hash_groups"sv,
                                "as_hash"sv,
                                "as_set"sv,
                                "paged_each"sv,
                                "use_cursor"sv,
                                "columns"sv,
                                "columns!"sv,
                                "sql"sv,
                                "to_a"sv,
                                "to_h"sv,
                                "sole"sv,
                                "select_sql"sv,
                                "insert_sql"sv,
                                "update_sql"sv,
                                "delete_sql"sv,
                                "explain"sv,
                                "where_all"sv,
                                "where_each"sv,
                                "where_single_value"sv,
                                "collect"sv,
                                "flat_map"sv,
                                "each_with_index"sv,
                                "filter_map"sv,
                                "inject"sv,
                                "reduce"sv,
                                "group_by"sv,
                                "each_slice"sv,
                                "to_set"sv,
                                "none?"sv,
                                "each_server"sv,
                                "literal"sv,
                                "include?"sv,
                                "uniq"sv,
                                "exist"sv,
                                "each_page"sv,
                                "find"sv,
                                "detect"sv,
                                "sort_by"sv,
                                "reject"sv,
                                "partition"sv,
                                "zip"sv,
                                "with_index"sv,
                                "each_with_object"sv,
                                "size"sv,
                                "length"sv};
    return is_among(method, kReads);
}

bool change_sequel_rows(const SequelDataset& set, const Call& call, SequelSql& sql, SqlWriter& out) {
    return Change(set, call, sql, out).run();
}

}  // namespace pgfence::extract
