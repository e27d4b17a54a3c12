#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/sql_text.h"

namespace pgfence::rules {
namespace {

std::optional<Recipe> filled_later(const Step& step, const CreateTableAs& view) {
    const auto tokens = sql_tokens(step.sql);
    if (!step.alone || !tokens || tokens->size() < 2) return std::nullopt;
    const SqlToken& with = (*tokens)[tokens->size() - 2];
    const bool says_with_data = with.is("WITH") && tokens->back().is("DATA");
    const std::string query = says_with_data ? step.sql.substr(0, with.begin) : step.sql + '\n';
    return Recipe{{run(query + "WITH NO DATA;"),
                   by_hand(run(fmt::format("REFRESH MATERIALIZED VIEW {};", quoted(view.name)),
                               "outside the migration: the view cannot be read before it has run"))},
                  ""};
}

}  // namespace

extern const Rule create_matview_with_data{
    .title = "CREATE MATERIALIZED VIEW runs its query inside the migration",
    .category = Category::scan,
    .why = R"(
The query runs to its end before the migration goes on. Nobody waits for it, but locks that the transaction took before
are held for as long, and VACUUM cannot clean up behind it anywhere in the database.

Create it `WITH NO DATA`, and fill it by `REFRESH MATERIALIZED VIEW` outside the migration.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total numeric);
-- migration:
CREATE MATERIALIZED VIEW order_totals AS SELECT user_id, sum(total) FROM orders GROUP BY user_id;
)",
            R"(
CREATE MATERIALIZED VIEW IF NOT EXISTS order_totals AS SELECT count(*) FROM orders WITH DATA;
)"},
    .good = {R"(
CREATE MATERIALIZED VIEW order_totals AS SELECT user_id, sum(total) FROM orders GROUP BY user_id WITH NO DATA;
)",
             R"(
CREATE TABLE orders (user_id bigint);
CREATE MATERIALIZED VIEW order_totals AS SELECT user_id FROM orders;
)"},
    .about = kinds<CreateTableAs>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* view = step.is<CreateTableAs>();
        const Work* work = view && view->materialized_view ? step.work(Cause::query) : nullptr;
        if (!work) return {};
        Consequence consequence;
        consequence.message =
            fmt::format("Runs the query of {} over {} inside the migration", in_code(view->name), code(work->relation));
        consequence.relations = {work->relation};
        consequence.grows_with_rows = true;
        consequence.recipe = filled_later(step, *view);
        return {std::move(consequence)};
    },
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
