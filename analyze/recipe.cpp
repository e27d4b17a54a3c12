#include "analyze/recipe.h"

#include <algorithm>
#include <array>

#include "analyze/sql_text.h"

namespace pgfence {
namespace {

// What each runner's documentation or source says about leaving its transaction out. A file that is sent as one simple
// query is one implicit transaction as soon as it holds two statements: there the step needs a file of its own.
struct Runner {
    std::string_view format;
    std::string_view without_transaction;
    bool settings_belong_to_role = false;
};
constexpr std::array kRunners{
    Runner{"dbmate",
           "give it a file of its own whose marker reads \"-- migrate:up transaction:false\", with no other statement"},
    Runner{"diesel",
           "give it a file of its own with \"run_in_transaction = false\" in the metadata.toml beside up.sql"},
    Runner{"drizzle",
           "Drizzle runs every pending migration in one transaction: run this by hand (psql) before the migration, "
           "and keep it in the migration with IF [NOT] EXISTS",
           true},
    Runner{"flyway", "give it a file of its own: Flyway then leaves the transaction out by itself"},
    Runner{"golang-migrate", "give it a file of its own: a file of one statement runs without a transaction"},
    Runner{"goose", "put \"-- +goose NO TRANSACTION\" at the top of its file"},
    Runner{"prisma", "give it a migration of its own: a file of one statement runs without a transaction", true},
    Runner{"sqlx", "give it a file of its own that starts with \"-- no-transaction\", with no other statement"},
};

const Runner* runner(std::string_view format) {
    for (const Runner& known : kRunners)
        if (known.format == format) return &known;
    return nullptr;
}

/// Identifiers are cut to this many bytes by the server.
constexpr std::size_t kLongestName = 63;
constexpr std::size_t kMostPartitionsListed = 6;

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + quoted(name);
    return text;
}

/// As ChooseIndexName and ChooseConstraintName would, without looking whether it is free; the end gives way to the
/// suffix.
std::string made_name(std::string_view table, const std::vector<std::string>& columns, std::string_view suffix) {
    std::string name(table);
    for (const std::string& column : columns) name += '_' + column;
    return name.substr(0, kLongestName - 1 - suffix.size()) + '_' + std::string(suffix);
}

std::string constraint_name(const Constraint& constraint, const Name& table, const std::vector<std::string>& columns) {
    if (!constraint.name.empty()) return constraint.name;
    switch (constraint.type) {
        case ConstraintType::foreign_key: return made_name(table.name, columns, "fkey");
        case ConstraintType::unique: return made_name(table.name, columns, "key");
        case ConstraintType::primary_key: return made_name(table.name, {}, "pkey");
        case ConstraintType::not_null: return made_name(table.name, columns, "not_null");
        default: return made_name(table.name, columns, "check");
    }
}

const std::vector<std::string>& columns_of(const Constraint& constraint) {
    return constraint.type == ConstraintType::foreign_key ? constraint.fk_columns : constraint.keys;
}

std::string add_constraint(const Name& table, const std::string& name, const std::string& definition) {
    return fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {};", quoted(table), quoted(name), definition);
}

std::string validate(const Name& table, const std::string& name) {
    return fmt::format("ALTER TABLE {} VALIDATE CONSTRAINT {};", quoted(table), quoted(name));
}

std::string_view action_words(char action) {
    switch (action) {
        case 'r': return "RESTRICT";
        case 'c': return "CASCADE";
        case 'n': return "SET NULL";
        case 'd': return "SET DEFAULT";
        default: return "NO ACTION";
    }
}

std::string timing(const Constraint& constraint) {
    return std::string(constraint.deferrable ? " DEFERRABLE" : "") +
           (constraint.initially_deferred ? " INITIALLY DEFERRED" : "");
}

/// As a table constraint on that column; empty for what can only stand in a column definition.
std::string as_table_constraint(const Constraint& constraint, const std::string& column) {
    switch (constraint.type) {
        case ConstraintType::check:
            return fmt::format("CHECK ({}){}", constraint.expr_sql, constraint.no_inherit ? " NO INHERIT" : "");
        case ConstraintType::foreign_key: {
            std::string text =
                fmt::format("FOREIGN KEY ({}) REFERENCES {}", quoted(column), quoted(constraint.referenced));
            if (!constraint.pk_columns.empty()) text += " (" + joined(constraint.pk_columns) + ")";
            if (constraint.on_delete != 'a') text += fmt::format(" ON DELETE {}", action_words(constraint.on_delete));
            if (constraint.on_update != 'a') text += fmt::format(" ON UPDATE {}", action_words(constraint.on_update));
            return text + timing(constraint);
        }
        default: return "";
    }
}

/// As it stands in a column definition; nothing when the parse tree has not kept all of it.
std::optional<std::string> as_column_constraint(const Constraint& constraint) {
    const std::string name = constraint.name.empty() ? "" : fmt::format("CONSTRAINT {} ", quoted(constraint.name));
    switch (constraint.type) {
        case ConstraintType::null: return "NULL";
        case ConstraintType::not_null: return name + "NOT NULL";
        case ConstraintType::default_: return "DEFAULT " + constraint.expr_sql;
        case ConstraintType::check: return name + "CHECK (" + constraint.expr_sql + ")";
        case ConstraintType::unique:
            return name + "UNIQUE" + (constraint.nulls_not_distinct ? " NULLS NOT DISTINCT" : "") + timing(constraint);
        case ConstraintType::foreign_key: {
            std::string text = name + "REFERENCES " + quoted(constraint.referenced);
            if (!constraint.pk_columns.empty()) text += " (" + joined(constraint.pk_columns) + ")";
            if (constraint.on_delete != 'a') text += fmt::format(" ON DELETE {}", action_words(constraint.on_delete));
            if (constraint.on_update != 'a') text += fmt::format(" ON UPDATE {}", action_words(constraint.on_update));
            return text + timing(constraint);
        }
        default: return std::nullopt;
    }
}

/// ADD COLUMN with those of its constraints that `keeps` keeps. `type`: another type than the written one.
template <class Keeps>
std::optional<std::string> add_column(const Clause& clause, Keeps keeps, std::string type = "") {
    const ColumnDef& column = *clause.cmd.column;
    if (type.empty()) type = column.type_sql;
    if (type.empty()) type = type_in_sql(column.type);
    std::string text = fmt::format("ALTER TABLE {} ADD COLUMN {}{} {}", quoted(clause.statement.name),
                                   clause.cmd.missing_ok ? "IF NOT EXISTS " : "", quoted(column.name), type);
    if (!column.collation.empty()) text += " COLLATE " + quoted(column.collation);
    for (const Constraint& constraint : column.constraints) {
        if (!keeps(constraint)) continue;
        const auto part = as_column_constraint(constraint);
        if (!part) return std::nullopt;
        text += ' ' + *part;
    }
    return text + ';';
}

bool has(const ColumnDef& column, ConstraintType type) {
    return std::any_of(column.constraints.begin(), column.constraints.end(),
                       [&](const Constraint& c) { return c.type == type; });
}

void append(std::vector<RecipeStep>& steps, std::vector<RecipeStep> more) {
    for (RecipeStep& step : more) steps.push_back(std::move(step));
}

/// NOT NULL last, where the column asked for it and its constraints were taken off.
void append_not_null(std::vector<RecipeStep>& steps, const Step& step, const Clause& clause) {
    if (has(*clause.cmd.column, ConstraintType::not_null) || has(*clause.cmd.column, ConstraintType::primary_key))
        append(steps, set_not_null_steps(step, clause.statement.name, clause.cmd.column->name));
}

/// Nothing when a partition is partitioned itself: then one level of ATTACH is not enough.
std::optional<std::vector<const Relation*>> plain_partitions(const Step& step, const Name& parent) {
    const Relation* table = step.before.find(parent);
    if (!table) return std::nullopt;
    std::vector<const Relation*> partitions;
    for (const RelationId id : table->children) {
        const Relation* partition = step.before.get(id);
        if (!partition || partition->kind != RelationKind::table) return std::nullopt;
        partitions.push_back(partition);
    }
    return partitions;
}

std::string same_for_the_rest(std::size_t partitions) {
    return partitions > kMostPartitionsListed ? fmt::format("the same for each of the {} partitions", partitions) : "";
}

std::string name_of_index(const CreateIndex& index) {
    if (!index.name.empty()) return index.name;
    std::vector<std::string> columns;
    for (const IndexElement& element : index.elements)
        columns.push_back(element.column.empty() ? "expr" : element.column);
    return made_name(index.table.name, columns, "idx");
}

std::optional<Recipe> index_per_partition(const Step& step, const CreateIndex& index) {
    const auto definition = index_definition(step.sql);
    const auto partitions = plain_partitions(step, index.table);
    if (!definition || !partitions) return std::nullopt;
    const std::string_view unique = index.unique ? "UNIQUE " : "";
    const std::string name = name_of_index(index);
    const std::string of_schema = index.table.schema.empty() ? "" : quoted(index.table.schema) + '.';
    Recipe recipe;
    recipe.steps.push_back(
        run(fmt::format("CREATE {}INDEX {} ON ONLY {} {};", unique, quoted(name), quoted(index.table), *definition),
            "instant: the index stays invalid until every partition has attached its own"));
    for (std::size_t i = 0; i < partitions->size() && i < kMostPartitionsListed; ++i) {
        const Name& partition = (*partitions)[i]->name;
        const std::string own = made_name(partition.name, {name}, "idx");
        recipe.steps.push_back(outside_transaction(step, fmt::format("CREATE {}INDEX CONCURRENTLY {} ON {} {};", unique,
                                                                     quoted(own), quoted(partition), *definition)));
        recipe.steps.push_back(run(fmt::format("ALTER INDEX {}{} ATTACH PARTITION {}.{};", of_schema, quoted(name),
                                               quoted(partition.schema), quoted(own))));
    }
    recipe.note = same_for_the_rest(partitions->size());
    return recipe;
}

}  // namespace

