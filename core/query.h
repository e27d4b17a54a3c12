#pragma once
// What queries touch, and the statements that are queries: see action.h.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/boxed.h"
#include "core/expr.h"
#include "core/table_parts.h"

namespace pgfence {

/// A relation that a query names, and how. Names of CTEs are left out.
struct RangeUse {
    enum class How : std::uint8_t { read, lock_rows /* FOR UPDATE and its kin */, insert, update, delete_, merge };
    Name name;
    How how = How::read;
    bool only = false;
    std::int32_t location = -1;
};

inline bool changes_rows(RangeUse::How how) { return how != RangeUse::How::read && how != RangeUse::How::lock_rows; }

struct FunctionUse {
    Name name;
    int arguments = 0;
    std::int32_t location = -1;
    bool once = false;  ///< called exactly once whatever the data: SELECT f(), SELECT * FROM f(), CALL f()
    std::vector<std::string> literals{};  ///< its first arguments, as far as they are literals
    /// Of its arguments, as far as the text tells; without a name: not known. "unknown" is a literal's.
    std::vector<TypeName> types{};
};

/// An operator is a function by another name; so are casts and, for types of one's own, fields.
struct OperatorUse {
    Name name;
    int arguments = 0;
    TypeName left{}, right{};  ///< as FunctionUse::types; the one of a prefix operator is `right`
    bool operator==(const OperatorUse&) const = default;
};

struct Query {
    std::vector<RangeUse> relations;  ///< the one that is changed first
    std::vector<FunctionUse> functions;
    std::vector<OperatorUse> operators;  ///< each once
    std::vector<TypeName> casts;         ///< what values are cast to, each once
    std::vector<std::string> fields;     ///< f of t.f and (row).f, each once: a column, or a function of the row
    std::vector<std::string> strings;    ///< constants that a name could be, the first 64
    bool has_where = false;              ///< of the outermost statement
};

/// Which columns an INSERT or COPY FROM gives a value; the others get their default.
struct GivenColumns {
    bool all = false;                    ///< none was named, and how many there are was not to be seen
    std::vector<std::string> names;      ///< in order, when they were named
    std::size_t first = 0;               ///< else: this many of the table's first ones
    std::vector<std::size_t> defaulted;  ///< positions at which a row says DEFAULT
};

/// A column, in a place where it is one of these relations' if any of them has it.
struct InnerColumn {
    std::string name;
    std::vector<Name> of;
    bool operator==(const InnerColumn&) const = default;
};

/// What stands in a query that says which rows it gives, or how many.
struct SaysWhich {
    bool equals = false;    ///< a column equals something spelled out, or lies between two such
    bool compares = false;  ///< the same, or is less or greater than it, or NULL
    bool limits = false;    ///< a LIMIT of few rows
    bool any() const { return compares || limits; }
};

/// What stands beside the table that a statement changes: an item of FROM or USING.
struct Beside {
    std::string name;  ///< by which it is called; empty: it has none
    SaysWhich says;
    bool few = false;       ///< a LIMIT leaves few of its rows
    bool own_rows = false;  ///< they are the changed table's own
};

/// A sub-select that a condition asks: column IN (SELECT ...), EXISTS (...), = (SELECT ...).
struct SubSelect {
    std::int32_t location = -1;  ///< as its Expr has it
    std::vector<std::string>
        columns;  ///< of the changed table, that are held against what it gives; none: something else
    SaysWhich says;
    bool few = false, own_rows = false;  ///< as in Beside
};

/// NOT EXISTS (SELECT FROM table WHERE table.key = column), column NOT IN (SELECT key FROM table): rows that point at
/// nothing.
struct Orphans {
    std::string column;
    Name table;
    std::string key;
    bool nulls = false;  ///< rows where the column is NULL are among them
    std::string by;      ///< a column whose values name the rows: id IN (SELECT ...); empty: the condition itself does
};

/// id NOT IN (SELECT min(id) FROM t GROUP BY a), row_number() OVER (PARTITION BY a) > 1: all rows but one of each
/// value.
struct Duplicates {
    std::vector<std::string> columns;
    std::string by;      ///< as in Orphans
    bool nulls = false;  ///< one NULL counts as another's like
};

/// SET column = value
struct Assignment {
    std::string column;
    Expr value;
};

/// SELECT, INSERT, UPDATE, DELETE, MERGE, COPY FROM/TO, also behind EXPLAIN and PREPARE. What a WITH clause changes,
/// and each WHEN of a MERGE that does, is one of its own beside the statement that it stands in.
/// A new value made of the old one of the row that has the same values in those columns: a query reads it.
struct SetFromSameRow {
    std::string column;
    std::vector<std::string> joined;
};

struct Dml {
    enum class Kind : std::uint8_t { select, insert, update, delete_, merge, copy_from, copy_to };
    enum class Reach : std::uint8_t { parsed /* PREPARE */, planned /* EXPLAIN */, run };
    Kind kind = Kind::select;
    Reach reach = Reach::run;
    GivenColumns given;  ///< INSERT, COPY FROM
    Query query;
    /// WHERE true, id = id, EXISTS (SELECT 1): it says the same of every row. Provided that `provided` are columns of
    /// other relations. Of another condition, those are what its sub-selects give: id IN (SELECT id FROM a) says
    /// something where a has such a column.
    bool always_true_where = false;
    std::vector<InnerColumn> provided;
    bool of_table = false;      ///< COPY table, not COPY (query)
    bool merge_clause = false;  ///< a WHEN of a MERGE: what it calls and locks is the MERGE's
    bool updates_on_conflict = false;
    std::vector<std::string> set_to_default;  ///< UPDATE SET a = DEFAULT
    bool values_only = false;  ///< INSERT ... VALUES, USING (VALUES ...): as many rows as the text spells out
    std::vector<std::string> set_columns;   ///< UPDATE SET a, b; parts of one column (a[1], a.f) count once
    std::vector<std::string> set_from_old;  ///< those of them whose new value is made of the old one: SET n = n + 1
    std::vector<SetFromSameRow> set_from_same_row;
    std::vector<Assignment> assignments;  ///< UPDATE: of whole columns, where they are few
    std::size_t values_rows = 0;          ///< INSERT ... VALUES: how many
    std::vector<std::vector<Expr>> rows;  ///< those, where they are few; what UPDATE sets, where that is one row
    Boxed<Expr> where;                    ///< of the outermost UPDATE, DELETE or SELECT, INSERT's SELECT included
    bool has_from = false;                ///< of the same: FROM, DELETE's USING
    SaysWhich in_subqueries;              ///< of `where`; of a SELECT, in all of it
    std::string called;                   ///< what the statement calls the table that it changes
    std::vector<Beside> beside;
    std::vector<SubSelect> sub_selects;  ///< of `where`
    bool takes_few = false;              ///< INSERT: a LIMIT leaves few rows of what it selects
    std::vector<std::string> copied;     ///< INSERT: columns whose values its SELECT gives on
    bool copies_all = false;             ///< INSERT: it gives on every column: SELECT *
    Boxed<Orphans> orphans;              ///< `where` leaves none but those in
    Boxed<Duplicates> duplicates;        ///< likewise
};

/// What a SELECT shows in one column, or for a * in several.
struct ShownColumn {
    std::string name;      ///< empty: every column of each of `of`
    std::string column;    ///< of one of `of`; empty: an expression
    std::vector<Name> of;  ///< empty: not told
    TypeName type;         ///< what the expression is cast to; without a name: not told
    bool operator==(const ShownColumn&) const = default;
};

/// What a view's query asks of the tables below it.
struct ColumnsUsed {
    std::vector<std::string> names;  ///< of columns mentioned anywhere in it, whosesoever they are
    std::vector<InnerColumn> told;   ///< of those whose table their qualifier tells
    bool star = false;               ///< a * stands somewhere
    std::vector<Name> whole;         ///< relations of which the outermost SELECT shows every column: SELECT *, t.*
    std::vector<ShownColumn> shown;  ///< by the outermost SELECT, in order; empty: not told
};

struct CreateTableAs {
    Name name;
    bool materialized_view = false;
    bool if_not_exists = false;
    bool with_no_data = false;
    Persistence persistence = Persistence::permanent;
    std::vector<std::string> columns;
    Query query;
    ColumnsUsed uses;  ///< of a materialized view; of a table what is shown
    bool dropped_on_commit = false;
};

struct CreateView {
    Name name;
    bool or_replace = false;
    Persistence persistence = Persistence::permanent;
    Query query;
    std::vector<std::string> columns;  ///< names it was given, if any
    ColumnsUsed uses;
    Name base;             ///< what it shows row by row, so that it can be written through; else empty
    bool chooses = false;  ///< not all rows of that: it has a condition
    Boxed<Expr> where;     ///< of the outermost SELECT
    bool plain = false;    ///< that is one SELECT without LIMIT, and its condition says which rows of its FROM it shows
    bool no_row = false;   ///< WHERE false, LIMIT 0
};

struct RefreshMaterializedView {
    Name name;
    bool concurrently = false;
    bool with_no_data = false;
};

}  // namespace pgfence
