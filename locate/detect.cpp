#include "locate/detect.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "core/glob.h"
#include "locate/database.h"
#include "locate/layout.h"
#include "locate/order.h"

namespace pgfence::locate {
namespace {

/// Fewer numbered files in a folder whose name says nothing are no sequence.
constexpr std::size_t kShortestSeries = 3;
constexpr int kMoreOften =
    3;  // than words of PostgreSQL's do those of another database stand in SQL that is meant for it

struct Candidate {
    std::string_view path;
    std::string lower;
    std::optional<FormatOfFile> format = {};
    std::string why = {};
    Dialect dialect = {};
    bool is_code = false;
};

bool changes_schema(std::string_view sql) {
    const std::string text = lower_case(sql);
    return contains(text, "create ") || contains(text, "alter ") || contains(text, "drop ");
}

/// Files that are judged together: those of one folder, or of all the folders 0001_x/, 0002_y/ beside each other.
std::string_view group_of(std::string_view path) {
    const auto folder = folder_of(path);
    const auto name = last_part(folder);
    return !name.empty() && is_digit(name[0]) ? folder_of(folder) : folder;
}

class Detector {
public:
    Detector(const FileTree& tree, const Formats& formats) : tree_(tree), formats_(formats), nearest_database_(tree) {}

    Detection run() {
        look_through([](std::string_view path) { return !is_for_tests(path); });
        // A repository that is a migration tool, or a library for one, has no others than examples and what its tests
        // run.
        if (std::all_of(candidates_.begin(), candidates_.end(), [](auto& one) { return is_example(one.lower); }))
            look_through([](std::string_view path) { return is_for_tests(path) && !migrations_folder(path).empty(); });
        take_neighbours();
        take_sql_of_code();
        take_included();
        take_series();
        leave_out_what_is_beside();
        leave_out_other_databases();
        return answer();
    }

private:
    template <class Wanted>
    void look_through(Wanted wanted) {
        for (const auto path : tree_.paths) {
            const bool is_sql = formats_.is_sql_name(path), is_code = !is_sql && formats_.is_code_name(path);
            if (!is_sql && !is_code) continue;
            std::string lower = lower_case(path);
            if (is_foreign(lower) || !wanted(lower)) continue;
            if (is_sql)
                look_at_sql(path, std::move(lower));
            else if (may_hold_migration_code(lower))
                look_at_code(path, std::move(lower));
        }
    }

    void look_at_sql(std::string_view path, std::string lower) {
        const std::string text = tree_.read(path).value_or(std::string());
        const auto format = formats_.of(path, text);
        const bool is_sure = format->known <= Known::place;
        if (!is_sure && !is_in_layout(lower)) {
            all_sql_[folder_of(path)] += 1;
            unplaced_.push_back({path, lower, format, {}, dialect_of(text)});
            if (is_digit(last_part(path)[0]) && changes_schema(text))
                series_[folder_of(path)].push_back(
                    {path, std::move(lower), format, "one of a numbered series", dialect_of(text)});
            return;
        }
        const bool by_layout = format->known == Known::anything;
        consider({path, std::move(lower), format,
                  by_layout ? "its path speaks of migrations" : std::string(format->decides), dialect_of(text)});
    }

    void look_at_code(std::string_view path, std::string lower) {
        const auto text = tree_.read(path);
        const auto format = text ? formats_.of(path, *text) : std::nullopt;
        if (format)
            consider({path, std::move(lower), format, std::string(format->decides), {}, true});
        else if (!text || formats_.exports_up(*text))
            strays_.push_back({path, std::move(lower), {}, {}, {}, true});
    }

    void consider(Candidate candidate) {
        if (const auto reason = why_not(candidate.lower))
            left_out_.push_back({candidate.path, std::string(*reason)});
        else
            candidates_.push_back(std::move(candidate));
    }

