#include "pipeline/lock_timeout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/conditions.h"
#include "core/path_text.h"
#include "core/text.h"
#include "extract/extract.h"
#include "locate/layout.h"
#include "pipeline/code_search.h"

namespace pgfence::pipeline {
namespace {

using namespace std::string_view_literals;

constexpr auto kSetting = "lock_timeout"sv;

/// A file with one of these beside lock_timeout speaks of PostgreSQL's: queues and caches have lock timeouts, too.
constexpr std::array kOfPostgres{"statement_timeout",
                                 "STATEMENT_TIMEOUT",
                                 "idle_in_transaction_session_timeout",
                                 "RuntimeParams",
                                 "server_settings",
                                 "PGOPTIONS",
                                 "PgConnectOptions",
                                 "PgPool",
                                 "asyncpg",
                                 "pgx",
                                 "pgxpool",
                                 "pg",
                                 "psycopg",
                                 "psycopg2",
                                 "Postgrex",
                                 "OnlineMigrations"};

bool is_name(char c) { return is_letter_or_digit(c) || c == '_'; }

/// Where the word stands as one, or behind the encoding of a blank or an option's letter; npos: nowhere.
std::size_t find_setting(std::string_view line) {
    for (auto at = line.find(kSetting); at != line.npos; at = line.find(kSetting, at + 1)) {
        const std::size_t end = at + kSetting.size();
        if (end < line.size() && is_name(line[end])) continue;
        const std::string_view before = line.substr(0, at);
        if (before.empty() || !is_name(before.back()) || before.ends_with("%20") || before.ends_with("-c")) return at;
    }
    return line.npos;
}

/// `behind` begins after the name: "=5s", "': 0,", " TO '1min'". Nothing when no value is assigned.
std::optional<bool> is_more_than_zero(std::string_view behind) {
    const auto begin = behind.find_first_not_of("'\"`]) \t\\");
    if (begin == behind.npos) return std::nullopt;
    behind.remove_prefix(begin);
    if (behind.starts_with("%3d")) {
        behind.remove_prefix(3);
    } else if (behind.starts_with("to ")) {
        behind.remove_prefix(3);
    } else if (behind.front() == '=' || behind.front() == ':' || behind.front() == ',') {
        if (behind.starts_with("==")) return std::nullopt;
        behind.remove_prefix(1);
    } else {
        return std::nullopt;
    }
    const auto value = behind.find_first_not_of("='\"`> \t\\");
    if (value == behind.npos) return std::nullopt;
    behind.remove_prefix(value);
    for (const auto nothing : {"nil"sv, "null"sv, "none"sv, "undefined"sv, "default"sv, "false"sv, "-1"sv})
        if (behind.starts_with(nothing)) return false;
    if (!is_digit(behind.front())) return behind.front() != ',' && behind.front() != '}' && behind.front() != ')';
    const auto end = behind.find_first_not_of("0123456789._");
    return behind.substr(0, end).find_first_of("123456789") != behind.npos;
}

/// "set lock_timeout", "SET LOCAL lock_timeout": `before` ends in front of the name.
bool is_behind_set(std::string_view before) {
    before = trim(before);
    for (const auto scope : {"local"sv, "session"sv})
        if (before.ends_with(scope)) before = trim(before.substr(0, before.size() - scope.size()));
    return before.ends_with("set") && (before.size() == 3 || !is_name(before[before.size() - 4]));
}

bool has_word(std::string_view text, std::string_view word) {
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !is_name(text[at - 1])) && (end == text.size() || !is_name(text[end]))) return true;
    }
    return false;
}

/// set_config('lock_timeout', '5s', true) is a SET.
bool is_in_set_config(std::string_view before) {
    before = trim(before, " \t'\"`");
    return before.ends_with('(') && trim(before.substr(0, before.size() - 1)).ends_with("set_config");
}

/// ALTER ROLE app SET, ALTER DATABASE shop SET, ALTER SYSTEM SET: sessions that begin later have it.
bool is_of_later_sessions(std::string_view before) {
    return has_word(before, "alter") && (has_word(before, "role") || has_word(before, "user") ||
                                         has_word(before, "database") || has_word(before, "system"));
}

/// The format whose tool has its migrations run by a program of that name; empty: none has.
std::string_view format_run_by(std::string_view path) {
    for (const auto& [format, by] : extract::lock_timeouts())
        if (!by.program.empty() && last_part(path) == by.program) return format;
    return "";
}

