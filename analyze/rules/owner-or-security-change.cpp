#include <algorithm>
#include <string>
#include <vector>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool was_there(const Step& step, const Name& function) {
    const std::vector<const Function*> known = step.before.find_functions(function);
    return known.empty() || known.front()->existing;
}

/// Dumps give the schema public, which every database has, an owner.
bool was_there(const Step& step, const ChangeOwner& change) {
    if (change.object == ObjectType::function || change.object == ObjectType::procedure)
        return was_there(step, change.name);
    return change.object == ObjectType::schema && change.name.name != "public" &&
           std::none_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
               const auto* made = std::get_if<CreateSchema>(earlier.action);
               return made && made->name == change.name.name;
           });
}

/// The file itself begins with making the table: where that found one, it is the one that an earlier run of the same
/// text has made.
bool is_made_here(const Step& step, const Name& table) {
    return std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        const auto* made = std::get_if<CreateTable>(earlier.action);
        return made && step.before.resolve(made->name) == step.before.resolve(table);
    });
}

void add_owners(const Step& step, std::vector<Consequence>& found) {
    if (const auto* change = step.is<ChangeOwner>(); change && was_there(step, *change)) {
        const bool runs = change->object == ObjectType::function || change->object == ObjectType::procedure;
        found.push_back(
            of_name(step, change->name,
                    fmt::format("The owner of {} {} becomes {}: the former one loses the rights that it "
                                "had as its owner{}",
                                word_for(change->object), in_code(change->name), in_code(change->owner),
                                runs ? ", and with SECURITY DEFINER it runs with those of the new one" : "")));
    }
    for (const Clause& clause : clauses(step, {AlterTableType::ChangeOwner})) {
        const Relation* table = step.before.find(clause.statement.name);
        if ((table && table->owner == clause.cmd.name) || is_made_here(step, clause.statement.name)) continue;
        found.push_back(
            at(of_name(step, clause.statement.name,
                       fmt::format("The owner of {} becomes {}: the former one loses the rights that it had "
                                   "as its owner",
                                   clause.table_in_code(), in_code(clause.cmd.name))),
               clause));
    }
}

void add_functions(const Step& step, std::vector<Consequence>& found) {
    const auto* alter = step.is<AlterFunction>();
    if (!alter || !was_there(step, alter->name)) return;
    const std::string name = in_code(alter->name);
    if (alter->security_definer)
        found.push_back(of_name(
            step, alter->name,
            *alter->security_definer
                ? fmt::format("From now on {} runs with its owner's rights, whoever calls it", name)
                : fmt::format("From now on {} runs with its caller's rights, which may be fewer: its callers fail, or "
                              "row level security hides rows from it",
                              name)));
    if (alter->sets_path)
        found.push_back(of_name(step, alter->name,
                                fmt::format("Changes the search_path of {}: names in its body may mean other tables, "
                                            "or none",
                                            name)));
}

}  // namespace

extern const Rule owner_or_security_change{
    .title = "Changed owner, security or search_path changes what may be done",
    .category = Category::compatibility,
    .why = R"(
Whoever owned the object no longer owns it: what the role could do without a `GRANT` it no longer can, and code that
connects as that role fails. A function runs with the rights that `SECURITY` says, and finds tables by the `search_path` that
it has; both change for every caller at the commit. `SECURITY DEFINER` with a `search_path` that callers choose lets them put
tables of their own in the place of yours.

Grant the former owner what it still needs in the same change, and set a `search_path` beside `SECURITY DEFINER`.
)",
    .bad = {R"(
CREATE ROLE app;
CREATE SCHEMA billing;
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE FUNCTION order_count() RETURNS bigint LANGUAGE sql AS 'SELECT 1';
-- migration:
ALTER FUNCTION order_count() SECURITY DEFINER;
)",
            R"(
ALTER FUNCTION order_count() SET search_path = billing;
)",
            R"(
ALTER FUNCTION order_count() OWNER TO app;
)",
            R"(
ALTER TABLE orders OWNER TO app;
)"},
    .good = {R"(
CREATE ROLE app;
CREATE TABLE orders (id bigint PRIMARY KEY);
ALTER TABLE orders OWNER TO app;
CREATE FUNCTION order_count() RETURNS bigint LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION order_count() SECURITY DEFINER;
ALTER FUNCTION order_count() OWNER TO app;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
ALTER TABLE orders OWNER TO app;
)"},
    .about = kinds<ChangeOwner, AlterTable, AlterFunction>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        add_owners(step, found);
        add_functions(step, found);
        return found;
    },
};

}  // namespace pgfence::rules
