#include "analyze/kit/judge.h"
#include "analyze/kit/left_view.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule set_schema{
    .title = "Object moved to another schema breaks running code",
    .category = Category::compatibility,
    .why = R"(
Code that is running finds it no longer: under its qualified name never, under its bare name only when `search_path`
has the new schema. `SET SCHEMA` also takes the strongest lock on the table for a moment.

Leave a view under the old name until the new code runs everywhere.
)",
    .bad = {R"(
CREATE SCHEMA archive;
CREATE SCHEMA reports;
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE VIEW order_totals AS SELECT count(*) AS total FROM orders;
-- migration:
ALTER TABLE orders SET SCHEMA archive;
)",
            R"(
ALTER VIEW order_totals SET SCHEMA reports;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders SET SCHEMA archive;
)"},
    .about = kinds<SetSchema>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* move = step.is<SetSchema>();
        if (!move || !step.existing(move->name)) return {};
        const bool readable = move->object == ObjectType::table || move->object == ObjectType::view;
        Consequence consequence =
            of_name(step, move->name,
                    fmt::format("Running code no longer finds {} {} once it is in schema {}", word_for(move->object),
                                in_code(move->name), in_code(move->new_schema)),
                    readable ? std::optional(view_under_old_name(step, move->name, {move->new_schema, move->name.name}))
                             : std::nullopt);
        const Relation* known = step.before.find(move->name);
        if (known && known->name_before) return {};
        consequence.stands_at_end = [old = step.before.resolve(move->name),
                                     id = known ? known->id : RelationId{}](const Catalog& end) {
            return !has_view_left(end, old, id) && !has_its_name_back(end, old, id);
        };
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
