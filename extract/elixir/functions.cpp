// Functions of Elixir's own library that are computed, where what they are given is known.

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/elixir/elixir.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

bool is_plain_text(const Value& value) { return value.is(Value::Kind::text) && !value.holds_unknown; }

/// "é" has no case that is known here.
bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// What to_string makes of it.
std::optional<Value> as_text(const Value& value) {
    if (value.is(Value::Kind::symbol) || value.is(Value::Kind::number) || value.is(Value::Kind::text)) {
        Value text = value;
        text.kind = Value::Kind::text;
        return text;
    }
    if (value.is(Value::Kind::boolean)) return text_value(value.yes ? "true" : "false");
    if (value.is(Value::Kind::nothing)) return text_value("");
    return std::nullopt;
}

}  // namespace

std::optional<std::vector<Value>> items_of(const Value& value) {
    if (!value.items || value.items->cut) return std::nullopt;
    if (value.is(Value::Kind::list)) return *value.items;
    if (!value.is(Value::Kind::dictionary)) return std::nullopt;
    std::vector<Value> pairs;
    for (std::size_t i = 0; i + 1 < value.items->size(); i += 2)
        pairs.push_back(tuple_value({(*value.items)[i], (*value.items)[i + 1]}));
    return pairs;
}

std::optional<Value> Elixir::library(const Call& call) {
    const auto dot = call.path.rfind('.');
    if (dot == std::string::npos) return of_kernel(call);
    const std::string_view module = std::string_view(call.path).substr(0, dot), name = call.name();
    if (module == "Enum" || module == "Stream") return of_enum(call, name);
    if (module == "String" || module == "Atom") return of_text(call, name);
    if (module == "Keyword" || module == "Map") return of_keywords(call, name);
    return std::nullopt;
}

std::optional<Value> Elixir::of_kernel(const Call& call) {
    const std::string_view name = call.path;
    if (name == "raise" || name == "throw" || name == "exit" || name == "reraise") return nothing_value();
    if (call.args.empty()) return std::nullopt;
    const Value& first = call.args.front();
    if (name == "to_string") return as_text(first).value_or(unknown_value());
    if (name == "then" && call.args.size() == 2) return run_code(call.args[1], {first}, place_of(call));
    if (name == "tap" && call.args.size() == 2) return run_code(call.args[1], {first}, place_of(call)), first;
    if (name == "apply" && call.args.size() == 2 && first.is(Value::Kind::code))
        if (const auto given = items_of(call.args[1])) return run_code(first, *given, place_of(call));
    if (name == "apply" && call.args.size() == 3 && call.args[1].is(Value::Kind::symbol) && call.args[1].known())
        if (const auto given = items_of(call.args[2])) {
            Call direct;
            direct.begin = call.begin;
            direct.end = call.end;
            direct.receiver = first;
            direct.path = member_of(first, call.args[1].text).text;
            direct.args = *given;
            return send(std::move(direct));
        }
    const bool told = !first.is(Value::Kind::unknown) && !first.is(Value::Kind::path);
    if (!told) return std::nullopt;
    if (name == "is_nil") return boolean_value(first.is(Value::Kind::nothing));
    if (name == "is_binary") return boolean_value(first.is(Value::Kind::text));
    if (name == "is_atom")
        return boolean_value(first.is(Value::Kind::symbol) || first.is(Value::Kind::boolean) ||
                             first.is(Value::Kind::nothing));
    if (name == "is_integer") return boolean_value(first.integer().has_value());
    if (name == "is_list") return boolean_value(first.is(Value::Kind::list) || first.is(Value::Kind::dictionary));
    if (name == "is_tuple") return boolean_value(first.is(Value::Kind::tuple));
    if (name == "elem" && call.args.size() == 2 && first.is(Value::Kind::tuple))
        if (const auto at = call.args[1].integer(); at && *at >= 0 && *at < static_cast<long>(first.items->size()))
            return (*first.items)[static_cast<std::size_t>(*at)];
    if (const auto items = items_of(first)) {
        if (name == "length") return number_value(std::to_string(items->size()));
        if (name == "hd" && !items->empty()) return items->front();
    }
    return std::nullopt;
}

