#include "locate/detect.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_set>
#include <utility>

#include "core/glob.h"
#include "locate/candidate.h"
#include "locate/database.h"
#include "locate/layout.h"
#include "locate/neighbours.h"
#include "locate/order.h"
#include "locate/programs.h"
#include "locate/roots.h"
#include "locate/schema_words.h"

namespace pgfence::locate {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kNoTool = "it is of no migration tool that pgfence knows: check it yourself";

/// Fewer numbered files in a folder whose name says nothing are no sequence.
constexpr std::size_t kShortestSeries = 3;
/// Of programs more are wanted: lessons and examples are numbered as well.
constexpr std::size_t kShortestSeriesOfPrograms = 5;

/// Programs of a folder whose name does not speak of migrations.
struct ProgramsOfFolder {
    std::size_t all = 0;
    std::vector<Candidate> numbered = {};
};

/// The folder of the files in one sequence: of those in it, or in the folders 1.0/, v1.1/ below it.
std::string_view series_of(std::string_view path) {
    const auto folder = folder_of(path);
    return is_numbered(lower_case(last_part(folder))) ? folder_of(folder) : folder;
}

/// Whose order is written down, not in their names.
void put_in_places(std::vector<Located>& migrations, const Formats& formats) {
    std::vector<WrittenPlace> places = formats.places(migrations);
    for (std::size_t i = 0; i < places.size(); ++i) migrations[i].written = std::move(places[i]);
}

class Detector {
public:
    Detector(const FileTree& tree, const Formats& formats)
        : tree_(tree), formats_(formats), nearest_database_(tree), roots_(formats) {
        if (!tree.agreed) return;
        agreed_database_.emplace(tree.agreed->tree);
        for (const Located& one : tree.agreed->found.migrations)
            if (one.forward && !one.is_part) {
                agreed_groups_.insert(group_of(one.path));
                if (one.unreadable.empty()) judged_groups_.insert(group_of(one.path));
            }
    }

    Detection run() {
        look_through([](std::string_view path) { return !is_for_tests(path); });
        // A repository that is a migration tool, or a library for one, has no others than examples and what its tests
        // run.
        if (agreed_groups_.empty() &&
            std::all_of(candidates_.begin(), candidates_.end(), [](auto& one) { return is_example(one.lower); }))
            look_through([](std::string_view path) { return is_for_tests(path) && !migrations_folder(path).empty(); });
        take_neighbours();
        take_sql_of_code();
        take_included();
        take_what_changelogs_run();
        take_series();
        take_series_of_programs();
        leave_out_what_is_beside();
        leave_out_other_databases();
        take_what_is_agreed();
        find_roots();
        take_what_runs_below();
        leave_out_what_is_not_taken();
        leave_out_what_is_not_listed();
        take_programs();
        take_what_is_elsewhere();
        return answer();
    }

private:
    template <class Wanted>
    void look_through(Wanted wanted) {
        for (const auto path : tree_.paths) {
            const bool is_sql = formats_.is_sql_name(path), is_code = !is_sql && formats_.is_code_name(path);
            std::string lower = lower_case(path);
            if ((!is_sql && !is_code && !is_program(last_part(lower))) || is_foreign(lower) || !wanted(lower)) continue;
            if (is_sql)
                look_at_sql(path, std::move(lower));
            else if (is_code && may_hold_migration_code(lower))
                look_at_code(path, std::move(lower));
            else
                note_program(path, std::move(lower));
        }
    }

