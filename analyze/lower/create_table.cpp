#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

LikeClause like_clause(const TableLikeClause& like) {
    const auto has = [&](bits32 option) { return (like.options & option) != 0; };
    LikeClause out;
    out.source = name_of(like.relation);
    out.constraints = has(CREATE_TABLE_LIKE_CONSTRAINTS);
    out.defaults = has(CREATE_TABLE_LIKE_DEFAULTS);
    out.indexes = has(CREATE_TABLE_LIKE_INDEXES);
    out.identity = has(CREATE_TABLE_LIKE_IDENTITY);
    out.generated = has(CREATE_TABLE_LIKE_GENERATED);
    out.all = like.options == CREATE_TABLE_LIKE_ALL;
    return out;
}

std::size_t item_end(int location, const StatementPosition& place) {
    if (location < 0) return place.end;
    return end_of_item(place.sql, static_cast<std::size_t>(place.at(location)), place.end);
}

void add_element(const Node* element, const StatementPosition& place, CreateTable& table) {
    switch (nodeTag(element)) {
        case T_ColumnDef: {
            const auto& column = as<::ColumnDef>(element);
            table.columns.push_back(lower_column(column, place, item_end(column.location, place)));
            break;
        }
        case T_Constraint: {
            const auto& constraint = as<::Constraint>(element);
            table.constraints.push_back(lower_constraint(constraint, place, item_end(constraint.location, place)));
            break;
        }
        case T_TableLikeClause: table.likes.push_back(like_clause(as<TableLikeClause>(element))); break;
        default: break;
    }
}

void add_into(const IntoClause& into, CreateTableAs& out) {
    out.name = name_of(into.rel);
    out.persistence = persistence_of(into.rel);
    out.columns = strings_of(into.colNames);
    out.with_no_data = into.skipData;
    out.dropped_on_commit = into.onCommit == ONCOMMIT_DROP;
}

}  // namespace

Action lower_create_table(const CreateStmt& create, const StatementPosition& place, bool foreign) {
    CreateTable table;
    table.name = name_of(create.relation);
    table.persistence = persistence_of(create.relation);
    table.if_not_exists = create.if_not_exists;
    table.foreign = foreign;
    table.columns.reserve(items(create.tableElts).size());
    for (const Node* element : items(create.tableElts)) add_element(element, place, table);
    for (const auto* parent : items<RangeVar>(create.inhRelations)) table.inherits.push_back(name_of(parent));
    // The grammar keeps the parent of PARTITION OF in the same list as those of INHERITS.
    if (create.partbound && !table.inherits.empty()) {
        table.partition_of = table.inherits.front();
        table.inherits.clear();
        table.bound = lower_bound(*create.partbound, place);
    }
    if (create.partspec) table.partition_by = lower_partition_key(*create.partspec, place);
    if (create.ofTypename) table.of_type = name_of(create.ofTypename->names);
    table.tablespace = text_of(create.tablespacename);
    table.access_method = text_of(create.accessMethod);
    table.dropped_on_commit = create.oncommit == ONCOMMIT_DROP;
    add_options(create.options, table.options, table.option_values);
    return table;
}

std::vector<Action> lower_create_table_as(const CreateTableAsStmt& create, const StatementPosition& place) {
    if (is(create.query, T_ExecuteStmt)) return one(Unmodelled{"CREATE TABLE AS EXECUTE runs a prepared statement"});
    auto walk = walk_query(create.query, place);
    if (!walk.complete) return one(Unmodelled{"the query holds syntax that is not read"});
    std::vector<Action> actions;
    const bool runs = !create.into || !create.into->skipData;
    add_parts(walk, place, runs ? Dml::Reach::run : Dml::Reach::parsed, actions);
    if (runs) add_settings(walk.query, actions);
    CreateTableAs out;
    if (create.into) add_into(*create.into, out);
    out.materialized_view = create.objtype == OBJECT_MATVIEW;
    out.if_not_exists = create.if_not_exists;
    if (out.materialized_view)
        out.uses = columns_used(create.query, walk, place);
    else if (is(create.query, T_SelectStmt))
        out.uses.shown = shown_columns(as<SelectStmt>(create.query), place);
    out.query = std::move(walk.query);
    actions.emplace_back(std::move(out));
    return actions;
}

std::vector<Action> lower_select_into(const SelectStmt& select, const IntoClause& into,
                                      const StatementPosition& place) {
    auto walk = walk_query(node(&select), place);
    if (!walk.complete) return one(Unmodelled{"the query holds syntax that is not read"});
    std::vector<Action> actions;
    add_parts(walk, place, Dml::Reach::run, actions);
    add_settings(walk.query, actions);
    CreateTableAs out;
    add_into(into, out);
    out.query = std::move(walk.query);
    actions.emplace_back(std::move(out));
    return actions;
}

Action lower_create_foreign_table(const CreateForeignTableStmt& create, const StatementPosition& place) {
    Action table = lower_create_table(create.base, place, true);
    std::get<CreateTable>(table).server = text_of(create.servername);
    return table;
}

}  // namespace pgfence
