#include "analyze/kit/judge.h"
#include "analyze/kit/left_view.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

bool is_table(ObjectType object) {
    return object == ObjectType::table || object == ObjectType::partitioned_table ||
           object == ObjectType::foreign_table;
}

}  // namespace

extern const Rule rename_table{
    .title = "Renamed table breaks running code",
    .category = Category::compatibility,
    .why = R"(
The code that is running still uses the old name: every query of it fails from that moment until the new code runs
everywhere.

Rename and leave a view under the old name in the same transaction, or keep the name and map it in the code. Drop the
view after the deploy.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
ALTER TABLE orders RENAME TO purchases;
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders RENAME TO purchases;
END $$;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
ALTER TABLE orders RENAME TO purchases;
CREATE VIEW orders AS SELECT id FROM purchases;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders RENAME TO purchases;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
ALTER TABLE orders RENAME TO purchases;
CREATE VIEW orders AS SELECT * FROM purchases;
)",
             R"(
ALTER TABLE orders RENAME CONSTRAINT a TO b;
)",
             R"(
ALTER INDEX orders_pkey RENAME TO purchases_pkey;
)"},
    .about = kinds<Rename>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* rename = step.is<Rename>();
        if (!rename || !is_table(rename->object) || !rename->part.empty() || !step.existing(rename->relation))
            return {};
        const Relation* known = step.before.find(rename->relation);
        if (known && !known->is_table() && known->kind != RelationKind::foreign_table) return {};
        const Name fresh{rename->relation.schema, rename->new_name};
        Consequence consequence = of_name(
            step, rename->relation,
            fmt::format("running code that uses {} fails once it is {}", in_code(rename->relation), in_code(fresh)),
            view_under_old_name(step, rename->relation, fresh));
        consequence.stands_at_end = [old = step.before.resolve(rename->relation),
                                     id = known ? known->id : RelationId{}](const Catalog& end) {
            return !has_view_left(end, old, id);
        };
        return {std::move(consequence)};
    },
    .aliases = "renaming-table rename",
};

}  // namespace pgfence::rules
