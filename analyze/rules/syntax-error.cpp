#include "analyze/kit/judge.h"

namespace pgfence::rules {
extern const Rule syntax_error{
    .title = "Syntax error",
    .category = Category::correctness,
    .why = R"(
PostgreSQL's own parser refuses the statement: the migration fails there. Nothing that stands in it was judged.

A placeholder that the migration tool fills in, or a command of `psql`, may look like that too. pgfence reads with the
grammar of PostgreSQL 18, and most of what 19 added; a few forms that older servers took are gone from it. On 19,
which may know more, a statement that is not read is listed as not analyzed instead.
)",
    .bad = {R"(
ALTER TABEL orders ADD COLUMN note text;
)",
            R"(
ALTER TABLE orders ADD COLUMN note text;
CREATE TABLE invoices (id bigint,);
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN note text;
)"},
    .about = kinds<Unmodelled>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* unread = step.is<Unmodelled>();
        if (!unread || !unread->syntax_error) return {};
        Consequence consequence;
        consequence.fails = true;
        consequence.message = fmt::format("PostgreSQL rejects this statement: {}", unread->why);
        return {std::move(consequence)};
    },
    .until = kNewestGrammar,
    .subject = RuleSubject::text,
};

}  // namespace pgfence::rules