std::string without_transaction(std::string_view format) {
    const Runner* known = runner(format);
    return known ? std::string(known->without_transaction) : "";
}

bool settings_belong_to_role(std::string_view format) {
    const Runner* known = runner(format);
    return known && known->settings_belong_to_role;
}

RecipeStep run(std::string sql, std::string note) {
    RecipeStep step;
    step.sql = std::move(sql);
    step.note = std::move(note);
    return step;
}

RecipeStep outside_transaction(const Step& step, std::string sql, std::string note) {
    RecipeStep outside = run(std::move(sql), std::move(note));
    outside.outside_transaction = true;
    const std::string how = without_transaction(step.scope.format);
    if (!how.empty()) outside.note += (outside.note.empty() ? "" : "; ") + how;
    return outside;
}

RecipeStep after(std::string wait_for, RecipeStep step) {
    step.wait_for = std::move(wait_for);
    return step;
}

RecipeStep advice(std::string note) { return run("", std::move(note)); }

Recipe after_deploy(const Step& step, std::string wait_for) {
    return {{after(std::move(wait_for), run(step.sql + ";"))}, ""};
}

RecipeStep backfill(const Name& table, std::string_view column, std::string_view value, std::string_view todo) {
    const std::string t = quoted(table);
    return run(
        fmt::format("UPDATE {} SET {} = {}\n  WHERE ctid = ANY (ARRAY(SELECT ctid FROM {}\n    WHERE {} LIMIT 10000));",
                    t, quoted(column), value, t, todo),
        "outside the migration: repeat until no row changes, committing after each batch");
}

