#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/locked_table.h"

namespace pgfence::rules {
extern const Rule truncate_cascade{
    .title = "TRUNCATE CASCADE empties other tables too",
    .category = Category::destructive,
    .why = R"(
`CASCADE` empties every table that has a foreign key to the named one, and those that refer to them in turn, whatever
their `ON DELETE` says. Which tables that are depends on the database it runs on.

Name all the tables in one `TRUNCATE` without `CASCADE`: it fails when one was forgotten.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE invoices (order_id bigint REFERENCES orders);
-- migration:
TRUNCATE orders CASCADE;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint REFERENCES users);
-- migration:
TRUNCATE TABLE users CASCADE;
)"},
    .good = {R"(
TRUNCATE orders;
)"},
    .about = kinds<Truncate>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* emptied = step.is<Truncate>();
        if (!emptied || !emptied->cascade) return {};
        std::vector<std::string> named, others;
        for (const RangeUse& table : emptied->tables)
            if (step.existing(table.name)) named.push_back(step.qualified(table.name));
        if (named.empty()) return {};
        for (const Lock& lock : step.effects.locks)
            if (lock.existing && is_table(lock) && blocks(lock.mode, Traffic::reads) &&
                std::find(named.begin(), named.end(), lock.relation) == named.end())
                others.push_back(lock.relation);
        const std::string what = others.empty() ? "every table that references it" : list_in_words(others);
        Consequence consequence =
            of_name(step, emptied->tables.front().name,
                    fmt::format("CASCADE truncates {} in addition to {}", what, in_code(emptied->tables.front().name)));
        consequence.relations = named;
        consequence.relations.insert(consequence.relations.end(), others.begin(), others.end());
        return {std::move(consequence)};
    },
    .aliases = "ban-truncate-cascade",
};

}  // namespace pgfence::rules
