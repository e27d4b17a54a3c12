#include "diff/changes.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "core/text.h"
#include "diff/changed_lines.h"
#include "diff/detected.h"
#include "diff/renames.h"
#include "diff/search.h"
#include "diff/sides.h"
#include "diff/tree.h"

namespace pgfence::diff {
namespace {

using Kind = MigrationFile::Change;
using Role = MigrationFile::Role;

// The largest migration of 146 public projects has 1.4 MB, the longest history 5,000 files.
constexpr std::size_t kLargestFile = 5'000'000;
constexpr std::size_t kMostFiles = 10'000;
constexpr std::size_t kMostBytes = 256'000'000;
constexpr std::size_t kNamedInANote = 3;

const TreeFile* find(const std::vector<TreeFile>& files, std::string_view path) {
    const auto at = std::lower_bound(files.begin(), files.end(), path,
                                     [](const TreeFile& file, std::string_view wanted) { return file.path < wanted; });
    return at != files.end() && at->path == path ? &*at : nullptr;
}

bool unchanged(const TreeFile& file, const TreeFile* other) {
    return other && same(file.id, other->id) && file.is_link == other->is_link;
}

/// The migrations of one commit.
struct Side {
    static Read<Side> read(git_repository* repository, const git_oid& commit, const Selection& selection) {
        Side side;
        side.files = TRY(files_of(repository, commit));
        OfferedFiles offered(repository, side.files);
        side.chosen = locate::choose(offered.tree(), selection);
        if (offered.unreadable) return tl::unexpected(std::move(*offered.unreadable));
        for (const auto path : side.chosen.migrations) side.migrations.push_back(find(side.files, path));
        return side;
    }

    std::vector<TreeFile> files;  // all, by path
    locate::Chosen chosen;
    std::vector<const TreeFile*> migrations;  // in the order in which they run
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
        const Side old_side = TRY(Side::read(sides_.repository(), sides_.old_side, selection_));
        const Side new_side = TRY(Side::read(sides_.repository(), sides_.new_side, selection_));
        TRY(read_history(old_side));
        TRY(read_change(old_side, new_side));
        note_what_was_left_out(old_side, new_side);
        place_in_sequences();
        for (std::size_t i = 0; i < change_.files.size(); ++i) change_.files[i].id = static_cast<FileId>(i);
        change_.base = sides_.old_id();
        change_.head = sides_.new_id();
        change_.how = sides_.how;
        for (const TreeFile& file : new_side.files) change_.paths.push_back(file.path);
        return std::move(change_);
    }

private:
    /// The text, or nothing and a note why it is none that a migration can have.
    Read<std::optional<std::string>> text(const TreeFile& file) {
        if (file.is_link) return left_out(file, "it is a symbolic link");
        const auto size = TRY(size_of(sides_.repository(), file.id));
        if (size > kLargestFile) return left_out(file, "it has " + std::to_string(size) + " bytes, more than 5 MB");
        auto text = TRY(text_of(sides_.repository(), file.id));
        if (text.find('\0') != text.npos) return left_out(file, "it holds NUL bytes (binary, or UTF-16)");
        if (text.starts_with("version https://git-lfs.github.com/spec/"))
            return left_out(file, "it is in Git LFS, and the commit holds a pointer only");
        return text;
    }

    std::optional<std::string> left_out(const TreeFile& file, const std::string& why) {
        if (noted_.insert(file.path).second) change_.notes.push_back(file.path + " was not read: " + why);
        return std::nullopt;
    }

    void add(std::string path, std::string text, Role role, Kind change) {
        MigrationFile file;
        file.path = std::move(path);
        file.text = std::move(text);
        file.role = role;
        file.change = change;
        change_.files.push_back(std::move(file));
    }

    Read<void> read_history(const Side& side) {
        const auto& all = side.migrations;
        std::size_t bytes = 0, first = all.size();
        std::vector<std::pair<const TreeFile*, std::string>> latest_first;
        for (; first > 0 && latest_first.size() < kMostFiles && bytes < kMostBytes; --first) {
            auto read = TRY(text(*all[first - 1]));
            if (!read) continue;
            bytes += read->size();
            latest_first.emplace_back(all[first - 1], std::move(*read));
        }
        if (first > 0)
            change_.notes.push_back("the oldest " + std::to_string(first) + " of " + std::to_string(all.size()) +
                                    " earlier migrations were not replayed: what they made is unknown");
        for (auto at = latest_first.rbegin(); at != latest_first.rend(); ++at)
            add(at->first->path, std::move(at->second), Role::history, Kind::none);
        return {};
    }