/// env.py of Alembic, migrate.ts, run_migrations.sh: what they set, migrations have.
bool runs_migrations(std::string_view path) {
    return !format_run_by(path).empty() || contains(last_part(path), "migrat");
}

/// Settings that the application and what runs its migrations share: config/prod.exs, settings/base.py, knexfile.js,
/// data-source.ts.
bool is_settings(std::string_view path) {
    const auto parts = split(path, "/");
    return std::any_of(parts.begin(), parts.end(), [](std::string_view part) {
        return contains(part, "config") || contains(part, "settings") || contains(part, "knexfile") ||
               contains(part, "data-source") || contains(part, "datasource");
    });
}

/// Shell starts servers and programs, and gives them their environment.
bool is_application(std::string_view path) {
    return locate::is_program(last_part(path)) && !path.ends_with(".sh") && !path.ends_with(".bash");
}

/// In the text of a program by which its connections are those of migrations: it runs them, or says where they are.
constexpr std::array kOfMigrations{"migrate",       "migrates",         "migrations",    "Migrations",
                                   "Migrate",       "Migrator",         "migrator",      "AutoMigrate",
                                   "automigrate",   "MIGRATIONS",       "runMigrations", "run_migrations",
                                   "RunMigrations", "migrationsFolder", "migrationsRun"};

bool is_key(std::string_view before) {
    before = trim(before, " \t'\"`");
    return before.empty() || before.ends_with(',') || before.ends_with('{') || before.ends_with('[') ||
           before.ends_with('(') || before.ends_with(':') || before.ends_with('.') || before.ends_with('&') ||
           before.ends_with('?');
}

}  // namespace

std::optional<LockTimeoutLine> lock_timeout_line(std::string_view path_as_is, std::string_view line_as_is) {
    const std::string path = lower_case(path_as_is), text = lower_case(line_as_is);
    const std::string_view line = text;
    if (is_comment(line) || locate::is_for_tests(path)) return std::nullopt;
    // An application's own connections run no migrations.
    const bool of_migrations = !is_application(path) || runs_migrations(path) || is_settings(path);
    const auto value = [&](std::size_t end, std::string_view format, bool by_itself = true,
                           bool of_runner = true) -> std::optional<LockTimeoutLine> {
        const auto sets = is_more_than_zero(line.substr(end));
        return sets ? std::optional(LockTimeoutLine{*sets, format, by_itself, of_runner}) : std::nullopt;
    };
    for (const auto& [format, by] : extract::lock_timeouts()) {
        if (const auto at = by.setting.empty() ? line.npos : line.find(by.setting); at != line.npos)
            return value(at + by.setting.size(), format);
        if (!by.gem.empty() && contains(line, by.gem) && (last_part(path) == "gemfile" || path.ends_with(".gemspec")))
            return LockTimeoutLine{true, format};
    }

    const auto at = find_setting(line);
    if (at == line.npos) return std::nullopt;
    const std::string_view before = line.substr(0, at);
    const std::size_t end = at + kSetting.size();
    const std::string_view before_it = trim(before);
    if (is_of_later_sessions(before)) {
        if (is_behind_set(before)) return value(end, "");
        return before_it.ends_with("reset") ? std::optional(LockTimeoutLine{}) : std::nullopt;
    }
    if (is_behind_set(before) || is_in_set_config(before)) {
        if (!runs_migrations(path)) return std::nullopt;
        return value(end, format_run_by(path));
    }
    const bool option =
        before_it.ends_with("-c") || before.ends_with("-c%20") || before.ends_with("-c+") || before.ends_with("-c\\ ");
    if (option) return value(end, "", true, of_migrations);
    const bool of_database = last_part(path) == "database.yml" || last_part(path) == "postgresql.conf";
    // Without quotes it is a parameter or a variable with its type: a dict's keys have quotes.
    if (path.ends_with(".py") && line.substr(end).starts_with(':')) return std::nullopt;
    if (is_key(before)) return value(end, "", of_database, of_migrations);
    return std::nullopt;
}

