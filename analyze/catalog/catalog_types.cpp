// The catalog's types, functions and schemas, and who uses them.

#include <algorithm>
#include <array>

#include "analyze/catalog/catalog.h"
#include "analyze/catalog/catalog_keys.h"

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

void calls_of(const Expr& expr, std::vector<Name>& calls) {
    if (expr.kind == Expr::Kind::call) calls.push_back(expr.name);
    for (const Expr& arg : expr.args) calls_of(arg, calls);
}

template <class T>
std::vector<Name> names_in(const SharedMap<T>& map, std::string_view schema) {
    std::vector<Name> found;
    map.for_each([&](const std::string& key, const T&) {
        if (key.size() > schema.size() && key[schema.size()] == '\0' && key.starts_with(schema))
            found.push_back({std::string(schema), key.substr(schema.size() + 1)});
    });
    return found;
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

void Catalog::note_use(const std::string& key, RelationId relation) {
    const std::vector<RelationId>* users = std::as_const(uses_).find(key);
    if (!users || !std::binary_search(users->begin(), users->end(), relation)) insert_sorted(uses_[key], relation);
}

// Only functions that a migration made can be dropped by one: nobody needs the users of now().
void Catalog::note_calls(RelationId relation, const Boxed<Expr>& expr) {
    std::vector<Name> calls;
    if (expr) calls_of(*expr, calls);
    for (const Name& call : calls)
        if (std::as_const(uses_).find("f" + call.name)) note_use("f" + call.name, relation);
}

void Catalog::note_uses(RelationId relation, const Column& column) {
    const std::string& schema = column.type.name.schema;
    if (!schema.empty() && schema != "pg_catalog") note_use("t" + key_of(column.type.name), relation);
    const std::string drawn = column.default_expr ? sequence_of(*column.default_expr) : "";
    if (!drawn.empty()) note_use("s" + drawn.substr(drawn.rfind('.') + 1), relation);
    note_calls(relation, column.default_expr);
    note_calls(relation, column.generated_expr);
}

void Catalog::note_uses(RelationId relation) {
    const Relation* r = std::as_const(*this).get(relation);
    if (!r) return;
    for (const Column& column : r->columns) note_uses(relation, column);
    for (const TableConstraint& constraint : r->table.constraints) note_calls(relation, constraint.expr);
    for (const IndexElement& element : r->index.elements) note_calls(relation, element.expr);
    note_calls(relation, r->index.where);
    for (const TriggerInfo& trigger : r->triggers)
        if (std::as_const(uses_).find("f" + trigger.function.name)) note_use("f" + trigger.function.name, relation);
}

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

const Domain* Catalog::find_domain(const Name& written) const {
    return domains_.find(key_of(resolve_typename(written)));
}
Domain* Catalog::find_domain(const Name& written) { return domains_.find(key_of(resolve_typename(written))); }

std::vector<const Domain*> Catalog::domains() const {
    std::vector<const Domain*> all;
    domains_.for_each([&](const std::string&, const Domain& domain) { all.push_back(&domain); });
    return all;
}
const Enum* Catalog::find_enum(const Name& written) const { return enums_.find(key_of(resolve_typename(written))); }
Enum* Catalog::find_enum(const Name& written) { return enums_.find(key_of(resolve_typename(written))); }

void Catalog::note_grown(Enum& grown, std::string label) {
    if (!grown.made_in_transaction && grown.uncommitted.empty()) enums_of_transaction_.push_back(grown.name);
    grown.uncommitted.push_back(std::move(label));
}

std::vector<const Enum*> Catalog::grown_enums() const {
    std::vector<const Enum*> grown;
    for (const Name& name : enums_of_transaction_)
        if (const Enum* e = enums_.find(key_of(name)); e && !e->uncommitted.empty()) grown.push_back(e);
    return grown;
}

void Catalog::end_transaction() {
    for (const Name& name : std::exchange(enums_of_transaction_, {})) {
        Enum* e = enums_.find(key_of(name));
        if (!e) continue;
        e->made_in_transaction = false;
        e->uncommitted.clear();
    }
}

std::vector<const Function*> Catalog::find_functions(const Name& written) const {
    std::vector<const Function*> found;
    const auto add = [&](const Name& name) {
        if (const std::vector<Function>* overloads = functions_.find(key_of(name)))
            for (const Function& function : *overloads) found.push_back(&function);
    };
    if (!written.schema.empty())
        add(written);
    else
        for (const std::string& schema : search_path_) add({schema, written.name});
    return found;
}

void Catalog::note_nondeterministic(const Name& resolved) { nondeterministic_[key_of(resolved)] = true; }
bool Catalog::is_nondeterministic(const Name& collation) const {
    const auto has = [this](const Name& name) { return nondeterministic_.find(key_of(name)) != nullptr; };
    return !collation.empty() && has(resolve_along(search_path_, collation, has));
}

void Catalog::note_policy_on_unknown(const Name& resolved) { with_policies_[key_of(resolved)] = true; }
bool Catalog::has_policy_on_unknown(const Name& resolved) const {
    return with_policies_.find(key_of(resolved)) != nullptr;
}

void Catalog::put(Domain domain) {
    const std::string key = key_of(domain.name);
    uses_["d" + key_of(domain.base.name)];
    domains_[key] = std::move(domain);
}

void Catalog::put(Enum e) {
    const std::string key = key_of(e.name);
    if (e.made_in_transaction || !e.uncommitted.empty()) enums_of_transaction_.push_back(e.name);
    enums_[key] = std::move(e);
}

void Catalog::put_type(Name name) { other_types_[key_of(name)] = true; }

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

bool same_types(const std::vector<TypeName>& a, const std::vector<TypeName>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const TypeName& x, const TypeName& y) {
        const bool same_schema = x.name.schema.empty() || y.name.schema.empty() || x.name.schema == y.name.schema ||
                                 is_builtin_type(x.name.name);
        return x.name.name == y.name.name && same_schema && x.array_dimensions == y.array_dimensions;
    });
}

}  // namespace

