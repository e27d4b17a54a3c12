#include "extract/extract.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "core/encoding.h"
#include "core/text.h"
#include "extract/formats/code.h"
#include "extract/formats/format.h"
#include "extract/formats/own_runner.h"
#include "extract/liquibase/runs.h"
#include "extract/parts.h"
#include "extract/placeholders.h"
#include "extract/psql.h"
#include "extract/template.h"
#include "extract/usable.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// Offsets are 32 bits wide, and no migration comes near: the largest of 29,606 public ones has 1.4 MB.
constexpr std::size_t kMostBytes = 256u << 20;

}  // namespace

std::optional<Unread> unusable(FileId file, std::string_view text) {
    using Extent = Unread::Extent;
    if (text.size() > kMostBytes)
        return Unread{{file, 0, 0}, "a file of more than 256 MiB", "too large to read", Extent::file};
    const auto size = static_cast<std::uint32_t>(text.size());
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
        return Unread{{file, 0, size}, "a file in UTF-16", "only UTF-8 is read: save it as that", Extent::file};
    for (std::uint32_t at = plain_bytes(text); at < size; at += plain_bytes(text.substr(at))) {
        if (text[at] == '\0')
            return Unread{{file, at, size}, "a file with a NUL byte", "PostgreSQL takes no such text", Extent::file};
        const std::size_t length = utf8_sequence(text.substr(at, 4));
        if (length == 0)
            return Unread{
                {file, at, size}, "a file that is not UTF-8", "only UTF-8 is read: save it as that", Extent::file};
        at += static_cast<std::uint32_t>(length);
    }
    return std::nullopt;
}

namespace {

/// Code that is no migration of a tool we know, and was given all the same.
const Format& code_of_nobody() {
    static const Format code{
        "unknown", "unknown", "", nullptr, [](const Source& source, Script& script) {
            blank(script.sql, 0, script.sql.size());
            script.unread.push_back(
                {source.whole(), "a file of code", "it is no migration of a tool that is known", Unread::Extent::file});
            return Scope{TransactionMode::per_statement, "the tool is not known", Scope::From::assumed};
        }};
    return code;
}

/// Its tool runs every program of the folder: one that shows nothing of the tool is told by the first beside it that
/// does, as detection tells it (locate/detect.cpp).
const Format* format_of_neighbours(const Source& source) {
    if (!is_javascript(source.path) || !may_be_beside(source.path, source.text)) return nullptr;
    const std::string inside = path_in(source.folder, "");
    std::map<std::string_view, std::string_view> beside;
    for (const auto role : {MigrationFile::Role::changed, MigrationFile::Role::history}) {
        const auto& files = source.memory.files;
        for (auto at = files.lower_bound({role, inside}); at != files.end() && at->first.first == role; ++at) {
            const std::string& path = at->first.second;
            if (!path.starts_with(inside)) break;
            if (folder_of(path) == source.folder && is_javascript(path)) beside.emplace(path, at->second);
        }
    }
    for (const auto& [path, text] : beside) {
        Source other = source;
        other.path = path;
        other.name = last_part(path);
        other.text = text;
        if (const Format* format = format_of(other)) return format;
    }
    return nullptr;
}

const Format& chosen_format(const Source& source, Script& script) {
    if (source.hints.format) {
        if (const Format* format = format_called(*source.hints.format)) return *format;
        script.unread.push_back({source.whole(), "the format \"" + *source.hints.format + "\"",
                                 "there is no such format: it was told by the file"});
    }
    if (const Format* format = format_of(source)) return *format;
    if (const Format* format = format_of_neighbours(source)) return *format;
    return code_of_nobody();
}

void apply(Scope scope, const Hints& hints, Script& script) {
    if (hints.transaction && scope.from != Scope::From::file) {
        script.transaction = *hints.transaction;
        script.transaction_reason = script.transaction == TransactionMode::whole_run
                                        ? "the configuration says that all pending files run in one transaction"
                                        : "the configuration says so";
        return;
    }
    script.transaction = scope.mode;
    script.transaction_reason = std::move(scope.reason);
    script.transaction_unknown = scope.from == Scope::From::unknown;
    script.transaction_assumed = scope.from == Scope::From::assumed || script.transaction_unknown;
    script.locked_beside = scope.locked_beside;
}

void sort_by_place(std::vector<Unread>& unread) {
    std::stable_sort(unread.begin(), unread.end(),
                     [](const Unread& a, const Unread& b) { return a.span.begin < b.span.begin; });
}

}  // namespace

