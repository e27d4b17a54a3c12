// A new column in an old one's place: beside it, kept equal by a trigger, filled in batches, and at last given the
// keys, the sequence and the name that the old one had.

#include <algorithm>

#include "analyze/kit/recipe.h"
#include "analyze/kit/recipe_parts.h"
#include "core/text.h"

namespace pgfence {
namespace {

SyncTrigger sync_trigger(const Step& step, const Name& table, const std::string& column, const std::string& body) {
    SyncTrigger sync{name_for_column(step, table, column, "sync"), "", ""};
    const std::string t = quoted(table), trigger = quoted(sync.name), f = quoted(Name{table.schema, sync.name});
    sync.create = fmt::format(
        "CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS {};\n"
        "CREATE TRIGGER {} BEFORE INSERT OR UPDATE ON {}\n  FOR EACH ROW EXECUTE FUNCTION {}();",
        f, dollar_quoted("\nBEGIN\n" + body + "  RETURN NEW;\nEND "), trigger, t, f);
    sync.drop = fmt::format("DROP TRIGGER {} ON {};\nDROP FUNCTION {}();\n", trigger, t, f);
    return sync;
}

/// Old code writes one column and new code the other, while both run.
std::string either_way(const std::string& a, const std::string& b, std::string_view as) {
    return fmt::format(
        "  IF TG_OP = 'INSERT' THEN\n"
        "    NEW.{1} := coalesce(NEW.{1}, NEW.{0});\n    NEW.{0} := coalesce(NEW.{0}, NEW.{1});\n"
        "  ELSIF NEW.{1}{2} IS DISTINCT FROM OLD.{1}{2} THEN\n    NEW.{0} := NEW.{1};\n"
        "  ELSE\n    NEW.{1} := NEW.{0};\n  END IF;\n",
        a, b, as);
}

/// A key over this column alone that nothing refers to: an index built beside it can take its place. Where no CHECK
/// proves that it holds no null, a primary key would look for them again.
bool is_own_key(const Step& step, const Relation& table, const TableConstraint& key, const std::string& column) {
    const bool primary = key.type == ConstraintType::primary_key;
    const Relation* index = step.before.get(key.index);
    if ((!primary && key.type != ConstraintType::unique) ||
        (primary && !step.server_has(Feature::check_proves_not_null)) || key.columns.size() != 1 ||
        key.columns.front() != column || key.deferrable || key.inherited || !index || !index->index.including.empty() ||
        table.kind != RelationKind::table)
        return false;
    const auto keys = step.before.referencing(table.id);
    return std::none_of(keys.begin(), keys.end(), [&](const Catalog::Referencing& other) {
        return is_among(column, other.constraint->referenced_columns);
    });
}

/// A primary key that is not handed over keeps the old column NOT NULL, which nobody writes any more.
bool is_in_key_that_stays(const Step& step, const Name& table, const std::string& column) {
    const Relation* relation = step.before.find(table);
    return relation && std::any_of(relation->table.constraints.begin(), relation->table.constraints.end(),
                                   [&](const TableConstraint& key) {
                                       return key.type == ConstraintType::primary_key &&
                                              is_among(column, key.columns) &&
                                              !is_own_key(step, *relation, key, column);
                                   });
}

/// The sequence that the column owns and draws its default from; null: there is none, or it is an identity's.
const Relation* serial_of(const Step& step, const Relation& table, const Column& column) {
    if (!column.default_expr || column.identity) return nullptr;
    const std::string drawn = sequence_of(*column.default_expr);
    for (const Relation* sequence : step.before.sequences_owned_by(table.id))
        if (sequence->sequence.owner_column == column.name &&
            (drawn == sequence->name.name || drawn == sequence->name.schema + '.' + sequence->name.name))
            return sequence;
    return nullptr;
}

/// SQL of the last step, before the old column gives way and behind that.
struct Handover {
    std::string before, behind;
};

/// Adds the steps that build what the new column needs; what the last step does with it is the answer.
Handover hand_over(Recipe& recipe, const Step& step, const Name& table, const std::string& column,
                   const NewColumn& fresh) {
    const Relation* relation = step.before.find(table);
    const Column* old = relation ? relation->column(column) : nullptr;
    if (!old) return {};
    const std::string t = quoted(table), c = quoted(column), n = quoted(fresh.name);
    Handover sql;
    for (const TableConstraint& key : relation->table.constraints) {
        if (!is_own_key(step, *relation, key, column)) continue;
        const bool primary = key.type == ConstraintType::primary_key;
        const std::string index = quoted(name_for_column(step, table, fresh.name, primary ? "pkey" : "key"));
        recipe.steps.push_back(
            outside_transaction(fmt::format("CREATE UNIQUE INDEX CONCURRENTLY {} ON {} ({});", index, t, n)));
        sql.before += fmt::format("ALTER TABLE {} DROP CONSTRAINT {};\n", t, quoted(key.name));
        sql.behind += fmt::format("\nALTER TABLE {} ADD CONSTRAINT {} {} USING INDEX {};", t, quoted(key.name),
                                  primary ? "PRIMARY KEY" : "UNIQUE", index);
    }
    if (const Relation* sequence = serial_of(step, *relation, *old)) {
        const std::string s = quoted(Name{table.schema, sequence->name.name});
        sql.before += fmt::format(
            "ALTER TABLE {0} ALTER COLUMN {1} DROP DEFAULT;\nALTER TABLE {0} ALTER COLUMN {2} SET DEFAULT "
            "nextval({3});\n"
            "ALTER SEQUENCE {4} OWNED BY {0}.{2};\n",
            t, c, n, literal(s), s);
    }
    if (!old->not_null) return sql;
    // Nobody writes the old column from here on.
    if (!fresh.stays) sql.before += fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL;\n", t, c);
    if (step.server_has(Feature::named_not_null) && !old->not_null_constraint.empty())
        sql.behind +=
            fmt::format("\nALTER TABLE {} RENAME CONSTRAINT {} TO {};", t,
                        quoted(name_for_column(step, table, fresh.name, "not_null")), quoted(old->not_null_constraint));
    return sql;
}

/// What else the column has, by name.
std::vector<std::string> left_behind(const Step& step, const Name& table, const std::string& column) {
    const Relation* relation = step.before.find(table);
    const Column* known = relation ? relation->column(column) : nullptr;
    if (!known) return {"its default, indexes and constraints, if there are any"};
    std::vector<std::string> parts;
    if (known->identity) parts.emplace_back("its identity");
    if (known->generated) parts.emplace_back("its expression");
    if (known->default_expr && serial_of(step, *relation, *known) == nullptr) parts.emplace_back("its default");
    for (const TableConstraint& constraint : relation->table.constraints)
        if (is_among(column, constraint.columns) && !is_own_key(step, *relation, constraint, column))
            parts.push_back("constraint " + quoted(constraint.name));
    for (const Relation* index : step.before.indexes_of(relation->id))
        if (index->index.constraint.empty() && std::any_of(index->index.elements.begin(), index->index.elements.end(),
                                                           [&](const IndexElement& e) { return e.column == column; }))
            parts.push_back("index " + quoted(index->name.name));
    for (const Catalog::Referencing& key : step.before.referencing(relation->id))
        if (is_among(column, key.constraint->referenced_columns))
            parts.push_back(fmt::format("foreign key {} of {}", quoted(key.constraint->name), quoted(key.table->name)));
    for (const Relation* view : step.before.views_on(relation->id))
        if (view->view.uses_star || view->view.mentions(relation->id, column))
            parts.push_back("view " + quoted(view->name));
    return parts;
}

}  // namespace

SyncTrigger computed_by_trigger(const Step& step, const Name& table, const std::string& column,
                                const std::string& value) {
    // The row under the table's name: so that the expression may call its columns what it calls them.
    return sync_trigger(
        step, table, column,
        fmt::format("  NEW.{} := (SELECT {} FROM (SELECT NEW.*) AS {});\n", quoted(column), value, quoted(table.name)));
}

bool takes_row_trigger(const Step& step, const Name& table) {
    return step.server_has(Feature::row_triggers_on_partitioned) || !is_partitioned(step, table);
}

std::optional<Recipe> replace_column(const Step& step, const Name& table, const std::string& column,
                                     const NewColumn& fresh) {
    if (!takes_row_trigger(step, table) || is_in_key_that_stays(step, table, column)) return std::nullopt;
    const std::string t = quoted(table), c = quoted(column), n = quoted(fresh.name);
    const std::string value = fresh.value.empty() ? c : fresh.value;
    const Column* old = column_before(step, table, column);
    // They have no equality.
    const std::string_view as = fresh.type == "json" || fresh.type == "xml" ? "::text" : "";
    const SyncTrigger sync = fresh.stays ? sync_trigger(step, table, fresh.name, either_way(c, n, as))
                                         : computed_by_trigger(step, table, fresh.name, value);
    Recipe recipe;
    recipe.steps.push_back(run(fmt::format("ALTER TABLE {} ADD COLUMN {} {};", t, n, fresh.type)));
    recipe.steps.push_back(
        run(sync.create, fresh.stays ? "keeps both columns equal, whichever of them the running code writes"
                                     : fmt::format("keeps {} up to date while the running code writes {}", n, c)));
    // As the new column stores it: its type may round, or have no operator to be compared with the old one's.
    recipe.steps.push_back(backfill(table, fresh.name, value,
                                    fmt::format("{}{} IS DISTINCT FROM ({})::{}{}", n, as, value, fresh.type, as)));
    if (old && old->not_null) add_not_null(recipe, step, table, fresh.name);
    Handover last = hand_over(recipe, step, table, column, fresh);
    if (!old && !fresh.stays) last.before = fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL;\n", t, c);
    const auto more = left_behind(step, table, column);
    if (!more.empty())
        recipe.steps.push_back(advice(fmt::format("create for {} what {} has: {}", n, c, list_in_words(more))));
    add_note(recipe, fmt::format("{} becomes the last column of {}{}", fresh.stays ? n : c, t,
                                 more.empty() ? "" : "; unless created before, it lacks " + list_in_words(more)));
    if (fresh.stays) {
        recipe.steps.push_back(
            after(fmt::format("a deploy whose code reads and writes {} and no longer {}", n, c),
                  run(fmt::format("{}{}ALTER TABLE {} DROP COLUMN {};{}", sync.drop, last.before, t, c, last.behind))));
        return recipe;
    }
    const std::string kept = quoted(clip(column, kMaxNameBytes - 4) + "_old");
    recipe.steps.push_back(
        run(fmt::format("{}{}ALTER TABLE {} RENAME COLUMN {} TO {};\nALTER TABLE {} RENAME COLUMN {} TO {};{}",
                        sync.drop, last.before, t, c, kept, t, n, c, last.behind),
            "instant, in one transaction: use a short lock_timeout"));
    recipe.steps.push_back(after(fmt::format("a deploy that has run well with the new {}", c),
                                 run(fmt::format("ALTER TABLE {} DROP COLUMN {};", t, kept))));
    return recipe;
}

}  // namespace pgfence
