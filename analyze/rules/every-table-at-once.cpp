#include "analyze/kit/judge.h"
#include "analyze/kit/sql_text.h"

namespace pgfence::rules {
namespace {

/// ALTER TABLE, INDEX or MATERIALIZED VIEW ALL IN TABLESPACE.
bool moves_all(const Step& step) {
    return step.is<Unmodelled>() && step.kind.starts_with("ALTER ") &&
           text_behind(step.sql, {"ALL", "IN", "TABLESPACE"}).has_value();
}

std::string said_of(const Step& step) {
    if (const auto* drop = step.is<DropOwned>())
        return fmt::format(
            "everything that {} owns in the database is dropped, tables with their rows{}, and what it "
            "was granted is taken away",
            list_in_words(drop->roles), drop->cascade ? " and what depends on them" : "");
    if (const auto* reassign = step.is<ReassignOwned>())
        return fmt::format(
            "every table that {} owns is locked in turn, against reads and writes, until the transaction "
            "ends",
            list_in_words(reassign->roles));
    if (moves_all(step)) return "every table or index there is copied to the other tablespace while nobody can use it";
    return "";
}

}  // namespace

extern const Rule every_table_at_once{
    .title = "One statement for every table that there is",
    .category = Category::lock,
    .why = R"(
`DROP OWNED`, `REASSIGN OWNED` and `ALTER TABLE ALL IN TABLESPACE` name no table: they are for all that the server finds
when they run, those that no migration made as well. Nobody can read from the statement what it drops, locks or copies,
and all of it is locked until the transaction ends.

Name the tables, one statement each.
)",
    .bad = {R"(
CREATE ROLE app;
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
DROP OWNED BY app;
)",
            R"(
REASSIGN OWNED BY app TO postgres;
)",
            R"(
ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE pg_global;
)"},
    .good = {R"(
ALTER TABLE orders OWNER TO app;
)"},
    .about = kinds<DropOwned, ReassignOwned, Unmodelled>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        Consequence consequence;
        consequence.message = said_of(step);
        if (consequence.message.empty()) return {};
        consequence.grows_with_rows = step.is<Unmodelled>() != nullptr;
        consequence.certainty = Certainty::depends;
        consequence.depends_on.push_back("which tables there are when it runs");
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
