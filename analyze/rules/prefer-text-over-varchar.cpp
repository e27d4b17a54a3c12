#include "analyze/kit/column_choice.h"

namespace pgfence::rules {

extern const Rule prefer_text_over_varchar{
    .title = "varchar(n): text is easier to change",
    .category = Category::type_choice,
    .why = R"(
`varchar(n)` and `text` are stored alike. The limit is what differs: making it shorter later reads the whole table while
nobody can use it, and a value that is too long fails wherever it comes from.

Use `text`, with a `CHECK` constraint where a limit is part of the data: a constraint can be replaced without
blocking.
)",
    .bad = {R"(
CREATE TABLE members (id bigint PRIMARY KEY, name varchar(80) NOT NULL, city character varying(60));
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE users ADD COLUMN name varchar(80);
)",
            R"(
CREATE TABLE users (name text);
-- migration:
ALTER TABLE users ALTER COLUMN name TYPE varchar(80);
)"},
    .good = {R"(
CREATE TABLE users (id bigint PRIMARY KEY, name text CHECK (char_length(name) <= 80));
)",
             R"(
ALTER TABLE users ADD COLUMN name varchar;
)",
             R"(
CREATE TABLE users (name varchar(40));
-- migration:
ALTER TABLE users ALTER COLUMN name TYPE varchar(80);
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto found = chosen_columns(step).only([](const ChosenColumn& c) {
            return is_builtin(c.column->type, {"varchar"}) && !c.column->type.typmods.empty();
        });
        if (found.empty()) return {};
        return {of_columns(
            step, found,
            fmt::format("{} {} a length that is hard to change later. Use text, with a CHECK if there is a limit",
                        in_words(found), verb(found, "has", "have")),
            add_column_of_type(step, found, "text"))};
    },
    .aliases = "prefer-text-field",
    .severity = Severity::off,
};

}  // namespace pgfence::rules
