#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

const Name* filled_by(const Dml& dml) {
    for (const RangeUse& use : dml.query.relations)
        if (use.how == RangeUse::How::insert) return &use.name;
    return nullptr;
}

/// INSERT INTO t DEFAULT VALUES has no columns to name.
bool fills_columns(const Dml& insert) { return insert.values_rows > 0 || !insert.values_only; }

}  // namespace

extern const Rule insert_policy{
    .title = "INSERT without column names, or of many rows",
    .category = Category::policy,
    .why = R"(
Without names the values go to the columns in their order in that database, which is not the same everywhere: a column
that was dropped and added again is last. Thousands of rows in one statement are data, not schema; they belong into a
`COPY` or a job of their own.
)",
    .bad = {R"(
CREATE TABLE countries (code text, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
CREATE TABLE archive (id bigint, state text);
-- migration:
INSERT INTO countries VALUES ('at', 'Austria');
)",
            R"(
INSERT INTO archive SELECT * FROM orders WHERE id = 1;
)",
            R"(
INSERT INTO countries (code) VALUES ('at'), ('ch'), ('de'), ('li');
)"},
    .good = {R"(
INSERT INTO countries (code, name) VALUES ('at', 'Austria');
)",
             R"(
INSERT INTO counters DEFAULT VALUES;
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* insert = step.is<Dml>();
        const Name* table = insert && insert->kind == Dml::Kind::insert ? filled_by(*insert) : nullptr;
        if (!table) return {};
        std::vector<Consequence> found;
        if (insert->given.names.empty() && fills_columns(*insert))
            found.push_back(
                of_name(step, *table, fmt::format("INSERT into {} does not name its columns", in_code(*table))));
        const auto rows = static_cast<std::int64_t>(insert->values_rows);
        if (rows > step.number("max-rows"))
            found.push_back(of_name(step, *table,
                                    fmt::format("Inserts {} rows into {} in one statement; {} are allowed", rows,
                                                in_code(*table), step.number("max-rows"))));
        return found;
    },
    .options = {{"max-rows", std::int64_t{1000}, "rows that one INSERT may have"}},
    .example_options = {{"max-rows", std::int64_t{3}}},
};

}  // namespace pgfence::rules
