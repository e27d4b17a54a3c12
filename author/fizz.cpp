// pop always runs a file in a transaction. What fizz has no call for, or less of, goes through `sql`.

#include "author/tool.h"
#include "author/written.h"
#include "core/text.h"

namespace pgfence::author {
namespace {

/// Plush takes the second of two escaped quotes that touch for the end: such a text stands between backticks.
std::string raw(std::string_view sql) {
    if (contains(sql, "\"") && !contains(sql, "`")) return "sql(`" + std::string(sql) + "`)";
    std::string text;
    for (const char c : sql) text += (c == '"' ? "\\" : "") + std::string(1, c);
    return "sql(\"" + text + "\")";
}

/// pop fills {{ ahead of fizz, in whatever text it stands.
std::string code(const Step& step) { return holds(step, "{{") ? "" : each(step, raw); }

}  // namespace

extern const Tool fizz;
const Tool fizz{.format = "fizz",
                .without_transaction = "pop always runs a file in a transaction: run this by hand (psql)",
                .only_by_hand = true,
                .language = "js",
                .code = code};

}  // namespace pgfence::author
