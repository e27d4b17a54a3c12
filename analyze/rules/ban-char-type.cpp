#include "analyze/kit/column_choice.h"

namespace pgfence::rules {

extern const Rule ban_char_type{
    .title = "char(n) column pads with blanks",
    .category = Category::type_choice,
    .why = R"(
`char(n)` fills every value with blanks up to its length, stores them, and ignores trailing blanks when it compares:
`LIKE`, regular expressions and casts to `text` then differ from `=`. It saves nothing. `char` without a length is
`char(1)`.

Use `text`, with a `CHECK` where the length is fixed.
)",
    .bad = {R"(
CREATE TABLE countries (id bigint PRIMARY KEY, code char(2) NOT NULL);
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE users ADD COLUMN country character(2);
)",
            R"(
ALTER TABLE users ADD COLUMN initial char;
)"},
    .good = {R"(
ALTER TABLE users ADD COLUMN country text;
)",
             R"(
ALTER TABLE users ADD COLUMN flag "char";
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto found =
            chosen_columns(step).only([](const ChosenColumn& c) { return is_builtin(c.column->type, {"bpchar"}); });
        if (found.empty()) return {};
        return {of_columns(step, found,
                           fmt::format("{} {} char(n), which pads every value with blanks. Use text", in_words(found),
                                       verb(found, "is", "are")),
                           add_column_of_type(step, found, "text"))};
    },
    .aliases = "ban-char-field",
    .severity = Severity::off,
};

}  // namespace pgfence::rules
