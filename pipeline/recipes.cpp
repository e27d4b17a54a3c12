#include "pipeline/recipes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "analyze/kit/recipe_place.h"
#include "analyze/kit/recipe_steps.h"
#include "analyze/lower/lower.h"
#include "author/author.h"
#include "core/path_text.h"
#include "core/text.h"
#include "extract/tool_version.h"
#include "pipeline/later_names.h"
#include "pipeline/moved_along.h"

namespace pgfence::pipeline {
namespace {

/// Lines behind the first as they are where the call begins at the margin. A text over several lines holds them as they
/// stand.
std::string at_margin(std::string_view call, std::size_t indentation) {
    if (contains(call, "\"\"\"")) return std::string(call);
    std::string out;
    for (std::string_view line : split(call, "\n")) {
        if (!out.empty()) {
            out += '\n';
            line.remove_prefix(std::min({line.find_first_not_of(' '), line.size(), indentation}));
        }
        out += line;
    }
    return out;
}

struct Call {
    std::string text;           ///< empty: it is not known
    bool sends_others = false;  ///< beside the statement
};
Call call_of(const AnalyzedFile& file, const AnalyzedStatement& statement, std::string_view text) {
    const SourceSpan span = statement.span;
    if (span.begin >= span.end || span.end > text.size()) return {};
    const auto meet = [&](const AnalyzedStatement& other) {
        return other.span.begin < span.end && span.begin < other.span.end;
    };
    const auto same = [&](const AnalyzedStatement& other) {
        return other.span.begin == span.begin && other.span.end == span.end;
    };
    const auto& all = file.statements;
    const auto meeting = std::count_if(all.begin(), all.end(), meet);
    if (meeting != std::count_if(all.begin(), all.end(), same)) return {};
    const std::size_t line = span.begin == 0 ? 0 : text.rfind('\n', span.begin - 1) + 1;
    return {at_margin(text.substr(span.begin, span.end - span.begin), span.begin - line), meeting > 1};
}

/// Both must live as long.
author::Step asked(const RecipeStep& step, const Lowered& lowered) {
    author::Step told;
    for (const LoweredStatement& one : lowered.statements)
        told.statements.push_back({std::string_view(step.sql).substr(one.begin, one.end - one.begin), one.actions});
    told.outside_transaction = step.outside_transaction;
    return told;
}

bool runs_in_no_transaction(const AnalyzedFile& file, const AnalyzedStatement& statement) {
    return statement.transaction.kind == TransactionKind::none && !file.transaction_assumed;
}

void add_note(RecipeStep& step, const std::string& words) {
    if (!words.empty()) step.note += (step.note.empty() ? "" : "; ") + words;
}

/// Enough of it to find it in the file.
std::string head_of(std::string_view sql) {
    constexpr std::size_t kLongest = 80;
    std::string line = one_line(sql);
    if (line.size() <= kLongest) return line;
    std::size_t end = kLongest;
    while (continues_character(line[end])) --end;
    return line.substr(0, end) + " ...";
}

/// All that the change runs, file by file.
class Running {
public:
    explicit Running(const std::vector<AnalyzedFile>& files) : files_(files.begin(), files.end()) {}

    FileOrder& file(std::size_t place) { return files_[place]; }
    std::size_t size() const { return files_.size(); }

    /// Thousands of statements may have fixes.
    const Renames& renames() {
        if (!renames_) {
            renames_.emplace();
            for (std::size_t file = 0; file < files_.size(); ++file)
                for (std::size_t i = 0; i < files_[file].size(); ++i)
                    if (files_[file].may_rename(i)) add_renames(file, i);
        }
        return *renames_;
    }

private:
    void add_renames(std::size_t file, std::size_t statement) {
        for (const Action& action : files_[file].at(statement).actions)
            if (const auto* rename = std::get_if<Rename>(&action)) renames_->add({file, statement}, *rename);
    }

    std::vector<FileOrder> files_;
    std::optional<Renames> renames_;
};

/// The recipes of one file.
class Recipes {
public:
    /// `place`: of the file among all that run.
    Recipes(const AnalyzedFile& file, const MigrationFile* written, std::string version, Running& running,
            std::size_t place)
        : file_(file),
          written_(written),
          text_(written ? std::string_view(written->text) : ""),
          version_(std::move(version)),
          running_(running),
          place_(place) {}

