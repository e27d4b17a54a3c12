#include <algorithm>

#include "analyze/kit/column_choice.h"

namespace pgfence::rules {

extern const Rule collation_encoding_allowlist{
    .title = "Collation that is not on the team's list",
    .category = Category::policy,
    .why = R"(
Columns of different collations cannot be compared without saying which is meant, an index serves only the collation it
was built with, and those of the operating system change with its updates. `collations` lists the ones that columns may
ask for.
)",
    .bad = {R"(
CREATE TABLE members (id bigint PRIMARY KEY, name text COLLATE "de_DE");
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE users ADD COLUMN city text COLLATE "tr-x-icu";
)"},
    .good = {R"(
CREATE TABLE users (id bigint PRIMARY KEY, name text COLLATE "C");
)",
             R"(
ALTER TABLE users ADD COLUMN city text;
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto& allowed = step.texts("collations");
        const auto found = chosen_columns(step).only([&](const ChosenColumn& c) {
            const std::string& name = c.column->collation.name;
            return !name.empty() && name != "default" &&
                   std::find(allowed.begin(), allowed.end(), name) == allowed.end();
        });
        if (found.empty()) return {};
        return {of_columns(step, found,
                           fmt::format("{} {} collation {}, which is not on the team's list", in_words(found),
                                       verb(found, "has", "have"), in_code(found.columns.front().column->collation)))};
    },
    .options = {{"collations", std::vector<std::string>{"C", "POSIX", "ucs_basic", "C.UTF-8"},
                 "collations that columns may ask for"}},
};

}  // namespace pgfence::rules
