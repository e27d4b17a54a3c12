// What each tool looks for, in its own words (their documentation of 2026), beside our rules about the same hazard. A
// check that is broader than a rule of ours stands for it; what no check of theirs is about is in none of these lists.

#include "policy/other_tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include "core/text.h"
#include "policy/toml.h"

namespace pgfence::policy {
namespace {

using namespace std::string_view_literals;

struct Check {
    std::string_view theirs;
    std::string_view ours;  ///< ids, space separated
};

// clang-format off
constexpr std::array kStrongMigrations{
    Check{"add_check_constraint", "add-check-not-valid-missing"},
    Check{"add_column_auto_incrementing", "add-column-serial"},
    Check{"add_column_default", "add-column-volatile-default"},
    Check{"add_column_default_callable", "add-column-volatile-default"},
    Check{"add_column_generated_stored", "add-column-stored-generated"},
    Check{"add_column_json", "add-column-json"},
    Check{"add_exclusion_constraint", "add-exclusion-constraint"},
    Check{"add_foreign_key", "add-foreign-key-not-valid-missing"},
    Check{"add_index", "create-index-not-concurrent index-build-after-alter-same-transaction"},
    Check{"add_index_columns", "index-too-many-columns"},
    Check{"add_index_corruption", "concurrent-index-corruption-bug"},
    Check{"add_reference", "create-index-not-concurrent add-foreign-key-not-valid-missing add-column-inline-foreign-key"},
    Check{"add_unique_constraint", "add-unique-without-index"},
    Check{"change_column", "alter-column-type-rewrite alter-column-type-recheck alter-column-type-compatibility alter-column-type-narrowing"},
    Check{"change_column_constraint", "alter-column-type-recheck"},
    Check{"change_column_default", "alter-column-default-cached"},
    Check{"change_column_null", "alter-column-set-not-null"},
    Check{"change_column_null_postgresql", "alter-column-set-not-null"},
    Check{"create_table", "create-table-force"},
    Check{"execute", "dynamic-sql"},
    Check{"remove_column", "drop-column drop-column-silent-loss drop-not-null-column-before-drop"},
    Check{"remove_index", "drop-index-not-concurrent"},
    Check{"rename_column", "rename-column"},
    Check{"rename_enum_value", "enum-rename-value"},
    Check{"rename_schema", "rename-schema"},
    Check{"rename_table", "rename-table"},
    Check{"validate_check_constraint", "validate-in-same-transaction"},
    Check{"validate_foreign_key", "validate-in-same-transaction"},
};

constexpr std::array kMigrationLinter{
    Check{"ADD_UNIQUE", "add-unique-without-index unique-new-data-fails"},
    Check{"ALTER_COLUMN", "alter-column-type-rewrite alter-column-type-recheck alter-column-type-compatibility alter-column-type-narrowing"},
    Check{"CREATE_INDEX", "create-index-not-concurrent"},
    Check{"CREATE_INDEX_EXCLUSIVE", "index-build-after-alter-same-transaction concurrently-in-transaction"},
    Check{"DROP_COLUMN", "drop-column drop-column-silent-loss drop-not-null-column-before-drop"},
    Check{"DROP_INDEX", "drop-index-not-concurrent"},
    Check{"DROP_TABLE", "drop-table"},
    Check{"NOT_NULL", "add-column-not-null-no-default add-column-not-null-drop-default alter-column-set-not-null"},
    Check{"REINDEX", "reindex-not-concurrent"},
    Check{"RENAME_COLUMN", "rename-column"},
    Check{"RENAME_TABLE", "rename-table"},
    Check{"RUNSQL_REVERSIBLE", "missing-down-migration"},
    Check{"RUNPYTHON_REVERSIBLE", "missing-down-migration"},
};

constexpr std::array kEugene{
    Check{"e1", "add-check-not-valid-missing add-foreign-key-not-valid-missing add-not-null-constraint-missing-not-valid add-column-inline-check add-column-inline-foreign-key"},
    Check{"e2", "alter-column-set-not-null"},
    Check{"e3", "add-column-json"},
    Check{"e4", "statement-after-access-exclusive index-build-after-alter-same-transaction validate-in-same-transaction ddl-and-backfill-same-transaction"},
    Check{"e5", "alter-column-type-rewrite"},
    Check{"e6", "create-index-not-concurrent"},
    Check{"e7", "add-unique-without-index add-primary-key-without-index"},
    Check{"e8", "add-exclusion-constraint"},
    Check{"e9", "missing-lock-timeout"},
    Check{"e10", "alter-column-type-rewrite"},
    Check{"e11", "add-column-serial add-column-stored-generated add-column-identity"},
    Check{"e15", "foreign-key-missing-index"},
    Check{"w12", "multiple-alter-table"},
    Check{"w13", "create-enum"},
    Check{"w14", "primary-key-using-index-nullable"},
};

constexpr std::array kExcellentMigrations{
    Check{"check_constraint_added", "add-check-not-valid-missing"},
    Check{"column_added_with_default", "add-column-volatile-default"},
    Check{"column_reference_added", "add-foreign-key-not-valid-missing add-column-inline-foreign-key"},
    Check{"column_removed", "drop-column drop-column-silent-loss drop-not-null-column-before-drop"},
    Check{"column_renamed", "rename-column"},
    Check{"column_type_changed", "alter-column-type-rewrite alter-column-type-recheck alter-column-type-compatibility alter-column-type-narrowing"},
    Check{"column_volatile_default", "add-column-volatile-default"},
    Check{"index_concurrently_without_disable_ddl_transaction", "concurrently-in-transaction"},
    Check{"index_not_concurrently", "create-index-not-concurrent index-build-after-alter-same-transaction"},
    Check{"json_column_added", "add-column-json"},
    Check{"many_columns_index", "index-too-many-columns"},
    Check{"not_null_added", "alter-column-set-not-null"},
    Check{"raw_sql_executed", "dynamic-sql"},
    Check{"table_dropped", "drop-table"},
    Check{"table_renamed", "rename-table"},
};

constexpr std::array kSquawk{
    Check{"adding-field-with-default", "add-column-volatile-default"},
    Check{"adding-foreign-key-constraint", "add-foreign-key-not-valid-missing add-column-inline-foreign-key"},
    Check{"adding-not-nullable-field", "alter-column-set-not-null add-column-not-null-no-default"},
    Check{"adding-required-field", "add-column-not-null-no-default"},
    Check{"adding-serial-primary-key-field", "add-column-serial add-primary-key-without-index"},
    Check{"ban-alter-domain-with-add-constraint", "alter-domain-add-constraint"},
    Check{"ban-char-field", "ban-char-type"},
    Check{"ban-concurrent-index-creation-in-transaction", "concurrently-in-transaction"},
    Check{"ban-create-domain-with-constraint", "create-domain-with-constraint"},
    Check{"ban-drop-column", "drop-column"},
    Check{"ban-drop-database", "drop-database"},
    Check{"ban-drop-not-null", "drop-not-null"},
    Check{"ban-drop-table", "drop-table"},
    Check{"ban-truncate-cascade", "truncate-cascade"},
    Check{"ban-uncommitted-transaction", "unclosed-transaction"},
    Check{"changing-column-type", "alter-column-type-rewrite alter-column-type-recheck alter-column-type-compatibility alter-column-type-narrowing"},
    Check{"constraint-missing-not-valid", "add-check-not-valid-missing add-foreign-key-not-valid-missing validate-in-same-transaction"},
    Check{"disallowed-unique-constraint", "add-unique-without-index"},
    Check{"prefer-bigint-over-int", "prefer-bigint"},
    Check{"prefer-bigint-over-smallint", "prefer-bigint"},
    Check{"prefer-identity", "prefer-identity"},
    Check{"prefer-robust-stmts", "not-rerunnable"},
    Check{"prefer-text-field", "prefer-text-over-varchar"},
    Check{"prefer-timestamp-tz", "prefer-timestamptz"},
    Check{"renaming-column", "rename-column"},
    Check{"renaming-table", "rename-table"},
    Check{"require-concurrent-index-creation", "create-index-not-concurrent"},
    Check{"require-concurrent-index-deletion", "drop-index-not-concurrent"},
    Check{"require-timeout-settings", "missing-lock-timeout missing-statement-timeout"},
    Check{"transaction-nesting", "transaction-nesting"},
};
// clang-format on

std::span<const Check> checks_of(OtherTool tool) {
    switch (tool) {
        case OtherTool::squawk: return kSquawk;
        case OtherTool::strong_migrations: return kStrongMigrations;
        case OtherTool::migration_linter: return kMigrationLinter;
        case OtherTool::eugene: return kEugene;
        case OtherTool::excellent_migrations: return kExcellentMigrations;
    }
    return {};
}

void add_once(std::vector<std::string>& all, std::string_view ids) {
    for (const std::string_view id : split(ids, " "))
        if (std::find(all.begin(), all.end(), id) == all.end()) all.emplace_back(id);
}

// ---- settings ------------------------------------------------------------------------------------------------------

IgnoreEntry entry_of(OtherTool tool, std::string_view path, const std::string& theirs) {
    IgnoreEntry entry;
    entry.rules = our_rules(tool, theirs);
    entry.mark = fmt::format("{} ({})", path, theirs);
    return entry;
}

/// `excluded_rules` of .squawk.toml, whose excluded_paths are taken for nothing: they name what is not to be looked at,
/// and a change decides which paths it has.
std::vector<IgnoreEntry> read_squawk(std::string_view path, std::string_view text) {
    std::vector<IgnoreEntry> entries;
    const auto parsed = toml::parse(text);
    const toml::array* excluded = parsed ? parsed.table()["excluded_rules"].as_array() : nullptr;
    if (!excluded) return entries;
    for (const auto& one : *excluded) {
        const auto name = one.value<std::string>();
        IgnoreEntry entry = entry_of(OtherTool::squawk, path, name.value_or(""));
        if (!entry.rules.empty()) entries.push_back(std::move(entry));
    }
    return entries;
}

/// Nothing, or a comment: with a condition behind it, a setting holds for some migrations and nobody knows which.
bool ends_here(std::string_view rest) {
    rest = trim(rest);
    return rest.empty() || rest == ")" || rest.starts_with('#') || rest.starts_with(") #");
}

/// disable_check(:add_index)
IgnoreEntry disabled_check(std::string_view path, std::string_view line) {
    if (line.starts_with('(')) line = trim(line.substr(1));
    if (!line.starts_with(':')) return {};
    const auto end =
        std::find_if(line.begin() + 1, line.end(), [](char c) { return !is_letter_or_digit(c) && c != '_'; });
    if (!ends_here(std::string_view(end, line.end()))) return {};
    return entry_of(OtherTool::strong_migrations, path, std::string(line.begin() + 1, end));
}

/// start_after = 20240131_120000
IgnoreEntry not_checked_before(std::string_view path, std::string_view line) {
    if (!line.starts_with('=')) return {};
    line = trim(line.substr(1));
    const auto end = std::min(line.find_first_not_of("0123456789_"), line.size());
    if (!ends_here(line.substr(end))) return {};
    IgnoreEntry entry;
    std::copy_if(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(end), std::back_inserter(entry.through),
                 is_digit);
    if (entry.through.empty()) return {};
    entry.rules = our_rules(OtherTool::strong_migrations);
    entry.mark = fmt::format("{} (start_after)", path);
    return entry;
}

/// Each on its line, as its README writes them.
std::vector<IgnoreEntry> read_strong_migrations(std::string_view path, std::string_view text) {
    struct Setting {
        std::string_view name;
        IgnoreEntry (*read)(std::string_view path, std::string_view line);
    };
    constexpr std::array kSettings{Setting{"StrongMigrations.disable_check", disabled_check},
                                   Setting{"StrongMigrations.start_after", not_checked_before}};
    std::vector<IgnoreEntry> entries;
    for (std::string_view line : split(text, "\n")) {
        line = trim(line);
        for (const Setting& setting : kSettings) {
            if (!line.starts_with(setting.name)) continue;
            IgnoreEntry entry = setting.read(path, trim(line.substr(setting.name.size())));
            entry.file = "**/*.rb";
            if (!entry.rules.empty()) entries.push_back(std::move(entry));
        }
    }
    return entries;
}

}  // namespace

std::vector<std::string> our_rules(OtherTool tool, std::string_view theirs) {
    std::vector<std::string> all;
    for (const Check& check : checks_of(tool))
        if (check.theirs == theirs) add_once(all, check.ours);
    return all;
}

std::vector<std::string> our_rules(OtherTool tool) {
    std::vector<std::string> all;
    for (const Check& check : checks_of(tool)) add_once(all, check.ours);
    return all;
}

std::vector<std::string> rules_of_mark(std::string_view mark) {
    if (mark == "safety_assured") return our_rules(OtherTool::strong_migrations);
    if (mark == "IgnoreMigration") return our_rules(OtherTool::migration_linter);
    constexpr auto kExcellent = "excellent_migrations:"sv;
    if (mark == "excellent_migrations:all") return our_rules(OtherTool::excellent_migrations);
    if (mark.starts_with(kExcellent)) return our_rules(OtherTool::excellent_migrations, mark.substr(kExcellent.size()));
    return {};
}

const std::vector<OtherToolsFile>& other_tools_files() {
    static const std::vector<OtherToolsFile> files{
        {".squawk.toml", read_squawk}, {"config/initializers/strong_migrations.rb", read_strong_migrations}};
    return files;
}

}  // namespace pgfence::policy
