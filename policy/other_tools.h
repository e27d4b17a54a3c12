#pragma once
// What other linters of migrations were told to leave alone, in their own words: which of our rules that stands for.
// It suppresses what that tool has a rule for, and nothing else.

#include <string>
#include <string_view>
#include <vector>

#include "policy/config.h"

namespace pgfence::policy {

/// Our ids for what the tool calls `theirs` ("add_index", "e5"); empty when it stands for none.
enum class OtherTool { squawk, strong_migrations, migration_linter, eugene, excellent_migrations };
std::vector<std::string> our_rules(OtherTool tool, std::string_view theirs);
/// Of all that the tool looks for.
std::vector<std::string> our_rules(OtherTool tool);

/// Whose word ToolMark::mark is: strong_migrations' "safety_assured", django-migration-linter's "IgnoreMigration",
/// "excellent_migrations:column_removed".
std::vector<std::string> rules_of_mark(std::string_view mark);

/// Settings of other tools, read from the base commit as ours are.
struct OtherToolsFile {
    std::string_view path;
    std::vector<IgnoreEntry> (*read)(std::string_view path, std::string_view text);
};
const std::vector<OtherToolsFile>& other_tools_files();

}  // namespace pgfence::policy
