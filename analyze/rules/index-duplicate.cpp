#include <set>
#include <string_view>

#include "analyze/kit/judge.h"
#include "analyze/kit/superfluous_index.h"

namespace pgfence::rules {
namespace {

std::string repeated_column(const CreateIndex& index) {
    std::set<std::string_view> seen;
    for (const IndexElement& element : index.elements)
        if (!element.column.empty() && !seen.insert(element.column).second) return element.column;
    return "";
}

}  // namespace

extern const Rule index_duplicate{
    .title = "Index that already exists under another name",
    .category = Category::robustness,
    .why = R"(
Two indexes of a table on the same columns, in the same order, with the same operator classes and the same `WHERE`
answer the same queries: the second one costs disk, and time at each write. An index on the columns of a primary key or
a unique constraint is such a one as well. A unique index is never superfluous: it is a rule of the data.

Leave it out, or drop the other one. Nothing is reported where the change drops one of the two. An index that begins with
the columns of another one is `index-leading-columns`, which is off by default.
)",
    .bad = {R"(
CREATE TABLE orders (user_id bigint, day date);
CREATE INDEX orders_user_day ON orders (user_id, day);
-- migration:
CREATE UNIQUE INDEX CONCURRENTLY orders_once_a_day ON orders (user_id, day);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
CREATE INDEX CONCURRENTLY orders_id ON orders (id);
)",
            R"(
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id, day, user_id);
)"},
    .good = {R"(
CREATE TABLE orders (user_id bigint, day date);
CREATE INDEX orders_user_day ON orders (user_id, day);
CREATE INDEX orders_day_user ON orders (day, user_id);
CREATE INDEX orders_user ON orders (user_id);
)",
             R"(
CREATE TABLE orders (user_id bigint, day date);
CREATE INDEX orders_user_day ON orders (user_id, day);
-- migration:
CREATE INDEX CONCURRENTLY orders_user_day_2 ON orders (user_id, day);
DROP INDEX CONCURRENTLY orders_user_day;
)",
             R"(
CREATE TABLE orders (user_id bigint, note text);
CREATE INDEX orders_note ON orders (note);
CREATE INDEX orders_note_prefix ON orders (note text_pattern_ops);
CREATE INDEX orders_note_here ON orders (note) WHERE user_id = 1;
CREATE INDEX orders_note_user ON orders (note) INCLUDE (user_id);
)"},
    .about = kinds<CreateIndex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* index = step.is<CreateIndex>();
        if (!index) return {};
        if (const auto column = repeated_column(*index); !column.empty())
            return {
                of_name(step, index->table,
                        fmt::format("Column {} is twice in this index of {}", in_code(column), in_code(index->table)))};
        const auto found = superfluous_index(step, *index, SameColumns::all);
        if (!found) return {};
        const std::string other = in_code(found->other->name.name);
        return {of_superfluous(
            step, *index, *found,
            found->is_made ? fmt::format("Index {} of {} has the same columns: this one adds nothing", other,
                                         in_code(index->table))
                           : fmt::format("This index of {} makes index {} redundant", in_code(index->table), other))};
    },
    .aliases = "duplicate-index",
};

}  // namespace pgfence::rules