    /// False where following it would break what runs behind the statement.
    bool say(Recipe& recipe, std::size_t number) {
        if (recipe.steps.empty()) return true;
        const AnalyzedStatement& statement = file_.statements.at(number);
        const bool keeps_statement = std::any_of(recipe.steps.begin(), recipe.steps.end(), [&](const RecipeStep& step) {
            return step.place == StepPlace::precedes || author::same_sql(step.sql, statement.sql + ";");
        });
        const bool has_others = file_.statements.size() > 1;
        std::vector<bool> own_file_said;  // by their settings
        for (RecipeStep& step : recipe.steps)
            own_file_said.push_back(say_setting(step, statement, has_others && &step == &recipe.steps.front()));
        along_.clear();
        if (leaves_file(recipe.steps.front()) && !take_along(recipe, number)) return false;
        own_file_said.resize(recipe.steps.size());
        take_later_names(recipe, number);
        recipe.steps.front().where = where_first(recipe.steps.front(), statement, own_file_said.front());
        for (std::size_t i = 1; i < recipe.steps.size(); ++i)
            recipe.steps[i].where = where_behind(recipe.steps[i - 1], recipe.steps[i], own_file_said[i]);
        for (RecipeStep& step : recipe.steps)
            if (step.place == StepPlace::precedes) add_note(step, std::string(author::beside_setting(file_.format)));
        if (author::writes_code(file_.format)) say_codes(recipe, number, keeps_statement);
        say_for_postgres(recipe);
        return true;
    }

private:
    // ---- what moves along -------------------------------------------------------------------------------------------

    bool leaves_others(const RecipeStep& step) const { return !step.setting.empty() && file_.statements.size() > 1; }

    /// The step runs behind the rest of the file, not where the statement stands.
    bool leaves_file(const RecipeStep& step) const {
        return step.place != StepPlace::precedes && !step.sql.empty() &&
               (step.after_commit.value_or(false) || !step.wait_for.empty() || step.by_hand || leaves_others(step));
    }

    /// What stands behind the statement and needs it, or would destroy what it needs, goes behind it again.
    bool take_along(Recipe& recipe, std::size_t number) {
        RecipeStep& first = recipe.steps.front();
        FileOrder& order = running_.file(place_);
        // Of what stands in a block only the part that the recipe is about leaves the file.
        const bool is_block = file_.statements[number].kind == "DO";
        const Lowered part = is_block ? lower(first.sql) : Lowered{};
        if (is_block && part.statements.size() != 1) return false;
        const auto along = order.along_with(number, is_block ? &part.statements.front().actions : nullptr);
        if (!along) return false;
        const bool waits = !first.wait_for.empty();
        if (waits && !std::all_of(along->begin(), along->end(), [&](std::size_t i) { return can_wait(order.at(i)); }))
            return false;
        if ((waits || shares_run()) && later_files_need(number, *along)) return false;
        along_ = *along;
        return along->empty() || add_along(recipe, number, *along);
    }

    /// Steps of later migrations find what the rest of the change has renamed under its new name.
    void take_later_names(Recipe& recipe, std::size_t number) {
        auto later = std::find_if(recipe.steps.begin() + 1, recipe.steps.end(),
                                  [](const RecipeStep& step) { return step.after_commit.value_or(true); });
        for (; later != recipe.steps.end(); ++later)
            later->sql = running_.renames().later_names(later->sql, {place_, number}, along_);
    }

    bool later_files_need(std::size_t number, const std::vector<std::size_t>& along) {
        FileOrder& order = running_.file(place_);
        for (std::size_t file = place_ + 1; file < running_.size(); ++file)
            for (std::size_t i = 0; i < running_.file(file).size(); ++i) {
                const auto waits_for = [&](std::size_t earlier) {
                    return !may_change_places(order.at(earlier), running_.file(file).at(i));
                };
                if (waits_for(number) || std::any_of(along.begin(), along.end(), waits_for)) return true;
            }
        return false;
    }

    bool add_along(Recipe& recipe, std::size_t number, const std::vector<std::size_t>& along) {
        std::string sql;
        std::vector<std::string> heads;
        for (const std::size_t i : along) {
            const std::string& own = file_.statements[i].sql;
            Recipe values{{run(own + ";")}, ""};
            if (!say_without_values(values, own) || values.steps.front().sql.empty()) return false;
            sql += (sql.empty() ? "" : "\n") + own + ";";
            if (!is_of_call(i, file_.statements[number])) heads.push_back("`" + head_of(own) + "`");
        }
        RecipeStep& first = recipe.steps.front();
        if (author::writes_code(file_.format)) {
            // A step there is the author's call, or the SQL of one statement.
            // What needs it is sent by the same call: nothing moves one without the other.
            if (heads.empty()) return moves_as_written(first, number);
            add_note(first, "what stands behind it and needs it moves along, in this order: " + joined(heads));
        } else if (recipe.steps.size() == 1 && !first.outside_transaction && !first.by_hand) {
            first.sql += "\n" + sql;
            add_note(first, counted(along.size(), "statement") + " behind it need" + (along.size() == 1 ? "s" : "") +
                                " it, or change" + (along.size() == 1 ? "s" : "") +
                                " what it needs: " + (along.size() == 1 ? "it moves" : "they move") + " along");
        } else {
            recipe.steps.push_back(run(sql, "not before the step above, so out of this " + unit() + " as well"));
        }
        return true;
    }

