#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule publication_table{
    .title = "Tables put into or taken out of a publication",
    .category = Category::policy,
    .why = R"(
A table in a publication sends every change to the subscribers, who refresh their side by hand; one without a replica
identity then refuses `UPDATE` and `DELETE`. Taken out, its changes are lost to them without a word.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
CREATE PUBLICATION feed FOR TABLE orders;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE PUBLICATION feed;
-- migration:
ALTER PUBLICATION feed ADD TABLE orders;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE PUBLICATION feed FOR TABLE orders;
-- migration:
DROP PUBLICATION feed;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        Consequence consequence;
        if (const auto* change = step.is<PublicationChange>()) {
            consequence.message =
                fmt::format("Changes what publication {} sends to its subscribers", in_code(change->name));
            for (const RangeUse& table : change->tables) consequence.relations.push_back(step.qualified(table.name));
            return {std::move(consequence)};
        }
        const auto* drop = step.is<Drop>();
        if (!drop || drop->object != ObjectType::publication) return {};
        consequence.message =
            fmt::format("Subscribers of {} receive nothing any more", in_code(drop->names.front().name));
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