std::optional<Value> Elixir::of_enum(const Call& call, std::string_view name) {
    if (call.args.empty()) return std::nullopt;
    const ByteRange at = place_of(call);
    const auto items = items_of(call.args.front());
    const Value* code = nullptr;
    for (const Value& argument : call.args)
        if (argument.is(Value::Kind::code)) code = &argument;
    const bool folds = name == "reduce" || name == "map_reduce" || name == "reduce_while" || name == "flat_map_reduce";
    if (!items || (folds && name != "reduce")) {
        const auto begin = call.begin < call.args.front().begin ? call.args.front().begin : call.begin;
        const auto end = std::max(begin, call.args.front().end);
        const std::string over(text_.substr(begin, end - begin));
        const std::size_t before = host_.sent();
        if (code) run_unsure(*code, folds ? 2 : 1, at, how_often(over));
        const bool of_any_rows = host_.any_rows(call.args.front());
        if (of_any_rows) host_.for_rows(before);
        // In parts, in another order, or what is made of each.
        constexpr std::array kAsMany{"chunk_every"sv, "map"sv,     "flat_map"sv, "with_index"sv, "to_list"sv,
                                     "sort"sv,        "sort_by"sv, "reverse"sv,  "shuffle"sv,    "each"sv};
        return of_any_rows && is_among(name, kAsMany) ? call.args.front() : unknown_value();
    }
    const bool each = name == "each", maps = name == "map", flat = name == "flat_map";
    if (code && (each || maps || flat || name == "filter" || name == "reject")) {
        std::vector<Value> results;
        bool known = true;
        for (const Value& item : *items) {
            if (!step(at)) break;
            const Value one = run_code(*code, {item}, at);
            const auto keeps = truth_of(one);
            if (maps || each) results.push_back(one);
            if (flat) {
                const auto more = items_of(one);
                known &= more.has_value();
                if (more) results.insert(results.end(), more->begin(), more->end());
            }
            if (name == "filter" || name == "reject") {
                known &= keeps.has_value();
                if (keeps == (name == "filter")) results.push_back(item);
            }
        }
        if (items->empty()) never_runs(*code);
        if (each) return symbol_value("ok");
        return known ? list_value(std::move(results)) : unknown_value();
    }
    if (code && name == "reduce" && call.args.size() == 3) {
        Value so_far = call.args[1];
        for (const Value& item : *items)
            if (step(at)) so_far = run_code(*code, {item, so_far}, at);
        if (items->empty()) never_runs(*code);
        return so_far;
    }
    if (code) {
        run_unsure(*code, 2, at, how_often("a list"));
        return unknown_value();
    }
    if (name == "with_index" && call.args.size() <= 2) {
        long i = call.args.size() == 2 ? call.args[1].integer().value_or(0) : 0;
        std::vector<Value> pairs;
        for (const Value& item : *items) pairs.push_back(tuple_value({item, number_value(std::to_string(i++))}));
        return list_value(std::move(pairs));
    }
    if (name == "join") {
        const Value separator = call.args.size() == 2 ? call.args[1] : text_value("");
        Value all = text_value("");
        for (std::size_t i = 0; i < items->size(); ++i) {
            const auto text = as_text((*items)[i]);
            if (i > 0) append(all, separator);
            if (text)
                append(all, *text);
            else
                append_unknown(all);
        }
        return separator.is(Value::Kind::text) ? all : unknown_value();
    }
    if (name == "concat" && call.args.size() == 2)
        return joined_lists(call.args[0], call.args[1]).value_or(unknown_value());
    if (name == "reverse") return list_value({items->rbegin(), items->rend()});
    if (name == "to_list" || (name == "into" && call.args.size() == 2)) return call.args.front();
    if (name == "count") return number_value(std::to_string(items->size()));
    if (name == "empty?") return boolean_value(items->empty());
    if (name == "zip" && call.args.size() == 2)
        if (const auto others = items_of(call.args[1])) {
            std::vector<Value> pairs;
            for (std::size_t i = 0; i < std::min(items->size(), others->size()); ++i)
                pairs.push_back(tuple_value({(*items)[i], (*others)[i]}));
            return list_value(std::move(pairs));
        }
    return unknown_value();
}

namespace {

/// String.split(text, separator, trim: true); with a pattern or another option it is not known.
Value parts_of(const std::string& text, const std::string& separator, const Call& call) {
    const Value* trims = call.get("trim");
    const bool known = call.named.empty() || (call.named.size() == 1 && trims && truth_of(*trims));
    if (separator.empty() || call.args.size() != 2 || !known) return unknown_value();
    const bool leaves_out = trims && truth_of(*trims) == true;
    std::vector<Value> parts;
    for (std::size_t from = 0; from != std::string::npos;) {
        const std::size_t found = text.find(separator, from);
        const std::string part = text.substr(from, found == std::string::npos ? found : found - from);
        if (!part.empty() || !leaves_out) parts.push_back(text_value(part));
        from = found == std::string::npos ? found : found + separator.size();
    }
    return list_value(std::move(parts));
}

}  // namespace

