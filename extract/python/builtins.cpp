// The functions and methods of Python that migrations put SQL together with.

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/program/file_paths.h"
#include "extract/python/python.h"

namespace pgfence::extract {
namespace {

Value stripped(const Value& value) {
    const std::string_view inner = trim(value.text, kBlanks);
    if (inner.empty()) return text_value("");
    const auto from = static_cast<std::size_t>(inner.data() - value.text.data());
    return part_of(value, from, from + inner.size());
}

Value joined(const Value& separator, const std::vector<Value>& items) {
    Value all = text_value("");
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) append(all, separator);
        put(all, &items[i]);
    }
    return all;
}

Value replaced(const Value& value, const std::string& from, const std::string& to) {
    Value all = text_value("");
    std::size_t at = 0;
    for (std::size_t found; !from.empty() && (found = value.text.find(from, at)) != std::string::npos;
         at = found + from.size()) {
        append(all, part_of(value, at, found));
        append(all, text_value(to));
    }
    append(all, part_of(value, at, value.text.size()));
    return all;
}

bool changes_its_items(std::string_view method) {
    using namespace std::string_view_literals;
    constexpr std::array kChanges{"append"sv, "extend"sv,  "insert"sv,     "remove"sv, "pop"sv, "popitem"sv, "clear"sv,
                                  "sort"sv,   "reverse"sv, "setdefault"sv, "update"sv, "add"sv, "discard"sv};
    return method.starts_with("__") || std::find(kChanges.begin(), kChanges.end(), method) != kChanges.end();
}

}  // namespace

Value part_of(const Value& value, std::size_t from, std::size_t to) {
    Value part = text_value(value.text.substr(from, to - from));
    part.holds_unknown = value.holds_unknown;
    part.placeholders = value.placeholders;
    for (const SourceMap::Piece& piece : value.pieces) {
        const auto begin = std::max<std::size_t>(piece.sql, from);
        const auto end = std::min<std::size_t>(piece.sql + piece.length, to);
        if (begin < end)
            part.pieces.push_back({static_cast<std::uint32_t>(begin - from),
                                   static_cast<std::uint32_t>(piece.file + begin - piece.sql),
                                   static_cast<std::uint32_t>(end - begin)});
    }
    return part;
}

namespace {
/// What was put under a key again, in the other branch or later: a dictionary has each key once, where it came first.
bool is_known_key(const Items& pairs, std::size_t key) {
    for (std::size_t i = 0; i < key; i += 2)
        if (same(pairs[i], pairs[key])) return true;
    return false;
}
/// The last one counts.
const Value& value_of_key(const Items& pairs, std::size_t key) {
    std::size_t last = key;
    for (std::size_t i = key + 2; i + 1 < pairs.size(); i += 2)
        if (same(pairs[i], pairs[key])) last = i;
    return pairs[last + 1];
}
}  // namespace

std::optional<std::vector<Value>> iterated(const Value& value) {
    if (value.items && value.items->cut) return std::nullopt;
    // How many there are hangs on something.
    if (value.items && std::any_of(value.items->begin(), value.items->end(), is_either_list)) return std::nullopt;
    if (value.is(Value::Kind::list)) return *value.items;
    if (!value.is(Value::Kind::dictionary)) return std::nullopt;
    std::vector<Value> keys;
    for (std::size_t i = 0; i < value.items->size(); i += 2)
        if (!is_known_key(*value.items, i)) keys.push_back((*value.items)[i]);
    return keys;
}

std::optional<Value> as_text(const Value& value) {
    if (value.is(Value::Kind::text)) return value;
    if (value.is(Value::Kind::number)) return text_value(value.text);
    if (value.is(Value::Kind::boolean)) return text_value(value.yes ? "True" : "False");
    // SQLAlchemy's text(), and what marks a name as final: the text itself.
    if (value.is(Value::Kind::path) && value.call && !value.call->args.empty() && value.text.ends_with("text()"))
        return as_text(value.call->args.front());
    return std::nullopt;
}

namespace {

NamedPlaceholder placeholder_at(std::string_view setting, const Value& value) {
    NamedPlaceholder placeholder = named_placeholder(setting);
    placeholder.begin = value.begin;
    placeholder.end = value.end;
    return placeholder;
}

}  // namespace

void put(Value& text, const Value* value) {
    const auto more = value ? as_text(*value) : std::nullopt;
    const auto setting = value && !more ? setting_of(*value) : std::nullopt;
    if (more)
        append(text, *more);
    else if (setting)
        append_placeholder(text, placeholder_at(*setting, *value));
    else
        append_unknown(text);
}

