#include "analyze/judge.h"

namespace pgfence::rules {

extern const Rule drop_sequence{
    .title = "Dropped sequence loses its position, and defaults that draw from it",
    .category = Category::destructive,
    .why = R"(
The next number is gone with the sequence: one that is made anew starts at 1 and hands out numbers that are taken.
Code that calls `nextval` on it fails. With `CASCADE` the defaults that draw from it go too, and inserts that rely on
them store nulls or fail.

Drop it after a deploy whose code no longer uses it, without `CASCADE`.
)",
    .bad = {R"(
DROP SEQUENCE order_numbers;
)",
            R"(
CREATE SEQUENCE order_numbers;
CREATE TABLE orders (number bigint DEFAULT nextval('order_numbers'));
-- migration:
DROP SEQUENCE IF EXISTS order_numbers CASCADE;
)"},
    .good = {R"(
CREATE SEQUENCE order_numbers;
DROP SEQUENCE order_numbers;
)",
             R"(
ALTER SEQUENCE order_numbers RESTART WITH 1000;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || drop->object != ObjectType::sequence) return {};
        std::vector<Consequence> found;
        for (const Name& name : drop->names) {
            if (!step.existing(name)) continue;
            const auto users =
                drop->cascade ? step.before.drawing_from(step.before.resolve(name)) : std::vector<RelationId>{};
            std::vector<std::string> tables;
            for (const RelationId id : users)
                if (const Relation* table = step.before.get(id)) tables.push_back(step.qualified(table->name));
            found.push_back(of_name(
                step, name,
                tables.empty()
                    ? fmt::format("sequence {} loses its position, and code that draws from it fails", quoted(name))
                    : fmt::format("sequence {} loses its position, and {} the default that draws from it", quoted(name),
                                  list_in_words(tables))));
        }
        return found;
    },
};

}  // namespace pgfence::rules
