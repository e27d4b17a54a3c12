#pragma once
// The fixes that several rules offer: SQL with the statement's own names, in steps that are migrations of their own.
// Where a recipe would be wrong or only half right, these give nothing: no recipe beats a wrong one.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe_steps.h"

namespace pgfence {

/// The statement, and a view under the old name until a deploy.
Recipe view_under_old_name(const Step& step, const Name& old, const Name& fresh);
/// The statement itself once a deploy no longer needs what it removes.
Recipe after_deploy(const Step& step, std::string wait_for);
/// The statement, without WHERE, for 10,000 rows of the table at a time, each batch committed by itself. `todo` is true
/// of the rows that it has still to change, and of none that it has changed; empty: it leaves none behind.
RecipeStep batches(const std::string& statement, const Name& table, std::string_view todo);
/// A column gets its value in batches.
RecipeStep backfill(const Name& table, std::string_view column, std::string_view value, std::string_view todo);

/// The statement's other clauses, where it has some: they keep their place in front of the recipe.
/// Nothing at all when the text could not be cut.
std::optional<std::vector<RecipeStep>> other_clauses(const Step& step, const Clause& clause);

/// A note, or nothing: the statement's other clauses run first, and columns that they add come before those of the
/// recipe.
std::string order_of_columns(const Clause& first, const std::vector<std::size_t>& own);

/// ADD CONSTRAINT ... NOT VALID, then VALIDATE CONSTRAINT. For CHECK, FOREIGN KEY and 18's NOT NULL.
std::optional<Recipe> not_valid_then_validate(const Step& step, const Clause& clause);
/// A foreign key of a partitioned table before 18: on each partition first, then on the parent.
std::optional<Recipe> foreign_key_per_partition(const Step& step, const Clause& clause);
/// NOT NULL without a scan under its lock: 18 has NOT NULL ... NOT VALID, 12 to 17 take a validated CHECK as proof,
/// 11 can only keep the CHECK, and the recipe's note says so. `name`: the constraint's, where it was given one.
void add_not_null(Recipe& recipe, const Step& step, const Name& table, const std::string& column,
                  std::string name = "");
std::optional<Recipe> set_not_null(const Step& step, const Clause& clause);
/// CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT ... USING INDEX.
std::optional<Recipe> constraint_using_index(const Step& step, const Clause& clause);

/// ADD COLUMN bare, then the CHECKs and keys that stood in the column's definition.
std::optional<Recipe> column_then_constraint(const Step& step, const Clause& clause);
/// ADD COLUMN bare, SET DEFAULT for new rows, batches for the old ones, CHECKs and keys, NOT NULL at last.
std::optional<Recipe> column_then_fill(const Step& step, const Clause& clause);
/// The same for serial columns and identity, with a sequence made by hand.
std::optional<Recipe> column_then_sequence(const Step& step, const Clause& clause, bool ends_as_identity);
/// Before 13 a partitioned table had no BEFORE triggers for rows.
bool takes_row_trigger(const Step& step, const Name& table);
/// A trigger and its function that write a column; both have that name, the function in the table's schema.
struct SyncTrigger {
    std::string name, create, drop;
};
/// `value`: an expression over the table's columns.
SyncTrigger computed_by_trigger(const Step& step, const Name& table, const std::string& column,
                                const std::string& value);

struct NewColumn {
    std::string name, type;
    std::string value;   ///< in terms of the old columns; empty: the old column's, by an assignment cast
    bool stays = false;  ///< under its name; else it takes the old one's
};
/// A new column beside the old one, kept equal by a trigger, filled in batches. One that stays works either way until
/// a deploy no longer needs the old one; the other is swapped in.
std::optional<Recipe> replace_column(const Step& step, const Name& table, const std::string& column,
                                     const NewColumn& fresh);

/// CREATE INDEX CONCURRENTLY; for a partitioned table the index of the parent alone, then one for each partition.
std::optional<Recipe> index_concurrently(const Step& step);
/// Keeps the statement's kind of object: DROP INDEX CONCURRENTLY, one statement for each index.
std::optional<Recipe> drop_index_concurrently(const Step& step);

/// A type as it can be written in SQL: "numeric(10,2)", "text[]".
std::string type_in_sql(const TypeName& type);

}  // namespace pgfence
