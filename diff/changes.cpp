#include "diff/changes.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>

#include "core/encoding.h"
#include "core/glob.h"
#include "core/text.h"
#include "diff/changed_lines.h"
#include "diff/detected.h"
#include "diff/late_before.h"
#include "diff/releases.h"
#include "diff/renames.h"
#include "diff/search.h"
#include "diff/sides.h"
#include "diff/tree.h"
#include "locate/database.h"
#include "locate/layout.h"

namespace pgfence::diff {
namespace {

using Kind = MigrationFile::Change;
using Role = MigrationFile::Role;

// The largest migration of 146 public projects has 1.4 MB, the longest history 5,000 files.
constexpr std::size_t kMostFiles = 10'000;
constexpr std::size_t kMostHistoryBytes = 256'000'000;
constexpr std::size_t kNamedInANote = 3;

bool unchanged(const TreeFile& file, const TreeFile* other) {
    return other && same(file.id, other->id) && file.is_link == other->is_link &&
           file.is_submodule == other->is_submodule;
}

/// "init" of 1693840429259-Init.ts; the whole name where it has no more than a number.
std::string title_of(std::string_view path) {
    const std::string name = lower_case(last_part(path));
    const auto begin = name.find_first_not_of("0123456789_-.");
    const auto end = name.find('.', begin);
    return begin == name.npos || end == name.npos ? name : name.substr(begin, end - begin);
}

/// Of paths that differ in one folder, which names another database here and PostgreSQL there.
bool stand_for_each_other(std::string_view other, std::string_view ours) {
    const auto others = path_parts(other), own = path_parts(ours);
    if (others.size() != own.size() || title_of(other) != title_of(ours)) return false;
    std::size_t differ = 0;
    for (std::size_t i = 0; i + 1 < own.size(); ++i) {
        if (others[i] == own[i]) continue;
        const std::string folder = lower_case(others[i]);
        const bool names_other = locate::database_named(path_in(folder, "x")) == locate::Database::other;
        differ += names_other && locate::is_postgres_word(lower_case(own[i])) ? 1 : 2;
    }
    return differ == 1;
}

/// The migrations of one commit. What others were found to be before is agreed (AgreedTree).
struct Side {
    static Read<std::unique_ptr<Side>> read(git_repository* repository, const git_oid& commit,
                                            const Selection& selection, const Side* before) {
        auto side = std::make_unique<Side>(repository, TRY(files_of(repository, commit)));
        if (before) side->agreed.emplace(before->as_agreed());
        if (before) side->offered.agree_with(*side->agreed);
        side->chosen = locate::choose(side->offered.tree(), selection);
        if (side->offered.unreadable) return tl::unexpected(std::move(*side->offered.unreadable));
        for (const auto path : side->chosen.migrations) side->migrations.push_back(find(side->files, path));
        return side;
    }

    Side(git_repository* repository, std::vector<TreeFile> all) : files(std::move(all)), offered(repository, files) {}
    AgreedTree as_agreed() const { return {offered.tree(), chosen.detection}; }

    const std::vector<TreeFile> files;  // all, by path
    OfferedFiles offered;
    std::optional<AgreedTree> agreed;
    locate::Chosen chosen;
    std::vector<const TreeFile*> migrations;  // in the order in which they run
};

/// What a change is made of: it was begun at one commit of the base, and meets what the base is today.
struct ThreeSides {
    const Side& start;
    const Side& base;  // may be the same
    const Side& head;

