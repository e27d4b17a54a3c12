#include <algorithm>
#include <functional>
#include <optional>

#include "analyze/kit/judge.h"
#include "analyze/kit/routines.h"

namespace pgfence::rules {
namespace {

bool is_view(ObjectType object) { return object == ObjectType::view || object == ObjectType::materialized_view; }

/// What has the name at the end, and did not when the view was dropped; null: nothing.
const Relation* made_again(const Catalog& end, const Name& name, RelationId before) {
    const Relation* now = end.find(name);
    return now && now->id != before ? now : nullptr;
}

/// CREATE OR REPLACE VIEW takes it: the columns that were there come first, as they were called.
bool may_replace(const Relation& before, const Relation& now) {
    const auto &was = before.view.columns, &is = now.view.columns;
    return before.kind == RelationKind::view && !was.empty() && was.size() <= is.size() &&
           std::equal(was.begin(), was.end(), is.begin(),
                      [](const ViewColumn& a, const ViewColumn& b) { return a.name == b.name; });
}

/// All grants and owners would be known.
bool tells_all(const Catalog& catalog) { return catalog.complete() || catalog.has_whole_history(); }

Consequence of_view(const Step& step, const Name& name, std::string message,
                    const std::function<bool(const Relation& now, const Catalog& end)>& stands) {
    const Relation* before = step.before.find(name);
    Consequence gone = of_name(step, name, std::move(message));
    gone.stands_at_end = [resolved = step.before.resolve(name), id = before ? before->id : 0,
                          stands](const Catalog& end) {
        const Relation* now = made_again(end, resolved, id);
        return now && stands(*now, end);
    };
    return gone;
}

/// Of a view that the migrations made.
void add_known_losses(const Step& step, const Name& name, const Relation& before, std::vector<Consequence>& found) {
    const std::string view = in_code(name);
    if (before.commented)
        found.push_back(of_view(step, name, fmt::format("{} is created again without its comment", view),
                                [](const Relation& now, const Catalog&) { return !now.commented; }));
    if (!before.owner.empty())
        found.push_back(
            of_view(step, name,
                    fmt::format("{} belonged to {}. Created again, it belongs to the role that runs the migration",
                                view, in_code(before.owner)),
                    [owner = before.owner](const Relation& now, const Catalog&) { return now.owner != owner; }));
    const auto indexes = step.before.indexes_of(before.id).size();
    if (indexes > 0)
        found.push_back(of_view(
            step, name, fmt::format("{} is created again without some of its indexes", view),
            [indexes](const Relation& now, const Catalog& end) { return end.indexes_of(now.id).size() < indexes; }));
}

/// Since a migration made it, all that ran was read, and gave nobody rights on it. CREATE OR REPLACE may have found it
/// there, with what it had.
bool was_never_granted(const Catalog& catalog, const Relation& view) {
    return !view.view.perhaps_replaced && catalog.is_read_since(view.id);
}

/// Of functions it is not known when they were made.
bool was_never_granted(const Catalog& catalog, const Name& function) {
    return !catalog.find_functions(function).empty() && !catalog.has_read_grants() && catalog.is_read_since(0);
}

/// Rights that nobody told of. A known grant is revoke-privilege's.
void add_unknown_rights(const Step& step, const Name& name, std::vector<Consequence>& found) {
    const Relation* before = step.before.find(name);
    if (tells_all(step.before) || (before && (has_rights(*before) || was_never_granted(step.before, *before)))) return;
    const std::string lost = fmt::format("{} is created again without its grants, owner and comment", in_code(name));
    const auto add = [&](const std::string& message, bool when_replaceable) {
        found.push_back(of_view(step, name, message,
                                [when_replaceable, was = before ? std::optional(*before) : std::nullopt](
                                    const Relation& now, const Catalog&) {
                                    return now.rights.empty() && when_replaceable == (was && may_replace(*was, now));
                                }));
        found.back().certainty = Certainty::depends;
        found.back().depends_on = {fmt::format("whether {} had any: the migrations do not say", in_code(name))};
    };
    add(lost, false);
    if (before) add(lost + ". CREATE OR REPLACE VIEW would keep them: the columns stay as they are", true);
}

void add_routine(const Step& step, const DroppedRoutine& dropped, std::vector<Consequence>& found) {
    const Name resolved = step.before.resolve_function(dropped.name);
    if (tells_all(step.before) || step.before.is_granted_function(resolved) || was_never_granted(step.before, resolved))
        return;
    Consequence gone = of_name(
        step, dropped.name,
        fmt::format(
            "{} is created again as a new function: every role may run it, and grants, owner and comment are lost",
            in_code(dropped.name)));
    gone.certainty = Certainty::depends;
    gone.depends_on = {fmt::format("whether {} had any: the migrations do not say", in_code(dropped.name))};
    gone.stands_at_end = [resolved, dropped](const Catalog& end) {
        return answers_to_calls_of(dropped, end) > Answers::nothing && !end.is_granted_function(resolved);
    };
    found.push_back(std::move(gone));
}

}  // namespace

extern const Rule recreated_object{
    .title = "View or function created again loses its grants, owner and comment",
    .category = Category::robustness,
    .why = R"(
Rights, owner and comment belong to the object, not to its name: `DROP` takes them, and what is created under the name
afterwards has those of a new object. Code that reads a view by a role of its own fails then; a function that only some
roles were allowed to run may be run by all. A materialized view loses its indexes as well.

`CREATE OR REPLACE VIEW` keeps all of it, as long as the columns that are there stay as they are, with new ones behind
them; `CREATE OR REPLACE FUNCTION`, as long as arguments and result stay. Where that cannot be, grant the rights again
in the same migration. Grants that the migrations tell of are `revoke-privilege`.
)",
    .bad = {R"(
BEGIN;
DROP VIEW order_totals;
CREATE VIEW order_totals AS SELECT 2 AS n;
COMMIT;
)",
            R"(
CREATE VIEW order_totals AS SELECT 1 AS n;
COMMENT ON VIEW order_totals IS 'for the reports';
-- migration:
BEGIN;
DROP VIEW order_totals;
CREATE VIEW order_totals AS SELECT 2 AS n;
COMMIT;
)",
            R"(
