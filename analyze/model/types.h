#pragma once
// Types by name, and the questions PostgreSQL asks pg_type, pg_cast and pg_opclass before it decides to rewrite a
// table or to build an index again. A type is named by its canonical name: "int4", "varchar", "int4[]" for built-in
// ones, "schema.name" for the others.
// The facts about built-in types were read from the catalogs of real servers (tools/catalog-facts).

#include <string>
#include <string_view>

#include "core/expr.h"

namespace pgfence {

/// Aliases and quoting aside: "pg_catalog.int4" and "integer" are "int4", serial types are their integer type,
/// text[][] is "text[]". A type that is not built in keeps the schema it was written with, if any.
std::string canonical_type(const TypeName& type);

/// ALTER COLUMN TYPE from one to the other converts no value, so the table is not rewritten for it: equal types, or a
/// cast WITHOUT FUNCTION between them (pg_cast.castmethod b, whatever its context). Different array types never are,
/// not even varchar[] and text[] (ArrayCoerceExpr is no RelabelType; seen on 11, 14 and 18). Length and precision
/// (typmod) are not considered, mind that varchar(5)[] to varchar(10)[] rewrites too; domains neither: ask with the
/// base.
bool binary_coercible(const std::string& from, const std::string& to, int version);

bool is_builtin_type(const std::string& type, int version);

/// The operator family of the type's default btree operator class, "integer_ops" or "text_ops": an index or a foreign
/// key survives a change of type when both sides share it. As of the newest version that has the type; empty when there
/// is none or the type is not known.
std::string default_btree_family(const std::string& type);

}  // namespace pgfence
