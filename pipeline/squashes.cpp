#include "pipeline/squashes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "analyze/prescan/tables_left.h"
#include "core/path_text.h"
#include "core/text.h"
#include "extract/extract.h"
#include "locate/layout.h"

namespace pgfence::pipeline {
namespace {

using Change = MigrationFile::Change;
using Role = MigrationFile::Role;

/// The files of a folder that go, with their texts as they ran, and those that are new in it.
struct Exchange {
    std::vector<const MigrationFile*> gone, added;
    std::vector<const Script*> ran;
    std::vector<const Script*> written;  ///< of `added`
};

std::map<std::string_view, Exchange> exchanges(const std::vector<MigrationFile>& files,
                                               const std::vector<Script>& scripts) {
    std::map<std::string_view, const Script*> history;
    std::map<std::string_view, Exchange> by_folder;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (files[i].role == Role::history) history.emplace(files[i].path, &scripts[i]);
    for (std::size_t i = 0; i < files.size(); ++i) {
        const MigrationFile& file = files[i];
        if (file.role != Role::changed) continue;
        Exchange& exchange = by_folder[locate::group_of(file.path)];
        if (file.change == Change::added) {
            exchange.added.push_back(&file);
            exchange.written.push_back(&scripts[i]);
        }
        const auto ran = history.find(file.path);
        if (file.change != Change::deleted || ran == history.end()) continue;
        exchange.gone.push_back(&file);
        exchange.ran.push_back(ran->second);
    }
    return by_folder;
}

/// A table that both make by a plain CREATE TABLE. One that is made IF NOT EXISTS is nothing that fails where the table
/// is: such a file runs there, and what else it does counts.
std::string first_made_again(const analyze::TablesLeft& before, const analyze::TablesLeft& now) {
    for (const std::string& table : now.made)
        if (before.made.contains(table) || before.made_if_absent.contains(table)) return table;
    return {};
}

/// The number by which runners know the file: 20240101 of V20240101__a.sql, or of 20240101_a/migration.sql.
std::string_view version_of(std::string_view path) {
    std::string_view name = last_part(path);
    if (leading_digits(name).empty() && name.starts_with('V')) name.remove_prefix(1);
    if (leading_digits(name).empty()) name = last_part(folder_of(path));
    std::string_view digits = leading_digits(name);
    while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
    return digits;
}

bool is_left_out(const MigrationFile& file, const Script& script, const std::vector<const MigrationFile*>& gone) {
    const std::string_view version = version_of(file.path);
    const auto takes_for = [&](const MigrationFile* one) {
        return extract::takes_for(script.format, file.text, one->text);
    };
    if (takes_for(gone.front()))
        return std::any_of(gone.begin(), gone.end(), [&](const MigrationFile* one) { return *takes_for(one); });
    const Runner runner = extract::runner_of(script.format);
    const bool goes_by_last = runner.late == Runner::Late::skipped;
    if (version.empty() || (!runner.by_version && !goes_by_last)) return false;
    return std::any_of(gone.begin(), gone.end(), [&](const MigrationFile* one) {
        const std::string_view ran = version_of(one->path);
        const bool not_later = version.size() < ran.size() || (version.size() == ran.size() && version <= ran);
        return version == ran || (goes_by_last && not_later);
    });
}

Squash squash_of(const MigrationFile& file, const Script& script, const std::vector<const MigrationFile*>& gone,
                 const std::string& table) {
    Squash squash;
    squash.said = fmt::format(
        "This file creates again what {} created that {} deleted: it is for new databases. Where those ran, ",
        counted(gone.size(), "migration"), gone.size() == 1 ? "is" : "are");
    if (is_left_out(file, script, gone)) {
        squash.there_it_is = Squash::ThereItIs::left_out;
        squash.said += fmt::format("{} treats it as already applied", extract::runner_of(script.format).title);
    } else if (const std::string_view command = extract::marks_as_run(script.format); !command.empty()) {
        squash.there_it_is = Squash::ThereItIs::run_untold;
        squash.said += fmt::format("mark it as applied before the deployment (`{}`), or it fails at `{}`, which exists",
                                   command, table);
    } else {
        squash.said += fmt::format(
            "the runner has to be told that this one is applied too, or it fails at `{}`, which exists", table);
    }
    return squash;
}

/// Under the number of the one deleted file whose place it takes: where that ran, its runner takes this for it, and
/// runs nothing. Where fewer files take the place of more, one may do so as the last of all that it stands for.
bool takes_one_place(const MigrationFile& added, const Exchange& exchange) {
    return !added.stands_for.empty() && exchange.added.size() >= exchange.gone.size();
}

void add_squashes(const Exchange& exchange, Squashes& squashes) {
    if (exchange.gone.empty() || exchange.added.empty()) return;
    std::vector<std::vector<const Script*>> groups{exchange.ran};
    for (const Script* script : exchange.written) groups.push_back({script});
    const std::vector<analyze::TablesLeft> left = analyze::tables_made_twice(groups);
    for (std::size_t i = 0; i < exchange.added.size(); ++i) {
        const std::string table = first_made_again(left.front(), left[i + 1]);
        if (table.empty() || takes_one_place(*exchange.added[i], exchange)) continue;
        squashes.made_again.emplace(exchange.added[i]->id,
                                    squash_of(*exchange.added[i], *exchange.written[i], exchange.gone, table));
        for (const MigrationFile* gone : exchange.gone) squashes.replaced.insert(gone->id);
    }
}

}  // namespace

Squashes squashes_in(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts) {
    Squashes squashes;
    for (const auto& [folder, exchange] : exchanges(files, scripts)) add_squashes(exchange, squashes);
    return squashes;
}

}  // namespace pgfence::pipeline
