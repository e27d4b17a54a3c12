#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "analyze/kit/judge.h"
#include "analyze/kit/new_value.h"
#include "analyze/kit/row_choice.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

/// What is done a second time changes the value a second time.
bool adds_up(const Expr& value) {
    constexpr std::array<std::string_view, 5> kAddUp{"+", "-", "*", "/", "||"};
    return value.kind == Expr::Kind::op && value.text.empty() && is_among(value.name.name, kAddUp);
}

/// coalesce(total, 0): what was there stays.
bool fills_gaps(const Expr& value) {
    return value.kind == Expr::Kind::list && value.text == "COALESCE" && !value.args.empty() &&
           value.args.front().kind == Expr::Kind::column;
}

struct Changed {
    std::vector<std::string> columns;
    bool twice = false;
};
Changed changed(const Step& step, const Dml& update) {
    Changed found;
    for (const Assignment& set : update.assignments) {
        const bool same = set.value.kind == Expr::Kind::column && set.value.text == set.column;
        if (same || fills_gaps(set.value) || !is_made_of_old_value(update, set.column) ||
            !may_hold_values(step, update.query.relations.front().name, set.column))
            continue;
        found.columns.push_back(set.column);
        found.twice = found.twice || adds_up(set.value);
    }
    return found;
}

}  // namespace

extern const Rule update_of_old_value{
    .title = "UPDATE that changes values by their old ones",
    .category = Category::correctness,
    .why = R"(
Nothing in the database tells afterwards which rows were changed already: what was interrupted, or runs once more by
hand or in a retry, multiplies or appends a second time. Whoever has to go back computes the old values, if that can be
done at all: `lower(email)` cannot be.

Keep the old value in a column of its own until nobody asks for it, and let the condition tell which rows are done:
`UPDATE orders SET cents = price * 100 WHERE cents IS NULL`.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text, price numeric);
-- migration:
UPDATE orders SET price = price * 100;
)",
            R"(
UPDATE orders SET state = lower(state);
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text, price numeric);
-- migration:
UPDATE orders SET price = price * 100 WHERE id = 1;
UPDATE orders SET price = coalesce(price, 0);
ALTER TABLE orders ADD COLUMN cents numeric;
UPDATE orders SET cents = price * 100;
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* update = step.is<Dml>();
        if (!update || update->kind != Dml::Kind::update || update->query.relations.empty() ||
            (!step.part && step.runs != HowOften::few_times) || !picks_any_row(step, *update))
            return {};
        const Changed values = changed(step, *update);
        if (values.columns.empty()) return {};
        const Name& table = update->query.relations.front().name;
        Consequence consequence;
        consequence.message = fmt::format(
            "Changes {} of {} by {} old value{}: the old ones are kept nowhere{}", list_in_code(values.columns),
            in_code(table), values.columns.size() > 1 ? "their" : "its", values.columns.size() > 1 ? "s" : "",
            values.twice ? ", and a second run changes them again" : "");
        consequence.relations = {step.qualified(table)};
        return {std::move(consequence)};
    },
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
