#pragma once
// Tables and what they are made of, as statements write them: see action.h.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/boxed.h"
#include "core/expr.h"

namespace pgfence {

enum class ConstraintType : std::uint8_t {
    null,
    not_null,
    default_,
    identity,
    generated,
    check,
    primary_key,
    unique,
    exclusion,
    foreign_key,
};

struct Constraint {
    ConstraintType type = ConstraintType::check;
    std::string name;               ///< empty: the server chooses one
    std::vector<std::string> keys;  ///< UNIQUE, PRIMARY KEY, NOT NULL (18), EXCLUDE (plain columns)
    std::vector<std::string> including;
    Boxed<Expr> expr;                     ///< CHECK, DEFAULT, GENERATED, exclusion WHERE
    std::string expr_sql;                 ///< the expression's own text
    std::string using_index;              ///< UNIQUE/PRIMARY KEY USING INDEX
    Name referenced;                      ///< FOREIGN KEY
    std::vector<std::string> fk_columns;  ///< empty on a column constraint: the column itself
    std::vector<std::string> pk_columns;  ///< empty: the referenced table's primary key
    char on_delete = 'a',
         on_update = 'a';  ///< FKCONSTR_ACTION_*: a no action, r restrict, c cascade, n set null, d set default
    std::vector<std::string> set_columns;  ///< ON DELETE SET NULL (columns), 15+; empty: all of them
    bool not_valid = false;                ///< NOT VALID was written (skip_validation)
    bool enforced = true;                  ///< false: NOT ENFORCED (18+)
    bool deferrable = false;
    bool initially_deferred = false;
    bool no_inherit = false;
    bool nulls_not_distinct = false;
    bool without_overlaps = false;   ///< temporal key (18+)
    bool identity_always = false;    ///< GENERATED ALWAYS AS IDENTITY (else BY DEFAULT)
    bool generated_virtual = false;  ///< VIRTUAL (18+)
    std::string access_method;       ///< EXCLUDE USING method
    bool has_exclusion_expressions = false;
    std::vector<Expr> exclusion_expressions;  ///< the elements that are no columns
    std::vector<Name> exclusion_operators;    ///< WITH &&
    std::int32_t location = -1;
    std::int32_t end = -1;  ///< first byte behind it, where known
};

struct ColumnDef {
    std::string name;
    TypeName type;
    std::string type_sql;  ///< the type as written
    std::vector<Constraint> constraints;
    Name collation;
    std::string storage, compression;
    std::int32_t location = -1;
    std::int32_t end = -1;
};

/// One item of an index's or partition key's list: a column or an expression.
struct IndexElement {
    std::string column;  ///< empty for an expression
    Boxed<Expr> expr;
    std::string expr_sql;
    Name opclass, collation;
    bool descending = false;
    bool nulls_first = false, nulls_last = false;
};

struct PartitionKey {
    enum class Strategy : std::uint8_t { list, range, hash };
    Strategy strategy = Strategy::range;
    std::vector<IndexElement> elements;
};

struct PartitionBound {
    bool is_default = false;
    PartitionKey::Strategy strategy = PartitionKey::Strategy::range;
    std::vector<Expr> list_values;
    std::vector<Expr> lower, upper;  ///< MINVALUE and MAXVALUE are Kind::column with that text
    int modulus = 0, remainder = 0;
};

struct LikeClause {
    Name source;
    bool constraints = false, defaults = false, indexes = false, identity = false, generated = false, all = false;
};

enum class Persistence : char { permanent = 'p', unlogged = 'u', temporary = 't' };

struct CreateTable {
    Name name;
    Persistence persistence = Persistence::permanent;
    bool if_not_exists = false;
    bool foreign = false;  ///< CREATE FOREIGN TABLE
    std::vector<ColumnDef> columns;
    std::vector<Constraint> constraints;
    std::vector<LikeClause> likes;
    std::vector<Name> inherits;
    std::optional<Name> partition_of;
    std::optional<PartitionBound> bound;
    std::optional<PartitionKey> partition_by;
    std::optional<Name> of_type;
    std::string tablespace, access_method;
    std::string server;                               ///< of a foreign table
    std::vector<std::string> options, option_values;  ///< WITH (fillfactor = 70): names and values beside them
    bool dropped_on_commit = false;                   ///< ON COMMIT DROP
};

}  // namespace pgfence
