#include <fmt/format.h>

#include <map>
#include <string>

#include "policy/inputs.h"
#include "policy/own_rule.h"
#include "policy/own_rules.h"

namespace pgfence::policy::rules {
namespace {

/// Of every file that has statements: where its first one stands.
std::map<FileId, SourceSpan> first_statements(const Inputs& inputs) {
    std::map<FileId, SourceSpan> first;
    for (const AnalyzedFile& file : inputs.analysis.files)
        if (!file.statements.empty()) first[file.file] = file.statements.front().span;
    return first;
}

std::string said_of(const MigrationFile& file) {
    using Change = MigrationFile::Change;
    switch (file.change) {
        case Change::added:
            if (file.overtaken_by.empty()) return "";
            return fmt::format(
                "this file sorts before {}, which ran already: runners skip it, refuse it or run it out "
                "of order",
                file.overtaken_by);
        case Change::modified:
            return "this file ran already: where it did, the edit never runs, and runners that compare checksums "
                   "refuse it";
        case Change::renamed:
            return fmt::format(
                "this file ran already as {}: under its new name it runs again, or the old one is missed",
                file.old_path.value_or("another name"));
        case Change::deleted: return "this file ran already and is gone: new databases differ from old ones";
        case Change::none: return "";
    }
    return "";
}

void judge(const Inputs& inputs, const OptionValues&, std::vector<Finding>& found) {
    const auto first = first_statements(inputs);
    for (const MigrationFile& file : inputs.files) {
        if (file.role != MigrationFile::Role::changed || file.repeatable) continue;
        std::string message = said_of(file);
        if (message.empty()) continue;
        const auto statement = first.find(file.id);
        Finding finding;
        finding.span = statement == first.end() ? SourceSpan{file.id, 0, 0} : statement->second;
        finding.message = std::move(message);
        found.push_back(std::move(finding));
    }
}

}  // namespace

extern const OwnRule non_linear_history{
    .info =
        {.id = std::string(kNonLinearHistory),
         .title = "Migration that is not simply the next one",
         .why =
             "Databases remember which files they ran. A new file that sorts before one that ran is skipped, refused "
             "or run out of order; an edited one does not run again where it ran; a deleted or renamed one makes new "
             "databases differ from old ones. Write a new migration instead. Repeatable migrations (`R__`) are made "
             "to be edited.",
         .category = Category::policy,
         .default_severity = Severity::warning},
    .bad = {{{
                {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n", there},
                {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n",
                 MigrationFile::Change::modified},
            }},
            {{
                {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n", there},
                {"migrations/2.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n", MigrationFile::Change::renamed,
                 "migrations/1.sql"},
            }},
            {{
                {"migrations/2.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n", there},
                {"migrations/1.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n", MigrationFile::Change::added,
                 "migrations/2.sql"},
            }}},
    .good = {{{
        {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n", there},
        {"migrations/2.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n"},
    }}},
    .judge = judge,
};

}  // namespace pgfence::policy::rules
