// The methods of Ruby's and Active Support's own classes that migrations put SQL together with.

#include <algorithm>

#include "core/text.h"
#include "extract/ruby/ruby.h"

namespace pgfence::extract {

std::optional<Value> Ruby::text_method(const Value& receiver, std::string_view name, const Call& call) {
    // White space is all that most of them change.
    for (const std::string_view same : {"squish", "strip", "freeze", "dup", "chomp", "to_s", "strip_heredoc",
                                        "html_safe", "rstrip", "lstrip", "to_str", "itself", "presence", "to_sql"})
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
    if (call.block && (name == "each" || name == "each_pair" || name == "each_with_index" || of_pairs || maps)) {
        std::vector<Value> results;
        for (std::size_t i = 0; i < items.size() && step(place(*call.block)); ++i) {
            std::vector<Value> given{items[i]};
            if (name == "each_with_index") given.push_back(number_value(std::to_string(i)));
            if (name == "each_key") given = {(*items[i].items)[0]};
            if (name == "each_value") given = {(*items[i].items)[1]};
            results.push_back(run_block(*call.block, given));
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
    if (name == "push" && call.args.size() == 1) {
        receiver.items->add(call.args.front());
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
    return std::nullopt;
}

std::optional<Value> Ruby::known_method(const Value& receiver, std::string_view name, const Call& call) {
    if (receiver.is_text()) return text_method(receiver, name, call);
    if (receiver.items) return list_method(receiver, name, call);
    if (receiver.is(Value::Kind::number) && name == "times" && call.block) {
        const long rounds = receiver.integer().value_or(0);
        for (long i = 0; i < rounds && step(place(*call.block)); ++i)
            run_block(*call.block, {number_value(std::to_string(i))});
        return receiver;
    }
    if (receiver.is(Value::Kind::number) && name == "to_s") return text_value(receiver.text);
    if (receiver.is(Value::Kind::number) && name == "to_i") return receiver;
    if (receiver.is(Value::Kind::code) && (name == "call" || name == "()")) return run_block(*receiver.node, call.args);
    if (receiver.is(Value::Kind::nothing) && name == "nil?") return boolean_value(true);
    return std::nullopt;
}

}  // namespace pgfence::extract
