#include "pipeline/used_files.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/path_text.h"
#include "core/sql_scanner.h"
#include "core/text.h"
#include "extract/lines.h"

namespace pgfence::pipeline {
namespace {

using namespace std::string_view_literals;
using Names = std::set<std::string, std::less<>>;

constexpr std::array kPython{".py"sv};
constexpr std::array kLoadedByName{".rb"sv, ".ex"sv, ".exs"sv};
constexpr std::array kJavaScriptFiles{".js"sv,  ".ts"sv,  ".mjs"sv, ".cjs"sv, ".mts"sv,
                                      ".cts"sv, ".jsx"sv, ".tsx"sv, ".json"sv};

bool ends_with_any(std::string_view path, const auto& endings) {
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view end) { return path.ends_with(end); });
}

std::string_view without_ending(std::string_view path) { return path.substr(0, path.find_last_of('.')); }

/// "a.b" as "a/b".
std::string as_path(std::string_view dotted) {
    std::string path(trim(dotted));
    std::replace(path.begin(), path.end(), '.', '/');
    return path;
}

/// "a, b as c" of one line, or of several between parentheses.
std::string_view listed_from(std::string_view text, std::size_t at) {
    const std::string_view rest = text.substr(at);
    const auto line_end = std::min(rest.find('\n'), rest.size());
    const auto open = rest.find('(');
    return open < line_end ? rest.substr(open + 1, rest.find(')') - open - 1) : rest.substr(0, line_end);
}

/// The module itself, what is in it, and, with "/__init__" behind them, the packages around it, which are loaded too.
void add_module(const std::string& module, Names& modules) {
    modules.insert(module);
    for (auto slash = module.find('/'); slash != module.npos; slash = module.find('/', slash + 1))
        modules.insert(module.substr(0, slash) + "/__init__");
    modules.insert(module + "/__init__");
}

void add_listed(std::string_view names, const std::string& lead, Names& modules) {
    for (const std::string_view one : split(names, ",")) {
        std::string_view rest = trim(one);
        if (const std::string_view name = extract::take_word(rest); !name.empty())
            add_module(lead + as_path(name), modules);
    }
}

/// import a.b, c; from a.b import c
Names modules_of_python(std::string_view text) {
    Names modules;
    for (std::size_t at = 0; at < text.size();) {
        std::string_view line = text.substr(at, text.find('\n', at) - at);
        const std::size_t begin = at;
        at += line.size() + 1;
        std::string_view rest = trim(line);
        const std::string_view word = extract::take_word(rest);
        if (word == "import") add_listed(rest, "", modules);
        if (word != "from") continue;
        const std::string_view from = extract::take_word(rest);
        add_module(as_path(from), modules);
        if (const auto names = line.find(" import"); names != line.npos)
            add_listed(listed_from(text, begin + names + " import"sv.size()), as_path(from) + "/", modules);
    }
    return modules;
}

/// Texts that may be a module's name: "shop/weird", "shop.weird", "@acme/db".
Names quoted_names(std::string_view text) {
    Names names;
    for (std::size_t at = text.find_first_of("'\"`"); at != text.npos; at = text.find_first_of("'\"`", at + 1)) {
        const auto end = text.find_first_of("'\"`\n \\", at + 1);
        if (end != text.npos && text[end] == text[at] && end > at + 1) names.emplace(text.substr(at + 1, end - at - 1));
    }
    return names;
}

/// "weird_thing" of WeirdThing: the file that Ruby's and Elixir's projects have it in.
Names files_of_constants(std::string_view text) {
    Names files;
    for (std::size_t at = 0; at < text.size();) {
        if (!continues_name(text[at])) {
            ++at;
            continue;
        }
        const std::size_t begin = at;
        while (at < text.size() && continues_name(text[at])) ++at;
        if (!is_upper(text[begin])) continue;
        std::string file;
        for (std::size_t i = begin; i < at; ++i) {
            const bool begins_word =
                i > begin && is_upper(text[i]) && (!is_upper(text[i - 1]) || (i + 1 < at && is_lower(text[i + 1])));
            if (begins_word) file += '_';
            file += to_lower(text[i]);
        }
        files.insert(std::move(file));
    }
    return files;
}

/// The path ends with one of the names, folder by folder.
bool is_one_of(std::string_view module, const Names& names) {
    for (std::size_t from = 0;;) {
        if (names.contains(module.substr(from))) return true;
        const auto slash = module.find('/', from);
        if (slash == module.npos) return false;
        from = slash + 1;
    }
}

/// What is left of `path` below the folders that it has in common with the other.
std::string_view apart_from(std::string_view path, std::string_view other) {
    std::size_t from = 0;
    for (std::size_t i = 0; i < path.size() && i < other.size() && path[i] == other[i]; ++i)
        if (path[i] == '/') from = i + 1;
    return path.substr(from);
}

class Used {
public:
    Used(std::string_view path, std::string_view text) : path_(path) {
        for (const std::string& quoted : quoted_names(text)) {
            last_parts_.emplace(last_part(quoted));
            add_module(as_path(quoted), modules_);
            modules_.insert(std::string(quoted.ends_with(".rb") ? without_ending(quoted) : quoted));
        }
        if (path.ends_with(".py")) modules_.merge(modules_of_python(text));
        if (ends_with_any(path, kLoadedByName)) constants_ = files_of_constants(text);
    }

    bool may_be(std::string_view file) const {
        if (file == path_) return false;
        const std::string_view module = without_ending(file);
        if (ends_with_any(path_, kPython)) return ends_with_any(file, kPython) && is_one_of(module, modules_);
        if (ends_with_any(path_, kLoadedByName))
            return ends_with_any(file, kLoadedByName) &&
                   (is_one_of(module, modules_) || constants_.contains(last_part(module)));
        if (!ends_with_any(path_, kJavaScriptFiles) || !ends_with_any(file, kJavaScriptFiles)) return false;
        const auto parts = path_parts(apart_from(module, path_));
        return std::any_of(parts.begin(), parts.end(), [&](const auto& part) { return last_parts_.contains(part); });
    }

private:
    std::string_view path_;
    Names modules_, last_parts_, constants_;
};

}  // namespace

bool may_use_any(std::string_view path, std::string_view text, const std::vector<std::string>& files) {
    if (files.empty()) return false;
    const Used used(path, text);
    return std::any_of(files.begin(), files.end(), [&](const std::string& file) { return used.may_be(file); });
}

}  // namespace pgfence::pipeline
