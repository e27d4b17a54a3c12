#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool calls(const Boxed<Expr>& expr, const std::string& function) {
    std::vector<const Expr*> open;
    if (expr) open.push_back(&*expr);
    while (!open.empty()) {
        const Expr& e = *open.back();
        open.pop_back();
        if (e.kind == Expr::Kind::call && e.name.name == function) return true;
        for (const Expr& arg : e.args) open.push_back(&arg);
    }
    return false;
}

/// What keeps values that the function gave, and does not ask it again.
std::vector<std::string> keepers(const Step& step, const Name& function) {
    std::vector<std::string> found;
    for (const RelationId id : step.before.calling(function)) {
        const Relation* relation = step.before.get(id);
        if (!relation || !relation->existing) continue;
        const bool indexed = std::any_of(relation->index.elements.begin(), relation->index.elements.end(),
                                         [&](const IndexElement& e) { return calls(e.expr, function.name); });
        if (indexed || calls(relation->index.where, function.name)) found.push_back("index " + quoted(relation->name));
        for (const Column& column : relation->columns)
            if (column.generated && !column.generated_virtual && calls(column.generated_expr, function.name))
                found.push_back(fmt::format("column {} of {}", in_code(column.name), in_code(relation->name)));
        for (const TableConstraint& c : relation->table.constraints)
            if (c.type == ConstraintType::check && calls(c.expr, function.name))
                found.push_back(fmt::format("check {} of {}", in_code(c.name), in_code(relation->name)));
    }
    return found;
}

}  // namespace

extern const Rule function_volatility_change{
    .title = "Changed function leaves indexes and generated columns with old values",
    .category = Category::correctness,
    .why = R"(
Indexes on expressions, stored generated columns and `CHECK` constraints hold what the function answered when a row was
written. Replacing its body does not ask it again: the index no longer finds rows that are there, generated columns keep
old values, and rows break the constraint without a word, until a restore fails on them.

Make a function of another name, and move index, column and constraint to it; or `REINDEX` and rewrite afterwards.
)",
    .bad = {R"(
CREATE FUNCTION key_of(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE TABLE users (name text);
CREATE INDEX users_key ON users (key_of(name));
-- migration:
CREATE OR REPLACE FUNCTION key_of(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
)",
            R"(
CREATE FUNCTION is_valid(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE users (name text CHECK (is_valid(name)));
-- migration:
CREATE OR REPLACE FUNCTION is_valid(text) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
)"},
    .good = {R"(
CREATE FUNCTION key_of(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE TABLE users (name text);
-- migration:
CREATE OR REPLACE FUNCTION key_of(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
)",
             R"(
CREATE FUNCTION key_of(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE TABLE users (name text DEFAULT key_of('A'));
-- migration:
CREATE OR REPLACE FUNCTION key_of(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
)"},
    .about = kinds<CreateFunction>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* function = step.is<CreateFunction>();
        if (!function || !function->or_replace) return {};
        const auto before = step.before.find_functions(function->name);
        const bool changed = std::any_of(before.begin(), before.end(), [&](const Function* old) {
            return old->arguments == function->arguments &&
                   (old->body != function->body || old->volatility != function->volatility);
        });
        const auto keep = changed ? keepers(step, function->name) : std::vector<std::string>{};
        if (keep.empty()) return {};
        Consequence consequence;
        consequence.message =
            fmt::format("Function {} changes, but {} {} the results of the old one", in_code(function->name),
                        list_in_words(keep), keep.size() > 1 ? "keep" : "keeps");
        return {std::move(consequence)};
    },
    .aliases = "broken-compute",
};

}  // namespace pgfence::rules
