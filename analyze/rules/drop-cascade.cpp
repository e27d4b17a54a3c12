#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/made_here.h"

namespace pgfence::rules {
namespace {

/// drop-type lists the columns where they are known.
bool told_by_others(const Step& step, const Drop& drop) {
    const bool type = drop.object == ObjectType::type || drop.object == ObjectType::domain;
    return type && std::all_of(drop.names.begin(), drop.names.end(),
                               [&](const Name& name) { return !step.before.using_type(name).empty(); });
}

/// Nothing can depend on one.
bool has_no_dependants(ObjectType object) {
    return object == ObjectType::trigger || object == ObjectType::rule || object == ObjectType::policy;
}

std::string named_or_all(const Step& step, const Drop& drop) {
    const auto own_name = [&](const Name& name) {
        return drop.object == ObjectType::schema ? name.name : step.qualified(name);
    };
    std::vector<std::string> others;
    for (const std::string& dropped : step.effects.dropped)
        if (std::none_of(drop.names.begin(), drop.names.end(),
                         [&](const Name& name) { return own_name(name) == dropped; }))
            others.push_back(dropped);
    if (others.empty() || others.size() > 6) return "whatever depends on it,";
    return list_in_code(others) + ", and whatever else depends on it,";
}

/// Something beside the table, its indexes and its sequences is another one afterwards, or the table is not known. Some
/// mappers write CASCADE with every column.
bool may_reach_others(const Step& step, const Name& name) {
    const Relation* table = step.before.find(name);
    if (!table) return true;
    const auto is_part = [&](const Relation& relation) {
        return relation.id == table->id || relation.index.table == table->id ||
               relation.sequence.owner_table == table->id;
    };
    const std::vector<RelationId> changed = step.before.differences(step.after);
    return std::any_of(changed.begin(), changed.end(), [&](RelationId id) {
        const Relation* relation = step.before.get(id);
        return relation && relation->existing && !is_part(*relation);
    });
}

/// Of tables and views that are known, with nothing that would go along, CASCADE is but a habit: Django writes it with
/// every table.
bool reaches_nobody(const Step& step, const Drop& drop) {
    const auto goes = [&](const Relation& relation) {
        return std::any_of(drop.names.begin(), drop.names.end(),
                           [&](const Name& name) { return step.before.find(name) == &relation; });
    };
    const auto stands_alone = [&](const Name& name) {
        const Relation* table = step.before.find(name);
        if (!table || table->maybe || (!table->is_table() && !table->is_view())) return false;
        std::vector<const Relation*> dependants = step.before.views_on(table->id);
        const auto add = [&](const std::vector<const Relation*>& more) {
            dependants.insert(dependants.end(), more.begin(), more.end());
        };
        add(step.before.descendants(table->id));
        add(step.before.using_type(table->name));
        for (const auto& key : step.before.referencing(table->id)) dependants.push_back(key.table);
        for (const Relation* sequence : step.before.sequences_owned_by(table->id))
            for (const RelationId id : step.before.drawing_from(sequence->name))
                dependants.push_back(step.before.get(id));
        return std::all_of(dependants.begin(), dependants.end(),
                           [&](const Relation* one) { return !one || one == table || !one->existing || goes(*one); });
    };
    const bool has_rows = drop.object == ObjectType::table || drop.object == ObjectType::view ||
                          drop.object == ObjectType::materialized_view;
    return has_rows && std::all_of(drop.names.begin(), drop.names.end(), stands_alone);
}

/// What was there before the change is gone with it, though the change may have made what is named: CREATE OR REPLACE
/// VIEW on a table of the change.
bool takes_what_was_there(const Step& step) {
    const std::vector<RelationId> changed = step.before.differences(step.after);
    return std::any_of(changed.begin(), changed.end(), [&](RelationId id) {
        const Relation* relation = step.before.get(id);
        return relation && relation->existing && !step.after.get(id);
    });
}

bool concerns_somebody(const Step& step, const Drop& drop) {
    if (has_no_dependants(drop.object)) return false;
    if (std::all_of(drop.names.begin(), drop.names.end(),
                    [&](const Name& name) { return is_of_this_file(step, drop, name); }))
        return false;
    const bool existing =
        std::any_of(drop.names.begin(), drop.names.end(), [&](const Name& name) { return step.existing(name); });
    return (existing && !told_by_others(step, drop) && !reaches_nobody(step, drop)) ||
           (!existing && takes_what_was_there(step));
}

}  // namespace

extern const Rule drop_cascade{
    .title = "CASCADE drops what the statement does not name",
    .category = Category::destructive,
    .why = R"(
`CASCADE` drops everything that depends on the object: views, foreign keys of other tables, columns of a dropped type,
defaults, triggers. What that is depends on the database it runs on, and nobody reading the migration can tell.

Drop the dependants by name first, then the object without `CASCADE`: it fails when something was forgotten.
)",
    .bad = {R"(
CREATE TYPE mood AS ENUM ('fine', 'bored');
CREATE TABLE orders (id bigint CONSTRAINT orders_pkey PRIMARY KEY, note text, buyer mood);
CREATE VIEW order_notes AS SELECT id, note FROM orders;
-- migration:
DROP TABLE orders CASCADE;
)",
            R"(
DROP TYPE mood CASCADE;
)",
            R"(