std::optional<std::vector<RecipeStep>> other_clauses(const Step& step, const Clause& clause) {
    std::vector<RecipeStep> steps;
    if (clause.statement.cmds.size() == 1) return steps;
    auto text = cut_alter_table(step.sql);
    if (!text || text->clauses.size() != clause.statement.cmds.size()) return std::nullopt;
    std::string sql = text->head;
    std::string_view separator = " ";
    for (std::size_t i = 0; i < text->clauses.size(); ++i) {
        if (i == clause.index) continue;
        sql += separator;
        sql += text->clauses[i];
        separator = ", ";
    }
    steps.push_back(run(sql + ";", "the statement's other changes"));
    return steps;
}

std::optional<Recipe> not_valid_then_validate(const Step& step, const Clause& clause) {
    const auto text = cut_alter_table(step.sql);
    auto steps = other_clauses(step, clause);
    if (!text || !steps || text->clauses.size() != clause.statement.cmds.size()) return std::nullopt;
    const auto definition = constraint_definition(text->clauses[clause.index]);
    if (!definition) return std::nullopt;
    const Name& table = clause.statement.name;
    const std::string name = constraint_name(*clause.cmd.constraint, table, columns_of(*clause.cmd.constraint));
    steps->push_back(run(add_constraint(table, name, *definition + " NOT VALID"), "instant: guards new rows only"));
    steps->push_back(run(validate(table, name), "reads the old rows while reads and writes go on"));
    return Recipe{std::move(*steps), ""};
}

