// Mirrors ATPrepAlterColumnType and ATColumnChangeRequiresRewrite (tablecmds.c): the conversion expression is planned,
// and the table is rewritten unless what remains is the column itself under relabelling. Length coercions vanish when
// the type's support function (varchar_support, numeric_support, temporal simplification, ...) proves them no-ops.

#include "analyze/model/column_type.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "analyze/model/builtin.h"
#include "analyze/model/types.h"
#include "core/conditions.h"
#include "core/server_behaviour.h"
#include "core/stand_in.h"
#include "core/text.h"

namespace pgfence {
namespace {

constexpr int kMaxDomainDepth = 64;
constexpr std::int32_t kMaxTimePrecision = 6;

bool is_text_like(const std::string& type) { return type == "text" || type == "varchar"; }
bool is_citext(const std::string& type) { return type == "citext" || type.ends_with(".citext"); }

/// The citext extension creates its casts to and from text and varchar WITHOUT FUNCTION.
bool relabels(const std::string& from, const std::string& to, int version) {
    if (is_citext(from) && is_citext(to)) return true;
    if ((is_citext(from) && is_text_like(to)) || (is_text_like(from) && is_citext(to))) return true;
    return binary_coercible(from, to, version);
}

std::int32_t typmod(const TypeName& type, std::size_t n, std::int32_t none) {
    return n < type.typmods.size() ? type.typmods[n] : none;
}

// varchar_support, varbit_support: a longer or absent limit never changes a value.
bool longer_or_same(const TypeName& from, const TypeName& to) {
    if (to.typmods.empty()) return true;
    return !from.typmods.empty() && typmod(to, 0, 0) >= typmod(from, 0, 0);
}

// numeric_support: the scale must stay, the precision may grow.
bool numeric_fits(const TypeName& from, const TypeName& to) {
    if (to.typmods.empty()) return true;
    if (from.typmods.empty()) return false;
    return typmod(to, 1, 0) == typmod(from, 1, 0) && typmod(to, 0, 0) >= typmod(from, 0, 0);
}

// TemporalSimplify (datetime.c): six digits is all a timestamp holds.
bool precision_fits(std::int32_t from, std::int32_t to) {
    if (to < 0 || to >= kMaxTimePrecision) return true;
    return from >= 0 && to >= from;
}

// intervaltypmodleastfield (timestamp.c): seconds are 0, years 5. The mask has a bit for each field (INTERVAL_MASK).
int least_field_of_interval(std::int32_t fields) {
    constexpr std::array<int, 6> kBits{12, 11, 10, 3, 1, 2};  // SECOND, MINUTE, HOUR, DAY, MONTH, YEAR
    const auto* const found =
        std::find_if(kBits.begin(), kBits.end(), [&](int bit) { return (fields >> bit & 1) != 0; });
    return static_cast<int>(found - kBits.begin());
}

// interval_support: the raw typmods are (fields mask) or (fields mask, precision); none at all keeps every field.
bool interval_fits(const TypeName& from, const TypeName& to) {
    constexpr std::int32_t kFullRange = 0x7FFF;
    const int before = least_field_of_interval(typmod(from, 0, kFullRange));
    const int after = least_field_of_interval(typmod(to, 0, kFullRange));
    return after <= before && (before > 0 || precision_fits(typmod(from, 1, -1), typmod(to, 1, -1)));
}

bool is_temporal(const std::string& type) {
    constexpr std::array<std::string_view, 4> kTemporal{"timestamp", "timestamptz", "time", "timetz"};
    return std::find(kTemporal.begin(), kTemporal.end(), type) != kTemporal.end();
}

bool has_no_modifier(const TypeName& type) { return type.typmods.empty() && type.modifier_words.empty(); }

// coerce_type_typmod: without a modifier there is nothing to coerce to, whatever the type.
bool length_fits(const std::string& type, const TypeName& from, const TypeName& to) {
    if (from.typmods == to.typmods && from.modifier_words == to.modifier_words) return true;
    if (has_no_modifier(to)) return true;
    if (type == "varchar" || type == "varbit") return longer_or_same(from, to);
    if (type == "numeric") return numeric_fits(from, to);
    if (type == "interval") return interval_fits(from, to);
    if (is_temporal(type)) return precision_fits(typmod(from, 0, -1), typmod(to, 0, -1));
    return false;  // bpchar and bit have no support function: any change of length converts every row
}

// TimestampTimestampTzRequiresRewrite (12+): a zone that has one offset for ever, and that offset is zero.
bool is_utc(std::string_view zone) {
    const std::string name = lower_case(zone);
    constexpr std::array<std::string_view, 17> kZero{
        "utc",       "gmt",     "uct",           "zulu",          "universal", "greenwich",
        "etc/utc",   "etc/gmt", "etc/uct",       "etc/zulu",      "etc/gmt0",  "etc/gmt+0",
        "etc/gmt-0", "gmt0",    "etc/greenwich", "etc/universal", "0"};
    return std::find(kZero.begin(), kZero.end(), name) != kZero.end();
}

bool is_timestamp_pair(const std::string& from, const std::string& to) {
    return (from == "timestamp" && to == "timestamptz") || (from == "timestamptz" && to == "timestamp");
}

/// Is USING the column itself, bare or cast to the very type it is about to get?
bool is_plain_column(const Expr& expr, std::string_view column, const TypeName& to) {
    if (expr.kind == Expr::Kind::column) return expr.text == column;
    return expr.kind == Expr::Kind::cast && expr.type == to && is_plain_column(expr.args.front(), column, to);
}

/// eval_const_expressions: a COALESCE with one argument that is not NULL is that argument.
const Expr& simplified(const Expr& expr, int version) {
    if (!has(version, Behaviour::coalesce_of_one_is_that_one) || expr.kind != Expr::Kind::list ||
        expr.text != "COALESCE" || expr.args.empty())
        return expr;
    const auto is_null = [](const Expr& arg) { return arg.kind == Expr::Kind::null; };
    const auto first = std::find_if_not(expr.args.begin(), expr.args.end(), is_null);
    const bool alone = first != expr.args.end() && std::all_of(first + 1, expr.args.end(), is_null);
    return alone ? *first : expr;
}

bool same_opclass(const std::string& from, const std::string& to) {
    if (from == to) return true;
    if (is_text_like(from) && is_text_like(to)) return true;
    const std::string family = default_btree_family(from);
    // An operator family may span types (integer_ops) whose operator classes differ: only relabelled types share one.
    return !family.empty() && family == default_btree_family(to) && !is_timestamp_pair(from, to);
}

// ---- do the values fit? ---------------------------------------------------------------------------------------------

/// Digits in front of the point that any value of an integer type has at most; 0: no integer type.
int digits_of_integer(const std::string& type) {
    if (type == "int2") return 5;
    if (type == "int4") return 10;
    return type == "int8" ? 19 : 0;
}

bool is_float(const std::string& type) { return type == "float4" || type == "float8"; }

Fit fit_in_numeric(const std::string& old_type, const TypeName& from, const TypeName& to) {
    if (to.typmods.empty()) return Fit::whole;
    const std::int32_t scale = typmod(to, 1, 0), room = typmod(to, 0, 0) - scale;
    if (const int digits = digits_of_integer(old_type)) return digits > room ? Fit::refused : Fit::whole;
    if (old_type != "numeric" || from.typmods.empty()) return Fit::refused;
    if (typmod(from, 0, 0) - typmod(from, 1, 0) > room) return Fit::refused;
    return typmod(from, 1, 0) > scale ? Fit::rounded : Fit::whole;
}

Fit fit_of_number(const std::string& old_type, const std::string& new_type, const TypeName& from, const TypeName& to) {
    const int digits = digits_of_integer(old_type);
    if (new_type == "numeric") return fit_in_numeric(old_type, from, to);
    if (const int room = digits_of_integer(new_type)) return digits > 0 && digits <= room ? Fit::whole : Fit::refused;
    if (new_type == "float8") return old_type == "numeric" || digits > 10 ? Fit::rounded : Fit::whole;
    return old_type == "float4" || old_type == "int2" ? Fit::whole : Fit::rounded;
}

/// A cast that is written cuts what is too long; the assignment that ALTER makes by itself refuses it.
Fit fit_of_string(const TypeName& from, const TypeName& to, bool cast) {
    return longer_or_same(from, to) ? Fit::whole : cast ? Fit::rounded : Fit::refused;
}

bool is_string_type(const std::string& type) { return is_text_like(type) || type == "bpchar"; }
bool is_number_type(const std::string& type) {
    return digits_of_integer(type) > 0 || is_float(type) || type == "numeric";
}

TypeChange between(const TypeName& from, const TypeName& to, const ExecutionContext& now) {
    const std::string old_type = canonical_type(from), new_type = canonical_type(to);
    TypeChange change;
    change.same_opclass = same_opclass(old_type, new_type);

    if (from.array_dimensions > 0 || to.array_dimensions > 0) {
        const bool stays = old_type == new_type && (has_no_modifier(to) || from.typmods == to.typmods);
        change.conversion = stays ? Conversion::none : Conversion::rewrite;
        return change;
    }
    if (is_timestamp_pair(old_type, new_type)) {
        // TemporalSimplify: the cast between the two has no precision that the new one could be compared with.
        constexpr int kMost = 6;
        const int precision = typmod(to, 0, -1);
        const bool fits = precision < 0 || precision == kMost;
        if (!has(now.version, Behaviour::timestamps_convert_without_rewrite) || !fits) return change;
        if (now.time_zone.empty()) {
            change.conversion = Conversion::unknown;
            change.depends_on = "the session's TimeZone: under UTC no row changes";
        } else if (is_utc(now.time_zone)) {
            change.conversion = Conversion::none;
        }
        return change;
    }
    if (old_type == new_type) {
        if (length_fits(old_type, from, to)) change.conversion = Conversion::none;
        return change;
    }
    // The length coercion of the new type follows the relabelling and knows no old length to compare with,
    // except that varchar keeps its own when it becomes varchar again (handled above).
    if (relabels(old_type, new_type, now.version)) {
        if (to.typmods.empty()) change.conversion = Conversion::none;
        return change;
    }
    if (!is_builtin_type(old_type, now.version) && !is_builtin_type(new_type, now.version)) {
        change.conversion = Conversion::unknown;
        change.depends_on = "whether a cast WITHOUT FUNCTION leads from " + old_type + " to " + new_type;
    }
    return change;
}

}  // namespace

TypeName base_type(TypeName type, const Catalog& catalog) {
    for (int depth = 0; depth < kMaxDomainDepth; ++depth) {
        const Domain* domain = type.array_dimensions == 0 ? catalog.find_domain(type.name) : nullptr;
        if (!domain) break;
        type = domain->base;  // a domain's own length is that of its base
    }
    return type;
}

bool is_row_type(const TypeName& type, const Catalog& catalog) {
    const TypeName base = base_type(type, catalog);
    return base.array_dimensions == 0 && catalog.find(base.name);
}

Fit fit_of_values(const TypeName& from, const TypeName& to, const Boxed<Expr>& using_expr, std::string_view column,
                  const Catalog& catalog) {
    if (using_expr && !is_plain_column(*using_expr, column, to)) return Fit::whole;
    const TypeName before = base_type(from, catalog), after = base_type(to, catalog);
    if (before.array_dimensions > 0 || after.array_dimensions > 0) return Fit::whole;
    const std::string old_type = canonical_type(before), new_type = canonical_type(after);
    if (is_number_type(old_type) && is_number_type(new_type)) {
        return old_type == new_type && before.typmods == after.typmods
                   ? Fit::whole
                   : fit_of_number(old_type, new_type, before, after);
    }
    if (is_string_type(old_type) && is_string_type(new_type))
        return fit_of_string(before, after, using_expr && using_expr->kind == Expr::Kind::cast);
    if (is_temporal(old_type) && (new_type == old_type || is_timestamp_pair(old_type, new_type)))
        return precision_fits(typmod(before, 0, -1), typmod(after, 0, -1)) ? Fit::whole : Fit::rounded;
    if (new_type == "date" && (old_type == "timestamp" || old_type == "timestamptz")) return Fit::rounded;
    return Fit::whole;
}

namespace {

TypeName built_in(std::string_view name) {
    TypeName type;
    type.name = {"pg_catalog", std::string(name)};
    return type;
}

/// Text takes the text form of any value (TYPCATEGORY_STRING).
bool takes_text_of_any(const std::string& type, int version) {
    const builtin::Type* known = builtin::find_type(type, version);
    return known && known->category == 'S';
}

enum class Made : std::uint8_t { built_in, enumeration, row, unknown };

Made made(const TypeName& type, const Catalog& catalog, int version) {
    if (catalog.find_enum(type.name)) return Made::enumeration;
    if (is_builtin_type(canonical_type(type), version)) return Made::built_in;
    const Relation* relation = catalog.find(type.name);
    const bool has_rows = relation && (relation->is_table() || relation->kind == RelationKind::composite_type);
    return has_rows ? Made::row : Made::unknown;
}

bool has_own_cast(const TypeName& from, const TypeName& to, const Catalog& catalog) {
    return std::any_of(catalog.casts().begin(), catalog.casts().end(),
                       [&](const Cast& cast) { return cast.from.name == from.name && cast.to.name == to.name; });
}

}  // namespace

std::optional<bool> is_assignable(const TypeName& written_from, const TypeName& written_to, const Catalog& catalog,
                                  int version) {
    TypeName from = base_type(catalog.resolve_type(written_from), catalog);
    TypeName to = base_type(catalog.resolve_type(written_to), catalog);
    const std::string old_type = canonical_type(from), new_type = canonical_type(to);
    if (old_type == new_type) return true;
    if (from.array_dimensions > 0 && to.array_dimensions > 0) {
        from.array_dimensions = to.array_dimensions = 0;
        return is_assignable(from, to, catalog, version);
    }
    if (has_own_cast(from, to, catalog)) return std::nullopt;
    if (from.array_dimensions > 0) return takes_text_of_any(new_type, version);
    if (to.array_dimensions > 0)
        return made(from, catalog, version) == Made::unknown ? std::nullopt : std::optional(false);
    const Made old_made = made(from, catalog, version), new_made = made(to, catalog, version);
    if (old_made == Made::unknown || new_made == Made::unknown) return std::nullopt;
    if (old_made == Made::row && new_made == Made::row) return std::nullopt;  // a child's row is a parent's
    if (new_made != Made::built_in) return false;
    if (old_made == Made::built_in)
        if (const builtin::Cast* cast = builtin::find_cast(old_type, new_type, version)) return cast->context != 'e';
    return takes_text_of_any(new_type, version);
}

bool are_of_other_categories(const TypeName& from, const TypeName& to, const Catalog& catalog, int version) {
    const auto category = [&](const TypeName& type) {
        const TypeName base = base_type(catalog.resolve_type(type), catalog);
        if (base.array_dimensions > 0) return 'A';
        if (catalog.find_enum(base.name)) return 'E';
        const builtin::Type* known = builtin::find_type(canonical_type(base), version);
        return known ? known->category : ' ';
    };
    const char old_category = category(from), new_category = category(to);
    return old_category != ' ' && new_category != ' ' && old_category != new_category;
}

bool has_no_btree_order(const TypeName& written, const Catalog& catalog, int version) {
    const TypeName type = base_type(catalog.resolve_type(written), catalog);
    const std::string name = canonical_type(type);
    // An array itself, whatever its name (GetDefaultOpClass).
    if (type.array_dimensions > 0 || name == "int2vector") return false;
    return !catalog.find_enum(type.name) && is_builtin_type(name, version) && default_btree_family(name).empty();
}

bool may_come_with_extension(std::string_view access_method) {
    return access_method == "gin" || access_method == "gist";
}

bool has_no_operator_class(const TypeName& written, std::string_view access_method, const Catalog& catalog,
                           int version) {
    if (access_method.empty() || access_method == "btree") return has_no_btree_order(written, catalog, version);
    const TypeName type = base_type(catalog.resolve_type(written), catalog);
    const std::string name = canonical_type(type);
    const bool array = type.array_dimensions > 0, of_labels = !array && catalog.find_enum(type.name);
    if (!array && !of_labels && !is_builtin_type(name, version)) return false;
    constexpr std::array<std::string_view, 2> kGin{"jsonb", "tsvector"};
    constexpr std::array<std::string_view, 6> kGist{"box", "circle", "point", "polygon", "tsquery", "tsvector"};
    constexpr std::array<std::string_view, 6> kNotBrin{"bool", "json", "jsonb", "tsquery", "tsvector", "xml"};
    const auto is_one_of = [&](const auto& names) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (access_method == "gin") return !array && !is_one_of(kGin);
    if (access_method == "gist") return array || (!is_one_of(kGist) && !name.ends_with("range"));
    if (access_method == "brin") return array || of_labels || is_one_of(kNotBrin);
    return access_method == "hash" && !array && (name == "json" || name == "xml");
}

TypeName type_of_default(const Expr& expr, const TypeName& column, const Catalog& catalog) {
    switch (expr.kind) {
        case Expr::Kind::constant: return column;
        case Expr::Kind::cast: return expr.type;
        case Expr::Kind::sql_value:
            if (expr.text == "CURRENT_TIMESTAMP") return built_in("timestamptz");
            return expr.text == "CURRENT_DATE" ? built_in("date") : TypeName{};
        case Expr::Kind::call: break;
        default: return {};
    }
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kResults{
        {{"nextval", "int8"},
         {"now", "timestamptz"},
         {"clock_timestamp", "timestamptz"},
         {"random", "float8"},
         {"gen_random_uuid", "uuid"},
         {"uuid_generate_v4", "uuid"},
         {"md5", "text"}}};
    for (const auto& [function, result] : kResults)
        if (expr.name.name == function) return built_in(result);
    const auto own = catalog.find_functions(expr.name);
    return own.size() == 1 ? own.front()->result : TypeName{};
}

bool is_constrained_domain(const TypeName& type, const Catalog& catalog) {
    TypeName next = type;
    for (int depth = 0; depth < kMaxDomainDepth; ++depth) {
        const Domain* domain = next.array_dimensions == 0 ? catalog.find_domain(next.name) : nullptr;
        if (!domain) return false;
        if (domain->not_null || !domain->checks.empty()) return true;
        next = domain->base;
    }
    return false;
}

namespace {

/// What a type is that none of the migrations made: it may be a domain over the other one, or have a cast WITHOUT
/// FUNCTION to it. Empty: it is known.
Condition what_is_not_told(const TypeName& written, const Catalog& catalog, int version) {
    if (written.name.name == kUnknownType) return type_not_told();
    TypeName type = base_type(catalog.resolve_type(written), catalog);
    type.array_dimensions = 0;
    return made(type, catalog, version) == Made::unknown
               ? Condition("what type " + canonical_type(type) + " is: no migration here makes it")
               : Condition();
}

TypeName without_modifier(TypeName type) {
    type.typmods.clear();
    type.modifier_words.clear();
    return type;
}

/// coerce_type: a domain's value is relabelled as one of its base type that has no modifier, whatever the domain's is.
TypeName as_coerced(const TypeName& type, const Catalog& catalog) {
    TypeName base = base_type(type, catalog);
    const bool domain = type.array_dimensions == 0 && catalog.find_domain(type.name);
    return domain ? without_modifier(std::move(base)) : base;
}

void doubt_what_is_not_told(TypeChange& change, const TypeName& from, const TypeName& to, const Catalog& catalog,
                            int version) {
    if (from.name.name != kUnknownType && (change.conversion != Conversion::rewrite || from.name == to.name)) return;
    for (const TypeName* type : {&from, &to})
        if (Condition why = what_is_not_told(*type, catalog, version); !why.empty())
            change = {Conversion::unknown, false, std::move(why)};
}

}  // namespace

TypeChange type_change(const TypeName& from, const TypeName& to, const Boxed<Expr>& using_expr, std::string_view column,
                       const Catalog& catalog, const ExecutionContext& now) {
    TypeName source = as_coerced(from, catalog);
    const bool several = using_expr && using_expr->args.size() > 1;  // of COALESCE: they agree on no modifier
    if (several) source = without_modifier(std::move(source));
    TypeChange change = between(source, base_type(to, catalog), now);
    const bool same = catalog.resolve_type(from) == catalog.resolve_type(to) && from.name.name != kUnknownType;
    if (using_expr && !is_plain_column(simplified(*using_expr, now.version), column, to)) {
        change.conversion = Conversion::rewrite;
        change.depends_on.clear();
    } else if (same && !(several && !has_no_modifier(to))) {
        change.conversion = Conversion::none;
        change.same_opclass = true;
    } else if (is_constrained_domain(to, catalog)) {
        change.conversion = Conversion::rewrite;  // CoerceToDomain stays in the expression
        change.depends_on.clear();
    } else {
        doubt_what_is_not_told(change, from, to, catalog, now.version);
    }
    return change;
}

}  // namespace pgfence
