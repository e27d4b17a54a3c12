#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// What is made from a query whose columns somebody else decides.
const Name* made_from_star(const Step& step) {
    const auto* view = step.is<CreateView>();
    return view && view->uses.star ? &view->name : nullptr;
}

}  // namespace

extern const Rule select_policy{
    .title = "View made with SELECT *",
    .category = Category::policy,
    .why = R"(
The star stands for the columns that are there at that moment, and the view keeps those: a column added to the table
later is not in it, and dropping one that nobody uses any more fails because of the view. Name the columns.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- migration:
CREATE VIEW open_orders AS SELECT * FROM orders WHERE state = 'open';
)",
            R"(
CREATE OR REPLACE VIEW open_orders AS SELECT o.* FROM orders o;
)"},
    .good = {R"(
CREATE VIEW open_orders AS SELECT id, user_id FROM orders WHERE state = 'open';
)",
             R"(
CREATE VIEW order_counts AS SELECT user_id, count(*) AS orders FROM orders GROUP BY user_id;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const Name* name = made_from_star(step);
        if (!name) return {};
        return {of_name(step, *name, fmt::format("SELECT * decides which columns {} has", in_code(*name)))};
    },
};

}  // namespace pgfence::rules
