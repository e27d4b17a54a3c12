#include <algorithm>
#include <array>

#include "analyze/kit/cleared_first.h"
#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/sql_text.h"

namespace pgfence::rules {
namespace {

/// Fails when it is run once more, although it could have been told not to.
bool trips_over_itself(const Action& action) {
    if (const auto* table = std::get_if<CreateTable>(&action))
        return !table->if_not_exists && table->persistence != Persistence::temporary;
    if (const auto* index = std::get_if<CreateIndex>(&action)) return !index->if_not_exists && !index->name.empty();
    if (const auto* drop = std::get_if<Drop>(&action)) return !drop->if_exists;
    if (const auto* schema = std::get_if<CreateSchema>(&action)) return !schema->if_not_exists;
    if (const auto* sequence = std::get_if<CreateSequence>(&action)) return !sequence->if_not_exists;
    if (const auto* value = std::get_if<AlterEnum>(&action)) return !value->if_not_exists && value->old_value.empty();
    const auto* alter = std::get_if<AlterTable>(&action);
    return alter && std::any_of(alter->cmds.begin(), alter->cmds.end(), [](const AlterTableCmd& cmd) {
               return !cmd.missing_ok &&
                      (cmd.subtype == AlterTableType::AddColumn || cmd.subtype == AlterTableType::DropColumn ||
                       cmd.subtype == AlterTableType::DropConstraint);
           });
}

/// What cannot fail on its own leaves nothing half done.
bool may_fail(const Action& action) {
    return !std::holds_alternative<SetVariable>(action) && !std::holds_alternative<Transaction>(action) &&
           !std::holds_alternative<Comment>(action) && !std::holds_alternative<Harmless>(action);
}

/// A concurrent build that failed leaves an invalid index: IF NOT EXISTS would keep that one.
std::string how_to_run_again(const Action& action) {
    const auto* index = std::get_if<CreateIndex>(&action);
    if (!index || !index->concurrently) return "IF NOT EXISTS or IF EXISTS, or BEGIN and COMMIT around both";
    return fmt::format(
        "DROP INDEX CONCURRENTLY IF EXISTS {} in front of it: IF NOT EXISTS would keep one that a failed "
        "build left invalid",
        quoted(Name{index->table.schema, index->name}));
}

}  // namespace

extern const Rule not_rerunnable{
    .title = "File without a transaction that cannot be run again",
    .category = Category::robustness,
    .why = R"(
The runner sends this file without a transaction. When a statement fails, those before it stay done, and the next run
fails at the first of them: somebody has to mend the database by hand. With `IF NOT EXISTS` and `IF EXISTS` the file
goes on where it stopped.

Files whose runner wraps them in a transaction are not told, nor those of which nobody said how they are sent. A
`CREATE INDEX CONCURRENTLY` wants `DROP INDEX CONCURRENTLY IF EXISTS` in front of it rather than `IF NOT EXISTS`, which
keeps an index that a failed build left invalid. What the file drops `IF EXISTS` before it makes it is made anew.
)",
    .bad = {R"(
CREATE TABLE invoices (id bigint PRIMARY KEY);
CREATE TABLE invoice_notes (id bigint PRIMARY KEY);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN note text;
CREATE INDEX CONCURRENTLY orders_note ON orders (note);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text, state text);
-- migration:
CREATE INDEX CONCURRENTLY orders_note ON orders (note);
CREATE INDEX CONCURRENTLY orders_state ON orders (state);
)"},
    .good = {R"(
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
CREATE TABLE order_notes (id bigint PRIMARY KEY);
)",
             R"(
BEGIN;
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE order_notes (id bigint PRIMARY KEY);
COMMIT;
)",
             R"(
DROP INDEX CONCURRENTLY IF EXISTS orders_user;
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
DROP INDEX CONCURRENTLY IF EXISTS orders_day;
CREATE INDEX CONCURRENTLY orders_day ON orders (day);
)",
             R"(
DROP TABLE IF EXISTS order_days;
CREATE TABLE order_days (day date PRIMARY KEY);
INSERT INTO order_days SELECT DISTINCT day FROM orders;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        if (step.transaction_assumed || step.scope.transaction.kind != TransactionKind::none ||
            !step.scope.body.empty() || !may_fail(step.action) || step.earlier.empty())
            return {};
        const Earlier& last = step.earlier.back();
        const auto before_last = step.earlier.first(step.earlier.size() - 1);
        if (!trips_over_itself(*last.action) || cleared_before(*last.action, before_last) == Cleared::always) return {};
        Consequence consequence;
        consequence.message =
            fmt::format("If this {} fails, the file cannot be run again: the {} before it is already applied",
                        without_article(step.kind), without_article(*last.kind));
        consequence.related = last.span;
        consequence.related_message = fmt::format("This {} fails the second time", without_article(*last.kind));
        consequence.recipe = Recipe{{advice(how_to_run_again(*last.action))}, ""};
        return {std::move(consequence)};
    },
    .aliases =
        "prefer-robust-create-index prefer-robust-create-table prefer-robust-drop-index "
        "prefer-robust-drop-table prefer-robust-stmts require-if-exists missing-idempotency",
    .once_per_file = true,
};

}  // namespace pgfence::rules