    void look_at_sql(std::string_view path, std::string lower) {
        const std::string text = tree_.read(path).value_or(std::string());
        const auto format = formats_.of(path, text);
        const bool is_sure = format->known <= Known::place;
        if (!is_sure && !is_in_layout(lower)) {
            if (holds_queries(text)) return;
            all_sql_[series_of(path)] += 1;
            const Dialect dialect = dialect_of(text);
            if (holds_schema_sql(text) && !why_not(lower) && !is_example(lower) && !dialect.is_of_other())
                other_sql_.push_back(path);
            unplaced_.push_back({path, lower, format, {}, dialect});
            if (is_one_of_sequence(last_part(lower)) && changes_schema(text))
                series_[series_of(path)].push_back(
                    {path, std::move(lower), format, "one of a numbered series", dialect_of(text)});
            return;
        }
        const bool by_layout = format->known == Known::anything;
        consider({path, std::move(lower), format,
                  by_layout ? "its path names migrations" : std::string(format->decides), dialect_of(text)});
    }

    void look_at_code(std::string_view path, std::string lower) {
        const auto text = tree_.read(path);
        const auto format = text ? formats_.of(path, *text) : std::nullopt;
        if (format)
            consider({path, std::move(lower), format, std::string(format->decides), {}, true});
        else {
            note_program(path, lower);
            if (!text || formats_.may_be_beside(path, *text))
                strays_.push_back({path, std::move(lower), {}, {}, {}, true});
        }
    }

    /// Nothing is read of it before its folder turns out to be a series.
    void note_program(std::string_view path, std::string lower) {
        const auto name = last_part(lower);
        if (!is_program(name)) return;
        if (contains(name, ".test.") || contains(name, ".spec.") || contains(name, ".d.")) return;
        ProgramsOfFolder& folder = programs_[folder_of(path)];
        folder.all += 1;
        if (is_numbered_program(name)) folder.numbered.push_back({path, std::move(lower), {}, {}, {}, true});
    }

    void leave_out(const Candidate& one, std::string_view reason) {
        left_out_.push_back({one.path, std::string(reason), one.dialect.is_of_other()});
    }

    void consider(Candidate candidate) {
        if (const auto reason = why_not(candidate.lower))
            leave_out(candidate, *reason);
        else
            candidates_.push_back(std::move(candidate));
    }

    /// What uses nothing of its tool's is told by the files beside it (extract.cpp reads it as theirs).
    void take_neighbours() {
        const auto of_folder = formats_of_code();
        for (Candidate& stray : strays_) take_as_beside(stray, of_folder);
    }

    std::map<std::string_view, FormatOfFile> formats_of_code() const {
        std::map<std::string_view, FormatOfFile> of_folder;
        for (const Candidate& one : candidates_)
            if (one.is_code && one.format) of_folder.emplace(folder_of(one.path), *one.format);
        return of_folder;
    }

    bool take_as_beside(Candidate& stray, const std::map<std::string_view, FormatOfFile>& of_folder) {
        const auto found = of_folder.find(folder_of(stray.path));
        if (found == of_folder.end()) return false;
        stray.format = found->second;
        stray.why = "beside migrations of " + std::string(found->second.title);
        consider(std::move(stray));
        return true;
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
                one.is_part = true;
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
            one.is_part = true;
            consider(std::move(one));
        }
    }

    /// Whatever else their places speak of: it is the changelog that runs them.
    void take_what_changelogs_run() {
        std::map<std::string, std::string, std::less<>> why;
        for (const Candidate& one : candidates_)
            if (one.is_code && one.format && one.format->is_changelog)
                for (std::string& file : formats_.run_by_changelog(one.path))
                    why.emplace(std::move(file), std::string(one.path) + " runs it");
        for (const Candidate& one : unplaced_) {
            const auto found = why.find(one.path);
            const auto is_it = [&](const auto& other) { return other.path == one.path; };
            if (found == why.end() || is_taken(one) || std::any_of(left_out_.begin(), left_out_.end(), is_it)) continue;
            consider({one.path, lower_case(one.path), one.format, found->second, one.dialect});
        }
        for (Candidate& one : candidates_) {
            const auto found = why.find(one.path);
            if (found == why.end()) continue;
            one.format = formats_.of_changelog;
            one.why = found->second;
            one.is_part = true;
        }
    }