Value percent(const Value& format, const Value& values) {
    Value out = text_value("");
    out.holds_unknown = format.holds_unknown;
    const std::string& text = format.text;
    std::size_t at = 0, next = 0;
    for (std::size_t found; (found = text.find('%', at)) != std::string::npos;) {
        append(out, part_of(format, at, found));
        at = found + 2;
        const char what = found + 1 < text.size() ? text[found + 1] : '\0';
        if (what == '%') {
            out.text += '%';
        } else if (what == 's' || what == 'd') {
            const bool several = values.is(Value::Kind::list);
            put(out, several ? (next < values.items->size() ? &(*values.items)[next] : nullptr) : &values);
            ++next;
        } else if (const auto close = text.find(")s", found); what == '(' && close != std::string::npos) {
            put(out, values.get(std::string_view(text).substr(found + 2, close - found - 2)));
            at = close + 2;
        } else {
            append_unknown(out);
        }
    }
    if (at < text.size()) append(out, part_of(format, at, text.size()));
    return out;
}

Value format_braces(const Value& format, const Call& call) {
    Value out = text_value("");
    out.holds_unknown = format.holds_unknown;
    const std::string& text = format.text;
    std::size_t next = 0, at = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '{' && text[i] != '}') continue;
        append(out, part_of(format, at, i));
        at = i + 1;
        if (at < text.size() && text[at] == text[i]) {  // doubled: itself
            out.text += text[i];
            i = at++;
            continue;
        }
        const auto close = text.find('}', i);
        if (text[i] == '}' || close == std::string::npos) continue;
        const std::string_view field = std::string_view(text).substr(i + 1, close - i - 1);
        const bool positional = field.find_first_not_of(kDigits) == std::string_view::npos;
        std::size_t position = next;
        if (positional && field.empty()) ++next;
        if (positional && !field.empty() && field.size() < 3) position = std::stoul(std::string(field));
        put(out, positional ? call.get(position, "") : call.get(field));
        i = close;
        at = close + 1;
    }
    if (at < text.size()) append(out, part_of(format, at, text.size()));
    return out;
}

std::optional<Value> Python::text_method(const Value& object, std::string_view name, const Call& call) {
    const auto arg = [&](std::size_t i) { return i < call.args.size() ? &call.args[i] : nullptr; };
    if (name == "format") return format_braces(object, call);
    if (name == "strip" || name == "lstrip" || name == "rstrip") return stripped(object);
    if (name == "upper" || name == "lower") {
        Value value = object;
        value.text = name == "upper" ? upper_case(value.text) : lower_case(value.text);
        return value;
    }
    if (name == "join" && arg(0)) {
        const auto items = iterated(*arg(0));
        return items ? joined(object, *items) : unknown_value();
    }
    if (name == "replace" && arg(1) && arg(0)->is_text() && arg(1)->is_text())
        return replaced(object, arg(0)->text, arg(1)->text);
    // Methods of a pathlib.Path.
    if (name == "read_text" || name == "read_bytes") {
        Call read;
        read.path = "open().read";
        Call open;
        open.path = "open";
        open.args = {object};
        read.receiver = result_of(std::move(open));
        return file_function(read);
    }
    if (name == "resolve" || name == "absolute" || name == "as_posix") return object;
    if (name == "joinpath") {
        std::string path = object.text;
        for (const Value& part : call.args) path = joined_path(path, part.text);
        return text_value(std::move(path));
    }
    if (name == "startswith" && arg(0) && arg(0)->is_text() && object.known())
        return boolean_value(object.text.starts_with(arg(0)->text));
    if ((name == "split" || name == "splitlines") && object.known()) {
        const std::string separator = name == "splitlines" ? "\n" : arg(0) ? arg(0)->text : " ";
        std::vector<Value> parts;
        std::size_t from = 0;
        for (std::size_t found; !separator.empty() && (found = object.text.find(separator, from)) != std::string::npos;
             from = found + separator.size())
            if (arg(0) || found > from) parts.push_back(part_of(object, from, found));
        if (from < object.text.size()) parts.push_back(part_of(object, from, object.text.size()));
        return list_value(std::move(parts));
    }
    return std::nullopt;
}

