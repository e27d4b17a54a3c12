// NUMBER_title.sql, or .up.sql and .down.sql, read by a program of the repository: the names of golang-migrate and
// sqlx, which are no dependency of it. The program shows: it embeds the folder (go:embed, go-bindata, include_dir!,
// include_str!, rust-embed). Or names of files tell the runner what only it knows (1_a_autocommit.sql). In which
// transaction it sends them nobody but the program says.

#include "extract/formats/own_runner.h"

#include <algorithm>
#include <array>

#include "extract/bare_block.h"
#include "extract/formats/format.h"
#include "extract/lines.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// Words in go.mod and Cargo.toml by which runners of migrations are known, "migrat" being part of most of their names.
constexpr std::array kRunners{"migrat"sv,        "goose"sv,           "jackc/tern"sv, "dbmate"sv,
                              "gobuffalo/pop"sv, "github.com/ory/"sv, "ariga.io/"sv,  "uptrace/bun"sv,
                              "refinery"sv,      "diesel"sv,          "sqlx"sv,       "barrel"sv};

/// A line of go.mod or Cargo.toml that asks for the module itself, and does not name the project.
bool is_dependency(std::string_view line) {
    line = trim(line);
    return !line.starts_with("module ") && !line.starts_with("name") && !line.starts_with("//") &&
           !line.starts_with('#') && !contains(line, "// indirect");
}

bool asks_for_runner(std::string_view settings) {
    bool found = false;
    for_each_line(settings, 0, [&](const Line& line) {
        found |= is_dependency(line.text) && std::any_of(kRunners.begin(), kRunners.end(), [&](std::string_view word) {
                     return contains(line.text, word);
                 });
    });
    return found;
}

/// All builds of the repository can be read, there is one around the folder, and none asks for a runner that is known.
bool brings_no_runner(const Hints& hints, std::string_view folder) {
    if (!nearest_folder_with(hints, folder, "go.mod") && !nearest_folder_with(hints, folder, "Cargo.toml"))
        return false;
    return std::all_of(hints.paths.begin(), hints.paths.end(), [&](const std::string& path) {
        const std::string_view name = last_part(path);
        if (name != "go.mod" && name != "Cargo.toml") return true;
        const auto text = text_of(hints, path);
        return text && !asks_for_runner(*text);
    });
}

/// What stands in front of the first wildcard, as a folder or a file: "sql" of all:sql/*.sql.
std::string_view without_wildcards(std::string_view pattern) {
    if (pattern.starts_with("all:")) pattern.remove_prefix(4);
    const auto wildcard = pattern.find_first_of("*?[");
    if (wildcard != pattern.npos) pattern = folder_of(pattern.substr(0, wildcard));
    while (pattern.ends_with('/')) pattern.remove_suffix(1);
    return pattern;
}

/// The folder itself or one around it, seen from where the program lies; a file in it as well.
bool leads_to(std::string_view from, std::string_view pattern, std::string_view folder) {
    const auto target = path_from(from, without_wildcards(pattern));
    if (!target) return false;
    return *target == folder || (target->ends_with(".sql") && folder_of(*target) == folder) ||
           (!target->empty() && folder.starts_with(*target + "/"));
}

/// A line of Go: "//go:embed migrations/*.sql", "//go:generate go-bindata -o bindata.go migrations/...".
bool go_line_reads(std::string_view line, std::string_view from, std::string_view folder) {
    const bool embeds = line.starts_with("//go:embed "), packs = contains(line, "go-bindata ");
    if (!embeds && !packs) return false;
    for (std::string_view rest = line, word = take_word(rest); !word.empty(); word = take_word(rest)) {
        if (word.starts_with("//") || word.starts_with('-')) continue;
        if (word.ends_with("...")) word.remove_suffix(3);
        if (leads_to(from, trim(word, "\"`"), folder)) return true;
    }
    return false;
}

