#include "pipeline/start_after.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "core/text.h"
#include "locate/order.h"

namespace pgfence::pipeline {
namespace {

/// "0042" names "0042_orders.sql" and "0042", but not "00421_orders.sql".
bool names(std::string_view cut, std::string_view name) {
    return name.starts_with(cut) && (name.size() == cut.size() || !is_letter_or_digit(name[cut.size()]));
}

/// The one that is named, or below the folder that is.
bool is_named(std::string_view path, std::string_view cut) {
    const auto folder = locate::sequence_of(path);
    if (path == cut || !folder) return path == cut;
    const bool whole_path = cut.find('/') != std::string_view::npos;
    const std::string_view inside = folder->empty() ? path : path.substr(std::min(path.size(), folder->size() + 1));
    if (whole_path) return path.starts_with(cut);
    return names(cut, inside.substr(0, inside.find('/')));
}

/// The file's place in its sequence beside the place of the one that is named.
bool is_at_or_before(std::string_view path, std::string_view cut) {
    if (path == cut) return true;
    const auto folder = locate::sequence_of(path);
    if (!folder) return false;
    const auto in_folder = [&](std::string_view whole) {
        return folder->empty() ? whole : whole.substr(std::min(whole.size(), folder->size() + 1));
    };
    const bool whole_path = cut.find('/') != std::string_view::npos;
    if (whole_path && locate::sequence_of(cut) != folder) return false;
    const std::string_view wanted = whole_path ? in_folder(cut) : cut;
    const std::string_view rest = in_folder(path);
    const std::string_view name = rest.substr(0, rest.find('/'));
    if (names(wanted, name)) return true;
    // As if the one that is named stood beside it: 20240101_a/migration.sql, 20240301_b/migration.sql.
    const bool file_named = wanted.find('/') != std::string_view::npos;
    const std::string beside = fmt::format("{}{}{}{}", *folder, folder->empty() ? "" : "/", wanted,
                                           file_named ? std::string_view() : rest.substr(name.size()));
    return locate::runs_before(path, beside);
}

/// Misspelt, it would take the place in the sequence that its letters happen to have.
void note_what_names_nothing(const std::vector<MigrationFile>& files, const std::vector<std::string>& up_to,
                             std::vector<std::string>& notes) {
    for (const std::string& cut : up_to)
        if (std::none_of(files.begin(), files.end(), [&](const auto& file) { return is_named(file.path, cut); }))
            notes.push_back(fmt::format("start-after: no migration is called \"{}\"", cut));
}

}  // namespace

void take_as_history(std::vector<MigrationFile>& files, const std::vector<std::string>& up_to,
                     std::vector<std::string>& notes) {
    if (up_to.empty()) return;
    note_what_names_nothing(files, up_to, notes);
    std::size_t left_out = 0;
    const auto is_old = [&](const std::string& path) {
        return std::any_of(up_to.begin(), up_to.end(),
                           [&](const std::string& cut) { return is_at_or_before(path, cut); });
    };
    for (MigrationFile& file : files) {
        if (file.role != MigrationFile::Role::changed || !is_old(file.path)) continue;
        if (file.change == MigrationFile::Change::added) {
            notes.push_back(
                fmt::format("start-after covers {}, but the change adds that file: it is judged", file.path));
            continue;
        }
        ++left_out;
        file.role = MigrationFile::Role::history;
    }
    // What ran is in the history as it was.
    std::erase_if(files, [](const MigrationFile& file) {
        using enum MigrationFile::Change;
        return file.role == MigrationFile::Role::history &&
               (file.change == modified || file.change == renamed || file.change == deleted);
    });
    if (left_out > 0)
        notes.push_back(fmt::format("start-after: {} migration{} up to {} {} not judged", left_out,
                                    left_out == 1 ? "" : "s", fmt::join(up_to, ", "), left_out == 1 ? "is" : "are"));
}

void take_from_snapshot(std::vector<MigrationFile>& files, const std::string& through,
                        std::vector<std::string>& notes) {
    std::size_t held = 0, left = 0;
    std::erase_if(files, [&](const MigrationFile& file) {
        if (file.role != MigrationFile::Role::history) return false;
        const bool in_snapshot = through.empty() || is_at_or_before(file.path, through);
        ++(in_snapshot ? held : left);
        return in_snapshot;
    });
    if (held + left == 0) return;
    notes.push_back(
        through.empty()
            ? fmt::format("the schema is from the snapshot, which does not say its last migration: all {} earlier ones "
                          "are assumed to be in it",
                          held)
            : fmt::format(
                  "the schema is from the snapshot, which holds the migrations up to {}; replayed on top of it: {}",
                  through, left));
}

}  // namespace pgfence::pipeline
