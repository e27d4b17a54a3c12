#include <algorithm>
#include <utility>

#include "core/path_text.h"
#include "core/sql_scanner.h"
#include "extract/formats/code.h"
#include "extract/lines.h"
#include "locate/layout.h"

namespace pgfence::extract {

bool contains_word(std::string_view text, std::string_view word) {
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool begins = at == 0 || !continues_name(text[at - 1]);
        if (begins && (end == text.size() || !continues_name(text[end]))) return true;
    }
    return false;
}

bool is_javascript(std::string_view path) {
    const auto dot = path.rfind('.');
    return dot != path.npos && contains(std::string(kJavaScript) + ' ', std::string(path.substr(dot)) + ' ');
}

bool exports_up(std::string_view text) { return contains(text, "export") && contains_word(text, "up"); }

bool may_be_beside(std::string_view path, std::string_view text) {
    if (exports_up(text)) return true;
    // A function of the project may make both ways: module.exports = fromFiles(__filename).
    const bool hands_out = contains(text, "module.exports") || contains(text, "export default");
    return hands_out && is_javascript(path) && locate::is_numbered_program(lower_case(last_part(path)));
}

namespace {

std::string_view behind_blanks(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    return text;
}

std::string_view name_at(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && continues_name(text[length])) ++length;
    return text.substr(0, length);
}

/// Behind the word, where that stands.
std::string_view behind_word(std::string_view text, std::string_view word) {
    return name_at(text) == word ? behind_blanks(text.substr(word.size())) : text;
}

/// Of a definition, behind the name of the function: `(db) {`, `= async (db) =>`, `: function (db) {`, `= db =>`.
std::string_view first_parameter(std::string_view rest) {
    const bool assigned = rest.starts_with(':') || rest.starts_with('=');
    if (assigned) {
        rest = behind_word(behind_word(behind_blanks(rest.substr(1)), "async"), "function");
        if (const auto name = name_at(rest); !name.empty()) {
            const std::string_view behind = behind_blanks(rest.substr(name.size()));
            if (behind.starts_with("=>")) return name;
            rest = behind;
        }
    }
    return rest.starts_with('(') ? name_at(behind_blanks(rest.substr(1))) : std::string_view();
}

}  // namespace

std::string_view given_to_up(std::string_view text) {
    constexpr std::string_view kUp = "up";
    for (auto at = text.find(kUp); at != text.npos; at = text.find(kUp, at + 1)) {
        if (at > 0 && continues_name(text[at - 1])) continue;
        std::string_view rest = text.substr(at + kUp.size());
        if (!rest.empty() && continues_name(rest.front())) continue;
        if (rest.starts_with('\'') || rest.starts_with('"')) rest.remove_prefix(1);
        rest = behind_blanks(rest);
        const bool calls = at > 0 && text[at - 1] == '.' && rest.starts_with('(');
        if (const auto name = first_parameter(rest); !calls && !name.empty()) return name;
    }
    return {};
}

namespace {

/// What stands behind one of the places where the program names that.
template <class Follows>
bool is_followed(std::string_view text, std::string_view object, Follows follows) {
    if (object.empty()) return false;
    for (auto at = text.find(object); at != text.npos; at = text.find(object, at + 1)) {
        if (at > 0 && (continues_name(text[at - 1]) || text[at - 1] == '.')) continue;
        const std::string_view behind = text.substr(at + object.size());
        if ((behind.empty() || !continues_name(behind.front())) && follows(behind_blanks(behind))) return true;
    }
    return false;
}

}  // namespace

bool uses_member(std::string_view text, std::string_view object, std::string_view member) {
    return is_followed(text, object, [&](std::string_view rest) {
        return rest.starts_with('.') && name_at(behind_blanks(rest.substr(1))) == member;
    });
}

bool is_tag(std::string_view text, std::string_view function) {
    return is_followed(text, function, [](std::string_view rest) { return rest.starts_with('`'); });
}

bool is_called_with_text(std::string_view text, std::string_view function) {
    return is_followed(text, function, [](std::string_view rest) {
        if (!rest.starts_with('(')) return false;
        rest = behind_blanks(rest.substr(1));
        return rest.starts_with('\'') || rest.starts_with('"') || rest.starts_with('`');
    });
}

