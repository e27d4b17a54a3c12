// What queries lock: the tables they name, views and what those read, partitions and children, and the tables that the
// triggers of foreign keys look at (RI_FKey_check and its kin read the other side FOR KEY SHARE: RowShare).

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

#include "analyze/catalog/view_columns.h"
#include "analyze/model/changed_rows.h"
#include "analyze/model/column_type.h"
#include "analyze/model/expressions.h"
#include "analyze/model/partition_routing.h"
#include "analyze/model/statements.h"
#include "analyze/model/types.h"
#include "analyze/model/unread_call.h"
#include "core/text.h"

namespace pgfence {
namespace {

using enum LockMode;

LockOf lock_of(RangeUse::How how) {
    switch (how) {
        case RangeUse::How::read: return LockOf::read;
        case RangeUse::How::lock_rows: return LockOf::lock_rows;
        default: return LockOf::write_rows;
    }
}

/// The lock that a relation of a query gets, its indexes get as well: get_relation_info in plancat.c, ExecOpenIndices.
LockMode index_mode(const Answer& answer, LockMode mode) {
    return mode == RowShare && !answer.has(Behaviour::index_locked_as_its_table) ? AccessShare : mode;
}

void lock_planned(Answer& answer, const Relation& relation, LockMode mode, LockRole role = LockRole::target) {
    answer.lock(relation, mode, role);
    answer.lock_indexes(relation, index_mode(answer, mode));
    // set_relation_partition_info: which of its partitions are read follows from its own bounds too.
    if (relation.kind == RelationKind::partitioned_table) answer.lock_partitioned_above(relation);
}

/// RI_FKey_check: 19 looks the row up in the key's index itself (ri_FastPathCheck), unless the table is partitioned;
/// else a query does, for which every index is opened.
void lock_indexes_looked_up(Answer& answer, const TableConstraint& key) {
    const Relation* referenced = answer.catalog.find(key.referenced_name);
    const Relation* index =
        answer.has(Behaviour::key_check_opens_one_index) && referenced && referenced->kind == RelationKind::table
            ? index_of_referenced_key(answer.catalog, key.referenced_name, key.referenced_columns)
            : nullptr;
    if (index) return answer.lock(*index, AccessShare, LockRole::index);
    lock_referenced_indexes(answer, key.referenced_name, index_mode(answer, RowShare));
}

/// A row written to a referencing table is looked up in the referenced one; a row deleted or re-keyed in a referenced
/// table is looked up in the referencing ones, and what RI_FKey_cascade_del and its kin do to those has triggers of its
/// own.
class KeyTriggers {
public:
    explicit KeyTriggers(Answer& answer) : answer_(answer) {}

    void fire(const Relation& table, RangeUse::How how, const std::vector<std::string>& set_columns) {
        const bool updates = how == RangeUse::How::update, deletes = how == RangeUse::How::delete_;
        const auto touched = [&](const std::vector<std::string>& columns) {
            return !updates || std::any_of(columns.begin(), columns.end(),
                                           [&](const std::string& c) { return is_among(c, set_columns); });
        };
        if (how == RangeUse::How::insert || updates)
            for (const TableConstraint& c : table.table.constraints)
                if (c.type == ConstraintType::foreign_key && c.enforced && touched(c.columns)) {
                    lock_referenced(answer_, c.referenced_name, RowShare);
                    lock_indexes_looked_up(answer_, c);
                }
        if (!deletes && !updates) return;
        for (const auto& [referencing, key] : keys_to_rows_of(answer_.catalog, table))
            if (key->enforced && touched(key->referenced_columns))
                act(*referencing, *key, deletes ? key->on_delete : key->on_update, how);
    }

private:
    void act(const Relation& referencing, const TableConstraint& key, char action, RangeUse::How how) {
        const bool looks = action == 'a' || action == 'r';
        lock_planned(answer_, referencing, looks ? RowShare : RowExclusive, LockRole::referencing_table);
        if (looks) return;
        if (action != 'c' || how == RangeUse::How::update || !answer_.has(Behaviour::removed_rows_need_no_bounds))
            answer_.lock_partitioned_above(referencing);
        const RangeUse::How does = action == 'c' ? how : RangeUse::How::update;
        if (!followed_.insert({referencing.id, does, key.columns}).second) return;
        fire(referencing, does, key.columns);
        for (const Relation* below : answer_.catalog.descendants(referencing.id)) fire(*below, does, key.columns);
    }

