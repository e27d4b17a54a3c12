#pragma once
// ALTER COLUMN ... TYPE: must the table be rewritten, and do its indexes survive?

#include <optional>
#include <string>

#include "analyze/catalog/catalog.h"
#include "analyze/model/circumstances.h"
#include "core/effects.h"

namespace pgfence {

enum class Conversion : std::uint8_t {
    none,     ///< the stored values stay as they are
    rewrite,  ///< every row is converted
    unknown,  ///< rewrite unless something we do not know says otherwise; `depends_on` says what
};

struct TypeChange {
    Conversion conversion = Conversion::rewrite;
    bool same_opclass = false;  ///< an index without expressions on the column can be kept (TryReuseIndex)
    Condition depends_on;
};

/// ATColumnChangeRequiresRewrite (tablecmds.c) over what the planner leaves of the conversion expression.
TypeChange type_change(const TypeName& from, const TypeName& to, const Boxed<Expr>& using_expr, std::string_view column,
                       const Catalog& catalog, const ExecutionContext& now);

/// What becomes of the values that are there when a column's type is changed.
enum class Fit : std::uint8_t {
    whole,    ///< all of them stay what they are, as far as the types tell
    rounded,  ///< digits, fractions of a second, ends of strings are lost without a word
    refused,  ///< a value that is out of range or too long makes the statement fail
};
/// int84() and its kin, apply_typmod (numeric.c), varchar(), AdjustTimestampForTypmod. An expression other than the
/// column itself is the author's own answer: whole.
Fit fit_of_values(const TypeName& from, const TypeName& to, const Boxed<Expr>& using_expr, std::string_view column,
                  const Catalog& catalog);

/// A value of one type can be put into a column of the other (find_coercion_pathway, by assignment); nothing: not
/// known.
std::optional<bool> is_assignable(const TypeName& from, const TypeName& to, const Catalog& catalog, int version);

/// Operators and functions of one are none of the other: numbers, strings, dates (pg_type.typcategory).
bool are_of_other_categories(const TypeName& from, const TypeName& to, const Catalog& catalog, int version);

/// For sure: no index on a column of it without an operator class of its own (ResolveOpClass).
bool has_no_btree_order(const TypeName& type, const Catalog& catalog, int version);
/// For sure likewise, as far as the server's own go.
bool has_no_operator_class(const TypeName& type, std::string_view access_method, const Catalog& catalog, int version);
/// btree_gin and btree_gist bring operator classes for types that have none.
bool may_come_with_extension(std::string_view access_method);

/// Of a column's stored default, which for a bare literal is the column's; without a name: not known.
TypeName type_of_default(const Expr& expr, const TypeName& column, const Catalog& catalog);

/// The type below a chain of domains.
TypeName base_type(TypeName type, const Catalog& catalog);

/// type_is_rowtype: a composite type, or the row of a table.
bool is_row_type(const TypeName& type, const Catalog& catalog);

/// A domain with a CHECK or NOT NULL, or over such a domain: DomainHasConstraints.
bool is_constrained_domain(const TypeName& type, const Catalog& catalog);

}  // namespace pgfence
