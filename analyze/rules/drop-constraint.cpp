#include <algorithm>
#include <optional>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/kit/judge.h"
#include "core/conditions.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

/// CHECK (true) refuses nothing.
bool can_refuse(const Expr& check) { return !columns_of(check).empty(); }

bool is_unique(ConstraintType type) { return type == ConstraintType::unique || type == ConstraintType::primary_key; }

bool has_all_of(const std::vector<std::string>& columns, const std::vector<std::string>& some) {
    return std::all_of(some.begin(), some.end(), [&](const std::string& column) { return is_among(column, columns); });
}

/// A key over more columns lets in what the old one refused.
bool comes_back_by_name(const Clause& drop, const TableConstraint* old) {
    for (const AlterTableCmd& cmd : drop.statement.cmds) {
        if (cmd.subtype != AlterTableType::AddConstraint || !cmd.constraint || cmd.constraint->name != drop.cmd.name)
            continue;
        const Constraint& now = *cmd.constraint;
        if (old && !old->columns.empty() && is_unique(old->type))
            return is_unique(now.type) && (now.keys.empty() || has_all_of(old->columns, now.keys));
        return now.type != ConstraintType::check || !now.expr || can_refuse(*now.expr);
    }
    return false;
}

enum class Of { all_rows, some_rows };

/// Rows that differ in some of the columns differ in all of them.
bool keeps_duplicates_out(const Catalog& end, const Relation& table, const std::vector<std::string>& columns, Of of) {
    const auto is_one = [&](const std::string& column) {
        return std::find(columns.begin(), columns.end(), column) != columns.end();
    };
    const auto indexes = end.indexes_of(table.id);
    return std::any_of(indexes.begin(), indexes.end(), [&](const Relation* index) {
        return index->index.unique && index->index.valid && (of == Of::some_rows || !index->index.where) &&
               std::all_of(index->index.elements.begin(), index->index.elements.end(),
                           [&](const IndexElement& e) { return is_one(e.column); });
    });
}

/// Another constraint, whatever its name, refuses the rows that the old one refused.
bool does_the_same(const TableConstraint& other, const TableConstraint& old) {
    if (other.type != old.type || !other.enforced) return false;
    if (old.type == ConstraintType::foreign_key)
        return other.columns == old.columns && other.referenced_name == old.referenced_name &&
               other.referenced_columns == old.referenced_columns;
    return old.type == ConstraintType::check && old.expr && other.expr == old.expr;
}

/// A rule of the old one's name and kind that can refuse a row: a list that grew, a bound that moved. CHECK (true)
/// cannot.
bool takes_the_place(const TableConstraint& now, const TableConstraint& old) {
    if (now.type != old.type || !now.enforced) return false;
    return now.type != ConstraintType::check || !now.expr || can_refuse(*now.expr);
}

/// The change ends with the rule kept, or with nothing that it could be about.
bool is_kept(const Catalog& end, RelationId id, const TableConstraint& old) {
    const Relation* table = end.get(id);
    if (!table) return true;
    const bool by_columns = is_unique(old.type) && !old.columns.empty();
    if (const TableConstraint* now = table->constraint_named(old.name);
        now && !by_columns && takes_the_place(*now, old))
        return true;
    for (const std::string& column : old.columns)
        if (!table->column(column)) return true;
    if (is_unique(old.type) && keeps_duplicates_out(end, *table, old.columns, Of::all_rows)) return true;
    return std::any_of(table->table.constraints.begin(), table->table.constraints.end(),
                       [&](const TableConstraint& other) { return does_the_same(other, old); });
}

/// A unique index with a condition has taken the place of a key: of deleted rows there may be many.
bool is_kept_for_some(const Catalog& end, RelationId id, const TableConstraint& old) {
    const Relation* table = end.get(id);
    return table && is_unique(old.type) && keeps_duplicates_out(end, *table, old.columns, Of::some_rows);
}

/// A key over those columns and more.
bool is_kept_with_more(const Catalog& end, RelationId id, const TableConstraint& old) {
    const Relation* table = end.get(id);
    if (!table || !is_unique(old.type) || old.columns.empty()) return false;
    const auto indexes = end.indexes_of(table->id);
    return std::any_of(indexes.begin(), indexes.end(), [&](const Relation* index) {
        std::vector<std::string> columns;
        for (const IndexElement& element : index->index.elements) columns.push_back(element.column);
        return index->index.unique && index->index.valid && !index->index.where && has_all_of(columns, old.columns);
    });
}

/// CHECK (c IS NOT NULL) on a NOT NULL column: the last step of our own recipe drops it, and nothing is lost.
bool repeats_not_null(const Relation& table, const TableConstraint& old) {
    if (old.type != ConstraintType::check || !old.expr || old.expr->kind != Expr::Kind::is_not_null ||
        old.expr->args.size() != 1)
        return false;
    const Column* column = table.column(old.expr->args.front().text);
    return column && column->not_null && column->not_null_valid;
}

