#include "analyze/kit/statement_order.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/kit/sql_text.h"
#include "core/text.h"

namespace pgfence {
namespace {

using Names = OrderedStatement::Names;

bool share(const Names& a, const Names& b) {
    return std::any_of(a.begin(), a.end(), [&](const std::string& name) { return b.contains(name); });
}

template <class T>
const T* only(const OrderedStatement& statement) {
    return statement.actions.size() == 1 ? std::get_if<T>(&statement.actions.front()) : nullptr;
}

// ---- what a statement is as a whole ---------------------------------------------------------------------------------

constexpr std::array<std::string_view, 5> kOfSessionAlone{"application_name", "client_min_messages",
                                                          "maintenance_work_mem", "work_mem", "check_function_bodies"};

/// Nothing that another statement makes or needs.
bool concerns_nobody(const Action& action) {
    if (const auto* set = std::get_if<SetVariable>(&action))
        return !set->uncertain && (set->name.ends_with("_timeout") || is_among(set->name, kOfSessionAlone));
    const auto* transaction = std::get_if<Transaction>(&action);
    return std::holds_alternative<Harmless>(action) ||
           (transaction &&
            (transaction->kind == Transaction::Kind::begin || transaction->kind == Transaction::Kind::commit));
}

bool concerns_nobody(const OrderedStatement& statement) {
    return !statement.actions.empty() && std::all_of(statement.actions.begin(), statement.actions.end(),
                                                     [](const Action& action) { return concerns_nobody(action); });
}

bool is_of_relations(ObjectType object) {
    using enum ObjectType;
    return object == table || object == index || object == view || object == materialized_view;
}

bool is_of_relations(const Rename& rename) {
    return is_of_relations(rename.object) ||
           (is_of_relations(rename.relation_type) &&
            (rename.object == ObjectType::column || rename.object == ObjectType::constraint));
}

bool acts_on_relations_alone(const Action& action) {
    if (const auto* rename = std::get_if<Rename>(&action)) return is_of_relations(*rename);
    if (const auto* drop = std::get_if<Drop>(&action)) return is_of_relations(drop->object) && !drop->cascade;
    if (const auto* alter = std::get_if<AlterTable>(&action)) return is_of_relations(alter->object);
    if (const auto* dml = std::get_if<Dml>(&action)) return !dml->query.relations.empty();
    return std::holds_alternative<CreateTable>(action) || std::holds_alternative<CreateTableAs>(action) ||
           std::holds_alternative<CreateView>(action) || std::holds_alternative<CreateIndex>(action) ||
           std::holds_alternative<RefreshMaterializedView>(action) || std::holds_alternative<Truncate>(action) ||
           std::holds_alternative<CreateTrigger>(action) || std::holds_alternative<Comment>(action);
}

/// All that it reads and writes are relations that its effects list.
bool acts_on_relations_alone(const OrderedStatement& statement) {
    return !statement.actions.empty() && statement.effects.certainty != Certainty::unknown &&
           std::all_of(statement.actions.begin(), statement.actions.end(),
                       [](const Action& action) { return acts_on_relations_alone(action); });
}

/// Something new beside the tables, which what ran before it cannot have used.
bool makes_what_is_no_relation(const OrderedStatement& statement) {
    return statement.actions.size() == 1 &&
           (only<CreateEnum>(statement) || only<CreateSequence>(statement) || only<CreateCompositeType>(statement) ||
            only<CreateDomain>(statement) || only<CreateExtension>(statement));
}

// ---- relations ------------------------------------------------------------------------------------------------------

/// Without the schema, which is not always known.
std::string_view without_schema(std::string_view relation) {
    const auto dot = relation.find('.');
    return dot == relation.npos ? relation : relation.substr(dot + 1);
}

bool only_reads(const Lock& lock) { return lock.mode <= LockMode::RowShare; }

void add_made_and_dropped(Names& names, const Action& action) {
    if (const auto* drop = std::get_if<Drop>(&action))
        for (const Name& name : drop->names) names.insert(name.name);
    if (const auto* rename = std::get_if<Rename>(&action)) names.insert({rename->relation.name, rename->new_name});
    if (const auto* table = std::get_if<CreateTable>(&action)) names.insert(table->name.name);
    if (const auto* table = std::get_if<CreateTableAs>(&action)) names.insert(table->name.name);
    if (const auto* view = std::get_if<CreateView>(&action)) names.insert(view->name.name);
    if (const auto* index = std::get_if<CreateIndex>(&action); index && !index->name.empty()) names.insert(index->name);
}

bool touch_the_same(const OrderedStatement& a, const OrderedStatement& b) {
    return share(a.changed, b.touched) || share(a.touched, b.changed);
}

// ---- columns --------------------------------------------------------------------------------------------------------

/// Every word of the text that could name a column; nothing where a * stands for all of them.
std::optional<Names> names_in(const std::string& sql) {
    const auto tokens = sql_tokens(sql);
    if (!tokens) return std::nullopt;
    Names names;
    for (const SqlToken& token : *tokens) {
        if (token.text == "*") return std::nullopt;
        if (!token.is_name) continue;
        const bool is_quoted = token.text.starts_with('"');
        names.insert(is_quoted ? std::string(token.text.substr(1, token.text.size() - 2)) : lower_case(token.text));
    }
    return names;
}

bool is_one_of(const Constraint& constraint, std::initializer_list<ConstraintType> types) {
    return std::find(types.begin(), types.end(), constraint.type) != types.end();
}

/// No constraint that speaks of other columns or tables.
bool is_plain(const ColumnDef& column) {
    using enum ConstraintType;
    return std::all_of(column.constraints.begin(), column.constraints.end(), [](const Constraint& one) {
        return is_one_of(one, {null, not_null, default_});
    });
}

/// Rows that are there get what rows that come later do.
bool has_same_value_for_all(const ColumnDef& column) {
    bool is_required = false, has_value = false;
    for (const Constraint& one : column.constraints) {
        is_required = is_required || one.type == ConstraintType::not_null;
        if (one.type != ConstraintType::default_) continue;
        has_value = one.expr && (one.expr->kind == Expr::Kind::constant || one.expr->kind == Expr::Kind::null);
        if (!has_value) return false;
    }
    return has_value || !is_required;
}

/// What an ALTER TABLE does to columns and constraints one by one; nothing where it does more than that.
struct Parts {
    Names names;
    bool adds_columns = false;
    bool checks_rows = false;       ///< or gives each its value
    bool concerns_inserts = false;  ///< what a row may leave out
};
std::optional<Parts> parts_of(const OrderedStatement& statement) {
    const auto* alter = only<AlterTable>(statement);
    if (!alter || alter->object != ObjectType::table) return std::nullopt;
    Parts parts;
    for (const AlterTableCmd& cmd : alter->cmds) {
        if (!cmd.name.empty()) parts.names.insert(cmd.name);
        switch (cmd.subtype) {
            case AlterTableType::AddColumn:
                if (!cmd.column || !is_plain(*cmd.column)) return std::nullopt;
                parts.names.insert(cmd.column->name);
                parts.adds_columns = true;
                parts.checks_rows = parts.checks_rows || !has_same_value_for_all(*cmd.column);
                break;
            case AlterTableType::DropColumn:
                if (cmd.cascade) return std::nullopt;
                parts.concerns_inserts = true;
                break;
            case AlterTableType::ColumnDefault:
            case AlterTableType::DropNotNull: parts.concerns_inserts = true; break;
            case AlterTableType::AlterColumnType:
                if (cmd.expr)
                    for (std::string& column : columns_of(*cmd.expr)) parts.names.insert(std::move(column));
                parts.checks_rows = true;
                break;
            case AlterTableType::SetNotNull: parts.checks_rows = true; break;
            case AlterTableType::AddConstraint: {
                const Constraint* constraint = cmd.constraint ? &*cmd.constraint : nullptr;
                const bool is_known = constraint && !constraint->name.empty() &&
                                      (constraint->type == ConstraintType::check ||
                                       (constraint->type == ConstraintType::foreign_key &&
                                        !constraint->fk_columns.empty() && !constraint->pk_columns.empty()));
                if (!is_known) return std::nullopt;
                parts.names.insert(constraint->name);
                parts.names.insert(constraint->fk_columns.begin(), constraint->fk_columns.end());
                parts.names.insert(constraint->pk_columns.begin(), constraint->pk_columns.end());
                if (constraint->expr)
                    for (std::string& column : columns_of(*constraint->expr)) parts.names.insert(std::move(column));
                parts.checks_rows = true;
                break;
            }
            default: return std::nullopt;
        }
    }
    return parts;
}

/// The server chooses a name after those that are there.
const CreateIndex* named_index(const OrderedStatement& statement) {
    const auto* create = only<CreateIndex>(statement);
    return create && !create->name.empty() ? create : nullptr;
}

/// Whatever the rows hold, it can be built.
bool takes_any_rows(const CreateIndex& index) {
    return !index.unique && !index.where &&
           std::none_of(index.elements.begin(), index.elements.end(),
                        [](const IndexElement& element) { return element.column.empty(); });
}

bool is_plain_table(const OrderedStatement& statement) {
    const auto* create = only<CreateTable>(statement);
    return create && create->likes.empty() && create->inherits.empty() && !create->partition_of && !create->foreign &&
           !create->if_not_exists;
}

// ---- pairs that meet on a relation ----------------------------------------------------------------------------------

bool rows_beside_columns(const OrderedStatement& rows, const Dml& dml, const Parts& parts) {
    const bool updates = dml.kind == Dml::Kind::update, deletes = dml.kind == Dml::Kind::delete_;
    // Without names an INSERT counts columns.
    const bool inserts = dml.kind == Dml::Kind::insert && !dml.given.names.empty();
    if (parts.checks_rows ? !updates : !updates && !deletes && (!inserts || parts.concerns_inserts)) return false;
    const auto names = names_in(rows.sql);
    return names && !share(*names, parts.names);
}

bool is_about_table(const Comment& comment) {
    return comment.object == ObjectType::table || comment.object == ObjectType::column;
}

/// A key of a new table has no row to look for yet, and a view is only a query.
bool makes_what_reads_later(const OrderedStatement& statement) {
    return is_plain_table(statement) || only<CreateView>(statement);
}

bool rows_beside(const OrderedStatement& rows, const Dml& dml, const OrderedStatement& other) {
    if (const auto* comment = only<Comment>(other)) return is_about_table(*comment);
    if (const auto parts = parts_of(other)) return rows_beside_columns(rows, dml, *parts);
    const CreateIndex* index = named_index(other);
    return (index && takes_any_rows(*index)) || makes_what_reads_later(other);
}

/// Of an ALTER TABLE and what changes no rows: they speak of different columns.
bool parts_beside_text(const Parts& parts, const OrderedStatement& other) {
    const auto* comment = only<Comment>(other);
    const bool changes_no_rows =
        named_index(other) || makes_what_reads_later(other) || (comment && is_about_table(*comment));
    const auto names = changes_no_rows ? names_in(other.sql) : std::nullopt;
    return names && !share(*names, parts.names);
}

/// No constraint needs an index that lets duplicates in, unless it takes that for its own.
bool only_adds_other_constraints(const OrderedStatement& statement, const std::string& index) {
    const auto* alter = only<AlterTable>(statement);
    return alter && alter->object == ObjectType::table &&
           std::all_of(alter->cmds.begin(), alter->cmds.end(), [&](const AlterTableCmd& cmd) {
               return cmd.subtype == AlterTableType::AddConstraint && cmd.constraint && !cmd.constraint->name.empty() &&
                      cmd.constraint->name != index && cmd.constraint->using_index.empty();
           });
}

bool index_beside(const CreateIndex& index, const OrderedStatement& other) {
    if (const auto* comment = only<Comment>(other)) return is_about_table(*comment);
    if (const CreateIndex* second = named_index(other)) return index.name != second->name;
    if (!index.unique && only_adds_other_constraints(other, index.name)) return true;
    return makes_what_reads_later(other) && !index.unique;
}

/// One of the two changes rows or columns, or builds an index.
bool beside_by_kind(const OrderedStatement& one, const OrderedStatement& other) {
    if (const auto* dml = only<Dml>(one)) return rows_beside(one, *dml, other);
    if (const auto parts = parts_of(one)) return parts_beside_text(*parts, other);
    const CreateIndex* index = named_index(one);
    return index && index_beside(*index, other);
}

bool parts_beside(const OrderedStatement& first, const OrderedStatement& then) {
    const auto a = parts_of(first), b = parts_of(then);
    // Columns stand in the order in which they came.
    return a && b && !share(a->names, b->names) && !(a->adds_columns && b->adds_columns);
}

bool is_granted_beside(const OrderedStatement& first, const Grant& grant) {
    if (only<Dml>(first) || only<CreateIndex>(first)) return true;
    const bool is_of_names = grant.object == ObjectType::table && !grant.all_of;
    return is_of_names && std::none_of(grant.names.begin(), grant.names.end(),
                                       [&](const Name& name) { return first.touched.contains(name.name); });
}

}  // namespace

OrderedStatement ordered(const std::string& sql, const std::vector<Action>& actions, const Effects& effects) {
    OrderedStatement statement{sql, actions, effects, {}, {}};
    Names& changed = statement.changed;
    for (const std::string& name : effects.created) changed.emplace(without_schema(name));
    for (const std::string& name : effects.dropped) changed.emplace(without_schema(name));
    for (const Action& action : actions) add_made_and_dropped(changed, action);
    for (const Lock& lock : effects.locks)
        if (!only_reads(lock)) changed.emplace(without_schema(lock.relation));
    statement.touched = changed;
    for (const Lock& lock : effects.locks) statement.touched.emplace(without_schema(lock.relation));
    return statement;
}

bool may_change_places(const OrderedStatement& first, const OrderedStatement& then) {
    if (concerns_nobody(first) || concerns_nobody(then)) return true;
    if (!acts_on_relations_alone(first)) return false;
    if (makes_what_is_no_relation(then)) return !only<Drop>(first);
    if (const auto* grant = only<Grant>(then)) return is_granted_beside(first, *grant);
    if (!acts_on_relations_alone(then)) return false;
    if (!touch_the_same(first, then)) return true;
    return beside_by_kind(first, then) || beside_by_kind(then, first) || parts_beside(first, then);
}

bool can_wait(const OrderedStatement& statement) {
    if (only<Drop>(statement)) return true;
    const auto* alter = only<AlterTable>(statement);
    return alter && std::all_of(alter->cmds.begin(), alter->cmds.end(), [](const AlterTableCmd& cmd) {
               using enum AlterTableType;
               // What is unique, code may count on (ON CONFLICT).
               const bool is_check = cmd.subtype == AddConstraint && cmd.constraint &&
                                     (cmd.constraint->type == ConstraintType::check ||
                                      cmd.constraint->type == ConstraintType::foreign_key);
               return is_check || cmd.subtype == ValidateConstraint || cmd.subtype == DropConstraint ||
                      cmd.subtype == DropColumn;
           });
}

}  // namespace pgfence
