// The catalog's types, functions and schemas, and who uses them.

#include <algorithm>
#include <array>
#include <cstring>

#include "analyze/catalog/catalog.h"
#include "analyze/catalog/catalog_keys.h"
#include "core/text.h"

namespace pgfence {
namespace {

// pg_catalog is searched before the search path: a table called "point" is not the type point.
bool is_builtin_type(std::string_view name) {
    constexpr std::array<std::string_view, 66> kTypes{
        "aclitem",   "bit",           "bool",         "box",       "bpchar",    "bytea",        "char",
        "cid",       "cidr",          "circle",       "date",      "daterange", "float4",       "float8",
        "inet",      "int2",          "int4",         "int4range", "int8",      "int8range",    "interval",
        "json",      "jsonb",         "jsonpath",     "line",      "lseg",      "macaddr",      "macaddr8",
        "money",     "name",          "numeric",      "numrange",  "oid",       "oidvector",    "path",
        "pg_lsn",    "point",         "polygon",      "record",    "refcursor", "regclass",     "regcollation",
        "regconfig", "regdictionary", "regnamespace", "regoper",   "regproc",   "regprocedure", "regrole",
        "regtype",   "text",          "tid",          "time",      "timestamp", "timestamptz",  "timetz",
        "tsquery",   "tsrange",       "tstzrange",    "tsvector",  "uuid",      "varbit",       "varchar",
        "void",      "xid",           "xml"};
    return std::binary_search(kTypes.begin(), kTypes.end(), name);
}

}  // namespace

std::string sequence_of(const Expr& expr) {
    if (expr.kind != Expr::Kind::call || expr.name.name != "nextval" || expr.args.empty()) return {};
    const Expr& arg =
        expr.args[0].kind == Expr::Kind::cast && !expr.args[0].args.empty() ? expr.args[0].args[0] : expr.args[0];
    if (arg.kind != Expr::Kind::constant) return {};
    std::string name = arg.text;
    std::erase(name, '"');
    return name;
}

bool Catalog::has_type(const Name& resolved) const {
    const std::string key = key_of(resolved);
    if (domains_.find(key) || enums_.find(key) || other_types_.find(key)) return true;
    const Relation* relation = get(names_.find(resolved.schema, resolved.name));
    return relation && (relation->kind == RelationKind::composite_type || !relation->columns.empty());
}

Name Catalog::resolve_typename(const Name& written) const {
    return resolve_along(search_path_, written, [this](const Name& n) { return has_type(n); });
}

TypeName Catalog::resolve_type(TypeName written) const {
    if (!written.name.schema.empty() || is_builtin_type(written.name.name)) return written;
    Name name = resolve_typename(written.name);
    if (has_type(name)) written.name = std::move(name);
    return written;
}

// ---- types and functions -------------------------------------------------------------------------------------------

std::vector<const Relation*> Catalog::using_type(const Name& written) const {
    const Name name = resolve_typename(written);
    const std::vector<RelationId>* users = uses_.find("t" + key_of(name));
    if (!users) return {};
    auto found = relations_of(*users);
    std::erase_if(found, [&](const Relation* r) {
        return std::none_of(r->columns.begin(), r->columns.end(), [&](const Column& c) { return c.type.name == name; });
    });
    return found;
}

std::vector<RelationId> Catalog::calling(const Name& function) const {
    const std::vector<RelationId>* users = uses_.find("f" + function.name);
    return users ? *users : std::vector<RelationId>{};
}

std::vector<RelationId> Catalog::drawing_from(const Name& sequence) const {
    const std::vector<RelationId>* users = uses_.find("s" + sequence.name);
    return users ? *users : std::vector<RelationId>{};
}

std::vector<const Relation*> Catalog::naming_others() const {
    const std::vector<RelationId>* users = uses_.find("n");
    return users ? relations_of(*users) : std::vector<const Relation*>{};
}

std::vector<const Relation*> Catalog::casting_to(const Name& type) const {
    const std::vector<RelationId>* users = uses_.find("c" + key_of(type));
    return users ? relations_of(*users) : std::vector<const Relation*>{};
}

const Domain* Catalog::find_domain(const Name& written) const {
    return domains_.find(key_of(resolve_typename(written)));
}

std::vector<const Domain*> Catalog::domains() const {
    std::vector<const Domain*> all;
    domains_.for_each([&](const std::string&, const Domain& domain) { all.push_back(&domain); });
    return all;
}

std::vector<const Domain*> Catalog::domains_not_in(const Catalog& other) const {
    std::vector<const Domain*> found;
    domains_.for_each_not_in(other.domains_,
                             [&](const std::string&, const Domain& domain) { found.push_back(&domain); });
    return found;
}

const Enum* Catalog::find_enum(const Name& written) const { return enums_.find(key_of(resolve_typename(written))); }

std::vector<const Enum*> Catalog::grown_enums() const {
    std::vector<const Enum*> grown;
    for (std::size_t i = 0; i < enums_in_transaction_; ++i)
        if (const Enum* e = enums_.find(key_of(*enums_of_transaction_.find(i))); e && !e->uncommitted.empty())
            grown.push_back(e);
    return grown;
}

bool Catalog::is_new_role(const std::string& role) const { return is_among(role, seldom_.read().new_roles); }

bool Catalog::is_granted_function(const Name& resolved) const {
    const std::vector<Name>& granted = seldom_.read().granted_functions;
    return std::find(granted.begin(), granted.end(), resolved) != granted.end();
}

bool Catalog::is_part_of_object(const Name& resolved) const {
    const std::vector<Name>& parts = seldom_.read().parts_of_objects;
    return std::find(parts.begin(), parts.end(), resolved) != parts.end();
}

std::vector<const Function*> Catalog::find_functions(const Name& written) const {
    std::vector<const Function*> found;
    std::string key;
    const auto add = [&](std::string_view schema) {
        key.assign(schema).push_back('\0');
        if (const std::vector<Function>* overloads = functions_.find(key.append(written.name)))
            for (const Function& function : *overloads) found.push_back(&function);
    };
    if (!written.schema.empty())
        add(written.schema);
    else
        for (const std::string& schema : search_path_) add(schema);
    return found;
}

std::vector<const Function*> Catalog::atomic_functions() const {
    std::vector<const Function*> found;
    functions_.for_each([&](const std::string&, const std::vector<Function>& overloads) {
        for (const Function& function : overloads)
            if (function.atomic) found.push_back(&function);
    });
    return found;
}

bool Catalog::is_nondeterministic(const Name& collation) const {
    const auto has = [this](const Name& name) { return nondeterministic_.find(key_of(name)) != nullptr; };
    return !collation.empty() && has(resolve_along(search_path_, collation, has));
}

bool Catalog::has_policy_on_unknown(const Name& resolved) const {
    return with_policies_.find(key_of(resolved)) != nullptr;
}

bool Catalog::shows_all_of_unknown(const Name& resolved) const {
    const bool* of_all_rows = with_policies_.find(key_of(resolved));
    return of_all_rows && *of_all_rows;
}

const Relation* Catalog::told_of(const Name& written) const {
    const Shared<Relation>* told = told_.find(key_of(resolve(written)));
    return told ? &told->read() : nullptr;
}

namespace {

bool takes(const Function& f, int arguments) {
    const int fewest = f.variadic ? f.arguments - 1 : f.arguments - static_cast<int>(f.defaults.size());
    return arguments < 0 || (arguments >= fewest && (f.variadic || arguments <= f.arguments));
}

bool is_told(const TypeName& type) { return !type.name.name.empty() && type.name.name != "unknown"; }

bool is_string(std::string_view name) {
    return name == "text" || name == "varchar" || name == "bpchar" || name == "name" || name == "char";
}
bool is_number(std::string_view name) {
    return name == "int2" || name == "int4" || name == "int8" || name == "numeric" || name == "float4" ||
           name == "float8" || name == "oid" || name == "money";
}
bool is_time(std::string_view name) {
    return name == "date" || name == "timestamp" || name == "timestamptz" || name == "time" || name == "timetz" ||
           name == "interval";
}

/// No implicit cast leads from the one to the other: of two built-in types that is so between kinds of types.
bool cannot_be(const TypeName& given, const TypeName& wanted) {
    if (!is_told(given) || !is_told(wanted)) return false;
    if ((given.array_dimensions > 0) != (wanted.array_dimensions > 0)) return wanted.name.name != "anyarray";
    const std::string_view a = given.name.name, b = wanted.name.name;
    if (!is_builtin_type(a) || !is_builtin_type(b) || a == b) return false;
    const auto kind = [](std::string_view name) {
        return is_string(name) ? 1 : is_number(name) ? 2 : is_time(name) ? 3 : name == "bool" ? 4 : 0;
    };
    return kind(a) != 0 && kind(b) != 0 && kind(a) != kind(b);
}

bool is_exactly(const TypeName& given, const TypeName& wanted) {
    return is_told(given) && given.name.name == wanted.name.name && given.array_dimensions == wanted.array_dimensions;
}

}  // namespace

namespace {

/// Into each behind it, and none before it.
constexpr std::array<std::string_view, 6> kNumbers{"int2", "int4", "int8", "numeric", "float4", "float8"};
constexpr std::array<std::string_view, 3> kMoments{"date", "timestamp", "timestamptz"};
constexpr std::array<std::string_view, 3> kTimes{"time", "timetz", "interval"};

template <std::size_t n>
bool goes_on_to(const std::array<std::string_view, n>& line, std::string_view given, std::string_view wanted) {
    const auto from = std::find(line.begin(), line.end(), given);
    return from != line.end() && std::find(from, line.end(), wanted) != line.end();
}

bool is_of_catalog(std::string_view name) { return name == "oid" || name.starts_with("reg"); }

bool has_implicit_cast(std::string_view given, std::string_view wanted) {
    return (is_string(given) && is_string(wanted)) || goes_on_to(kNumbers, given, wanted) ||
           goes_on_to(kMoments, given, wanted) || (given == "time" && goes_on_to(kTimes, given, wanted)) ||
           (is_of_catalog(wanted) && (is_of_catalog(given) || goes_on_to(kNumbers, given, "int8"))) ||
           (given == "cidr" && wanted == "inet") || (given.ends_with("bit") && wanted.ends_with("bit"));
}

}  // namespace

bool may_pass_for(const TypeName& given, const TypeName& wanted) {
    const std::string_view a = given.name.name, b = wanted.name.name;
    if (!is_told(given) || !is_told(wanted) || b.starts_with("any")) return true;
    if (given.array_dimensions > 0 && wanted.array_dimensions > 0) return a == b || (is_string(a) && is_string(b));
    if ((given.array_dimensions > 0) != (wanted.array_dimensions > 0)) return false;
    if (a == b || is_builtin_type(a) != is_builtin_type(b)) return true;
    return is_builtin_type(a) && has_implicit_cast(a, b);
}

bool same_types(const std::vector<TypeName>& a, const std::vector<TypeName>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const TypeName& x, const TypeName& y) {
        const bool same_schema = x.name.schema.empty() || y.name.schema.empty() || x.name.schema == y.name.schema ||
                                 is_builtin_type(x.name.name);
        return x.name.name == y.name.name && same_schema && x.array_dimensions == y.array_dimensions;
    });
}

