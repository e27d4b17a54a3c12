#pragma once
// What a file of policy/rules/ says of its rule.

#include <string_view>
#include <vector>

#include "core/finding.h"
#include "core/migration.h"
#include "core/rule_option.h"

namespace pgfence::policy {

struct Inputs;

/// A file of the base commit that the change leaves alone: settings (kExampleConfig), table sizes (kExampleSizes),
/// migrations that ran, code.
inline constexpr auto there = MigrationFile::Change::none;
inline constexpr std::string_view kExampleConfig = ".pgfence.toml", kExampleSizes = "pgfence-stats.json";

struct ExampleFile {
    std::string_view path, text;
    MigrationFile::Change change = MigrationFile::Change::added;
    /// Of a renamed file, what it was called; of an added one, the file behind it that ran already.
    std::string_view other = "";
};

/// A change of a repository, as git would show it.
struct ChangeExample {
    std::vector<ExampleFile> files;
};

struct OwnRule {
    RuleInfo info;
    std::vector<ChangeExample> bad, good;
    /// `options` holds every option that the rule declares. Null: its findings are made elsewhere, where what it judges
    /// is known.
    void (*judge)(const Inputs& inputs, const OptionValues& options, std::vector<Finding>& found) = nullptr;
};

/// In order of id.
const std::vector<const OwnRule*>& own_rule_files();

}  // namespace pgfence::policy
