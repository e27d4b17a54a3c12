#include "analyze/model/types.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyze/model/builtin.h"

namespace pgfence {
namespace {

/// transformColumnDefinition (parse_utilcmd.c) knows the serial words; the SQL standard's names reach us from code
/// that writes types by hand (a schema dump's columns come through the grammar, which has replaced them already).
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kAliases{{
    {"bigint", "int8"},
    {"bigserial", "int8"},
    {"boolean", "bool"},
    {"character varying", "varchar"},
    {"decimal", "numeric"},
    {"double precision", "float8"},
    {"integer", "int4"},
    {"real", "float4"},
    {"serial", "int4"},
    {"serial2", "int2"},
    {"serial4", "int4"},
    {"serial8", "int8"},
    {"smallint", "int2"},
    {"smallserial", "int2"},
}};

bool known_to_pg_catalog(std::string_view name) {
    return !builtin::rows_of(builtin::types(), &builtin::Type::name, name).empty();
}

std::string_view without_alias(std::string_view name) {
    for (const auto& [alias, type] : kAliases)
        if (alias == name) return type;
    return name;
}

std::string_view element_of(std::string_view type) {
    if (type.ends_with("[]")) type.remove_suffix(2);
    return type;
}

/// A contrib module's types live in whatever schema it was created in.
std::string_view without_schema(std::string_view type) {
    const auto dot = type.rfind('.');
    return dot == std::string_view::npos ? type : type.substr(dot + 1);
}

}  // namespace

std::string canonical_type(const TypeName& type) {
    const bool may_be_builtin = type.name.schema.empty() || type.name.schema == "pg_catalog";
    std::string_view name = type.name.name;
    bool array = type.array_dimensions > 0;
    if (may_be_builtin) {
        name = without_alias(name);
        // pg_type calls the array of int4 "_int4".
        if (name.starts_with('_') && !known_to_pg_catalog(name) && known_to_pg_catalog(name.substr(1))) {
            name.remove_prefix(1);
            array = true;
        }
    }
    std::string canonical;
    if (!may_be_builtin) canonical.append(type.name.schema).append(".");
    canonical.append(name);
    if (array) canonical.append("[]");
    return canonical;
}

bool binary_coercible(const std::string& from, const std::string& to, int version) {
    if (from == to) return true;
    const builtin::Cast* cast = builtin::find_cast(without_schema(from), without_schema(to), version);
    return cast && cast->method == 'b';
}

bool is_builtin_type(const std::string& type, int version) {
    const auto rows = builtin::rows_of(builtin::types(), &builtin::Type::name, element_of(type));
    return std::any_of(rows.begin(), rows.end(),
                       [version](const builtin::Type& row) { return holds_on(row, version); });
}

std::string default_btree_family(const std::string& type) {
    if (type.ends_with("[]")) return "array_ops";
    const builtin::Type* row = builtin::find_type(without_schema(type), builtin::kLastVersion);
    if (!row) row = builtin::find_type(without_schema(type), builtin::kFirstVersion);
    return row ? std::string(row->btree_family) : std::string();
}

}  // namespace pgfence
