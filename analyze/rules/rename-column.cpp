#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule rename_column{
    .title = "Renamed column breaks running code",
    .category = Category::compatibility,
    .why = R"(
The code that is running still uses the old name: its queries on the table fail from that moment until the new code
runs everywhere. No order of deploy and migration avoids that.

Keep the name and map it in the code, or add a column of the new name, keep both equal by a trigger, and drop the old
one after the deploy.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
ALTER TABLE orders RENAME COLUMN note TO remark;
)",
            R"(
ALTER TABLE orders RENAME note TO remark;
)",
            R"(
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Order Lines" (id bigint PRIMARY KEY, "Bar Code" text NOT NULL);
-- migration:
ALTER TABLE "Shop"."Order Lines" RENAME COLUMN "Bar Code" TO code;
)",
            R"(
CREATE TABLE orders (id serial PRIMARY KEY, number integer NOT NULL CONSTRAINT order_number UNIQUE);
-- migration:
ALTER TABLE orders RENAME COLUMN number TO reference;
)",
            R"(
CREATE TYPE address AS (street text, city text);
CREATE TABLE customers (id bigint PRIMARY KEY, home address);
-- migration:
ALTER TYPE address RENAME ATTRIBUTE city TO town;
)"},
    .good = {R"(
CREATE TABLE orders (note text);
ALTER TABLE orders RENAME note TO remark;
)",
             R"(
CREATE TABLE orders (note text);
-- migration:
ALTER TABLE orders ADD COLUMN note_new varchar(20);
ALTER TABLE orders RENAME note_new TO remark;
)",
             R"(
ALTER TABLE orders RENAME CONSTRAINT note TO remark;
)"},
    .about = kinds<Rename>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* rename = step.is<Rename>();
        const bool attribute = rename && rename->object == ObjectType::attribute;
        if (!rename || (rename->object != ObjectType::column && !attribute) || !step.existing(rename->relation))
            return {};
        const std::string table = quoted(rename->relation);
        const Column* column = column_before(step, rename->relation, rename->part);
        if (column && (!column->existing || column->name_before)) return {};
        const Relation* known = step.before.find(rename->relation);
        std::optional<Recipe> recipe;
        if (column && known && known->is_table())
            recipe = replace_column(step, rename->relation, rename->part,
                                    {rename->new_name, type_in_sql(column->type), "", true});
        Consequence gone = of_name(step, rename->relation,
                                   fmt::format("Running code that uses {} {} of {} fails once it is renamed to {}",
                                               attribute ? "attribute" : "column", in_code(rename->part), code(table),
                                               in_code(rename->new_name)),
                                   std::move(recipe));
        // The steps above would drop the column that the change adds under the old name.
        Consequence replaced =
            of_name(step, rename->relation,
                    fmt::format("Running code that uses column {} of {} gets another column of that name once this one "
                                "is renamed to {}: its values are there only if the change copies them",
                                in_code(rename->part), code(table), in_code(rename->new_name)));
        const auto is_taken_again = [id = known ? known->id : RelationId{}, old = rename->part](const Catalog& end) {
            const Relation* now = end.get(id);
            return now ? now->column(old) : nullptr;
        };
        gone.stands_at_end = [=](const Catalog& end) { return !is_taken_again(end); };
        replaced.stands_at_end = [=](const Catalog& end) {
            const Column* now = is_taken_again(end);
            return now && (!now->existing || now->name_before);
        };
        return {std::move(gone), std::move(replaced)};
    },
    .aliases = "renaming-column rename",
};

}  // namespace pgfence::rules
