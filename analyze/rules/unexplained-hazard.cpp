#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

std::string_view done(Work::Kind kind) {
    switch (kind) {
        case Work::Kind::scan: return "scanned";
        case Work::Kind::rewrite: return "rewritten";
        case Work::Kind::index_build: return "scanned to build an index";
        case Work::Kind::index_rebuild: return "rebuilt";
        case Work::Kind::change_rows: return "changed row by row";
    }
    return "worked through";
}

/// The look for nulls in a new column that nothing fills: the table is empty, or the first row ends it.
/// add-column-not-null-no-default says so.
bool ends_at_first_row(const Effects& effects, const Work& work) {
    return work.cause == Cause::not_null &&
           std::any_of(effects.failures.begin(), effects.failures.end(), [&](const Failure& failure) {
               return failure.kind == Failure::Kind::existing_rows && failure.command == work.command;
           });
}

}  // namespace

extern const Rule unexplained_hazard{
    .title = "Long work under a strong lock",
    .category = Category::lock,
    .why = R"(
pgfence knows that this statement reads, writes or rebuilds a whole relation while others wait, but has no rule that
explains it and offers a fix. The message says what is done and who waits.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, price numeric, amount numeric);
-- migration:
ALTER TABLE orders ADD COLUMN total numeric GENERATED ALWAYS AS (price * amount) VIRTUAL NOT NULL;
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN note text;
)",
             R"(
ALTER TABLE orders ADD COLUMN note text NOT NULL;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
REINDEX TABLE CONCURRENTLY orders;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Work& work : step.effects.work)
            if (!ends_at_first_row(step.effects, work) && work.existing && blocks(work.under, Traffic::writes))
                found.push_back(
                    of_work(step, Costly{{&work}},
                            fmt::format("{} is {}. {}", code(work.relation), done(work.kind), waiting(work.under))));
        return found;
    },
    .backstop = true,
};

}  // namespace pgfence::rules
