#include "pipeline/edit_reach.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "core/source.h"
#include "core/sql_scanner.h"
#include "core/text.h"
#include "diff/changed_lines.h"
#include "extract/extract.h"
#include "extract/formats/format.h"
#include "pipeline/used_files.h"

namespace pgfence::pipeline {
namespace {

using namespace std::string_view_literals;
using Words = std::set<std::string_view>;

/// On a changed line, what runs behind it, or how, may be another thing.
constexpr std::array kRunsOtherwise{"return"sv,        "raise"sv,         "throw"sv,        "throws"sv,
                                    "break"sv,         "continue"sv,      "next"sv,         "redo"sv,
                                    "retry"sv,         "exit"sv,          "abort"sv,        "yield"sv,
                                    "fail"sv,          "catch"sv,         "rescue"sv,       "except"sv,
                                    "ensure"sv,        "finally"sv,       "else"sv,         "elif"sv,
                                    "elsif"sv,         "when"sv,          "goto"sv,         "eval"sv,
                                    "exec"sv,          "globals"sv,       "locals"sv,       "setattr"sv,
                                    "define_method"sv, "class_eval"sv,    "send"sv,         "include"sv,
                                    "extend"sv,        "prepend"sv,       "use"sv,          "prototype"sv,
                                    "transaction"sv,   "atomic"sv,        "autocommit"sv,   "search_path"sv,
                                    "process"sv,       "global"sv,        "nonlocal"sv,     "extends"sv,
                                    "superclass"sv,    "alias"sv,         "alias_method"sv, "refine"sv,
                                    "import_module"sv, "instance_eval"sv, "module_eval"sv,  "instance_variable_set"sv,
                                    "const_set"sv};
/// Whatever their lines name has another meaning behind them.
constexpr std::array kMakesNames{
    "def"sv,           "class"sv,    "function"sv, "const"sv, "let"sv,     "var"sv,
    "for"sv,           "as"sv,       "import"sv,   "from"sv,  "require"sv, "require_relative"sv,
    "module"sv,        "lambda"sv,   "in"sv,       "with"sv,  "defp"sv,    "defmodule"sv,
    "attr_accessor"sv, "delegate"sv, "async"sv,    "del"sv,   "delete"sv};
/// Imports of what migrations are made with: a call on that makes nothing else of another one.
constexpr std::array kToolsOwn{" import op"sv, " import migrations"sv, "import sqlalchemy"sv, "from sqlalchemy"sv};

/// The other file may have changed with this one, and what it means here with it.
constexpr std::array kUsesAnotherFile{"require_relative"sv, "require('."sv, "require(\"."sv, "from '."sv,
                                      "from \"."sv,         "from ."sv,     "import('."sv,   "import(\"."sv};

/// Blocks of Ruby and Elixir end with a word.
constexpr std::array kOpensAnywhere{"do"sv};
constexpr std::array kOpensLine{"def"sv,  "class"sv, "module"sv, "begin"sv, "if"sv,       "unless"sv,
                                "case"sv, "while"sv, "until"sv,  "defp"sv,  "defmodule"sv};

constexpr std::array kBlocks{"do"sv, "end"sv, "if"sv, "unless"sv, "while"sv, "case"sv, "begin"sv};

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    const auto in_word = [](char c) {
        return is_letter_or_digit(c) || c == '_' || c == '$' || c == '@' || static_cast<unsigned char>(c) >= 0x80;
    };
    for (std::size_t at = 0; at < line.size();) {
        if (!in_word(line[at])) {
            ++at;
            continue;
        }
        const std::size_t begin = at;
        while (at < line.size() && in_word(line[at])) ++at;
        if (!is_digit(line[begin])) words.push_back(line.substr(begin, at - begin));
    }
    return words;
}

bool has_any(const std::vector<std::string_view>& words, const auto& of) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return is_among(word, of); });
}

bool is_comment(std::string_view line) {
    line = trim(line);
    const bool is_python_or_ruby = line.starts_with('#') && !line.starts_with("#[");
    return line.empty() || is_python_or_ruby || line.starts_with("//");
}

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }

/// Left of a sign that gives a value: `a, b =`, `a +=`, `a <<`, `a.b =`, `a:`. Empty: there is none.
std::string_view given_a_value(std::string_view line) {
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char behind = at + 1 < line.size() ? line[at + 1] : ' ', before = at > 0 ? line[at - 1] : ' ';
        if (line[at] == '(') break;
        if (line[at] == '<' && behind == '<') return line.substr(0, at);
        if (line[at] == '=' && behind != '=' && behind != '>' && behind != '~' && before != '=' && before != '!' &&
            before != '<' && before != '>')
            return line.substr(0, at);
        if (line[at] == ':' && behind != ':' && before != ':' && before != ' ') return line.substr(0, at);
    }
    return {};
}

/// What comes from the migration tool itself is nobody's to change.
bool imports_from_tool(std::string_view line) {
    return std::any_of(kToolsOwn.begin(), kToolsOwn.end(), [&](std::string_view words) {
        const auto at = line.find(words);
        return at != line.npos &&
               !continues_name(line.substr(at + words.size()).empty() ? ' ' : line[at + words.size()]);
    });
}

