#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule drop_view{
    .title = "Dropped view breaks code that reads it",
    .category = Category::compatibility,
    .why = R"(
Every query of the code that is still running that reads the view fails from that moment. When the view is created
again in the same transaction nobody notices; in another transaction there is a gap.

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
            const auto recipe = after_deploy(step, fmt::format("a deploy whose code no longer reads {}", in_code(name)));
            Consequence gone =
                of_name(step, name, fmt::format("running code that reads {} fails", in_code(name)), recipe);
            gone.harm = Harm::lost_object;
            // Where a branch drops it, the catalog keeps the view that may be there still.
            const Relation* before = step.before.find(name);
            const RelationId id = before ? before->id : RelationId{};
            const auto is_made_again = [name, id](const Catalog& end) {
                const Relation* now = end.find(name);
                return now && now->id != id;
            };
            gone.stands_at_end = [is_made_again](const Catalog& end) { return !is_made_again(end); };
            found.push_back(std::move(gone));
            if (step.scope.transaction.kind != TransactionKind::none) continue;
            Consequence gap =
                of_name(step, name,
                        fmt::format("running code that reads {} fails until it is there again", in_code(name)), recipe);
            gap.stands_at_end = is_made_again;
            found.push_back(std::move(gap));
        }
        return found;
    },
};

}  // namespace pgfence::rules
