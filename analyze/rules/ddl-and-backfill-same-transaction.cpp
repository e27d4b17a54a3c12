#include <algorithm>
#include <utility>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/row_choice.h"

namespace pgfence::rules {
namespace {

/// INSERT INTO roles (name) SELECT 'x' WHERE NOT EXISTS (...)
bool inserts_one_row(const Dml& dml) {
    const auto& functions = dml.query.functions;
    return dml.kind == Dml::Kind::insert && !dml.has_from &&
           std::none_of(functions.begin(), functions.end(),
                        [](const FunctionUse& use) { return use.name.name == "generate_series"; });
}

/// WHERE id = 1 of a table that no migration was seen to make.
bool goes_by_id(const Expr& e, const RowChoice& choice) {
    if (e.kind == Expr::Kind::and_)
        return std::any_of(e.args.begin(), e.args.end(), [&](const Expr& part) { return goes_by_id(part, choice); });
    if (e.kind != Expr::Kind::op || e.name.name != "=" || e.args.size() < 2) return false;
    return e.args[0].kind == Expr::Kind::column && e.args[0].text == "id" &&
           std::all_of(e.args.begin() + 1, e.args.end(), [&](const Expr& side) { return is_value(side, choice); });
}

/// What the model knows to be few it notes no work for; here is what a body's variable or a mere name tells.
bool changes_few_rows(const Step& step, const Dml& dml) {
    if (inserts_one_row(dml)) return true;
    const bool picks = dml.kind == Dml::Kind::update || dml.kind == Dml::Kind::delete_;
    const RowChoice choice = RowChoice::of(step, dml);
    if (!picks || !choice.runs_once() || !dml.where || dml.query.relations.empty()) return false;
    const Relation* table = step.before.find(dml.query.relations.front().name);
    if (!table) return !dml.has_from && goes_by_id(*dml.where, choice);
    return picks_by_key(choice) && step.before.referencing(table->id).empty();
}

}  // namespace

extern const Rule ddl_and_backfill_same_transaction{
    .title = "Rows changed while an earlier lock still blocks others",
    .category = Category::lock,
    .why = R"(
A lock is held until the transaction ends. When rows are changed after an `ALTER TABLE` in the same transaction, that
statement's brief lock lasts as long as the change of the rows takes, and everybody waits for it.

Rows that the statement names by a unique key (`WHERE id = 1`, `WHERE code IN ('a', 'b')`) are found by an index and are
no more than it spells out: such a statement is not reported, unless rows of other tables go with them.

Give the schema change a migration of its own, and change the rows afterwards, in batches.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, price numeric, amount integer);
CREATE TABLE totals (order_id bigint, price numeric);
-- migration:
BEGIN;
ALTER TABLE orders ADD COLUMN total numeric;
UPDATE orders SET total = price * amount WHERE total IS NULL;
COMMIT;
)",
            R"(
BEGIN;
ALTER TABLE orders ADD COLUMN total numeric;
INSERT INTO totals SELECT id, price FROM orders;
COMMIT;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users ON DELETE CASCADE);
-- migration:
BEGIN;
ALTER TABLE users ADD COLUMN note text;
DELETE FROM users WHERE id = 1;
COMMIT;
)"},
    .good = {R"(
CREATE TABLE settings (id bigint PRIMARY KEY, shop bigint, code text, value text, UNIQUE (shop, code));
-- migration:
BEGIN;
ALTER TABLE settings ADD COLUMN note text;
UPDATE settings SET note = 'x' WHERE id = 1;
DELETE FROM settings WHERE id IN (2, 3) AND value IS NULL;
UPDATE settings SET value = 'on' WHERE (shop, code) IN ((1, 'a'), (2, 'b'));
INSERT INTO settings (id, code) SELECT 9, 'z' WHERE NOT EXISTS (SELECT 1 FROM settings WHERE code = 'z');
COMMIT;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
BEGIN;
DROP TABLE IF EXISTS scratch;
UPDATE orders SET note = '' WHERE note IS NULL;
COMMIT;
)",
             R"(
ALTER TABLE orders ADD COLUMN total numeric;
UPDATE orders SET total = price * amount WHERE id < 1000;
)",
             R"(
BEGIN;
CREATE TABLE totals (id bigint);
ALTER TABLE totals ADD COLUMN total numeric;
INSERT INTO totals SELECT id, price FROM orders;
COMMIT;
)",
             R"(
BEGIN;
ALTER TABLE orders ADD COLUMN total numeric;
INSERT INTO states VALUES (1, 'new');
COMMIT;
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* dml = step.is<Dml>();
        if (!dml || dml->values_only || dml->kind == Dml::Kind::select || dml->kind == Dml::Kind::copy_to) return {};
        if (changes_few_rows(step, *dml)) return {};
        if (std::none_of(step.effects.work.begin(), step.effects.work.end(),
                         [](const Work& work) { return work.existing; }))
            return {};
        const auto held = held_against(step, Traffic::writes);
        if (held.empty()) return {};
        // Its own table first: that is the one whose users wait for these rows.
        const std::string own = dml->query.relations.empty() ? "" : step.qualified(dml->query.relations.front().name);
        const HeldLock& strongest =
            **std::max_element(held.begin(), held.end(), [&](const HeldLock* a, const HeldLock* b) {
                const auto key = [&](const HeldLock* one) {
                    return std::pair(one->lock.relation == own, one->lock.mode);
                };
                return key(a) < key(b);
            });
        Consequence consequence =
            of_lock(strongest.lock, fmt::format("Changes rows while this transaction still holds {} on {}: {}",
                                                sql_name(strongest.lock.mode), code(strongest.lock.relation),
                                                its_waiters(strongest.lock)));
        consequence.grows_with_rows = true;
        if (step.alone) consequence.recipe = Recipe{{apart(run(step.sql + ";"))}, ""};
        return {beside(std::move(consequence), strongest)};
    },
};

}  // namespace pgfence::rules
