#include <algorithm>

#include "analyze/judge.h"
#include "analyze/recipe.h"

namespace pgfence::rules {

extern const Rule drop_table{
    .title = "Dropped table takes its rows with it",
    .category = Category::destructive,
    .why = R"(
The rows are gone, and every query of the code that is still running fails from that moment. Only a backup brings them
back.

Deploy code that no longer uses the table first; drop it once that has run for a while.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE invoices (id bigint PRIMARY KEY);
-- migration:
DROP TABLE orders;
)",
            R"(
DROP TABLE IF EXISTS orders, invoices CASCADE;
)"},
    .good = {R"(
CREATE TABLE scratch (id bigint);
DROP TABLE scratch;
)",
             R"(
DROP VIEW orders_view;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || (drop->object != ObjectType::table && drop->object != ObjectType::foreign_table)) return {};
        std::vector<std::string> names, stored;
        for (const Name& name : drop->names)
            if (step.existing(name)) names.push_back(quoted(name)), stored.push_back(step.qualified(name));
        if (names.empty()) return {};
        Consequence consequence =
            of_name(step, drop->names.front(),
                    fmt::format("{} and all rows are lost, and running code that uses {} fails", list_in_words(names),
                                names.size() > 1 ? "them" : "it"),
                    after_deploy(step, fmt::format("a deploy whose code no longer uses {}", list_in_words(names))));
        consequence.relations = std::move(stored);
        if (drop->if_exists)  // create-table-force
            consequence.stands_at_end = [dropped = drop->names](const Catalog& end) {
                return !std::all_of(dropped.begin(), dropped.end(),
                                    [&](const Name& name) { return is_made_anew(end, name); });
            };
        return {std::move(consequence)};
    },
    .aliases = "ban-drop-table",
};

}  // namespace pgfence::rules
