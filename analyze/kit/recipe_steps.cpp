#include "analyze/kit/recipe_steps.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace pgfence {
namespace {

// What each runner's documentation or source says about leaving its transaction out. A file that is sent as one simple
// query is one implicit transaction as soon as it holds two statements: there the step needs a file of its own.
struct Runner {
    std::string_view format;
    std::string_view without_transaction;
    bool settings_belong_to_role = false;
};
constexpr std::array kRunners{
    Runner{"dbmate",
           "give it a file of its own whose marker reads \"-- migrate:up transaction:false\", with no other statement"},
    Runner{"diesel",
           "give it a file of its own with \"run_in_transaction = false\" in the metadata.toml beside up.sql"},
    Runner{"drizzle",
           "Drizzle runs every pending migration in one transaction: run this by hand (psql) before the migration, "
           "and keep it in the migration with IF [NOT] EXISTS",
           true},
    Runner{"flyway", "give it a file of its own: Flyway then leaves the transaction out by itself"},
    Runner{"golang-migrate", "give it a file of its own: a file of one statement runs without a transaction"},
    Runner{"goose", "put \"-- +goose NO TRANSACTION\" at the top of its file"},
    Runner{"pop",
           "pop runs every file in a transaction: run this by hand (psql) before the migration, and keep it in the "
           "migration with IF [NOT] EXISTS"},
    Runner{"popx", "give it a file of its own whose name ends in \".autocommit.up.sql\", with no other statement"},
    Runner{"prisma", "give it a migration of its own: a file of one statement runs without a transaction", true},
    Runner{"sqlx", "give it a file of its own that starts with \"-- no-transaction\", with no other statement"},
};

const Runner* runner(std::string_view format) {
    for (const Runner& known : kRunners)
        if (known.format == format) return &known;
    return nullptr;
}

}  // namespace

std::string without_transaction(std::string_view format) {
    const Runner* known = runner(format);
    return known ? std::string(known->without_transaction) : "";
}

bool settings_belong_to_role(std::string_view format) {
    const Runner* known = runner(format);
    return known && known->settings_belong_to_role;
}

RecipeStep run(std::string sql, std::string note) {
    RecipeStep step;
    step.sql = std::move(sql);
    step.note = std::move(note);
    return step;
}

Recipe setting_in_front(const Step& step, std::string_view setting, std::string_view value) {
    if (settings_belong_to_role(step.scope.format))
        return {{run(fmt::format("ALTER ROLE CURRENT_USER SET {} = '{}';", setting, value),
                     "once, for the role that runs the migrations: from its next connection on")},
                ""};
    const bool in_transaction = step.scope.in_transaction_block;
    RecipeStep set = run(fmt::format("SET {}{} = '{}';", in_transaction ? "LOCAL " : "", setting, value),
                         in_transaction ? "at the head of the transaction" : "at the head of the file");
    set.place = StepPlace::precedes;
    return {{std::move(set)}, ""};
}

RecipeStep outside_transaction(const Step& step, std::string sql, std::string note) {
    RecipeStep outside = run(std::move(sql), std::move(note));
    outside.outside_transaction = true;
    const std::string how = without_transaction(step.scope.format);
    if (!how.empty()) outside.note += (outside.note.empty() ? "" : "; ") + how;
    return outside;
}

RecipeStep after(std::string wait_for, RecipeStep step) {
    step.wait_for = std::move(wait_for);
    return step;
}

RecipeStep advice(std::string note) { return run("", std::move(note)); }

}  // namespace pgfence
