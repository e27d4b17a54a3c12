#include <algorithm>
#include <iterator>

#include "analyze/kit/judge.h"
#include "analyze/kit/may_hold_rows.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/whether_there.h"

namespace pgfence::rules {
namespace {

/// Of a statement that puts all rows that it reads into another table.
const Query* query_of(const Action& action) {
    if (const auto* dml = std::get_if<Dml>(&action))
        return dml->kind == Dml::Kind::insert && !dml->where ? &dml->query : nullptr;
    const auto* table = std::get_if<CreateTableAs>(&action);
    return table && !table->with_no_data && !table->query.has_where ? &table->query : nullptr;
}

/// An earlier statement of the file took its rows elsewhere.
bool is_copied(const Step& step, const Name& table) {
    const std::string name = step.qualified(table);
    return std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        const Query* query = query_of(*earlier.action);
        return query && std::any_of(query->relations.begin(), query->relations.end(), [&](const RangeUse& use) {
                   return use.how == RangeUse::How::read && step.qualified(use.name) == name;
               });
    });
}

bool is_kept(const Step& step, const Name& table) {
    const Relation* kept = step.before.find(table);
    return kept && kept->persistence != Persistence::temporary;
}

/// All values of all rows are in another table that stays.
bool takes_all(const Step& step, const Earlier& earlier, const Relation& table) {
    const auto is_it = [&](const RangeUse& use) { return step.before.find(use.name) == &table; };
    if (const auto* made = std::get_if<CreateTableAs>(earlier.action)) {
        const auto& read = made->query.relations;
        const auto& shown = made->uses.shown;
        const bool all =
            std::any_of(shown.begin(), shown.end(), [](const auto& column) { return column.name.empty(); });
        return !made->materialized_view && !made->with_no_data && !made->query.has_where && read.size() == 1 &&
               is_it(read.front()) && all && is_kept(step, made->name);
    }
    const auto* dml = std::get_if<Dml>(earlier.action);
    if (!dml || dml->kind != Dml::Kind::insert || dml->reach != Dml::Reach::run || dml->where) return false;
    const auto& relations = dml->query.relations;
    if (relations.size() != 2 || !is_it(relations.back()) || !is_kept(step, relations.front().name)) return false;
    const auto is_taken = [&](const Column& column) {
        return column.generated || std::find(dml->copied.begin(), dml->copied.end(), column.name) != dml->copied.end();
    };
    return dml->copies_all ||
           (table.columns_known && std::all_of(table.columns.begin(), table.columns.end(), is_taken));
}

bool is_copied_whole(const Step& step, const Name& name) {
    const Relation* table = step.before.find(name);
    const auto takes = [&](const Earlier& earlier) { return takes_all(step, earlier, *table); };
    return table && (std::any_of(step.earlier.begin(), step.earlier.end(), takes) ||
                     std::any_of(step.before_file.begin(), step.before_file.end(), takes));
}

std::size_t keys_of(const Relation& table) {
    return static_cast<std::size_t>(
        std::count_if(table.table.constraints.begin(), table.table.constraints.end(),
                      [](const TableConstraint& constraint) { return constraint.type != ConstraintType::not_null; }));
}

/// What has the name of a table whose rows were copied has all its columns, and as many constraints.
bool is_as_before(const Relation& before, const Catalog& end) {
    const Relation* now = end.find(before.name);
    if (!now || !before.columns_known) return true;
    return now->columns_known && keys_of(*now) >= keys_of(before) &&
           std::all_of(before.columns.begin(), before.columns.end(),
                       [&](const Column& column) { return now->column(column.name); });
}

/// Copied rows came back under the name; what else the table had may not have.
std::vector<Consequence> parts_lost(const Step& step, const Drop& drop, const std::vector<Name>& dropped) {
    std::vector<Consequence> found;
    for (const Name& name : dropped) {
        const Relation* table = step.before.find(name);
        if (!table) continue;
        found.push_back(of_name(step, drop.names.front(),
                                fmt::format("{} is replaced by another table: columns that were not copied are lost, "
                                            "and so are its constraints, indexes and defaults",
                                            quoted(name))));
        found.back().stands_at_end = [before = *table](const Catalog& end) { return !is_as_before(before, end); };
    }
    return found;
}

