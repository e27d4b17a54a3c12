#pragma once
// An SQL expression as the analysis needs it: enough to ask about volatility, column use, nullness and implication.

#include <cstdint>
#include <string>
#include <vector>

namespace pgfence {

/// A possibly qualified name as written, without quotes; schema is empty when it was not qualified.
struct Name {
    std::string schema;
    std::string name;
    bool operator==(const Name&) const = default;
    bool empty() const { return name.empty(); }
};

struct TypeName {
    Name name;                          ///< as the raw parser names it: pg_catalog.int4 for "int", serial for "serial"
    std::vector<std::int32_t> typmods;  ///< (10, 2) of numeric(10,2)
    std::vector<std::string> modifier_words;  ///< modifiers that are no integers: Point of geometry(Point,4326)
    int array_dimensions = 0;                 ///< text[] is 1, text[][] is 2
    bool setof = false;
    std::int32_t location = -1;  ///< byte offset in the SQL text, -1 when the parser gave none
    bool operator==(const TypeName& o) const {
        return name == o.name && typmods == o.typmods && modifier_words == o.modifier_words &&
               array_dimensions == o.array_dimensions && setof == o.setof;
    }
};

struct Expr {
    enum class Kind : std::uint8_t {
        constant,      ///< text: the literal ('' for booleans "true"/"false", numbers as written)
        null,          ///< NULL literal
        column,        ///< text: the column's name (last part); name.schema: the qualifier, if any
        star,          ///< *
        call,          ///< name: function; args
        op,            ///< name: operator; args (1 or 2). Also LIKE (~~), IN (=), BETWEEN, IS DISTINCT FROM
        and_,          ///< args
        or_,           ///< args
        not_,          ///< args[0]
        is_null,       ///< args[0]
        is_not_null,   ///< args[0]
        boolean_test,  ///< text: "IS TRUE", ...; args[0]
        cast,          ///< type; args[0]
        sql_value,     ///< text: "CURRENT_TIMESTAMP", "CURRENT_USER", ... (SQLValueFunction)
        subquery,      ///< text: EXISTS, ANY, ALL or empty; name: the operator of = ANY, without one it is IN; args
                       ///< empty; calls and columns inside are not listed
        collate,       ///< name: collation; args[0]
        list,          ///< ARRAY[...], ROW(...), CASE, COALESCE, GREATEST, ...: text names which; args
        parameter,     ///< $1
        other,         ///< something this does not tell apart; args: whatever was below it; name: f of (row).f
    };
    Kind kind = Kind::other;
    std::string text;
    Name name;
    TypeName type;
    std::vector<Expr> args;
    bool aggregate_star = false;  ///< count(*)
    std::int32_t location = -1;

    bool operator==(const Expr& o) const {
        return kind == o.kind && text == o.text && name == o.name && type == o.type && args == o.args;
    }
};

}  // namespace pgfence