bool tells_tools_apart(std::string_view path) {
    static constexpr std::array kNames{".gmrc"sv,
                                       "Cargo.toml"sv,
                                       "_journal.json"sv,
                                       "application.properties"sv,
                                       "atlas.sum"sv,
                                       "config.yaml"sv,
                                       "data-source.js"sv,
                                       "data-source.ts"sv,
                                       "database.yml"sv,
                                       "databases.yaml"sv,
                                       "datasource.ts"sv,
                                       "deploy.sql"sv,
                                       "diesel.toml"sv,
                                       "flyway.conf"sv,
                                       "flyway.toml"sv,
                                       "go.mod"sv,
                                       "knexfile.cjs"sv,
                                       "knexfile.js"sv,
                                       "knexfile.mjs"sv,
                                       "knexfile.ts"sv,
                                       "metadata.toml"sv,
                                       "migration_lock.toml"sv,
                                       "mikro-orm.config.cjs"sv,
                                       "mikro-orm.config.js"sv,
                                       "mikro-orm.config.mjs"sv,
                                       "mikro-orm.config.ts"sv,
                                       "ormconfig.js"sv,
                                       "ormconfig.json"sv,
                                       "ormconfig.ts"sv,
                                       "package.json"sv,
                                       "sqitch.plan"sv,
                                       "sqlx-data.json"sv,
                                       "sqlx.toml"sv,
                                       "typeorm.config.ts"sv,
                                       "version.yaml"sv};
    // Folders that tell a tool by their names, whatever is in them.
    for (const std::string_view folder :
         {"/_init/"sv, "/_pre/"sv, "/_draft/"sv, "/_post/"sv, "/_erase/"sv, "/runAfterCreateDatabase/"sv,
          "/runBeforeUp/"sv, "/runFirstAfterUp/"sv, "/runAfterOtherAnyTimeScripts/"sv})
        if (path.find(folder) != path.npos) return true;
    return std::find(kNames.begin(), kNames.end(), last_part(path)) != kNames.end() || path.ends_with(".sql.conf") ||
           may_be_own_runner(path) || has_own_mark(path) || path.ends_with("down.sql") || path.starts_with(".sqlx/") ||
           path.find("/.sqlx/") != std::string_view::npos;
}

namespace {

/// \i or \ir, and what only looks like them.
bool may_include_scripts(const MigrationFile& file) { return file.text.find("\\i") != std::string::npos; }

}  // namespace

bool is_read_alone(const MigrationFile& file) { return !is_code_name(file.path) && !may_include_scripts(file); }

bool runs_when_edited(const MigrationFile& file, const Memory& memory) {
    const Memory::RunBy* run = liquibase::run_by_changelog(memory, file.path);
    return run && run->runs_when_edited;
}

void announce(const MigrationFile& file, const Hints& hints, Memory& memory) {
    memory.files.emplace(Memory::File{file.role, file.path}, file.text);
    const bool is_code = is_code_name(file.path);
    const bool may_include = !is_code && may_include_scripts(file);
    if ((!is_code && !may_include) || unusable(file.id, file.text)) return;
    Replacements none;
    const Source source = source_of(file, hints, memory, none);
    Script unused;
    const Format& format = chosen_format(source, unused);
    if (format.announce) format.announce(source);
    if (!may_include) return;
    // Only the reader itself knows which scripts a script includes.
    unused.sql = file.text;
    format.read(source, unused);
}

namespace {

/// The script that runs this one as a part of itself; nothing when they run each other.
const std::string* includer_of(const MigrationFile& file, const Memory& memory) {
    const auto first = memory.included_by.find({file.role, file.path});
    std::size_t steps = 0;
    for (auto at = first; at != memory.included_by.end(); at = memory.included_by.find({file.role, at->second}))
        if (++steps > memory.included_by.size()) return nullptr;
    return first == memory.included_by.end() ? nullptr : &first->second;
}

}  // namespace