    static std::vector<Touched> touched(const Side& old_side, const Side& new_side) {
        std::vector<Touched> result;
        for (const TreeFile* file : new_side.migrations) {
            const TreeFile* before = find(old_side.files, file->path);
            if (unchanged(*file, before)) continue;
            const bool is_edit = before && !before->is_link;
            result.push_back({file, is_edit ? before : nullptr, is_edit ? Kind::modified : Kind::added});
        }
        for (const TreeFile* file : old_side.migrations)
            if (!file->is_link && !find(new_side.files, file->path)) result.push_back({file, nullptr, Kind::deleted});
        return result;
    }

    Read<void> read_change(const Side& old_side, const Side& new_side) {
        auto all = touched(old_side, new_side);
        if (all.size() > kMostFiles) return too_much(std::to_string(all.size()) + " migration files, more than 10,000");
        std::sort(all.begin(), all.end(),
                  [](const Touched& a, const Touched& b) { return locate::runs_before(a.file->path, b.file->path); });
        locate::put_in_ranks(all, [&](const Touched& one) { return new_side.chosen.rank_of(one.file->path); });
        std::vector<MigrationFile> files;
        std::size_t bytes = 0;
        for (const Touched& one : all) {
            auto file = TRY(changed_file(one));
            if (!file) continue;
            bytes += file->text.size();
            if (bytes > kMostBytes) return too_much("more than 256 MB of migrations");
            files.push_back(std::move(*file));
        }
        pair_renames(files);
        std::move(files.begin(), files.end(), std::back_inserter(change_.files));
        return {};
    }

    /// A new file that sorts before one that ran: runners skip it, refuse it or run it out of order.
    void place_in_sequences() {
        std::unordered_map<std::string_view, std::string_view> latest;
        for (MigrationFile& file : change_.files) {
            file.repeatable = locate::is_repeatable(file.path);
            const auto sequence = locate::sequence_of(file.path);
            if (!sequence) continue;
            const auto [last, first] = latest.try_emplace(*sequence, file.path);
            if (file.role == Role::history && locate::runs_before(last->second, file.path)) last->second = file.path;
            if (file.role == Role::history || file.change != Kind::added) continue;
            if (locate::runs_before(file.path, last->second)) file.overtaken_by = last->second;
        }
    }

    static tl::unexpected<Unreadable> too_much(const std::string& what) {
        return tl::unexpected(
            Unreadable{false, "the change touches " + what + ": name the ones to check with include"});
    }

    Read<std::optional<MigrationFile>> changed_file(const Touched& touched) {
        auto now = TRY(text(*touched.file));
        if (!now) return std::nullopt;
        MigrationFile file;
        file.path = touched.file->path;
        file.text = std::move(*now);
        file.change = touched.change;
        if (!touched.before) return file;
        const auto before = TRY(text(*touched.before));
        file.changed_lines = changed_lines(before.value_or(std::string()), file.text);
        return file;
    }

    void pair_renames(std::vector<MigrationFile>& files) {
        std::vector<std::size_t> deleted, added;
        for (std::size_t i = 0; i < files.size(); ++i) {
            if (files[i].change == Kind::deleted) deleted.push_back(i);
            if (files[i].change == Kind::added) added.push_back(i);
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
    }

    void note_what_was_left_out(const Side& old_side, const Side& new_side) {
        if (!selection_.include.empty()) {
            if (new_side.migrations.empty() && old_side.migrations.empty())
                change_.notes.push_back("no file matches include: " + joined_up_to(kNamedInANote, selection_.include));
            return;
        }
        std::vector<std::string> names;
        for (const auto& [path, why] : new_side.chosen.left_out)
            if (!unchanged(*find(new_side.files, path), find(old_side.files, path)))
                names.push_back(std::string(path) + " (" + why + ")");
        if (!names.empty())
            change_.notes.push_back("changed, but not taken for PostgreSQL migrations: " +
                                    joined_up_to(kNamedInANote, names) + "; include names them if they are");
    }

    const Sides& sides_;
    const Selection& selection_;
    Change change_;
    std::set<std::string> noted_;
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