std::optional<Recipe> foreign_key_per_partition(const Step& step, const Clause& clause) {
    const auto text = cut_alter_table(step.sql);
    const auto partitions = plain_partitions(step, clause.statement.name);
    if (!text || !partitions || text->clauses.size() != 1) return std::nullopt;
    auto definition = constraint_definition(text->clauses.front());
    if (!definition) return std::nullopt;
    const Constraint& key = *clause.cmd.constraint;
    if (key.not_valid) {
        const std::size_t cut = definition->size() >= 9 ? definition->size() - 9 : 0;
        std::string tail = definition->substr(cut);
        std::transform(tail.begin(), tail.end(), tail.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
        if (tail != "NOT VALID") return std::nullopt;
        definition->erase(cut);
        while (!definition->empty() && definition->back() == ' ') definition->pop_back();
    }
    const std::string name = constraint_name(key, clause.statement.name, key.fk_columns);
    Recipe recipe;
    for (std::size_t i = 0; i < partitions->size() && i < kMostPartitionsListed; ++i) {
        const Name& partition = (*partitions)[i]->name;
        recipe.steps.push_back(run(add_constraint(partition, name, *definition + " NOT VALID")));
        recipe.steps.push_back(run(validate(partition, name), "reads the old rows while reads and writes go on"));
    }
    recipe.steps.push_back(
        run(add_constraint(clause.statement.name, name, *definition), "finds the partitions' own keys valid"));
    recipe.note = same_for_the_rest(partitions->size());
    return recipe;
}

std::vector<RecipeStep> set_not_null_steps(const Step& step, const Name& table, std::string_view column) {
    const std::string t = quoted(table), c = quoted(column);
    const std::string name = made_name(table.name, {std::string(column)}, "not_null");
    if (step.version >= 18)
        return {
            run(add_constraint(table, name, fmt::format("NOT NULL {} NOT VALID", c)), "instant: guards new rows only"),
            run(validate(table, name), "reads the old rows while reads and writes go on; the column is NOT NULL then")};
    std::vector<RecipeStep> steps{run(add_constraint(table, name, fmt::format("CHECK ({} IS NOT NULL) NOT VALID", c)),
                                      "instant: guards new rows only"),
                                  run(validate(table, name), "reads the old rows while reads and writes go on")};
    if (step.version < 12) {
        steps.back().note += "; keep the CHECK: before 12 SET NOT NULL reads the whole table whatever is proved";
        return steps;
    }
    steps.push_back(
        run(fmt::format("ALTER TABLE {} ALTER COLUMN {} SET NOT NULL;", t, c), "instant: the CHECK proves it"));
    steps.push_back(run(fmt::format("ALTER TABLE {} DROP CONSTRAINT {};", t, quoted(name)),
                        "instant: the column's own NOT NULL does its work now"));
    return steps;
}

std::optional<Recipe> set_not_null(const Step& step, const Clause& clause) {
    auto steps = other_clauses(step, clause);
    if (!steps) return std::nullopt;
    append(*steps, set_not_null_steps(step, clause.statement.name, clause.cmd.name));
    return Recipe{std::move(*steps), ""};
}

std::optional<Recipe> constraint_using_index(const Step& step, const Clause& clause) {
    const Constraint& constraint = *clause.cmd.constraint;
    const Name& table = clause.statement.name;
    // USING INDEX is refused on partitioned tables, and no plain index can stand for a temporal key.
    if (is_partitioned(step, table) || constraint.without_overlaps || constraint.keys.empty()) return std::nullopt;
    auto steps = other_clauses(step, clause);
    if (!steps) return std::nullopt;
    const std::string name = constraint_name(constraint, table, constraint.keys);
    std::string index = fmt::format("CREATE UNIQUE INDEX CONCURRENTLY {} ON {} ({})", quoted(name), quoted(table),
                                    joined(constraint.keys));
    if (!constraint.including.empty()) index += " INCLUDE (" + joined(constraint.including) + ")";
    if (constraint.nulls_not_distinct) index += " NULLS NOT DISTINCT";
    steps->push_back(
        outside_transaction(step, index + ";", "fails on duplicates and then leaves an invalid index to drop"));
    const bool primary = constraint.type == ConstraintType::primary_key;
    if (primary && step.version >= 12)  // before 12 nothing spares the key its own look for nulls
        for (const std::string& key : constraint.keys) {
            const Column* column = column_before(step, table, key);
            if (!column || !column->not_null) append(*steps, set_not_null_steps(step, table, key));
        }
    steps->push_back(run(add_constraint(
        table, name,
        fmt::format("{} USING INDEX {}{}", primary ? "PRIMARY KEY" : "UNIQUE", quoted(name), timing(constraint)))));
    return Recipe{std::move(*steps), ""};
}

std::optional<Recipe> column_then_constraint(const Step& step, const Clause& clause, ConstraintType type) {
    const ColumnDef& column = *clause.cmd.column;
    const Name& table = clause.statement.name;
    auto steps = other_clauses(step, clause);
    const auto bare = add_column(clause, [&](const Constraint& c) { return c.type != type; });
    if (!steps || !bare) return std::nullopt;
    steps->push_back(run(*bare));
    for (const Constraint& constraint : column.constraints) {
        if (constraint.type != type) continue;
        const std::string name = constraint_name(constraint, table, {column.name});
        if (type == ConstraintType::unique) {
            if (is_partitioned(step, table)) return std::nullopt;
            steps->push_back(outside_transaction(
                step, fmt::format("CREATE UNIQUE INDEX CONCURRENTLY {} ON {} ({}){};", quoted(name), quoted(table),
                                  quoted(column.name), constraint.nulls_not_distinct ? " NULLS NOT DISTINCT" : "")));
            steps->push_back(run(
                add_constraint(table, name, fmt::format("UNIQUE USING INDEX {}{}", quoted(name), timing(constraint)))));
            continue;
        }
        const std::string definition = as_table_constraint(constraint, column.name);
        if (definition.empty() || (type == ConstraintType::check && constraint.expr_sql.empty())) return std::nullopt;
        if (type == ConstraintType::foreign_key && is_partitioned(step, table) && step.version < 18)
            return std::nullopt;
        steps->push_back(run(add_constraint(table, name, definition + " NOT VALID"), "instant: guards new rows only"));
        steps->push_back(run(validate(table, name), "reads the old rows while reads and writes go on"));
    }
    return Recipe{std::move(*steps), ""};
}

std::optional<Recipe> column_then_fill(const Step& step, const Clause& clause) {
    const ColumnDef& column = *clause.cmd.column;
    const auto given = std::find_if(column.constraints.begin(), column.constraints.end(),
                                    [](const Constraint& c) { return c.type == ConstraintType::default_; });
    const bool keyed = has(column, ConstraintType::primary_key) || has(column, ConstraintType::unique);
    if (given == column.constraints.end() || given->expr_sql.empty() || keyed) return std::nullopt;
    auto steps = other_clauses(step, clause);
    const auto bare = add_column(clause, [](const Constraint& c) {
        return c.type != ConstraintType::default_ && c.type != ConstraintType::not_null;
    });
    if (!steps || !bare) return std::nullopt;
    const std::string t = clause.table(), c = quoted(column.name);
    steps->push_back(run(*bare + fmt::format("\nALTER TABLE {} ALTER COLUMN {} SET DEFAULT {};", t, c, given->expr_sql),
                         "instant: new rows get the default, old ones stay null"));
    steps->push_back(backfill(clause.statement.name, column.name, given->expr_sql, c + " IS NULL"));
    append_not_null(*steps, step, clause);
    return Recipe{std::move(*steps), ""};
}

std::optional<Recipe> column_then_sequence(const Step& step, const Clause& clause, bool ends_as_identity) {
    const ColumnDef& column = *clause.cmd.column;
    const Name& table = clause.statement.name;
    auto steps = other_clauses(step, clause);
    if (!steps || has(column, ConstraintType::primary_key) || has(column, ConstraintType::unique)) return std::nullopt;
    const std::string& written = column.type.name.name;
    const bool small = written == "smallserial" || written == "serial2",
               big = written == "bigserial" || written == "serial8";
    const std::string type = ends_as_identity ? "" : small ? "smallint" : big ? "bigint" : "integer";
    const auto bare = add_column(
        clause,
        [](const Constraint& c) { return c.type != ConstraintType::identity && c.type != ConstraintType::not_null; },
        type);
    if (!bare) return std::nullopt;
    const Name sequence{table.schema, made_name(table.name, {column.name}, ends_as_identity ? "fill" : "seq")};
    const std::string t = quoted(table), c = quoted(column.name), s = quoted(sequence);
    std::string next = "nextval('";
    for (const char letter : s) next += letter == '\'' ? std::string("''") : std::string(1, letter);
    next += "')";
    std::string begin = *bare + fmt::format("\nCREATE SEQUENCE {} OWNED BY {}.{};", s, t, c);
    begin += fmt::format("\nALTER TABLE {} ALTER COLUMN {} SET DEFAULT {};", t, c, next);
    steps->push_back(run(std::move(begin), "instant: new rows get a number, old ones stay null"));
    steps->push_back(backfill(table, column.name, next, c + " IS NULL"));
    append(*steps, set_not_null_steps(step, table, column.name));
    if (!ends_as_identity) return Recipe{std::move(*steps), "numbers follow no order of the old rows"};
    if (step.version < 12)
        return Recipe{std::move(*steps),
                      "the default stays: before 12 there is no NOT NULL without a scan, and identity needs it"};
    const auto identity = std::find_if(column.constraints.begin(), column.constraints.end(),
                                       [](const Constraint& con) { return con.type == ConstraintType::identity; });
    const bool always = identity != column.constraints.end() && identity->identity_always;
    steps->push_back(run(fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT;\n"
                                     "ALTER TABLE {} ALTER COLUMN {} ADD GENERATED {} AS IDENTITY;\n"
                                     "SELECT setval(pg_get_serial_sequence('{}', '{}'), {}, false);\n"
                                     "DROP SEQUENCE {};",
                                     t, c, t, c, always ? "ALWAYS" : "BY DEFAULT", t, column.name, next, s),
                         "in one transaction; an identity column must be NOT NULL, which the steps above saw to"));
    return Recipe{std::move(*steps), "options of the identity's sequence are to be repeated in the last step"};
}

