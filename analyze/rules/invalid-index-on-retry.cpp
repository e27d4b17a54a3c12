#include "analyze/kit/cleared_first.h"
#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/sql_text.h"

namespace pgfence::rules {
namespace {

std::optional<Recipe> drop_and_build(const Step& step, const CreateIndex& index, const Name& name) {
    const auto definition = index_definition(step.sql);
    const Relation* taken = step.before.find(name);
    if (!definition || (taken && taken->index.valid)) return std::nullopt;  // no failed build left that one
    const std::string build = fmt::format("CREATE {}INDEX CONCURRENTLY {} ON {} {};", index.unique ? "UNIQUE " : "",
                                          quoted(index.name), quoted(index.table), *definition);
    return Recipe{{outside_transaction(fmt::format("DROP INDEX CONCURRENTLY IF EXISTS {};", quoted(name))),
                   outside_transaction(build)},
                  ""};
}

}  // namespace

extern const Rule invalid_index_on_retry{
    .title = "CONCURRENTLY with IF NOT EXISTS keeps an invalid index",
    .category = Category::robustness,
    .why = R"(
When `CREATE INDEX CONCURRENTLY` fails or is cancelled it leaves an invalid index: no query uses it, every write still
pays for it. A second run with `IF NOT EXISTS` finds that name taken, builds nothing and reports success.

Drop the invalid index that an earlier attempt may have left, then build it. Reported once per change, with every line.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user ON orders (user_id);
)"},
    .good = {R"(
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)",
             R"(
DROP INDEX CONCURRENTLY IF EXISTS orders_user;
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user ON orders (user_id);
)",
             R"(
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('orders_user') AND NOT indisvalid) THEN
        DROP INDEX orders_user;
    END IF;
END $$;
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user ON orders (user_id);
)"},
    .about = kinds<CreateIndex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* index = step.is<CreateIndex>();
        if (!index || !index->concurrently || !index->if_not_exists || !step.existing(index->table)) return {};
        if (cleared_before(step.action, step.earlier) != Cleared::no) return {};
        const Name name{index->table.schema, index->name};
        return {of_name(step, index->table,
                        fmt::format("A failed build leaves invalid index {} behind, and IF NOT EXISTS then keeps it",
                                    in_code(name)),
                        drop_and_build(step, *index, name))};
    },
    .once_per_change = true,
};

}  // namespace pgfence::rules