namespace {

/// `name: 'value'` and `name = value` behind a name; nothing when no value that is written there follows.
std::optional<std::string> assigned(std::string_view behind) {
    while (!behind.empty() && (behind.front() == '"' || behind.front() == '\'')) behind.remove_prefix(1);
    behind = trim(behind);
    if (behind.empty() || (behind.front() != ':' && behind.front() != '=')) return std::nullopt;
    behind = trim(behind.substr(1));
    const bool quoted = !behind.empty() && (behind.front() == '"' || behind.front() == '\'' || behind.front() == '`');
    if (quoted) behind.remove_prefix(1);
    std::size_t length = 0;
    while (length < behind.size() && continues_name(behind[length])) ++length;
    const std::string value(behind.substr(0, length));
    return quoted || value == "true" || value == "false" ? std::optional(value) : std::nullopt;
}

std::string_view without_comment(std::string_view line) {
    const std::string_view trimmed = trim(line);
    return trimmed.starts_with('*') || trimmed.starts_with("/*") ? std::string_view{} : line.substr(0, line.find("//"));
}

}  // namespace

std::optional<Settings> nearest_settings(const Source& source, std::initializer_list<std::string_view> names) {
    for (std::string_view folder = source.folder;; folder = folder_of(folder)) {
        for (const std::string_view inside :
             {"", "src", "config", "src/config", "db", "src/db", "database", "src/database"})
            for (const std::string_view name : names) {
                std::string path = path_in(path_in(folder, inside), name);
                if (auto text = text_of(source.hints, path)) return Settings{std::move(path), std::move(*text)};
            }
        if (folder.empty()) return std::nullopt;
    }
}

std::string value_of(const Settings& settings, std::string_view name) {
    std::string value;
    for_each_line(settings.text, 0, [&](const Line& line) {
        const std::string_view text = without_comment(line.text);
        if (!contains_word(text, name)) return;
        const std::string found = assigned(text.substr(text.find(name) + name.size())).value_or("?");
        value = value.empty() || value == found ? found : "?";
    });
    return value;
}

namespace {

/// "each" of "-t each" or "-t=each"; "true" where no value follows; nothing when the option is not there.
std::optional<std::string> option_in(std::string_view script, std::string_view option) {
    const auto is_end = [](char c) { return c == ' ' || c == '=' || c == '"' || c == '\\'; };
    for (auto at = script.find(option); at != script.npos; at = script.find(option, at + 1)) {
        const std::string_view rest = script.substr(at + option.size());
        if (at == 0 || script[at - 1] != ' ' || (!rest.empty() && !is_end(rest.front()))) continue;
        const auto begin = rest.find_first_not_of(" =");
        const std::string_view value = begin == rest.npos ? std::string_view() : rest.substr(begin);
        const auto end = std::min(value.find_first_of(" \"\\,&;"), value.size());
        return end == 0 || value.front() == '-' ? "true" : std::string(value.substr(0, end));
    }
    return std::nullopt;
}

}  // namespace

ScriptOption option_of_scripts(const Source& source, std::string_view command,
                               std::initializer_list<std::string_view> options) {
    for (std::string_view folder = source.folder;; folder = folder_of(folder)) {
        ScriptOption said{path_in(folder, "package.json"), {}};
        bool is_run = false;
        const auto text = text_of(source.hints, said.path);
        for_each_line(text.value_or(std::string()), 0, [&](const Line& line) {
            auto at = line.text.find(command);
            // The name of a script, or of the package among those that it needs.
            if (at != line.text.npos && line.text.substr(at + command.size()).starts_with("\":"))
                at = line.text.find(command, at + command.size());
            if (at == line.text.npos) return;
            const std::string_view rest = line.text.substr(at + command.size());
            for (const std::string_view other : {"down", "create", "redo"})
                if (contains_word(rest, other)) return;
            std::string value;
            for (const std::string_view option : options)
                if (value.empty()) value = option_in(rest, option).value_or("");
            said.value = !is_run || said.value == value ? value : "?";
            is_run = true;
        });
        if (is_run || folder.empty()) return said;
    }
}

Scope is_run(const Source& source, Script& script, Scope scope) {
    blank(script.sql, 0, script.sql.size());
    script.unread.push_back({source.whole(), "a program", "it has to be run for its SQL"});
    return scope;
}

Scope not_read(const Source& source, Script& script, std::string_view title, Scope scope) {
    blank(script.sql, 0, script.sql.size());
    script.unread.push_back({source.whole(), "a migration of " + std::string(title),
                             "pgfence does not read this kind of migration", Unread::Extent::file});
    return scope;
}

}  // namespace pgfence::extract
