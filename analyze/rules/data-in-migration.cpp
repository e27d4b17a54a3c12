#include "analyze/kit/judge.h"
#include "core/table_pattern.h"

namespace pgfence::rules {
namespace {

std::string_view doing(Dml::Kind kind) {
    switch (kind) {
        case Dml::Kind::insert: return "INSERT into";
        case Dml::Kind::update: return "UPDATE of";
        case Dml::Kind::delete_: return "DELETE from";
        case Dml::Kind::merge: return "MERGE into";
        case Dml::Kind::copy_from: return "COPY into";
        default: return "";
    }
}

const RangeUse* written_by(const Dml& dml) {
    for (const RangeUse& use : dml.query.relations)
        if (changes_rows(use.how)) return &use;
    return nullptr;
}

}  // namespace

extern const Rule data_in_migration{
    .title = "Data changed in a schema migration",
    .category = Category::policy,
    .why = R"(
Some teams keep data out of schema migrations: data changes take time with the rows, cannot be undone by the same
means, and depend on what is in one database and not in another. Tables that the same change creates are left alone.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
CREATE TABLE countries (code text);
-- migration:
UPDATE orders SET state = 'new' WHERE state IS NULL;
)",
            R"(
INSERT INTO countries (code) VALUES ('at');
)",
            R"(
DO $$ BEGIN DELETE FROM orders WHERE id = 1; END $$;
)"},
    .good = {R"(
CREATE TABLE countries (code text PRIMARY KEY);
INSERT INTO countries (code) VALUES ('at');
)",
             R"(
ALTER TABLE orders ADD COLUMN state text;
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* dml = step.is<Dml>();
        const RangeUse* use = dml && !doing(dml->kind).empty() ? written_by(*dml) : nullptr;
        if (!use || !step.existing(use->name) || matches_any(step.texts("except"), step.qualified(use->name)))
            return {};
        return {of_name(step, use->name, fmt::format("{} {} changes data", doing(dml->kind), in_code(use->name)))};
    },
    .options = {{"except", std::vector<std::string>{}, "patterns for tables whose rows belong to the schema"}},
};

}  // namespace pgfence::rules
