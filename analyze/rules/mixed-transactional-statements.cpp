#include <algorithm>
#include <array>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

/// CREATE INDEX CONCURRENTLY and its kind: what makes people take a file out of its transaction.
bool refuses_transaction(const Earlier& earlier) {
    if (const auto* index = std::get_if<CreateIndex>(earlier.action)) return index->concurrently;
    if (const auto* reindex = std::get_if<Reindex>(earlier.action)) return reindex->concurrently;
    if (const auto* drop = std::get_if<Drop>(earlier.action)) return drop->concurrently;
    if (const auto* vacuum = std::get_if<Vacuum>(earlier.action)) return vacuum->is_vacuum;
    const auto* alter = std::get_if<AlterTable>(earlier.action);
    return alter && std::any_of(alter->cmds.begin(), alter->cmds.end(), [](const auto& cmd) {
               return cmd.subtype == AlterTableType::DetachPartition && cmd.concurrently;
           });
}

/// Changes that a transaction would have undone together; cleaning up and settings are none.
bool changes_something(const Earlier& earlier) {
    if (const auto* dml = std::get_if<Dml>(earlier.action))
        return dml->kind != Dml::Kind::select && dml->kind != Dml::Kind::copy_to;
    return std::holds_alternative<CreateTable>(*earlier.action) ||
           std::holds_alternative<AlterTable>(*earlier.action) || std::holds_alternative<Rename>(*earlier.action) ||
           std::holds_alternative<Drop>(*earlier.action) || std::holds_alternative<Truncate>(*earlier.action);
}

}  // namespace

extern const Rule mixed_transactional_statements{
    .title = "File mixes statements that must and must not run in a transaction",
    .category = Category::robustness,
    .why = R"(
For the sake of one statement that refuses a transaction, the whole file runs without one. When a later statement fails,
the earlier ones stay done, the runner calls the migration failed, and a second run trips over what is there already.

Give the statement that refuses a transaction a file of its own.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN user_id bigint;
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
UPDATE orders SET user_id = 1 WHERE user_id = 0;
)"},
    .good = {R"(
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
CREATE INDEX CONCURRENTLY orders_day ON orders (day);
)",
             R"(
SET statement_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS orders_user;
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)",
             R"(
ALTER TABLE orders ADD COLUMN user_id bigint;
ALTER TABLE orders ADD COLUMN day date;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        if (step.scope.in_transaction_block || !step.scope.body.empty()) return {};
        const Earlier now{&step.action, &step.kind, {}};
        const bool refuses = refuses_transaction(now);
        if (!refuses && !changes_something(now)) return {};
        const auto other = std::find_if(step.earlier.rbegin(), step.earlier.rend(), [&](const Earlier& e) {
            return refuses ? !refuses_transaction(e) && changes_something(e) : refuses_transaction(e);
        });
        if (other == step.earlier.rend()) return {};
        Consequence consequence;
        consequence.message =
            fmt::format("If this {} fails, the {} before it stays applied: they are not in one transaction",
                        without_article(step.kind), without_article(*other->kind));
        consequence.related = other->span;
        consequence.related_message = fmt::format("this {}", without_article(*other->kind));
        consequence.recipe =
            Recipe{{advice("put the statement that cannot run in a transaction into its own file")}, ""};
        return {std::move(consequence)};
    },
    .once_per_file = true,
};

}  // namespace pgfence::rules
