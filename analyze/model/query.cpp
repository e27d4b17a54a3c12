// What queries lock: the tables they name, views and what those read, partitions and children, and the tables that the
// triggers of foreign keys look at (RI_FKey_check and its kin read the other side FOR KEY SHARE: RowShare).

#include <algorithm>
#include <set>

#include "analyze/model/expressions.h"
#include "analyze/model/partition_routing.h"
#include "analyze/model/statements.h"
#include "analyze/model/unread_call.h"

namespace pgfence {
namespace {

using enum LockMode;

LockMode lock_of(RangeUse::How how) {
    switch (how) {
        case RangeUse::How::read: return AccessShare;
        case RangeUse::How::lock_rows: return RowShare;
        default: return RowExclusive;
    }
}

/// The lock that a relation of a query gets, its indexes get as well: get_relation_info in plancat.c, ExecOpenIndices.
/// 11 knew no mode between reading and writing there.
LockMode index_mode(const Answer& answer, LockMode mode) {
    return mode == RowShare && answer.now.version < 12 ? AccessShare : mode;
}

void lock_planned(Answer& answer, const Relation& relation, LockMode mode, LockRole role = LockRole::target) {
    answer.lock(relation, mode, role);
    answer.lock_indexes(relation, index_mode(answer, mode));
    // set_relation_partition_info: which of its partitions are read follows from its own bounds too.
    if (relation.kind == RelationKind::partitioned_table) answer.lock_partitioned_above(relation);
}

bool changes_rows(RangeUse::How how) { return how != RangeUse::How::read && how != RangeUse::How::lock_rows; }

/// A row written to a referencing table is looked up in the referenced one; a row deleted or re-keyed in a referenced
/// table is looked up in the referencing ones.
void lock_for_triggers(Answer& answer, const Relation& table, const RangeUse& use,
                       const std::vector<std::string>& set_columns) {
    const bool writes_new = use.how == RangeUse::How::insert || use.how == RangeUse::How::update;
    const bool removes_old = use.how == RangeUse::How::delete_ || use.how == RangeUse::How::update;
    const auto touched = [&](const std::vector<std::string>& columns) {
        return use.how != RangeUse::How::update ||
               std::any_of(columns.begin(), columns.end(), [&](const std::string& c) {
                   return std::find(set_columns.begin(), set_columns.end(), c) != set_columns.end();
               });
    };
    if (writes_new)
        for (const TableConstraint& c : table.table.constraints)
            if (c.type == ConstraintType::foreign_key && c.enforced && touched(c.columns)) {
                lock_referenced(answer, c.referenced_name, RowShare);
                lock_referenced_indexes(answer, c.referenced_name, index_mode(answer, RowShare));
            }
    if (!removes_old) return;
    for (const auto& [referencing, key] : answer.catalog.referencing(table.id)) {
        if (!key->enforced || !touched(key->referenced_columns)) continue;
        const char action = use.how == RangeUse::How::delete_ ? key->on_delete : key->on_update;
        lock_planned(answer, *referencing, action == 'a' || action == 'r' ? RowShare : RowExclusive,
                     LockRole::referencing_table);
    }
}

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

bool is_system_catalog(const Name& name) {
    return name.schema == "pg_catalog" || name.schema == "information_schema" || name.name.starts_with("pg_");
}

/// Up to 11 all partitions were locked before the first row came (ExecSetupPartitionTupleRouting); an EXPLAIN sees
/// none.
std::vector<const Relation*> written_below(const Answer& answer, const Relation& table, const RangeUse& use,
                                           const Dml* dml) {
    const bool routed =
        use.how == RangeUse::How::insert && table.kind == RelationKind::partitioned_table && answer.now.version >= 12;
    if (routed && dml && dml->reach == Dml::Reach::run)
        if (auto partitions = partitions_of_rows(answer.catalog, table, *dml)) return std::move(*partitions);
    return answer.catalog.descendants(table.id);
}

/// The locks of parse analysis, the rewriter and the planner.
void lock_use(Answer& answer, const RangeUse& use, const Dml* dml = nullptr) {
    const LockMode mode = lock_of(use.how);
    const Relation* relation = answer.catalog.find(use.name);
    if (!relation) {
        if (!is_system_catalog(use.name)) answer.lock(use.name, mode);
        return;
    }
    if (changes_rows(use.how)) note_triggers_and_rules(answer, *relation);
    if (relation->kind == RelationKind::view) return answer.lock_read(*relation, mode, true);
    lock_planned(answer, *relation, mode);
    if (!use.only && relation->is_table())
        for (const Relation* below : written_below(answer, *relation, use, dml))
            lock_planned(answer, *below, mode,
                         relation->kind == RelationKind::partitioned_table ? LockRole::partition : LockRole::child);
}

/// What is locked as rows are written.
void lock_for_rows(Answer& answer, const Relation& table, const RangeUse& use,
                   const std::vector<std::string>& set_columns) {
    if (table.kind == RelationKind::view) return;
    // ExecPartitionCheck: a row written to a partition by its own name must be within its bounds.
    // Up to 13 a partition's DELETE was seen to look at them as well.
    const bool deletes = use.how == RangeUse::How::delete_ && answer.now.version < 14;
    if (use.how == RangeUse::How::insert || use.how == RangeUse::How::update || deletes)
        answer.lock_partitioned_above(table);
    lock_for_triggers(answer, table, use, set_columns);
}

/// What functions do is modelled where their bodies are known (analyze/ follows the call).
void note_functions(Answer& answer, const Query& query) {
    for (const FunctionUse& use : query.functions) {
        model_extension_call(answer, use);
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
            answer.lock(use.name, lock_of(use.how));  // parsed, not planned: WITH NO DATA
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
            answer.lock_read(*relation, lock_of(use.how));
        else if (relation || !is_system_catalog(use.name))
            answer.lock(use.name, lock_of(use.how));
    }
}

namespace {

void plan(Answer& answer, const Dml& dml) {
    // COPY ... TO opens the table itself: nothing is planned.
    if (dml.kind == Dml::Kind::copy_to && dml.query.relations.size() == 1)
        return answer.lock(dml.query.relations.front().name, AccessShare);
    for (const RangeUse& use : dml.query.relations) lock_use(answer, use, &dml);
}

/// The columns that the condition names without a qualifier are those of other tables: one of them has it, or the table
/// that is changed has not.
bool are_of_others(const Catalog& catalog, const std::vector<InnerColumn>& columns, const Relation* target) {
    return std::all_of(columns.begin(), columns.end(), [&](const InnerColumn& column) {
        if (target && target->columns_known && !target->column(column.name)) return true;
        return std::any_of(column.of.begin(), column.of.end(), [&](const Name& name) {
            const Relation* relation = catalog.find(name);
            return relation && relation->column(column.name);
        });
    });
}

bool is_for_every_row(const Answer& answer, const Dml& dml, const RangeUse& use) {
    if (use.how != RangeUse::How::update && use.how != RangeUse::How::delete_) return false;
    if (!dml.query.has_where) return true;
    const Relation* table = answer.catalog.find(use.name);
    if (dml.always_true_where && are_of_others(answer.catalog, dml.provided, table)) return true;
    return dml.where && table && !dml.has_from && holds_for_every_row(*dml.where, *table);
}

/// What goes or changes with the rows of a table that others cannot be using yet, or of a view: rows of tables that
/// they do use.
class ChangedRows {
public:
    ChangedRows(Answer& answer, bool deletes) : answer_(answer), deletes_(deletes) {}

