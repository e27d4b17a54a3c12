#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

const Name* unlogged(const Step& step) {
    const auto* table = step.is<CreateTable>();
    if (table && table->persistence == Persistence::unlogged) return &table->name;
    const auto* copy = step.is<CreateTableAs>();
    return copy && copy->persistence == Persistence::unlogged && !copy->materialized_view ? &copy->name : nullptr;
}

}  // namespace

extern const Rule create_table_unlogged{
    .title = "UNLOGGED table is empty after a crash and on every replica",
    .category = Category::correctness,
    .why = R"(
An unlogged table is not written to the WAL: the server truncates it when it starts after a crash, and replicas do not
have its rows at all, so reading it there fails. A failover loses everything in it.

Good for scratch data only. `ALTER TABLE ... SET LOGGED` later rewrites the table.
)",
    .bad = {R"(
CREATE UNLOGGED TABLE orders (id bigint PRIMARY KEY);
)",
            R"(
CREATE UNLOGGED TABLE orders_copy AS SELECT 1 AS id;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
)",
             R"(
CREATE TEMPORARY TABLE scratch (id bigint);
)",
             R"(
CREATE UNLOGGED TABLE orders (id bigint PRIMARY KEY);
ALTER TABLE orders SET LOGGED;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const Name* name = unlogged(step);
        if (!name) return {};
        Consequence consequence = of_name(
            step, *name, fmt::format("UNLOGGED table {} is empty after a crash, and on every replica", in_code(*name)));
        consequence.stands_at_end = [table = *name](const Catalog& end) {
            const Relation* left = end.find(table);
            return left && left->persistence == Persistence::unlogged;
        };
        return {std::move(consequence)};
    },
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
