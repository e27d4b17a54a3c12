// What a program reads from its settings: os.environ, an object of the application's, Alembic's own context. What that
// is nobody can tell from the repository, but it is one value, however often the program asks.

#include <algorithm>
#include <array>

#include "extract/python/harmless.h"
#include "extract/python/python.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLongestSetting = 200;

/// Calls that give the same as long as the program runs, when they are given the same.
bool only_reads(const Call& call) {
    constexpr std::array kReads{"__getitem__"sv,     "get"sv,         "getenv"sv,  "get_bind"sv,
                                "get_context"sv,     "config"sv,      "inspect"sv, "get_main_option"sv,
                                "get_x_argument"sv,  "get_section"sv, "env"sv,     "get_section_option"sv,
                                "declarative_base"sv};
    return makes_an_object(call) || std::find(kReads.begin(), kReads.end(), call.name()) != kReads.end();
}

std::optional<std::string> said(const Value& value);

std::optional<std::string> said(const Call& call) {
    if (call.more_args || !only_reads(call)) return std::nullopt;
    std::string arguments;
    const auto add = [&](const std::string& name, const Value& value) {
        const auto one = said(value);
        if (one) arguments += (arguments.empty() ? "" : ", ") + name + *one;
        return one.has_value();
    };
    for (const Value& value : call.args)
        if (!add("", value)) return std::nullopt;
    for (const auto& [name, value] : call.named)
        if (!add(name + "=", value)) return std::nullopt;
    const bool is_method = call.receiver.is(Value::Kind::path);
    if (!is_method && call.path.find('(') != call.path.npos) return std::nullopt;
    const auto object = is_method ? said(call.receiver) : std::optional(call.path);
    if (!object) return std::nullopt;
    if (call.name() == "__getitem__") return *object + "[" + arguments + "]";
    return *object + (is_method ? "." + std::string(call.name()) : "") + "(" + arguments + ")";
}

/// As an expression of Python's.
std::optional<std::string> said(const Value& value) {
    if (value.is(Value::Kind::text)) return value.holds_unknown ? std::nullopt : std::optional("'" + value.text + "'");
    if (value.is(Value::Kind::number)) return value.text;
    if (value.is(Value::Kind::boolean)) return value.yes ? "True" : "False";
    if (value.is(Value::Kind::nothing)) return "None";
    if (!value.is(Value::Kind::path)) return std::nullopt;
    if (value.call) return said(*value.call);
    if (value.text.find('(') == value.text.npos) return value.text;
    const auto object = value.of ? said(*value.of) : std::nullopt;
    return object ? std::optional(*object + value.text.substr(value.text.rfind('.'))) : std::nullopt;
}

}  // namespace

std::optional<std::string> setting_of(const Value& value) {
    // A name alone may be one that is bound in a way that is not followed.
    if (!value.is(Value::Kind::path) || value.text.find('.') == value.text.npos) return std::nullopt;
    auto expression = said(value);
    return expression && expression->size() <= kLongestSetting ? expression : std::nullopt;
}

}  // namespace pgfence::extract