/// A table of this change may have become the parent of older ones, which go with it.
std::vector<Consequence> children_lost(const Step& step, const Drop& drop) {
    std::vector<Consequence> found;
    for (const Relation* table : lost_tables(step)) {
        found.push_back(
            of_name(step, drop.names.front(),
                    fmt::format("{} is dropped with {}: all its rows are lost, and running code that uses it fails",
                                in_code(table->name), in_code(drop.names.front()))));
        found.back().relations = {step.qualified(table->name)};
    }
    return found;
}

}  // namespace

extern const Rule drop_table{
    .title = "Dropped table loses its rows and breaks running code",
    .category = Category::destructive,
    .why = R"(
The rows are gone, and every query of the code that is still running fails from that moment. Only a backup brings them
back.

Deploy code that no longer uses the table first; drop it once that has run for a while.

Where an earlier statement of the change copied all its columns, in all rows, into another table that stays, nothing but
the name is lost: that weighs less.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE invoices (id bigint PRIMARY KEY);
-- migration:
DROP TABLE orders;
)",
            R"(
DROP TABLE IF EXISTS orders, invoices CASCADE;
)",
            R"(
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE TABLE orders_new (id bigint PRIMARY KEY);
-- migration:
DROP TABLE orders;
ALTER TABLE orders_new RENAME TO orders;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
CREATE TABLE purchases (id bigint PRIMARY KEY, note text);
INSERT INTO purchases (id, note) SELECT id, note FROM orders;
DROP TABLE orders;
)"},
    .good = {R"(
CREATE TABLE scratch (id bigint);
DROP TABLE scratch;
)",
             R"(
CREATE TABLE orders (id integer PRIMARY KEY);
-- migration:
CREATE TABLE orders_new (id bigint PRIMARY KEY);
INSERT INTO orders_new (id) SELECT id FROM orders;
DROP TABLE orders;
ALTER TABLE orders_new RENAME TO orders;
)",
             R"(
DROP VIEW orders_view;
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop) return {};
        // With the type that it is OF.
        if (drop->object == ObjectType::type || drop->object == ObjectType::composite_type)
            return children_lost(step, *drop);
        if (drop->object != ObjectType::table && drop->object != ObjectType::foreign_table) return {};
        std::vector<Name> dropped;
        std::vector<std::string> names, stored;
        for (const Name& name : drop->names) {
            if (!may_hold_rows(step, name)) continue;
            dropped.push_back(step.before.resolve(name));
            names.push_back(in_code(name));
            stored.push_back(step.qualified(name));
        }
        if (names.empty()) return children_lost(step, *drop);
        const bool whole =
            std::all_of(dropped.begin(), dropped.end(), [&](const Name& name) { return is_copied_whole(step, name); });
        const bool copied = whole || std::all_of(dropped.begin(), dropped.end(),
                                                 [&](const Name& name) { return is_copied(step, name); });
        const auto all_back = [dropped](const Catalog& end) {
            return std::all_of(dropped.begin(), dropped.end(), [&](const Name& name) { return end.find(name); });
        };
        const auto told_by_create_table_force = [dropped, drop_if_exists = drop->if_exists](const Catalog& end) {
            return drop_if_exists && std::all_of(dropped.begin(), dropped.end(),
                                                 [&](const Name& name) { return is_made_anew(end, name); });
        };
        const std::string list = list_in_words(names);
        const auto recipe = after_deploy(step, fmt::format("a deploy whose code no longer uses {}", list));
        std::vector<Consequence> found;
        found.push_back(of_name(step, drop->names.front(),
                                fmt::format("Dropping {}: {}running code that uses {} fails", list,
                                            copied ? "" : "all rows are lost, and ", names.size() > 1 ? "them" : "it"),
                                recipe));
        if (whole) found.back().harm = Harm::lost_name;
        found.back().stands_at_end = [all_back](const Catalog& end) { return !all_back(end); };
        if (!copied) {
            found.push_back(of_name(
                step, drop->names.front(),
                fmt::format("All rows of {} are lost: the table that has the name afterwards lacks them", list)));
            found.back().stands_at_end = [all_back, told_by_create_table_force](const Catalog& end) {
                return all_back(end) && !told_by_create_table_force(end);
            };
        }
        if (copied) {
            auto parts = parts_lost(step, *drop, dropped);
            found.insert(found.end(), std::make_move_iterator(parts.begin()), std::make_move_iterator(parts.end()));
        }
        doubt_whether_there(step, *drop, dropped, found);
        for (Consequence& consequence : found) consequence.relations = stored;
        return found;
    },
    .aliases = "ban-drop-table",
};

}  // namespace pgfence::rules