ALTER TABLE orders DROP COLUMN note CASCADE;
)",
            R"(
ALTER TABLE orders ADD COLUMN a text, DROP CONSTRAINT orders_pkey CASCADE;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
CREATE VIEW order_notes AS SELECT id, note FROM orders;
-- migration:
CREATE TABLE order_texts (id bigint, note text);
CREATE OR REPLACE VIEW order_notes AS SELECT id, note FROM order_texts;
DROP TABLE order_texts CASCADE;
)",
            R"(
CREATE VIEW totals AS SELECT 1 AS n;
CREATE VIEW yearly AS SELECT n FROM totals;
-- migration:
DROP VIEW totals CASCADE;
)"},
    .good = {R"(
CREATE VIEW totals AS SELECT 1 AS n;
-- migration:
DROP VIEW totals CASCADE;
)",
             R"(
DROP TABLE orders;
)",
             R"(
ALTER TABLE orders DROP COLUMN note;
)",
             R"(
CREATE TABLE scratch (id bigint);
DROP TABLE scratch CASCADE;
)",
             R"(
DROP TRIGGER IF EXISTS touched ON orders CASCADE;
DROP RULE IF EXISTS kept ON orders CASCADE;
DROP POLICY IF EXISTS own ON orders CASCADE;
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);
-- migration:
DROP TABLE orders CASCADE;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
CREATE INDEX orders_note ON orders (note);
-- migration:
ALTER TABLE orders DROP COLUMN note CASCADE;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        if (const auto* drop = step.is<Drop>(); drop && drop->cascade && concerns_somebody(step, *drop)) {
            Consequence consequence =
                of_name(step, drop->names.front(),
                        fmt::format("CASCADE drops {} in addition to {} {}", named_or_all(step, *drop),
                                    word_for(drop->object), in_code(drop->names.front())));
            consequence.relations.insert(consequence.relations.end(), step.effects.dropped.begin(),
                                         step.effects.dropped.end());
            std::sort(consequence.relations.begin(), consequence.relations.end());
            consequence.relations.erase(std::unique(consequence.relations.begin(), consequence.relations.end()),
                                        consequence.relations.end());
            found.push_back(std::move(consequence));
        }
        for (const Clause& clause : clauses(step, {AlterTableType::DropColumn, AlterTableType::DropConstraint}))
            if (clause.cmd.cascade && may_reach_others(step, clause.statement.name))
                found.push_back(at(of_name(step, clause.statement.name,
                                           fmt::format("CASCADE drops whatever depends on {} of {}",
                                                       in_code(clause.cmd.name), clause.table_in_code())),
                                   clause));
        return found;
    },
    .aliases = "drop-schema-cascade",
};

}  // namespace pgfence::rules
