#include <algorithm>

#include "analyze/kit/judge.h"
#include "core/text.h"

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

/// What the body deletes, empties or drops itself: "deletes rows of `items`".
std::vector<std::string> harm_of(const CalledBody& runs) {
    std::vector<std::string> found;
    const auto body = runs.get();
    if (!body) return found;
    const auto add = [&](const char* does, const Name& name) {
        std::string what = fmt::format("{} {}", does, in_code(name.name));
        if (!is_among(what, found)) found.push_back(std::move(what));
    };
    for (const BodyStatement& statement : body->statements)
        for (const Action& action : statement.actions) {
            if (const auto* dml = std::get_if<Dml>(&action); dml && !dml->query.relations.empty()) {
                if (dml->kind == Dml::Kind::delete_) add("deletes rows of", dml->query.relations.front().name);
            } else if (const auto* truncate = std::get_if<Truncate>(&action)) {
                for (const RangeUse& table : truncate->tables) add("truncates", table.name);
            } else if (const auto* drop = std::get_if<Drop>(&action)) {
                for (const Name& name : drop->names) add("drops", name);
            }
        }
    return found;
}

/// Triggers that run it from now on, and policies that ask it who may see a row.
struct Users {
    std::vector<std::string> triggers, policies;
};
Users users_of(const Step& step, const Name& function) {
    Users users;
    for (const auto& [id, relation] : step.before.relations()) {
        if (!relation.existing) continue;
        for (const TriggerInfo& trigger : relation.triggers)
            if (trigger.function.name == function.name)
                users.triggers.push_back(
                    fmt::format("trigger {} of {}", in_code(trigger.name), in_code(relation.name)));
        for (const PolicyInfo& policy : relation.table.policies)
            if (relation.table.row_security && policy.query &&
                std::any_of(policy.query->functions.begin(), policy.query->functions.end(),
                            [&](const FunctionUse& use) { return use.name.name == function.name; }))
                users.policies.push_back(fmt::format("policy {} of {}", in_code(policy.name), in_code(relation.name)));
    }
    return users;
}

void add_at_once(const Step& step, const CreateFunction& function, const Function& old,
                 std::vector<Consequence>& found) {
    const Users users = users_of(step, function.name);
    if (!users.policies.empty())
        found.push_back(of_name(step, function.name,
                                fmt::format("Function {} changes: {} may hide rows that were seen, or show others",
                                            in_code(function.name), list_in_words(users.policies))));
    std::vector<std::string> harm = harm_of(function.runs);
    const std::vector<std::string> before = harm_of(old.runs);
    std::erase_if(harm, [&](const std::string& one) { return is_among(one, before); });
    if (!users.triggers.empty() && !harm.empty())
        found.push_back(of_name(step, function.name,
                                fmt::format("Function {} changes: run by {}, it now {}", in_code(function.name),
                                            list_in_words(users.triggers), list_in_words(harm))));
}

}  // namespace

extern const Rule function_volatility_change{
    .title = "Changed function leaves old values behind, or changes what triggers and policies do",
    .category = Category::correctness,
    .why = R"(
Indexes on expressions, stored generated columns and `CHECK` constraints hold what the function answered when a row was
written. Replacing its body does not ask it again: the index no longer finds rows that are there, generated columns keep
old values, and rows break the constraint without a word, until a restore fails on them.

A trigger runs the new body, and a policy asks it, from the moment of the commit. A body that deletes, truncates or drops
what the old one did not is reported, and any change of one that policies ask: rows may vanish from code that
saw them.

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
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
CREATE TABLE items (id bigint PRIMARY KEY, order_id bigint);
CREATE FUNCTION on_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER on_order BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION on_order();
-- migration:
CREATE OR REPLACE FUNCTION on_order() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN DELETE FROM items WHERE order_id = NEW.id; RETURN NEW; END $$;
)",
            R"(
CREATE FUNCTION may_see(bigint) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE TABLE orders (id bigint PRIMARY KEY);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen_orders ON orders USING (may_see(id));
-- migration:
CREATE OR REPLACE FUNCTION may_see(bigint) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT $1 > 1000';
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
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
CREATE FUNCTION on_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER on_order BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION on_order();
-- migration:
CREATE OR REPLACE FUNCTION on_order() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.state := lower(NEW.state); RETURN NEW; END $$;
)"},
    .about = kinds<CreateFunction>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* function = step.is<CreateFunction>();
        if (!function || !function->or_replace) return {};
        const auto before = step.before.find_functions(function->name);
        const auto changed = std::find_if(before.begin(), before.end(), [&](const Function* old) {
            return old->arguments == function->arguments &&
                   (old->body != function->body || old->volatility != function->volatility);
        });
        std::vector<Consequence> found;
        if (changed == before.end()) return found;
        if (const auto keep = keepers(step, function->name); !keep.empty())
            found.emplace_back().message =
                fmt::format("Function {} changes, but {} {} the results of the old one", in_code(function->name),
                            list_in_words(keep), keep.size() > 1 ? "keep" : "keeps");
        if ((*changed)->existing) add_at_once(step, *function, **changed, found);
        return found;
    },
    .aliases = "broken-compute",
};

}  // namespace pgfence::rules