    /// As somebody has it who has nothing of this change.
    const TreeFile* before(std::string_view path) const {
        const TreeFile* file = find(start.files, path);
        return file ? file : find(base.files, path);
    }
    bool is_of_base(const TreeFile& file) const {
        return unchanged(file, find(start.files, file.path)) || unchanged(file, find(base.files, file.path));
    }
    /// Its tool has it down once more than in the base: Sqitch runs a reworked change again.
    bool is_reworked(std::string_view path) const {
        const std::size_t ran = base.chosen.written_of(path).times;
        return ran > 0 && ran < head.chosen.written_of(path).times;
    }
    /// Its tool takes it from now on: it lay in the base, where the tool's list left it out.
    bool is_taken_up(std::string_view path) const {
        const auto& left_out = base.chosen.detection.left_out;
        return std::any_of(left_out.begin(), left_out.end(),
                           [&](const LeftOut& one) { return one.by_its_tool && one.path == path; });
    }
    /// A copy of what ran under another name, kept there when that was reworked: it is for new databases alone.
    bool ran_under_another_name(const TreeFile& file) const {
        const WrittenPlace kept = head.chosen.written_of(file.path);
        if (kept.ran_as.empty() || base.chosen.written_of(kept.ran_as).times != kept.times) return false;
        return unchanged(file, find(base.files, kept.ran_as)) || unchanged(file, find(start.files, kept.ran_as));
    }
};

/// One migration of the change, before its text is read.
struct Touched {
    const TreeFile* file;  // deleted: as it was
    const TreeFile* before = nullptr;
    Kind change;
};

class Reading {
public:
    Reading(const Sides& sides, const Selection& selection) : sides_(sides), selection_(selection) {}

    Read<Change> run() {
        git_repository* repository = sides_.repository();
        const auto start = TRY(Side::read(repository, sides_.old_side, selection_, nullptr));
        std::unique_ptr<Side> moved_on;
        if (!same(sides_.old_side, sides_.base_tip))
            moved_on = TRY(Side::read(repository, sides_.base_tip, selection_, start.get()));
        const Side& base = moved_on ? *moved_on : *start;
        const auto head = TRY(Side::read(repository, sides_.new_side, selection_, &base));
        const ThreeSides all{*start, base, *head};
        std::vector<Touched> change = touched(all);
        take_as_new(change, all);
        TRY(read_history(base));
        TRY(read_change(std::move(change), all));
        place_in_sequences();
        set_aside_what_was_left_out(all);
        set_aside_other_sql(all);
        add_what_is_missing(all);
        note_what_matches_nothing(all);
        for (std::size_t i = 0; i < change_.files.size(); ++i) change_.files[i].id = static_cast<FileId>(i);
        change_.base = sides_.old_id();
        change_.head = sides_.new_id();
        change_.how = sides_.how;
        for (const TreeFile& file : head->files)
            if (!file.is_submodule) change_.paths.push_back(file.path);
        change_.touched = touched_paths(all);
        return std::move(change_);
    }

private:
    /// Of which nothing can be judged: `unreadable` says why.
    struct Text {
        std::string text, unreadable = {};
    };

    Read<Text> text(const TreeFile& file, const Side& side, std::size_t budget) {
        if (const auto why = side.chosen.unreadable.find(file.path); why != side.chosen.unreadable.end())
            return Text{{}, why->second};
        if (file.is_submodule) return Text{{}, "a submodule, whose files are in another repository"};
        if (file.is_link)
            return Text{{}, "a symbolic link, whose target is not looked at: commit the file itself in its place"};
        const auto size = TRY(size_of(sides_.repository(), file.id));
        if (size > budget)
            return Text{{},
                        "it has " + std::to_string(size / 1'000'000) +
                            " MB, more than is left of what pgfence takes in at once (" +
                            std::to_string(kMostMigrationBytes / 1'000'000) +
                            " MB): load rows by other means, or split it"};
        auto text = TRY(text_of(sides_.repository(), file.id));
        if (text.starts_with("version https://git-lfs.github.com/spec/"))
            return Text{{}, "a Git LFS pointer, the file itself is not in the commit: keep migrations out of LFS"};
        const Encoding encoding = encoding_of(text);
        if (encoding == Encoding::unknown)
            return Text{{}, "it holds NUL bytes or control characters (binary data?): save it as text in UTF-8"};
        if (encoding != Encoding::utf8 && noted_.insert(file.path).second)
            change_.notes.push_back(file.path + " is written in " + std::string(name_of(encoding)) +
                                    " and was read as that; a runner that expects UTF-8 fails at it");
        return Text{in_utf8(std::move(text), encoding)};
    }

    static MigrationFile file_of(const TreeFile& file, Text text) {
        MigrationFile migration;
        migration.path = file.path;
        migration.text = std::move(text.text);
        migration.unreadable = std::move(text.unreadable);
        return migration;
    }

