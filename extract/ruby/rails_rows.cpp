#include "extract/ruby/rails_rows.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/program/sql_text.h"
#include "extract/ruby/rails_names.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

constexpr int kLongestChain = 30;
/// Behind a model's path: one of its rows, some of them.
constexpr std::string_view kRow = "[]", kBatch = "{}";

constexpr std::array kPass{
    "all"sv,    "unscoped"sv, "order"sv,         "reorder"sv,   "select"sv,         "includes"sv,   "preload"sv,
    "reload"sv, "lock"sv,     "readonly"sv,      "distinct"sv,  "strict_loading"sv, "tap"sv,        "uniq"sv,
    "to_a"sv,   "compact"sv,  "reverse_order"sv, "with_lock"sv, "unscope"sv,        "references"sv, "extending"sv};
constexpr std::array kFinders{"find_by"sv,
                              "find_by!"sv,
                              "find"sv,
                              "first"sv,
                              "first!"sv,
                              "last"sv,
                              "last!"sv,
                              "take"sv,
                              "take!"sv,
                              "sole"sv,
                              "find_or_create_by"sv,
                              "find_or_create_by!"sv,
                              "create"sv,
                              "create!"sv,
                              "find_or_initialize_by"sv,
                              "find_sole_by"sv,
                              "new"sv};
constexpr std::array kEach{
    "each"sv,   "find_each"sv, "map"sv,     "each_with_index"sv, "flat_map"sv, "each_entry"sv,      "filter_map"sv,
    "select"sv, "reject"sv,    "collect"sv, "sort_by"sv,         "group_by"sv, "each_with_object"sv};
constexpr std::array kBatches{"in_batches"sv, "find_in_batches"sv, "each_slice"sv};
/// Methods that only models and their rows have, or hardly anything else.
constexpr std::array kOnlyOfModels{
    "update_all"sv,         "delete_all"sv,        "destroy_all"sv,      "insert_all"sv,        "insert_all!"sv,
    "upsert_all"sv,         "find_or_create_by"sv, "create!"sv,          "update!"sv,           "update_columns"sv,
    "find_or_create_by!"sv, "update_column"sv,     "update_attribute"sv, "update_attributes"sv, "update_attributes!"sv,
    "delete_by"sv,          "destroy_by"sv,        "find_each"sv,        "in_batches"sv,        "find_in_batches"sv};
constexpr std::array kReads{"where"sv,   "not"sv,    "exists?"sv,  "any?"sv,    "none?"sv,   "pluck"sv,
                            "ids"sv,     "count"sv,  "sum"sv,      "maximum"sv, "minimum"sv, "to_sql"sv,
                            "find_by"sv, "first"sv,  "last"sv,     "all"sv,     "load"sv,    "to_a"sv,
                            "size"sv,    "empty?"sv, "present?"sv, "joins"sv,   "includes"sv};
/// What no callback of the model hears of.
constexpr std::array kWithoutCallbacks{"update_all"sv, "delete_all"sv,     "insert_all"sv,    "insert_all!"sv,
                                       "upsert_all"sv, "update_columns"sv, "update_column"sv, "delete"sv,
                                       "delete_by"sv,  "insert"sv,         "insert!"sv,       "upsert"sv};

bool is_constant(std::string_view path) {
    return !path.empty() && is_upper(path.front()) && path.find_first_of(".()[]{} ") == std::string_view::npos;
}

std::vector<std::pair<std::string, Value>> pairs_of(const Call& call) {
    std::vector<std::pair<std::string, Value>> pairs = call.named;
    if (!call.args.empty() && call.args.front().is(Value::Kind::dictionary)) {
        const auto& items = *call.args.front().items;
        for (std::size_t i = 0; i + 1 < items.size(); i += 2) pairs.emplace_back(items[i].text, items[i + 1]);
    }
    return pairs;
}

}  // namespace

std::string RailsRows::value_sql(const Value& value) {
    if (value.is(Value::Kind::number)) return value.text;
    if (value.is(Value::Kind::boolean)) return value.yes ? "TRUE" : "FALSE";
    if (value.is(Value::Kind::nothing)) return "NULL";
    return value.is_text() && !value.holds_unknown ? literal(value.text) : parameter();
}

std::string RailsRows::condition(const std::string& table, const std::string& column, const Value& value,
                                 bool inverted) {
    // A table's own dictionary, or that of a joined one.
    if (value.is(Value::Kind::dictionary) || column.find('.') != std::string::npos) return parameter();
    const std::string quoted_column = quoted(table) + "." + quoted(column);
    if (value.is(Value::Kind::nothing)) return quoted_column + (inverted ? " IS NOT NULL" : " IS NULL");
    if (!value.is(Value::Kind::list)) return quoted_column + (inverted ? " != " : " = ") + value_sql(value);
    std::string list;
    for (const Value& item : *value.items) list += (list.empty() ? "" : ", ") + value_sql(item);
    if (list.empty()) return inverted ? "1=1" : "1=0";
    return quoted_column + (inverted ? " NOT IN (" : " IN (") + list + ")";
}