namespace {

/// Of which nothing can be judged: as it was found, or as its text is.
std::optional<Unread> unread_file(const MigrationFile& file) {
    if (!file.set_aside.empty())
        return Unread{{file.id, 0, 0}, "a file that may be a migration", file.set_aside, Unread::Extent::aside};
    if (file.unreadable.empty()) return unusable(file.id, file.text);
    return Unread{{file.id, 0, 0}, "the whole file", file.unreadable, Unread::Extent::file};
}

}  // namespace

Script script(const MigrationFile& file, const Hints& hints) {
    Memory memory;
    return script(file, hints, memory);
}

Script script(const MigrationFile& file, const Hints& hints, Memory& memory) {
    Script script;
    script.file = file.id;
    Replacements replacements;
    const Source source = source_of(file, hints, memory, replacements);
    std::optional<Unread> odd = unread_file(file);
    if (odd) {
        script.format = plain_sql();
        apply({TransactionMode::per_statement, "the file could not be read", Scope::From::assumed}, hints, script);
        script.unread.push_back(std::move(*odd));
        return script;
    }
    script.sql = file.text;
    blank(script.sql, 0, source.begin);
    const Format& format = chosen_format(source, script);
    script.format = format.id;
    script.tool = format.facts;
    if (const std::string* includer = includer_of(file, memory)) {
        blank(script.sql, 0, script.sql.size());
        apply({TransactionMode::per_statement, *includer + " includes it: it is read there", Scope::From::file}, hints,
              script);
        return script;
    }
    apply(format.read(source, script), hints, script);
    if (format.extensions.empty()) (format.sends_as_is ? finish_sql_sent_as_is : finish_sql)(source, script);
    sort_by_place(script.unread);
    say_each_once(script.stand_ins);
    return script;
}

Script schema_text(FileId file, std::string_view text) {
    Script script;
    script.file = file;
    script.format = "schema";
    script.transaction_reason = "a schema is no migration";
    if (std::optional<Unread> odd = unusable(file, text)) {
        script.unread.push_back(std::move(*odd));
        return script;
    }
    script.sql = text;
    const Hints no_hints;
    Memory memory;
    Replacements replacements;
    MigrationFile given;
    given.id = file;
    given.text = text;
    const Source source = source_of(given, no_hints, memory, replacements);
    blank(script.sql, 0, source.begin);
    read_psql(source, script);
    finish_sql(source, script);
    sort_by_place(script.unread);
    say_each_once(script.stand_ins);
    return script;
}

std::optional<RunOrder> run_order(const MigrationFile& file, const Script& script) {
    for (const Format* format : formats())
        if (format->run_order && format->id == script.format) return format->run_order(file);
    return std::nullopt;
}

namespace {

/// What left the file, and another one of the change has: known there as it was, or by the other file's path.
void follow_moved(const std::vector<OwnPart>& before, const Source& now, const std::vector<MigrationFile>& all,
                  EditedParts& edit) {
    const std::vector<std::string> gone = std::exchange(edit.gone, {});
    std::map<std::string, std::vector<OwnPart>> others;
    for (const MigrationFile& file : all)
        if (!gone.empty() && file.role == MigrationFile::Role::changed &&
            file.change != MigrationFile::Change::deleted && file.path != now.path && contains(file.text, "hange"))
            others.emplace(file.path, parts_in(source_of(file, now.hints, now.memory, now.replacements)));
    for (const OwnPart& part : before) {
        if (std::find(gone.begin(), gone.end(), part.name) == gone.end()) continue;
        std::string known_in, new_in;
        for (const auto& [path, parts] : others)
            for (const OwnPart& other : parts) {
                if (is_same_part(part, other)) known_in = path;
                if (other.name == part.name && other.content == part.content) new_in = path;
            }
        if (!known_in.empty()) continue;
        if (new_in.empty())
            edit.gone.push_back(part.name);
        else
            edit.moved.push_back({part.name, new_in});
    }
}

}  // namespace

