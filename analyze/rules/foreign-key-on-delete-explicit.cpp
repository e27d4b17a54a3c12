#include <algorithm>

#include "analyze/kit/foreign_key_clause.h"
#include "analyze/kit/recipe_parts.h"

namespace pgfence::rules {
namespace {

bool is_forbidden(const Step& step, char action) {
    const auto& all = step.texts("forbidden");
    return std::find(all.begin(), all.end(), action_words(action)) != all.end();
}

}  // namespace

extern const Rule foreign_key_on_delete_explicit{
    .title = "Foreign key without ON DELETE",
    .category = Category::policy,
    .why = R"(
Without `ON DELETE` a delete of the referenced row is refused while rows point at it. That may be right, but it is
seldom a decision: written down, it is one. Actions that the team does not want at all, such as a cascade that deletes
more than its author saw, are listed in `forbidden`.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;
)",
            R"(
CREATE TABLE invoices (user_id bigint REFERENCES users (id));
)",
            R"(
CREATE TABLE invoices (user_id bigint, FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE);
)"},
    .good = {R"(
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE SET NULL NOT VALID;
)",
             R"(
CREATE TABLE orders (user_id bigint REFERENCES users (id) ON DELETE NO ACTION);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const ForeignKeyClause& key : foreign_key_clauses(step)) {
            if (is_forbidden(step, key.constraint->on_delete))
                found.push_back(
                    at(key, of_name(step, key.table,
                                    fmt::format("The foreign key of {} has ON DELETE {}, which the team does not use",
                                                in_code(key.table), action_words(key.constraint->on_delete)))));
            else if (key.constraint->on_delete == 'a' && !says_on_delete(step))
                found.push_back(at(key, of_name(step, key.table,
                                                fmt::format("The foreign key from {} to {} does not say ON DELETE",
                                                            in_code(key.table), in_code(key.constraint->referenced)))));
        }
        return found;
    },
    .options = {{"forbidden", std::vector<std::string>{}, "actions that are not to be used, such as `CASCADE`"}},
    .example_options = {{"forbidden", std::vector<std::string>{"CASCADE"}}},
};

}  // namespace pgfence::rules