CREATE ROLE reporting;
CREATE VIEW order_totals AS SELECT 1 AS n;
ALTER VIEW order_totals OWNER TO reporting;
-- migration:
BEGIN;
DROP VIEW order_totals;
CREATE VIEW order_totals AS SELECT 2 AS n;
COMMIT;
)",
            R"(
CREATE MATERIALIZED VIEW order_totals AS SELECT 1 AS n;
CREATE UNIQUE INDEX order_totals_n ON order_totals (n);
-- migration:
BEGIN;
DROP MATERIALIZED VIEW order_totals;
CREATE MATERIALIZED VIEW order_totals AS SELECT 2 AS n;
COMMIT;
)",
            R"(
-- ERROR: function total(integer) does not exist
DROP FUNCTION total(integer);
CREATE FUNCTION total(amount integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
)"},
    .good = {R"(
BEGIN;
DROP VIEW order_totals;
CREATE VIEW order_totals AS SELECT 2 AS n;
GRANT SELECT ON order_totals TO reporting;
COMMIT;
)",
             R"(
CREATE VIEW order_totals AS SELECT 1 AS n;
-- migration:
BEGIN;
DROP VIEW order_totals;
CREATE VIEW order_totals AS SELECT 2 AS n;
COMMIT;
)",
             R"(
CREATE OR REPLACE VIEW order_totals AS SELECT 2 AS n;
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const DroppedRoutine& dropped : dropped_routines(step)) add_routine(step, dropped, found);
        const auto* drop = step.is<Drop>();
        if (!drop || !is_view(drop->object)) return found;
        for (const Name& name : drop->names) {
            if (!step.existing(name)) continue;
            if (const Relation* before = step.before.find(name)) add_known_losses(step, name, *before, found);
            add_unknown_rights(step, name, found);
        }
        return found;
    },
    .once_per_change = true,
};

}  // namespace pgfence::rules
