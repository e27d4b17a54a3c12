#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule enum_rename_value{
    .title = "Renamed enum value breaks code that reads or writes it",
    .category = Category::compatibility,
    .why = R"(
From that moment queries that name the old value fail, and rows that had it are read under a name that running code
does not know. No order of deploy and migration avoids that. Logical replication does not pass the change on:
subscribers fail on rows with the new name until they are changed too.

Add the new value, deploy code that knows both, change the rows in batches, and leave the old value alone: it cannot
be dropped.
)",
    .bad = {R"(
CREATE TYPE mood AS ENUM ('sad', 'happy');
-- migration:
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
)",
            R"(
ALTER TYPE public.mood RENAME VALUE 'sad' TO 'blue';
)"},
    .good = {R"(
ALTER TYPE mood ADD VALUE 'blue';
)",
             R"(
CREATE TYPE mood AS ENUM ('sad', 'happy');
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
)"},
    .about = kinds<AlterEnum>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* alter = step.is<AlterEnum>();
        const Enum* type = alter ? step.before.find_enum(alter->name) : nullptr;
        if (!alter || alter->old_value.empty() || (type && !type->existing)) return {};
        Consequence consequence;
        consequence.message = fmt::format("Running code that uses value '{}' of {} fails once it is '{}'",
                                          alter->old_value, in_code(alter->name), alter->new_value);
        return {std::move(consequence)};
    },
    .aliases = "rename-enum",
};

}  // namespace pgfence::rules