    /// What no release holds has not run yet, and is as new as the rest of the change. Not where other migrations are
    /// behind it that the change leaves as they are: they are replayed upon what it made.
    void take_as_new(std::vector<Touched>& change, const ThreeSides& sides) {
        std::map<std::string_view, Touched*> edited;
        for (Touched& one : change)
            if (one.change == Kind::modified && !sides.is_reworked(one.file->path) &&
                !locate::is_repeatable(one.file->path))
                edited.emplace(one.file->path, &one);
        if (edited.empty()) return;
        Releases releases(sides_.repository(), sides_.base_tip, sides_.new_side);
        std::set<std::string_view> left_alone;  // groups that end in what stays history
        const auto& ran = sides.base.migrations;
        for (auto file = ran.rbegin(); file != ran.rend(); ++file) {
            // A plan that is written down goes through all folders.
            const bool is_planned = sides.base.chosen.written_of((*file)->path).rank > 0;
            const std::string_view group = is_planned ? std::string_view() : locate::group_of((*file)->path);
            if (left_alone.contains(group)) continue;
            const auto found = edited.find((*file)->path);
            if (found == edited.end() || !releases.lack(**file)) {
                left_alone.insert(group);
                continue;
            }
            found->second->change = Kind::added;
            found->second->before = nullptr;
            not_released_.insert((*file)->path);
        }
        for (const auto& [path, touched] : edited) {
            const TreeFile* before = find(sides.base.files, path);
            if (!before || not_released_.contains(path)) continue;
            if (auto why = releases.doubt(*before)) change_.perhaps_never_ran.emplace(path, std::move(*why));
            if (std::string latest = releases.latest_without(*before); !latest.empty())
                change_.unreleased.emplace(path, std::move(latest));
        }
        take_as_unfinished(edited, sides.base, releases);
        note_what_is_still_written();
        if (not_released_.empty()) return;
        const std::vector<std::string> names(not_released_.begin(), not_released_.end());
        change_.notes.push_back("edited, but in no release (the latest tag is " + releases.latest() +
                                "), and judged like a new migration: " + joined_up_to(kNamedInANote, names) +
                                "; where it ran all the same, the edit is missing, or the runner finds another "
                                "checksum");
    }

    /// Who edits one migration of a folder again and again before any release makes databases anew, and edits the
    /// others as well.
    void take_as_unfinished(const std::map<std::string_view, Touched*>& edited, const Side& base, Releases& releases) {
        std::map<std::string_view, std::vector<const TreeFile*>> groups;
        for (const auto& [path, touched] : edited)
            if (const TreeFile* before = find(base.files, path);
                before && !not_released_.contains(path) && releases.show_none(*before))
                groups[locate::group_of(path)].push_back(before);
        for (const auto& [group, files] : groups)
            if (std::any_of(files.begin(), files.end(), [&](const auto* file) { return releases.edited_again(*file); }))
                for (const TreeFile* file : files) change_.still_written.insert(file->path);
    }

    void note_what_is_still_written() {
        if (change_.still_written.empty()) return;
        const std::vector<std::string> names(change_.still_written.begin(), change_.still_written.end());
        change_.notes.push_back("edited again, as before, and in no release: " + joined_up_to(kNamedInANote, names) +
                                "; databases that ran an earlier text stay as they are, or their runner refuses the "
                                "deployment");
    }

    Read<void> read_history(const Side& side) {
        std::vector<const TreeFile*> all;
        for (const TreeFile* file : side.migrations)
            if (!not_released_.contains(file->path)) all.push_back(file);
        std::size_t bytes = 0, first = all.size();
        std::vector<MigrationFile> latest_first;
        for (; first > 0 && latest_first.size() < kMostFiles && bytes < kMostHistoryBytes; --first) {
            MigrationFile file = file_of(*all[first - 1], TRY(text(*all[first - 1], side, kMostMigrationBytes)));
            bytes += file.text.size();
            file.role = Role::history;
            file.change = Kind::none;
            latest_first.push_back(std::move(file));
        }
        change_.whole_history = first == 0;
        if (first > 0)
            change_.notes.push_back("the oldest " + std::to_string(first) + " of " + std::to_string(all.size()) +
                                    " earlier migrations were not replayed: what they made is unknown");
        change_.files.assign(std::make_move_iterator(latest_first.rbegin()),
                             std::make_move_iterator(latest_first.rend()));
        return {};
    }

