#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule replica_identity_change{
    .title = "REPLICA IDENTITY decides what logical replication can do with the table",
    .category = Category::correctness,
    .why = R"(
With `NOTHING` every `UPDATE` and `DELETE` fails on a table that is published. With `FULL` the whole old row goes to the
WAL for each of them, and a subscriber without a suitable index searches its table for it, row by row.

The primary key (`DEFAULT`) or a unique index on `NOT NULL` columns (`USING INDEX`) is what replication wants.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders REPLICA IDENTITY FULL;
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, REPLICA IDENTITY NOTHING;
)"},
    .good = {R"(
ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_number;
)",
             R"(
ALTER TABLE orders REPLICA IDENTITY DEFAULT;
)",
             R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders REPLICA IDENTITY FULL;
)"},
    .about = alter_table<AlterTableType::ReplicaIdentity>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::ReplicaIdentity})) {
            const char identity = clause.cmd.replica_identity;
            if (identity != 'n' && identity != 'f') continue;
            found.push_back(
                at(of_name(step, clause.statement.name,
                           identity == 'n'
                               ? fmt::format("UPDATE and DELETE of {} fail if it is in a publication", clause.table())
                               : fmt::format("Each UPDATE and DELETE of {} writes the whole old row to the WAL",
                                             clause.table_in_code())),
                   clause));
        }
        return found;
    },
    .severity = Severity::warning,
};

}  // namespace pgfence::rules
