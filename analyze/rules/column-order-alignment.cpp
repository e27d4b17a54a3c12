#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule column_order_alignment{
    .title = "Column order wastes space in every row",
    .category = Category::type_choice,
    .why = R"(
A value of eight bytes starts at a multiple of eight, one of four at a multiple of four: in front of it bytes are left
empty, in every row. Columns in order of their alignment (eight bytes first, then four, two, one, and those of variable
length last) leave none, and the order cannot be changed later.

Only what is certain is counted: columns behind the first one of variable length are not, nor are nulls.
)",
    .bad = {R"(
CREATE TABLE readings (valid boolean, at timestamptz, broken boolean, value double precision, checked boolean,
    sensor bigint);
)",
            R"(
CREATE TABLE readings (a smallint, at timestamptz, b smallint, until timestamptz, c integer, d bigint);
)"},
    .good = {R"(
CREATE TABLE readings (at timestamptz, value double precision, sensor bigint, valid boolean, broken boolean,
    checked boolean);
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, active boolean, created_at timestamptz, note text);
)"},
    .about = kinds<CreateTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* table = step.is<CreateTable>();
        if (!table || step.effects.padding < step.number("min-bytes")) return {};
        return {of_name(step, table->name,
                        fmt::format("Another column order of {} saves {} bytes per row", in_code(table->name),
                                    step.effects.padding))};
    },
    .options = {{"min-bytes", std::int64_t{16}, "bytes that a row must waste before it is said"}},
};

}  // namespace pgfence::rules
