#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

bool builds_concurrently(const Step& step) {
    if (const auto* index = step.is<CreateIndex>()) return index->concurrently && step.existing(index->table);
    const auto* reindex = step.is<Reindex>();
    return reindex && reindex->concurrently;
}

}  // namespace

extern const Rule timeout_cancels_concurrent_build{
    .title = "Timeout may cancel a long index build",
    .category = Category::robustness,
    .why = R"(
`CREATE INDEX CONCURRENTLY` takes long on purpose: it waits for other transactions and reads the table twice. A
`statement_timeout` or `lock_timeout` in force cancels it and leaves an invalid index behind; `VALIDATE CONSTRAINT`
under a `statement_timeout` fails again at every try.

Set both to 0 for such a statement.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
SET statement_timeout = '30s';
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)",
            R"(
SET lock_timeout = '2s';
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;
-- migration:
SET statement_timeout = '30s';
ALTER TABLE orders VALIDATE CONSTRAINT orders_user;
)"},
    .good = {R"(
SET statement_timeout = 0;
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)",
             R"(
SET lock_timeout = '2s';
ALTER TABLE orders VALIDATE CONSTRAINT orders_user;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const bool concurrent = builds_concurrently(step);
        if (!concurrent && clauses(step, {AlterTableType::ValidateConstraint}).empty()) return {};
        std::vector<std::string> in_force;
        if (step.scope.timeout_ms("statement_timeout")) in_force.emplace_back("statement_timeout");
        if (concurrent && step.scope.timeout_ms("lock_timeout")) in_force.emplace_back("lock_timeout");
        if (in_force.empty()) return {};
        Consequence consequence;
        consequence.message = fmt::format("The {} in force can cancel this{}", list_in_words(in_force),
                                          concurrent ? " and leave an invalid index behind" : " each time it is tried");
        consequence.grows_with_rows = true;
        std::string sql;
        for (const std::string& name : in_force) sql += fmt::format("SET {} = 0;\n", name);
        if (step.alone && !step.scope.tool.set_shares_transaction)
            consequence.recipe =
                Recipe{{concurrent ? outside_transaction(sql + step.sql + ";") : run(sql + step.sql + ";")},
                       "where the file must hold one statement only, set it for the connection"};
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