    Answer& answer_;
    std::set<std::tuple<RelationId, RangeUse::How, std::vector<std::string>>> followed_;
};

/// A trigger's function and a rule's actions are followed where they are known (calls.h).
void note_triggers_and_rules(Answer& answer, const Relation& relation) {
    for (const TriggerInfo& trigger : relation.triggers) {
        const Function* function = answer.catalog.called_by({trigger.function, 0, -1, false, {}, {}});
        const bool read = function && function->runs && function->runs->gaps.empty();
        if (trigger.enabled && !read)
            answer.depends_on("what trigger " + trigger.name + " of " + name_in_report(relation) + " does");
    }
    const bool unknown_rule = std::any_of(relation.rules.begin(), relation.rules.end(),
                                          [](const RewriteRule& rule) { return rule.enabled && !rule.runs; });
    if (unknown_rule) answer.depends_on("what the rules of " + name_in_report(relation) + " make of it");
}

}  // namespace

bool is_system_catalog(const Name& name) {
    return name.schema == "pg_catalog" || name.schema == "information_schema" || name.name.starts_with("pg_");
}

namespace {

/// Up to 11 all partitions were locked before the first row came (ExecSetupPartitionTupleRouting); an EXPLAIN sees
/// none.
std::vector<const Relation*> written_below(const Answer& answer, const Relation& table, const RangeUse& use,
                                           const Dml* dml) {
    const bool routed = use.how == RangeUse::How::insert && table.kind == RelationKind::partitioned_table &&
                        answer.has(Behaviour::insert_locks_partitions_of_rows);
    if (routed && dml && dml->reach == Dml::Reach::run)
        if (auto partitions = partitions_of_rows(answer.catalog, table, *dml)) return std::move(*partitions);
    return answer.catalog.descendants(table.id);
}

/// The locks of parse analysis, the rewriter and the planner.
void lock_use(Answer& answer, const RangeUse& use, const Dml* dml = nullptr) {
    const LockMode mode = answer.takes(lock_of(use.how));
    const Relation* relation = answer.catalog.find(use.name);
    if (!relation) {
        if (!is_system_catalog(use.name)) answer.lock(use.name, mode);
        return;
    }
    if (is_index(*relation) || relation->kind == RelationKind::composite_type)  // table_open
        return answer.fails(Failure::Kind::not_allowed, "cannot open relation \"" + relation->name.name + "\"",
                            !relation->maybe);
    // CheckValidRowMarkRel
    if (use.how == RangeUse::How::lock_rows &&
        (relation->kind == RelationKind::materialized_view || relation->kind == RelationKind::sequence))
        return answer.fails(
            Failure::Kind::not_allowed,
            "cannot lock rows in " + std::string(name_of(relation->kind)) + " \"" + relation->name.name + "\"",
            !relation->maybe);
    if (changes_rows(use.how)) note_triggers_and_rules(answer, *relation);
    if (relation->kind == RelationKind::view) return answer.lock_read(*relation, mode, true);
    lock_planned(answer, *relation, mode);
    if (!use.only && relation->is_table())
        for (const Relation* below : written_below(answer, *relation, use, dml))
            lock_planned(answer, *below, mode,
                         relation->kind == RelationKind::partitioned_table ? LockRole::partition : LockRole::child);
}

/// Rows written through a view are those of the table below it, under the names that their columns have there; null: of
/// none that is known.
const Relation* written_through(const Catalog& catalog, const Relation& relation, std::vector<std::string>& columns) {
    constexpr int kDeep = 64;  // a circle of views is refused when it is used
    const Relation* at = &relation;
    for (int depth = 0; at && at->kind == RelationKind::view; ++depth) {
        const Relation* base = depth < kDeep ? catalog.get(at->view.base) : nullptr;
        for (std::string& name : columns)
            if (const ViewColumn* shown = base ? at->view.column(name) : nullptr; shown && shown->of == base->id)
                name = shown->column;
        at = base;
    }
    return at;
}

/// InitResultRelInfo: a row written to a partition by its own name must be within its bounds. Up to 13 a partition's
/// DELETE was seen to look at them as well.
void lock_bounds(Answer& answer, const RangeUse& use) {
    const bool deletes = use.how == RangeUse::How::delete_ && !answer.has(Behaviour::removed_rows_need_no_bounds);
    if (use.how != RangeUse::How::insert && use.how != RangeUse::How::update && !deletes) return;
    const Relation* named = answer.catalog.find(use.name);
    std::vector<std::string> columns;
    if (const Relation* target = named ? written_through(answer.catalog, *named, columns) : nullptr)
        answer.lock_partitioned_above(*target);
}

/// ExecCrossPartitionUpdate: a row that belongs to another partition by now is deleted here and inserted there.
bool may_move_rows(const Catalog& catalog, const Relation& table, const std::vector<std::string>& set_columns) {
    const auto among = with_descendants(catalog, table);
    return std::any_of(among.begin(), among.end(), [&](const Relation* t) {
        const auto& key = t->table.partition_key;
        return key && std::any_of(key->elements.begin(), key->elements.end(), [&](const IndexElement& e) {
                   return e.column.empty() || is_among(e.column, set_columns);
               });
    });
}

/// What is locked as rows are written.
void lock_for_rows(Answer& answer, const Relation& named, const RangeUse& use, std::vector<std::string> set_columns) {
    const Relation* target = written_through(answer.catalog, named, set_columns);
    if (!target) return;
    const Relation& table = *target;
    KeyTriggers triggers(answer);
    triggers.fire(table, use.how, set_columns);
    if (use.how == RangeUse::How::update && may_move_rows(answer.catalog, table, set_columns))
        for (const Relation* below : answer.catalog.descendants(table.id)) {
            triggers.fire(*below, RangeUse::How::insert, set_columns);
            if (!answer.has(Behaviour::moved_row_is_one_update_for_keys))
                triggers.fire(*below, RangeUse::How::delete_, set_columns);
        }
    // Keys that a partition or a child has, or that point at it, are looked up for its rows alone.
    const bool reaches =
        !use.only && (use.how != RangeUse::How::insert || table.kind == RelationKind::partitioned_table);
    if (reaches)
        for (const Relation* below : answer.catalog.descendants(table.id)) triggers.fire(*below, use.how, set_columns);
}

/// stats_lock_check_privileges: an index has them by its table's lock.
void lock_for_statistics(Answer& answer, const FunctionUse& use) {
    const auto name = relation_of_statistics(use);
    if (!name || name->name.empty()) return;
    const Relation* relation = answer.catalog.find(*name);
    const Relation* table = relation && is_index(*relation) ? answer.catalog.get(relation->index.table) : nullptr;
    if (!table) return answer.lock(*name, ShareUpdateExclusive);
    answer.lock(*table, ShareUpdateExclusive, LockRole::table_of_the_index);
    answer.lock(*relation, AccessShare);
}

/// AcquireRewriteLocks: what the view's query names, and nothing below that.
void lock_for_definition(Answer& answer, const FunctionUse& use) {
    if (use.name.name != "pg_get_viewdef" || !(use.name.schema.empty() || use.name.schema == "pg_catalog")) return;
    const Relation* view = use.literals.empty() ? nullptr : answer.catalog.find(name_of_sequence(use.literals.front()));
    if (!view) return answer.depends_on("which view pg_get_viewdef() is asked about: it is locked with what it reads");
    answer.lock(*view, AccessShare);
    for (const RelationId id : view->view.reads)
        if (const Relation* read = answer.catalog.get(id)) answer.lock(*read, AccessShare, LockRole::read_by_a_view);
}

/// What functions do is modelled where their bodies are known (analyze/ follows the call).
void note_functions(Answer& answer, const Query& query) {
    for (const FunctionUse& use : query.functions) {
        model_extension_call(answer, use);
        lock_for_statistics(answer, use);
        lock_for_definition(answer, use);
        const Function* called = answer.catalog.called_by(use);
        std::string why = unread_call(use, answer.catalog, answer.now.version);
        if (called && called->runs && !called->runs->gaps.empty()) why = "its body is not known";
        if (!why.empty()) answer.depends_on("what function " + use.name.name + "() does: " + why);
    }
}

}  // namespace

void lock_query(Answer& answer, const Query& query, Cause read_in_full, bool reads) {
    for (const RangeUse& use : query.relations) {
        if (!reads)
            answer.lock(use.name, answer.takes(lock_of(use.how)));  // parsed, not planned: WITH NO DATA
        else
            lock_use(answer, use);
        if (!reads || use.how != RangeUse::How::read) continue;
        const Relation* relation = answer.catalog.find(use.name);
        if (!relation) {
            if (!use.name.name.starts_with("pg_")) answer.work(Work::Kind::scan, use.name, read_in_full);
            continue;
        }
        std::vector<const Relation*> pending{relation};
        for (std::size_t i = 0; i < pending.size() && i < 10'000; ++i) {
            answer.scan(*pending[i], read_in_full);
            if (pending[i]->kind == RelationKind::view)
                for (const RelationId id : pending[i]->view.reads)
                    if (const Relation* r = answer.catalog.get(id)) pending.push_back(r);
            if (pending[i]->is_table())
                for (const Relation* below : answer.catalog.descendants(pending[i]->id))
                    answer.scan(*below, read_in_full);
        }
    }
    note_functions(answer, query);
}

namespace {

/// The relation that the statement is about, where it is the only one.
const Relation* only_relation(const Answer& answer, const Dml& dml) {
    return dml.query.relations.size() == 1 ? answer.catalog.find(dml.query.relations.front().name) : nullptr;
}

/// A column without a qualifier that the relation lacks.
const Expr* lacked(const Expr& expr, const Relation& relation) {
    if (expr.kind == Expr::Kind::column && expr.name.schema.empty() && !has_column(relation, expr.text) &&
        !is_system_column(expr.text) && expr.text != relation.name.name)
        return &expr;
    for (const Expr& arg : expr.args)
        if (const Expr* found = lacked(arg, relation)) return found;
    return nullptr;
}

/// json has no equality operator. anyenum, which those of enums take, is no domain over one.
bool has_no_equality(const Catalog& catalog, const TypeName& type) {
    if (type.array_dimensions > 0) return false;
    return canonical_type(type) == "json" ||
           (catalog.find_domain(type.name) && catalog.find_enum(base_type(type, catalog).name));
}

const Column* compared_without_operator(const Catalog& catalog, const Expr& expr, const Relation& relation) {
    for (const Expr& arg : expr.args) {
        const Column* column = arg.kind == Expr::Kind::column ? relation.column(arg.text) : nullptr;
        if (expr.kind == Expr::Kind::op && expr.name.name == "=" && column && has_no_equality(catalog, column->type))
            return column;
        if (const Column* found = compared_without_operator(catalog, arg, relation)) return found;
    }
    return nullptr;
}

/// In a body the name may be that of a variable or an argument (plpgsql_post_column_ref).
void lacks_read_column(Answer& answer, const std::string& column, const Relation& relation) {
    answer.lacks_column(column, relation, Work::npos, !answer.now.in_body);
}

// colNameToVar, checkInsertTargets, transformUpdateTargetList
void refuse_unknown_columns(Answer& answer, const Dml& dml) {
    if (dml.query.relations.empty() || dml.merge_clause || dml.kind == Dml::Kind::merge) return;
    const Relation* target = answer.catalog.find(dml.query.relations.front().name);
    if (!target || !are_columns_told(*target)) return;
    for (const auto* written : {&dml.set_columns, &dml.given.names})
        for (const std::string& column : *written)
            if (!has_column(*target, column)) return answer.lacks_column(column, *target);
    // An alias is not kept: what is called like a relation may be its row.
    const bool alone = only_relation(answer, dml) && !dml.has_from;
    if (const Expr* column =
            dml.where && alone && dml.kind != Dml::Kind::select ? lacked(*dml.where, *target) : nullptr)
        lacks_read_column(answer, column->text, *target);
    const Column* compared = dml.where && only_relation(answer, dml)
                                 ? compared_without_operator(answer.catalog, *dml.where, *target)
                                 : nullptr;
    if (compared)
        answer.fails(Failure::Kind::not_allowed,
                     "operator does not exist: " + canonical_type(compared->type) + " = unknown", false);
}

/// view_query_is_auto_updatable all the way down, or somebody who does it instead.
bool can_be_written(const Catalog& catalog, const Relation& relation) {
    constexpr int kDeep = 64;
    const Relation* at = &relation;
    for (int depth = 0; at && at->kind == RelationKind::view && depth < kDeep; ++depth) {
        if (!at->triggers.empty() || !at->rules.empty()) return true;
        at = catalog.get(at->view.base);
    }
    return at != nullptr;
}

// CheckValidResultRel, rewriteTargetView
void refuse_to_write(Answer& answer, const Dml& dml) {
    const bool writes = dml.kind == Dml::Kind::merge || dml.kind == Dml::Kind::insert ||
                        dml.kind == Dml::Kind::update || dml.kind == Dml::Kind::delete_;
    if (!writes || dml.query.relations.empty()) return;
    const Relation* target = answer.catalog.find(dml.query.relations.front().name);
    if (!target) return;
    const bool merges = dml.kind == Dml::Kind::merge;
    if (merges && (!target->rules.empty() || (target->is_view() && !answer.has(Behaviour::merge_into_view))))
        return answer.fails(Failure::Kind::not_allowed,
                            "cannot execute MERGE on relation \"" + target->name.name + "\"", false);
    // RewriteQuery. INSTEAD NOTHING of an INSERT is let through: that is not told from another rule here.
    const auto minds_conflicts = [](const RewriteRule& rule) {
        return rule.event == RangeUse::How::update || rule.event == RangeUse::How::insert;
    };
    if (dml.updates_on_conflict && std::any_of(target->rules.begin(), target->rules.end(), minds_conflicts))
        answer.fails(Failure::Kind::not_allowed,
                     "INSERT with ON CONFLICT clause cannot be used with table that has INSERT or UPDATE rules", false);
    if (target->kind == RelationKind::materialized_view)
        answer.fails(Failure::Kind::not_allowed, "cannot change materialized view \"" + target->name.name + "\"",
                     !target->maybe);
    if (target->kind == RelationKind::view && answer.knows_all_of(*target) && !can_be_written(answer.catalog, *target))
        answer.fails(Failure::Kind::not_allowed, "cannot change rows of view \"" + target->name.name + "\"", false);
}

/// checkInsertTargets, and the check in transformUpdateTargetList's rewriting (rewriteTargetListIU).
void refuse_repeated_columns(Answer& answer, const Dml& dml) {
    const auto repeated = [](const std::vector<std::string>& columns) -> const std::string* {
        std::set<std::string_view> seen;
        for (const std::string& column : columns)
            if (!seen.insert(column).second) return &column;
        return nullptr;
    };
    if (const std::string* column = repeated(dml.set_columns))
        answer.fails(Failure::Kind::repeated_column, "multiple assignments to same column \"" + *column + "\"");
    if (const std::string* column = repeated(dml.given.names))
        answer.fails(Failure::Kind::repeated_column, "column \"" + *column + "\" specified more than once");
}

}  // namespace

void lock_parsed(Answer& answer, const Query& query) {
    for (const RangeUse& use : query.relations) {
        const Relation* relation = answer.catalog.find(use.name);
        if (relation && relation->kind == RelationKind::view)
            answer.lock_read(*relation, answer.takes(lock_of(use.how)));
        else if (relation || !is_system_catalog(use.name))
            answer.lock(use.name, answer.takes(lock_of(use.how)));
    }
}

namespace {

// BeginCopyTo
void refuse_copy(Answer& answer, const Relation* relation) {
    if (!relation || relation->kind == RelationKind::table) return;
    const bool read =
        (relation->kind == RelationKind::materialized_view && answer.has(Behaviour::copy_from_materialized_view)) ||
        (relation->kind == RelationKind::partitioned_table && answer.has(Behaviour::copy_from_partitioned));
    if (!read)
        answer.fails(Failure::Kind::not_allowed,
                     "cannot copy from " + std::string(name_of(relation->kind)) + " \"" + relation->name.name + "\"",
                     !relation->maybe);
}

// CopyFrom
void refuse_copy_into(Answer& answer, const Relation* relation) {
    if (!relation || relation->is_table() || relation->kind == RelationKind::foreign_table) return;
    const bool instead = relation->kind == RelationKind::view && !relation->triggers.empty();
    if (!instead)
        answer.fails(Failure::Kind::not_allowed,
                     "cannot copy to " + std::string(name_of(relation->kind)) + " \"" + relation->name.name + "\"",
                     !relation->maybe);
}

bool has_replica_identity(const Relation& table) {
    switch (table.table.replica_identity) {
        case 'f': return true;
        case 'i': return table.table.replica_identity_index != 0;
        case 'n': return false;
        default:
            return std::any_of(table.table.constraints.begin(), table.table.constraints.end(),
                               [](const TableConstraint& c) { return c.type == ConstraintType::primary_key; });
    }
}

/// Itself, or by the partitioned table above it.
bool is_published(const Catalog& catalog, const Relation& table) {
    const Relation* at = &table;
    for (; at && !catalog.may_be_published(at->id); at = catalog.get(at->table.parents.front()))
        if (!at->table.is_partition || at->table.parents.empty()) return false;
    return at != nullptr;
}

/// CheckCmdReplicaIdentity. Which of a publication's tables publish UPDATE and DELETE is not kept.
void refuse_without_identity(Answer& answer, const RangeUse& use) {
    if (use.how != RangeUse::How::update && use.how != RangeUse::How::delete_ && use.how != RangeUse::How::merge)
        return;
    const Relation* target = answer.catalog.find(use.name);
    if (!target || !target->is_table()) return;
    const auto all = use.only ? std::vector<const Relation*>{target} : with_descendants(answer.catalog, *target);
    for (const Relation* table : all)
        if (table->kind == RelationKind::table && table->persistence == Persistence::permanent &&
            !has_replica_identity(*table) && is_published(answer.catalog, *table))
            return answer.fails(Failure::Kind::not_allowed,
                                "cannot change rows of \"" + table->name.name +
                                    "\" because it does not have a replica identity and publishes changes",
                                false);
}

void plan(Answer& answer, const Dml& dml) {
    if (dml.kind == Dml::Kind::copy_from && !dml.query.relations.empty())
        refuse_copy_into(answer, answer.catalog.find(dml.query.relations.front().name));
    // COPY ... TO opens the table itself: nothing is planned.
    if (dml.kind == Dml::Kind::copy_to && dml.of_table) {
        const Relation* relation = answer.catalog.find(dml.query.relations.front().name);
        refuse_copy(answer, relation);
        answer.lock(dml.query.relations.front().name, answer.takes(LockOf::copy_to));
        // 19 reads what is below it, partition by partition.
        if (relation && relation->kind == RelationKind::partitioned_table &&
            answer.has(Behaviour::copy_from_partitioned))
            answer.lock_descendants(*relation, AccessShare, LockRole::partition);
        return;
    }
    for (const RangeUse& use : dml.query.relations) {
        lock_use(answer, use, &dml);
        lock_bounds(answer, use);
        refuse_without_identity(answer, use);
    }
}

void execute(Answer& answer, const Dml& dml) {
    for (const RangeUse& use : dml.query.relations) {
        if (!changes_rows(use.how)) continue;
        RangeUse written = use;
        if (use.how == RangeUse::How::merge && dml.given.all) written.how = RangeUse::How::insert;
        if (const Relation* table = answer.catalog.find(use.name))
            lock_for_rows(answer, *table, written, dml.set_columns);
        note_changed_rows(answer, dml, use);
    }
    lock_sequences_in_use(answer, dml);
    note_functions(answer, dml.query);
}

}  // namespace

void model_dml(Answer& answer, const Dml& dml) {
    if (dml.kind == Dml::Kind::merge && !dml.merge_clause) answer.needs(Feature::merge);
    refuse_repeated_columns(answer, dml);
    refuse_unknown_columns(answer, dml);
    refuse_to_write(answer, dml);
    refuse_uncommitted_values(answer, dml.query);
    if (dml.reach == Dml::Reach::parsed) return lock_parsed(answer, dml.query);
    if (dml.merge_clause) {
        if (dml.reach != Dml::Reach::run) return;
        RangeUse target = dml.query.relations.front();
        if (dml.kind == Dml::Kind::delete_) target.how = RangeUse::How::delete_;
        if (dml.kind == Dml::Kind::update) target.how = RangeUse::How::update;
        if (const Relation* table = answer.catalog.find(target.name))
            lock_for_rows(answer, *table, target, dml.set_columns);
        return note_changed_rows(answer, dml, dml.query.relations.front());
    }
    plan(answer, dml);
    if (dml.reach == Dml::Reach::run) execute(answer, dml);
}

/// None of the tables that a column can be of has it.
void refuse_unknown_columns(Answer& answer, const std::vector<ShownColumn>& shown) {
    for (const ShownColumn& column : shown) {
        if (column.column.empty() || column.of.empty() || is_system_column(column.column)) continue;
        if (!answer.catalog.find_functions({"", column.column}).empty()) continue;  // t.f may be f(t)
        const Relation* one = nullptr;
        const bool lacked = std::all_of(column.of.begin(), column.of.end(), [&](const Name& name) {
            one = answer.catalog.find(name);
            return one && are_columns_told(*one) && !has_column(*one, column.column);
        });
        if (lacked) return lacks_read_column(answer, column.column, *one);
    }
}

namespace {

// checkViewColumns
std::string refusal_of_columns(const Catalog& catalog, const Relation& old, const std::vector<ViewColumn>& columns) {
    const std::vector<ViewColumn>& before = old.view.columns;
    if (before.empty() || columns.empty()) return "";
    if (columns.size() < before.size()) return "cannot drop columns from view";
    const auto type_of = [&](const ViewColumn& column) {
        const Relation* of = catalog.get(column.of);
        return of ? type_of_column(catalog, *of, column.column) : column.type;
    };
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i].name != columns[i].name)
            return "cannot change name of view column \"" + before[i].name + "\" to \"" + columns[i].name + "\"";
        const TypeName was = type_of(before[i]), is = type_of(columns[i]);
        const bool known = !was.name.empty() && !is.name.empty();
        if (known && (canonical_type(was) != canonical_type(is) || was.typmods != is.typmods))
            return "cannot change data type of view column \"" + before[i].name + "\"";
    }
    return "";
}

