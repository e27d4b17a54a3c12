#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

/// What the planner knows nothing of until the next ANALYZE; empty when there is none such.
std::string unknown_to_planner(const Step& step, Name& table) {
    if (const auto* index = step.is<CreateIndex>()) {
        const bool on_expression = std::any_of(index->elements.begin(), index->elements.end(),
                                               [](const IndexElement& element) { return element.column.empty(); });
        table = index->table;
        return on_expression ? "the expression of this index" : "";
    }
    const auto* statistics = step.is<CreateStatistics>();
    if (!statistics || statistics->tables.empty()) return "";
    table = statistics->tables.front();
    return "these statistics";
}

}  // namespace

extern const Rule analyze_after_backfill{
    .title = "No ANALYZE after a change that the planner has no statistics for",
    .category = Category::policy,
    .why = R"(
For an index on an expression, and for extended statistics, the server collects numbers only when the table is analyzed.
Until then the planner guesses, and may leave the new index alone or choose worse than before. Autovacuum comes by
when enough rows have changed, which may take days.

An `ANALYZE` later in the same change counts. Only tables that earlier migrations tell of are looked at.
)",
    .bad = {R"(
CREATE TABLE users (email text);
-- migration:
CREATE INDEX CONCURRENTLY users_email ON users (lower(email));
)",
            R"(
CREATE TABLE orders (city text, zip text);
-- migration:
CREATE STATISTICS orders_place (dependencies) ON city, zip FROM orders;
)"},
    .good = {R"(
CREATE TABLE users (email text);
-- migration:
CREATE INDEX CONCURRENTLY users_email ON users (lower(email));
ANALYZE users;
)",
             R"(
CREATE INDEX CONCURRENTLY users_email ON users (email);
)",
             R"(
CREATE TABLE users (email text);
CREATE INDEX users_email ON users (lower(email));
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        Name table;
        const std::string what = unknown_to_planner(step, table);
        // Nothing remembers whether a table that no migration made was analyzed later.
        if (what.empty() || !step.existing(table) || !step.after.find(table)) return {};
        Consequence consequence = of_name(
            step, table,
            fmt::format("The planner knows nothing about {} until ANALYZE has run on {}", what, in_code(table)),
            Recipe{{run(step.sql + ";"), together(run(fmt::format("ANALYZE {};", quoted(table)), "afterwards"))}, ""});
        if (!step.alone || step.sql.ends_with(';')) consequence.recipe.reset();
        if (is_concurrent(step) && consequence.recipe) consequence.recipe->steps.front().outside_transaction = true;
        consequence.stands_at_end = [name = step.after.resolve(table)](const Catalog& end) {
            const Relation* relation = end.find(name);
            return relation && relation->table.unanalyzed;
        };
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