    void includes_of(std::string_view path, std::map<std::string, std::string_view>& includers) const {
        const std::string text = tree_.read(path).value_or(std::string());
        for (std::string& target : formats_.included_by(path, text)) includers.emplace(std::move(target), path);
    }

    void take_series() {
        for (auto& [folder, files] : series_) {
            const auto name = last_part(folder_of(files.front().lower));
            if (contains(name, "init") || contains(name, "quer") || contains(name, "example")) continue;
            if (is_taken(files.front())) continue;
            const bool is_sequence = files.size() >= kShortestSeries && files.size() * 5 >= all_sql_[folder] * 4;
            for (Candidate& one : files)
                if (is_sequence)
                    consider(std::move(one));
                else
                    left_out_.push_back({.path = one.path,
                                         .why = "numbered, in a folder whose name does not speak of migrations",
                                         .by_its_sql = one.dialect.is_of_other(),
                                         .is_unplaced = true});
        }
    }

    /// Programs of a runner that the repository has written for itself, in a folder whose name does not speak of
    /// migrations: numbered one by one, and most with SQL in them that changes the schema.
    void take_series_of_programs() {
        for (auto& [folder, programs] : programs_) {
            auto& files = programs.numbered;
            if (files.size() < kShortestSeriesOfPrograms || files.size() * 5 < programs.all * 4) continue;
            std::size_t with_schema = 0;
            Dialect all;
            for (Candidate& one : files) {
                const std::string text = tree_.read(one.path).value_or(std::string());
                if (!holds_schema_sql(text)) continue;
                with_schema += 1;
                const Dialect its = dialect_of(text);
                all.postgres += its.postgres;
                all.other += its.other;
            }
            if (with_schema * 2 < files.size() || all.is_of_other()) continue;
            take_programs_of_series(files);
        }
    }

    void take_programs_of_series(std::vector<Candidate>& files) {
        std::vector<Candidate> strays;
        for (Candidate& one : files) {
            if (is_taken(one)) continue;
            const auto text = formats_.is_code_name(one.path) ? tree_.read(one.path) : std::nullopt;
            one.format = text ? formats_.of(one.path, *text) : std::nullopt;
            one.why = "one of a numbered series of programs that change the schema";
            if (one.format)
                consider(std::move(one));
            else if (text && formats_.may_be_beside(one.path, *text))
                strays.push_back(std::move(one));
            else
                take_unread(one.path, std::move(one.why), std::string(kNoTool));
        }
        const auto of_folder = formats_of_code();
        for (Candidate& stray : strays)
            if (!take_as_beside(stray, of_folder)) take_unread(stray.path, std::move(stray.why), std::string(kNoTool));
    }

    bool is_taken(const Candidate& one) const {
        return std::any_of(candidates_.begin(), candidates_.end(),
                           [&](const Candidate& other) { return other.path == one.path; });
    }

    // ---- what the files beside it say -------------------------------------------------------------------------------

    void leave_out_what_is_beside() {
        const Neighbours neighbours(candidates_, tree_);
        std::erase_if(candidates_, [&](const Candidate& one) {
            if (one.is_code) return false;
            std::optional<std::string> reason(neighbours.has_variant(one));
            if (!reason && (reason = neighbours.has_program(one))) beside_programs_.insert(one.path);
            // In a folder whose files ran one by one, another name beside them changes nothing.
            const bool ran_here = agreed_groups_.contains(group_of(one.path));
            if (!reason && (!ran_here || group_of(one.path) != folder_of(one.path))) reason = neighbours.has_own(one);
            if (!reason && !ran_here) reason = neighbours.has_folders(one);
            if (reason) leave_out(one, *reason);
            return reason.has_value();
        });
    }

