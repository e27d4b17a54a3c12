#include "analyze/kit/foreign_key_clause.h"
#include "core/table_pattern.h"

namespace pgfence::rules {

extern const Rule foreign_keys_forbidden{
    .title = "Foreign key to a table that should have none",
    .category = Category::policy,
    .why = R"(
Some teams do without foreign keys, or without those to certain tables: tables that are to move to another database, or
that are so busy that no trigger shall be added. `to` lists the tables that no foreign key may point at, all of them by
default.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
CREATE TABLE orders (user_id bigint REFERENCES users (id));
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES public.users NOT VALID;
)"},
    .good = {R"(
CREATE TABLE orders (country text REFERENCES countries (code));
)",
             R"(
CREATE TABLE orders (user_id bigint);
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const ForeignKeyClause& key : foreign_key_clauses(step))
            if (matches_any(step.texts("to"), step.qualified(key.constraint->referenced)))
                found.push_back(at(key, of_name(step, key.constraint->referenced,
                                                fmt::format("The foreign key of {} references {}", in_code(key.table),
                                                            in_code(key.constraint->referenced)))));
        return found;
    },
    .options = {{"to", std::vector<std::string>{"*"}, "patterns for tables that no foreign key may point at"}},
    .example_options = {{"to", std::vector<std::string>{"users"}}},
};

}  // namespace pgfence::rules
