#include "analyze/kit/recipe_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace pgfence {
namespace {

/// Their files are best left alone: a SET beside the statement would make one transaction of both, or reach the
/// statements of other files.
constexpr std::array<std::string_view, 2> kSettingsBelongToRole{"drizzle", "prisma"};

}  // namespace

bool settings_belong_to_role(std::string_view format) {
    return std::find(kSettingsBelongToRole.begin(), kSettingsBelongToRole.end(), format) != kSettingsBelongToRole.end();
}

RecipeStep run(std::string sql, std::string note) {
    RecipeStep step;
    step.sql = std::move(sql);
    step.note = std::move(note);
    return step;
}

Recipe setting_in_front(const Step& step, std::string_view setting, std::string_view value) {
    if (settings_belong_to_role(step.scope.format))
        return {{by_hand(run(fmt::format("ALTER ROLE CURRENT_USER SET {} = '{}';", setting, value),
                             "once, for the role that runs the migrations: takes effect from its next connection on"))},
                ""};
    const bool in_transaction = step.scope.in_transaction_block;
    RecipeStep set = run(fmt::format("SET {}{} = '{}';", in_transaction ? "LOCAL " : "", setting, value),
                         in_transaction ? "at the start of the transaction" : "at the start of the file");
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

}  // namespace pgfence