std::optional<Value> Elixir::of_text(const Call& call, std::string_view name) {
    if (call.args.empty()) return std::nullopt;
    const Value& first = call.args.front();
    if (!first.is_text()) return unknown_value();
    const auto second = [&](std::size_t i) {
        return i < call.args.size() && is_plain_text(call.args[i]) ? call.args[i].text : std::string();
    };
    if (name == "to_string" || name == "to_atom" || name == "to_existing_atom") {
        Value value = first;
        value.kind = name == "to_string" ? Value::Kind::text : Value::Kind::symbol;
        return value;
    }
    if (!is_plain_text(first) || !is_ascii(first.text)) return unknown_value();
    if (name == "upcase") return text_value(upper_case(first.text));
    if (name == "downcase") return text_value(lower_case(first.text));
    if (name == "trim" && call.args.size() == 1) return text_value(std::string(trim(first.text)));
    for (const auto& [side, leads] : {std::pair{"trim_leading", true}, std::pair{"trim_trailing", false}}) {
        if (name != side || second(1).empty()) continue;
        std::string_view rest = first.text;
        while (leads ? rest.starts_with(second(1)) : rest.ends_with(second(1)))
            leads ? rest.remove_prefix(second(1).size()) : rest.remove_suffix(second(1).size());
        return text_value(std::string(rest));
    }
    if (name == "replace" && call.args.size() == 3 && !second(1).empty() && is_plain_text(call.args[2]) &&
        call.named.empty()) {
        std::string replaced = first.text;
        for (auto found = replaced.find(second(1)); found != std::string::npos;
             found = replaced.find(second(1), found + second(2).size())) {
            replaced.replace(found, second(1).size(), second(2));
            if (replaced.size() > kLongestText) return unknown_value();
        }
        return text_value(std::move(replaced));
    }
    if (name == "split") return parts_of(first.text, second(1), call);
    if (name == "starts_with?" && !second(1).empty()) return boolean_value(first.text.starts_with(second(1)));
    if (name == "ends_with?" && !second(1).empty()) return boolean_value(first.text.ends_with(second(1)));
    return unknown_value();
}

std::optional<Value> Elixir::of_keywords(const Call& call, std::string_view name) {
    if (call.args.empty()) return std::nullopt;
    const Value& first = call.args.front();
    const bool empty = first.is(Value::Kind::list) && first.items->empty();
    if (!empty && !first.is(Value::Kind::dictionary)) {
        for (const Value& argument : call.args)
            if (argument.is(Value::Kind::code)) run_unsure(argument, 2, place_of(call), how_often("a map"));
        return unknown_value();
    }
    const std::string key =
        call.args.size() > 1 && call.args[1].is_text() && call.args[1].known() ? call.args[1].text : "";
    if (name == "get" || name == "fetch!") {
        if (key.empty()) return unknown_value();
        const Value* found = first.get(key);
        if (found) return *found;
        return call.args.size() > 2 ? call.args[2] : nothing_value();
    }
    if (name == "has_key?" && !key.empty()) return boolean_value(first.get(key) != nullptr);
    std::vector<Value> items(first.items->begin(), first.items->end());
    if (name == "put" && call.args.size() == 3 && !key.empty()) {
        items.push_back(call.args[1]);
        items.push_back(call.args[2]);
        return dictionary_value(std::move(items));
    }
    if (name == "merge") {
        Value more = call.args.size() == 2 ? call.args[1] : dictionary_value({});
        if (call.args.size() > 2 || !(more.is(Value::Kind::dictionary) || items_of(more))) return unknown_value();
        if (more.is(Value::Kind::dictionary)) items.insert(items.end(), more.items->begin(), more.items->end());
        for (const auto& [named, value] : call.named) {
            items.push_back(symbol_value(named));
            items.push_back(value);
        }
        return dictionary_value(std::move(items));
    }
    if (name == "keys" || name == "values") {
        std::vector<Value> parts;
        for (std::size_t i = name == "keys" ? 0 : 1; i < items.size(); i += 2) parts.push_back(items[i]);
        return list_value(std::move(parts));
    }
    return unknown_value();
}

}  // namespace pgfence::extract