const Function* Catalog::called_by(const FunctionUse& use) const {
    const auto all = may_be_called_by(use);
    return all.size() == 1 ? all.front() : nullptr;
}

// func_match_argtypes and func_select_candidate, as far as the text tells types.
std::vector<const Function*> Catalog::may_be_called_by(const FunctionUse& use) const {
    // Where a branch may have replaced one, there are two with the same arguments.
    std::vector<const Function*> may_be, exactly;
    for (const Function* function : find_functions(use.name)) {
        if (!takes(*function, use.arguments)) continue;
        const std::size_t told = std::min(use.types.size(), function->variadic ? 0 : function->types.size());
        bool fits = true, exact = told == use.types.size() && told == function->types.size() && told > 0;
        for (std::size_t i = 0; i < told; ++i) {
            fits = fits && !cannot_be(use.types[i], function->types[i]);
            exact = exact && is_exactly(use.types[i], function->types[i]);
        }
        if (exact) exactly.push_back(function);
        if (fits) may_be.push_back(function);
    }
    return exactly.empty() ? may_be : exactly;
}

const Function* Catalog::find_function(const Name& resolved, const std::vector<TypeName>& types) const {
    const std::vector<Function>* overloads = functions_.find(key_of(resolved));
    if (!overloads) return nullptr;
    for (const Function& function : *overloads)
        if (same_types(function.types, types)) return &function;
    return nullptr;
}

