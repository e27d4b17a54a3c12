#include "analyze/lower/action_text.h"

#include <variant>

namespace pgfence {
namespace {

std::string join(const std::vector<std::string>& items, const char* between = ",") {
    std::string all;
    for (const auto& item : items) all += (all.empty() ? "" : between) + item;
    return all;
}

template <class T, class F>
std::string list(const std::vector<T>& items, F print) {
    std::vector<std::string> printed;
    for (const auto& item : items) printed.push_back(print(item));
    return "(" + join(printed) + ")";
}

std::string flag(bool on, const char* word) { return on ? std::string(" ") + word : std::string(); }
std::string labelled(const char* label, const std::string& text) {
    return text.empty() ? "" : std::string(" ") + label + "=" + text;
}

std::string print(const Name& n) { return n.schema.empty() ? n.name : n.schema + "." + n.name; }
std::string names(const std::vector<Name>& all) {
    return list(all, [](const Name& n) { return print(n); });
}

std::string print(const TypeName& t) {
    std::vector<std::string> modifiers = t.modifier_words;
    for (auto m : t.typmods) modifiers.push_back(std::to_string(m));
    std::string out = flag(t.setof, "setof") + print(t.name);
    if (!modifiers.empty()) out += "(" + join(modifiers) + ")";
    for (int i = 0; i < t.array_dimensions; ++i) out += "[]";
    return out;
}

std::string print(const Expr& e);
std::string args(const Expr& e) {
    return list(e.args, [](const Expr& a) { return print(a); });
}

std::string print(const Expr& e) {
    using K = Expr::Kind;
    switch (e.kind) {
        case K::constant: return e.type.name.name == "unknown" ? "'" + e.text + "'" : e.text;
        case K::null: return "null";
        case K::column: return e.name.schema.empty() ? e.text : e.name.schema + "." + e.text;
        case K::star: return e.name.schema.empty() ? "*" : e.name.schema + ".*";
        case K::call: return print(e.name) + (e.aggregate_star ? "(*)" : args(e));
        case K::op: return "[" + e.text + print(e.name) + "]" + args(e);
        case K::and_: return "and" + args(e);
        case K::or_: return "or" + args(e);
        case K::not_: return "not" + args(e);
        case K::is_null: return "is_null" + args(e);
        case K::is_not_null: return "is_not_null" + args(e);
        case K::boolean_test: return "{" + e.text + "}" + args(e);
        case K::cast: return print(e.type) + "::" + args(e);
        case K::sql_value: return e.text;
        case K::subquery: return "subquery";
        case K::collate: return "collate " + print(e.name) + args(e);
        case K::list: return e.text + args(e);
        case K::parameter: return e.text;
        case K::other: return "other" + labelled("", e.text) + args(e);
    }
    return "?";
}

std::string print(const Boxed<Expr>& e, const char* label) {
    return e ? std::string(" ") + label + "=" + print(*e) : "";
}

std::string print(const Constraint& c) {
    static const char* const kTypes[] = {"null",  "not_null", "default", "identity", "generated",
                                         "check", "pk",       "unique",  "exclude",  "fk"};
    std::string out = kTypes[static_cast<int>(c.type)];
    out += labelled("name", c.name);
    if (!c.keys.empty()) out += " (" + join(c.keys) + ")";
    if (!c.including.empty()) out += " include(" + join(c.including) + ")";
    out += print(c.expr, "expr") + labelled("sql", c.expr_sql.empty() ? "" : "<" + c.expr_sql + ">") +
           labelled("using_index", c.using_index);
    if (!c.referenced.empty())
        out += " (" + join(c.fk_columns) + ")->" + print(c.referenced) + "(" + join(c.pk_columns) + ")";
    if (c.on_delete != 'a') out += std::string(" del=") + c.on_delete;
    if (c.on_update != 'a') out += std::string(" upd=") + c.on_update;
    return out + labelled("method", c.access_method) + flag(c.has_exclusion_expressions, "expressions") +
           flag(c.not_valid, "not_valid") + flag(!c.enforced, "not_enforced") + flag(c.deferrable, "deferrable") +
           flag(c.initially_deferred, "deferred") + flag(c.no_inherit, "no_inherit") +
           flag(c.nulls_not_distinct, "nulls_not_distinct") + flag(c.without_overlaps, "without_overlaps") +
           flag(c.identity_always, "always") + flag(c.generated_virtual, "virtual");
}

std::string print(const ColumnDef& c) {
    std::string out = c.name;
    if (!c.type.name.empty()) out += " " + print(c.type) + "<" + c.type_sql + ">";
    if (!c.collation.empty()) out += " collate=" + print(c.collation);
    out += labelled("storage", c.storage) + labelled("compression", c.compression);
    for (const auto& x : c.constraints) out += " {" + print(x) + "}";
    return out;
}

std::string print(const IndexElement& e) {
    std::string out = e.expr ? print(*e.expr) + "<" + e.expr_sql + ">" : e.column;
    return out + labelled("opclass", print(e.opclass)) + labelled("collate", print(e.collation)) +
           flag(e.descending, "desc") + flag(e.nulls_first, "nulls_first") + flag(e.nulls_last, "nulls_last");
}

std::string print(const PartitionBound& b) {
    const auto exprs = [](const std::vector<Expr>& all) { return list(all, [](const Expr& e) { return print(e); }); };
    if (b.is_default) return "default";
    if (b.strategy == PartitionKey::Strategy::hash)
        return "hash " + std::to_string(b.modulus) + "/" + std::to_string(b.remainder);
    if (b.strategy == PartitionKey::Strategy::list) return "in" + exprs(b.list_values);
    return exprs(b.lower) + ".." + exprs(b.upper);
}

std::string print(Persistence p) {
    return p == Persistence::permanent ? "" : p == Persistence::unlogged ? " unlogged" : " temp";
}
std::string print(ObjectType t) {
    static const char* const kTypes[] = {"table",
                                         "partitioned_table",
                                         "index",
                                         "sequence",
                                         "view",
                                         "materialized_view",
                                         "foreign_table",
                                         "type",
                                         "domain",
                                         "composite_type",
                                         "column",
                                         "constraint",
                                         "domain_constraint",
                                         "function",
                                         "procedure",
                                         "routine",
                                         "aggregate",
                                         "schema",
                                         "trigger",
                                         "policy",
                                         "rule",
                                         "extension",
                                         "database",
                                         "role",
                                         "tablespace",
                                         "publication",
                                         "subscription",
                                         "statistics",
                                         "operator",
                                         "collation",
                                         "language",
                                         "cast",
                                         "event_trigger",
                                         "server",
                                         "attribute",
                                         "other"};
    return kTypes[static_cast<int>(t)];
}

std::string print(const RangeUse& u) {
    static const char* const kHow[] = {"read", "lock_rows", "insert", "update", "delete", "merge"};
    return std::string(kHow[static_cast<int>(u.how)]) + ":" + (u.only ? "only " : "") + print(u.name);
}
std::string uses(const std::vector<RangeUse>& all) {
    return list(all, [](const RangeUse& u) { return print(u); });
}
/// Where a statement says nothing but which tables.
template <class Uses>
std::string tables(const Uses& all) {
    return list(all, [](const RangeUse& u) { return (u.only ? "only " : "") + print(u.name); });
}
std::string print(const FunctionUse& f) { return print(f.name) + "/" + std::to_string(f.arguments); }
std::string print(const InnerColumn& c) {
    return list(c.of, [&](const Name& table) { return print(table) + "." + c.name; });
}
std::string print(const Query& q) {
    std::string out = " " + uses(q.relations);
    if (!q.functions.empty()) out += " calls" + list(q.functions, [](const FunctionUse& f) { return print(f); });
    return out + flag(q.has_where, "where");
}

std::string print(const AlterTableCmd& c) {
    // clang-format off
    static const char* const kTypes[] = {
        "AddColumn", "ColumnDefault", "DropNotNull", "SetNotNull", "SetExpression", "DropExpression", "SetStatistics", "SetOptions",
        "ResetOptions", "SetStorage", "SetCompression", "DropColumn", "AddConstraint", "AlterConstraint", "ValidateConstraint",
        "DropConstraint", "AlterColumnType", "ChangeOwner", "ClusterOn", "DropCluster", "SetLogged", "SetUnLogged", "SetAccessMethod",
        "SetTableSpace", "SetRelOptions", "ResetRelOptions", "EnableTrig", "EnableAlwaysTrig", "EnableReplicaTrig", "DisableTrig",
        "EnableTrigAll", "DisableTrigAll", "EnableTrigUser", "DisableTrigUser", "EnableRule", "EnableAlwaysRule", "EnableReplicaRule",
        "DisableRule", "AddInherit", "DropInherit", "AddOf", "DropOf", "ReplicaIdentity", "EnableRowSecurity", "DisableRowSecurity",
        "ForceRowSecurity", "NoForceRowSecurity", "AttachPartition", "DetachPartition", "DetachPartitionFinalize", "AddIdentity",
        "SetIdentity", "DropIdentity", "DropOids", "GenericOptions", "AlterColumnGenericOptions", "Other"};
    // clang-format on
    std::string out = kTypes[static_cast<int>(c.subtype)];
    if (!c.name.empty()) out += " " + c.name;
    if (c.column) out += " [" + print(*c.column) + "]";
    if (c.constraint) out += " {" + print(*c.constraint) + "}";
    out += print(c.expr, "expr") + labelled("sql", c.expr_sql.empty() ? "" : "<" + c.expr_sql + ">") +
           labelled("options", join(c.options)) + labelled("values", join(c.option_values)) +
           labelled("relation", print(c.relation)) + (c.bound ? " bound=" + print(*c.bound) : "") +
           labelled("storage", c.storage) + (c.replica_identity ? std::string(" replica=") + c.replica_identity : "");
    return out + flag(c.concurrently, "concurrently") + flag(c.missing_ok, "missing_ok") + flag(c.cascade, "cascade");
}

/// One overload a variant.
struct Printer {
    std::string operator()(const CreateTable& a) const {
        std::string out = "CreateTable " + print(a.name) + print(a.persistence) +
                          flag(a.if_not_exists, "if_not_exists") + flag(a.foreign, "foreign");
        if (!a.columns.empty()) out += " " + list(a.columns, [](const ColumnDef& c) { return print(c); });
        for (const auto& c : a.constraints) out += " {" + print(c) + "}";
        for (const auto& l : a.likes)
            out += " like=" + print(l.source) + flag(l.all, "all") + flag(l.indexes && !l.all, "indexes") +
                   flag(l.defaults && !l.all, "defaults");
        if (!a.inherits.empty()) out += " inherits" + names(a.inherits);
        if (a.partition_of) out += " partition_of=" + print(*a.partition_of) + " " + (a.bound ? print(*a.bound) : "");
        if (a.partition_by) {
            static const char* const kStrategies[] = {"list", "range", "hash"};
            out += std::string(" by ") + kStrategies[static_cast<int>(a.partition_by->strategy)] +
                   list(a.partition_by->elements, [](const IndexElement& e) { return print(e); });
        }
        if (a.of_type) out += " of=" + print(*a.of_type);
        return out + labelled("tablespace", a.tablespace) + labelled("am", a.access_method);
    }
    std::string operator()(const CreateTableAs& a) const {
        return "CreateTableAs " + print(a.name) + print(a.persistence) + flag(a.materialized_view, "matview") +
               flag(a.if_not_exists, "if_not_exists") + flag(a.with_no_data, "no_data") +
               labelled("columns", join(a.columns)) + print(a.query);
    }
    std::string operator()(const CreateView& a) const {
        return "CreateView " + print(a.name) + print(a.persistence) + flag(a.or_replace, "or_replace") +
               labelled("columns", join(a.columns)) + print(a.query) + labelled("uses", join(a.uses.names)) +
               (a.uses.told.empty() ? "" : " told" + list(a.uses.told, [](const InnerColumn& c) { return print(c); })) +
               flag(a.uses.star, "star");
    }
    std::string operator()(const RefreshMaterializedView& a) const {
        return "Refresh " + print(a.name) + flag(a.concurrently, "concurrently") + flag(a.with_no_data, "no_data");
    }
    std::string operator()(const CreateIndex& a) const {
        return "CreateIndex " + (a.name.empty() ? "-" : a.name) + " on " + print(a.table) + " " + a.access_method +
               list(a.elements, [](const IndexElement& e) { return print(e); }) +
               labelled("include", join(a.including)) + flag(a.unique, "unique") +
               flag(a.concurrently, "concurrently") + flag(a.if_not_exists, "if_not_exists") + flag(a.only, "only") +
               flag(a.nulls_not_distinct, "nulls_not_distinct") + print(a.where, "where") +
               labelled("tablespace", a.tablespace);
    }
    std::string operator()(const Reindex& a) const {
        static const char* const kKinds[] = {"index", "table", "schema", "system", "database"};
        return std::string("Reindex ") + kKinds[static_cast<int>(a.kind)] + " " + print(a.name) +
               flag(a.concurrently, "concurrently");
    }
    std::string operator()(const Repack& a) const {
        return "Repack " + print(a.table) + flag(a.by_index, "by_index") + labelled("index", a.index) +
               flag(a.concurrently, "concurrently") + flag(a.analyze, "analyze");
    }
    std::string operator()(const Cluster& a) const { return "Cluster " + print(a.table) + labelled("index", a.index); }
    std::string operator()(const Vacuum& a) const {
        return std::string(a.is_vacuum ? "Vacuum " : "Analyze ") + tables(a.tables) + flag(a.full, "full") +
               flag(!a.truncate, "no truncate") + flag(a.is_vacuum && a.analyze, "analyze");
    }
    std::string operator()(const AlterTable& a) const {
        std::string out =
            "Alter " + print(a.object) + " " + print(a.name) + flag(a.only, "only") + flag(a.if_exists, "if_exists");
        for (const auto& c : a.cmds) out += " | " + print(c);
        return out;
    }
    std::string operator()(const Rename& a) const {
        return "Rename " + print(a.object) + " of " + print(a.relation_type) + " " + print(a.relation) +
               labelled("part", a.part) + " -> " + a.new_name + flag(a.if_exists, "if_exists") + flag(a.only, "only");
    }
    std::string operator()(const SetSchema& a) const {
        return "SetSchema " + print(a.object) + " " + print(a.name) + " -> " + a.new_schema +
               flag(a.if_exists, "if_exists");
    }
    std::string operator()(const ChangeOwner& a) const {
        return "ChangeOwner " + print(a.object) + " " + print(a.name) + " -> " + a.owner;
    }
    std::string operator()(const Drop& a) const {
        return "Drop " + print(a.object) + " " + names(a.names) + labelled("parts", join(a.parts)) +
               flag(a.if_exists, "if_exists") + flag(a.cascade, "cascade") + flag(a.concurrently, "concurrently");
    }
    std::string operator()(const Truncate& a) const {
        return "Truncate " + uses(a.tables) + flag(a.cascade, "cascade") + flag(a.restart_identity, "restart");
    }
    std::string operator()(const LockTable& a) const {
        return "Lock " + uses(a.tables) + " mode=" + std::to_string(static_cast<int>(a.mode)) +
               flag(a.nowait, "nowait");
    }
    std::string operator()(const Dml& a) const {
        static const char* const kKinds[] = {"select", "insert", "update", "delete", "merge", "copy_from", "copy_to"};
        static const char* const kReaches[] = {" parsed", " planned", ""};
        return std::string("Dml ") + kKinds[static_cast<int>(a.kind)] + kReaches[static_cast<int>(a.reach)] +
               print(a.query) + flag(a.always_true_where, "always_true") + flag(a.values_only, "values_only") +
               labelled("set", join(a.set_columns)) + labelled("set_from_old", join(a.set_from_old)) +
               flag(a.merge_clause, "merge_clause");
    }
    std::string operator()(const CreateTrigger& a) const {
        return "CreateTrigger " + a.name + " on " + print(a.table) + " " + print(a.function) + flag(a.row, "row") +
               flag(a.constraint, "constraint") + flag(a.or_replace, "or_replace") + labelled("from", print(a.from)) +
               labelled("columns", join(a.columns));
    }
    std::string operator()(const CreateEventTrigger& a) const {
        return "CreateEventTrigger " + a.name + " on " + a.event + " calls " + print(a.function) +
               labelled("tags", join(a.tags));
    }
    std::string operator()(const AlterEventTrigger& a) const {
        return "AlterEventTrigger " + a.name + flag(a.enabled, "enabled");
    }
    std::string operator()(const DropOwned& a) const {
        return "DropOwned " + join(a.roles) + flag(a.cascade, "cascade");
    }
    std::string operator()(const ReassignOwned& a) const {
        return "ReassignOwned " + join(a.roles) + labelled("to", a.new_owner);
    }
    std::string operator()(const PolicyChange& a) const {
        return std::string(a.create ? "CreatePolicy " : "AlterPolicy ") + a.name + " on " + print(a.table) +
               print(a.query) + flag(a.any_row, "any_row") + flag(a.no_row, "no_row");
    }
    std::string operator()(const CreateRule& a) const {
        return "CreateRule " + a.name + " on " + print(a.table) + flag(a.or_replace, "or_replace") + print(a.query);
    }
    std::string operator()(const CreateStatistics& a) const {
        return "CreateStatistics " + print(a.name) + " on " + names(a.tables) + labelled("columns", join(a.columns)) +
               flag(a.if_not_exists, "if_not_exists");
    }
    std::string operator()(const PublicationChange& a) const {
        static const char* const kKinds[] = {"CreatePublication ", "AddToPublication ", "SetPublication ",
                                             "DropFromPublication "};
        return kKinds[static_cast<int>(a.kind)] + a.name + " " + tables(a.tables) + flag(a.all_tables, "all") +
               (a.except.empty() ? "" : " except " + tables(a.except));
    }
    std::string operator()(const CreateSequence& a) const {
        return "CreateSequence " + print(a.name) + print(a.persistence) + flag(a.if_not_exists, "if_not_exists") +
               labelled("owner", print(a.owned_by_table)) + labelled("column", a.owned_by_column);
    }
    std::string operator()(const AlterSequence& a) const {
        return "AlterSequence " + print(a.name) + flag(a.if_exists, "if_exists") + flag(a.restart, "restart") +
               labelled("owner", print(a.owned_by_table)) + labelled("column", a.owned_by_column) +
               flag(a.owned_by_none, "owned_by_none");
    }
    std::string operator()(const CreateEnum& a) const {
        return "CreateEnum " + print(a.name) + " (" + join(a.labels) + ")";
    }
    std::string operator()(const AlterEnum& a) const {
        return "AlterEnum " + print(a.name) + " new=" + a.new_value + labelled("old", a.old_value) +
               labelled(a.after ? "after" : "before", a.neighbour) + flag(a.if_not_exists, "if_not_exists");
    }
    std::string operator()(const CreateCompositeType& a) const {
        return "CreateComposite " + print(a.name) + " " + list(a.columns, [](const ColumnDef& c) { return print(c); });
    }
    std::string operator()(const CreateOtherType& a) const { return "CreateOtherType " + print(a.name); }
    std::string operator()(const CreateCollation& a) const {
        return "CreateCollation " + print(a.name) + flag(!a.deterministic, "nondeterministic");
    }
    std::string operator()(const CreateDomain& a) const {
        std::string out =
            "CreateDomain " + print(a.name) + " " + print(a.base) + labelled("collate", print(a.collation));
        for (const auto& c : a.constraints) out += " {" + print(c) + "}";
        return out;
    }
    std::string operator()(const AlterDomain& a) const {
        static const char* const kKinds[] = {"set_default", "drop_not_null", "set_not_null", "add", "drop", "validate"};
        return "AlterDomain " + print(a.name) + " " + kKinds[static_cast<int>(a.kind)] +
               labelled("name", a.constraint_name) + (a.constraint ? " {" + print(*a.constraint) + "}" : "") +
               flag(a.cascade, "cascade") + flag(a.missing_ok, "missing_ok");
    }
    std::string operator()(const CreateFunction& a) const {
        return std::string("CreateFunction ") + print(a.name) + "/" + std::to_string(a.arguments) +
               flag(a.or_replace, "or_replace") + flag(a.procedure, "procedure") + flag(a.security_definer, "definer") +
               " " + a.volatility + " " + a.language + " <" + a.body + ">@" + std::to_string(a.body_location) +
               labelled("set", join(a.settings));
    }
    std::string operator()(const DoBlock& a) const {
        return "Do " + a.language + " <" + a.body + ">@" + std::to_string(a.body_location);
    }
    std::string operator()(const AlterFunction& a) const {
        return "AlterFunction " + print(a.name) +
               (a.sets_path ? labelled("path", a.search_path ? join(*a.search_path) : "none") : "") +
               flag(a.security_definer.value_or(false), "security_definer") +
               flag(a.security_definer == false, "security_invoker");
    }
    std::string operator()(const CreateOperator& a) const {
        return "CreateOperator " + print(a.name) + " " + print(a.function) + "(" + print(a.left) + "," +
               print(a.right) + ")";
    }
    std::string operator()(const CreateCast& a) const {
        return "CreateCast " + print(a.from) + " -> " + print(a.to) + " " + print(a.function) +
               flag(a.is_explicit, "explicit");
    }
    std::string operator()(const MakeOfFunctions& a) const {
        std::vector<Name> all = a.functions;
        for (const OperatorUse& use : a.operators) all.push_back(use.name);
        return "MakeOfFunctions " + a.what + " " + names(all);
    }
    std::string operator()(const CreateAggregate& a) const {
        return "CreateAggregate " + print(a.name) + "/" + std::to_string(a.arguments) + " " + names(a.functions);
    }
    std::string operator()(const Prepare& a) const {
        return (a.runs ? "Prepare " : "Deallocate ") + (a.name.empty() ? "all" : a.name);
    }
    std::string operator()(const Execute& a) const { return "Execute " + a.name + print(a.arguments); }
    std::string operator()(const DiscardTemporary&) const { return "DiscardTemporary"; }
    std::string operator()(const Call& a) const { return "Call " + print(a.procedure); }
    std::string operator()(const CreateSchema& a) const {
        return "CreateSchema " + a.name + flag(a.if_not_exists, "if_not_exists");
    }
    std::string operator()(const CreateExtension& a) const {
        return "CreateExtension " + a.name + labelled("schema", a.schema) + labelled("version", a.version) +
               flag(a.if_not_exists, "if_not_exists");
    }
    std::string operator()(const Comment& a) const {
        return "Comment " + print(a.object) + " " + print(a.relation) + labelled("part", a.part);
    }
    std::string operator()(const Grant& a) const {
        return std::string(a.revoke ? "Revoke " : "Grant ") + print(a.object) + " " + names(a.names) + " " +
               join(a.privileges) + " -> " + join(a.grantees);
    }
    std::string operator()(const DefaultPrivileges& a) const {
        return "DefaultPrivileges" + labelled("of", join(a.makers)) + labelled("in", join(a.schemas)) + " " +
               (*this)(a.rights);
    }
    std::string operator()(const Transaction& a) const {
        static const char* const kKinds[] = {"begin",       "commit",  "rollback",        "savepoint",        "release",
                                             "rollback_to", "prepare", "commit_prepared", "rollback_prepared"};
        return std::string("Transaction ") + kKinds[static_cast<int>(a.kind)] + labelled("savepoint", a.savepoint) +
               flag(a.chain, "chain");
    }
    std::string operator()(const SetVariable& a) const {
        static const char* const kKinds[] = {"Set", "Reset", "ResetAll"};
        return std::string(kKinds[static_cast<int>(a.kind)]) + flag(a.local, "local") + " " + a.name + "=" +
               join(a.values, "|") + flag(a.uncertain, "uncertain");
    }
    std::string operator()(const Harmless&) const { return "Harmless"; }
    std::string operator()(const NotInTransaction&) const { return "NotInTransaction"; }
    std::string operator()(const NeedsServer& a) const { return "NeedsServer " + std::to_string(since(a.feature)); }
    std::string operator()(const Unmodelled& a) const { return "Unmodelled " + a.why; }
};

}  // namespace

std::string in_one_line(const std::vector<Action>& actions) {
    std::vector<std::string> lines;
    for (const auto& a : actions) lines.push_back(std::visit(Printer{}, a));
    return join(lines, "; ");
}

}  // namespace pgfence
