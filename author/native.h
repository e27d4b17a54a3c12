#pragma once
// The commonest statements of recipes, as far as the builder calls of migration tools can say them. What they were
// lowered to decides; and since a statement may have clauses that no action tells of, its text has to be what these
// fields alone would be written as. Any clause more, and there is nothing here: it stays SQL.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "author/step.h"

namespace pgfence::author {

/// CREATE INDEX over plain columns.
struct IndexToBuild {
    std::string name;
    Name table;
    std::vector<std::string> columns;
    bool unique = false, concurrently = false, if_not_exists = false;
    std::string method;  ///< empty: btree
    std::string where;   ///< SQL; empty: none
};
std::optional<IndexToBuild> index_to_build(const Statement& statement);

struct IndexToDrop {
    Name index;
    bool concurrently = false, if_exists = false;
};
std::optional<IndexToDrop> index_to_drop(const Statement& statement);

struct KeyToAdd {
    std::string name;
    Name table, referenced;
    std::vector<std::string> columns, referenced_columns;
    char on_delete = 'a', on_update = 'a';  ///< as Constraint::on_delete
    bool not_valid = false;
};
std::optional<KeyToAdd> key_to_add(const Statement& statement);

struct CheckToAdd {
    std::string name;
    Name table;
    std::string condition;
    bool not_valid = false;
};
std::optional<CheckToAdd> check_to_add(const Statement& statement);

/// A column or a constraint.
struct PartOfTable {
    Name table;
    std::string name;
};
std::optional<PartOfTable> constraint_to_validate(const Statement& statement);
std::optional<PartOfTable> not_null_to_set(const Statement& statement);
std::optional<PartOfTable> not_null_to_drop(const Statement& statement);
std::optional<PartOfTable> column_to_drop(const Statement& statement);

/// `sql` is `written` with CONCURRENTLY behind INDEX.
bool only_adds_concurrently(std::string_view written, std::string_view sql);
/// Letters, digits and underscores, which no tool quotes in a way of its own; short enough for all of them.
bool is_plain_name(std::string_view name);

}  // namespace pgfence::author
