// What replay does to types, functions and schemas.
#include <algorithm>

#include "analyze/catalog/catalog_keys.h"
#include "analyze/catalog/writable_catalog.h"

namespace pgfence {
namespace {

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

void WritableCatalog::note_use(const std::string& key, RelationId relation) {
    const std::vector<RelationId>* users = std::as_const(uses_).find(key);
    if (!users || !std::binary_search(users->begin(), users->end(), relation)) insert_sorted(uses_[key], relation);
}

// Only functions that a migration made can be dropped by one: nobody needs the users of now().
void WritableCatalog::note_calls(RelationId relation, const Boxed<Expr>& expr) {
    std::vector<Name> calls;
    if (expr) calls_of(*expr, calls);
    for (const Name& call : calls)
        if (std::as_const(uses_).find("f" + call.name)) note_use("f" + call.name, relation);
}

void WritableCatalog::note_casts(RelationId relation, const Expr& expr) {
    if (expr.kind == Expr::Kind::cast && expr.type.name.schema != "pg_catalog")
        note_use("c" + key_of(expr.type.name), relation);
    for (const Expr& arg : expr.args) note_casts(relation, arg);
}

void WritableCatalog::note_uses(RelationId relation, const Column& column) {
    const std::string& schema = column.type.name.schema;
    if (!schema.empty() && schema != "pg_catalog") note_use("t" + key_of(column.type.name), relation);
    const std::string drawn = column.default_expr ? sequence_of(*column.default_expr) : "";
    if (!drawn.empty()) note_use("s" + drawn.substr(drawn.rfind('.') + 1), relation);
    note_calls(relation, column.default_expr);
    if (column.default_expr) note_casts(relation, *column.default_expr);
    note_calls(relation, column.generated_expr);
}

void WritableCatalog::note_uses(RelationId relation) {
    const Relation* r = std::as_const(*this).get(relation);
    if (!r) return;
    for (const Column& column : r->columns) note_uses(relation, column);
    for (const TableConstraint& constraint : r->table.constraints) note_calls(relation, constraint.expr);
    for (const IndexElement& element : r->index.elements) note_calls(relation, element.expr);
    note_calls(relation, r->index.where);
    for (const TriggerInfo& trigger : r->triggers)
        if (std::as_const(uses_).find("f" + trigger.function.name)) note_use("f" + trigger.function.name, relation);
    note_names_others(relation);
}

void WritableCatalog::note_names_others(RelationId relation) {
    const Relation* r = std::as_const(*this).get(relation);
    if (!r) return;
    const bool from =
        std::any_of(r->triggers.begin(), r->triggers.end(), [](const TriggerInfo& t) { return t.from != 0; });
    if (from || !r->table.policies.empty() || !r->rules.empty() || r->table.of_type) note_use("n", relation);
}

Domain* WritableCatalog::find_domain(const Name& written) { return domains_.find(key_of(resolve_typename(written))); }

Enum* WritableCatalog::find_enum(const Name& written) { return enums_.find(key_of(resolve_typename(written))); }

void WritableCatalog::note_of_transaction(Name name) {
    enums_of_transaction_.add(enums_in_transaction_++) = std::move(name);
}

void WritableCatalog::note_grown(Enum& grown, std::string label) {
    if (!grown.made_in_transaction && grown.uncommitted.empty()) note_of_transaction(grown.name);
    grown.uncommitted.push_back(std::move(label));
}

void WritableCatalog::end_transaction() {
    const SharedSlots<Name> names = std::exchange(enums_of_transaction_, {});
    const std::size_t count = std::exchange(enums_in_transaction_, 0);
    for (std::size_t i = 0; i < count; ++i) {
        Enum* e = enums_.find(key_of(*names.find(i)));
        if (!e) continue;
        e->made_in_transaction = false;
        e->uncommitted.clear();
    }
}

void WritableCatalog::note_nondeterministic(const Name& resolved) { nondeterministic_[key_of(resolved)] = true; }

void WritableCatalog::note_policy_on_unknown(const Name& resolved, bool of_all_rows) {
    bool& noted = with_policies_[key_of(resolved)];
    noted = noted || of_all_rows;
}

Relation& WritableCatalog::tell_of(const Name& written) {
    const Name name = resolve(written);
    gone_.erase(key_of(name));
    Relation& told = told_[key_of(name)].write();
    told.name = name;
    return told;
}

void WritableCatalog::note_told_index(const Name& resolved, const Name& table) {
    told_indexes_[key_of(table)][key_of(resolved)] = true;
}

std::vector<std::string> WritableCatalog::told_indexes_of(const Name& resolved_table) const {
    std::vector<std::string> found;
    const SharedMap<bool>* keys = told_indexes_.find(key_of(resolved_table));
    if (!keys) return found;
    keys->for_each([&](const std::string& key, bool) {
        const Shared<Relation>* told = told_.find(key);
        if (told && told->read().index.told_table == resolved_table) found.push_back(key);
    });
    return found;
}

void WritableCatalog::forget_told(const Name& written) { told_.erase(key_of(resolve(written))); }

void WritableCatalog::forget_told_indexes_of(const Name& resolved_table) {
    for (const std::string& key : told_indexes_of(resolved_table)) told_.erase(key);
    told_indexes_.erase(key_of(resolved_table));
}

void WritableCatalog::rename_table_of_told(const Name& resolved, const Name& to) {
    for (const std::string& key : told_indexes_of(resolved)) {
        told_[key].write().index.told_table = to;
        told_indexes_[key_of(to)][key] = true;
    }
    if (resolved != to) told_indexes_.erase(key_of(resolved));
}

void WritableCatalog::keep_told_by(const WritableCatalog& other) {
    std::vector<std::string> doubtful;
    told_.for_each_not_in(other.told_, [&](const std::string& key, const Shared<Relation>& told) {
        const Shared<Relation>* there = other.told_.find(key);
        if (!there || !told.is_shared_with(*there)) doubtful.push_back(key);
    });
    for (const std::string& key : doubtful) told_.erase(key);
}

void WritableCatalog::assume_absent(const Name& resolved) {
    if (const Relation* relation = find(resolved)) drop(relation->id);
    forget_told_indexes_of(resolved);
    forget_told(resolved);
    note_gone(resolved);
}

void WritableCatalog::assume_no_more(const Name& resolved, const WritableCatalog& before) {
    const std::string key = key_of(resolved);
    if (Relation* made = find(resolved)) made->after_drop = before.gone_.find(key) != nullptr;
    if (!before.gone_.find(key)) gone_.erase(key);
    if (const Shared<Relation>* told = before.told_.find(key)) {
        told_[key] = *told;
        if (!told->read().index.told_table.empty()) note_told_index(resolved, told->read().index.told_table);
    }
    for (const std::string& name : before.told_indexes_of(resolved)) {
        told_[name] = *before.told_.find(name);
        told_indexes_[key][name] = true;
    }
}

void WritableCatalog::note_gone(const Name& resolved) {
    gone_[key_of(resolved)] = true;
    made_elsewhere_.erase(key_of(resolved));
    other_names_.erase(key_of(resolved));
}

void WritableCatalog::doubt_what_is_known() {
    gone_ = {};
    read_since_ = next_id_;
    complete_ = false;
    std::vector<RelationId> altered;
    for (const auto& [id, relation] : relations())
        if (!relation.table.gone_columns.empty()) altered.push_back(id);
    for (const RelationId id : altered) get(id)->table.gone_columns.clear();
}

void WritableCatalog::keep_gone_of(const WritableCatalog& other) {
    std::vector<std::string> doubtful;
    gone_.for_each_not_in(other.gone_, [&](const std::string& key, bool) {
        if (!other.gone_.find(key)) doubtful.push_back(key);
    });
    for (const std::string& key : doubtful) gone_.erase(key);
}

void WritableCatalog::note_made_elsewhere(const Name& resolved) { made_elsewhere_[key_of(resolved)] = true; }

void WritableCatalog::note_made_elsewhere_as(const WritableCatalog& other) {
    other.made_elsewhere_.for_each_not_in(made_elsewhere_,
                                          [&](const std::string& key, bool) { made_elsewhere_[key] = true; });
}

void WritableCatalog::add_other_name(Name resolved, RelationId id) {
    if (has_relation_name(resolved.schema, resolved.name)) return;
    gone_.erase(key_of(resolved));
    other_names_[key_of(resolved)] = id;
    has_other_names_ = true;
}

void WritableCatalog::put(Domain domain) {
    const std::string key = key_of(domain.name);
    uses_["d" + key_of(domain.base.name)];
    domains_[key] = std::move(domain);
}

void WritableCatalog::put(Enum e) {
    const std::string key = key_of(e.name);
    if (e.made_in_transaction || !e.uncommitted.empty()) note_of_transaction(e.name);
    enums_[key] = std::move(e);
}

void WritableCatalog::put_type(Name name) { other_types_[key_of(name)] = true; }

void WritableCatalog::put(Operator added) {
    std::vector<Operator>& all = seldom_.write().operators;
    std::erase_if(
        all, [&](const Operator& o) { return o.name == added.name && o.left == added.left && o.right == added.right; });
    all.push_back(std::move(added));
}

void WritableCatalog::put(Cast added) {
    std::vector<Cast>& all = seldom_.write().casts;
    std::erase_if(all, [&](const Cast& c) { return c.from == added.from && c.to == added.to; });
    all.push_back(std::move(added));
}

void WritableCatalog::drop_operators(const Name& written) {
    std::erase_if(seldom_.write().operators, [&](const Operator& o) {
        return o.name.name == written.name && (written.schema.empty() || o.name.schema == written.schema);
    });
}

void WritableCatalog::put_prepared(const std::string& name, std::shared_ptr<const RoutineBody> runs) {
    if (runs)
        prepared_[name] = std::move(runs);
    else
        prepared_.erase(name);
}

void WritableCatalog::forget_prepared() { prepared_ = {}; }

void WritableCatalog::set_search_path_of(const Name& function, const std::optional<std::vector<TypeName>>& types,
                                         const std::optional<std::vector<std::string>>& path) {
    const Name name = resolve_function(function);
    if (!std::as_const(functions_).find(key_of(name))) return;
    for (Function& overload : *functions_.find(key_of(name)))
        if (!types || same_types(overload.types, *types)) overload.search_path = path;
}

void WritableCatalog::put(Function function) {
    uses_["f" + function.name.name];
    std::vector<Function>& overloads = functions_[key_of(function.name)];
    for (Function& other : overloads)
        if (same_types(other.types, function.types)) {
            function.replaces_older = other.existing || other.replaces_older;
            other = std::move(function);
            return;
        }
    overloads.push_back(std::move(function));
}

void WritableCatalog::add_overload(Function function) {
    uses_["f" + function.name.name];
    functions_[key_of(function.name)].push_back(std::move(function));
}

void WritableCatalog::doubt_what_lacks(const WritableCatalog& other) {
    std::vector<std::string> doubtful;
    const auto note = [&](const std::string& key, const auto&) { doubtful.push_back(key); };
    domains_.for_each_not_in(other.domains_, note);
    for (const std::string& key : std::exchange(doubtful, {}))
        if (!other.domains_.find(key)) domains_.find(key)->maybe = true;
    enums_.for_each_not_in(other.enums_, note);
    for (const std::string& key : std::exchange(doubtful, {})) {
        const Enum* there = other.enums_.find(key);
        if (!there || there->labels != std::as_const(enums_).find(key)->labels) enums_.find(key)->maybe = true;
    }
    functions_.for_each_not_in(other.functions_, note);
    for (const std::string& key : doubtful) {
        const std::vector<Function>* there = other.functions_.find(key);
        if (!there || there->size() != std::as_const(functions_).find(key)->size())
            for (Function& function : *functions_.find(key)) function.maybe = true;
    }
}

void WritableCatalog::add_functions_of(const WritableCatalog& other) {
    std::vector<Function> missing;
    other.functions_.for_each_not_in(functions_, [&](const std::string& key, const std::vector<Function>& theirs) {
        const std::vector<Function>* mine = std::as_const(functions_).find(key);
        const auto is_mine = [&](const Function& function) {
            return mine && std::any_of(mine->begin(), mine->end(), [&](const Function& own) {
                       return same_types(own.types, function.types) && own.body == function.body &&
                              own.language == function.language &&
                              (!own.body.empty() || own.runs.get() == function.runs.get());
                   });
        };
        for (const Function& function : theirs)
            if (!is_mine(function)) missing.push_back(function);
    });
    for (Function& function : missing) add_overload(std::move(function));
}

void WritableCatalog::drop_type(const Name& written) {
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

void WritableCatalog::rename_base(const Name& from, const Name& to) {
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

void WritableCatalog::rename_type(const Name& written, Name resolved) {
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

void WritableCatalog::note_granted_function(Name resolved) {
    if (!is_granted_function(resolved)) seldom_.write().granted_functions.push_back(std::move(resolved));
}

void WritableCatalog::change_default_rights(const DefaultPrivileges& change) {
    note_grants();
    pgfence::change_default_rights(seldom_.write().default_rights, change, role_);
}

void WritableCatalog::weaken_default_rights(const WritableCatalog& other) {
    if (!seldom_.is_shared_with(other.seldom_))
        pgfence::weaken_default_rights(seldom_.write().default_rights, other.seldom_.read().default_rights);
    has_read_grants_ |= other.has_read_grants_;
    read_since_ = std::max(read_since_, other.read_since_);
}

void WritableCatalog::note_role(std::string role) {
    if (in_change_) seldom_.write().new_roles.push_back(std::move(role));
}

void WritableCatalog::keep_new_roles_of(const WritableCatalog& other) {
    if (seldom_.is_shared_with(other.seldom_)) return;
    std::erase_if(seldom_.write().new_roles, [&](const std::string& role) { return !other.is_new_role(role); });
}

void WritableCatalog::drop_function(const Name& written, const std::optional<std::vector<TypeName>>& types) {
    const Name name = resolve_along(
        search_path_, written, [this](const Name& n) { return std::as_const(functions_).find(key_of(n)) != nullptr; });
    const std::vector<Function>* overloads = std::as_const(functions_).find(key_of(name));
    if (!overloads) return;
    std::vector<Function> left;
    if (types)
        for (const Function& function : *overloads)
            if (!same_types(function.types, *types)) left.push_back(function);
    if (left.empty() && is_granted_function(name)) std::erase(seldom_.write().granted_functions, name);
    if (left.empty())
        functions_.erase(key_of(name));
    else
        functions_[key_of(name)] = std::move(left);
}

void WritableCatalog::rename_function(const Name& written, Name resolved) {
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
    for (EventTrigger& trigger : event_triggers()) follow(trigger.function);
    for (const RelationId id : calling(old)) {
        Relation* relation = get(id);
        if (!relation) continue;
        for (TriggerInfo& trigger : relation->triggers) follow(trigger.function);
        note_use("f" + resolved.name, id);
    }
}

void WritableCatalog::create_schema(std::string name, bool if_not_exists) {
    if (has_schema(name)) {
        if (!surely_has_schema(name)) std::erase(seldom_.write().maybe_schemas, name);
        return;
    }
    if (if_not_exists && complete()) seldom_.write().unread_schemas.push_back(name);
    seldom_.write().schemas.push_back(std::move(name));
}

void WritableCatalog::drop_schema(std::string_view name) {
    if (!has_schema(name)) return;
    std::erase(seldom_.write().schemas, name);
    std::erase(seldom_.write().maybe_schemas, name);
    for (const RelationId id : in_schema(name)) drop(id);
    for (const Name& type : names_in(domains_, name)) drop_type(type);
    for (const Name& type : names_in(enums_, name)) drop_type(type);
    for (const Name& type : names_in(other_types_, name)) drop_type(type);
    for (const Name& function : names_in(functions_, name)) drop_function(function);
}

void WritableCatalog::weaken_schemas(const Catalog& other) {
    std::vector<std::string> weakened;
    for (const std::string& schema : seldom_.read().schemas)
        if (!other.surely_has_schema(schema) && surely_has_schema(schema)) weakened.push_back(schema);
    for (std::string& schema : weakened) seldom_.write().maybe_schemas.push_back(std::move(schema));
}

void WritableCatalog::rename_schema(std::string_view name, std::string to) {
    if (!has_schema(name) || has_schema(to)) return;
    Seldom& seldom = seldom_.write();
    for (auto* names : {&seldom.schemas, &seldom.maybe_schemas})
        std::replace(names->begin(), names->end(), std::string(name), to);
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
