#include <algorithm>

#include "analyze/kit/column_choice.h"
#include "core/glob.h"

namespace pgfence::rules {
namespace {

using Patterns = std::vector<std::string>;

/// Most patterns are plain names, and a glob costs more to be made than all else here.
bool matches(const Patterns& patterns, const std::string& name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        const bool plain =
            pattern.find_first_of("*?[]{}\\!,/") == std::string::npos && name.find('/') == std::string::npos;
        return plain ? pattern == name : Glob(pattern).matches(name);
    });
}

/// By the name as written, by the parser's, and with its schema where it has one.
bool is_listed(const Patterns& types, const ChosenColumn& c) {
    const Name& name = c.column->type.name;
    return matches(types, name.name) || matches(types, c.column->type_sql) ||
           (!name.schema.empty() && matches(types, name.schema + "." + name.name));
}

bool is_amount_in_float(const Step& step, const ChosenColumn& c) {
    return is_builtin(c.column->type, {"float4", "float8", "real"}) &&
           matches(step.texts("amount-columns"), c.column->name);
}

}  // namespace

extern const Rule forbidden_type{
    .title = "Type that the team does not use, or money in a float",
    .category = Category::type_choice,
    .why = R"(
`money` rounds to a fraction that depends on a setting of the server, and reads back differently when that changes.
`time with time zone` cannot know whether it is summer. `real` and `double precision` cannot hold 0.10: sums of amounts
drift. `numeric`, `timestamptz` and `time` say what is meant.

The list is yours: patterns for the names of types that columns shall not have.
)",
    .bad = {R"(
CREATE TABLE invoices (id bigint PRIMARY KEY, total money);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN opens time with time zone;
)",
            R"(
ALTER TABLE orders ADD COLUMN total_price double precision;
)",
            R"(
ALTER TABLE orders ADD COLUMN total_price real;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2));
)",
             R"(
ALTER TABLE stations ADD COLUMN latitude double precision;
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        const auto chosen = chosen_columns(step);
        if (chosen.empty()) return found;
        const Patterns& types = step.texts("types");
        const auto listed = chosen.only([&](const ChosenColumn& c) { return is_listed(types, c); });
        if (!listed.empty())
            found.push_back(
                of_columns(step, listed,
                           fmt::format("{} {} type {}, which the team does not use", in_words(listed),
                                       verb(listed, "has", "have"), listed.columns.front().column->type_sql)));
        const auto amounts = chosen.only([&](const ChosenColumn& c) { return is_amount_in_float(step, c); });
        if (!amounts.empty())
            found.push_back(
                of_columns(step, amounts,
                           fmt::format("{} {} like money, and floating point cannot hold cents exactly. Use numeric",
                                       in_words(amounts), verb(amounts, "looks", "look"))));
        return found;
    },
    .aliases = "forbidden-column-type column-type-disallow-list",
    .options = {{"types", std::vector<std::string>{"money", "timetz"}, "patterns for names of types"},
                {"amount-columns",
                 std::vector<std::string>{"{*_,}price{_*,}", "{*_,}amount{_*,}", "{*_,}cost{_*,}", "{*_,}balance{_*,}"},
                 "patterns for columns that hold money: none of them may be a float"}},
};

}  // namespace pgfence::rules