/// isQueryUsingTempRelation: over a temporary table it is temporary itself, and replaces no other.
Name name_of_view(const Catalog& catalog, const CreateView& view) {
    const auto& read = view.query.relations;
    const bool temporary = std::any_of(read.begin(), read.end(), [&](const RangeUse& use) {
        const Relation* relation = catalog.find(use.name);
        return relation && relation->persistence == Persistence::temporary;
    });
    return catalog.creation_name(view.name, temporary ? Persistence::temporary : view.persistence);
}

/// CheckAttributeNamesTypes. Of columns by their own name alone: JOIN ... USING merges those that a star stands for.
void refuse_repeated_view_columns(Answer& answer, const CreateView& view) {
    if (!view.columns.empty()) return;
    std::set<std::string_view> names;
    for (const ShownColumn& column : view.uses.shown)
        if (!column.name.empty() && !column.column.empty() && !names.insert(column.name).second)
            answer.fails(Failure::Kind::repeated_column,
                         "column " + in_message(column.name) + " specified more than once");
}

void refuse_view(Answer& answer, const CreateView& view, const Name& name) {
    const Relation* there = answer.catalog.find(name);
    refuse_unknown_columns(answer, view.uses.shown);
    refuse_repeated_view_columns(answer, view);
    if (!there) return;
    if (!view.or_replace)
        return answer.fails(ErrorCode::duplicate_table, "relation \"" + name.name + "\" already exists", !there->maybe);
    if (refuse_other_kind(answer, there, ObjectType::view)) return;
    const std::string refusal =
        refusal_of_columns(answer.catalog, *there, view_columns(answer.catalog, view.uses.shown, view.columns));
    if (!refusal.empty()) answer.fails(Failure::Kind::not_allowed, refusal, !there->maybe);
}

}  // namespace