std::optional<Value> Python::method(const Value& object, std::string_view name, const Call& call) {
    if (object.is(Value::Kind::text)) return text_method(object, name, call);
    if (object.is(Value::Kind::list) && object.items->size() < kLongestList) {
        // A loop that was followed once adds as many as it has rounds.
        if (uncounted_loops_ > 0 && name != "copy" && changes_its_items(name)) object.items->uncounted = true;
        if (name == "append" && call.args.size() == 1) {
            object.items->add(call.args.front());
            return nothing_value();
        }
        const auto more = call.args.size() == 1 ? iterated(call.args.front()) : std::nullopt;
        if (name == "extend" && more) {
            for (const Value& item : *more) object.items->add(item);
            return nothing_value();
        }
        if ((name == "insert" && call.args.size() == 2) || (name == "add" && call.args.size() == 1)) {
            object.items->add(call.args.back());
            return nothing_value();
        }
        if (name == "copy") return list_value(*object.items);
    }
    // What is in it from here on nobody knows.
    if (object.items && changes_its_items(name)) object.items->cut = true;
    if (object.items && object.items->cut) return std::nullopt;
    if (!object.is(Value::Kind::dictionary)) return std::nullopt;
    std::vector<Value> out;
    for (std::size_t i = 0; i + 1 < object.items->size(); i += 2) {
        if (is_known_key(*object.items, i)) continue;
        const Value& key = (*object.items)[i];
        const Value& value = value_of_key(*object.items, i);
        if (name == "items") out.push_back(list_value({key, value}));
        if (name == "keys") out.push_back(key);
        if (name == "values") out.push_back(value);
    }
    if (name == "items" || name == "keys" || name == "values") return list_value(std::move(out));
    if (name == "get" && !call.args.empty() && call.args.front().is_text()) {
        const Value* found = object.get(call.args.front().text);
        return found ? *found : call.args.size() > 1 ? call.args[1] : nothing_value();
    }
    return std::nullopt;
}

/// any(c["name"] == "email" for c in inspector.get_columns("users"))
std::optional<Value> Python::any_of(const Value& truths) const {
    if (!truths.items || !truths.items->uncounted || truths.items->size() != 1) return std::nullopt;
    const Value& one = truths.items->front();
    if (!one.is_path("==()")) return std::nullopt;
    const Value &a = one.call->args[0], &b = one.call->args[1];
    const auto found = host_.among(a, b);
    return found ? found : host_.among(b, a);
}

std::optional<Value> Python::builtin(const Call& call) {
    const auto& args = call.args;
    if (auto result = file_function(call)) return result;
    if (call.path == "textwrap.dedent" && !args.empty()) return args.front();
    if (call.path == "str" && args.size() == 1) return as_text(args.front()).value_or(unknown_value());
    if (call.path == "len" && args.size() == 1) {
        const auto items = iterated(args.front());
        return items && !args.front().items->uncounted ? number_value(std::to_string(items->size())) : unknown_value();
    }
    if ((call.path == "range" || call.path == "xrange") && !args.empty()) {
        const auto first = args.size() > 1 ? args[0].integer() : std::optional(0L);
        const auto last = args[args.size() > 1 ? 1 : 0].integer();
        if (!first || !last || args.size() > 2) return unknown_value();
        const auto count = static_cast<unsigned long>(*last) - static_cast<unsigned long>(*first);
        if (*first < *last && count > 10'000) return unknown_value();
        std::vector<Value> numbers;
        for (long i = *first; i < *last; ++i) numbers.push_back(number_value(std::to_string(i)));
        return list_value(std::move(numbers));
    }
    // Rows stay rows: whoever loops over them is told so.
    const bool passes_on = call.path == "list" || call.path == "tuple" || call.path == "set" || call.path == "sorted" ||
                           call.path == "iter" || call.path == "reversed";
    if (passes_on && !args.empty() && args.front().is(Value::Kind::path)) return args.front();
    const bool copies = call.path == "list" || call.path == "tuple" || call.path == "set" || call.path == "frozenset";
    if (copies && args.empty()) return list_value({});
    if (copies && args.size() == 1) {
        const auto items = iterated(args.front());
        Value copy = items ? list_value(*items) : unknown_value();
        if (copy.items) copy.items->uncounted = args.front().items->uncounted;
        return copy;
    }
    if (call.path == "bool" && args.size() == 1) {
        if (const auto truth = args.front().truth()) return boolean_value(*truth);
        if (args.front().asks) return args.front();
    }
    if (call.path == "any" && args.size() == 1)
        if (auto found = any_of(args.front())) return found;
    if (call.path == "dict" && args.empty()) {
        std::vector<Value> items;
        for (const auto& [key, value] : call.named) {
            items.push_back(text_value(key));
            items.push_back(value);
        }
        return dictionary_value(std::move(items));
    }
    if ((call.path == "enumerate" || call.path == "reversed") && args.size() == 1) {
        auto items = iterated(args.front());
        if (!items) return unknown_value();
        if (call.path == "reversed") std::reverse(items->begin(), items->end());
        for (std::size_t i = 0; call.path == "enumerate" && i < items->size(); ++i)
            (*items)[i] = list_value({number_value(std::to_string(i)), (*items)[i]});
        return list_value(std::move(*items));
    }
    if (call.path == "zip" && args.size() == 2) {
        const auto a = iterated(args[0]);
        const auto b = iterated(args[1]);
        if (!a || !b) return unknown_value();
        std::vector<Value> pairs;
        for (std::size_t i = 0; i < std::min(a->size(), b->size()); ++i)
            pairs.push_back(list_value({(*a)[i], (*b)[i]}));
        return list_value(std::move(pairs));
    }
    return std::nullopt;
}

}  // namespace pgfence::extract
