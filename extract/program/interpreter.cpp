#include "extract/program/interpreter.h"

#include <algorithm>

#include "core/text.h"
#include "extract/program/named_placeholders.h"

namespace pgfence::extract {
namespace {

constexpr std::size_t kLongestCondition = 60;
constexpr std::size_t kLongestName = 80;
/// That many names cost what a step costs.
constexpr std::size_t kNamesInAStep = 8;

std::string named(const Call& call) {
    const std::string_view path = call.path;
    return path.empty() || path.size() > kLongestName ? "a call" : std::string(path.substr(path.front() == '.')) + "()";
}

bool is_list_of_any(const Value& value) { return value.is(Value::Kind::list) || is_either_list(value); }

/// In one line, and not too long for a sentence.
std::string shortened(std::string_view code) {
    std::string out;
    for (const char c : code) {
        if (!is_blank(c)) out += c;
        if (is_blank(c) && !out.empty() && out.back() != ' ') out += ' ';
        if (out.size() < kLongestCondition) continue;
        // Not within a character of several bytes.
        while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0x80) != 0) out.pop_back();
        return out + "...";
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

}  // namespace

bool Interpreter::step(ByteRange place) {
    if (++steps_ <= kMostSteps && bytes_ <= kMostBytes) return true;
    exhausted_ = true;
    tell_exhausted(place);
    return false;
}

void Interpreter::tell_exhausted(ByteRange place) {
    if (!exhausted_ || told_ || !lists_) return;
    told_ = true;
    host_.unread(place, "a program that takes too many steps", "it was not followed to its end");
}

void Interpreter::list(ByteRange place, std::string what, std::string why) {
    if (lists_ && !exhausted_ && listed_.emplace(place.begin, place.end).second)
        host_.unread(place, std::move(what), std::move(why));
}

std::optional<Value> Interpreter::ask(const Call& call) {
    const std::size_t sent = host_.sent(), listed = host_.listed();
    std::optional<Value> result = host_.call(call);
    if (host_.listed() != listed) listed_.emplace(call.begin, call.end);
    if (result || host_.sent() != sent || host_.listed() != listed || host_.harmless(call)) return result;
    // What is done with the result of a call that is listed hangs on that.
    for (const Value* from = &call.receiver; from; from = from->call ? &from->call->receiver : from->of.get())
        if (from->call && listed_.count({from->call->begin, from->call->end}) > 0) return result;
    list({call.begin, call.end}, named(call), "its effect is not known from this file");
    return result;
}

void Interpreter::list_rest(const Node& root, Language language, std::string_view text) {
    tell_exhausted({root.begin, root.end});
    if (exhausted_) return;
    for (const Node* node : followed_.rest(root, language))
        list({node->begin, node->end}, shortened(text.substr(node->begin, node->end - node->begin)),
             "the reader does not know whether it runs, and with what");
}

Interpreter::Names Interpreter::either_of(const Names& first, const Names& second, ByteRange place,
                                          const std::string& what) {
    // Conditions within conditions cost no more than the steps that a program gets.
    for (std::size_t i = 0; i < first.size() + second.size(); i += kNamesInAStep) step(place);
    Names both = first;
    for (const auto& [name, value] : second) {
        const auto [other, fresh] = both.emplace(name, value);
        const bool shared = value.items && value.items == other->second.items;
        if (fresh || shared) continue;
        const bool told = !value.holds_unknown && !other->second.holds_unknown;
        if (!told || !alike(other->second, value)) other->second = either_list(other->second, value, what);
    }
    return both;
}

void Interpreter::forget(Names& names, const std::set<std::string>& assigned) {
    for (const std::string& name : assigned)
        if (const auto known = names.find(name); known != names.end()) known->second = unknown_value();
}

Interpreter::UnknownCondition Interpreter::unknown_condition(const Value& condition, std::string_view text) const {
    UnknownCondition unknown{whether(text), {}, {}, condition.asked_behind};
    if (!condition.asks) return unknown;
    // What was sent since then may have changed the answer.
    for (const SchemaQuestion& asked : *condition.asks)
        if (!host_.is_as_asked(asked, condition.asked_behind)) return unknown;
    unknown.first = *condition.asks;
    if (const Value other = negated(condition); other.asks) unknown.second = *other.asks;
    return unknown;
}

Interpreter::Flow Interpreter::either(Flow first, Flow second, std::size_t from, std::size_t between,
                                      const UnknownCondition& unknown) {
    host_.hangs(from, between, unknown.what, unknown.first);
    host_.hangs(between, host_.sent(), unknown.what, unknown.second);
    if (first == second || second == Flow::fails) return first;
    if (first == Flow::fails) return second;
    // What stands behind runs when the other way is taken.
    if (first != Flow::goes_on) open_.push_back({host_.sent(), unknown.what, unknown.second, first != Flow::returns});
    if (second != Flow::goes_on) open_.push_back({host_.sent(), unknown.what, unknown.first, second != Flow::returns});
    return Flow::goes_on;
}

void Interpreter::end_round(std::size_t before) {
    std::size_t kept = before;
    for (std::size_t i = before; i < open_.size(); ++i) {
        if (open_[i].of_round)
            close(open_[i]);
        else
            std::swap(open_[kept++], open_[i]);
    }
    open_.resize(kept);
}

Value Interpreter::end_function(Function caller, const Value& last) {
    for (; open_.size() > function_.open; open_.pop_back()) close(open_.back());
    Value result = last;
    for (; !function_.early.empty(); function_.early.pop_back()) result = given(function_.early.back(), result);
    function_ = std::move(caller);
    return result;
}

Value Interpreter::leaves_with(Flow first, Flow second, const Value& given_by_first, const Value& given_by_second,
                               const UnknownCondition& unknown) {
    // Where another condition decides whether this one is come by, its answer does not tell what is given.
    const bool is_come_by = unsure_ == function_.unsure && open_.size() == function_.open + function_.early.size();
    const auto early = [&](const std::vector<SchemaQuestion>& goes_on, const Value& value) -> Early {
        return {is_come_by ? goes_on : std::vector<SchemaQuestion>(), unknown.behind, value, unknown.what};
    };
    if (first == Flow::returns && second == Flow::returns)
        return given(early(unknown.second, given_by_first), given_by_second);
    if (first == Flow::returns && second != Flow::fails) {
        function_.early.push_back(early(unknown.second, given_by_first));
    } else if (second == Flow::returns && first != Flow::fails) {
        function_.early.push_back(early(unknown.first, given_by_second));
        return given_by_first;
    }
    return first == Flow::returns ? given_by_first : given_by_second;
}

/// A truth, where it is one and the catalog tells which way is taken.
Value Interpreter::given(const Early& early, const Value& rest) {
    if (alike(early.given, rest)) return rest;
    const auto first = early.given.truth(), last = rest.truth();
    if (is_list_of_any(early.given) && is_list_of_any(rest)) return either_list(early.given, rest, early.what);
    if (early.goes_on.empty() || !first) return unknown_value();
    const Value goes_on = asked_value(early.goes_on, early.behind);
    if (*first) return last && !*last ? negated(goes_on) : unknown_value();
    if (!last) return both(goes_on, rest);
    return *last ? goes_on : boolean_value(false);
}

void Interpreter::close(const Condition& condition) {
    host_.hangs(condition.from, host_.sent(), condition.what, condition.asks);
}

std::string whether(std::string_view condition) { return "whether " + shortened(condition) + " holds"; }
std::string how_often(std::string_view loop) { return "how often the loop over " + shortened(loop) + " runs"; }

std::optional<char> white_space_escape(std::string_view escape) {
    if (escape.size() != 2) return std::nullopt;
    switch (escape[1]) {
        case 'n': return '\n';
        case 't': return '\t';
        case 'r': return '\r';
        default: return std::nullopt;
    }
}

void append_unknown(Value& text) {
    text.text += kPlaceholder;
    text.holds_unknown = true;
}

void append_placeholder(Value& text, const NamedPlaceholder& placeholder) {
    text.text += placeholder.name;
    text.holds_unknown = true;
    add_placeholder(text, placeholder);
}

std::optional<Value> arithmetic(std::string_view sign, const Value& a, const Value& b) {
    const auto x = a.integer(), y = b.integer();
    if (!x || !y || sign.size() != 1) return std::nullopt;
    long result = 0;
    const bool overflows = sign == "+"   ? __builtin_add_overflow(*x, *y, &result)
                           : sign == "-" ? __builtin_sub_overflow(*x, *y, &result)
                           : sign == "*" ? __builtin_mul_overflow(*x, *y, &result)
                                         : true;
    return overflows ? std::nullopt : std::optional(number_value(std::to_string(result)));
}

std::optional<Value> joined_lists(const Value& a, const Value& b) {
    // One of them is either of two lists: it stands there as one item.
    if (a.is(Value::Kind::list) && is_either_list(b)) return joined_lists(a, list_value({b}));
    if (is_either_list(a) && b.is(Value::Kind::list)) return joined_lists(list_value({a}), b);
    if (!a.is(Value::Kind::list) || !b.is(Value::Kind::list)) return std::nullopt;
    std::vector<Value> all = *a.items;
    all.insert(all.end(), b.items->begin(), b.items->end());
    Value list = list_value(std::move(all));
    if (list.items) list.items->uncounted = a.items->uncounted || b.items->uncounted;
    return list;
}

}  // namespace pgfence::extract
