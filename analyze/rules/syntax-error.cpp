#include "analyze/kit/judge.h"

namespace pgfence::rules {
extern const Rule syntax_error{
    .title = "Statement does not parse",
    .category = Category::correctness,
    .why = R"(
PostgreSQL's own parser refuses the statement: the migration fails there. Nothing that stands in it was judged.

A placeholder that the migration tool fills in, or a command of `psql`, may look like that too. pgfence reads with the
grammar of PostgreSQL 18; a few forms that older servers took are gone from it.
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
        consequence.message = fmt::format("this does not parse, and was not judged: {}", unread->why);
        if (step.version > kNewestGrammar) {
            consequence.message += fmt::format("; PostgreSQL {} may know it: the grammar here is that of {}",
                                               step.version, kNewestGrammar);
            consequence.certainty = Certainty::depends;
            consequence.depends_on = {fmt::format("whether PostgreSQL {} knows it", step.version)};
        }
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
