#include "extract/elixir/excellent_migrations.h"

#include <algorithm>
#include <optional>

#include "core/text.h"
#include "extract/lines.h"

namespace pgfence::extract {
namespace {

constexpr std::string_view kTool = "excellent_migrations";

/// Behind "# excellent_migrations:"; nothing: the comment is another one.
std::optional<std::string_view> addressed(std::string_view comment) {
    while (comment.starts_with('#')) comment.remove_prefix(1);
    comment = trim(comment);
    if (!comment.starts_with(kTool)) return std::nullopt;
    comment = trim(comment.substr(kTool.size()));
    if (!comment.starts_with(':')) return std::nullopt;
    return trim(comment.substr(1));
}

std::size_t line_end(std::string_view text, std::size_t from) { return std::min(text.find('\n', from), text.size()); }

bool is_addressed_line(std::string_view line) { return addressed(trim(line)).has_value(); }

/// The line that a comment is about: the next one that is no such comment itself.
ByteRange next_line(std::string_view text, std::size_t comment_end) {
    std::size_t begin = std::min(line_end(text, comment_end) + 1, text.size());
    while (begin < text.size() && is_addressed_line(text.substr(begin, line_end(text, begin) - begin)))
        begin = std::min(line_end(text, begin) + 1, text.size());
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(line_end(text, begin))};
}

std::string mark_of(std::string_view type) { return std::string(kTool) + ":" + std::string(type); }

}  // namespace

void take_safety_assured(const Elixir& program, const Tree& tree, std::string_view text, EctoRunner& runner) {
    for (const auto& [begin, end] : tree.comments) {
        const auto words = addressed(text.substr(begin, end - begin));
        if (!words) continue;
        std::string_view rest = *words;
        const std::string_view about = take_word(rest);
        const bool of_file = about == "safety-assured-for-this-file";
        if (!of_file && about != "safety-assured-for-next-line") continue;
        const ByteRange lines = of_file ? ByteRange{0, static_cast<std::uint32_t>(text.size())} : next_line(text, end);
        for (std::string_view type = take_word(rest); !type.empty(); type = take_word(rest))
            runner.mark(lines, mark_of(type));
    }
    const Value* attribute = program.attribute("safety_assured");
    if (!attribute) return;
    for (const Value& type :
         attribute->is_text() ? std::vector<Value>{*attribute} : items_of(*attribute).value_or(std::vector<Value>{}))
        if (type.is_text() && type.known())
            runner.mark({0, static_cast<std::uint32_t>(text.size())}, mark_of(type.text));
}

}  // namespace pgfence::extract