void model_create_view(Answer& answer, const CreateView& view) {
    const Name name = name_of_view(answer.catalog, view);
    refuse_view(answer, view, name);
    const bool replaces = view.or_replace && answer.catalog.find(name);
    if (replaces) answer.lock(name, answer.takes(LockOf::replace_view));
    for (const RangeUse& use : view.query.relations) {
        if (answer.catalog.resolve(use.name) == answer.catalog.resolve(view.name)) continue;  // a recursive view
        if (!use.name.name.starts_with("pg_")) answer.lock(use.name, AccessShare);
    }
    lock_depended_on(answer, view.query, view.uses);
    if (!replaces) answer.creates(answer.catalog.qualified(name));
}

namespace {

/// is_usable_unique_index (matview.c)
bool tells_rows_apart(const Relation& index) {
    return index.index.unique && index.index.valid && !index.index.where &&
           std::none_of(index.index.elements.begin(), index.index.elements.end(),
                        [](const IndexElement& e) { return e.expr.has_value(); });
}

void refuse_to_compare_rows(Answer& answer, const Relation& view) {
    const auto indexes = answer.catalog.indexes_of(view.id);
    if (std::none_of(indexes.begin(), indexes.end(), [](const Relation* index) { return tells_rows_apart(*index); }))
        answer.fails(Failure::Kind::not_allowed,
                     "cannot refresh materialized view \"" + name_in_report(view) +
                         "\" concurrently: it has no unique index on columns, over all rows",
                     answer.catalog.complete() && !view.maybe);
}

}  // namespace