const Function* Catalog::called_by(const FunctionUse& use) const {
    const auto all = may_be_called_by(use);
    return all.size() == 1 ? all.front() : nullptr;
}

// func_match_argtypes and func_select_candidate, as far as the text tells types.
std::vector<const Function*> Catalog::may_be_called_by(const FunctionUse& use) const {
    std::vector<const Function*> may_be;
    for (const Function* function : find_functions(use.name)) {
        if (!takes(*function, use.arguments)) continue;
        const std::size_t told = std::min(use.types.size(), function->variadic ? 0 : function->types.size());
        bool fits = true, exact = told == use.types.size() && told == function->types.size() && told > 0;
        for (std::size_t i = 0; i < told; ++i) {
            fits = fits && !cannot_be(use.types[i], function->types[i]);
            exact = exact && is_exactly(use.types[i], function->types[i]);
        }
        if (exact) return {function};
        if (fits) may_be.push_back(function);
    }
    return may_be;
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

void Catalog::put(Operator added) {
    std::erase_if(operators_, [&](const Operator& o) {
        return o.name == added.name && o.left == added.left && o.right == added.right;
    });
    operators_.push_back(std::move(added));
}

void Catalog::put(Cast added) {
    std::erase_if(casts_, [&](const Cast& c) { return c.from == added.from && c.to == added.to; });
    casts_.push_back(std::move(added));
}

void Catalog::drop_operators(const Name& written) {
    std::erase_if(operators_, [&](const Operator& o) {
        return o.name.name == written.name && (written.schema.empty() || o.name.schema == written.schema);
    });
}

std::shared_ptr<const RoutineBody> Catalog::prepared(const std::string& name) const {
    const auto* found = prepared_.find(name);
    return found ? *found : nullptr;
}

void Catalog::put_prepared(const std::string& name, std::shared_ptr<const RoutineBody> runs) {
    if (runs)
        prepared_[name] = std::move(runs);
    else
        prepared_.erase(name);
}

void Catalog::forget_prepared() { prepared_ = {}; }

void Catalog::set_search_path_of(const Name& function, const std::optional<std::vector<TypeName>>& types,
                                 const std::optional<std::vector<std::string>>& path) {
    const Name name = resolve_function(function);
    if (!std::as_const(functions_).find(key_of(name))) return;
    for (Function& overload : *functions_.find(key_of(name)))
        if (!types || same_types(overload.types, *types)) overload.search_path = path;
}

void Catalog::put(Function function) {
    uses_["f" + function.name.name];
    std::vector<Function>& overloads = functions_[key_of(function.name)];
    for (Function& other : overloads)
        if (same_types(other.types, function.types)) {
            other = std::move(function);
            return;
        }
    overloads.push_back(std::move(function));
}

void Catalog::add_overload(Function function) {
    uses_["f" + function.name.name];
    functions_[key_of(function.name)].push_back(std::move(function));
}

void Catalog::drop_type(const Name& written) {
    const Name name = resolve_typename(written);
    const std::string key = key_of(name);
    if (const Domain* domain = std::as_const(domains_).find(key))
        for (const TableConstraint& check : domain->checks) forget_constraint_name(name.schema, check.name);
    domains_.erase(key);
    enums_.erase(key);
    other_types_.erase(key);
    const Relation* relation = std::as_const(*this).get(names_.find(name.schema, name.name));
    if (relation && relation->kind == RelationKind::composite_type) drop(relation->id);
    uses_.erase("t" + key);
}

void Catalog::rename_base(const Name& from, const Name& to) {
    if (!std::as_const(uses_).find("d" + key_of(from)) || !afford_visits(1)) return;
    std::vector<std::string> above;
    std::size_t seen = 0;
    domains_.for_each([&](const std::string& key, const Domain& domain) {
        ++seen;
        if (domain.base.name == from) above.push_back(key);
    });
    afford_visits(seen);
    for (const std::string& key : above) domains_.find(key)->base.name = to;
    uses_["d" + key_of(to)];
}

void Catalog::rename_type(const Name& written, Name resolved) {
    const Name old = resolve_typename(written);
    if (!has_type(old) || old == resolved || has_type(resolved)) return;
    const std::string from = key_of(old);
    for (const Relation* user : std::as_const(*this).using_type(old)) {
        Relation& r = *get(user->id);
        r.columns.change_if([&](const Column& column) { return column.type.name == old; },
                            [&](Column& column) { column.type.name = resolved; });
    }
    rename_base(old, resolved);
    if (const std::vector<RelationId>* users = std::as_const(uses_).find("t" + from)) {
        std::vector<RelationId> moved = *users;
        uses_["t" + key_of(resolved)] = std::move(moved);
        uses_.erase("t" + from);
    }
    if (const Domain* domain = std::as_const(domains_).find(from)) {
        Domain moved = *domain;
        for (const TableConstraint& check : moved.checks) {
            forget_constraint_name(old.schema, check.name);
            note_constraint_name(resolved.schema, check.name);
        }
        moved.name = resolved;
        domains_.erase(from);
        put(std::move(moved));
    }
    if (const Enum* e = std::as_const(enums_).find(from)) {
        Enum moved = *e;
        moved.name = resolved;
        moved.renamed_in_change = in_change_;
        enums_.erase(from);
        put(std::move(moved));
    }
    if (std::as_const(other_types_).find(from)) {
        other_types_.erase(from);
        put_type(resolved);
    }
    const RelationId relation = names_.find(old.schema, old.name);
    if (relation) rename(relation, std::move(resolved));
}

void Catalog::drop_function(const Name& written, const std::optional<std::vector<TypeName>>& types) {
    const Name name = resolve_along(
        search_path_, written, [this](const Name& n) { return std::as_const(functions_).find(key_of(n)) != nullptr; });
    const std::vector<Function>* overloads = std::as_const(functions_).find(key_of(name));
    if (!overloads) return;
    std::vector<Function> left;
    if (types && overloads->size() > 1)
        for (const Function& function : *overloads)
            if (!same_types(function.types, *types)) left.push_back(function);
    if (left.empty())
        functions_.erase(key_of(name));
    else
        functions_[key_of(name)] = std::move(left);
}

void Catalog::rename_function(const Name& written, Name resolved) {
    const Name old = resolve_along(
        search_path_, written, [this](const Name& n) { return std::as_const(functions_).find(key_of(n)) != nullptr; });
    const std::vector<Function>* overloads = std::as_const(functions_).find(key_of(old));
    if (!overloads || old == resolved) return;
    std::vector<Function> moved = *overloads;
    // Which of several is meant is not kept: each may go by either name from now on.
    if (moved.size() == 1) functions_.erase(key_of(old));
    for (Function& function : moved) {
        function.name = resolved;
        add_overload(std::move(function));
    }
    // The server's triggers know their function by its oid.
    const auto follow = [&](Name& function) {
        if (function == old || (function.schema.empty() && function.name == old.name)) function = resolved;
    };
    for (EventTrigger& trigger : event_triggers_) follow(trigger.function);
    for (const RelationId id : calling(old)) {
        Relation* relation = get(id);
        if (!relation) continue;
        for (TriggerInfo& trigger : relation->triggers) follow(trigger.function);
        note_use("f" + resolved.name, id);
    }
}

// ---- schemas -------------------------------------------------------------------------------------------------------

bool Catalog::has_schema(std::string_view name) const {
    return std::find(schemas_.begin(), schemas_.end(), name) != schemas_.end();
}

void Catalog::create_schema(std::string name) {
    if (!has_schema(name)) schemas_.push_back(std::move(name));
}

std::vector<RelationId> Catalog::in_schema(std::string_view schema) const {
    std::vector<RelationId> found;
    for (const auto& [id, relation] : relations())
        if (relation.name.schema == schema) found.push_back(id);
    return found;
}

void Catalog::drop_schema(std::string_view name) {
    if (!has_schema(name)) return;
    std::erase(schemas_, name);
    for (const RelationId id : in_schema(name)) drop(id);
    for (const Name& type : names_in(domains_, name)) drop_type(type);
    for (const Name& type : names_in(enums_, name)) drop_type(type);
    for (const Name& type : names_in(other_types_, name)) drop_type(type);
    for (const Name& function : names_in(functions_, name)) drop_function(function);
}

void Catalog::rename_schema(std::string_view name, std::string to) {
    if (!has_schema(name) || has_schema(to)) return;
    std::replace(schemas_.begin(), schemas_.end(), std::string(name), to);
    // Types first: a composite type is a relation too, and its users follow the type.
    std::vector<Name> types = names_in(domains_, name);
    for (const Name& type : names_in(enums_, name)) types.push_back(type);
    for (const Name& type : names_in(other_types_, name)) types.push_back(type);
    for (const RelationId id : in_schema(name)) types.push_back(std::as_const(*this).get(id)->name);
    for (const Name& type : types)
        if (has_type(type)) rename_type(type, {to, type.name});
    for (const RelationId id : in_schema(name)) rename(id, {to, std::as_const(*this).get(id)->name.name});
    for (const Name& function : names_in(functions_, name)) rename_function(function, {to, function.name});
}

}  // namespace pgfence