    static std::vector<std::string> touched_paths(const ThreeSides& all) {
        std::vector<std::string> paths;
        for (const TreeFile& file : all.head.files)
            if (!all.is_of_base(file)) paths.push_back(file.path);
        for (const TreeFile& file : all.start.files)
            if (!find(all.head.files, file.path)) paths.push_back(file.path);
        std::sort(paths.begin(), paths.end());
        return paths;
    }

    static std::vector<Touched> touched(const ThreeSides& all) {
        std::vector<Touched> result;
        for (const TreeFile* file : all.head.migrations) {
            const bool is_new = all.is_taken_up(file->path);
            const bool has_run =
                all.is_of_base(*file) ? !all.is_reworked(file->path) : all.ran_under_another_name(*file);
            if (has_run && !is_new) continue;
            const TreeFile* before = is_new ? nullptr : all.before(file->path);
            const bool is_edit = before && !before->is_link && !before->is_submodule;
            result.push_back({file, is_edit ? before : nullptr, is_edit ? Kind::modified : Kind::added});
        }
        for (const TreeFile* file : all.start.migrations)
            if (!file->is_link && !file->is_submodule && !find(all.head.files, file->path) &&
                find(all.base.files, file->path))
                result.push_back({file, nullptr, Kind::deleted});
        return result;
    }

    Read<void> read_change(std::vector<Touched> all, const ThreeSides& sides) {
        if (all.size() > kMostFiles) return too_much(std::to_string(all.size()) + " migration files, more than 10,000");
        std::sort(all.begin(), all.end(),
                  [](const Touched& a, const Touched& b) { return locate::runs_before(a.file->path, b.file->path); });
        locate::put_in_ranks(all,
                             [&](const Touched& one) { return sides.head.chosen.written_of(one.file->path).rank; });
        std::vector<MigrationFile> files;
        std::size_t budget = kMostMigrationBytes;
        for (const Touched& one : all) {
            files.push_back(TRY(changed_file(one, sides, budget)));
            budget -= files.back().text.size();
        }
        pair_renames(files, sides.head);
        std::move(files.begin(), files.end(), std::back_inserter(change_.files));
        return {};
    }

    /// A new file that sorts before one that ran: runners skip it, refuse it or run it out of order.
    void place_in_sequences() {
        std::unordered_map<std::string_view, std::string_view> latest;
        for (MigrationFile& file : change_.files) {
            file.repeatable |= locate::is_repeatable(file.path);
            const auto sequence = locate::sequence_of(file.path);
            if (!sequence) continue;
            const auto [last, first] = latest.try_emplace(*sequence, file.path);
            if (file.role == Role::history && locate::runs_before(last->second, file.path)) last->second = file.path;
            if (file.role == Role::history || file.change != Kind::added || not_released_.contains(file.path)) continue;
            if (last->second != file.stands_for && locate::runs_before(file.path, last->second))
                file.overtaken_by = last->second;
        }
        note_others_that_were_late();
    }

    void note_others_that_were_late() {
        std::map<std::string_view, std::optional<std::string>> of_sequence;
        for (const MigrationFile& late : change_.files) {
            const auto sequence = locate::sequence_of(late.path);
            if (late.overtaken_by.empty() || !sequence) continue;
            const auto [other, is_new] = of_sequence.try_emplace(*sequence);
            if (is_new) other->second = came_late(sides_.repository(), sides_.base_tip, ran_in(*sequence));
            if (other->second) change_.late_as_others.emplace(late.path, *other->second);
        }
    }

    /// In the order of their names.
    std::vector<std::string_view> ran_in(std::string_view sequence) const {
        std::vector<std::string_view> paths;
        for (const MigrationFile& file : change_.files)
            if (file.role == Role::history && locate::sequence_of(file.path) == sequence &&
                !locate::is_repeatable(file.path))
                paths.emplace_back(file.path);
        std::sort(paths.begin(), paths.end(), locate::runs_before);
        return paths;
    }