/// Rows that are there stay as they are, and what comes in can be cleaned up: no duplicates, no index that goes.
bool is_about_rows_to_come(ConstraintType type) {
    return type == ConstraintType::check || type == ConstraintType::foreign_key || type == ConstraintType::not_null;
}

/// Of one that nobody knows: what those name so who leave the name to the server (ChooseConstraintName), to Rails
/// (fk_rails_4f1c) or to Django (orders_user_id_9d6d_fk_users_id) is about rows to come.
bool is_named_as_about_rows_to_come(std::string_view name) {
    return name.ends_with("_fkey") || name.ends_with("_check") || name.ends_with("_not_null") ||
           name.starts_with("fk_rails_") || contains(name, "_fk_");
}

std::string_view loss(std::optional<ConstraintType> type) {
    if (!type) return "nothing enforces it any more";
    switch (*type) {
        case ConstraintType::unique:
        case ConstraintType::primary_key:
        case ConstraintType::exclusion: return "duplicates are accepted from now on, and its index is dropped too";
        case ConstraintType::foreign_key: return "rows may reference missing rows from now on";
        case ConstraintType::not_null: return "nulls are accepted from now on";
        default: return "nothing enforces it any more";
    }
}

void add_of_domain(const Step& step, const AlterDomain& alter, std::vector<Consequence>& found) {
    const Domain* domain = step.before.find_domain(alter.name);
    if (alter.kind != AlterDomain::Kind::drop_constraint || !domain || !domain->existing) return;
    const auto has = [name = alter.constraint_name](const Domain& one) {
        return std::any_of(one.checks.begin(), one.checks.end(),
                           [&](const TableConstraint& check) { return check.name == name; });
    };
    if (!has(*domain)) return;
    found.push_back(of_name(step, alter.name,
                            fmt::format("Constraint {} of domain {} is dropped: nothing enforces it any more",
                                        in_code(alter.constraint_name), in_code(alter.name))));
    found.back().harm = Harm::lost_guarantee;
    found.back().stands_at_end = [name = alter.name, checks = domain->checks.size(), has](const Catalog& end) {
        const Domain* now = end.find_domain(name);
        return now && !has(*now) && now->checks.size() < checks;
    };
}

}  // namespace

extern const Rule drop_constraint{
    .title = "Dropped constraint no longer guards the data",
    .category = Category::destructive,
    .why = R"(
Nothing in the database keeps the rule any more: wrong rows can come in from this moment, and then the constraint
cannot be added again without cleaning up. Dropping a `UNIQUE` or `PRIMARY KEY` also drops its index, and with it the
speed of what used it.

A key that comes back over more columns guards less: after `(user_id)` has become `(user_id, chain)` there may be two rows
of one user.

Who drops a foreign key means that. A report has one note with the number of such statements; a severity for the rule
in the config makes findings of them.

Make sure that no code relies on the guarantee, foreign keys of other tables included.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (
    id bigint CONSTRAINT orders_pkey PRIMARY KEY,
    user_id bigint CONSTRAINT orders_user REFERENCES users
);
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_user;
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, DROP CONSTRAINT IF EXISTS orders_pkey;
)",
            R"(
ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_user_id_fkey;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, number text, deleted_at timestamptz, CONSTRAINT number_once UNIQUE (number));
-- migration:
ALTER TABLE orders DROP CONSTRAINT number_once;
CREATE UNIQUE INDEX number_once ON orders (number) WHERE deleted_at IS NULL;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, amount integer CONSTRAINT amount_positive CHECK (amount > 0));
-- migration:
ALTER TABLE orders DROP CONSTRAINT amount_positive;
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (true) NOT VALID;
)",
            R"(
CREATE TABLE wallets (user_id bigint, chain text NOT NULL, CONSTRAINT wallets_pkey PRIMARY KEY (user_id));
-- migration:
ALTER TABLE wallets DROP CONSTRAINT wallets_pkey;
ALTER TABLE wallets ADD CONSTRAINT wallets_pkey PRIMARY KEY (user_id, chain);
)",
            R"(
CREATE TABLE members (user_id bigint, team_id bigint, CONSTRAINT member_once UNIQUE (user_id));
-- migration:
ALTER TABLE members DROP CONSTRAINT member_once, ADD CONSTRAINT member_once UNIQUE (team_id, user_id);
)",
            R"(
CREATE DOMAIN amount AS integer CONSTRAINT amount_positive CHECK (VALUE > 0);
CREATE TABLE orders (total amount);
-- migration:
ALTER DOMAIN amount DROP CONSTRAINT amount_positive;
)"},
    .good = {R"(
CREATE DOMAIN amount AS integer CONSTRAINT amount_positive CHECK (VALUE > 0);
CREATE TABLE orders (total amount);
-- migration:
ALTER DOMAIN amount DROP CONSTRAINT amount_positive;
ALTER DOMAIN amount ADD CONSTRAINT amount_range CHECK (VALUE > 0 AND VALUE < 1000) NOT VALID;
)",
             R"(
