#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/path_text.h"
#include "core/text.h"
#include "policy/inputs.h"
#include "policy/known_again.h"
#include "policy/own_rule.h"
#include "policy/own_rules.h"

namespace pgfence::policy::rules {
namespace {

std::map<FileId, const AnalyzedFile*> analyzed_files(const Inputs& inputs) {
    std::map<FileId, const AnalyzedFile*> files;
    for (const AnalyzedFile& file : inputs.analysis.files)
        if (!file.statements.empty()) files[file.file] = &file;
    return files;
}

struct EditedPlace {
    std::size_t statement = 0;
    SourceSpan span;
};

/// Where people look in the change: the first statement on a line that it changes; else that line itself, and the
/// statement before it. Of a file that is new or gone, its first statement.
EditedPlace edited_place(const MigrationFile& file, const AnalyzedFile& analyzed) {
    const LineIndex lines(file.text);
    const auto& all = analyzed.statements;
    const auto touches = [&](const AnalyzedStatement& statement, const auto& changed) {
        return lines.begin_of(changed.first) < statement.span.end &&
               statement.span.begin < lines.begin_of(changed.second + 1);
    };
    for (const auto& changed : file.changed_lines)
        for (std::size_t i = 0; i < all.size(); ++i)
            if (touches(all[i], changed)) return {i, all[i].span};
    if (file.changed_lines.empty()) return {0, all.front().span};
    const auto [first, last] = file.changed_lines.front();
    EditedPlace place{0, {file.id, lines.begin_of(first), lines.begin_of(first + 1)}};
    while (place.statement + 1 < all.size() && all[place.statement + 1].span.begin < place.span.begin)
        ++place.statement;
    return place;
}

std::string said_of_late(const MigrationFile& file, const Runner& runner) {
    using Late = Runner::Late;
    if (file.overtaken_by.empty()) return "";
    switch (runner.late) {
        case Late::runs:
        case Late::unordered: return "";
        case Late::skipped:
            return fmt::format(
                "This file sorts before {}, which is already in the base: databases that ran that never run this one "
                "({})",
                file.overtaken_by, runner.title);
        case Late::refused:
            return fmt::format(
                "This file sorts before {}, which is already in the base: where that ran, {} refuses to deploy",
                file.overtaken_by, runner.title);
        // Its names may mean nothing: some runners have a list.
        case Late::unknown: break;
    }
    return "";
}

std::string said_of_edited(const Runner& runner, bool surely_ran = true) {
    using Edited = Runner::Edited;
    const std::string_view ran =
        surely_ran ? "This migration is already in the base" : "This migration may have run already";
    switch (runner.edited) {
        case Edited::ignored: return fmt::format("{}: where it ran, {} will not run the edit", ran, runner.title);
        case Edited::refused:
            return fmt::format("{}: where it ran, {} sees another checksum and refuses to deploy", ran, runner.title);
        case Edited::not_again:
        case Edited::unknown: break;
    }
    return fmt::format("{}: databases that ran it will not run the edit", ran);
}

std::string said_of_renamed(const MigrationFile& file, const Runner& runner) {
    using Renamed = Runner::Renamed;
    if (is_known_again(file, runner)) return file.changed_lines.empty() ? "" : said_of_edited(runner);
    const std::string before =
        fmt::format("This migration is already in the base as {}", file.old_path.value_or("another name"));
    switch (runner.renamed) {
        case Renamed::runs:
            return fmt::format("{}: {} takes it for a new one, and runs it again", before, runner.title);
        case Renamed::refused:
            return fmt::format("{}: where that ran, {} refuses to deploy it under another name", before, runner.title);
        case Renamed::accepted:
        case Renamed::unknown: break;
    }
    return before + ": what its runner makes of the new name is not known";
}

/// What stops at another name misses the one that it knows.
std::string said_of_deleted(const Runner& runner) {
    if (runner.renamed == Runner::Renamed::refused)
        return fmt::format("This migration is deleted: where it ran, {} misses its file and refuses to deploy",
                           runner.title);
    return "This migration is deleted: new databases will differ from those that ran it";
}

/// Of a new one under the number of one that is deleted.
std::string said_of_another(const MigrationFile& file, const Runner& runner) {
    const std::string where = fmt::format("This file has the number of {}, which this change deletes: where that ran, ",
                                          last_part(file.stands_for));
    if (runner.edited == Runner::Edited::refused)
        return where + fmt::format("{} finds another checksum and refuses to deploy", runner.title);
    return where + fmt::format("{} does not run this one", runner.title.empty() ? "the runner" : runner.title);
}

std::string said_of(const MigrationFile& file, const Runner& runner, bool surely_ran) {
    using Change = MigrationFile::Change;
    if (!file.stands_for.empty()) return said_of_another(file, runner);
    switch (file.change) {
        case Change::added: return said_of_late(file, runner);
        case Change::modified: return said_of_edited(runner, surely_ran);
        case Change::renamed: return said_of_renamed(file, runner);
        case Change::deleted: return said_of_deleted(runner);
        case Change::none: return "";
    }
    return "";
}

/// Where the migration ran, the deployment does not go on.
bool stops_deployment(const MigrationFile& file, const Runner& runner) {
    using Change = MigrationFile::Change;
    const bool edited = runner.edited == Runner::Edited::refused;
    if (!file.stands_for.empty()) return edited;
    switch (file.change) {
        case Change::added: return runner.late == Runner::Late::refused;
        case Change::modified: return edited;
        case Change::renamed: return is_known_again(file, runner) ? edited : runner.renamed == Runner::Renamed::refused;
        case Change::deleted:  // a file without statements holds no finding: a note tells of it
        case Change::none: return false;
    }
    return false;
}

std::string said_of(const Inputs& inputs, const MigrationFile& file) {
    if (const auto other = inputs.same_version.find(file.id); other != inputs.same_version.end())
        return fmt::format(
            "This file has the version of {}: {} finds more than one migration with it and refuses to "
            "deploy",
            other->second, inputs.runner_of(file.id).title);
    if (inputs.replaced.contains(file.id) || inputs.run_by_programs.contains(file.id)) return "";
    const auto squash = inputs.made_again.find(file.id);
    if (squash != inputs.made_again.end()) return squash->second.said;
    return said_of(file, inputs.runner_of(file.id), !inputs.perhaps_never_ran.contains(file.id));
}

/// Comments, blanks, program text or how it waits were edited, what it makes of a database was not, and its runner is
/// not known to compare checksums: nobody needs to hear of it.
bool is_the_same_sql(const Inputs& inputs, const MigrationFile& file) {
    const Runner& runner = inputs.runner_of(file.id);
    const bool is_old = file.change == MigrationFile::Change::modified ||
                        (file.change == MigrationFile::Change::renamed && is_known_again(file, runner));
    const bool is_same = inputs.same_statements.contains(file.id) || inputs.same_result.contains(file.id);
    return is_old && is_same && runner.edited != Runner::Edited::refused;
}

/// A note tells of it: who edits it again and again knows.
bool is_still_written(const Inputs& inputs, const MigrationFile& file) {
    return file.change == MigrationFile::Change::modified && inputs.still_written.contains(file.id);
}

std::vector<std::string> names_of(const std::vector<EditedParts::Part>& parts) {
    std::vector<std::string> names;
    for (const EditedParts::Part& part : parts) names.push_back("`" + part.name + "`");
    return names;
}

/// At the first statement of the file that begins in these bytes.
Finding finding_in(const Inputs& inputs, FileId file, std::uint32_t begin, std::uint32_t end, Harm harm) {
    Finding finding;
    finding.harm = harm;
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
    const auto are = [](std::size_t count) { return count == 1 ? "is" : "are"; };
    if (!parts.edited.empty()) {
        found.push_back(
            finding_in(inputs, file.id, parts.edited.front().begin, parts.edited.front().end, Harm::fails_untold));
        found.back().message = fmt::format(
            "{} {} edited, but already in the base: databases that ran it see another checksum, and {} refuses to "
            "deploy",
            joined_up_to(kNamed, names_of(parts.edited)), are(parts.edited.size()), inputs.runner_of(file.id).title);
    }
    for (const EditedParts::Moved& moved : parts.moved) {
        found.push_back(finding_in(inputs, file.id, 0, static_cast<std::uint32_t>(-1), Harm::of_its_category));
        found.back().message = fmt::format(
            "`{}` is already in the base and moves to {}: {} also identifies it by its path and runs it again there. "
            "Keep logicalFilePath as it was",
            moved.name, last_part(moved.to), inputs.runner_of(file.id).title);
    }
    if (!parts.gone.empty()) {
        found.push_back(finding_in(inputs, file.id, 0, static_cast<std::uint32_t>(-1), Harm::of_its_category));
        std::vector<std::string> names;
        for (const std::string& name : parts.gone) names.push_back("`" + name + "`");
        found.back().message =
            fmt::format("{} {} deleted from this file: new databases will differ from those that ran it",
                        joined_up_to(kNamed, names), are(parts.gone.size()));
    }
}

void say_what_fails(const Squash& squash, Finding& finding) {
    if (squash.there_it_is == Squash::ThereItIs::left_out) return;
    if (squash.there_it_is == Squash::ThereItIs::run_untold)
        finding.harm = Harm::fails_untold;
    else
        finding.fails = true;
    finding.certainty = Certainty::depends;
    finding.depends_on = {"whether the runner has been told that this file ran"};
}

void say_what_fails(const MigrationFile& file, const std::string& other, Finding& finding) {
    finding.fails = true;
    if (folder_of(file.path) == folder_of(other)) return;
    finding.certainty = Certainty::depends;
    finding.depends_on = {
        fmt::format("whether one run takes the files of {} and of {}", folder_of(file.path), folder_of(other))};
}

/// Settings in the repository were looked for; it may be told so where it runs.
void doubt_late(const MigrationFile& file, const Runner& runner, Finding& finding) {
    if (file.change != MigrationFile::Change::added || file.overtaken_by.empty() ||
        runner.late != Runner::Late::refused || !file.stands_for.empty())
        return;
    finding.certainty = Certainty::depends;
    finding.depends_on = {fmt::format("whether {} is told elsewhere to run such files", runner.title)};
}

void judge(const Inputs& inputs, const OptionValues&, std::vector<Finding>& found) {
    const auto analyzed = analyzed_files(inputs);
    for (const MigrationFile& file : inputs.files) {
        if (file.role != MigrationFile::Role::changed || file.repeatable || is_the_same_sql(inputs, file) ||
            is_still_written(inputs, file))
            continue;
        if (const EditedParts* parts = inputs.parts_of(file.id)) {
            judge_parts(inputs, file, *parts, found);
            continue;
        }
        std::string message = said_of(inputs, file);
        if (message.empty()) continue;
        Finding finding;
        finding.span = {file.id, 0, 0};
        if (const auto found_in = analyzed.find(file.id); found_in != analyzed.end()) {
            const EditedPlace place = edited_place(file, *found_in->second);
            finding.statement = static_cast<std::uint32_t>(place.statement);
            finding.span = place.span;
        }
        finding.message = std::move(message);
        doubt_late(file, inputs.runner_of(file.id), finding);
        finding.harm = stops_deployment(file, inputs.runner_of(file.id)) ? Harm::fails_untold : Harm::of_its_category;
        if (const auto squash = inputs.made_again.find(file.id); squash != inputs.made_again.end())
            say_what_fails(squash->second, finding);
        if (const auto other = inputs.same_version.find(file.id); other != inputs.same_version.end())
            say_what_fails(file, other->second, finding);
        found.push_back(std::move(finding));
    }
}

}  // namespace

extern const OwnRule non_linear_history{
    .info =
        {.id = std::string(kNonLinearHistory),
         .title = "Migration edited, deleted, renamed or out of order",
         .why =
             "Databases remember which files they ran. A new file that sorts before one that ran runs late, is skipped "
             "for "
             "good or stops the deployment: that is up to the runner, and nothing is said where nobody knows which it "
             "is. "
             "An edited file does not run again where it ran; one that no release has and that was edited in place "
             "twice within 90 days is told of in a note. A deleted or renamed one makes new databases differ from old "
             "ones, and stops the deployment where its runner misses the file (Knex, Flyway, refinery). Write a new "
             "migration instead. "
             "Repeatable migrations (`R__`) are made to be edited. A new file in place of many that it makes again is "
             "for "
             "new databases: the runners of old ones have to be told that it ran. What goes for several files is said "
             "once, with "
             "their "
             "names.\n\nSuch a file fails where the old ones ran, and weighs as much as that, unless its runner has a "
             "command that marks it as run (`prisma migrate resolve --applied`, `alembic stamp`, `django --fake`), "
             "which whoever squashes has to run anyway, or takes it for one that ran: Django's `replaces`, Flyway's "
             "`B__`, the version of the last file that goes.",
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
                {"db/migration/V2__orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n", there},
                {"db/migration/V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n",
                 MigrationFile::Change::added, "db/migration/V2__orders.sql"},
            }}},
    .good = {{{
        {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n", there},
        {"migrations/2.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n"},
    }}},
    .judge = judge,
};

}  // namespace pgfence::policy::rules
