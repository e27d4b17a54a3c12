#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "policy/own_rule.h"
#include "policy/own_rules.h"
#include "policy/table_facts.h"

namespace pgfence::policy::rules {
namespace {

constexpr std::int64_t kMegabyte = 1024 * 1024;

struct Spent {
    std::int64_t locks = 0, bytes = 0;
    bool told = false;
};

std::int64_t bytes_worked(const Inputs& inputs, const Effects& effects, const std::string& relation) {
    const TableSize* size = size_of(inputs, relation);
    if (!size || size->bytes < 0) return 0;
    const auto works = std::count_if(effects.work.begin(), effects.work.end(), [&](const Work& work) {
        return work.existing && work.relation == relation && blocks(work.under, Traffic::writes);
    });
    return size->bytes * works;
}

void judge(const Inputs& inputs, const OptionValues& options, std::vector<Finding>& found) {
    const std::int64_t most_locks = number(options, "max-locks");
    const std::int64_t most_bytes = std::min(number(options, "max-megabytes"), INT64_MAX / kMegabyte) * kMegabyte;
    std::map<std::string, Spent> spent;
    for_each_statement(inputs, [&](const AnalyzedFile& file, std::size_t statement, const Effects& effects) {
        for (const Lock& lock : effects.locks) {
            if (!blocks_writers(lock)) continue;
            Spent& table = spent[lock.relation];
            ++table.locks;
            table.bytes += bytes_worked(inputs, effects, lock.relation);
            if (table.told || (table.locks <= most_locks && table.bytes <= most_bytes)) continue;
            table.told = true;
            found.push_back(
                about(file, statement, lock.relation,
                      table.bytes > most_bytes
                          ? fmt::format("Up to here the change scans or writes {} MB of `{}` while writes are blocked; "
                                        "{} are allowed",
                                        table.bytes / kMegabyte, lock.relation, most_bytes / kMegabyte)
                          : fmt::format(
                                "This is statement number {} of the change that blocks writes to `{}`; {} are allowed",
                                table.locks, lock.relation, most_locks)));
        }
    });
}

}  // namespace

extern const OwnRule lock_budget{
    .info = {.id = std::string(kLockBudget),
             .title = "One change blocks a table too often or too long",
             .why =
                 "Every statement by itself may be bearable; ten of them in one deployment are an outage in slices. "
                 "Counted over all files of the change are the statements that block a table's writers and, where the "
                 "stats snapshot knows the table, the megabytes that are read or written while they wait.",
             .category = Category::policy,
             .default_severity = Severity::off,
             .options = {{"max-locks", std::int64_t{5},
                          "statements of a change that may block the writers of one table"},
                         {"max-megabytes", std::int64_t{1024}, "megabytes worked through while they wait"}}},
    .bad = {{{
                {kExampleConfig, "[rules.lock-budget]\nmax-locks = 2\n", there},
                {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text, state text);\n", there},
                {"migrations/2.sql", R"(ALTER TABLE orders ADD COLUMN paid boolean;
ALTER TABLE orders ADD COLUMN sent boolean;
ALTER TABLE orders ADD COLUMN seen boolean;
)"},
            }},
            {{
                {kExampleSizes, R"({"version": 1, "serverVersion": 18, "date": "2026-06-01", "tables": [
  {"schema": "public", "name": "orders", "rows": 38000000, "bytes": 9663676416}
]}
)",
                 there},
                {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text, state text);\n", there},
                {"migrations/2.sql", "CREATE INDEX orders_state ON orders (state);\n"},
            }}},
    .good = {{{
        {kExampleSizes, R"({"version": 1, "serverVersion": 18, "date": "2026-06-01", "tables": [
  {"schema": "public", "name": "orders", "rows": 38000000, "bytes": 9663676416}
]}
)",
         there},
        {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text, state text);\n", there},
        {"migrations/2.sql", "CREATE INDEX CONCURRENTLY orders_state ON orders (state);\n"},
    }}},
    .judge = judge,
};

}  // namespace pgfence::policy::rules
