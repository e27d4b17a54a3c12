#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

/// parse_bool: any beginning of these words that is not also one of "on".
bool is_false(std::string_view written) {
    const std::string value = lower_case(written);
    return value == "0" || value == "off" || value == "of" ||
           (!value.empty() &&
            (std::string_view("false").starts_with(value) || std::string_view("no").starts_with(value)));
}

bool switches_off(const std::vector<std::string>& options, const std::vector<std::string>& values) {
    for (std::size_t i = 0; i < options.size() && i < values.size(); ++i)
        if (options[i] == "autovacuum_enabled" && is_false(values[i])) return true;
    return false;
}

Recipe vacuumed_sooner(const Name& table) {
    return {{run(fmt::format("ALTER TABLE {} SET (autovacuum_vacuum_scale_factor = 0.01);", quoted(table)))},
            fmt::format("{} is vacuumed more often instead of never", in_code(table))};
}

}  // namespace

extern const Rule autovacuum_disabled{
    .title = "Autovacuum switched off for a table",
    .category = Category::policy,
    .why = R"(
Without autovacuum dead rows stay, the table grows, the planner's statistics grow old, and in the end the server vacuums
it anyway, at the worst time, to keep transaction ids from wrapping around. For a bulk load it is meant for an hour and
forgotten for years.

Tune its thresholds for this table instead.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders SET (autovacuum_enabled = false);
)",
            R"(
CREATE TABLE invoices (id bigint PRIMARY KEY) WITH (autovacuum_enabled = off);
)"},
    .good = {R"(
ALTER TABLE orders SET (autovacuum_enabled = true);
)",
             R"(
ALTER TABLE orders SET (autovacuum_vacuum_scale_factor = 0.01);
)",
             R"(
ALTER TABLE orders RESET (autovacuum_enabled);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto said = [&](const Name& table) {
            return of_name(step, table, fmt::format("Autovacuum is switched off for {}", in_code(table)));
        };
        if (const auto* table = step.is<CreateTable>())
            return switches_off(table->options, table->option_values) ? std::vector{said(table->name)}
                                                                      : std::vector<Consequence>{};
        const auto* alter = step.is<AlterTable>();
        if (!alter) return {};
        for (const AlterTableCmd& cmd : alter->cmds) {
            if (cmd.subtype != AlterTableType::SetRelOptions || !switches_off(cmd.options, cmd.option_values)) continue;
            Consequence consequence = said(alter->name);
            if (alter->cmds.size() == 1 && cmd.options.size() == 1) consequence.recipe = vacuumed_sooner(alter->name);
            return {std::move(consequence)};
        }
        return {};
    },
};

}  // namespace pgfence::rules
