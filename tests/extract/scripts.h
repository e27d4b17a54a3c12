#pragma once
// Files of a repository that does not exist, for readers that look beyond the file they are given.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text.h"
#include "extract/extract.h"

namespace pgfence::test {

using Files = std::map<std::string, std::string, std::less<>>;

inline extract::Hints hints_of(const Files& files) {
    extract::Hints hints;
    for (const auto& [path, text] : files)
        if (extract::tells_tools_apart(path)) hints.paths.push_back(path);
    hints.read = [files](std::string_view path) -> std::optional<std::string> {
        const auto found = files.find(path);
        return found == files.end() ? std::nullopt : std::optional(found->second);
    };
    return hints;
}

/// The file at `path`, after all of `announced` were.
inline Script read(const Files& files, const std::string& path, const extract::Hints& hints,
                   const std::vector<std::string>& announced = {}) {
    const auto file_at = [&](const std::string& wanted) {
        MigrationFile file;
        file.id = 7;
        file.path = wanted;
        file.text = files.at(wanted);
        return file;
    };
    extract::Memory memory;
    std::vector<MigrationFile> others;
    for (const std::string& other : announced) others.push_back(file_at(other));
    for (const MigrationFile& other : others) extract::announce(other, hints, memory);
    return extract::script(file_at(path), hints, memory);
}

/// What the parser would see, with every run of white space as one space.
inline std::string squeezed(std::string_view sql) {
    std::string out;
    for (const char c : sql) {
        const bool space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (!space)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

/// The bytes of the file that a part of its SQL is mapped to.
inline std::string place_of(const Script& script, const std::string& text, std::string_view sql) {
    const auto at = script.sql.find(sql);
    if (at == std::string::npos) return "not in the SQL: " + script.sql;
    const SourceSpan span =
        script.map.span(script.file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + sql.size()));
    return text.substr(span.begin, span.end - span.begin);
}

/// What of the SQL is in uncertainty, and why: "a: the value of :x".
inline std::string uncertainties_of(const Script& script) {
    std::string all;
    for (const Uncertainty& uncertainty : script.uncertainties)
        all += (all.empty() ? "" : "; ") +
               squeezed(script.sql.substr(uncertainty.begin, uncertainty.end - uncertainty.begin)) + ": " +
               uncertainty.what;
    return all;
}

inline std::string unread_of(const Script& script) {
    std::string all;
    for (const Unread& unread : script.unread) all += (all.empty() ? "" : "; ") + unread.what + ": " + unread.why;
    return all;
}

/// What a program that drops something may not leave out: the drop is in the SQL, or something is listed as not read.
inline bool drops_or_lists(const Script& script) {
    const std::string sql = lower_case(script.sql);
    return !script.unread.empty() || sql.find("drop table") != std::string::npos ||
           sql.find("drop column") != std::string::npos || sql.find("delete from") != std::string::npos;
}

}  // namespace pgfence::test
