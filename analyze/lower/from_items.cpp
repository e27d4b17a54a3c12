#include "analyze/lower/from_items.h"

#include <algorithm>

namespace pgfence {

const ColumnRef* column_of(const Node* n) {
    while (is(n, T_TypeCast)) n = as<TypeCast>(n).arg;
    return is(n, T_ColumnRef) ? &as<ColumnRef>(n) : nullptr;
}

std::vector<std::string> column_names(const Node* n) {
    const ColumnRef* column = column_of(n);
    return column ? strings_of(column->fields) : std::vector<std::string>();
}

std::string operator_of(const A_Expr& e) { return name_of(e.name).name; }

std::string called(const RangeVar& table) { return text_of(table.alias ? table.alias->aliasname : table.relname); }

bool same_table(const RangeVar& a, const RangeVar& b) { return a.relname && b.relname && name_of(&a) == name_of(&b); }

namespace {

void add_names(const List* names, std::vector<std::string>& all) {
    for (auto& name : strings_of(names)) all.push_back(std::move(name));
}

void add_source(const Alias* alias, const char* name, const Node* query, const List* columns, FromItems& level) {
    if (alias && alias->colnames) columns = alias->colnames;
    const std::string called = text_of(alias ? alias->aliasname : name);
    level.names.push_back(called);
    level.sources.push_back({called, query, columns});
    if (columns) return add_names(columns, level.columns);
    if (!is(query, T_SelectStmt)) {
        level.other = true;
        return;
    }
    const SelectStmt* first = &as<SelectStmt>(query);  // it names the columns of a UNION
    while (first->larg) first = first->larg;
    const auto rows = items<List>(first->valuesLists);
    if (rows.size() > 0)
        for (std::size_t i = 1; i <= items(rows[0]).size(); ++i) level.columns.push_back("column" + std::to_string(i));
    for (const auto* target : items<ResTarget>(first->targetList)) {
        const ColumnRef* column = column_of(target->val);
        if (target->name)
            level.columns.push_back(target->name);
        else if (column && items(column->fields).size() > 0 && !is(items(column->fields).back(), T_A_Star))
            level.columns.push_back(strings_of(column->fields).back());
        else
            level.other = true;
    }
}

void add_function(const RangeFunction& function, FromItems& level) {
    if (!function.alias) {
        level.other = true;
        return;
    }
    level.names.push_back(text_of(function.alias->aliasname));
    level.columns.push_back(text_of(function.alias->aliasname));
    add_names(function.alias->colnames, level.columns);
    for (const auto* column : items<::ColumnDef>(function.coldeflist))
        level.columns.push_back(text_of(column->colname));
}

void add_item(const Node* item, const NamedQueries& named, FromItems& level, int depth = 0) {
    if (!item || depth > kConditionDepth) return;
    switch (nodeTag(item)) {
        case T_RangeVar: {
            const auto& table = as<RangeVar>(item);
            if (const CommonTableExpr* query = named_query(table, named))
                return add_source(table.alias, table.relname, query->ctequery, query->aliascolnames, level);
            level.tables.push_back(&table);
            level.names.push_back(called(table));
            break;
        }
        case T_JoinExpr:
            add_item(as<JoinExpr>(item).larg, named, level, depth + 1);
            add_item(as<JoinExpr>(item).rarg, named, level, depth + 1);
            break;
        case T_RangeSubselect:
            add_source(as<RangeSubselect>(item).alias, nullptr, as<RangeSubselect>(item).subquery, nullptr, level);
            break;
        case T_RangeFunction: add_function(as<RangeFunction>(item), level); break;
        default: level.other = true;
    }
}

}  // namespace

FromItems level_of(const List* from, const NamedQueries& named) {
    FromItems level;
    for (const Node* item : items(from)) add_item(item, named, level);
    return level;
}

bool is_star(const ResTarget& target) {
    const ColumnRef* column = column_of(target.val);
    return column && items(column->fields).size() > 0 && is(items(column->fields).back(), T_A_Star);
}

namespace {

std::string name_of_output(const ResTarget& target) {
    if (target.name) return target.name;
    const ColumnRef* column = column_of(target.val);
    const auto names = column ? strings_of(column->fields) : std::vector<std::string>();
    return names.empty() ? std::string() : names.back();
}

}  // namespace

std::optional<Wanted> wanted_of(const FromQuery& source, const std::string& name, const std::string& column) {
    const auto given = strings_of(source.columns);
    for (std::size_t i = 0; i < given.size(); ++i)
        if (given[i] == name) return Wanted{i, {}, column};
    if (!given.empty() || !is(source.query, T_SelectStmt)) return std::nullopt;
    const SelectStmt* first = &as<SelectStmt>(source.query);
    while (first->larg) first = first->larg;
    const auto targets = items<ResTarget>(first->targetList);
    if (targets.size() == 1 && is_star(*targets[0])) return Wanted{kStar, name, column};
    for (std::size_t i = 0; i < targets.size(); ++i)
        if (name_of_output(*targets[i]) == name) return Wanted{i, {}, column};
    return std::nullopt;
}

NamedQueries with_own(NamedQueries named, const WithClause* own) {
    if (own)
        for (const auto* query : items<CommonTableExpr>(own->ctes)) named.push_back(query);
    return named;
}

const CommonTableExpr* named_query(const RangeVar& range, const NamedQueries& named) {
    if (range.schemaname || !range.relname) return nullptr;
    const auto found = std::find_if(named.rbegin(), named.rend(), [&](const CommonTableExpr* query) {
        return text_of(query->ctename) == range.relname;
    });
    return found == named.rend() ? nullptr : *found;
}

}  // namespace pgfence
