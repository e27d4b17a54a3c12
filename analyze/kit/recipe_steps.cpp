#include "analyze/kit/recipe_steps.h"

#include <fmt/format.h>

#include <utility>

#include "core/text.h"

namespace pgfence {

RecipeStep run(std::string sql, std::string note) {
    RecipeStep step;
    step.sql = std::move(sql);
    step.note = std::move(note);
    return step;
}

Recipe setting_in_front(const Step& step, std::string_view setting, std::string_view value) {
    const auto kind = step.scope.transaction.kind;
    const bool is_query = step.scope.tool.one_transaction_by_version && kind != TransactionKind::explicit_;
    const bool is_local = step.scope.in_transaction_block && !is_query;
    RecipeStep set =
        run(fmt::format("SET {}{} = '{}';", is_local ? "LOCAL " : "", setting, value),
            is_local ? "at the start of the transaction"
                     : fmt::format("at the start of the file, with `RESET {};` at its end: what its connection does "
                                   "later is not to have it",
                                   setting));
    set.place = StepPlace::precedes;
    return {{std::move(set)}, ""};
}

RecipeStep outside_transaction(std::string sql, std::string note) {
    RecipeStep outside = run(std::move(sql), std::move(note));
    outside.outside_transaction = true;
    return outside;
}

RecipeStep by_hand(RecipeStep step) {
    step.by_hand = true;
    return step;
}

RecipeStep after(std::string wait_for, RecipeStep step) {
    step.wait_for = std::move(wait_for);
    return step;
}

RecipeStep apart(RecipeStep step) {
    step.after_commit = true;
    return step;
}

RecipeStep together(RecipeStep step) {
    step.after_commit = false;
    return step;
}

RecipeStep advice(std::string note) { return run("", std::move(note)); }

RecipeStep fill_by_reader(const std::string& column) {
    RecipeStep step =
        advice(fmt::format("fill {} in existing rows in batches, outside the migration", in_code(column)));
    step.fills = column;
    return step;
}

}  // namespace pgfence