    /// No click puts what other databases do not know into a file that they run.
    void say_for_postgres(Recipe& recipe) const {
        const std::string words =
            author::for_postgres_alone(file_.format, written_ ? last_part(written_->path) : std::string_view{});
        if (words.empty() || recipe.steps.front().sql.empty()) return;
        recipe.note += (recipe.note.empty() ? "" : "; ") + words;
        recipe.steps.front().place = StepPlace::elsewhere;
    }

    // ---- words and code ---------------------------------------------------------------------------------------------

    void say_codes(Recipe& recipe, std::size_t number, bool keeps_statement) {
        const AnalyzedStatement& statement = file_.statements[number];
        const Call& call = call_of_statement(statement);
        if (call.sends_others && recipe.steps.size() == 1 && moves_as_written(recipe.steps.front(), number)) {
            say_code(recipe.steps.front(), {call.text, statement.sql}, false);
            return;
        }
        const author::Written written{call.sends_others ? "" : std::string_view(call.text), statement.sql};
        if (call.sends_others) leave_out(recipe.steps.front(), call, statement);
        for (RecipeStep& step : recipe.steps) {
            const bool changes_state = &step == &recipe.steps.front() && !keeps_statement;
            if (!step.sql.empty() && !step.by_hand) say_code(step, written, changes_state);
        }
    }

    /// All that the author's call sends moves, none of it changed.
    bool moves_as_written(const RecipeStep& step, std::size_t number) const {
        const AnalyzedStatement& own = file_.statements[number];
        if (!leaves_file(step) || !author::same_sql(step.sql, own.sql + ";")) return false;
        for (std::size_t i = 0; i < file_.statements.size(); ++i)
            if (is_of_call(i, own) && i != number && !std::count(along_.begin(), along_.end(), i)) return false;
        return true;
    }
    bool is_of_call(std::size_t i, const AnalyzedStatement& own) const {
        const SourceSpan& span = file_.statements[i].span;
        return span.begin == own.span.begin && span.end == own.span.end;
    }

    /// The author's call goes on without the statement; else that would run beside the step.
    void leave_out(RecipeStep& step, const Call& call, const AnalyzedStatement& statement) const {
        if (step.place == StepPlace::precedes) return;
        const bool builds_index = statement.kind == "CREATE INDEX";
        add_note(step, author::leave_out(file_.format, {"", statement.sql, call.text, builds_index}));
        if (step.place == StepPlace::replaces && !leaves_file(step)) add_note(step, "this step beside them");
        step.place = StepPlace::elsewhere;
    }

    /// A statement may have thousands of findings, and be as long as the file.
    const Call& call_of_statement(const AnalyzedStatement& statement) {
        if (last_ != &statement) call_ = call_of(file_, statement, text_);
        last_ = &statement;
        return call_;
    }

    /// True where that tells a file of its own.
    bool say_setting(RecipeStep& step, const AnalyzedStatement& statement, bool behind_own) const {
        if (!step.outside_transaction || step.by_hand) return false;
        const bool stays = step.place == StepPlace::replaces || author::opens_no_transaction(file_.format);
        if (stays && runs_in_no_transaction(file_, statement)) return false;
        const Lowered lowered = lower(step.sql);
        author::Step told = asked(step, lowered);
        told.behind_own = behind_own;
        told.version = version_;
        step.setting = author::without_transaction(file_.format, told);
        return author::gives_own_file(file_.format, told);
    }

    /// Of the step that the statement's own file may hold.
    std::string where_first(const RecipeStep& step, const AnalyzedStatement& statement, bool own_file_said) const {
        const bool is_behind = step.after_commit.value_or(false);
        if (step.place == StepPlace::elsewhere && !step.wait_for.empty()) return own();
        if (!step.by_hand && step.setting.empty() && !is_behind && step.place == StepPlace::elsewhere &&
            author::same_sql(step.sql, statement.sql + ";"))
            return "where it stands";
        if (step.place == StepPlace::precedes || (!is_behind && !leaves_others(step))) return "";
        if (!is_behind && author::runs_only_by_hand(file_.format, version_)) return "";  // its setting says it
        if (is_behind && shares_run()) return own() + ", added once this one is deployed" + why_deployed();
        if (is_behind) return own() + ", behind this one";
        return own_file_said ? "" : own();
    }