void model_refresh_materialized_view(Answer& answer, const RefreshMaterializedView& refresh) {
    answer.lock(refresh.name, answer.takes(refresh.concurrently ? LockOf::refresh_concurrently : LockOf::refresh));
    const Relation* view = answer.catalog.find(refresh.name);
    if (!view) {
        if (!refresh.concurrently) answer.work(Work::Kind::rewrite, refresh.name, Cause::refresh);
        return answer.depends_on("the tables that " + answer.catalog.qualified(refresh.name) + " reads");
    }
    if (refuse_other_kind(answer, view, ObjectType::materialized_view)) return;
    if (refresh.concurrently && refresh.with_no_data)
        answer.fails(Failure::Kind::not_allowed,
                     "REFRESH options CONCURRENTLY and WITH NO DATA cannot be used together");
    if (refresh.concurrently && !view->view.populated && !view->existing)
        answer.fails(Failure::Kind::not_allowed,
                     "CONCURRENTLY cannot be used when the materialized view is not populated", !view->maybe);
    if (refresh.concurrently) refuse_to_compare_rows(answer, *view);
    if (refresh.with_no_data) return answer.lock_indexes(*view, AccessExclusive);
    if (refresh.concurrently) {
        answer.scan(*view, Cause::refresh);
        answer.lock_indexes(*view, RowExclusive);  // refresh_by_match_merge changes its rows
    } else {
        answer.rewrite(*view, Cause::refresh);
    }
    std::vector<const Relation*> pending{view};
    for (std::size_t i = 0; i < pending.size() && i < 10'000; ++i) {
        for (const RelationId id : pending[i]->view.reads) {
            const Relation* read = answer.catalog.get(id);
            if (!read) continue;
            lock_planned(answer, *read, AccessShare, LockRole::read_by_the_view);
            answer.scan(*read, Cause::refresh);
            if (read->kind == RelationKind::view) pending.push_back(read);
            for (const Relation* below : answer.catalog.descendants(id)) {
                lock_planned(answer, *below, AccessShare, LockRole::partition);
                answer.scan(*below, Cause::refresh);
            }
        }
    }
}

void model_lock_table(Answer& answer, const LockTable& lock) {
    for (const RangeUse& use : lock.tables) {
        const Relation* relation = answer.catalog.find(use.name);
        if (!relation) {
            answer.lock(use.name, lock.mode);
            continue;
        }
        if (refuse_unless(answer, *relation, relation->is_table() || relation->kind == RelationKind::view,
                          "a table or view"))
            continue;
        answer.lock_read(*relation, lock.mode);
        if (!use.only && relation->is_table()) answer.lock_descendants(*relation, lock.mode, LockRole::partition);
    }
}

}  // namespace pgfence