    void note(const Relation& relation, Cause cause, bool only) {
        if (!seen_.insert(relation.id).second) return;
        const Relation* base = relation.kind == RelationKind::view ? answer_.catalog.get(relation.view.base) : nullptr;
        if (base) return note(*base, relation.view.chooses ? Cause::query : cause, false);
        if (relation.kind == RelationKind::view && !relation.existing) return note_read(relation);
        answer_.change_rows(relation, cause);
        if (relation.existing) return;
        if (!only)
            for (const RelationId id : relation.table.children)
                if (const Relation* child = answer_.catalog.get(id)) note(*child, cause, false);
        if (!deletes_) return;
        for (const auto& [referencing, key] : answer_.catalog.referencing(relation.id))
            if (key->enforced && key->on_delete == 'c') note(*referencing, cause, false);
    }

private:
    /// What its rules and INSTEAD OF triggers make of it they do for each of its rows: nobody can tell how many.
    void note_read(const Relation& view) {
        for (const RelationId id : view.view.reads)
            if (const Relation* read = answer_.catalog.get(id)) note(*read, Cause::query, false);
    }

    Answer& answer_;
    const bool deletes_;
    std::set<RelationId> seen_;
};

void note_changed_rows(Answer& answer, const Dml& dml, const RangeUse& use) {
    if (dml.kind == Dml::Kind::insert && dml.values_only) return;  // as many rows as the file spells out
    const Cause cause = is_for_every_row(answer, dml, use) ? Cause::every_row : Cause::query;
    if (const Relation* table = answer.catalog.find(use.name))
        ChangedRows(answer, use.how == RangeUse::How::delete_).note(*table, cause, use.only);
    else if (!is_system_catalog(use.name))
        answer.work(Work::Kind::change_rows, use.name, cause);
}

void execute(Answer& answer, const Dml& dml) {
    for (const RangeUse& use : dml.query.relations) {
        if (!changes_rows(use.how)) continue;
        if (const Relation* table = answer.catalog.find(use.name)) lock_for_rows(answer, *table, use, dml.set_columns);
        note_changed_rows(answer, dml, use);
    }
    lock_sequences_in_use(answer, dml);
    note_functions(answer, dml.query);
}

}  // namespace

void model_dml(Answer& answer, const Dml& dml) {
    refuse_repeated_columns(answer, dml);
    refuse_uncommitted_values(answer, dml.query);
    if (dml.reach == Dml::Reach::parsed) return lock_parsed(answer, dml.query);
    if (dml.merge_clause) {
        if (dml.reach != Dml::Reach::run) return;
        return note_changed_rows(answer, dml, dml.query.relations.front());
    }
    plan(answer, dml);
    if (dml.reach == Dml::Reach::run) execute(answer, dml);
}

void model_create_view(Answer& answer, const CreateView& view) {
    if (view.or_replace && answer.catalog.find(view.name)) answer.lock(view.name, AccessExclusive);
    for (const RangeUse& use : view.query.relations) {
        if (answer.catalog.resolve(use.name) == answer.catalog.resolve(view.name)) continue;  // a recursive view
        if (!use.name.name.starts_with("pg_")) answer.lock(use.name, AccessShare);
    }
    answer.creates(answer.catalog.qualified(view.name));
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
    answer.lock(refresh.name, refresh.concurrently ? Exclusive : AccessExclusive);
    const Relation* view = answer.catalog.find(refresh.name);
    if (!view) {
        if (!refresh.concurrently) answer.work(Work::Kind::rewrite, refresh.name, Cause::refresh);
        return answer.depends_on("the tables that " + answer.catalog.qualified(refresh.name) + " reads");
    }
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
        answer.lock_read(*relation, lock.mode);
        if (!use.only && relation->is_table()) answer.lock_descendants(*relation, lock.mode, LockRole::partition);
    }
}

}  // namespace pgfence