    std::string where_behind(const RecipeStep& before, const RecipeStep& step, bool own_file_said) const {
        const bool is_migrated = !before.sql.empty() && !before.by_hand;
        const bool commits = before.outside_transaction || !shares_run();
        if (step.sql.empty()) return "";
        if (step.by_hand) return is_migrated && step.wait_for.empty() ? "once the step before is deployed" : "";
        if (!is_migrated) return own() + ", added once the step before is done";
        if (!step.after_commit.value_or(true) && !before.outside_transaction)
            return "in the same " + std::string(author::unit(file_.format));
        // A deploy in between says it.
        if (!step.wait_for.empty()) return own();
        if (!commits || (step.outside_transaction && author::runs_only_by_hand(file_.format, version_)))
            return own() + ", added once the step before is deployed" + why_deployed();
        return own_file_said ? "" : own();
    }

    /// All pending migrations are one transaction: one of its own is none that commits before the next.
    bool shares_run() const { return file_.transaction == TransactionMode::whole_run; }

    std::string unit() const { return std::string(author::unit(file_.format)); }
    std::string own() const { return "in a " + unit() + " of its own"; }

    std::string why_deployed() const { return shares_run() ? " (" + file_.transaction_reason + ")" : ""; }

    void say_code(RecipeStep& step, const author::Written& written, bool changes_state) {
        // Hundreds of statements of a file may have the same recipe.
        auto [known, is_new] =
            said_.try_emplace({step.sql, std::string(written.call), changes_state, step.outside_transaction}, Said{});
        if (is_new) known->second = said_of(step, written, changes_state);
        step.code = known->second.code.text;
        step.language = known->second.code.language;
        if (!step.wait_for.empty()) add_note(step, known->second.stop_reading);
    }

    struct Said {
        author::Code code;
        std::string stop_reading;
    };
    Said said_of(const RecipeStep& step, const author::Written& written, bool changes_state) const {
        const Lowered lowered = lower(step.sql);
        if (!lowered.errors.empty()) return {};
        author::Step told = asked(step, lowered);
        told.written = written;
        told.changes_state = changes_state;
        told.version = version_;
        return {author::code(file_.format, told).value_or(author::Code{}), author::stop_reading(file_.format, told)};
    }

    using Key = std::tuple<std::string, std::string, bool, bool>;
    const AnalyzedFile& file_;
    const MigrationFile* written_;
    std::string_view text_;
    std::string version_;  ///< of the tool, as the repository has locked it
    Running& running_;
    std::size_t place_;
    std::map<Key, Said> said_;
    std::vector<std::size_t> along_;  ///< of the recipe that is said
    const AnalyzedStatement* last_ = nullptr;
    Call call_;  ///< of that one
};

/// Of the tools, each folder asked once.
class Versions {
public:
    explicit Versions(const extract::Hints& hints) : hints_(hints) {}

    const std::string& of(const std::string& format, std::string_view path) {
        const auto [known, is_new] = known_.try_emplace({format, std::string(folder_of(path))});
        if (is_new) known->second = extract::tool_version(format, path, hints_);
        return known->second;
    }

private:
    const extract::Hints& hints_;
    std::map<std::pair<std::string, std::string>, std::string> known_;
};

}  // namespace

void say_as_author(Analysis& analysis, const std::vector<MigrationFile>& files, const extract::Hints& hints) {
    std::map<FileId, const MigrationFile*> written;
    for (const MigrationFile& file : files) written[file.id] = &file;
    Running running(analysis.files);
    std::map<FileId, Recipes> by_file;
    Versions versions(hints);
    for (std::size_t i = 0; i < analysis.files.size(); ++i) {
        const AnalyzedFile& file = analysis.files[i];
        const MigrationFile* own = written[file.file];
        by_file.try_emplace(file.file, file, own, own ? versions.of(file.format, own->path) : "", running, i);
    }
    for (Finding& finding : analysis.findings) {
        const auto own = by_file.find(finding.span.file);
        if (!finding.recipe || own == by_file.end()) continue;
        if (!own->second.say(*finding.recipe, finding.statement)) finding.recipe.reset();
    }
}

}  // namespace pgfence::pipeline
