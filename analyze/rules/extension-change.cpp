#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

std::string said_of(const Step& step) {
    if (const auto* create = step.is<CreateExtension>())
        return create->version.empty()
                   ? fmt::format("Extension {} is created in whatever version the server has", in_code(create->name))
                   : "";
    if (const auto* drop = step.is<Drop>(); drop && drop->object == ObjectType::extension)
        return fmt::format("Everything that extension {} created is dropped with it",
                           in_code(drop->names.front().name));
    if (step.kind == "ALTER EXTENSION") return "Not analyzed: the script that updates the extension";
    return "";
}

}  // namespace

extern const Rule extension_change{
    .title = "Extension created without a version, updated or dropped",
    .category = Category::policy,
    .why = R"(
`CREATE EXTENSION` without `VERSION` installs what the server happens to have: two databases that ran the same
migration differ. `ALTER EXTENSION ... UPDATE` runs a script of the extension, whose locks nobody here has read.
Dropping one takes its types, functions and operator classes along.
)",
    .bad = {R"(
CREATE EXTENSION IF NOT EXISTS pg_trgm;
)",
            R"(
CREATE EXTENSION pg_trgm;
-- migration:
DROP EXTENSION pg_trgm;
)"},
    .good = {R"(
CREATE EXTENSION IF NOT EXISTS pg_trgm VERSION '1.6';
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        Consequence consequence;
        consequence.message = said_of(step);
        if (consequence.message.empty()) return {};
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