namespace {

/// Where it is set, by the format that it is about ("": every one).
using Places = std::map<std::string, std::string, std::less<>>;

/// Migrations that ran, in their order: what the last one says of it holds.
void add_history(const std::vector<MigrationFile>& files, Places& places) {
    for (const MigrationFile& file : files) {
        if (file.role != MigrationFile::Role::history || !contains(lower_case(file.text), kSetting)) continue;
        std::size_t number = 0;
        for (const std::string_view line : split(file.text, "\n")) {
            ++number;
            const std::string text = lower_case(line);
            const auto at = find_setting(text);
            if (at == text.npos || !is_of_later_sessions(std::string_view(text).substr(0, at))) continue;
            const auto found = lock_timeout_line(file.path, line);
            if (found && found->sets) places[""] = fmt::format("{}:{}", file.path, number);
            if (found && !found->sets) places.erase("");
        }
    }
}

void add_code(Prepared& change, Places& places) {
    constexpr std::size_t kMostLines = 500;
    const std::vector<std::string> names{"lock_timeout", "20lock_timeout", "clock_timeout"};
    // What says by itself that it is PostgreSQL's, settings that another word of the file tells, a gem, and what the
    // file says of migrations.
    const std::vector<diff::SearchTerms> wanted{
        {{"lock_timeout", "20lock_timeout", "clock_timeout", "ZERO_DOWNTIME_MIGRATIONS_LOCK_TIMEOUT"}, {}, kMostLines},
        {names, {kOfPostgres.begin(), kOfPostgres.end()}, kMostLines},
        {{"safe"}, {"gem", "add_dependency"}, kMostLines},
        {names, {kOfMigrations.begin(), kOfMigrations.end()}, kMostLines}};
    const auto result = search_base(change, wanted);
    if (!result) return;
    std::set<std::string> of_postgres, of_migrations;
    for (const diff::UsingLine& line : result->uses[1].lines) of_postgres.insert(line.path);
    for (const diff::UsingLine& line : result->uses[3].lines) of_migrations.insert(line.path);
    for (const std::size_t term : {0, 2})
        for (const diff::UsingLine& line : result->uses[term].lines) {
            const auto found = lock_timeout_line(line.path, line.text);
            if (!found || !found->sets || !(found->of_runner || of_migrations.contains(line.path))) continue;
            const bool tells = found->by_itself || of_postgres.contains(line.path);
            if (tells) places.try_emplace(std::string(found->format), fmt::format("{}:{}", line.path, line.line));
        }
}

/// Migrations ran, and none of the latest mentions it: this change is like all the others.
bool is_never_set(const std::vector<MigrationFile>& files) {
    constexpr std::size_t kLatest = 20;
    std::size_t ran = 0;
    for (auto file = files.rbegin(); file != files.rend() && ran < kLatest; ++file) {
        if (file->role != MigrationFile::Role::history) continue;
        if (contains(lower_case(file->text), kSetting)) return false;
        ++ran;
    }
    return ran > 0;
}

}  // namespace

void heed_lock_timeout_set_elsewhere(Analysis& analysis, Prepared& change) {
    const std::set<std::string, std::less<>> rules = rules_about(RuleSubject::no_lock_timeout, analysis);
    // One that the migration itself switches off is no matter of the role's.
    const auto is_answerable = [&](const Finding& finding) { return rules.contains(finding.rule) && !finding.related; };
    // Who chose how loud the rule is wants it in each file, whatever the role has.
    const bool chosen = std::any_of(rules.begin(), rules.end(), [&](const std::string& rule) {
        return change.config.severities.rules.contains(rule);
    });
    if (chosen || change.config.lock_timeout_set_elsewhere ||
        std::none_of(analysis.findings.begin(), analysis.findings.end(), is_answerable))
        return;
    Places places;
    add_history(change.files, places);
    if (!places.contains("")) add_code(change, places);
    if (places.empty()) {
        if (!is_never_set(change.files)) return;
        for (Finding& finding : analysis.findings)
            if (is_answerable(finding)) finding.depends_on.push_back(never_set_before());
        return;
    }
    std::map<FileId, std::string_view> formats;
    for (const AnalyzedFile& file : analysis.files) formats.emplace(file.file, file.format);
    std::set<std::string> answers;
    std::erase_if(analysis.findings, [&](const Finding& finding) {
        if (!is_answerable(finding)) return false;
        auto place = places.find("");
        if (place == places.end()) place = places.find(formats[finding.span.file]);
        if (place == places.end()) return false;
        answers.insert(place->second);
        return true;
    });
    if (answers.empty()) return;
    // A comment that accepts them need not go for that.
    analysis.not_asked.insert(rules.begin(), rules.end());
    change.notes.push_back(
        fmt::format("lock_timeout is set elsewhere, so missing ones are not reported: {}", joined(answers)));
}

}  // namespace pgfence::pipeline