    static tl::unexpected<Unreadable> too_much(const std::string& what) {
        return tl::unexpected(
            Unreadable{false, "the change touches " + what + ": name the ones to check with include"});
    }

    Read<MigrationFile> changed_file(const Touched& touched, const ThreeSides& sides, std::size_t budget) {
        const Side& side = touched.change == Kind::deleted ? sides.start : sides.head;
        MigrationFile file = file_of(*touched.file, TRY(text(*touched.file, side, budget)));
        file.change = touched.change;
        file.repeatable = sides.is_reworked(file.path);
        // What is gone cannot be run any more, and need not be read.
        if (file.change == Kind::deleted) file.unreadable.clear();
        if (!touched.before || !file.unreadable.empty()) return file;
        const Text before = TRY(text(*touched.before, sides.start, kMostMigrationBytes));
        file.changed_lines = changed_lines(before.text, file.text);
        return file;
    }

    void pair_renames(std::vector<MigrationFile>& files, const Side& head) {
        std::vector<std::size_t> deleted, added;
        for (std::size_t i = 0; i < files.size(); ++i) {
            if (files[i].change == Kind::deleted) deleted.push_back(i);
            if (files[i].change == Kind::added && !not_released_.contains(files[i].path)) added.push_back(i);
        }
        const auto texts = [&](const std::vector<std::size_t>& indexes) {
            std::vector<std::string_view> views;
            for (const auto i : indexes) views.emplace_back(files[i].text);
            return views;
        };
        bool complete = true;
        std::set<std::size_t> gone;
        for (const Rename& pair : renames(texts(deleted), texts(added), complete)) {
            const MigrationFile& before = files[deleted[pair.deleted]];
            MigrationFile& now = files[added[pair.added]];
            // To its runner it is a new migration: nothing of it ran.
            if (locate::runs_again_as(before.path, now.path, head.chosen.by_version.contains(now.path))) continue;
            now.change = Kind::renamed;
            now.old_path = before.path;
            now.changed_lines = changed_lines(before.text, now.text);
            gone.insert(deleted[pair.deleted]);
        }
        if (!complete)
            change_.notes.push_back(
                "the change adds and deletes too many migrations to look for renames among edited ones");
        for (auto at = gone.rbegin(); at != gone.rend(); ++at)
            files.erase(files.begin() + static_cast<std::ptrdiff_t>(*at));
        pair_versions(files, head);
    }

    /// Another migration under the number of one that goes. It runs nowhere but where that did not.
    void pair_versions(std::vector<MigrationFile>& files, const Side& head) {
        for (MigrationFile& now : files) {
            if (now.change != Kind::added || not_released_.contains(now.path) ||
                !head.chosen.by_version.contains(now.path))
                continue;
            const auto before = std::find_if(files.begin(), files.end(), [&](const MigrationFile& file) {
                return file.change == Kind::deleted && locate::have_one_version(file.path, now.path);
            });
            if (before == files.end()) continue;
            now.stands_for = before->path;
            change_.whole_history = false;
        }
    }

    /// What looks like a migration and is left out: known so from the base, or by its own statements. Of all others
    /// only the change itself says what they are, of those in one folder with one word.
    void set_aside_what_was_left_out(const ThreeSides& all) {
        std::vector<std::string> names;
        std::map<std::pair<std::string_view, std::string_view>, std::vector<const TreeFile*>> aside;
        for (const LeftOut& one : all.head.chosen.detection.left_out) {
            const TreeFile& file = *find(all.head.files, one.path);
            if (all.is_of_base(file)) continue;
            ++change_.left_out;
            if (one.is_unplaced && !one.by_its_sql && nothing_else_is_known_to_run(all)) {
                stray_[locate::group_of(one.path)].push_back(&file);
                continue;
            }
            if (one.by_its_sql || one.by_its_tool || is_left_out_in(all.base, one) || is_variant(file, all.head)) {
                names.push_back(std::string(one.path) + " (" + one.why + ")");
                continue;
            }
            aside[{locate::group_of(one.path), one.why}].push_back(&file);
        }
        for (const auto& [of, files] : aside) set_aside(files, std::string(of.second) + ", by this change alone");
        if (!names.empty())
            change_.notes.push_back("changed, but not recognized as PostgreSQL migrations: " +
                                    joined_up_to(kNamedInANote, names) + "; list them under `include` if they are");
    }