    /// A function up that uses nothing of its tool's is told by the files beside it.
    void take_neighbours() {
        std::map<std::string_view, FormatOfFile> of_folder;
        for (const Candidate& one : candidates_)
            if (one.is_code) of_folder.emplace(folder_of(one.path), *one.format);
        for (Candidate& stray : strays_) {
            const auto found = of_folder.find(folder_of(stray.path));
            if (found == of_folder.end()) continue;
            stray.format = found->second;
            stray.why = "beside migrations of " + std::string(found->second.title);
            consider(std::move(stray));
        }
    }

    /// Migrations in code run files of SQL that lie beside them or below: procedures, views, large statements.
    void take_sql_of_code() {
        std::unordered_set<std::string_view> folders;
        for (const Candidate& one : candidates_)
            if (one.is_code) folders.insert(folder_of(one.path));
        for (Candidate& one : unplaced_)
            for (auto folder = folder_of(one.path); !folder.empty(); folder = folder_of(folder)) {
                if (!folders.contains(folder)) continue;
                one.why = "below migrations in code, which may run it";
                consider(std::move(one));
                break;
            }
    }

    /// Scripts that a migration runs with psql's \i and \ir: a change of them is one of the migration.
    void take_included() {
        std::map<std::string, std::string_view> includers;
        for (const Candidate& one : candidates_)
            if (!one.is_code) includes_of(one.path, includers);
        for (Candidate& one : unplaced_) {
            const auto found = includers.find(std::string(one.path));
            if (found == includers.end() || !one.format) continue;
            one.why = std::string(found->second) + " includes it";
            consider(std::move(one));
        }
    }

    void includes_of(std::string_view path, std::map<std::string, std::string_view>& includers) const {
        const std::string text = tree_.read(path).value_or(std::string());
        for (std::string& target : formats_.included_by(path, text)) includers.emplace(std::move(target), path);
    }

    void take_series() {
        for (auto& [folder, files] : series_) {
            if (files.size() < kShortestSeries || files.size() * 5 < all_sql_[folder] * 4) continue;
            const auto name = lower_case(last_part(folder));
            if (contains(name, "init") || contains(name, "quer") || contains(name, "example")) continue;
            const auto is_taken = [&](const Candidate& one) {
                return std::any_of(candidates_.begin(), candidates_.end(),
                                   [&](const Candidate& other) { return other.path == one.path; });
            };
            if (is_taken(files.front())) continue;
            for (Candidate& one : files) consider(std::move(one));
        }
    }

    // ---- what the files beside it say -------------------------------------------------------------------------------

    void leave_out_what_is_beside() {
        std::unordered_set<std::string_view> all;
        for (const Candidate& one : candidates_) all.insert(one.path);
        const auto around = folders_around_migrations(), of_folders = folders_of_folders();
        std::erase_if(candidates_, [&](const Candidate& one) {
            const auto reason = one.is_code ? std::nullopt : beside(one, all, around, of_folders);
            if (reason) left_out_.push_back({one.path, std::string(*reason)});
            return reason.has_value();
        });
    }

    static std::optional<std::string_view> beside(const Candidate& one, const std::unordered_set<std::string_view>& all,
                                                  const std::unordered_set<std::string_view>& around,
                                                  const std::unordered_set<std::string_view>& of_folders) {
        const auto name = last_part(one.path);
        // Tools that give each migration a folder run one file of it; whatever lies beside is for people.
        for (const std::string_view other : {"migration.sql", "up.sql"})
            if (name != other && name != "down.sql" && all.contains(path_in(folder_of(one.path), other)))
                return "beside the file that its tool runs";
        // popx runs 1.postgres.up.sql in place of 1.up.sql.
        for (const std::string_view end : {".up.sql", ".down.sql"}) {
            if (!one.path.ends_with(end)) continue;
            const std::string stem(one.path.substr(0, one.path.size() - end.size()));
            for (const std::string_view word : {".postgres", ".postgresql", ".pg"})
                if (all.contains(stem + std::string(word) + std::string(end))) return "there is one for PostgreSQL";
        }
        if (one.format->known == Known::anything && around.contains(migrations_folder_of(one)))
            return "around a folder of migrations";
        if (one.format->known == Known::anything && of_folders.contains(folder_of(one.path)))
            return "beside the folders that its tool runs";
        return std::nullopt;
    }