/// The first text in quotes behind the macro's name: include_dir!("$CARGO_MANIFEST_DIR/migrations").
bool rust_line_reads(std::string_view line, std::string_view folder) {
    for (const std::string_view macro : {"include_dir!(", "include_str!(", "folder ="}) {
        const auto at = line.find(macro), open = at == line.npos ? at : line.find('"', at);
        if (open == line.npos) continue;
        const std::string_view path = line.substr(open + 1, line.find('"', open + 1) - open - 1);
        // From the crate's root or from the program's folder: the last folder's name has to do.
        if (contains("/" + std::string(path) + "/", "/" + std::string(last_part(folder)) + "/")) return true;
    }
    return false;
}

bool reads_folder(std::string_view program, std::string_view text, std::string_view folder) {
    bool found = false;
    for_each_line(text, 0, [&](const Line& line) {
        found |= program.ends_with(".go") ? go_line_reads(line.text, folder_of(program), folder)
                                          : rust_line_reads(line.text, folder);
    });
    return found;
}

bool is_read_by_program(const Hints& hints, std::string_view folder) {
    return brings_no_runner(hints, folder) &&
           std::any_of(hints.paths.begin(), hints.paths.end(), [&](const std::string& path) {
               if (!may_be_own_runner(path)) return false;
               const auto text = text_of(hints, path);
               return text && reads_folder(path, *text, folder);
           });
}

bool has_marked_file(const Hints& hints, std::string_view folder) {
    return std::any_of(hints.paths.begin(), hints.paths.end(),
                       [&](const std::string& path) { return folder_of(path) == folder && has_own_mark(path); });
}

/// Known of each folder once asked.
bool once(const Hints& hints, FoldersSeen::Answers& answers, std::string_view folder,
          bool (*ask)(const Hints&, std::string_view)) {
    const std::lock_guard lock(hints.seen->mutex);
    if (const auto known = answers.find(folder); known != answers.end()) return known->second;
    return answers.emplace(folder, ask(hints, folder)).first->second;
}

bool recognises(const Source& source) {
    const std::string_view number = leading_digits(source.name);
    const bool named =
        !number.empty() && source.name.substr(number.size()).starts_with('_') && source.name.ends_with(".sql");
    if (!named) return false;
    // Other numbered files are taken for no tool's without this.
    const bool as_tools_name = contains(source.name, ".up.") || contains(source.name, ".down.");
    FoldersSeen& seen = *source.hints.seen;
    return has_own_mark(source.path) || once(source.hints, seen.has_marked_file, source.folder, has_marked_file) ||
           (as_tools_name && once(source.hints, seen.has_own_runner, source.folder, is_read_by_program));
}

Scope read(const Source& source, Script& script) {
    require_down_file(source, ".up.sql", ".down.sql", script);
    read_bare_block(source, script);
    return {TransactionMode::per_file,
            "a program of this repository runs the file; whether in one transaction is unknown", Scope::From::unknown};
}

}  // namespace

bool may_be_own_runner(std::string_view path) {
    const std::string lower = lower_case(path);
    if (lower.ends_with(".go"))
        return !lower.ends_with("_test.go") && (contains(lower, "migrat") || lower.ends_with("/embed.go"));
    return lower.ends_with(".rs") && contains(lower, "migrat");
}

bool has_own_mark(std::string_view path) {
    std::string_view name = last_part(path);
    if (!name.ends_with(".sql") || leading_digits(name).empty()) return false;
    name.remove_suffix(4);
    for (const std::string_view direction : {".up", ".down"})
        if (name.ends_with(direction)) name.remove_suffix(direction.size());
    constexpr std::array kMarks{"_autocommit"sv, "_no_transaction"sv, "_notransaction"sv};
    return std::any_of(kMarks.begin(), kMarks.end(), [&](std::string_view mark) { return name.ends_with(mark); });
}

extern const Format own_runner;
const Format own_runner{.id = "own-runner",
                        .title = "numbered SQL files of a runner of this repository",
                        .decides =
                            "a name like 0001_title.up.sql in a folder that a program of the repository embeds, "
                            "which asks for no tool that is known",
                        .recognises = recognises,
                        .read = read,
                        .known = Known::surroundings,
                        .sends_as_is = true};

}  // namespace pgfence::extract