    /// The first of them, with a word about the others.
    void set_aside(const std::vector<const TreeFile*>& files, const std::string& why) {
        const std::size_t others = files.size() - 1;
        MigrationFile& first = change_.files.emplace_back(file_of(*files.front(), {}));
        first.set_aside = why;
        if (others > 0)
            first.set_aside += ", as " + counted(others, "other") + " beside it " + (others == 1 ? "is" : "are");
        const std::string it = others == 0 ? "it" : "them";
        first.set_aside +=
            ": add " + it + " to `migrations` of .pgfence.toml if PostgreSQL runs " + it + ", else to `exclude`";
    }

    /// Neither in the base nor in the change: which program runs SQL here, if one does, nobody knows.
    bool nothing_else_is_known_to_run(const ThreeSides& all) const {
        return all.base.chosen.detection.migrations.empty() && all.head.chosen.detection.migrations.empty();
    }

    /// SQL elsewhere. A project with a folder of migrations has it for other purposes; in one without, some runner that
    /// nobody here knows may run it.
    void set_aside_other_sql(const ThreeSides& all) {
        if (!nothing_else_is_known_to_run(all)) return;
        for (const std::string_view path : all.head.chosen.detection.other_sql) {
            const TreeFile& file = *find(all.head.files, path);
            if (all.is_of_base(file)) continue;
            ++change_.left_out;
            stray_[locate::group_of(path)].push_back(&file);
        }
        for (const auto& [folder, files] : stray_)
            set_aside(files, "SQL that changes a schema, in no folder of migrations");
    }

    /// Its tool stops where its list names a file that is not there.
    void add_what_is_missing(const ThreeSides& all) {
        const auto& before = all.base.chosen.detection.missing;
        for (const MissingFile& one : all.head.chosen.detection.missing) {
            const bool was_missing = std::any_of(before.begin(), before.end(),
                                                 [&](const MissingFile& other) { return other.path == one.path; });
            if (was_missing) continue;
            MigrationFile& file = change_.files.emplace_back();
            file.path = one.path;
            file.unreadable = one.why;
        }
    }

    /// A pattern that names no file is misspelt, or what it named is gone.
    void note_what_matches_nothing(const ThreeSides& all) {
        const auto matches_nothing = [&](const std::string& pattern) {
            const Glob glob(pattern);
            const auto matches = [&](const TreeFile& file) { return glob.matches(file.path); };
            return std::none_of(all.head.files.begin(), all.head.files.end(), matches) &&
                   std::none_of(all.base.files.begin(), all.base.files.end(), matches);
        };
        for (const auto& [key, patterns] :
             {std::pair{"include", &selection_.include}, {"exclude", &selection_.exclude}}) {
            std::vector<std::string> unmatched;
            std::copy_if(patterns->begin(), patterns->end(), std::back_inserter(unmatched), matches_nothing);
            if (!unmatched.empty())
                change_.notes.push_back("no file matches " + std::string(key) + ": " +
                                        joined_up_to(kNamedInANote, unmatched));
        }
    }

    /// store/mysql/2_a.ts, which stands for another database where store/postgres/1_a.ts stands for PostgreSQL: the
    /// team has each migration once for each of them. What is written in PostgreSQL's own words may be for it all the
    /// same.
    bool is_variant(const TreeFile& file, const Side& head) {
        const auto& all = head.chosen.detection.migrations;
        const bool has_twin = std::any_of(all.begin(), all.end(), [&](const Located& one) {
            return one.forward && one.unreadable.empty() && stand_for_each_other(file.path, one.path);
        });
        if (!has_twin) return false;
        const auto read = text(file, head, kMostMigrationBytes);
        if (!read) return false;
        std::string sql = read->text;
        // A program's SQL stands in its strings.
        if (locate::is_program(lower_case(last_part(file.path))))
            std::replace_if(
                sql.begin(), sql.end(), [](char c) { return c == '\'' || c == '"' || c == '`'; }, ' ');
        const locate::Dialect dialect = locate::dialect_of(sql);
        return dialect.postgres <= dialect.other;
    }