    /// Where each migration is a folder: diesel's and Prisma's.
    std::unordered_set<std::string_view> folders_of_folders() const {
        std::unordered_set<std::string_view> folders;
        for (const Candidate& one : candidates_)
            if (const auto name = last_part(one.lower); name == "up.sql" || name == "migration.sql")
                folders.insert(folder_of(folder_of(one.path)));
        folders.erase("");
        return folders;
    }

    static std::string_view migrations_folder_of(const Candidate& one) {
        return one.path.substr(0, migrations_folder(one.lower).size());
    }

    /// Folders such as "tools/migrate" that hold a folder "migrations": what lies around that is the tool's own SQL.
    std::unordered_set<std::string_view> folders_around_migrations() const {
        std::unordered_set<std::string_view> around;
        for (const Candidate& one : candidates_) {
            const auto inner = migrations_folder(one.lower);
            if (last_part(inner) != "migrations") continue;
            for (auto outer = migrations_folder(inner); !outer.empty(); outer = migrations_folder(outer))
                if (last_part(outer) != "migrations") around.insert(one.path.substr(0, outer.size()));
        }
        return around;
    }

    void leave_out_other_databases() {
        std::map<std::string_view, Dialect> groups;
        for (const Candidate& one : candidates_) {
            Dialect& group = groups[group_of(one.path)];
            group.postgres += one.dialect.postgres;
            group.other += one.dialect.other;
        }
        std::erase_if(candidates_, [&](const Candidate& one) {
            if (database_named(one.lower) == Database::postgres) return false;
            const Dialect& group = groups[group_of(one.path)];
            const bool said = nearest_database_.database_of(folder_of(one.path)) == Database::other;
            if (group.other > kMoreOften * group.postgres)
                left_out_.push_back({one.path, "its SQL is another database's"});
            else if (said && group.postgres <= group.other)
                left_out_.push_back({one.path, "the files around it name another database"});
            else
                return false;
            return true;
        });
    }

    Detection answer() {
        std::unordered_set<std::string_view> all;
        for (const Candidate& one : candidates_) all.insert(one.path);
        Detection found;
        for (Candidate& one : candidates_) {
            const bool forward = one.is_code || !(runs_backward(one.lower) || is_down_of_a_pair(one.path, all));
            found.migrations.push_back({one.path, one.format->id, std::move(one.why), forward});
        }
        const std::vector<std::size_t> ranks = formats_.ranks(found.migrations);
        for (std::size_t i = 0; i < ranks.size(); ++i) found.migrations[i].rank = ranks[i];
        const auto by_path = [](const auto& a, const auto& b) { return a.path < b.path; };
        std::sort(found.migrations.begin(), found.migrations.end(), by_path);
        std::sort(left_out_.begin(), left_out_.end(), by_path);
        found.left_out = std::move(left_out_);
        return found;
    }

    const FileTree& tree_;
    const Formats& formats_;
    NearestDatabase nearest_database_;
    std::vector<Candidate> candidates_, strays_, unplaced_;
    std::map<std::string_view, std::vector<Candidate>> series_;  // by folder
    std::map<std::string_view, std::size_t> all_sql_;            // likewise, of files in no layout
    std::vector<LeftOut> left_out_;
};

}  // namespace

Detection detect(const FileTree& tree, const Formats& formats) { return Detector(tree, formats).run(); }

Detection chosen(const FileTree& tree, const Formats& formats, const std::vector<std::string>& globs) {
    const std::vector<Glob> patterns(globs.begin(), globs.end());
    const Selection selection{globs, {}, {}};
    const std::vector<std::string_view> forward = by_globs(tree.paths, selection);
    Detection found;
    for (const auto path : tree.paths) {
        if (std::none_of(patterns.begin(), patterns.end(), [&](const Glob& glob) { return glob.matches(path); }))
            continue;
        const auto format = formats.of(path, tree.read(path).value_or(std::string()));
        found.migrations.push_back({path, format ? format->id : "unknown", "the configuration names it",
                                    std::binary_search(forward.begin(), forward.end(), path)});
    }
    return found;
}

}  // namespace pgfence::locate
