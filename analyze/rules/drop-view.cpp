#include <iterator>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/whether_there.h"

namespace pgfence::rules {
namespace {

/// The view that comes back may show less than this one did.
void add_columns_lost(const Step& step, const Name& name, const Relation& before, std::vector<Consequence>& found) {
    for (const ViewColumn& column : before.view.columns) {
        Consequence lost = of_name(step, name,
                                   fmt::format("View {} comes back without column {}: running code that reads it fails",
                                               in_code(name), in_code(column.name)));
        lost.stands_at_end = [name, id = before.id, shown = column.name](const Catalog& end) {
            const Relation* now = end.find(name);
            return now && now->id != id && are_columns_told(*now) && !has_column(*now, shown);
        };
        found.push_back(std::move(lost));
    }
}

}  // namespace

extern const Rule drop_view{
    .title = "Dropped view breaks code that reads it",
    .category = Category::compatibility,
    .why = R"(
Every query of the code that is still running that reads the view fails from that moment. When the view is created
again in the same transaction nobody notices, as long as it has the same columns; in another transaction there is a gap.

Deploy code that no longer reads it first, or replace it with `CREATE OR REPLACE VIEW` or within one transaction.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, price numeric);
CREATE VIEW order_totals AS SELECT sum(price) AS total FROM orders;
-- migration:
DROP VIEW order_totals;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, price numeric);
CREATE MATERIALIZED VIEW order_totals AS SELECT sum(price) AS total FROM orders;
-- migration:
DROP MATERIALIZED VIEW IF EXISTS order_totals;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, price numeric);
CREATE VIEW order_prices AS SELECT id, price FROM orders;
-- migration:
BEGIN;
DROP VIEW order_prices;
CREATE VIEW order_prices AS SELECT id FROM orders;
COMMIT;
)"},
    .good = {R"(
CREATE VIEW order_totals AS SELECT 1 AS n;
-- migration:
BEGIN;
DROP VIEW order_totals;
CREATE VIEW order_totals AS SELECT 2 AS n;
COMMIT;
)",
             R"(
CREATE VIEW order_totals AS SELECT 1 AS n;
DROP VIEW order_totals;
)",
             R"(
CREATE OR REPLACE VIEW order_totals AS SELECT 1 AS n;
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || (drop->object != ObjectType::view && drop->object != ObjectType::materialized_view)) return {};
        std::vector<Consequence> found;
        for (const Name& name : drop->names) {
            if (!step.existing(name)) continue;
            const auto recipe =
                after_deploy(step, fmt::format("a deploy whose code no longer reads {}", in_code(name)));
            Consequence gone =
                of_name(step, name, fmt::format("Running code that reads {} fails", in_code(name)), recipe);
            gone.harm = Harm::lost_object;
            // Where a branch drops it, the catalog keeps the view that may be there still.
            const Relation* before = step.before.find(name);
            const RelationId id = before ? before->id : RelationId{};
            if (before) add_columns_lost(step, name, *before, found);
            const auto is_made_again = [name, id](const Catalog& end) {
                const Relation* now = end.find(name);
                return now && now->id != id;
            };
            gone.stands_at_end = [is_made_again](const Catalog& end) { return !is_made_again(end); };
            std::vector<Consequence> of_view{std::move(gone)};
            if (step.scope.transaction.kind == TransactionKind::none) {
                Consequence gap = of_name(
                    step, name,
                    fmt::format("Running code that reads {} fails until it is created again", in_code(name)), recipe);
                gap.stands_at_end = is_made_again;
                of_view.push_back(std::move(gap));
            }
            doubt_whether_there(step, *drop, {name}, of_view);
            std::move(of_view.begin(), of_view.end(), std::back_inserter(found));
        }
        return found;
    },
};

}  // namespace pgfence::rules
