#include "analyze/kit/judge.h"
#include "analyze/kit/left_view.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

bool is_table(ObjectType object) {
    return object == ObjectType::table || object == ObjectType::partitioned_table ||
           object == ObjectType::foreign_table;
}

/// The change gives the name to another table. `moved`: the one that had it; 0: in no migration.
bool has_another_table(const Catalog& end, const Name& old, RelationId moved) {
    const Relation* now = end.find(old);
    return now && now->is_table() && now->id != moved;
}

/// A view holds its table by number, not by name.
std::string who_follows(const Step& step, const Relation* table) {
    std::vector<std::string> views;
    if (table)
        for (const Relation* view : step.before.views_on(table->id))
            if (view->existing) views.push_back(view->name.name);
    if (views.empty()) return "";
    return fmt::format(". {} {} on reading this one", list_in_code(views), views.size() == 1 ? "goes" : "go");
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

Where the change makes another table of the old name, nothing fails: the running code reads and writes that one. Views
go on reading the renamed one: the server knows their tables by number.
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
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
CREATE VIEW open_orders AS SELECT id FROM orders WHERE note IS NULL;
-- migration:
ALTER TABLE orders RENAME TO orders_old;
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
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
        if (known && known->name_before) return {};
        const Name fresh{rename->relation.schema, rename->new_name};
        Consequence consequence = of_name(step, rename->relation,
                                          fmt::format("Running code that uses table {} fails once it is renamed to {}",
                                                      in_code(rename->relation), in_code(fresh)),
                                          view_under_old_name(step, rename->relation, fresh));
        // A view under that name would be in the other table's way, and IF NOT EXISTS would then not make it.
        Consequence replaced =
            of_name(step, rename->relation,
                    fmt::format("Running code that uses table {} gets another table of that name once this one is "
                                "renamed to {}: its rows are there only if the change, or code, puts them there{}",
                                in_code(rename->relation), in_code(fresh), who_follows(step, known)));
        const auto old = step.before.resolve(rename->relation);
        const RelationId id = known ? known->id : RelationId{};
        consequence.stands_at_end = [=](const Catalog& end) {
            return !has_view_left(end, old, id) && !has_another_table(end, old, id) && !has_its_name_back(end, old, id);
        };
        replaced.stands_at_end = [=](const Catalog& end) { return has_another_table(end, old, id); };
        return {std::move(consequence), std::move(replaced)};
    },
    .aliases = "renaming-table rename",
};

}  // namespace pgfence::rules
