#include "locate/programs.h"

#include <algorithm>
#include <array>

#include "core/path_text.h"
#include "core/text.h"
#include "locate/layout.h"

namespace pgfence::locate {
namespace {

using namespace std::string_view_literals;

/// Digits of a date: a program somewhere below a folder of migrations that has fewer is likely to be a helper.
constexpr std::size_t kDigitsOfADate = 8;

/// Flyway's script migrations and callbacks, by its documentation.
constexpr std::array kScripts{".sh"sv, ".bash"sv, ".ps1"sv, ".bat"sv, ".cmd"sv, ".py"sv};

/// Of DBIx::Class::DeploymentHandler's folders: those of every database, and those that existing ones go through.
constexpr std::array kAnyDatabase{"_common"sv, "_generic"sv, "_any"sv};
constexpr std::array kUpgrades{"upgrade"sv, "up"sv};

template <std::size_t n>
bool among(std::string_view word, const std::array<std::string_view, n>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view ending_of(std::string_view name) {
    const auto dot = name.rfind('.');
    return dot == name.npos ? std::string_view() : name.substr(dot);
}

/// "sql/PostgreSQL/upgrade/90-91/001-auto.sql" taken apart.
struct Step {
    std::string_view root, database, kind, versions;
};
Step step_of(std::string_view path) {
    const auto versions = folder_of(path), kind = folder_of(versions), database = folder_of(kind);
    return {folder_of(database), last_part(database), last_part(kind), last_part(versions)};
}

/// Tools whose migrations' file names need no number (FluentMigrator's classes, Piccolo's modules), by their own words.
bool says_migration(std::string_view name, std::string_view text) {
    if (name.ends_with(".cs") && !name.ends_with(".designer.cs"))
        return contains(text, "[Migration(") || contains(text, "[TimestampedMigration(") ||
               contains(text, "[Maintenance(");
    return name.ends_with(".py") && contains(text, "MigrationManager(") && contains(text, "async def forwards(");
}

/// Hasura's older ones: 1550925483858_title.up.yaml, 1550925483858_title/up.yaml, with SQL in them.
bool is_yaml_migration(std::string_view path) {
    const auto name = last_part(path);
    if (migrations_folder(path).empty()) return false;
    if (name == "up.yaml" || name == "up.yml") return is_numbered(last_part(folder_of(path)));
    return is_numbered(name) && (name.ends_with(".up.yaml") || name.ends_with(".up.yml"));
}

}  // namespace

void Programs::beside(std::string_view path) {
    const auto name = last_part(path), folder = folder_of(path);
    if (flyway_kind(name) != 0) flyway_.emplace(folder);
    if (is_numbered(name)) folders_.emplace(folder);
    const bool has_folder = name == "up.sql" || name == "down.sql" || name == "migration.sql";
    if (is_numbered(last_part(folder)) && !has_folder) versions_.emplace(folder_of(folder));
    const Step step = step_of(path);
    if (among(step.kind, kUpgrades) && (is_postgres_word(step.database) || step.database == "_generic"))
        handlers_.insert(path_in(step.root, step.kind));
}

bool Programs::may_be(std::string_view path, const std::function<std::optional<std::string>()>& text) const {
    const auto name = last_part(path);
    if (is_foreign(path) || is_for_tests(path) || is_example(path)) return false;
    if (contains(name, ".test.") || contains(name, ".spec.")) return false;
    if (is_yaml_migration(path) || is_numbered_migration(path) || is_run_beside(path) || is_run_by_flyway(path) ||
        is_step_of_handler(path))
        return true;
    if (migrations_folder(path).empty() || !(name.ends_with(".cs") || name.ends_with(".py"))) return false;
    const auto words = text();
    return words && says_migration(name, *words);
}

bool Programs::is_numbered_migration(std::string_view path) const {
    const auto name = last_part(path), folder = folder_of(path);
    const bool has_folder = is_program_of_numbered_folder(path);
    if (!has_folder && !is_numbered_program(name)) return false;
    const auto around = migrations_folder(path);
    if (around.empty()) return false;
    if (has_folder) return around == folder_of(folder) || around == folder;
    return around == folder || leading_digits(name.substr(name.find_first_of(kDigits))).size() >= kDigitsOfADate;
}

/// Numbered as the SQL in its folder is, or in the folder of a version, where others hold SQL: of a folder whose name
/// need not speak of migrations.
bool Programs::is_run_beside(std::string_view path) const {
    if (!is_numbered_program(last_part(path)) || runs_backward(path)) return false;
    const auto folder = folder_of(path);
    return folders_.contains(folder) || (is_numbered(last_part(folder)) && versions_.contains(folder_of(folder)));
}

/// V2__rows.sh, R__grants.py, afterMigrate__vacuum.ps1: below a folder of Flyway's, or where Java's build has them.
bool Programs::is_run_by_flyway(std::string_view path) const {
    const auto name = last_part(path);
    const char kind = flyway_kind(name);
    if (!among(ending_of(name), kScripts) || !(kind == 'v' || kind == 'r' || is_flyway_callback(name))) return false;
    if (!migrations_folder(path).empty()) return true;
    for (auto folder = folder_of(path);; folder = folder_of(folder)) {
        if (flyway_.contains(folder)) return true;
        if (folder.empty()) return false;
    }
}

/// It runs all .sql and .pl files of a step, whatever they are called, those of every database among them
/// (DeployMethod/SQL/Translator.pm).
bool Programs::is_step_of_handler(std::string_view path) const {
    if (!path.ends_with(".pl")) return false;
    const Step step = step_of(path);
    return handlers_.contains(path_in(step.root, step.kind)) &&
           (among(step.database, kAnyDatabase) || is_postgres_word(step.database)) &&
           (is_numbered(step.versions) || step.versions == "_any");
}

}  // namespace pgfence::locate
