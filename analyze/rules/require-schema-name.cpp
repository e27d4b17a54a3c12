#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool lies_in_a_schema(ObjectType object) {
    switch (object) {
        case ObjectType::table:
        case ObjectType::index:
        case ObjectType::sequence:
        case ObjectType::view:
        case ObjectType::materialized_view:
        case ObjectType::foreign_table:
        case ObjectType::type:
        case ObjectType::domain:
        case ObjectType::function:
        case ObjectType::procedure: return true;
        default: return false;
    }
}

/// What the statement makes, changes or drops. Parts of a relation (triggers, constraints) lie where it does.
std::vector<Name> named_by(const Step& step) {
    if (const auto* a = step.is<CreateTable>())
        return a->persistence == Persistence::temporary ? std::vector<Name>{} : std::vector{a->name};
    if (const auto* a = step.is<CreateView>()) return {a->name};
    if (const auto* a = step.is<CreateTableAs>())
        return a->persistence == Persistence::temporary ? std::vector<Name>{} : std::vector{a->name};
    if (const auto* a = step.is<CreateIndex>()) return {a->table};
    if (const auto* a = step.is<CreateSequence>()) return {a->name};
    if (const auto* a = step.is<CreateEnum>()) return {a->name};
    if (const auto* a = step.is<CreateDomain>()) return {a->name};
    if (const auto* a = step.is<CreateFunction>()) return {a->name};
    if (const auto* a = step.is<CreateTrigger>()) return {a->table};
    if (const auto* a = step.is<AlterTable>()) return {a->name};
    if (const auto* a = step.is<Rename>())
        return lies_in_a_schema(a->object) || !a->part.empty() ? std::vector{a->relation} : std::vector<Name>{};
    if (const auto* a = step.is<Drop>()) return lies_in_a_schema(a->object) ? a->names : std::vector<Name>{};
    std::vector<Name> names;
    if (const auto* a = step.is<Truncate>())
        for (const RangeUse& use : a->tables) names.push_back(use.name);
    return names;
}

bool is_temporary(const Step& step, const Name& name) {
    const Relation* known = step.before.find(name);
    return known && known->persistence == Persistence::temporary;
}

}  // namespace

extern const Rule require_schema_name{
    .title = "Name without its schema",
    .category = Category::policy,
    .why = R"(
Which object a bare name means depends on the `search_path` of whoever runs the migration: another role, another
setting, and a table of the same name in another schema is altered, or a new one lands where nobody looks for it.
)",
    .bad = {R"(
CREATE TABLE invoices (id bigint PRIMARY KEY);
)",
            R"(
CREATE TABLE public.orders (id bigint PRIMARY KEY, user_id bigint);
CREATE VIEW public.a AS SELECT id FROM public.orders;
CREATE VIEW public.b AS SELECT id FROM public.orders;
-- migration:
ALTER TABLE orders ADD COLUMN note text;
)",
            R"(
DROP VIEW public.a, b;
)",
            R"(
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)"},
    .good = {R"(
CREATE TABLE public.orders (id bigint PRIMARY KEY);
CREATE INDEX orders_id ON public.orders (id);
)",
             R"(
CREATE TEMPORARY TABLE staging (id bigint);
DROP TABLE staging;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<std::string> bare;
        std::vector<Name> names = named_by(step);
        std::erase_if(names, [&](const Name& n) { return n.empty() || !n.schema.empty() || is_temporary(step, n); });
        for (const Name& name : names) bare.push_back(in_code(name));
        if (bare.empty()) return {};
        return {
            of_name(step, names.front(),
                    fmt::format("{} has no schema: the search_path decides which one is meant", list_in_words(bare)))};
    },
    .aliases = "require-table-schema require-schema-qualified",
};

}  // namespace pgfence::rules
