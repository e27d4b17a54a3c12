#include "extract/program/value.h"

#include <algorithm>

#include "core/number_text.h"
#include "extract/program/named_placeholders.h"
#include "extract/program/questions.h"

namespace pgfence::extract {
namespace {

/// Lists may hold each other many times over.
constexpr int kMostLooks = 50'000;
constexpr std::size_t kLongestPath = 500;

bool known_within(const Value& value, int& looks) {
    if (value.is(Value::Kind::unknown) || value.holds_unknown || --looks < 0) return false;
    if (!value.items) return true;
    if (value.items->cut) return false;
    for (const Value& item : *value.items)
        if (!known_within(item, looks)) return false;
    return true;
}

Value of_kind(Value::Kind kind, std::string text = {}) {
    Value value;
    value.kind = kind;
    value.text = std::move(text);
    return value;
}

Value with_items(Value::Kind kind, std::vector<Value> items) {
    Value value = of_kind(kind);
    value.items = std::make_shared<Items>();
    if (items.size() > kLongestList) return unknown_value();
    for (Value& item : items) value.items->add(std::move(item));
    return value;
}

bool alike_within(const Value& a, const Value& b, int& looks) {
    if (--looks < 0 || a.kind != b.kind || a.is(Value::Kind::unknown)) return false;
    if (a.is(Value::Kind::path)) {
        if (a.text != b.text || !a.call != !b.call) return false;
        if (!a.call) return !a.of || !b.of || alike_within(*a.of, *b.of, looks);
        const Call &x = *a.call, &y = *b.call;
        if (x.receiver.is(Value::Kind::path) && !alike_within(x.receiver, y.receiver, looks)) return false;
        if (x.args.size() != y.args.size() || x.named.size() != y.named.size()) return false;
        for (std::size_t i = 0; i < x.args.size(); ++i)
            if (!alike_within(x.args[i], y.args[i], looks)) return false;
        for (std::size_t i = 0; i < x.named.size(); ++i)
            if (x.named[i].first != y.named[i].first || !alike_within(x.named[i].second, y.named[i].second, looks))
                return false;
        return true;
    }
    if (a.is(Value::Kind::code) && (a.node != b.node || !a.items != !b.items)) return false;
    if (a.is(Value::Kind::code) && !a.items) return true;
    if (a.is(Value::Kind::object) && a.text != b.text) return false;
    if (!a.items) return same(a, b);
    if (a.items->size() != b.items->size()) return false;
    for (std::size_t i = 0; i < a.items->size(); ++i)
        if (!alike_within((*a.items)[i], (*b.items)[i], looks)) return false;
    return true;
}

}  // namespace

bool alike(const Value& a, const Value& b) {
    int looks = kMostLooks;
    return alike_within(a, b, looks);
}

Value unknown_value() { return {}; }
Value nothing_value() { return of_kind(Value::Kind::nothing); }
Value boolean_value(bool yes) {
    Value value = of_kind(Value::Kind::boolean);
    value.yes = yes;
    return value;
}
Value number_value(std::string text) { return of_kind(Value::Kind::number, std::move(text)); }
Value text_value(std::string text) { return of_kind(Value::Kind::text, std::move(text)); }
Value symbol_value(std::string text) { return of_kind(Value::Kind::symbol, std::move(text)); }
Value list_value(std::vector<Value> items) { return with_items(Value::Kind::list, std::move(items)); }
Value tuple_value(std::vector<Value> items) { return with_items(Value::Kind::tuple, std::move(items)); }
Value dictionary_value(std::vector<Value> items) { return with_items(Value::Kind::dictionary, std::move(items)); }
Value object_value() { return with_items(Value::Kind::object, {}); }
Value path_value(std::string path) { return of_kind(Value::Kind::path, std::move(path)); }

std::optional<bool> Value::truth() const {
    switch (kind) {
        case Kind::unknown:
        case Kind::path: return std::nullopt;
        case Kind::nothing: return false;
        case Kind::boolean: return yes;
        case Kind::number: return integer().value_or(1) != 0;
        case Kind::text: return holds_unknown ? std::nullopt : std::optional(!text.empty());
        case Kind::symbol:
        case Kind::object:
        case Kind::tuple:
        case Kind::code: return true;
        case Kind::list:
        case Kind::dictionary: return items->uncounted ? std::nullopt : std::optional(!items->empty());
    }
    return std::nullopt;
}

std::optional<long> Value::integer() const {
    if (kind != Kind::number) return std::nullopt;
    std::string digits;
    for (const char c : text)
        if (c != '_') digits += c;
    return number_in<long>(digits);
}

const Value* Value::get(std::string_view key) const {
    if (kind != Kind::dictionary && kind != Kind::object) return nullptr;
    // What was put in last has replaced what was there.
    for (std::size_t i = items->size() / 2; i-- > 0;)
        if ((*items)[2 * i].is_text() && (*items)[2 * i].text == key) return &(*items)[2 * i + 1];
    return nullptr;
}

bool Value::known() const {
    int looks = kMostLooks;
    return known_within(*this, looks);
}

int Value::depth() const { return items ? items->nesting : nesting; }

/// Of a list that is put into another: each time, so that more would be quadratic.
constexpr int kMostListsWithin = 1'000;

/// Is `wanted` this list or somewhere in it? Also when that takes too long to tell.
static bool may_hold(const Items& list, const Items& wanted, int& looks) {
    if (&list == &wanted || --looks < 0) return true;
    return std::any_of(list.begin(), list.end(),
                       [&](const Value& item) { return item.items && may_hold(*item.items, wanted, looks); });
}

void Items::add(Value value) {
    cut = cut || size() >= kLongestList;
    if (cut) return;
    // A list that holds itself would never be let go.
    int looks = kMostListsWithin;
    if (value.depth() >= kDeepestValue || (value.items && may_hold(*value.items, *this, looks)))
        value = unknown_value();
    nesting = std::max(nesting, value.depth() + 1);
    push_back(std::move(value));
}

namespace {

/// Of operations and the like.
bool is_list_of_calls(const Value& value) {
    const auto is_call = [](const Value& item) { return item.call || is_either_list(item); };
    return value.is(Value::Kind::list) && !value.items->cut && !value.items->uncounted &&
           std::all_of(value.items->begin(), value.items->end(), is_call);
}

}  // namespace

Value either_list(const Value& a, const Value& b, std::string what) {
    const auto may_be = [](const Value& value) { return is_either_list(value) || is_list_of_calls(value); };
    if (!may_be(a) || !may_be(b)) return unknown_value();
    Value value = with_items(Value::Kind::unknown, {a, b});
    value.text = std::move(what);
    value.begin = b.begin;
    value.end = b.end;
    return value;
}

bool is_either_list(const Value& value) { return value.is(Value::Kind::unknown) && value.items; }

Value asked_value(std::vector<SchemaQuestion> asks, std::size_t behind) {
    Value value = unknown_value();
    for (SchemaQuestion& asked : asks) asked.behind = behind;
    value.asks = std::make_shared<const std::vector<SchemaQuestion>>(std::move(asks));
    value.asked_behind = behind;
    return value;
}

Value negated(const Value& truth) {
    if (const auto known = truth.truth()) return boolean_value(!*known);
    if (!truth.asks || truth.asks->size() != 1) return unknown_value();
    SchemaQuestion other = truth.asks->front();
    other.is_so = !other.is_so;
    return asked_value({std::move(other)}, truth.asked_behind);
}

Value both(const Value& a, const Value& b) {
    if (!a.asks || !b.asks || a.asked_behind != b.asked_behind) return unknown_value();
    std::vector<SchemaQuestion> all;
    const auto add = [&](const SchemaQuestion& asked) {
        if (std::any_of(all.begin(), all.end(), [&](const auto& known) { return says_also(known, asked); })) return;
        std::erase_if(all, [&](const auto& known) { return says_also(asked, known); });
        all.push_back(asked);
    };
    for (const Value* one : {&a, &b})
        for (const SchemaQuestion& asked : *one->asks) add(asked);
    return asked_value(std::move(all), a.asked_behind);
}

Value result_of(Call call) {
    int deepest = call.receiver.depth();
    for (const Value& argument : call.args) deepest = std::max(deepest, argument.depth());
    for (const auto& [name, argument] : call.named) deepest = std::max(deepest, argument.depth());
    if (deepest >= kDeepestValue || call.path.size() > kLongestPath) return unknown_value();
    Value value = path_value(call.path + "()");
    value.nesting = static_cast<std::uint8_t>(deepest + 1);
    value.begin = call.begin;
    value.end = call.end;
    value.call = std::make_shared<Call>(std::move(call));
    return value;
}

Value member_of(const Value& object, const std::string& name) {
    if (object.depth() >= kDeepestValue || object.text.size() > kLongestPath) return unknown_value();
    Value value = object.is(Value::Kind::path) ? path_value(object.text + "." + name) : unknown_value();
    if (!object.is(Value::Kind::path)) value.text = name;
    value.nesting = static_cast<std::uint8_t>(object.depth() + 1);
    value.of = std::make_shared<Value>(object);
    return value;
}

void append(Value& text, const Value& more) {
    const auto offset = static_cast<std::uint32_t>(text.text.size());
    if (text.text.size() + more.text.size() > kLongestText) {
        text.holds_unknown = true;
        if (!text.text.ends_with(kPlaceholder)) text.text += kPlaceholder;
        return;
    }
    for (const SourceMap::Piece& piece : more.pieces)
        text.pieces.push_back({offset + piece.sql, piece.file, piece.length});
    text.text += more.text;
    text.holds_unknown |= more.holds_unknown;
    for (const NamedPlaceholder& placeholder : more.placeholders) add_placeholder(text, placeholder);
}

void add_placeholder(Value& text, const NamedPlaceholder& placeholder) {
    const bool is_known = std::any_of(text.placeholders.begin(), text.placeholders.end(),
                                      [&](const NamedPlaceholder& known) { return known.name == placeholder.name; });
    if (!is_known) text.placeholders.push_back(placeholder);
}

bool same(const Value& a, const Value& b) {
    if (a.is_text() && b.is_text()) return a.text == b.text;
    if (a.kind != b.kind) return false;
    if (a.items && b.items && (a.items->empty() || b.items->empty())) return a.items->size() == b.items->size();
    if (a.kind == Value::Kind::boolean) return a.yes == b.yes;
    return a.kind == Value::Kind::nothing || (a.kind == Value::Kind::number && a.text == b.text);
}

std::string_view Call::name() const {
    const auto dot = path.rfind('.');
    return dot == std::string::npos ? std::string_view(path) : std::string_view(path).substr(dot + 1);
}

const Value* Call::get(std::string_view wanted) const {
    for (const auto& [key, value] : named)
        if (key == wanted) return &value;
    return nullptr;
}

const Value* Call::get(std::size_t position, std::string_view wanted) const {
    return position < args.size() ? &args[position] : get(wanted);
}

void append_escape(Value& literal, std::string_view written, std::optional<char> byte, std::uint32_t begin) {
    if (byte) {
        literal.pieces.push_back({static_cast<std::uint32_t>(literal.text.size()), begin, 1});
        literal.text += *byte;
    } else if (written != "\\\n") {
        literal.text += written;
        literal.holds_unknown = true;
    }
}

}  // namespace pgfence::extract