std::optional<EditedParts> edited_parts(const MigrationFile* before, const MigrationFile& now, const Script& script,
                                        const Hints& hints, const std::vector<MigrationFile>& all) {
    for (const Format* format : formats()) {
        if (!format->parts || format->id != script.format) continue;
        if (!before && !names_paths(now.text)) return std::nullopt;
        Memory memory;
        Replacements none;
        for (const MigrationFile& file : all)
            if (file.role == MigrationFile::Role::history)
                memory.files.emplace(Memory::File{file.role, file.path}, file.text);
        const Source source = source_of(now, hints, memory, none);
        const std::vector<OwnPart> ran =
            before ? format->parts(source_of(*before, hints, memory, none)) : std::vector<OwnPart>();
        EditedParts edit = compared(ran, format->parts(source), ran_elsewhere(source));
        follow_moved(ran, source, all, edit);
        return edit;
    }
    return std::nullopt;
}

Runner runner_of(std::string_view id) {
    const Format* format = format_called(id);
    if (!format || !format->habits.is_known) return {};
    const locate::Habits& habits = format->habits;
    // "node-pg-migrate, SQL files": one program runs files of both kinds.
    return {format->title.substr(0, format->title.find(", ")),
            habits.late,
            habits.edited,
            habits.by_version,
            habits.renamed,
            habits.known_parts};
}

std::string_view own_tables(std::string_view id) {
    const Format* format = format_called(id);
    return format ? format->own_tables : std::string_view{};
}

std::string_view marks_as_run(std::string_view id) {
    const Format* format = format_called(id);
    return format ? format->marks_as_run : std::string_view{};
}

bool holds_parts(std::string_view id) {
    const Format* format = format_called(id);
    return format && format->parts;
}

bool refuses_second_version(std::string_view id) {
    const Format* format = format_called(id);
    return format && format->refuses_second_version;
}

bool refuses_second_in_folder(std::string_view id) {
    const Format* format = format_called(id);
    return format && format->refuses_second_in_folder;
}

std::optional<bool> takes_for(std::string_view id, std::string_view now, std::string_view ran) {
    const Format* format = format_called(id);
    return format && format->takes_for ? std::optional(format->takes_for(now, ran)) : std::nullopt;
}

std::string run_of(std::string_view id, const Hints& hints, std::string_view path) {
    const Format* format = format_called(id);
    return format && format->run_of ? format->run_of(hints, path) : std::string();
}

std::optional<std::string> known_by(std::string_view id, std::string_view path, std::string_view text) {
    const Format* format = format_called(id);
    if (!format || !format->known_by_revision) return std::nullopt;
    return format->revision(path, text).id;
}

bool may_lock_beside(std::string_view id) {
    const Format* format = format_called(id);
    return format && format->may_lock_beside;
}

std::vector<std::pair<std::string_view, LateSwitch>> late_switches() {
    std::vector<std::pair<std::string_view, LateSwitch>> all;
    for (const Format* format : formats())
        for (const LateSwitch& one : format->late_switches)
            if (!one.text.empty()) all.emplace_back(format->id, one);
    return all;
}

std::vector<std::pair<std::string_view, LockTimeoutBy>> lock_timeouts() {
    std::vector<std::pair<std::string_view, LockTimeoutBy>> all;
    for (const Format* format : formats()) all.emplace_back(format->id, format->lock_timeout_by);
    return all;
}

std::string_view plain_sql() { return formats().back()->id; }

std::string search_path_of(std::string_view id, const MigrationFile& file, const Hints& hints) {
    const Format* format = format_called(id);
    if (!format || !format->search_path) return {};
    Memory unused;
    Replacements none;
    return format->search_path(source_of(file, hints, unused, none));
}

std::vector<FormatInfo> all_formats() {
    std::vector<FormatInfo> infos;
    for (const Format* format : formats())
        infos.push_back({format->id, format->title, format->decides, format->has_reader});
    return infos;
}

}  // namespace pgfence::extract
