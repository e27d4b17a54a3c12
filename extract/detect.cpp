#include "extract/detect.h"

#include <map>
#include <memory>
#include <utility>

#include "extract/extract.h"
#include "extract/formats/code.h"
#include "extract/graph_order.h"
#include "extract/lines.h"
#include "extract/liquibase/runs.h"
#include "extract/liquibase/sql_text.h"
#include "extract/listed.h"
#include "extract/order.h"
#include "extract/run_list.h"
#include "locate/detect.h"

namespace pgfence::extract {

extern const Format liquibase_file;

namespace {

Hints hints_of(const FileTree& tree) {
    Hints hints;
    for (const auto path : tree.paths)
        if (tells_tools_apart(path)) hints.paths.emplace_back(path);
    hints.read = tree.read;
    return hints;
}

locate::FormatOfFile as_told(const Format& format) {
    return {format.id, format.title, format.decides, format.known, format.habits, format.is_changelog};
}

std::optional<locate::FormatOfFile> format_of(std::string_view path, std::string text, const Hints& hints) {
    MigrationFile file;
    file.path = path;
    file.text = std::move(text);
    Memory memory;
    Replacements none;
    const Format* format = extract::format_of(source_of(file, hints, memory, none));
    if (!format) return std::nullopt;
    return as_told(*format);
}

/// Formatted SQL says itself what it is.
std::vector<std::string> sql_run_by(const FileTree& tree, std::string_view changelog) {
    std::vector<std::string> files = liquibase::files_run_by(tree, changelog);
    std::erase_if(files, [&](const std::string& file) {
        const std::string text = tree.read(file).value_or(std::string());
        return !is_sql_name(file) || liquibase::is_formatted(text, behind_mark(text));
    });
    return files;
}

/// By psql's \i and \ir: from the script's folder, or from any around it.
std::vector<std::string> included_by(std::string_view path, std::string_view text) {
    std::vector<std::string> targets;
    if (text.find("\\i") == text.npos) return targets;
    for_each_line(text, 0, [&](const Line& line) {
        std::string_view rest = line.text;
        const std::string_view command = take_word(rest), name = take_word(rest);
        if (command != "\\i" && command != "\\ir" && !command.starts_with("\\include")) return;
        for (std::string_view folder = folder_of(path);; folder = folder_of(folder)) {
            if (auto target = path_from(folder, name)) targets.push_back(std::move(*target));
            if (folder.empty()) return;
        }
    });
    return targets;
}

locate::Habits habits_of(std::string_view id) {
    const Format* format = format_called(id);
    return format ? format->habits : locate::Habits{};
}

std::vector<WrittenPlace> places(const FileTree& tree, const Hints& hints, const std::vector<Located>& migrations) {
    WrittenOrder order(tree);
    std::vector<std::string_view> changelogs;
    for (const Located& one : migrations)
        if (const Format* format = format_called(one.format); format && format->is_changelog)
            changelogs.push_back(one.path);
    order.take_changelogs(changelogs);
    Ranks ranks = graph_order(tree, migrations);
    ranks.merge(knex_order(hints, migrations));
    ranks.merge(order_of_lists(tree, migrations));
    std::vector<WrittenPlace> found;
    for (const Located& one : migrations) {
        const auto place = ranks.find(one.path);
        found.push_back(place == ranks.end() ? order.place_of(one.path, one.format) : WrittenPlace{place->second, 1});
    }
    return found;
}

}  // namespace

locate::Formats formats_in(const FileTree& tree) {
    const auto hints = std::make_shared<const Hints>(hints_of(tree));
    return {is_sql_name,
            is_code_name,
            may_be_beside,
            [hints](std::string_view path, std::string text) { return format_of(path, std::move(text), *hints); },
            included_by,
            [&tree](std::string_view changelog) { return sql_run_by(tree, changelog); },
            as_told(liquibase_file),
            [lists = std::make_shared<std::map<const FileTree*, Lists>>()](const FileTree& of, std::string_view path) {
                return lists->try_emplace(&of, of).first->second.without(path);
            },
            [&tree, hints](const std::vector<Located>& migrations) { return places(tree, *hints, migrations); },
            habits_of};
}

namespace {

Detection with_missing(const FileTree& tree, Detection found) {
    found.missing = missing_scripts(tree, found.migrations);
    return found;
}

}  // namespace

Detection detect(const FileTree& tree) { return with_missing(tree, locate::detect(tree, formats_in(tree))); }

Detection chosen(const FileTree& tree, const std::vector<std::string>& globs) {
    return with_missing(tree, locate::chosen(tree, formats_in(tree), globs));
}

std::function<Detection(const FileTree&)> detection_by(std::vector<std::string> globs) {
    if (globs.empty()) return detect;
    return [globs = std::move(globs)](const FileTree& tree) { return chosen(tree, globs); };
}

}  // namespace pgfence::extract