/// Names that the line makes or gives another value.
std::vector<std::string_view> made_on(std::string_view line) {
    auto words = words_of(line);
    if (imports_from_tool(line)) return {};
    // What a class is made from stays what it is.
    if (words.size() > 1 && words.front() == "class" && !contains(line, ";")) return {words[1]};
    // Arguments of a block and of a function without a name.
    const bool all = has_any(words, kMakesNames) || contains(line, "=>") || contains(line, "->") || contains(line, "|");
    if (!all) words = words_of(given_a_value(line));
    std::erase_if(words, [](std::string_view word) {
        return is_among(word, kMakesNames) || is_among(word, kRunsOtherwise) || is_among(word, kBlocks);
    });
    return words;
}

class Lines {
public:
    Lines(std::string_view text, const LineSet& changed) : index_(text) {
        for (std::uint32_t i = 1; i <= index_.lines(); ++i) all_.push_back(index_.line(i));
        for (const auto& [first, last] : changed) {
            std::vector<std::string_view>& hunk = hunks_.emplace_back();
            for (std::uint32_t i = first; i <= last && i <= all_.size(); ++i) hunk.push_back(all_[i - 1]);
        }
    }

    const std::vector<std::string_view>& all() const { return all_; }
    const std::vector<std::vector<std::string_view>>& hunks() const { return hunks_; }

    /// The first words of the blocks around a line: a function is another one when its body is.
    Words made_around(std::uint32_t line) const {
        Words made;
        std::size_t indent = indent_of(all_[line - 1]);
        for (std::uint32_t i = line - 1; i > 0 && indent > 0; --i) {
            const std::string_view above = all_[i - 1];
            if (is_comment(above) || indent_of(above) >= indent) continue;
            indent = indent_of(above);
            const auto names = made_on(above);
            made.insert(names.begin(), names.end());
        }
        return made;
    }

private:
    LineIndex index_;
    std::vector<std::string_view> all_;
    std::vector<std::vector<std::string_view>> hunks_;
};

/// Brackets, blocks and texts that begin in the lines end there, and none ends that began before.
class Balance {
public:
    bool holds(const std::vector<std::string_view>& lines, bool ends_with_words) {
        for (const std::string_view line : lines) {
            if (!heredoc_.empty()) {
                if (trim(line) == heredoc_) heredoc_ = {};
                continue;
            }
            if (is_comment(line)) continue;
            take(line, ends_with_words);
            if (open_ < 0 || blocks_ < 0) return false;
        }
        return open_ == 0 && blocks_ == 0 && heredoc_.empty() && ticks_ % 2 == 0 && threes_ % 2 == 0;
    }
    bool is_odd() const { return odd_; }

private:
    void take(std::string_view line, bool ends_with_words) {
        std::size_t single = 0, twice = 0;
        for (std::size_t at = 0; at < line.size(); ++at) {
            const char c = line[at];
            if (c == '(' || c == '[' || c == '{') ++open_;
            if (c == ')' || c == ']' || c == '}') --open_;
            if (c == '`') ++ticks_;
            single += c == '\'';
            twice += c == '"';
            if (line.substr(at, 3) == "\"\"\"" || line.substr(at, 3) == "'''") {
                ++threes_;
                at += 2;
            }
        }
        const std::string_view bare = trim(line);
        const bool is_terminator = !bare.empty() && bare.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == bare.npos;
        odd_ |= (ticks_ == 0 && threes_ == 0 && (single % 2 != 0 || twice % 2 != 0)) || contains(line, "/*") ||
                contains(line, "*/") || bare.ends_with('\\') || bare.starts_with("=begin") ||
                bare.starts_with("=end") || bare.starts_with('@') || bare.starts_with("__END__") || is_terminator;
        if (ends_with_words) take_words(line);
    }

    void take_words(std::string_view line) {
        const auto words = words_of(line);
        if (!words.empty() && is_among(words.front(), kOpensLine)) ++blocks_;
        for (const std::string_view word : words)
            blocks_ += is_among(word, kOpensAnywhere) ? 1 : word == "end" ? -1 : 0;
        for (const std::string_view sign : {"<<~"sv, "<<-"sv})
            if (const auto at = line.find(sign); at != line.npos)
                if (const auto behind = words_of(line.substr(at + sign.size())); !behind.empty())
                    heredoc_ = behind.front();
    }

    int open_ = 0, blocks_ = 0;
    std::size_t ticks_ = 0, threes_ = 0;
    std::string_view heredoc_;
    bool odd_ = false;
};

/// What the lines are said by themselves: nothing around them is another block, text or run for them.
bool stand_alone(const Lines& text, bool ends_with_words) {
    for (const auto& hunk : text.hunks()) {
        Balance balance;
        if (!balance.holds(hunk, ends_with_words) || balance.is_odd()) return false;
        for (const std::string_view line : hunk)
            if (!is_comment(line) && has_any(words_of(line), kRunsOtherwise)) return false;
        // Python's block goes on behind its head.
        if (!ends_with_words && !hunk.empty() && trim(hunk.back()).ends_with(':')) return false;
    }
    return true;
}

