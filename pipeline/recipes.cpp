#include "pipeline/recipes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "analyze/lower/lower.h"
#include "author/author.h"
#include "core/text.h"

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

/// The call that sends this statement and no other; empty when it is not known.
std::string call_of(const AnalyzedFile& file, const AnalyzedStatement& statement, std::string_view text) {
    const SourceSpan span = statement.span;
    if (span.begin >= span.end || span.end > text.size()) return {};
    const auto same = std::count_if(
        file.statements.begin(), file.statements.end(),
        [&](const AnalyzedStatement& other) { return other.span.begin < span.end && span.begin < other.span.end; });
    if (same != 1) return {};
    const std::size_t line = span.begin == 0 ? 0 : text.rfind('\n', span.begin - 1) + 1;
    return at_margin(text.substr(span.begin, span.end - span.begin), span.begin - line);
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

/// The recipes of one file.
class Recipes {
public:
    Recipes(const AnalyzedFile& file, std::string_view text) : file_(file), text_(text) {}

    void say(Recipe& recipe, const AnalyzedStatement& statement) {
        for (RecipeStep& step : recipe.steps) say_setting(step, statement);
        if (!recipe.steps.empty()) recipe.steps.front().where = where_first(recipe.steps.front());
        for (std::size_t i = 1; i < recipe.steps.size(); ++i)
            recipe.steps[i].where = where_behind(recipe.steps[i - 1], recipe.steps[i]);
        if (author::writes_code(file_.format)) say_codes(recipe, statement);
    }

private:
    void say_codes(Recipe& recipe, const AnalyzedStatement& statement) {
        const author::Written written{call_of_statement(statement), statement.sql};
        const bool keeps_statement = std::any_of(recipe.steps.begin(), recipe.steps.end(), [&](const RecipeStep& step) {
            return step.place == StepPlace::precedes || author::same_sql(step.sql, statement.sql + ";");
        });
        for (RecipeStep& step : recipe.steps) {
            const bool changes_state = &step == &recipe.steps.front() && !keeps_statement;
            if (!step.sql.empty() && !step.by_hand) say_code(step, written, changes_state);
        }
    }

    /// A statement may have thousands of findings, and be as long as the file.
    const std::string& call_of_statement(const AnalyzedStatement& statement) {
        if (last_ != &statement) call_ = call_of(file_, statement, text_);
        last_ = &statement;
        return call_;
    }

    void say_setting(RecipeStep& step, const AnalyzedStatement& statement) const {
        if (!step.outside_transaction || step.by_hand) return;
        const bool stays = step.place == StepPlace::replaces || author::opens_no_transaction(file_.format);
        if (!stays || !runs_in_no_transaction(file_, statement)) step.setting = setting(step);
    }

    std::string setting(const RecipeStep& step) const {
        const Lowered lowered = lower(step.sql);
        return author::without_transaction(file_.format, asked(step, lowered));
    }

    /// Of the step that the statement's own file may hold.
    std::string where_first(const RecipeStep& step) const {
        const bool is_behind = step.after_commit.value_or(false);
        const bool leaves_others = !step.setting.empty() && file_.statements.size() > 1;
        if (step.place == StepPlace::precedes || (!is_behind && !leaves_others)) return "";
        if ((is_behind && shares_run()) || (leaves_others && author::runs_only_by_hand(file_.format)))
            return own() + ", added once this one is deployed" + why_deployed();
        return is_behind ? own() + ", behind this one" : own_unless_said(step);
    }

    std::string where_behind(const RecipeStep& before, const RecipeStep& step) const {
        const bool is_migrated = !before.sql.empty() && !before.by_hand;
        const bool commits = before.outside_transaction || !shares_run();
        if (step.sql.empty()) return "";
        if (step.by_hand) return is_migrated && step.wait_for.empty() ? "once the step before is deployed" : "";
        if (!is_migrated) return own() + ", added once the step before is done";
        if (!step.after_commit.value_or(true) && !before.outside_transaction)
            return "in the same " + std::string(author::unit(file_.format));
        // A deploy in between says it.
        if (!step.wait_for.empty()) return own();
        if (!commits || (step.outside_transaction && author::runs_only_by_hand(file_.format)))
            return own() + ", added once the step before is deployed" + why_deployed();
        return own_unless_said(step);
    }

    /// All pending migrations are one transaction: one of its own is none that commits before the next.
    bool shares_run() const { return file_.transaction == TransactionMode::whole_run; }

    std::string own() const { return "in a " + std::string(author::unit(file_.format)) + " of its own"; }

    std::string own_unless_said(const RecipeStep& step) const {
        return contains(step.setting, " of its own") ? "" : own();
    }

    std::string why_deployed() const {
        if (!shares_run()) return "";
        const bool is_said = contains(file_.transaction_reason, "one transaction");
        return " (" + (is_said ? file_.transaction_reason : "all pending files run in one transaction") + ")";
    }

    void say_code(RecipeStep& step, const author::Written& written, bool changes_state) {
        // Hundreds of statements of a file may have the same recipe.
        auto [known, is_new] =
            said_.try_emplace({step.sql, std::string(written.call), changes_state, step.outside_transaction}, Said{});
        if (is_new) known->second = said_of(step, written, changes_state);
        step.code = known->second.code.text;
        step.language = known->second.code.language;
        if (!step.wait_for.empty() && !known->second.stop_reading.empty())
            step.note += (step.note.empty() ? "" : "; ") + known->second.stop_reading;
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
        return {author::code(file_.format, told).value_or(author::Code{}), author::stop_reading(file_.format, told)};
    }

    using Key = std::tuple<std::string, std::string, bool, bool>;
    const AnalyzedFile& file_;
    std::string_view text_;
    std::map<Key, Said> said_;
    const AnalyzedStatement* last_ = nullptr;
    std::string call_;  ///< of that one
};

}  // namespace

void say_as_author(Analysis& analysis, const std::vector<MigrationFile>& files) {
    std::map<FileId, Recipes> by_file;
    std::map<FileId, const AnalyzedFile*> analyzed;
    std::map<FileId, std::string_view> texts;
    for (const AnalyzedFile& file : analysis.files) analyzed[file.file] = &file;
    for (const MigrationFile& file : files) texts[file.id] = file.text;
    for (Finding& finding : analysis.findings) {
        const auto file = analyzed.find(finding.span.file);
        if (!finding.recipe || file == analyzed.end()) continue;
        const AnalyzedFile& own = *file->second;
        by_file.try_emplace(own.file, own, texts[own.file])
            .first->second.say(*finding.recipe, own.statements.at(finding.statement));
    }
}

}  // namespace pgfence::pipeline
