#include "analyze/bodies/called_with.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "analyze/lower/lower.h"
#include "core/number_text.h"
#include "core/text.h"

namespace pgfence::analyze {
namespace {

bool is_integer(const TypeName& type) {
    constexpr std::array<std::string_view, 3> kIntegers{"int2", "int4", "int8"};
    return type.array_dimensions == 0 && is_among(type.name.name, kIntegers);
}

/// Those that keep a literal as it is written.
bool is_text(const TypeName& type) {
    return type.array_dimensions == 0 && type.typmods.empty() &&
           (type.name.name == "text" || type.name.name == "varchar");
}

/// "DECLARE n integer := 1; t text := 'a';"; nothing when a value may become another one, or an argument has no name.
std::optional<std::string> declarations(const Function& function, const std::vector<std::string>& values) {
    std::string all = "DECLARE ";
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string& name = function.argument_names[i];
        const auto number = number_in<std::int32_t>(values[i]);
        all += in_doubled_quotes(name, '"');
        if (is_integer(function.types[i]) && number)
            all += " integer := " + std::to_string(*number) + "; ";
        else if (is_text(function.types[i]) && !contains(values[i], "\\"))
            all += " text := " + in_doubled_quotes(values[i], '\'') + "; ";
        else
            return std::nullopt;
    }
    return all;
}

/// An empty one may be NULL.
bool is_spelled_out(const Function& function, const FunctionUse& use) {
    const auto none = [](const std::string& text) { return text.empty(); };
    const std::size_t count = use.literals.size();
    return count > 0 && function.returned.empty() && use.arguments == static_cast<int>(count) &&
           function.types.size() == count && function.argument_names.size() == count &&
           std::none_of(use.literals.begin(), use.literals.end(), none) &&
           std::none_of(function.argument_names.begin(), function.argument_names.end(), none);
}

bool runs_what_is_made(const RoutineBody& body) {
    return std::any_of(body.gaps.begin(), body.gaps.end(), [](const BodyGap& gap) { return gap.what == "EXECUTE"; });
}

/// The body in a block that declares its arguments. Places in it are none of the file's.
std::shared_ptr<const RoutineBody> read_with(const Function& function, const std::string& declared) {
    const std::string set = function.result.setof ? "SETOF " : "";
    const std::string head = function.procedure                    ? "PROCEDURE f()"
                             : function.result.name.name == "void" ? "FUNCTION f() RETURNS void"
                                                                   : "FUNCTION f() RETURNS " + set + "text";
    const std::string_view own = trim(function.body);
    const std::string body = std::string(own.substr(0, own.find_last_not_of(';') + 1));
    const Lowered read = lower("CREATE " + head + " LANGUAGE plpgsql AS " +
                               in_doubled_quotes(declared + "BEGIN " + body + "; END", '\''));
    if (read.statements.size() != 1 || read.statements[0].actions.size() != 1) return nullptr;
    const auto* made = std::get_if<CreateFunction>(&read.statements[0].actions[0]);
    return made ? made->runs.get() : nullptr;
}

}  // namespace

std::shared_ptr<const RoutineBody> CalledWith::body(const Function& function, const FunctionUse& use) {
    Body own = function.runs.get();
    if (function.language != "plpgsql" || !runs_what_is_made(*own) || !is_spelled_out(function, use)) return own;
    const auto known = read_.find({own, use.literals});
    if (known != read_.end()) return known->second;
    if (left_ < function.body.size()) return own;
    left_ -= function.body.size();
    Body& read = read_[{own, use.literals}] = own;
    const auto declared = declarations(function, use.literals);
    const Body with = declared ? read_with(function, *declared) : nullptr;
    if (with && with->gaps.size() < own->gaps.size()) read = with;
    return read;
}

}  // namespace pgfence::analyze
