#include "analyze/model/unread_call.h"

#include <algorithm>
#include <array>
#include <span>

#include "analyze/catalog/extension_functions.h"
#include "analyze/model/builtin.h"
#include "analyze/model/known_functions.h"
#include "core/text.h"

namespace pgfence {
namespace {

bool searches_pg_catalog(const Name& name) { return name.schema.empty() || name.schema == "pg_catalog"; }

struct BuiltIn {
    bool found = false;
    bool acts = false;  ///< volatile, and not known to do no more than give a value
};

/// Contrib functions live in any schema. Overloads that take another number of arguments (-1: any) are not meant; what
/// the server's version does not have it refuses.
BuiltIn built_in(const Name& name, int arguments) {
    BuiltIn known;
    const auto look = [&](std::span<const builtin::Function> table) {
        for (const auto& row : builtin::rows_of(table, &builtin::Function::name, std::string_view(name.name))) {
            const bool takes = arguments < 0 || (row.fewest_arguments <= arguments && arguments <= row.most_arguments);
            known.found = true;
            known.acts |= takes && row.volatility == 'v' && !only_gives_a_value(name.name);
        }
    };
    if (searches_pg_catalog(name)) look(builtin::functions());
    if (!known.found) look(builtin::contrib_functions());
    return known;
}

/// text(x), date(x), app.email(x): a cast as a call (func_get_detail).
bool is_cast(const FunctionUse& use, const Catalog& catalog, int version) {
    if (use.arguments != 1) return false;
    if (builtin::find_type(use.name.name, version) || catalog.find_domain(use.name) || catalog.find_enum(use.name))
        return true;
    // Spelled as the grammar's names are stored, "int4"; others the parser turns into a cast itself.
    return false;
}

/// uuid_in, int4out: a type's own, which the generated rows leave out for their cstring.
bool reads_or_writes_text(const Name& name, int version) {
    if (!searches_pg_catalog(name)) return false;
    for (const std::string_view end : {"_in", "_out", "in", "out"})
        if (name.name.ends_with(end) &&
            builtin::find_type(std::string_view(name.name).substr(0, name.name.size() - end.size()), version))
            return true;
    return false;
}

/// gin_extract_value_trgm, heap_tableam_handler, tsvector_update_trigger: only an object can be made of it.
bool is_called_by_server(const Name& name) {
    return (searches_pg_catalog(name) && builtin::is_server_function(name.name)) ||
           builtin::is_contrib_server_function(name.name);
}

std::string of_built_in(const FunctionUse& use, std::string_view name) {
    const std::string_view what = what_it_does(use.name.schema, name);
    return what.empty() ? "it does more than give a value, which no model has" : std::string(what);
}

/// A setting whose name and value are written out is one that SET could have named.
std::string of_set_config(const FunctionUse& use) {
    if (use.literals.size() < 2) return of_built_in(use, "set_config");
    return unread_setting(lower_case(use.literals[0]), use.literals[1]);
}

/// table_to_xml('orders', ...): a table's rows are read, and nothing of its own runs.
bool reads_a_table(const FunctionUse& use, const Catalog& catalog) {
    if (!use.name.name.starts_with("table_to_xml") || use.literals.empty()) return false;
    const Relation* relation = catalog.find(name_in_text(use.literals.front()));
    return relation && relation->is_table() && relation->table.policies.empty();
}

std::string of_body(const Function& function) {
    if (!function.parts.empty()) return {};  // an aggregate: they are functions of their own (calls.h)
    if (function.language == "internal") {
        const BuiltIn known = built_in({"pg_catalog", std::string(trim(function.body))}, -1);
        if (known.found && !known.acts) return {};
        return "what stands behind its name in the server is not known to do no more than give a value";
    }
    if (function.runs) return {};
    if (function.language == "c") return "it is written in C, and its effect is unknown";
    return "its body in language " + function.language + " is not read";
}

}  // namespace

// stats_fill_fcinfo_from_arg_pairs: 'schemaname', 'app', 'relname', 'orders', ... in any order; the functions that
// clear them take the two alone.
std::optional<Name> relation_of_statistics(const FunctionUse& use) {
    constexpr std::array<std::string_view, 2> kClear{"pg_clear_relation_stats", "pg_clear_attribute_stats"};
    constexpr std::array<std::string_view, 2> kRestore{"pg_restore_relation_stats", "pg_restore_attribute_stats"};
    if (!searches_pg_catalog(use.name)) return std::nullopt;
    const auto& said = use.literals;
    if (is_among(use.name.name, kClear)) return said.size() < 2 ? Name{} : Name{said[0], said[1]};
    if (!is_among(use.name.name, kRestore)) return std::nullopt;
    Name relation;
    for (std::size_t i = 0; i + 1 < said.size(); i += 2) {
        if (said[i] == "schemaname") relation.schema = said[i + 1];
        if (said[i] == "relname") relation.name = said[i + 1];
    }
    return relation.schema.empty() ? Name{} : relation;
}

std::string unread_call(const FunctionUse& use, const Catalog& catalog, int version) {
    const auto own = catalog.find_functions(use.name);
    if (const Function* called = catalog.called_by(use)) return of_body(*called);
    for (const Function* function : own)
        if (std::string why = of_body(*function); !why.empty()) return why;
    if (extension_function(use)) return {};
    if (use.name.name == "set_config" && searches_pg_catalog(use.name)) return of_set_config(use);
    if (searches_pg_catalog(use.name) && reads_a_table(use, catalog)) return {};
    if (is_harmless_of_an_extension(use.name.schema, use.name.name)) return {};
    if (const auto relation = relation_of_statistics(use); relation && own.empty())
        return relation->name.empty() ? "it locks the relation whose statistics it changes" : std::string();
    const BuiltIn known = built_in(use.name, use.arguments);
    if (known.acts || !what_it_does(use.name.schema, use.name.name).empty()) return of_built_in(use, use.name.name);
    if (known.found || !own.empty() || is_cast(use, catalog, version) || reads_or_writes_text(use.name, version))
        return {};
    if (is_called_by_server(use.name)) return {};
    return "its body is not known";
}

bool may_run_anything(const FunctionUse& use, const Catalog& catalog, int version) {
    if (unread_call(use, catalog, version).empty()) return false;
    if (!catalog.find_functions(use.name).empty()) return true;
    return !built_in(use.name, use.arguments).found && what_it_does(use.name.schema, use.name.name).empty();
}

namespace {

constexpr std::array<std::string_view, 5> kOn{"on", "true", "1", "yes", "t"};
bool is_on(std::string_view value) {
    return std::any_of(kOn.begin(), kOn.end(), [&](std::string_view on) { return equal_ignoring_case(value, on); });
}

/// Encodings in which a byte of another character may be a backslash or a quote (behind PG_ENCODING_BE_LAST: clients
/// alone may have them).
bool takes_bytes_otherwise(std::string_view encoding) {
    constexpr std::string_view kOthers =
        " sjis mskanji shiftjis win932 windows932 big5 win950 windows950 gbk win936 windows936 uhc win949 windows949 "
        "gb18030 johab shiftjis2004 ";
    std::string name = " ";
    for (const char c : encoding)
        if (c != '_' && c != '-' && c != ' ') name += to_lower(c);
    return kOthers.find(name + " ") != kOthers.npos;
}

}  // namespace

std::string unread_setting(std::string_view name, std::string_view value) {
    if (value.empty()) return {};
    if (name == "standard_conforming_strings" && !is_on(value))
        return "backslashes in literals escape what follows from here on: they are read as if they did not";
    if (name == "client_encoding" && takes_bytes_otherwise(value))
        return "the server takes the bytes from here on for other characters than stand here";
    if (!is_on(value)) return {};
    if (name == "transform_null_equals") return "= NULL means IS NULL from here on: it is read as if it did not";
    if (name == "allow_system_table_mods") return "the system catalogs' own tables may be altered from here on";
    if (name == "zero_damaged_pages" || name == "ignore_checksum_failure" || name == "ignore_invalid_pages")
        return "the server reads damaged pages as if they were whole or empty from here on";
    return {};
}

}  // namespace pgfence