Recipe replace_column(const Name& table, std::string_view column, std::string_view new_column,
                      const std::string& new_type, const std::string& value, bool keeps_name) {
    const std::string t = quoted(table), c = quoted(column), n = quoted(new_column);
    const Name function{table.schema, made_name(table.name, {std::string(column)}, "sync")};
    const std::string f = quoted(function), trigger = quoted(function.name);
    const bool cast = value.empty();
    Recipe recipe;
    recipe.steps.push_back(run(fmt::format("ALTER TABLE {} ADD COLUMN {} {};", t, n, new_type)));
    if (cast)
        recipe.steps.push_back(
            run(fmt::format("CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.{} := NEW.{};\n"
                            "  RETURN NEW;\nEND $$;\nCREATE TRIGGER {} BEFORE INSERT OR UPDATE ON {}\n"
                            "  FOR EACH ROW EXECUTE FUNCTION {}();",
                            f, n, c, trigger, t, f),
                "keeps both columns equal while the code that runs writes the old one"));
    else
        recipe.steps.push_back(advice(
            fmt::format("keep {} equal to {} by a BEFORE INSERT OR UPDATE trigger while the code that runs writes {}",
                        n, value, c)));
    recipe.steps.push_back(
        backfill(table, new_column, cast ? c : value, fmt::format("{} IS NULL AND {} IS NOT NULL", n, c)));
    const std::string drop_trigger =
        cast ? fmt::format("DROP TRIGGER {} ON {};\nDROP FUNCTION {}();\n", trigger, t, f) : "";
    if (keeps_name) {
        const std::string old = made_name(column, {}, "old");
        recipe.steps.push_back(
            run(fmt::format("{}ALTER TABLE {} RENAME COLUMN {} TO {};\nALTER TABLE {} RENAME COLUMN {} TO {};",
                            drop_trigger, t, c, quoted(old), t, n, c),
                "in one transaction, with a short lock_timeout; indexes, constraints and defaults of the old "
                "column are made on the new one before"));
        recipe.steps.push_back(after(fmt::format("a deploy that has run well on the new {}", c),
                                     run(fmt::format("ALTER TABLE {} DROP COLUMN {};", t, quoted(old)))));
    } else {
        recipe.steps.push_back(after(fmt::format("a deploy whose code reads and writes {} and no longer {}", n, c),
                                     run(fmt::format("{}ALTER TABLE {} DROP COLUMN {};", drop_trigger, t, c))));
    }
    return recipe;
}

