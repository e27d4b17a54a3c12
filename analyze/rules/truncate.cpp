#include "analyze/kit/judge.h"
#include "analyze/kit/locked_table.h"
#include "analyze/kit/may_hold_rows.h"

namespace pgfence::rules {

extern const Rule truncate{
    .title = "TRUNCATE deletes all rows and blocks reads and writes",
    .category = Category::destructive,
    .why = R"(
All rows are gone, at once and for everybody: `TRUNCATE` needs the strongest lock, and readers with an older snapshot
find the table empty too.

If the rows are really to go, say so in an ignore comment; if only some are, `DELETE` them in batches.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE invoices (id bigserial PRIMARY KEY);
-- migration:
TRUNCATE orders;
)",
            R"(
TRUNCATE TABLE orders, invoices RESTART IDENTITY;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint);
TRUNCATE orders;
)"},
    .about = kinds<Truncate>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* emptied = step.is<Truncate>();
        if (!emptied) return {};
        std::vector<Consequence> found;
        for (const RangeUse& table : emptied->tables)
            if (may_hold_rows(step, table.name))
                found.push_back(of_name(step, table.name, fmt::format("Deletes all rows of {}", in_code(table.name))));
        if (!found.empty() || emptied->tables.empty()) return found;
        // Tables that a new one has become the parent of.
        for (const Lock& lock : step.effects.locks)
            if (lock.existing && blocks(lock.mode, Traffic::reads) && is_table(lock)) {
                found.push_back(of_name(step, emptied->tables.front().name,
                                        fmt::format("Deletes all rows of {}: it is truncated with {}",
                                                    code(lock.relation), in_code(emptied->tables.front().name))));
                found.back().relations = {lock.relation};
            }
        return found;
    },
    .aliases = "ban-truncate",
};

}  // namespace pgfence::rules
