#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule drop_owned{
    .title = "Everything that a role owns is dropped",
    .category = Category::destructive,
    .why = R"(
`DROP OWNED` names no table: it drops whatever the role owns in the database when it runs, tables with their rows, those
that no migration made as well, and takes away what it was granted. Nobody can read from the statement what goes.

Drop what is meant by its name. `REASSIGN OWNED` first, by a role that keeps the objects, leaves `DROP OWNED` the
privileges alone.
)",
    .bad = {R"(
CREATE ROLE app;
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
DROP OWNED BY app;
)",
            R"(
DROP OWNED BY app CASCADE;
)"},
    .good = {R"(
REVOKE ALL ON orders FROM app;
)"},
    .about = kinds<DropOwned>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<DropOwned>();
        if (!drop) return {};
        Consequence consequence;
        consequence.message =
            fmt::format("Drops everything that {} owns in the database, tables with their rows{}",
                        list_in_words(drop->roles), drop->cascade ? ", and what depends on them" : "");
        consequence.certainty = Certainty::depends;
        consequence.depends_on.push_back("what exists when it runs");
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