void RailsRows::narrow(Rows& rows, const Call& call) {
    const std::string_view name = call.name();
    if (is_among(name, kPass)) return;
    const bool inverted = name == "not";
    if (name != "where" && name != "rewhere" && !inverted && !name.starts_with("find_by")) {
        // A scope of the application's, a join, a limit: which rows it leaves is not known.
        rows.where.push_back(parameter());
        rows.few |= name == "limit";
        return;
    }
    add_conditions(rows, call, inverted);
}

void RailsRows::add_conditions(Rows& rows, const Call& call, bool inverted) {
    const auto pairs = pairs_of(call);
    // NAND since 6.1: NOT (a AND b).
    std::string all;
    for (const auto& [column, value] : pairs) {
        const std::string one = condition(rows.model.table, column, value, inverted && pairs.size() == 1);
        all += (all.empty() ? "" : " AND ") + one;
    }
    if (!all.empty()) rows.where.push_back(inverted && pairs.size() > 1 ? "NOT (" + all + ")" : all);
    const Value* text = call.args.empty() ? nullptr : &call.args.front();
    if (!text || text->is(Value::Kind::dictionary)) return;
    const bool whole = !inverted && text->is_text() && !text->holds_unknown && call.args.size() == 1 &&
                       text->text.find_first_of("?:") == std::string::npos;
    rows.where.push_back(whole ? "(" + text->text + ")" : parameter());
}

std::optional<RailsRows::Rows> RailsRows::rows_of(const Value& value, int depth) {
    if (!value.is(Value::Kind::path) || depth > kLongestChain) return std::nullopt;
    if (is_constant(value.text)) {
        Rows rows;
        rows.name = value.text;
        rows.model = models_.of(value.text, program_);
        return rows;
    }
    for (const std::string_view end : {kRow, kBatch})
        if (value.text.ends_with(end) && is_constant(value.text.substr(0, value.text.size() - end.size()))) {
            auto rows = rows_of(path_value(value.text.substr(0, value.text.size() - end.size())));
            rows->single = end == kRow;
            rows->where = {quoted(rows->model.table) + ".\"id\"" +
                           (rows->single ? " = " + parameter() : " IN (" + parameter() + ")")};
            return rows;
        }
    if (!value.call) {
        // where.not(...)
        return value.of && value.text.ends_with(".where") ? rows_of(*value.of, depth + 1) : std::nullopt;
    }
    const Call& call = *value.call;
    auto rows = rows_of(call.receiver, depth + 1);
    if (!rows) return std::nullopt;
    // What belongs to a row is of another model.
    if (rows->single) return std::nullopt;
    if (is_among(call.name(), kFinders)) {
        rows->single = true;
        rows->where = {quoted(rows->model.table) + ".\"id\" = " + parameter()};
    } else {
        narrow(*rows, call);
    }
    return rows;
}

std::string RailsRows::where(const Rows& rows) {
    std::string all;
    for (const std::string& one : rows.where) all += (all.empty() ? " WHERE " : " AND ") + one;
    return all;
}

bool RailsRows::update(const Rows& rows, const std::vector<std::pair<std::string, Value>>& values, const Call& call) {
    std::string set;
    for (const auto& [column, value] : values)
        set += (set.empty() ? "" : ", ") + quoted(column) + " = " + value_sql(value);
    const Value* text = call.args.empty() ? nullptr : &call.args.front();
    const bool raw = set.empty() && text && text->is_text() && !text->holds_unknown && call.name() == "update_all";
    if (raw) set = text->text;
    if (set.empty()) return false;
    out_.made("UPDATE " + schema_.table(rows.model.table) + " SET " + set + where(rows), {call.begin, call.end});
    return true;
}

bool RailsRows::insert(const Rows& rows, const std::vector<std::pair<std::string, Value>>& values, const Call& call) {
    std::string columns, row;
    for (const auto& [column, value] : values) {
        columns += (columns.empty() ? "" : ", ") + quoted(column);
        row += (row.empty() ? "" : ", ") + value_sql(value);
    }
    out_.made("INSERT INTO " + schema_.table(rows.model.table) +
                  (columns.empty() ? " VALUES (" + parameter() + ")" : " (" + columns + ") VALUES (" + row + ")"),
              {call.begin, call.end});
    return true;
}

// An UPDATE of the attributes that were set. Of a row that nothing was set of, it is not known what save() finds
// changed.
bool RailsRows::save(const Rows& rows, const Call& call) {
    if (!rows.single) return false;
    const auto set = set_.extract(call.receiver.text);
    const auto values = set.empty() ? std::vector<std::pair<std::string, Value>>{} : set.mapped();
    const Call* const made = call.receiver.call.get();
    const bool looked_up = made && made->name() == "find_or_initialize_by";
    if (!looked_up && !(made && made->name() == "new")) return !values.empty() && update(rows, values, call);
    // What a block sets of the new row is not known.
    auto first = Ruby::has_block(*made) ? std::vector<std::pair<std::string, Value>>{} : pairs_of(*made);
    if (!Ruby::has_block(*made)) first.insert(first.end(), values.begin(), values.end());
    const std::size_t before = out_.sent();
    insert(rows, first, call);
    if (looked_up) out_.depends(before, "whether the row exists");
    return true;
}