Name Catalog::resolve_function(const Name& written) const {
    if (!written.schema.empty()) return written;
    for (const std::string& schema : search_path_)
        if (functions_.find(key_of({schema, written.name}))) return {schema, written.name};
    return written;
}

namespace {

bool works_on(const RoutineBody& body, const Name& relation) {
    const auto is_it = [&](const RangeUse& use) {
        return use.name.name == relation.name && (use.name.schema.empty() || use.name.schema == relation.schema);
    };
    for (const BodyStatement& statement : body.statements)
        for (const Action& action : statement.actions)
            if (const auto* dml = std::get_if<Dml>(&action))
                if (std::any_of(dml->query.relations.begin(), dml->query.relations.end(), is_it)) return true;
    return false;
}

}  // namespace

bool Catalog::is_named_by_function(const Name& resolved) const {
    bool found = false;
    functions_.for_each([&](const std::string&, const std::vector<Function>& overloads) {
        // Bodies are read for who needs them. strcasestr, because copies of all bodies for each name were a twentieth
        // of the time over large histories.
        for (const Function& function : overloads)
            found = found || (function.existing && function.runs &&
                              strcasestr(function.body.c_str(), resolved.name.c_str()) != nullptr &&
                              works_on(*function.runs.get(), resolved));
    });
    return found;
}

std::shared_ptr<const RoutineBody> Catalog::prepared(const std::string& name) const {
    const auto* found = prepared_.find(name);
    return found ? *found : nullptr;
}

// ---- schemas -------------------------------------------------------------------------------------------------------

bool Catalog::knows_what_is_absent(const Name& written) const {
    const bool is_read = !is_among(written.schema, seldom_.read().unread_schemas);
    return complete_ &&
           (written.schema.empty() || written.schema == "pg_temp" || (has_schema(written.schema) && is_read));
}

bool Catalog::has_schema(std::string_view name) const { return is_among(name, seldom_.read().schemas); }

bool Catalog::surely_has_schema(std::string_view name) const {
    const std::vector<std::string>& maybe = seldom_.read().maybe_schemas;
    return has_schema(name) && std::find(maybe.begin(), maybe.end(), name) == maybe.end();
}

std::vector<RelationId> Catalog::in_schema(std::string_view schema) const {
    std::vector<RelationId> found;
    for (const auto& [id, relation] : relations())
        if (relation.name.schema == schema) found.push_back(id);
    return found;
}

}  // namespace pgfence