    void leave_out_other_databases() {
        std::map<std::string_view, DialectOfFolder> groups;
        for (const Candidate& one : candidates_) groups[group_of(one.path)].add(one.path, one.dialect);
        std::vector<std::string_view> of_either;
        std::erase_if(candidates_, [&](const Candidate& one) {
            if (database_named(one.lower) == Database::postgres || judged_groups_.contains(group_of(one.path)))
                return false;
            const DialectOfFolder& group = groups[group_of(one.path)];
            const std::optional<std::string> said = of_other_database(one.path);
            if (!said && group.may_be_either()) {
                of_either.push_back(one.path);
                return false;
            }
            if (group.is_of_other())
                leave_out(one, "its SQL is another database's");
            else if (said && group.all().postgres <= group.all().other && !names_postgres(one))
                leave_out(one, *said);
            else
                return false;
            return true;
        });
        for (Candidate& one : candidates_)
            if (is_among(one.path, of_either)) one.unreadable = groups[group_of(one.path)].why_either(one.path);
    }

    /// Migrations in Python that ask for PostgreSQL's own types, or ask which database they are on.
    bool names_postgres(const Candidate& one) {
        if (!is_python(one.path)) return false;
        const auto [known, is_new] = names_postgres_.try_emplace(group_of(one.path), false);
        if (is_new)
            known->second = std::any_of(candidates_.begin(), candidates_.end(), [&](const Candidate& other) {
                if (group_of(other.path) != group_of(one.path)) return false;
                const auto text = tree_.read(other.path);
                return !text || contains(lower_case(*text), "postgres");
            });
        return known->second;
    }

    static bool is_python(std::string_view path) { return path.ends_with(".py"); }

    static NamedDatabase named_around(NearestDatabase& nearest, std::string_view folder, bool python) {
        return python ? nearest.around_python(folder) : nearest.around(folder);
    }

    /// Why, by what stands around the file; nothing: it is not. A change that names another database where the team's
    /// own files stand (its package.json, its go.mod) is believed only about folders that it brings along.
    std::optional<std::string> of_other_database(std::string_view path) {
        const bool python = is_python(path);
        NamedDatabase said = named_around(nearest_database_, folder_of(path), python);
        if (said.database != Database::other) return std::nullopt;
        if (tree_.agreed && is_agreed_folder(said.folder) &&
            named_around(*agreed_database_, said.folder, python).database != Database::other)
            return std::nullopt;
        return std::move(said.reason);
    }

    bool is_agreed_folder(std::string_view folder) const {
        const auto& paths = tree_.agreed->tree.paths;
        if (folder.empty()) return !paths.empty();
        const std::string prefix = path_in(folder, "");
        const auto at = std::lower_bound(paths.begin(), paths.end(), std::string_view(prefix));
        return at != paths.end() && at->starts_with(prefix);
    }

    // ---- what its runner takes --------------------------------------------------------------------------------------

    /// What ran stays a migration, whatever the change makes of its text or puts beside it.
    void take_what_is_agreed() {
        if (!tree_.agreed) return;
        std::unordered_set<std::string_view> taken;
        for (const Candidate& one : candidates_) taken.insert(one.path);
        for (const Located& one : tree_.agreed->found.migrations) {
            const auto path = std::lower_bound(tree_.paths.begin(), tree_.paths.end(), one.path);
            if (path == tree_.paths.end() || *path != one.path || taken.contains(one.path)) continue;
            if (one.unreadable.empty()) take(*path, "it is one in the base");
        }
    }

    void take(std::string_view path, std::string why) {
        const std::string text = tree_.read(path).value_or(std::string());
        const bool is_code = !formats_.is_sql_name(path) && formats_.is_code_name(path);
        Candidate one{path, lower_case(path), formats_.of(path, text), std::move(why), {}, is_code};
        if (!is_code) one.dialect = dialect_of(text);
        std::erase_if(left_out_, [&](const LeftOut& other) { return other.path == path; });
        candidates_.push_back(std::move(one));
    }

    void find_roots() {
        if (tree_.agreed)
            for (const Located& one : tree_.agreed->found.migrations)
                if (one.forward && !one.is_part) roots_.add(one.path, one.format);
        for (const Candidate& one : candidates_)
            if (one.format && !one.is_part && !agreed_groups_.contains(group_of(one.path)))
                roots_.add(one.path, one.format->id);
        roots_.settle();
    }

