#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule rename_schema{
    .title = "Renamed schema breaks running code that names it",
    .category = Category::compatibility,
    .why = R"(
Code that is running, function bodies and `search_path` settings still say the old name: everything that they look for
there is gone from that moment. No order of deploy and migration avoids that.

Make a new schema and move its tables one by one behind views, or keep the name.
)",
    .bad = {R"(
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id bigint PRIMARY KEY);
-- migration:
ALTER SCHEMA shop RENAME TO store;
)",
            R"(
CREATE SCHEMA "Shop";
-- migration:
DO $$ BEGIN
    ALTER SCHEMA "Shop" RENAME TO store;
END $$;
)"},
    .good = {R"(
ALTER TABLE shop.orders RENAME TO purchases;
)",
             R"(
ALTER SCHEMA shop OWNER TO keeper;
)"},
    .about = kinds<Rename>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* rename = step.is<Rename>();
        if (!rename || rename->object != ObjectType::schema) return {};
        const Name& old = rename->relation;
        Consequence consequence;
        consequence.message = fmt::format("Running code that names schema {} fails once it is renamed to {}",
                                          in_code(old.name.empty() ? old.schema : old.name), in_code(rename->new_name));
        return {std::move(consequence)};
    },
    .aliases = "rename",
};

}  // namespace pgfence::rules