CREATE TABLE orders (state text NOT NULL, CONSTRAINT state_given CHECK (state IS NOT NULL));
-- migration:
ALTER TABLE orders DROP CONSTRAINT state_given;
)",
             R"(
ALTER TABLE orders DROP CONSTRAINT amount_positive, ADD CONSTRAINT amount_positive CHECK (amount >= 0) NOT VALID;
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint, user_id bigint CONSTRAINT orders_user REFERENCES users);
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_user;
ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE NOT VALID;
)",
             R"(
CREATE TABLE orders (id bigint);
CREATE UNIQUE INDEX orders_id_key ON orders (id);
-- migration:
ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_id_key;
)",
             R"(
CREATE TABLE members (user_id bigint, team_id bigint, CONSTRAINT member_once UNIQUE (user_id, team_id));
-- migration:
ALTER TABLE members DROP CONSTRAINT member_once, ADD PRIMARY KEY (team_id, user_id);
)",
             R"(
CREATE TABLE members (user_id bigint, team_id bigint, CONSTRAINT member_once UNIQUE (user_id, team_id));
-- migration:
ALTER TABLE members DROP CONSTRAINT member_once;
ALTER TABLE members ADD CONSTRAINT member_once UNIQUE (user_id);
)"},
    .about = kinds<AlterTable, AlterDomain>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        if (const auto* alter = step.is<AlterDomain>()) add_of_domain(step, *alter, found);
        for (const Clause& clause : clauses(step, {AlterTableType::DropConstraint})) {
            const Relation* table = step.before.find(clause.statement.name);
            const bool known = table;
            if (!table) table = step.before.told_of(clause.statement.name);
            const TableConstraint* old = table ? table->constraint_named(clause.cmd.name) : nullptr;
            if (known && !old && clause.cmd.missing_ok) continue;  // the table has none of that name
            if (!known && old && !old->existing) continue;         // the change itself has added it
            if (comes_back_by_name(clause, old) || (old && (repeats_not_null(*table, *old) || !old->valid))) continue;
            const std::optional<ConstraintType> type = old ? std::optional(old->type) : step.dropped_kind;
            found.push_back(at(of_name(step, clause.statement.name,
                                       fmt::format("Constraint {} of {} is dropped: {}", in_code(clause.cmd.name),
                                                   clause.table_in_code(), loss(type))),
                               clause));
            if (type ? is_about_rows_to_come(*type) : is_named_as_about_rows_to_come(clause.cmd.name))
                found.back().harm = Harm::lost_guarantee;
            if (type == ConstraintType::foreign_key) {
                found.back().certainty = Certainty::depends;
                found.back().depends_on = {as_written()};
            }
            if (!type) {
                found.back().certainty = Certainty::depends;
                found.back().depends_on = {
                    fmt::format("whether {} is a primary key or a unique constraint", in_code(clause.cmd.name))};
            }
            if (known && old && is_unique(old->type)) {
                Consequence narrower = at(of_name(step, clause.statement.name,
                                                  fmt::format("Constraint {} of {} is dropped: only a partial unique "
                                                              "index rejects duplicates from now on",
                                                              in_code(clause.cmd.name), clause.table_in_code())),
                                          clause);
                narrower.harm = Harm::lost_guarantee;
                Consequence wider = at(
                    of_name(step, clause.statement.name,
                            fmt::format("Constraint {} of {} is dropped: rows with the same {} are accepted from "
                                        "now on, as the key that is left has more columns",
                                        in_code(clause.cmd.name), clause.table_in_code(), list_in_code(old->columns))),
                    clause);
                wider.harm = Harm::lost_guarantee;
                wider.stands_at_end = [id = table->id, constraint = *old](const Catalog& end) {
                    return !is_kept(end, id, constraint) && is_kept_with_more(end, id, constraint);
                };
                narrower.stands_at_end = [id = table->id, constraint = *old](const Catalog& end) {
                    return !is_kept(end, id, constraint) && !is_kept_with_more(end, id, constraint) &&
                           is_kept_for_some(end, id, constraint);
                };
                found.back().stands_at_end = [id = table->id, constraint = *old](const Catalog& end) {
                    return !is_kept(end, id, constraint) && !is_kept_with_more(end, id, constraint) &&
                           !is_kept_for_some(end, id, constraint);
                };
                found.push_back(std::move(wider));
                found.push_back(std::move(narrower));
            } else if (known && old)
                found.back().stands_at_end = [id = table->id, constraint = *old](const Catalog& end) {
                    return !is_kept(end, id, constraint);
                };
            else if (!known)
                found.back().stands_at_end = [name = step.before.resolve(clause.statement.name),
                                              constraint = clause.cmd.name](const Catalog& end) {
                    const Relation* told = end.told_of(name);
                    return !told || !told->constraint_named(constraint);
                };
        }
        return found;
    },
};

}  // namespace pgfence::rules
