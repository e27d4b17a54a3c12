#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// An index that the change itself built on a table with rows.
bool built_in_vain(const Catalog& catalog, const Relation& index) {
    const Relation* table = catalog.get(index.index.table);
    return !index.existing && table && table->existing;
}

bool is_index(const Relation& relation) {
    return relation.kind == RelationKind::index || relation.kind == RelationKind::partitioned_index;
}

struct Discarded {
    Name table;
    std::string what;
};

std::vector<Discarded> dropped_with(const Step& step, const Drop& drop) {
    std::vector<Discarded> found;
    if (drop.object != ObjectType::index) return found;
    for (const Name& name : drop.names) {
        const Relation* index = step.before.find(name);
        if (index && is_index(*index) && built_in_vain(step.before, *index))
            found.push_back({step.before.get(index->index.table)->name, "index " + quoted(name)});
    }
    return found;
}

std::vector<Discarded> dropped_with(const Step& step, const AlterTable& alter) {
    std::vector<Discarded> found;
    const Relation* table = step.before.find(alter.name);
    if (!table || !table->existing) return found;
    for (const AlterTableCmd& cmd : alter.cmds) {
        if (cmd.subtype == AlterTableType::DropConstraint)
            if (const auto* constraint = table->constraint_named(cmd.name); constraint && !constraint->existing)
                found.push_back({alter.name, "constraint " + quoted(cmd.name)});
        if (cmd.subtype != AlterTableType::DropColumn) continue;
        for (const Relation* index : step.before.indexes_of(table->id))
            if (!index->existing && std::any_of(index->index.elements.begin(), index->index.elements.end(),
                                                [&](const IndexElement& e) { return e.column == cmd.name; }))
                found.push_back({alter.name, "index " + quoted(index->name.name)});
    }
    return found;
}

/// CHECK (c IS NOT NULL), validated and dropped once SET NOT NULL has used it, is a fix that pgfence advises.
bool was_proof(const Step& step, const AlterTable& alter) {
    const Relation* table = step.before.find(alter.name);
    return table && std::any_of(alter.cmds.begin(), alter.cmds.end(), [&](const AlterTableCmd& cmd) {
               const auto* constraint = table->constraint_named(cmd.name);
               return constraint && constraint->type == ConstraintType::check && constraint->expr &&
                      constraint->expr->kind == Expr::Kind::is_not_null;
           });
}

}  // namespace

extern const Rule build_then_discard{
    .title = "Index or constraint built and dropped in one change",
    .category = Category::policy,
    .why = R"(
The change builds an index or checks a constraint over all rows and drops it again further on: the server does the work
for nothing. It happens when a second migration corrects the first before either was merged. Correct the first instead.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
CREATE INDEX orders_user ON orders (user_id);
DROP INDEX orders_user;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
-- migration:
ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total > 0);
ALTER TABLE orders DROP CONSTRAINT total_positive;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
CREATE INDEX CONCURRENTLY orders_note ON orders (note);
ALTER TABLE orders DROP COLUMN note;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
CREATE INDEX orders_user ON orders (user_id);
-- migration:
DROP INDEX orders_user;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
ALTER TABLE orders ADD CONSTRAINT note_given CHECK (note IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT note_given;
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT note_given;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Discarded> discarded;
        if (const auto* drop = step.is<Drop>()) discarded = dropped_with(step, *drop);
        if (const auto* alter = step.is<AlterTable>(); alter && !was_proof(step, *alter))
            discarded = dropped_with(step, *alter);
        std::vector<Consequence> found;
        for (const Discarded& one : discarded)
            found.push_back(
                of_name(step, one.table,
                        fmt::format("Drops {} of {}, which this same change built", one.what, in_code(one.table))));
        return found;
    },
};

}  // namespace pgfence::rules