void RailsRows::remove(const Rows& rows, const Call& call) {
    out_.made("DELETE FROM " + schema_.table(rows.model.table) + where(rows), {call.begin, call.end});
}

bool RailsRows::change(const Rows& rows, const Call& call) {
    const std::string_view name = call.name();
    auto values = pairs_of(call);
    const bool one_column = name == "update_column" || name == "update_attribute";
    if (one_column && call.args.size() > 1 && call.args.front().is_text())
        values = {{call.args.front().text, call.args[1]}};
    constexpr std::array kUpdates{
        "update_all"sv,    "update"sv,           "update!"sv,           "update_columns"sv,
        "update_column"sv, "update_attribute"sv, "update_attributes"sv, "update_attributes!"sv};
    constexpr std::array kInserts{"create"sv,     "create!"sv, "insert_all"sv, "insert_all!"sv,
                                  "upsert_all"sv, "insert"sv,  "insert!"sv,    "upsert"sv};
    constexpr std::array kRemoves{"delete_all"sv, "destroy_all"sv, "delete"sv, "destroy"sv, "destroy!"sv};
    if (is_among(name, kUpdates)) {
        // Model.update(id, values) is of a row; a relation's update of each. Before Rails 4 update_all took conditions,
        // too.
        Rows some = rows;
        if (name == "update_all" && call.args.size() > 1) some.where.push_back(parameter());
        return update(some, values, call);
    }
    if (is_among(name, kInserts) && !rows.single) return insert(rows, values, call);
    if (name == "find_or_create_by" || name == "find_or_create_by!") {
        const std::size_t before = out_.sent();
        insert(rows, values, call);
        out_.depends(before, "whether the row exists");
        return true;
    }
    if (name == "delete_by" || name == "destroy_by") {
        Rows some = rows;
        for (const auto& [column, value] : values) some.where.push_back(condition(rows.model.table, column, value));
        remove(some, call);
        return true;
    }
    if (name == "save" || name == "save!") return save(rows, call);
    if (!is_among(name, kRemoves)) return false;
    if (!rows.single && (name == "delete" || name == "destroy")) {
        Rows some = rows;
        some.where = {quoted(rows.model.table) + ".\"id\" = " + parameter()};
        remove(some, call);
    } else {
        // Before Rails 5.1 delete_all and destroy_all took conditions, as where() does.
        Rows some = rows;
        if (!rows.single) add_conditions(some, call, false);
        remove(some, call);
    }
    return true;
}

// d.state = "x", d.attributes = {...}, d.assign_attributes(...)
bool RailsRows::sets(const Call& call) {
    const std::string_view name = call.name();
    std::vector<std::pair<std::string, Value>> values;
    if (name == "attributes=" || name == "assign_attributes")
        values = pairs_of(call);
    else if (name.ends_with('=') && call.args.size() == 1)
        values = {{std::string(name.substr(0, name.size() - 1)), call.args.front()}};
    auto& set = set_[call.receiver.text];
    set.insert(set.end(), values.begin(), values.end());
    return !values.empty();
}

bool RailsRows::called(const Call& call) {
    parameters_ = 0;
    const auto rows = rows_of(call.receiver);
    if (!rows) return false;
    const std::string_view name = call.name();
    if (!rows->model.sure && !is_among(name, kOnlyOfModels)) return false;
    // Its block is followed.
    if (Ruby::has_block(call) && (is_among(name, kEach) || is_among(name, kBatches))) return true;
    if (is_among(name, kReads)) return !Ruby::has_block(call);
    if (rows->single && sets(call)) return true;
    const std::size_t before = out_.sent();
    if (!change(*rows, call)) return false;
    if (!rows->model.sure) out_.depends(before, "which table the model " + rows->name + " has");
    if (!is_among(name, kWithoutCallbacks)) out_.depends(before, "what else the model " + rows->name + " does");
    return true;
}

std::optional<Value> RailsRows::element(const Value& path) {
    if (!path.call) return std::nullopt;
    const std::string_view name = path.call->name();
    const bool each = is_among(name, kEach), batches = is_among(name, kBatches);
    if (!each && !batches) return std::nullopt;
    parameters_ = 0;
    const auto rows = rows_of(path.call->receiver);
    // A list that a constant of the application's names looks the same.
    if (!rows || rows->single || !(rows->model.sure || is_among(name, kOnlyOfModels))) return std::nullopt;
    return path_value(rows->name + std::string(each ? kRow : kBatch));
}

bool RailsRows::any_rows(const Value& path) {
    if (!element(path)) return false;
    const auto rows = rows_of(path.call->receiver);
    return rows && !rows->few && std::none_of(rows->where.begin(), rows->where.end(), [&](const std::string& one) {
               return picks_rows(one, rows->model.table);
           });
}

}  // namespace pgfence::extract