    /// Whatever its folders are called, and whatever is put in its name: what runs is for the runner to say.
    void take_what_runs_below() {
        std::unordered_set<std::string_view> taken;
        for (const Candidate& one : candidates_) taken.insert(one.path);
        for (const auto path : tree_.paths) {
            if (taken.contains(path) || beside_programs_.contains(path) || roots_.is_empty()) continue;
            const auto [folder, root] = roots_.around(path);
            if (!root) continue;
            const auto name = lower_case(last_part(path));
            if (root->habits.any_ending && folder == folder_of(path) && !formats_.is_sql_name(path) &&
                is_numbered(name) && contains(name, ".up."))
                take(path, "its tool runs it, whatever its name ends in");
            else if (formats_.is_sql_name(path) ? runs_sql(path, name, folder, *root) : runs_code(path, *root))
                take(path, "below a folder of migrations");
        }
    }

    static std::string why_not_taken(std::string_view name) {
        if (!lacks_flyway_separator(name)) return "a name that the folder's tool does not take";
        return "Flyway never runs it: its name needs two underscores behind the version, as in " +
               std::string(name.substr(0, name.find_first_not_of("V0123456789."))) + "__title.sql";
    }

    /// The names that a tool takes are its own rule, which no file can change: V1__a.sql, and not disabled.V1__a.sql.
    void leave_out_what_is_not_taken() {
        std::erase_if(candidates_, [&](const Candidate& one) {
            if (one.is_code || one.is_part) return false;
            const bool is_sure = one.format && one.format->known <= Known::place;
            const auto [folder, root] = roots_.around(one.path);
            if (!root || !root->habits.is_known) return false;
            const std::string_view name = last_part(one.path);
            std::string why;
            if (!is_sure && root->habits.takes && !root->habits.takes(name))
                why = why_not_taken(name);
            else if (roots_.begins_otherwise(one, is_sure))
                why = "its tool never runs it: the names around it begin with a prefix, and its own does not";
            if (why.empty()) return false;
            left_out_.push_back({one.path, std::move(why), false, agreed_groups_.contains(folder)});
            return true;
        });
        for (LeftOut& one : left_out_) {
            const auto [folder, root] = roots_.around(one.path);
            if (root && root->habits.by_dialect && is_for_another_dialect(one.path))
                one.by_its_tool = agreed_groups_.contains(folder);
        }
    }

    /// Where the base takes its migrations from a list, a file that this leaves out does not run: who lists it runs
    /// it. A list that the change brings along says nothing of a folder that was run without one.
    void leave_out_what_is_not_listed() {
        std::erase_if(candidates_, [&](const Candidate& one) {
            if (one.is_code || one.is_part) return false;
            const auto list = formats_.list_without(tree_, one.path);
            if (!list) return false;
            const bool is_agreed = !tree_.agreed || formats_.list_without(tree_.agreed->tree, one.path);
            if (!is_agreed && agreed_groups_.contains(group_of(one.path))) return false;
            left_out_.push_back({one.path, *list + " does not list it, so that it never runs", false, is_agreed});
            return true;
        });
    }

    bool runs_sql(std::string_view path, std::string_view name, std::string_view folder, const Root& root) {
        if (flyway_kind(name) == 'b' || !root.holds_sql) return false;
        if (root.habits.by_dialect && is_for_another_dialect(path)) return false;
        const bool direct = folder == folder_of(path);
        const std::string lower = lower_case(path);
        const bool of_other = database_named(lower) == Database::other;
        const std::string number(leading_digits(name));
        if (!root.file_name.empty()) return folder_of(folder_of(path)) == folder && last_part(path) == root.file_name;
        // Variants, each for a database or a test, stand for each other: no runner takes two of one number.
        if (root.holds_version_of(name)) return false;
        if ((direct || of_other) && !number.empty() && root.numbers.contains(number)) return false;
        if (of_other && was_left_out_beside(path)) return false;
        if (direct && of_other) return root.habits.is_known && is_numbered(name);
        if (direct) return is_one_of_sequence(name) || flyway_kind(name) != 0 || !root.numbered;
        const auto text = tree_.read(path);
        const auto own = formats_.of(path, text.value_or(std::string()));
        const Dialect dialect = dialect_of(text.value_or(std::string()));
        if (of_other && dialect.is_of_other()) return false;
        if (root.habits.is_known) return root.habits.recursive && own && root.is_run_with(*own);
        // Nobody knows which program runs them. One that goes through folders takes what is called as the others are.
        return root.numbered == is_one_of_sequence(name) && !dialect.is_of_other();
    }

