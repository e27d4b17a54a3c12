#include "extract/program/interpreter.h"

#include <algorithm>

#include "core/text.h"

namespace pgfence::extract {
namespace {

constexpr std::size_t kLongestCondition = 60;

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
    if (!exhausted_) host_.unread(place, "a program that takes too many steps", "it was not followed to its end");
    exhausted_ = true;
    return false;
}

Interpreter::Flow Interpreter::either(Flow first, Flow second, std::size_t from, const std::string& what) {
    host_.depends(from, what);
    if (first == second || second == Flow::fails) return first;
    if (first == Flow::fails) return second;
    for (const Flow way : {first, second})
        if (way != Flow::goes_on) open_.push_back({host_.sent(), what, way != Flow::returns});
    return Flow::goes_on;
}

void Interpreter::end_round(std::size_t before) {
    std::size_t kept = before;
    for (std::size_t i = before; i < open_.size(); ++i) {
        if (open_[i].of_round)
            host_.depends(open_[i].from, open_[i].what);
        else
            std::swap(open_[kept++], open_[i]);
    }
    open_.resize(kept);
}

void Interpreter::end_function(std::size_t before) {
    for (; open_.size() > before; open_.pop_back()) host_.depends(open_.back().from, open_.back().what);
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
    text.text += "unknown_value";
    text.holds_unknown = true;
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
    if (!a.is(Value::Kind::list) || !b.is(Value::Kind::list)) return std::nullopt;
    std::vector<Value> all = *a.items;
    all.insert(all.end(), b.items->begin(), b.items->end());
    return list_value(std::move(all));
}

}  // namespace pgfence::extract
