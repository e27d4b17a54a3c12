#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

bool is_type(ObjectType object) {
    return object == ObjectType::type || object == ObjectType::domain || object == ObjectType::composite_type;
}

/// Made by the change, or renamed before by it: running code does not know that name.
bool is_new(const Step& step, const Rename& rename) {
    if (!step.existing(rename.relation)) return true;
    if (!is_type(rename.object)) return false;
    const Enum* e = step.before.find_enum(rename.relation);
    const Domain* domain = step.before.find_domain(rename.relation);
    return (e && (!e->existing || e->renamed_in_change)) || (domain && !domain->existing);
}

/// Something of its kind has the name again: the old one was only moved out of the way.
bool is_replaced(const Catalog& end, ObjectType object, const Name& name, RelationId renamed) {
    if (is_type(object) && (end.find_enum(name) || end.find_domain(name))) return true;
    // Where a branch renames it, it may have its old name still.
    const Relation* now = end.find(name);
    return (now && now->id != renamed) || !end.find_functions(name).empty();
}

bool known_by_name(ObjectType object) {
    switch (object) {
        case ObjectType::view:
        case ObjectType::materialized_view:
        case ObjectType::sequence:
        case ObjectType::type:
        case ObjectType::domain:
        case ObjectType::composite_type:
        case ObjectType::function:
        case ObjectType::procedure:
        case ObjectType::routine:
        case ObjectType::aggregate:
        case ObjectType::schema: return true;
        default: return false;
    }
}

}  // namespace

extern const Rule rename_other{
    .title = "Renamed view, function, type, sequence or schema breaks running code",
    .category = Category::compatibility,
    .why = R"(
The code that is running still uses the old name and fails from that moment until the new code runs everywhere.

Make a second object under the new name, deploy, and drop the old one.
)",
    .bad = {R"(
CREATE SCHEMA billing;
CREATE TYPE mood AS ENUM ('fine', 'bored');
CREATE FUNCTION total(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1';
CREATE VIEW order_totals AS SELECT 1 AS total;
-- migration:
ALTER VIEW order_totals RENAME TO totals;
)",
            R"(
ALTER SCHEMA billing RENAME TO invoicing;
)",
            R"(
ALTER TYPE mood RENAME TO feeling;
)",
            R"(
ALTER FUNCTION total(integer) RENAME TO sum_up;
)"},
    .good = {R"(
ALTER INDEX orders_pkey RENAME TO purchases_pkey;
)",
             R"(
ALTER TABLE orders RENAME CONSTRAINT a TO b;
)"},
    .about = kinds<Rename>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* rename = step.is<Rename>();
        if (!rename || !known_by_name(rename->object) || !rename->part.empty() || is_new(step, *rename)) return {};
        Consequence consequence =
            of_name(step, rename->relation,
                    fmt::format("Running code that uses {} {} fails once it is renamed to {}", word_for(rename->object),
                                in_code(rename->relation), in_code(rename->new_name)),
                    rename->object == ObjectType::view
                        ? std::optional(
                              view_under_old_name(step, rename->relation, {rename->relation.schema, rename->new_name}))
                        : std::nullopt);
        const Relation* before = step.before.find(rename->relation);
        consequence.stands_at_end = [object = rename->object, name = rename->relation,
                                     id = before ? before->id : RelationId{}](const Catalog& end) {
            return !is_replaced(end, object, name, id);
        };
        return {std::move(consequence)};
    },
    .aliases = "rename",
};

}  // namespace pgfence::rules
