#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/sql_text.h"

namespace pgfence::rules {
namespace {

std::string_view word(Reindex::Kind kind) {
    switch (kind) {
        case Reindex::Kind::index: return "INDEX";
        case Reindex::Kind::table: return "TABLE";
        case Reindex::Kind::schema: return "SCHEMA";
        case Reindex::Kind::system: return "SYSTEM";
        case Reindex::Kind::database: return "DATABASE";
    }
    return "INDEX";
}

}  // namespace

extern const Rule reindex_not_concurrent{
    .title = "REINDEX without CONCURRENTLY blocks writes, and often reads",
    .category = Category::lock,
    .why = R"(
`REINDEX` locks the table against writes and each index against everything. Planning a query opens every index of its
table, so plain `SELECT`s wait as well, until the build is done.

From 12 there is `REINDEX ... CONCURRENTLY`, which lets both go on. It must run outside a transaction.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
CREATE INDEX orders_user ON orders (user_id);
-- migration:
REINDEX TABLE orders;
)",
            R"(
REINDEX INDEX orders_user;
)",
            R"(
REINDEX SCHEMA shop;
)"},
    .good = {R"(
REINDEX TABLE CONCURRENTLY orders;
)",
             R"(
REINDEX INDEX CONCURRENTLY orders_user;
)"},
    .about = kinds<Reindex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* reindex = step.is<Reindex>();
        if (!reindex || reindex->concurrently) return {};
        const Costly work = costly(step, {Cause::reindex});
        const Lock* lock = step.blocking(Traffic::writes);
        if (!work && !lock) return {};
        std::optional<Recipe> recipe;
        const auto sql =
            with_word_behind(step.sql, {"REINDEX", "(", ")", "VERBOSE"}, word(reindex->kind), "CONCURRENTLY");
        if (step.server_has(Feature::reindex_concurrently) && sql && reindex->kind != Reindex::Kind::system)
            recipe = Recipe{{outside_transaction(*sql + ";")},
                            "if it fails, drop the invalid indexes it leaves (_ccnew) before trying again"};
        const std::string what = reindex->name.empty() ? "the database" : quoted(reindex->name);
        if (work)
            return {of_work(
                step, work,
                fmt::format(
                    "Rebuilds the indexes of {} without CONCURRENTLY. {}; planning a read needs the indexes too", what,
                    work.waiting()),
                std::move(recipe))};
        Consequence consequence = of_lock(*lock,
                                          fmt::format("Rebuilding {} without CONCURRENTLY takes {}: blocks {}", what,
                                                      sql_name(lock->mode), blocked_in_words(lock->mode)),
                                          std::move(recipe));
        consequence.grows_with_rows = true;
        return {std::move(consequence)};
    },
    .aliases = "reindex-non-concurrent require-concurrent-reindex",
};

}  // namespace pgfence::rules
