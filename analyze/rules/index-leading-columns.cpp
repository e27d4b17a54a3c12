#include "analyze/kit/judge.h"
#include "analyze/kit/superfluous_index.h"

namespace pgfence::rules {

extern const Rule index_leading_columns{
    .title = "Index on the first columns of another one",
    .category = Category::policy,
    .why = R"(
A B-tree index on `(a, b)` answers every query that one on `(a)` does: the shorter one costs disk and time at each
write. It may be wanted all the same: it is smaller, and stays in memory. Unique indexes are not superfluous, they are
a rule of the data. The same columns twice are `index-duplicate`.
)",
    .bad = {R"(
CREATE TABLE orders (user_id bigint, day date);
CREATE INDEX orders_user_day ON orders (user_id, day);
-- migration:
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)",
            R"(
CREATE TABLE invoices (user_id bigint, day date);
CREATE INDEX invoices_user ON invoices (user_id);
CREATE INDEX invoices_user_day ON invoices (user_id, day);
)"},
    .good = {R"(
CREATE TABLE orders (user_id bigint, day date);
CREATE INDEX orders_user_day ON orders (user_id, day);
CREATE INDEX orders_day ON orders (day);
)",
             R"(
CREATE TABLE orders (user_id bigint, day date);
CREATE INDEX orders_user_day ON orders (user_id, day);
CREATE UNIQUE INDEX orders_user ON orders (user_id);
)",
             R"(
CREATE TABLE orders (user_id bigint, state text);
CREATE INDEX orders_user_state ON orders (user_id, state);
CREATE INDEX orders_user_new ON orders (user_id) WHERE state = 'new';
)"},
    .about = kinds<CreateIndex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* index = step.is<CreateIndex>();
        const auto found = index ? superfluous_index(step, *index, SameColumns::first) : std::nullopt;
        if (!found) return {};
        const std::string other = in_code(found->other->name.name);
        return {of_superfluous(
            step, *index, *found,
            found->is_made ? fmt::format("Index {} already serves every query that this index of {} can", other,
                                         in_code(index->table))
                           : fmt::format("This index of {} makes index {} redundant", in_code(index->table), other))};
    },
};

}  // namespace pgfence::rules