std::optional<Recipe> index_concurrently(const Step& step) {
    const auto& index = *step.is<CreateIndex>();
    if (is_partitioned(step, index.table)) return index_per_partition(step, index);
    const auto sql = with_word_behind(step.sql, {"CREATE", "UNIQUE"}, "INDEX", "CONCURRENTLY");
    if (!sql) return std::nullopt;
    return Recipe{{outside_transaction(step, *sql + ";")},
                  "if it fails, drop the invalid index it leaves before trying again"};
}

std::optional<Recipe> drop_index_concurrently(const Step& step) {
    const auto& drop = *step.is<Drop>();
    if (drop.cascade) return std::nullopt;  // CONCURRENTLY does not support CASCADE
    Recipe recipe;
    for (const Name& name : drop.names) {
        const Relation* index = step.before.find(name);
        // Neither works CONCURRENTLY: a partitioned index, and the index of a constraint.
        if (index && (index->kind == RelationKind::partitioned_index || !index->constraint.empty()))
            return std::nullopt;
        recipe.steps.push_back(outside_transaction(
            step, fmt::format("DROP INDEX CONCURRENTLY {}{};", drop.if_exists ? "IF EXISTS " : "", quoted(name))));
    }
    return recipe;
}

std::string type_in_sql(const TypeName& type) {
    // The grammar's own types are keywords, which quote_ident would quote; "char" is another type than char.
    const bool built_in = type.name.schema == "pg_catalog" && type.name.name != "char";
    std::string text = built_in ? type.name.name : quoted(type.name);
    std::vector<std::string> modifiers = type.modifier_words;
    // An interval's modifiers are a bit mask of its fields.
    if (type.name.name != "interval")
        for (const std::int32_t modifier : type.typmods) modifiers.push_back(std::to_string(modifier));
    for (std::size_t i = 0; i < modifiers.size(); ++i) text += (i == 0 ? "(" : ",") + modifiers[i];
    if (!modifiers.empty()) text += ')';
    for (int i = 0; i < type.array_dimensions; ++i) text += "[]";
    return text;
}

}  // namespace pgfence