/// Names that something in the file makes.
Words made_in(const Lines& text) {
    Words made;
    for (const std::string_view line : text.all()) {
        if (is_comment(line)) continue;
        const auto names = made_on(line);
        made.insert(names.begin(), names.end());
    }
    return made;
}

/// What the changed lines may give another meaning.
void add_changed(const Lines& text, const LineSet& changed, const Words& made, Words& names) {
    for (const auto& [first, last] : changed)
        for (std::uint32_t line = first; line <= last && line <= text.all().size(); ++line) {
            if (is_comment(text.all()[line - 1])) continue;
            for (const std::string_view word : made_on(text.all()[line - 1])) names.insert(word);
            for (const std::string_view word : words_of(text.all()[line - 1]))
                if (made.contains(word) || imports_from_tool(text.all()[line - 1])) names.insert(word);
            names.merge(text.made_around(line));
        }
}

}  // namespace

std::optional<LineSet> lines_reached(std::string_view before, std::string_view now) {
    if (std::any_of(kUsesAnotherFile.begin(), kUsesAnotherFile.end(),
                    [&](std::string_view words) { return contains(now, words); }))
        return std::nullopt;
    const LineSet changed = diff::changed_lines(before, now), was = diff::changed_lines(now, before);
    const Lines is_text(now, changed), was_text(before, was);
    const auto ends_with_words = [](std::string_view text) {
        return contains("\n" + std::string(text), "\nend") || contains(text, " end\n");
    };
    if (!stand_alone(is_text, ends_with_words(now)) || !stand_alone(was_text, ends_with_words(before)))
        return std::nullopt;
    Words made = made_in(is_text), names;
    made.merge(made_in(was_text));
    add_changed(is_text, changed, made, names);
    add_changed(was_text, was, made, names);

    std::set<std::uint32_t> reached;
    for (const auto& [first, last] : changed)
        for (std::uint32_t line = first; line <= last; ++line) reached.insert(line);
    for (std::size_t known = 0; known != names.size() + reached.size();) {
        known = names.size() + reached.size();
        for (std::uint32_t line = 1; line <= is_text.all().size(); ++line) {
            const std::string_view text = is_text.all()[line - 1];
            if (reached.contains(line) || is_comment(text)) continue;
            const auto words = words_of(text);
            if (!has_any(words, names)) continue;
            const auto made_here = made_on(text);
            // Whether anything behind it runs may hang on the name.
            if (has_any(words, kRunsOtherwise) || has_any(words, std::array{"if"sv, "unless"sv, "while"sv, "case"sv}))
                return std::nullopt;
            reached.insert(line);
            names.insert(made_here.begin(), made_here.end());
            names.merge(is_text.made_around(line));
        }
    }
    LineSet lines;
    for (const std::uint32_t line : reached) lines.emplace_back(line, line);
    return lines;
}

namespace {

/// Of SQL, a statement means the same wherever nothing around it sets anything.
std::optional<LineSet> statements_reached(std::string_view before, std::string_view now) {
    const LineSet changed = diff::changed_lines(before, now), was = diff::changed_lines(now, before);
    const auto sets = [](const Lines& text) {
        for (const auto& hunk : text.hunks())
            for (const std::string_view line : hunk)
                if (contains(line, "\\") || contains(lower_case(line), "set")) return true;
        return false;
    };
    if (sets(Lines(now, changed)) || sets(Lines(before, was))) return std::nullopt;
    return changed;
}

std::optional<LineSet> reach_of(const MigrationFile& before, const MigrationFile& now,
                                const std::vector<std::string>& touched) {
    if (!before.unreadable.empty() || !now.unreadable.empty()) return std::nullopt;
    if (before.text == now.text || extract::is_same_program(now.path, before.text, now.text)) return LineSet();
    if (extract::is_sql_name(now.path)) return statements_reached(before.text, now.text);
    if (!extract::is_code_name(now.path) || may_use_any(now.path, now.text, touched)) return std::nullopt;
    return lines_reached(before.text, now.text);
}

}  // namespace

std::map<FileId, LineSet> reach_of_edits(const std::vector<MigrationFile>& files,
                                         const std::vector<std::string>& touched) {
    std::map<std::string_view, const MigrationFile*> ran;
    for (const MigrationFile& file : files)
        if (file.role == MigrationFile::Role::history) ran.emplace(file.path, &file);
    std::map<FileId, LineSet> reach;
    for (const MigrationFile& file : files) {
        using enum MigrationFile::Change;
        if (file.role != MigrationFile::Role::changed || (file.change != modified && file.change != renamed)) continue;
        const auto before = ran.find(file.change == renamed ? file.old_path.value_or("") : file.path);
        if (before == ran.end()) continue;
        if (auto lines = reach_of(*before->second, file, touched)) reach.emplace(file.id, std::move(*lines));
    }
    return reach;
}

}  // namespace pgfence::pipeline
