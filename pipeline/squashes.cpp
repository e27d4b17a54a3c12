#include "pipeline/squashes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "analyze/prescan/tables_left.h"
#include "core/text.h"
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

std::string said_of(std::size_t deleted, const std::string& table) {
    return fmt::format(
        "this file makes again what {} made that {} deleted: it is for new databases. Where those ran, the runner has "
        "to be told that this one ran as well, or it fails at `{}`, which is there",
        counted(deleted, "migration"), deleted == 1 ? "is" : "are", table);
}

void add_squashes(const Exchange& exchange, Squashes& squashes) {
    if (exchange.gone.empty() || exchange.added.empty()) return;
    std::vector<std::vector<const Script*>> groups{exchange.ran};
    for (const Script* script : exchange.written) groups.push_back({script});
    const std::vector<analyze::TablesLeft> left = analyze::tables_made_twice(groups);
    for (std::size_t i = 0; i < exchange.added.size(); ++i) {
        const std::string table = first_made_again(left.front(), left[i + 1]);
        if (table.empty()) continue;
        squashes.made_again.emplace(exchange.added[i]->id, said_of(exchange.gone.size(), table));
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
