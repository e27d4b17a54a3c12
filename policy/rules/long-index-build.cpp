#include <fmt/format.h>

#include <algorithm>

#include "policy/own_rule.h"
#include "policy/own_rules.h"
#include "policy/table_facts.h"

namespace pgfence::policy::rules {
namespace {

constexpr std::int64_t kMegabyte = 1024 * 1024;

void judge(const Inputs& inputs, const OptionValues& options, std::vector<Finding>& found) {
    const std::int64_t least = std::min(number(options, "megabytes"), INT64_MAX / kMegabyte) * kMegabyte;
    for_each_statement(inputs, [&](const AnalyzedFile& file, std::size_t statement, const Effects& effects) {
        for (const Work& work : effects.work) {
            const TableSize* size = work.kind == Work::Kind::index_build ? size_of(inputs, work.relation) : nullptr;
            if (!size || size->bytes < least) continue;
            found.push_back(
                about(file, statement, work.relation,
                      fmt::format("Builds an index on `{}`, which has {} MB: plan time, memory and disk space for it",
                                  work.relation, size->bytes / kMegabyte)));
            return;
        }
    });
}

}  // namespace

extern const OwnRule long_index_build{
    .info =
        {.id = std::string(kLongIndexBuild),
         .title = "Index built over a very large table",
         .why = "Also with `CONCURRENTLY` a build over a table this large runs for long, sorts on disk, holds back "
                "vacuum everywhere, and fails for good when the disk is full. Plan it: room, `maintenance_work_mem`, a "
                "time without long transactions. Sizes come from the stats snapshot.",
         .category = Category::policy,
         .default_severity = Severity::off,
         .options = {{"megabytes", std::int64_t{10'240}, "size from which a table counts, by the stats snapshot"}}},
    .bad = {{{
        {kExampleSizes, R"({"version": 1, "serverVersion": 18, "date": "2026-06-01", "tables": [
  {"schema": "public", "name": "orders", "rows": 380000000, "bytes": 96636764160}
]}
)",
         there},
        {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text, state text);\n", there},
        {"migrations/2.sql", "CREATE INDEX CONCURRENTLY orders_state ON orders (state);\n"},
    }}},
    .good = {{{
        {kExampleSizes, R"({"version": 1, "serverVersion": 18, "date": "2026-06-01", "tables": [
  {"schema": "public", "name": "orders", "rows": 1000, "bytes": 65536}
]}
)",
         there},
        {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text, state text);\n", there},
        {"migrations/2.sql", "CREATE INDEX CONCURRENTLY orders_state ON orders (state);\n"},
    }}},
    .judge = judge,
};

}  // namespace pgfence::policy::rules
