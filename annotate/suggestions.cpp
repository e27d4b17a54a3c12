// Review comments that GitHub can apply with a click. A click replaces whole lines, so a suggestion is either what
// takes the statement's place, or the author's own lines with a step in front of them; the recipe says which
// (StepPlace).

#include <fmt/format.h>

#include <algorithm>

#include "annotate/annotate.h"
#include "annotate/escape.h"
#include "annotate/listing.h"
#include "annotate/utf8.h"
#include "core/text.h"

namespace pgfence::annotate {
namespace {

constexpr std::size_t kLongestSql = 4'000;
constexpr std::size_t kLongestStep = 2'000;
constexpr std::size_t kMostSteps = 6;

/// What a step in front sets comes too late for the locks that its transaction has by then.
bool is_too_late(const Listed& listed) {
    if (listed.statement->statement.transaction.kind == TransactionKind::none) return false;
    const auto& all = listed.file->statements;
    return std::any_of(all.begin(), all.end(), [&](const StatementReport& other) {
        const auto locks = felt_locks(other.statement.effects);
        return other.statement.span.begin < listed.statement->statement.span.begin && !locks.empty() &&
               blocks(locks.front()->mode, Traffic::writes);
    });
}

/// A deploy in between cannot be suggested; CONCURRENTLY can only take the place of what is known to be in no
/// transaction.
bool may_run_by_itself(const Recipe& recipe, const Listed& listed) {
    if (recipe.steps.empty() || recipe.steps.front().place == StepPlace::elsewhere) return false;
    const RecipeStep& first = recipe.steps.front();
    // Runners that send a file as one query leave a lone statement outside a transaction; a second one changes that.
    if (first.place == StepPlace::precedes && listed.file->statements.size() == 1 &&
        listed.statement->statement.transaction.kind == TransactionKind::none)
        return false;
    if (first.place == StepPlace::precedes && is_too_late(listed)) return false;
    const bool waits = std::any_of(recipe.steps.begin(), recipe.steps.end(),
                                   [](const RecipeStep& step) { return !step.wait_for.empty(); });
    const bool in_no_transaction =
        listed.statement->statement.transaction.kind == TransactionKind::none && !listed.file->transaction_assumed;
    const bool fits = !first.outside_transaction || in_no_transaction;
    return !waits && fits && !first.sql.empty() && first.sql.size() <= kLongestSql && visible(first.sql) == first.sql &&
           visible(first.code) == first.code;
}

/// Perhaps in a string: that costs a suggestion.
bool holds_comment(std::string_view sql) { return sql.find("--") != sql.npos || sql.find("/*") != sql.npos; }

bool is_indentation(std::string_view text) { return text.find_first_not_of(" \t") == std::string_view::npos; }

/// Code in the tool's own words, which say nothing of what the file has to import. Raw SQL in a call's place could take
/// from the migration its way back.
bool is_native(const RecipeStep& step) {
    const std::string_view sql = step.sql, first = sql.substr(0, std::min(sql.find_first_of(";\n"), sql.size()));
    return !step.code.empty() && !step.code.starts_with('#') && step.code.find(first) == step.code.npos;
}

/// Of a program: the author's call, which sends this statement and no other, and can give way to other calls. A text of
/// SQL that stands in the program for itself cannot.
bool gives_way_to_code(const Listed& listed, const RecipeStep& step, std::string_view written) {
    const AnalyzedStatement& own = listed.statement->statement;
    const auto sent = std::count_if(
        listed.file->statements.begin(), listed.file->statements.end(), [&](const StatementReport& other) {
            return other.statement.span.begin < own.span.end && own.span.begin < other.statement.span.end;
        });
    const bool is_call =
        std::count(written.begin(), written.end(), '(') == std::count(written.begin(), written.end(), ')') &&
        written.find("<<") == written.npos && written.find('#') == written.npos;
    return is_native(step) && (step.language == "ruby" || step.language == "python") && sent == 1 && is_call &&
           own.sql.find(written) == own.sql.npos;
}

struct Lines {
    std::uint32_t first, last;
    std::string_view text, indentation;
    /// Some recipes begin with the statement as it is.
    bool are(std::string_view sql) const { return text.substr(indentation.size()) == sql; }
};

/// The statement's lines, when there is nothing else on them. Nothing too where the file is a program and the step is
/// not code of its language, or where it breaks its lines as Windows does: GitHub would put the suggestion's own breaks
/// there.
std::optional<Lines> own_lines(const Listed& listed) {
    const std::string_view text = listed.file->text;
    const SourceSpan span = listed.statement->statement.span;
    const RecipeStep& step = listed.graded->finding.recipe->steps.front();
    const bool is_sql = listed.file->path.ends_with(".sql");
    if (is_sql != step.code.empty() || span.end > text.size() || span.begin >= span.end) return std::nullopt;
    // Where placeholders were substituted the recipe holds their stand-ins, and a comment would be lost with its lines.
    const auto written = text.substr(span.begin, span.end - span.begin);
    if (is_sql ? written != listed.statement->statement.sql || holds_comment(written)
               : !gives_way_to_code(listed, step, written))
        return std::nullopt;
    const auto begin = span.begin == 0 ? 0 : text.rfind('\n', span.begin - 1) + 1;
    const auto end = std::min(text.find('\n', span.end), text.size());
    const auto before = text.substr(begin, span.begin - begin);
    auto behind = text.substr(span.end, end - span.end);
    // Behind an item of a list stands a comma.
    if (const auto end_of_own = behind.find(is_sql ? ';' : ','); end_of_own != behind.npos &&
                                                                 is_indentation(behind.substr(0, end_of_own)) &&
                                                                 (is_sql || step.code.ends_with(',')))
        behind.remove_prefix(end_of_own + 1);
    const auto whole = text.substr(begin, end - begin);
    if (!is_indentation(before) || !is_indentation(behind) || whole.find('\r') != whole.npos) return std::nullopt;
    const auto& index = listed.places->lines();
    return Lines{index.at(span.begin).line, index.at(span.end - 1).line, whole, before};
}

std::string following_steps(const Recipe& recipe) {
    if (recipe.steps.size() == 1) return recipe.note.empty() ? "" : plain(recipe.note, 500) + "\n";
    std::string out = "Then:\n\n";
    for (std::size_t i = 1; i < recipe.steps.size() && i < kMostSteps; ++i) {
        const RecipeStep& step = recipe.steps[i];
        const std::string heading = step_heading(step);
        out += fmt::format("{}. {}{}\n\n", i, heading.empty() ? "" : plain(heading, 600) + ". ", plain(step.note, 300));
        const StepText shown = printed(step);
        if (!shown.text.empty()) out += fence(shortened_bytes(shown.text, kLongestStep), shown.language) + "\n";
    }
    return out + (recipe.note.empty() ? "" : plain(recipe.note, 500) + "\n");
}

std::string suggested_lines(const Lines& lines, const RecipeStep& step) {
    std::string text;
    for (const std::string_view line : split(printed(step).text, "\n")) {
        if (!text.empty()) text += '\n';
        // SQL stays as it was; lines of a program belong to its blocks.
        if (!line.empty() && (text.empty() || !step.code.empty())) text += lines.indentation;
        text += line;
    }
    if (step.place == StepPlace::precedes) text.append("\n").append(lines.text);
    return text;
}

std::string suggestion_body(const Listed& listed, const Lines& lines) {
    const Finding& finding = listed.graded->finding;
    const Recipe& recipe = *finding.recipe;
    return fmt::format("**[{}]({})**, {} risk: {}\n\n", finding.rule, rule_page(finding.rule),
                       name_of(listed.graded->risk), plain(finding.message)) +
           fence(suggested_lines(lines, recipe.steps.front()), "suggestion") + "\n" + following_steps(recipe);
}

}  // namespace

SuggestedChanges suggested_changes(const Report& report, std::string_view name) {
    const Listing listing(report);
    SuggestedChanges changes;
    changes.gone = "A later push fixed this finding.";
    changes.marker_prefix = "<!-- pgfence-finding:" + std::string(name) + ":";
    const auto marker = [&](const Listed& listed) {
        return changes.marker_prefix + listed.graded->fingerprint + " -->";
    };
    std::vector<const StatementReport*> taken;
    for (const Listed& listed : listing.each()) {
        changes.standing.push_back(marker(listed));
        const auto& recipe = listed.graded->finding.recipe;
        if (!recipe || !may_run_by_itself(*recipe, listed)) continue;
        const auto lines = own_lines(listed);
        // The worst finding of a statement speaks: two suggestions for the same lines could not both be applied.
        if (!lines || lines->are(printed(recipe->steps.front()).text) ||
            std::find(taken.begin(), taken.end(), listed.statement) != taken.end())
            continue;
        taken.push_back(listed.statement);
        changes.suggestions.push_back({listed.file->path, lines->first, lines->last, std::string(lines->text),
                                       marker(listed) + "\n" + suggestion_body(listed, *lines)});
    }
    changes.body = fmt::format("pgfence: safer SQL for {}, ready to be applied.",
                               counted(changes.suggestions.size(), "statement"));
    return changes;
}

}  // namespace pgfence::annotate
