#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/table_pattern.h"
#include "policy/own_rule.h"
#include "policy/own_rules.h"
#include "policy/table_facts.h"

namespace pgfence::policy::rules {
namespace {

/// Which of the team's patterns a table matches, asked once for each table.
class Listed {
public:
    explicit Listed(const std::vector<std::string>& patterns) : patterns_(patterns) {}
    bool operator()(const std::string& relation) {
        const auto [known, first] = known_.try_emplace(relation, false);
        if (first) known->second = matches_any(patterns_, relation);
        return known->second;
    }

private:
    const std::vector<std::string>& patterns_;
    std::map<std::string, bool> known_;
};

void judge(const Inputs& inputs, const OptionValues& options, std::vector<Finding>& found) {
    std::vector<std::string> busy = std::get<std::vector<std::string>>(options.find("tables")->second);
    busy.insert(busy.end(), inputs.config.sizes.busy.begin(), inputs.config.sizes.busy.end());
    Listed listed(busy);
    const std::int64_t rows = number(options, "rows");
    for_each_statement(inputs, [&](const AnalyzedFile& file, std::size_t statement, const Effects& effects) {
        for (const Lock& lock : effects.locks) {
            if (!blocks_writers(lock)) continue;
            const TableSize* size = size_of(inputs, lock.relation);
            const bool large = size && size->rows >= rows;
            if (!large && !listed(lock.relation)) continue;
            Finding finding =
                about(file, statement, lock.relation,
                      fmt::format("Takes {} on `{}`, {}", sql_name(lock.mode), lock.relation,
                                  large ? fmt::format("which has {} rows", size->rows) : "which is listed as busy"));
            finding.lock = lock.mode;
            found.push_back(std::move(finding));
        }
    });
}

}  // namespace

extern const OwnRule high_traffic_table{
    .info = {.id = std::string(kHighTrafficTable),
             .title = "Writers blocked on a table that is large or known to be busy",
             .why =
                 "A lock that is harmless on most tables is not on the few that everything goes through. Those that "
                 "match `tables` or the config's `busy`, and those that the stats snapshot says are large, are named "
                 "whenever a statement "
                 "blocks their writers, however briefly: such a change wants a second look and a quiet hour.",
             .category = Category::policy,
             .default_severity = Severity::off,
             .options = {{"tables", std::vector<std::string>{}, "patterns for busy tables: `orders`, `billing.*`"},
                         {"rows", std::int64_t{10'000'000}, "rows from which a table counts, by the stats snapshot"}}},
    .bad = {{{
                {kExampleConfig, "[rules.high-traffic-table]\ntables = [\"orders\"]\n", there},
                {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text, state text);\n", there},
                {"migrations/2.sql", "ALTER TABLE orders ADD COLUMN paid boolean;\n"},
            }},
            {{
                {kExampleSizes, R"({"version": 1, "serverVersion": 18, "date": "2026-06-01", "tables": [
  {"schema": "public", "name": "orders", "rows": 38000000, "bytes": 9663676416}
]}
)",
                 there},
                {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text, state text);\n", there},
                {"migrations/2.sql", "ALTER TABLE orders ADD COLUMN paid boolean;\n"},
            }}},
    .good = {{{
        {kExampleConfig, "[rules.high-traffic-table]\ntables = [\"users\"]\n", there},
        {kExampleSizes, R"({"version": 1, "serverVersion": 18, "date": "2026-06-01", "tables": [
  {"schema": "public", "name": "orders", "rows": 1000, "bytes": 65536}
]}
)",
         there},
        {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text, state text);\n", there},
        {"migrations/2.sql", "ALTER TABLE orders ADD COLUMN paid boolean;\n"},
    }}},
    .judge = judge,
};

}  // namespace pgfence::policy::rules
