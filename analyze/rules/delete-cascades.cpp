#include <algorithm>
#include <set>

#include "analyze/kit/judge.h"
#include "analyze/kit/may_hold_rows.h"
#include "analyze/kit/row_choice.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

/// What happens to rows that refer to the deleted or changed ones: they go, and so on from them; take the new value; or
/// forget what they referred to.
class Followers {
public:
    explicit Followers(const Step& step) : step_(step) {}
    std::vector<std::string> deleted, emptied, changed, relations;

    /// An UPDATE that gives these columns new values.
    void of_update(const Relation& table, const std::vector<std::string>& columns) {
        for (const auto& [referencing, key] : step_.before.referencing(table.id)) {
            if (!key->enforced || !may_hold_rows(step_, referencing->name)) continue;
            std::vector<std::string> follow;
            for (std::size_t i = 0; i < key->referenced_columns.size() && i < key->columns.size(); ++i)
                if (is_among(key->referenced_columns[i], columns)) follow.push_back(key->columns[i]);
            if (follow.empty() || !seen_.insert(referencing->id).second) continue;
            if (key->on_update != 'c' && key->on_update != 'n' && key->on_update != 'd') continue;
            for (const std::string& column : follow)
                add(key->on_update == 'c' ? changed : emptied, in_code(Name{referencing->name.name, column}),
                    *referencing);
            if (key->on_update == 'c') of_update(*referencing, follow);
        }
    }

    void of(const Relation& table) {
        if (!seen_.insert(table.id).second) return;
        for (const auto& [referencing, key] : step_.before.referencing(table.id)) {
            if (!key->enforced || !may_hold_rows(step_, referencing->name)) continue;
            if (key->on_delete == 'c' && seen_.count(referencing->id) == 0) {
                add(deleted, in_code(referencing->name), *referencing);
                of(*referencing);
            }
            if (key->on_delete == 'n' || key->on_delete == 'd')
                for (const std::string& column : key->set_columns.empty() ? key->columns : key->set_columns)
                    add(emptied, in_code(Name{referencing->name.name, column}), *referencing);
        }
    }

private:
    void add(std::vector<std::string>& all, std::string what, const Relation& relation) {
        if (std::find(all.begin(), all.end(), what) == all.end()) all.push_back(std::move(what));
        const std::string name = step_.qualified(relation.name);
        if (std::find(relations.begin(), relations.end(), name) == relations.end()) relations.push_back(name);
    }

    const Step& step_;
    std::set<RelationId> seen_;
};

std::string in_words(const Followers& followers, const std::string& table, bool deletes) {
    std::string message;
    if (!followers.deleted.empty())
        message = fmt::format("Also deletes the rows of {} that reference the deleted rows of {}",
                              list_in_words(followers.deleted), table);
    if (!followers.changed.empty())
        message = fmt::format("Also changes {} in rows that reference the updated rows of {}",
                              list_in_words(followers.changed), table);
    if (!followers.emptied.empty())
        message +=
            fmt::format("{0}Also resets {2} in rows that reference the {3} rows of {1}", message.empty() ? "" : ". ",
                        table, list_in_words(followers.emptied), deletes ? "deleted" : "updated");
    return message;
}

}  // namespace

extern const Rule delete_cascades{
    .title = "DELETE or UPDATE that also changes rows of other tables",
    .category = Category::scan,
    .why = R"(
A foreign key with `ON DELETE CASCADE` deletes the rows that refer to the deleted ones, and those that refer to them in
turn; with `ON DELETE SET NULL` or `SET DEFAULT` they forget what they referred to. With `ON UPDATE CASCADE`, a key that
gets a new value is changed in all rows that refer to it as well. The statement names none of these
tables, and one row of it may cost thousands there: all of them stay locked until the transaction ends, and are gone.

Count them first, and keep a copy of what somebody may ask for.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users ON DELETE CASCADE);
CREATE TABLE items (id bigint PRIMARY KEY, order_id bigint REFERENCES orders ON DELETE CASCADE);
-- migration:
DELETE FROM users WHERE id = 1;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, seller_id bigint REFERENCES users ON DELETE SET NULL);
-- migration:
DELETE FROM users WHERE id = 1;
)",
            R"(
CREATE TABLE codes (code text PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, code text REFERENCES codes ON UPDATE CASCADE);
-- migration:
UPDATE codes SET code = 'fresh' WHERE code = 'new';
)"},
    .good = {R"(
CREATE TABLE codes (code text PRIMARY KEY, label text);
CREATE TABLE orders (id bigint PRIMARY KEY, code text REFERENCES codes ON UPDATE CASCADE);
-- migration:
UPDATE codes SET label = 'fresh' WHERE code = 'new';
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);
-- migration:
DELETE FROM users WHERE id = 1;
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users ON DELETE CASCADE);
DELETE FROM users WHERE id = 1;
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* dml = step.is<Dml>();
        if (!dml || dml->query.relations.empty()) return {};
        const bool deletes = dml->kind == Dml::Kind::delete_;
        if (!deletes && dml->kind != Dml::Kind::update && !dml->updates_on_conflict) return {};
        const Work* work = step.work(Cause::every_row);
        if (!work) work = step.work(Cause::query);
        const bool changes = work ? work->kind == Work::Kind::change_rows : dml->updates_on_conflict;
        if (!changes || dml->reach != Dml::Reach::run || picks_no_row(RowChoice::of(step, *dml))) return {};
        const Name& name = dml->query.relations.front().name;
        const Relation* table = step.before.find(name);
        if (!table) return {};
        Followers followers(step);
        if (deletes)
            followers.of(*table);
        else
            followers.of_update(*table, dml->set_columns);
        if (followers.relations.empty()) return {};
        Consequence consequence;
        consequence.message = in_words(followers, in_code(name), deletes);
        consequence.relations = std::move(followers.relations);
        consequence.relations.push_back(work ? work->relation : step.qualified(name));
        consequence.grows_with_rows = true;
        if (!work) consequence.harm = Harm::rows_at_hand;
        return {std::move(consequence)};
    },
    .severity = Severity::warning,
};

}  // namespace pgfence::rules
