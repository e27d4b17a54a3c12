#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "core/path_text.h"
#include "core/text.h"
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

std::string said_of_late(const MigrationFile& file, const Runner& runner) {
    using Late = Runner::Late;
    if (file.overtaken_by.empty()) return "";
    switch (runner.late) {
        case Late::runs:
        case Late::unordered: return "";
        case Late::skipped:
            return fmt::format(
                "this file sorts before {}, which ran already: {} goes by the last version and never runs it",
                file.overtaken_by, runner.title);
        case Late::refused:
            return fmt::format("this file sorts before {}, which ran already: {} refuses to deploy", file.overtaken_by,
                               runner.title);
        case Late::unknown: break;
    }
    return fmt::format(
        "this file sorts before {}, which ran already: runners skip it, refuse it or run it out of order",
        file.overtaken_by);
}

std::string said_of_edited(const Runner& runner) {
    using Edited = Runner::Edited;
    switch (runner.edited) {
        case Edited::ignored:
            return fmt::format("this file ran already: where it did, {} does not run it again, and the edit is missing",
                               runner.title);
        case Edited::refused:
            return fmt::format("this file ran already: where it did, {} sees another checksum and refuses to deploy",
                               runner.title);
        case Edited::unknown: break;
    }
    return "this file ran already: where it did, the edit never runs, and runners that compare checksums refuse it";
}

/// Its own name, or that of its folder where all have the same one: what runners write down.
std::string_view written_down(std::string_view path) {
    const std::string_view name = last_part(path);
    return name == "up.sql" || name == "migration.sql" ? last_part(folder_of(path)) : name;
}

/// Moved, with all the files beside it: to runners that go by names it is the same migration. Not to those that go by
/// what is written elsewhere or by the whole path (Liquibase, Django, Alembic, Sqitch: `unordered`).
bool is_moved_alone(const MigrationFile& file, const Runner& runner) {
    return !runner.title.empty() && runner.late != Runner::Late::unordered && file.old_path &&
           written_down(*file.old_path) == written_down(file.path);
}

/// A file that was moved is the same migration to a runner that goes by version. Others go by its path (Liquibase), its
/// ending (Knex: a.js, then a.ts) or the folder (Django), and those that compare checksums may take the title in.
std::string said_of_renamed(const MigrationFile& file, const Runner& runner) {
    if (is_moved_alone(file, runner)) return file.changed_lines.empty() ? "" : said_of_edited(runner);
    if (runner.by_version && runner.edited == Runner::Edited::ignored) return "";
    return fmt::format("this file ran already as {}: under its new name it runs again, or the old one is missed",
                       file.old_path.value_or("another name"));
}

std::string said_of(const MigrationFile& file, const Runner& runner) {
    using Change = MigrationFile::Change;
    switch (file.change) {
        case Change::added: return said_of_late(file, runner);
        case Change::modified: return said_of_edited(runner);
        case Change::renamed: return said_of_renamed(file, runner);
        case Change::deleted: return "this file ran already and is gone: new databases differ from old ones";
        case Change::none: return "";
    }
    return "";
}

std::string said_of(const Inputs& inputs, const MigrationFile& file) {
    if (inputs.replaced.contains(file.id)) return "";
    const auto squash = inputs.made_again.find(file.id);
    return squash == inputs.made_again.end() ? said_of(file, inputs.runner_of(file.id)) : squash->second;
}

/// Comments, blanks or program text were edited, the SQL was not, and its runner does not compare checksums: nobody
/// needs to hear of it.
bool is_the_same_sql(const Inputs& inputs, const MigrationFile& file) {
    return file.change == MigrationFile::Change::modified && inputs.same_statements.contains(file.id) &&
           inputs.runner_of(file.id).edited == Runner::Edited::ignored;
}

std::vector<std::string> names_of(const std::vector<EditedParts::Part>& parts) {
    std::vector<std::string> names;
    for (const EditedParts::Part& part : parts) names.push_back("`" + part.name + "`");
    return names;
}

/// At the first statement of the file that begins in these bytes.
Finding finding_in(const Inputs& inputs, FileId file, std::uint32_t begin, std::uint32_t end) {
    Finding finding;
    finding.span = {file, 0, 0};
    for (const AnalyzedFile& analyzed : inputs.analysis.files) {
        if (analyzed.file != file) continue;
        for (std::size_t i = 0; i < analyzed.statements.size(); ++i) {
            const SourceSpan span = analyzed.statements[i].span;
            if (span.begin < begin || span.begin >= end) continue;
            finding.statement = static_cast<std::uint32_t>(i);
            finding.span = span;
            return finding;
        }
    }
    return finding;
}

/// Of a file that holds several migrations: what its runner thinks of each of those that are not as they were. One that
/// is new is like a new file.
void judge_parts(const Inputs& inputs, const MigrationFile& file, const EditedParts& parts,
                 std::vector<Finding>& found) {
    constexpr std::size_t kNamed = 3;
    const auto ones = [](std::size_t count) { return count == 1 ? "it" : "they"; };
    if (!parts.edited.empty()) {
        found.push_back(finding_in(inputs, file.id, parts.edited.front().begin, parts.edited.front().end));
        found.back().message = fmt::format(
            "{} ran already: where {} did, {} sees another checksum and refuses to deploy",
            joined_up_to(kNamed, names_of(parts.edited)), ones(parts.edited.size()), inputs.runner_of(file.id).title);
    }
    if (!parts.gone.empty()) {
        found.push_back(finding_in(inputs, file.id, 0, static_cast<std::uint32_t>(-1)));
        std::vector<std::string> names;
        for (const std::string& name : parts.gone) names.push_back("`" + name + "`");
        found.back().message =
            fmt::format("{} ran already and {} gone from this file: new databases differ from old ones",
                        joined_up_to(kNamed, names), parts.gone.size() == 1 ? "is" : "are");
    }
}

void judge(const Inputs& inputs, const OptionValues&, std::vector<Finding>& found) {
    const auto first = first_statements(inputs);
    for (const MigrationFile& file : inputs.files) {
        if (file.role != MigrationFile::Role::changed || file.repeatable || is_the_same_sql(inputs, file)) continue;
        if (const EditedParts* parts = inputs.parts_of(file.id)) {
            judge_parts(inputs, file, *parts, found);
            continue;
        }
        const auto statement = first.find(file.id);
        std::string message = said_of(inputs, file);
        if (message.empty()) continue;
        Finding finding;
        finding.span = statement == first.end() ? SourceSpan{file.id, 0, 0} : statement->second;
        finding.message = std::move(message);
        if (inputs.made_again.contains(file.id)) {
            finding.fails = true;
            finding.certainty = Certainty::depends;
            finding.depends_on = {"whether the runner has been told that this file ran"};
        }
        found.push_back(std::move(finding));
    }
}

}  // namespace

extern const OwnRule non_linear_history{
    .info =
        {.id = std::string(kNonLinearHistory),
         .title = "Migration that is not simply the next one",
         .why =
             "Databases remember which files they ran. A new file that sorts before one that ran runs late, is skipped "
             "for "
             "good or stops the deployment: that is up to the runner. An edited file does not run again where it ran; "
             "a deleted or renamed one makes new databases differ from old ones. Write a new migration instead. "
             "Repeatable migrations (`R__`) are made to be edited. A new file in place of many that it makes again is "
             "for "
             "new databases: the runners of old ones have to be told that it ran. What goes for several files is said "
             "once, with "
             "their "
             "names.",
         .category = Category::policy,
         .default_severity = Severity::warning,
         .once_per_change = true},
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
