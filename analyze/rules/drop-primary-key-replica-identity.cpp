#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

const TableConstraint* primary_key(const Relation* table) {
    for (const TableConstraint& c : table ? table->table.constraints : SharedList<TableConstraint>{})
        if (c.type == ConstraintType::primary_key) return table->constraint_named(c.name);
    return nullptr;
}

/// Rows are found by the primary key there, and it is sent to others.
bool replicates_by_primary_key(const Catalog& catalog, const Relation& table) {
    return catalog.is_published(table.id) && table.table.replica_identity == 'd';
}

}  // namespace

extern const Rule drop_primary_key_replica_identity{
    .title = "Published table without a primary key rejects UPDATE and DELETE",
    .category = Category::correctness,
    .why = R"(
Logical replication finds the row to change by the table's replica identity, which is its primary key unless the table
says otherwise. Without one, every `UPDATE` and `DELETE` on the published table fails from that moment.

Set another identity first: `REPLICA IDENTITY USING INDEX` with a unique index on `NOT NULL` columns. Only tables that
a migration has put into a publication are reported.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint, CONSTRAINT orders_pkey PRIMARY KEY (id));
CREATE PUBLICATION changes FOR TABLE orders;
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
CREATE PUBLICATION changes FOR ALL TABLES;
-- migration:
ALTER TABLE orders ADD COLUMN state text, DROP COLUMN id;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint, CONSTRAINT orders_pkey PRIMARY KEY (id));
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
)",
             R"(
CREATE TABLE orders (id bigint, CONSTRAINT orders_pkey PRIMARY KEY (id));
CREATE PUBLICATION changes FOR TABLE orders;
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY (id);
)",
             R"(
CREATE TABLE orders (id bigint, CONSTRAINT orders_pkey PRIMARY KEY (id));
CREATE PUBLICATION changes FOR TABLE orders;
-- migration:
ALTER TABLE orders REPLICA IDENTITY FULL;
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
)"},
    .about = kinds<AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* alter = step.is<AlterTable>();
        const Relation* then = alter ? step.before.find(alter->name) : nullptr;
        const Relation* now = then ? step.after.get(then->id) : nullptr;
        if (!now || !replicates_by_primary_key(step.before, *then) || !primary_key(then) || primary_key(now)) return {};
        Consequence consequence = of_name(
            step, alter->name,
            fmt::format("{} is published and loses its primary key: UPDATE and DELETE fail", in_code(alter->name)));
        consequence.stands_at_end = [id = now->id](const Catalog& end) {
            const Relation* left = end.get(id);
            return left && !primary_key(left) && replicates_by_primary_key(end, *left);
        };
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
