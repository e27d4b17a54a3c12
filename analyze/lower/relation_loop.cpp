#include "analyze/lower/relation_loop.h"

#include <utility>
#include <vector>

#include "analyze/lower/lowering.h"
#include "analyze/lower/parser.h"

namespace pgfence {
namespace {

constexpr int kJoins = 10;

/// What FROM names, and the conditions of its joins.
struct From {
    std::vector<Name> relations;
    std::vector<const Node*> conditions;
};

/// False: something that is neither a table nor an inner join of such.
bool read_from(const Node* item, From& from, int depth = 0) {
    if (depth > kJoins) return false;
    if (is(item, T_RangeVar)) {
        from.relations.push_back(name_of(&as<RangeVar>(item)));
        return true;
    }
    if (!is(item, T_JoinExpr)) return false;
    const auto& join = as<JoinExpr>(item);
    if (join.jointype != JOIN_INNER || join.isNatural || join.usingClause) return false;
    if (join.quals) from.conditions.push_back(join.quals);
    return read_from(join.larg, from, depth + 1) && read_from(join.rarg, from, depth + 1);
}

bool is_of_catalog(const Name& name, std::string_view relation) {
    return name.name == relation && (name.schema.empty() || name.schema == "pg_catalog");
}

std::optional<RelationLoop::Over> over(const std::vector<Name>& relations) {
    if (relations.size() == 1 && is_of_catalog(relations[0], "pg_tables")) return RelationLoop::Over::pg_tables;
    if (relations.size() == 1 && is_of_catalog(relations[0], "pg_indexes")) return RelationLoop::Over::pg_indexes;
    if (relations.size() == 1 && is_of_catalog(relations[0], "pg_constraint")) return RelationLoop::Over::pg_constraint;
    if (relations.size() == 1 && relations[0].schema == "information_schema") {
        if (relations[0].name == "tables") return RelationLoop::Over::information_schema_tables;
        if (relations[0].name == "columns") return RelationLoop::Over::information_schema_columns;
        if (relations[0].name == "table_constraints") return RelationLoop::Over::information_schema_constraints;
    }
    bool classes = false;
    for (const Name& relation : relations) {
        if (is_of_catalog(relation, "pg_class"))
            classes = true;
        else if (!is_of_catalog(relation, "pg_namespace"))
            return std::nullopt;
    }
    return classes && relations.size() <= 2 ? std::optional(RelationLoop::Over::pg_class) : std::nullopt;
}

Boxed<Expr> all_of(const std::vector<const Node*>& conditions, const StatementPosition& place) {
    if (conditions.empty()) return {};
    Expr all;
    all.kind = Expr::Kind::and_;
    for (const Node* condition : conditions) all.args.push_back(lower_expr(condition, place));
    return all;
}

std::optional<RelationLoop> read(const SelectStmt& select, const std::string& query) {
    if (select.op != SETOP_NONE || select.groupClause || select.havingClause || select.withClause ||
        select.limitCount || select.limitOffset)
        return std::nullopt;
    From from;
    for (const Node* item : items(select.fromClause))
        if (!read_from(item, from)) return std::nullopt;
    const auto source = over(from.relations);
    if (!source) return std::nullopt;
    if (select.whereClause) from.conditions.push_back(select.whereClause);
    const StatementPosition place{query, 0, 0, static_cast<std::uint32_t>(query.size())};
    return RelationLoop{*source, query, all_of(from.conditions, place), nullptr};
}

/// The only statement, where that is a SELECT.
const SelectStmt* parsed(const std::string& query) {
    const auto result = pg_query_raw_parse(query.c_str(), static_cast<int>(ParseMode::statements));
    free(result.stderr_buffer);
    if (result.error) {
        pg_query_free_error(result.error);
        return nullptr;
    }
    const auto statements = items<RawStmt>(result.tree);
    return statements.size() == 1 && is(statements[0]->stmt, T_SelectStmt) ? &as<SelectStmt>(statements[0]->stmt)
                                                                           : nullptr;
}

}  // namespace

std::optional<RelationLoop> relation_loop(const std::string& query) {
    const ParseMemory memory;
    const SelectStmt* select = parsed(query);
    return select ? read(*select, query) : std::nullopt;
}

std::optional<CatalogQuestion> catalog_question(const std::string& condition) {
    const ParseMemory memory;
    const std::string query = "SELECT " + condition;
    const SelectStmt* select = parsed(query);
    if (!select || select->fromClause || select->whereClause) return std::nullopt;
    const auto targets = items<ResTarget>(select->targetList);
    if (targets.size() != 1) return std::nullopt;
    const Node* asked = targets[0]->val;
    bool when_found = true;
    while (is(asked, T_BoolExpr) && as<BoolExpr>(asked).boolop == NOT_EXPR) {
        when_found = !when_found;
        asked = items(as<BoolExpr>(asked).args)[0];
    }
    if (!is(asked, T_SubLink) || as<SubLink>(asked).subLinkType != EXISTS_SUBLINK) return std::nullopt;
    const Node* subselect = as<SubLink>(asked).subselect;
    if (!is(subselect, T_SelectStmt)) return std::nullopt;
    // An aggregate gives a row of nothing.
    for (const ResTarget* target : items<ResTarget>(as<SelectStmt>(subselect).targetList))
        if (!is(target->val, T_A_Const) && !is(target->val, T_ColumnRef)) return std::nullopt;
    auto rows = read(as<SelectStmt>(subselect), query);
    return rows ? std::optional(CatalogQuestion{std::move(*rows), when_found}) : std::nullopt;
}

}  // namespace pgfence