    static bool is_left_out_in(const Side& base, const LeftOut& one) {
        const auto& known = base.chosen.detection.left_out;
        return std::any_of(known.begin(), known.end(), [&](const LeftOut& other) {
            return other.why == one.why && locate::group_of(other.path) == locate::group_of(one.path);
        });
    }

    const Sides& sides_;
    const Selection& selection_;
    Change change_;
    std::map<std::string_view, std::vector<const TreeFile*>> stray_;  ///< SQL that changes a schema, by group
    std::set<std::string> noted_;
    std::set<std::string, std::less<>> not_released_;  ///< paths of what the change edits and nobody ran
};

tl::unexpected<Error> as_error(const Unreadable& unreadable) { return failure(unreadable.message); }

}  // namespace

struct Comparison::State {
    Sides sides;
    std::string base, head;

    /// Reads, and once more after a fetch when a partial clone lacks something.
    template <class Attempt>
    auto read(const Attempt& attempt) -> Result<std::decay_t<decltype(*attempt())>> {
        auto first = attempt();
        if (first) return std::move(*first);
        if (!first.error().missing) return as_error(first.error());
        if (const auto completed = sides.complete(); !completed)
            return failure(first.error().message + ", and it could not be had (" + completed.error().message +
                           "): leave out `filter:` of the actions/checkout step and add the line `fetch-depth: 0` "
                           "under its `with:`");
        auto second = attempt();
        if (second) return std::move(*second);
        return as_error(second.error());
    }
};

Comparison::Comparison(std::unique_ptr<State> state) : state_(std::move(state)) {}
Comparison::Comparison(Comparison&&) noexcept = default;
Comparison& Comparison::operator=(Comparison&&) noexcept = default;
Comparison::~Comparison() = default;

Result<Comparison> Comparison::open(const Request& request) {
    auto sides = TRY(Sides::find(request));
    std::string base = sides.old_id(), head = sides.new_id();
    return Comparison(std::make_unique<State>(State{std::move(sides), std::move(base), std::move(head)}));
}

const std::string& Comparison::base() const { return state_->base; }
const std::string& Comparison::head() const { return state_->head; }
const std::string& Comparison::how() const { return state_->sides.how; }

Result<std::optional<std::string>> Comparison::file_at_base(const std::string& path) {
    const Sides& sides = state_->sides;
    return state_->read([&] { return text_at(sides.repository(), sides.base_tip, path); });
}

Result<std::optional<std::string>> Comparison::file_at_head(const std::string& path) {
    const Sides& sides = state_->sides;
    return state_->read([&] { return text_at(sides.repository(), sides.new_side, path); });
}

Result<bool> Comparison::head_has(const std::string& path) {
    const Sides& sides = state_->sides;
    return state_->read([&] { return has_file(sides.repository(), sides.new_side, path); });
}

Result<SearchResult> Comparison::search_base(const std::vector<SearchTerms>& wanted,
                                             const std::vector<std::string>& migrations) {
    state_->sides.ask_no_more();
    auto found = search(state_->sides.repository(), state_->sides.base_tip, wanted, migrations);
    if (!found) return as_error(found.error());
    return std::move(*found);
}

Result<Change> Comparison::changes(const Selection& files) {
    return state_->read([&] { return Reading(state_->sides, files).run(); });
}

Result<Change> changes(const Request& request) {
    auto comparison = TRY(Comparison::open(request));
    return comparison.changes(request.files);
}

Result<std::optional<std::string>> file_at(const std::string& repository_path, const std::string& commit,
                                           const std::string& path) {
    const auto repository = TRY(open_repository(repository_path));
    const auto id = find_revision(repository.get(), commit);
    if (!id || !find_commit(repository.get(), *id))
        return usage_error("commit '" + commit + "' is not in the repository at '" + repository_path + "'");
    auto text = text_at(repository.get(), *id, path);
    if (!text) return as_error(text.error());
    return std::move(*text);
}

}  // namespace pgfence::diff
