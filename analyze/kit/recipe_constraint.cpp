// Constraints whose rows are checked while writes go on, or whose index is built before.

#include <algorithm>

#include "analyze/kit/recipe.h"
#include "analyze/kit/recipe_parts.h"
#include "analyze/kit/sql_text.h"

namespace pgfence {
namespace {

std::optional<std::string> without_not_valid(const std::string& definition) {
    const auto tokens = sql_tokens(definition);
    if (!tokens || tokens->size() < 3 || !tokens->back().is("VALID")) return std::nullopt;
    return definition.substr(0, (*tokens)[tokens->size() - 3].end);
}

/// WITH (...) and USING INDEX TABLESPACE are in the text only.
bool has_index_options(const Step& step, const Clause& clause) {
    const auto text = cut_alter_table(step.sql);
    const auto tokens = text && clause.index < text->clauses.size() ? sql_tokens(text->clauses[clause.index])
                                                                    : std::optional<std::vector<SqlToken>>();
    return !tokens || std::any_of(tokens->begin(), tokens->end(),
                                  [](const SqlToken& token) { return token.is("WITH") || token.is("USING"); });
}

/// Nothing when a partition is partitioned itself: its own partitions would have to come first.
std::optional<std::vector<const Relation*>> plain_partitions(const Step& step, const Name& parent) {
    const Relation* table = step.before.find(parent);
    if (!table) return std::nullopt;
    std::vector<const Relation*> partitions;
    for (const RelationId id : table->table.children) {
        const Relation* partition = step.before.get(id);
        if (!partition || partition->kind != RelationKind::table) return std::nullopt;
        partitions.push_back(partition);
    }
    return partitions;
}

const std::vector<std::string>& columns_of_key(const Constraint& constraint) {
    return constraint.type == ConstraintType::foreign_key ? constraint.fk_columns : constraint.keys;
}

/// Another clause gets the same name from the server, with a number behind it that depends on who comes first.
bool shares_name(const Step& step, const Clause& clause, const std::string& name) {
    return std::any_of(clause.statement.cmds.begin(), clause.statement.cmds.end(), [&](const AlterTableCmd& cmd) {
        return &cmd != &clause.cmd && cmd.constraint && cmd.constraint->name.empty() &&
               constraint_name(step, clause.statement.name, *cmd.constraint, columns_of_key(*cmd.constraint)) == name;
    });
}

bool is_known_not_null(const Step& step, const Name& table, const std::string& name) {
    const Column* column = column_before(step, table, name);
    return column && column->not_null && column->not_null_valid;
}

/// The key whose place the new one takes, dropped by an earlier statement of the file; empty: there is none.
std::string key_dropped_before(const Step& step, const Clause& clause, const std::string& name) {
    const bool primary = clause.cmd.constraint->type == ConstraintType::primary_key;
    std::string dropped;
    for (const Earlier& earlier : step.earlier)
        if (const auto* alter = std::get_if<AlterTable>(earlier.action);
            alter && step.qualified(alter->name) == step.qualified(clause.statement.name))
            for (const AlterTableCmd& cmd : alter->cmds)
                if (cmd.subtype == AlterTableType::DropConstraint &&
                    (cmd.name == name || (primary && cmd.name.ends_with("_pkey"))))
                    dropped = cmd.name;
    return dropped;
}

}  // namespace

std::optional<Recipe> not_valid_then_validate(const Step& step, const Clause& clause) {
    const auto text = cut_alter_table(step.sql);
    auto steps = other_clauses(step, clause);
    if (!text || !steps || text->clauses.size() != clause.statement.cmds.size()) return std::nullopt;
    const auto definition = constraint_definition(text->clauses[clause.index]);
    if (!definition) return std::nullopt;
    const Name& table = clause.statement.name;
    const Constraint& constraint = *clause.cmd.constraint;
    const std::string name = constraint_name(step, table, constraint, columns_of_key(constraint));
    if (shares_name(step, clause, name)) return std::nullopt;
    append(*steps, guard_then_validate(table, name, *definition));
    Recipe recipe{std::move(*steps), ""};
    if (constraint.type == ConstraintType::foreign_key &&
        !step.server_has(Feature::not_valid_foreign_key_on_partitioned) && !step.before.find(table))
        add_note(recipe, fmt::format("if {} is partitioned, its partitions get the key first, then {}", quoted(table),
                                     quoted(table)));
    return recipe;
}

std::optional<Recipe> foreign_key_per_partition(const Step& step, const Clause& clause) {
    const auto text = cut_alter_table(step.sql);
    const auto partitions = plain_partitions(step, clause.statement.name);
    if (!text || !partitions || text->clauses.size() != 1) return std::nullopt;
    auto definition = constraint_definition(text->clauses.front());
    if (!definition) return std::nullopt;
    const Constraint& key = *clause.cmd.constraint;
    if (key.not_valid) definition = without_not_valid(*definition);
    if (!definition) return std::nullopt;
    const std::string name = constraint_name(step, clause.statement.name, key, key.fk_columns);
    Recipe recipe;
    for (std::size_t i = 0; i < partitions->size() && i < kMostPartitionsListed; ++i) {
        const Name& partition = (*partitions)[i]->name;
        append(recipe.steps, guard_then_validate(partition, name, *definition));
    }
    recipe.steps.push_back(
        run(add_constraint(clause.statement.name, name, *definition),
            fmt::format(
                "finds the partitions' own keys valid; briefly blocks reads and writes of {}: use a short lock_timeout",
                quoted(key.referenced))));
    if (partitions->size() > kMostPartitionsListed)
        add_note(recipe, fmt::format("the same for each of the {} partitions first", partitions->size()));
    return recipe;
}

void add_not_null(Recipe& recipe, const Step& step, const Name& table, const std::string& column, std::string name) {
    const std::string t = quoted(table), c = quoted(column);
    const bool native = step.server_has(Feature::named_not_null);
    if (name.empty() || !native) name = name_for_column(step, table, column, "not_null");
    if (native) {
        append(recipe.steps, guard_then_validate(table, name, "NOT NULL " + c));
        recipe.steps.back().note += "; the column becomes NOT NULL";
        return;
    }
    append(recipe.steps, guard_then_validate(table, name, fmt::format("CHECK ({} IS NOT NULL)", c)));
    if (!step.server_has(Feature::check_proves_not_null)) {
        add_note(recipe,
                 fmt::format(
                     "before PostgreSQL 12 SET NOT NULL always scans the table: CHECK {} stays and rejects nulls in {}",
                     quoted(name), c));
        return;
    }
    recipe.steps.push_back(run(fmt::format("ALTER TABLE {} ALTER COLUMN {} SET NOT NULL;", t, c),
                               "instant: the validated CHECK proves it"));
    recipe.steps.push_back(together(run(fmt::format("ALTER TABLE {} DROP CONSTRAINT {};", t, quoted(name)),
                                        "instant: the column is NOT NULL by itself now")));
}

std::optional<Recipe> set_not_null(const Step& step, const Clause& clause) {
    auto steps = other_clauses(step, clause);
    if (!steps) return std::nullopt;
    Recipe recipe{std::move(*steps), ""};
    add_not_null(recipe, step, clause.statement.name, clause.cmd.name);
    return recipe;
}

std::optional<Recipe> constraint_using_index(const Step& step, const Clause& clause) {
    const Constraint& constraint = *clause.cmd.constraint;
    const Name& table = clause.statement.name;
    const bool primary = constraint.type == ConstraintType::primary_key;
    const bool not_null = std::all_of(constraint.keys.begin(), constraint.keys.end(),
                                      [&](const std::string& key) { return is_known_not_null(step, table, key); });
    // USING INDEX is refused on partitioned tables, no plain index can stand for a temporal key, and before 12 nothing
    // spares a primary key its own look for nulls.
    if (is_partitioned(step, table) || constraint.without_overlaps || constraint.keys.empty() ||
        has_index_options(step, clause) || (primary && !step.server_has(Feature::check_proves_not_null) && !not_null))
        return std::nullopt;
    auto steps = other_clauses(step, clause);
    if (!steps) return std::nullopt;
    Recipe recipe{std::move(*steps), ""};
    const std::string name = constraint_name(step, table, constraint, constraint.keys);
    if (shares_name(step, clause, name)) return std::nullopt;
    // While the index is built, the old key has its name still.
    const std::string old = key_dropped_before(step, clause, name);
    const std::string built = old.empty() ? name : name + "_new";
    std::string index = fmt::format("CREATE UNIQUE INDEX CONCURRENTLY {} ON {} ({})", quoted(built), quoted(table),
                                    quoted_list(constraint.keys));
    if (!constraint.including.empty()) index += " INCLUDE (" + quoted_list(constraint.including) + ")";
    if (constraint.nulls_not_distinct) index += " NULLS NOT DISTINCT";
    recipe.steps.push_back(
        outside_transaction(index + ";", "fails on duplicates and then leaves an invalid index to drop"));
    if (primary)
        for (const std::string& key : constraint.keys)
            if (!is_known_not_null(step, table, key)) add_not_null(recipe, step, table, key);
    std::string add = add_constraint(
        table, name,
        fmt::format("{} USING INDEX {}{}", primary ? "PRIMARY KEY" : "UNIQUE", quoted(built), timing(constraint)));
    if (old.empty()) {
        recipe.steps.push_back(run(std::move(add)));
        return recipe;
    }
    const std::string head = fmt::format("ALTER TABLE {} ", quoted(table));
    add.insert(head.size(), fmt::format("DROP CONSTRAINT IF EXISTS {}, ", quoted(old)));
    recipe.steps.push_back(
        run(std::move(add), fmt::format("takes the place of the DROP CONSTRAINT {} above as well: the table is never "
                                        "without a key, and the index takes the constraint's name",
                                        quoted(old))));
    return recipe;
}

}  // namespace pgfence
