#include <algorithm>
#include <array>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/recipe_parts.h"
#include "core/conditions.h"

namespace pgfence::rules {
namespace {

enum class On { delete_, update };
constexpr std::array kActions{'a', 'r', 'c', 'n', 'd'};

char action_of(const TableConstraint& key, On on) { return on == On::delete_ ? key.on_delete : key.on_update; }

/// RESTRICT and NO ACTION both do; they differ in when.
bool refuses(char action) { return action == 'a' || action == 'r'; }

bool do_the_same(char a, char b) { return a == b || (refuses(a) && refuses(b)); }

/// To those rows that point at the deleted or updated one.
std::string what_happens(char action, On on, const std::string& table) {
    switch (action) {
        case 'c': return fmt::format("{} rows of {} too", on == On::delete_ ? "deletes" : "changes", table);
        case 'n': return fmt::format("sets columns of {} to null", table);
        case 'd': return fmt::format("sets columns of {} to their defaults", table);
        default: return fmt::format("fails while rows of {} reference the row", table);
    }
}

/// As the change leaves it; null when that is not known.
const Relation* table_at_end(const Catalog& end, const Name& resolved) {
    const Relation* table = end.find(resolved);
    return table ? table : end.told_of(resolved);
}

bool is_same_reference(const TableConstraint& now, const TableConstraint& old) {
    return now.type == ConstraintType::foreign_key && now.enforced && now.columns == old.columns &&
           now.referenced_name == old.referenced_name;
}

/// One of the same columns to the same table is there with that action, and none with the old one.
bool comes_back_with(const Catalog& end, const Name& table, const TableConstraint& old, On on, char action) {
    const Relation* left = table_at_end(end, table);
    if (!left) return false;
    bool is_there = false;
    for (const TableConstraint& now : left->table.constraints) {
        if (!is_same_reference(now, old)) continue;
        if (do_the_same(action_of(now, on), action_of(old, on))) return false;
        is_there = is_there || action_of(now, on) == action;
    }
    return is_there;
}

const TableConstraint* dropped_key(const Step& step, const Clause& clause) {
    const Relation* table = step.before.find(clause.statement.name);
    if (!table) table = step.before.told_of(clause.statement.name);
    const TableConstraint* old = table ? table->constraint_named(clause.cmd.name) : nullptr;
    return old && old->type == ConstraintType::foreign_key && old->existing ? old : nullptr;
}

/// For running code, which the new key surprises: what has to be deployed before.
std::string deploy_before(On on, char action, const std::string& referenced, const std::string& table) {
    const bool deletes = on == On::delete_;
    if (action == 'a' || action == 'r')
        return fmt::format("a deploy whose code first {} the rows of {} where it {} of {}",
                           deletes ? "deletes" : "changes", table, deletes ? "deletes rows" : "changes keys",
                           referenced);
    return fmt::format("a deploy whose code {} {} only where that may change rows of {} too",
                       deletes ? "deletes rows of" : "changes keys of", referenced, table);
}

/// The statement that drops the key, for a deploy later: the pipeline sends along what adds it again behind it. None
/// where the new key is there before the old one goes: it is the one that changes what code meets.
std::optional<Recipe> recipe_of(const Step& step, const Clause& clause, const TableConstraint& old, std::string wait) {
    const Relation* table = step.before.find(clause.statement.name);
    const auto comes_before = [&](const TableConstraint& other) {
        return other.name != clause.cmd.name && is_same_reference(other, old);
    };
    if (!step.alone || !table ||
        std::any_of(table->table.constraints.begin(), table->table.constraints.end(), comes_before))
        return std::nullopt;
    return after_deploy(step, std::move(wait));
}

Consequence of_action(const Step& step, const Clause& clause, const TableConstraint& old, On on, char action) {
    const bool deletes = on == On::delete_;
    const std::string referenced = in_code(old.referenced_name);
    const std::string act = fmt::format("{} of {}", deletes ? "a DELETE" : "an UPDATE of keys", referenced);
    Consequence consequence =
        of_name(step, clause.statement.name,
                fmt::format("Foreign key {} comes back with ON {} {} instead of {}: {} by running code {}",
                            in_code(clause.cmd.name), deletes ? "DELETE" : "UPDATE", action_words(action),
                            action_words(action_of(old, on)), act, what_happens(action, on, clause.table_in_code())),
                recipe_of(step, clause, old, deploy_before(on, action, referenced, clause.table_in_code())));
    consequence.certainty = Certainty::depends;
    consequence.depends_on = {fmt::format("whether running code {} rows of {} that others reference",
                                          deletes ? "deletes" : "changes keys of", referenced)};
    // Nothing that ran before fails, or does more than it did: it failed.
    if (refuses(action_of(old, on))) consequence.depends_on.push_back(as_written());
    consequence.stands_at_end = [table = step.before.resolve(clause.statement.name), old, on,
                                 action](const Catalog& end) { return comes_back_with(end, table, old, on, action); };
    return at(std::move(consequence), clause);
}

}  // namespace

extern const Rule foreign_key_action_change{
    .title = "Foreign key comes back with another ON DELETE or ON UPDATE",
    .category = Category::compatibility,
    .why = R"(
The action of a foreign key cannot be altered: it is dropped and added again. Code that is running meets the new one at
once. Where `CASCADE` or `SET NULL` becomes `RESTRICT` (or `NO ACTION`), each `DELETE` of a row that others point at
fails; where the new action is `CASCADE`, the same `DELETE` takes their rows with it, which were kept before.

Where the key refused before, no `DELETE` that succeeded does anything else now. A report has one note with the number
of such statements; a severity for the rule in the config makes findings of them.

Deploy code first that does what the key did: that deletes or clears the rows itself, or that no longer deletes the
referenced row. `RESTRICT` in place of `NO ACTION` is not reported: both refuse.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint, user_id bigint CONSTRAINT orders_user REFERENCES users ON DELETE CASCADE);
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_user;
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE RESTRICT NOT VALID;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint, user_id bigint CONSTRAINT orders_user REFERENCES users);
-- migration:
ALTER TABLE orders ADD CONSTRAINT orders_users FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE NOT VALID;
ALTER TABLE orders DROP CONSTRAINT orders_user;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint, user_id bigint CONSTRAINT orders_user REFERENCES users ON UPDATE CASCADE);
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_user,
    ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;
)"},
    .good = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint, user_id bigint CONSTRAINT orders_user REFERENCES users ON DELETE CASCADE);
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_user;
ALTER TABLE orders ADD CONSTRAINT orders_users FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE NOT VALID;
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint, user_id bigint CONSTRAINT orders_user REFERENCES users ON DELETE NO ACTION);
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_user;
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE RESTRICT NOT VALID;
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint, user_id bigint CONSTRAINT orders_user REFERENCES users ON DELETE CASCADE);
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_user;
)"},
    .about = alter_table<AlterTableType::DropConstraint>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::DropConstraint})) {
            const TableConstraint* old = dropped_key(step, clause);
            if (!old) continue;
            for (const On on : {On::delete_, On::update})
                for (const char action : kActions)
                    if (!do_the_same(action, action_of(*old, on)))
                        found.push_back(of_action(step, clause, *old, on, action));
        }
        return found;
    },
};

}  // namespace pgfence::rules