    /// By the names alone, as a runner chooses that has a file for each database (popx/match.go).
    bool is_for_another_dialect(std::string_view path) const {
        return database_in_name(lower_case(last_part(path))) == Database::other ||
               has_variant_for_postgres(path, [&](std::string_view other) {
                   return std::binary_search(tree_.paths.begin(), tree_.paths.end(), other);
               });
    }

    /// The base has others of that database there, or as it calls them, which its team does not take for PostgreSQL's.
    bool was_left_out_beside(std::string_view path) const {
        if (!tree_.agreed) return false;
        const auto& others = tree_.agreed->found.left_out;
        const bool by_name = database_in_name(lower_case(last_part(path))) == Database::other;
        return std::any_of(others.begin(), others.end(), [&](const LeftOut& other) {
            return folder_of(other.path) == folder_of(path) &&
                   by_name == (database_in_name(lower_case(last_part(other.path))) == Database::other);
        });
    }

    bool runs_code(std::string_view path, const Root& root) {
        if (!root.habits.recursive || !formats_.is_code_name(path)) return false;
        const auto text = tree_.read(path);
        const auto own = text ? formats_.of(path, *text) : std::nullopt;
        return own && root.is_run_with(*own);
    }

    // ---- what nobody here can read ----------------------------------------------------------------------------------

    /// Migrations in a language or of a tool that there is no reader for. That they are some, their place and number
    /// say.
    void take_programs() {
        std::unordered_set<std::string_view> taken;
        Programs programs;
        for (const Candidate& one : candidates_) {
            taken.insert(one.path);
            if (!one.is_code && !one.is_part) programs.beside(one.lower);
        }
        for (const LeftOut& one : left_out_) taken.insert(one.path);
        for (const auto path : tree_.paths) {
            if (formats_.is_sql_name(path) || taken.contains(path)) continue;
            const std::string lower = lower_case(path);
            if (!programs.may_be(lower, [&] { return tree_.read(path); }) || is_blank_program(path)) continue;
            const auto name = last_part(path);
            std::optional<std::string> why(why_not(lower));
            if (!why) why = of_other_database(path);
            if (why) {
                left_out_.push_back({path, std::move(*why)});
                continue;
            }
            const std::string language(name.substr(name.rfind('.')));
            take_unread(path, "a program among migrations",
                        formats_.is_code_name(path)
                            ? std::string(kNoTool)
                            : "pgfence has no reader for " + language + " files: check it yourself");
        }
    }

    bool is_blank_program(std::string_view path) const {
        const auto text = tree_.read(path);
        return text && trim(*text).empty();
    }

    void take_unread(std::string_view path, std::string why, std::string unreadable) {
        Candidate one{path, lower_case(path), {}, std::move(why)};
        one.unreadable = std::move(unreadable);
        candidates_.push_back(std::move(one));
    }

    /// Links and submodules in the place of migrations, or of folders that hold some.
    void take_what_is_elsewhere() {
        for (const auto path : tree_.submodules)
            if (may_hold_migrations(path))
                take_unread(path, "a submodule where migrations are",
                            "a submodule, whose files are in another repository: review them there, or commit them "
                            "here");
        if (!tree_.is_link) return;
        std::unordered_set<std::string_view> taken;
        for (const Candidate& one : candidates_) taken.insert(one.path);
        for (const auto path : tree_.paths)
            if (tree_.is_link(path) && !taken.contains(path) && contains(last_part(path), ".") == false &&
                may_hold_migrations(path))
                take_unread(path, "a link where migrations are",
                            "a symbolic link, whose target is not looked at: commit the files themselves");
    }

