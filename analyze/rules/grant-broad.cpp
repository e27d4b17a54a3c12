#include <algorithm>

#include "analyze/kit/judge.h"
#include "core/text.h"

namespace pgfence::rules {

extern const Rule grant_broad{
    .title = "Privileges for everybody, or all privileges",
    .category = Category::policy,
    .why = R"(
`PUBLIC` is every role there is and will be. `ALL` on a table holds `TRUNCATE`, `REFERENCES` and `TRIGGER` beside what
was meant, on later versions more. Name the privileges and the role.
)",
    .bad = {R"(
CREATE ROLE app;
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
GRANT ALL ON orders TO app;
)",
            R"(
GRANT SELECT ON orders TO PUBLIC;
)",
            R"(
GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA public TO app;
)"},
    .good = {R"(
GRANT SELECT, INSERT ON orders TO app;
)",
             R"(
REVOKE ALL ON orders FROM PUBLIC;
)"},
    .about = kinds<Grant>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* grant = step.is<Grant>();
        if (!grant || grant->revoke || grant->names.empty()) return {};
        const bool everybody = is_among("PUBLIC", grant->grantees);
        const bool all = is_among("all", grant->privileges);
        if (!everybody && !all) return {};
        std::vector<std::string> names;
        for (const Name& name : grant->names) names.push_back(in_code(name));
        Consequence consequence;
        consequence.message =
            fmt::format("Grants {} on {} to {}", all ? "every privilege" : "privileges", list_in_words(names),
                        everybody ? "every role, now and in future" : list_in_words(grant->grantees));
        for (const Name& name : grant->names)
            if (grant->object == ObjectType::table) consequence.relations.push_back(step.qualified(name));
        return {std::move(consequence)};
    },
    .aliases = "overbroad-grant",
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
