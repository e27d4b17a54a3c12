// The methods of Ruby's and Active Support's own classes that migrations put SQL together with.

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/ruby/ruby.h"

namespace pgfence::extract {

using namespace std::string_view_literals;

bool wants_values(std::string_view method) {
    constexpr std::array kWants{"map"sv,
                                "collect"sv,
                                "flat_map"sv,
                                "filter_map"sv,
                                "select"sv,
                                "filter"sv,
                                "reject"sv,
                                "find"sv,
                                "detect"sv,
                                "sort_by"sv,
                                "group_by"sv,
                                "min_by"sv,
                                "max_by"sv,
                                "sum"sv,
                                "partition"sv,
                                "count"sv,
                                "index_by"sv,
                                "index_with"sv,
                                "to_h"sv,
                                "uniq"sv,
                                "inject"sv,
                                "reduce"sv,
                                "map!"sv,
                                "take_while"sv,
                                "reject!"sv,
                                "select!"sv,
                                "delete_if"sv,
                                "keep_if"sv,
                                "find_index"sv,
                                "drop_while"sv,
                                "each_with_object"sv,
                                "fetch"sv,
                                "tally_by"sv,
                                "chunk_while"sv,
                                "then"sv,
                                "to_set"sv,
                                "transform_values"sv,
                                "transform_keys"sv,
                                "compact_map"sv,
                                "find_all"sv,
                                "sort"sv};
    return method.ends_with('?') || std::find(kWants.begin(), kWants.end(), method) != kWants.end();
}

bool changes_in_place(std::string_view method) {
    constexpr std::array kChanges{"concat"sv, "prepend"sv,   "append"sv,    "insert"sv,  "replace"sv, "unshift"sv,
                                  "delete"sv, "delete_at"sv, "delete_if"sv, "keep_if"sv, "pop"sv,     "shift"sv,
                                  "clear"sv,  "fill"sv,      "store"sv,     "update"sv,  "setbyte"sv, "push"sv};
    return (method.ends_with('!') && method != "try!") ||
           std::find(kChanges.begin(), kChanges.end(), method) != kChanges.end();
}

std::optional<Value> Ruby::text_method(const Value& receiver, std::string_view name, const Call& call) {
    // White space is all that most of them change.
    for (const std::string_view same :
         {"squish", "strip", "freeze", "dup", "chomp", "to_s", "strip_heredoc", "html_safe", "rstrip", "lstrip",
          "to_str", "itself", "presence", "to_sql", "squish!", "strip!", "chomp!", "rstrip!", "lstrip!"})
        if (name == same) {
            Value value = receiver;
            value.kind = Value::Kind::text;
            return value;
        }
    if (name == "to_sym") {
        Value value = receiver;
        value.kind = Value::Kind::symbol;
        return value;
    }
    if (name == "upcase" || name == "downcase") {
        Value value = receiver;
        value.text = name == "upcase" ? upper_case(value.text) : lower_case(value.text);
        return value;
    }
    if (name == "concat" && call.args.size() == 1 && call.args.front().is(Value::Kind::text)) {
        Value value = receiver;
        append(value, call.args.front());
        return value;
    }
    if (name == "include?" && call.args.size() == 1 && call.args.front().is_text() && call.args.front().known() &&
        receiver.known())
        return boolean_value(contains(receiver.text, call.args.front().text));
    if (name == "start_with?" && call.args.size() == 1 && call.args.front().is_text() && receiver.known())
        return boolean_value(receiver.text.starts_with(call.args.front().text));
    return std::nullopt;
}

std::optional<Value> Ruby::list_method(const Value& receiver, std::string_view name, const Call& call) {
    std::vector<Value> items;
    if (receiver.is(Value::Kind::list)) {
        items = *receiver.items;
    } else {
        for (std::size_t i = 0; i + 1 < receiver.items->size(); i += 2)
            items.push_back(list_value({(*receiver.items)[i], (*receiver.items)[i + 1]}));
    }
    if (receiver.items->cut) return std::nullopt;
    const bool maps = name == "map" || name == "collect" || name == "flat_map";
    const bool of_pairs = receiver.is(Value::Kind::dictionary) && (name == "each_key" || name == "each_value");
    if (has_block(call) && (name == "each" || name == "each_pair" || name == "each_with_index" || of_pairs || maps)) {
        std::vector<Value> results;
        if (items.empty() && call.block) never_runs(*call.block);
        for (std::size_t i = 0; i < items.size() && step({call.begin, call.end}); ++i) {
            std::vector<Value> given{items[i]};
            if (name == "each_with_index") given.push_back(number_value(std::to_string(i)));
            if (name == "each_key") given = {(*items[i].items)[0]};
            if (name == "each_value") given = {(*items[i].items)[1]};
            results.push_back(run_block_of(call, given));
        }
        return maps ? list_value(std::move(results)) : receiver;
    }
    if (name == "freeze" || name == "to_a" || name == "dup" || name == "compact" || name == "to_h" || name == "uniq")
        return receiver;
    if (name == "keys" || name == "values") {
        std::vector<Value> parts;
        for (const Value& item : items)
            if (item.items && item.items->size() == 2) parts.push_back((*item.items)[name == "keys" ? 0 : 1]);
        return list_value(std::move(parts));
    }
    if (name == "reverse") {
        std::reverse(items.begin(), items.end());
        return list_value(std::move(items));
    }
    if (name == "first" && call.args.empty() && !items.empty()) return items.front();
    if (name == "last" && call.args.empty() && !items.empty()) return items.back();
    if (name == "size" || name == "length") return number_value(std::to_string(items.size()));
    if (receiver.is(Value::Kind::list) &&
        (name == "push" || name == "append" || name == "unshift" || name == "prepend")) {
        for (const Value& one : call.args) receiver.items->add(one);
        return receiver;
    }
    if (receiver.is(Value::Kind::list) && name == "concat" && call.args.size() == 1 &&
        call.args.front().is(Value::Kind::list)) {
        for (const Value& one : std::vector<Value>(*call.args.front().items)) receiver.items->add(one);
        return receiver;
    }
    if (name == "join") {
        const std::string separator = call.args.empty() ? "" : call.args.front().text;
        Value all = text_value("");
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (!items[i].is_text() && !items[i].is(Value::Kind::number)) return unknown_value();
            if (i > 0) append(all, text_value(separator));
            append(all, items[i]);
        }
        return all;
    }
    // What is in it from here on nobody knows.
    if (changes_in_place(name)) receiver.items->cut = true;
    return std::nullopt;
}

std::optional<Value> Ruby::known_method(const Value& receiver, std::string_view name, const Call& call) {
    if (receiver.is_text()) return text_method(receiver, name, call);
    if (receiver.items) return list_method(receiver, name, call);
    if (receiver.is(Value::Kind::number) && name == "times" && has_block(call)) {
        const long rounds = receiver.integer().value_or(0);
        if (rounds <= 0 && call.block) never_runs(*call.block);
        for (long i = 0; i < rounds && step({call.begin, call.end}); ++i)
            run_block_of(call, {number_value(std::to_string(i))});
        return receiver;
    }
    if (receiver.is(Value::Kind::number) && name == "to_s") return text_value(receiver.text);
    if (receiver.is(Value::Kind::number) && name == "to_i") return receiver;
    if (receiver.is(Value::Kind::code) &&
        (name == "call" || name == "()" || name == "yield" || name == "===" || name == "[]"))
        return run_block(*receiver.node, call.args);
    if (receiver.is(Value::Kind::nothing) && name == "nil?") return boolean_value(true);
    return std::nullopt;
}

}  // namespace pgfence::extract