    bool may_hold_migrations(std::string_view path) const {
        const std::string below = path_in(lower_case(path), "x");
        if (is_foreign(below) || is_example(below)) return false;
        return roots_.has_or_holds(path) || roots_.around(path).second ||
               (!migrations_folder(below).empty() && !is_for_tests(below));
    }

    // ---- the answer -------------------------------------------------------------------------------------------------

    /// Of its own tool when that is sure, else of the one that its folder is given to.
    Habits habits_of(const Candidate& one) const {
        if (one.format && one.format->known <= Known::place) return one.format->habits;
        if (const Root* root = roots_.around(one.path).second) return root->habits;
        return one.format ? one.format->habits : Habits{};
    }

    bool leads_back(const Candidate& one, const Twins& twins) const {
        if (one.is_code || !one.unreadable.empty()) return false;
        const Habits habits = habits_of(one);
        if (habits.is_known && habits.leads_back) return habits.leads_back(one.lower);
        if (one.is_part) return runs_backward(one.lower);
        return twins.leads_back(one.path);
    }

    Detection answer() {
        std::vector<std::string_view> all;
        for (const Candidate& one : candidates_) all.push_back(one.path);
        const Twins twins(all);
        Detection found;
        for (Candidate& one : candidates_) {
            const bool forward = !leads_back(one, twins);
            found.migrations.push_back({.path = one.path,
                                        .format = one.format ? one.format->id : "unknown",
                                        .why = std::move(one.why),
                                        .forward = forward,
                                        .unreadable = std::move(one.unreadable),
                                        .by_version = habits_of(one).by_version,
                                        .is_part = one.is_part});
        }
        put_in_places(found.migrations, formats_);
        const auto by_path = [](const auto& a, const auto& b) { return a.path < b.path; };
        std::sort(found.migrations.begin(), found.migrations.end(), by_path);
        std::sort(left_out_.begin(), left_out_.end(), by_path);
        found.left_out = std::move(left_out_);
        for (const std::string_view path : other_sql_) {
            const auto is_it = [&](const auto& one) { return one.path == path; };
            if (std::none_of(found.migrations.begin(), found.migrations.end(), is_it) &&
                std::none_of(found.left_out.begin(), found.left_out.end(), is_it))
                found.other_sql.push_back(path);
        }
        return found;
    }

    const FileTree& tree_;
    const Formats& formats_;
    NearestDatabase nearest_database_;
    std::optional<NearestDatabase> agreed_database_;
    std::unordered_set<std::string_view> agreed_groups_;  // folders whose migrations ran
    std::unordered_set<std::string_view> judged_groups_;  // of those, where some could be read
    std::map<std::string_view, bool> names_postgres_;     ///< by group, of programs in Python
    std::unordered_set<std::string_view> beside_programs_;
    Roots roots_;
    std::vector<Candidate> candidates_, strays_, unplaced_;
    std::map<std::string_view, std::vector<Candidate>> series_;  // by series_of
    std::map<std::string_view, ProgramsOfFolder> programs_;      // by folder
    std::map<std::string_view, std::size_t> all_sql_;            // by series_of, of files in no layout
    std::vector<LeftOut> left_out_;
    std::vector<std::string_view> other_sql_;
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
        found.migrations.push_back({.path = path,
                                    .format = format ? format->id : "unknown",
                                    .why = "the configuration names it",
                                    .forward = std::binary_search(forward.begin(), forward.end(), path),
                                    .by_version = format && format->habits.by_version});
    }
    put_in_places(found.migrations, formats);
    return found;
}

}  // namespace pgfence::locate
