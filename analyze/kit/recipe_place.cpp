#include "analyze/kit/recipe_place.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>

#include "analyze/kit/sql_text.h"
#include "core/text.h"

namespace pgfence {
namespace {

/// Words of the grammar that a safer way to say the same may do without. All but five (alter, add, set, if, exists) are
/// reserved, and so never the name of something unless quoted; a word that is missing here costs a suggestion, never a
/// statement.
constexpr std::array<std::string_view, 13> kGrammar{
    "alter", "add", "set", "if", "exists", "column", "not", "null", "unique", "default", "check", "constraint", "only"};

bool is_quoted_name(const SqlToken& token) { return token.is_name && token.text.starts_with('"'); }

/// "Orders" and orders alike are what the server calls them; a string stays as it is written.
std::string meaning(const SqlToken& token) {
    if (is_quoted_name(token)) return std::string(token.text.substr(1, token.text.size() - 2));
    return token.is_name ? lower_case(token.text) : std::string(token.text);
}

bool is_punctuation(const SqlToken& token) {
    return !token.is_name && token.text.size() == 1 && !is_digit(token.text.front());
}

bool is_grammar(const SqlToken& token) {
    return !is_quoted_name(token) &&
           std::find(kGrammar.begin(), kGrammar.end(), lower_case(token.text)) != kGrammar.end();
}

/// Nothing when the text could not be cut into tokens.
std::optional<std::set<std::string>> written(std::string_view sql) {
    const auto tokens = sql_tokens(sql);
    if (!tokens) return std::nullopt;
    std::set<std::string> all;
    for (const SqlToken& token : *tokens)
        if (!is_punctuation(token) && !is_grammar(token)) all.insert(meaning(token));
    return all;
}

/// $1, wherever it stands.
bool names_parameter(std::string_view text) {
    for (std::size_t at = text.find('$'); at != text.npos; at = text.find('$', at + 1))
        if (at + 1 < text.size() && is_digit(text[at + 1])) return true;
    return false;
}

/// The same, of the statement itself: none of a string, a name or a body.
bool has_parameter(std::string_view sql) {
    const auto tokens = names_parameter(sql) ? sql_tokens(sql) : std::nullopt;
    return tokens && std::any_of(tokens->begin(), tokens->end(), [&](const SqlToken& token) {
               return token.text.front() == '$' && names_parameter(sql.substr(token.begin, 2));
           });
}

void add_in_front(std::string& note, std::string_view words) {
    note = std::string(words) + (note.empty() ? "" : ", ") + note;
}

}  // namespace

bool say_without_values(Recipe& recipe, std::string_view statement) {
    if (!has_parameter(statement)) return true;
    const std::string own = std::string(statement) + ';';
    for (RecipeStep& step : recipe.steps) {
        if (step.sql.starts_with(own)) {
            step.sql.erase(0, std::min(step.sql.find_first_not_of('\n', own.size()), step.sql.size()));
            if (step.sql.empty() && recipe.steps.size() == 1) return false;  // nothing that anybody could follow
            add_in_front(step.note, step.sql.empty() ? "the statement itself" : "behind the statement");
        }
        // The steps' own bodies hold what was cut out of the statement.
        if (names_parameter(step.sql)) return false;
    }
    return true;
}

namespace {

/// An index that is invalid until the steps behind it have run: nobody should be left with it by a click.
bool is_of_parent_alone(std::string_view create_index) { return contains(create_index, " ON ONLY "); }

}  // namespace

void place_first_step(Recipe& recipe, std::string_view statement, TransactionKind transaction) {
    if (recipe.steps.empty()) return;
    RecipeStep& first = recipe.steps.front();
    if (first.place != StepPlace::elsewhere || first.sql.empty() || !first.wait_for.empty()) return;
    if (first.outside_transaction && transaction == TransactionKind::explicit_) return;
    // The statement itself, for a migration of its own, now or once this step has prepared for it.
    const std::string own = std::string(statement) + ';';
    if (std::any_of(recipe.steps.begin(), recipe.steps.end(), [&](const RecipeStep& one) { return one.sql == own; }))
        return;
    if (is_of_parent_alone(first.sql) && !is_of_parent_alone(statement)) return;
    const auto before = written(statement), after = written(first.sql);
    if (before && after && std::includes(after->begin(), after->end(), before->begin(), before->end()))
        first.place = StepPlace::replaces;
}

}  // namespace pgfence
