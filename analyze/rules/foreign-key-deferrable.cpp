#include "analyze/kit/foreign_key_clause.h"

namespace pgfence::rules {

extern const Rule foreign_key_deferrable{
    .title = "Foreign key that is not DEFERRABLE",
    .category = Category::policy,
    .why = R"(
A foreign key that is not `DEFERRABLE` is checked by every statement: rows that point at each other cannot be inserted
in one transaction, and data is loaded in one order only. Teams that load data in any order want all keys deferrable.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;
)",
            R"(
CREATE TABLE invoices (user_id bigint REFERENCES users (id));
)"},
    .good = {R"(
CREATE TABLE orders (user_id bigint REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED);
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const ForeignKeyClause& key : foreign_key_clauses(step))
            if (!key.constraint->deferrable)
                found.push_back(at(key, of_name(step, key.table,
                                                fmt::format("The foreign key from {} to {} is not DEFERRABLE",
                                                            in_code(key.table), in_code(key.constraint->referenced)))));
        return found;
    },
};

}  // namespace pgfence::rules
