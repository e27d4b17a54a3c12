#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule delete_without_where{
    .title = "DELETE of every row",
    .category = Category::destructive,
    .why = R"(
All rows are gone. Every one of them is locked until the transaction ends, and each foreign key that points at the
table is checked row by row.

If the rows are really to go, delete them in batches outside the migration; if only some are, the `WHERE` is missing.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
DELETE FROM orders;
)",
            R"(
DELETE FROM orders WHERE true;
)"},
    .good = {R"(
DELETE FROM orders WHERE id = 1;
)",
             R"(
CREATE TABLE orders (id bigint);
DELETE FROM orders;
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* removal = step.is<Dml>();
        const Work* work = removal && removal->kind == Dml::Kind::delete_ ? step.work(Cause::every_row) : nullptr;
        if (!work) return {};
        Consequence consequence;
        consequence.message = fmt::format("Deletes all rows of {}", code(work->relation));
        consequence.relations = {work->relation};
        consequence.grows_with_rows = true;
        if (removal->query.relations.size() == 1 && !removal->query.relations[0].only && step.alone)
            consequence.recipe =
                Recipe{{batches(fmt::format("DELETE FROM {}", quoted(removal->query.relations[0].name)),
                                removal->query.relations[0].name, "")},
                       ""};
        return {std::move(consequence)};
    },
    .aliases = "ban-delete-without-where",
};

}  // namespace pgfence::rules
