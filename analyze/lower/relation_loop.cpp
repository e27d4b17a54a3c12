#include "analyze/lower/relation_loop.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "analyze/lower/lowering.h"
#include "analyze/lower/parser.h"

namespace pgfence {
namespace {

constexpr int kJoins = 10;

/// What FROM names, and the conditions of its joins.
struct JoinedTables {
    std::vector<Name> relations;
    std::vector<const Node*> conditions;
};

/// False: something that is neither a table nor an inner join of such.
bool read_from(const Node* item, JoinedTables& from, int depth = 0) {
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
    JoinedTables from;
    for (const Node* item : items(select.fromClause))
        if (!read_from(item, from)) return std::nullopt;
    const auto source = over(from.relations);
    if (!source) return std::nullopt;
    if (select.whereClause) from.conditions.push_back(select.whereClause);
    const StatementPosition place{query, 0, 0, static_cast<std::uint32_t>(query.size())};
    return RelationLoop{*source, query, all_of(from.conditions, place), nullptr};
}

/// The only statement, where that is a SELECT.
const SelectStmt* parsed_select(const std::string& query) {
    const auto result = raw_parse(query.c_str(), ParseMode::statements);
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
    const SelectStmt* select = parsed_select(query);
    return select ? read(*select, query) : std::nullopt;
}

namespace {

std::optional<CatalogQuestion> question(const Node* asked, const std::string& query, int depth);

std::optional<CatalogQuestion> negated(std::optional<CatalogQuestion> question) {
    if (question) question->when_found = !question->when_found;
    return question;
}

std::optional<CatalogQuestion> joined(const BoolExpr& parts, const std::string& query, int depth) {
    CatalogQuestion joined;
    joined.asks = parts.boolop == AND_EXPR ? CatalogQuestion::Asks::all : CatalogQuestion::Asks::any;
    for (const Node* part : items(parts.args)) {
        auto one = question(part, query, depth + 1);
        joined.parts.push_back(one ? std::move(*one) : CatalogQuestion{.asks = CatalogQuestion::Asks::other});
    }
    const bool asks_any = std::any_of(joined.parts.begin(), joined.parts.end(), [](const CatalogQuestion& part) {
        return part.asks != CatalogQuestion::Asks::other;
    });
    return asks_any ? std::optional(std::move(joined)) : std::nullopt;
}

std::optional<CatalogQuestion> existence(const SelectStmt& select, const std::string& query) {
    // An aggregate gives a row of nothing.
    for (const ResTarget* target : items<ResTarget>(select.targetList))
        if (!is(target->val, T_A_Const) && !is(target->val, T_ColumnRef)) return std::nullopt;
    auto rows = read(select, query);
    return rows ? std::optional(CatalogQuestion{.rows = std::move(*rows)}) : std::nullopt;
}

/// EXISTS (SELECT ...)
std::optional<CatalogQuestion> existence(const SubLink& link, const std::string& query) {
    if (link.subLinkType != EXISTS_SUBLINK || !is(link.subselect, T_SelectStmt)) return std::nullopt;
    return existence(as<SelectStmt>(link.subselect), query);
}

/// to_regclass('public.orders') IS NOT NULL
std::optional<CatalogQuestion> existence(const NullTest& test, const std::string& query) {
    const Node* asked = node(test.arg);
    if (!is(asked, T_FuncCall)) return std::nullopt;
    const StatementPosition place{query, 0, 0, static_cast<std::uint32_t>(query.size())};
    const Expr call = lower_expr(asked, place);
    const bool is_of_the_system = call.name.schema.empty() || call.name.schema == "pg_catalog";
    if (call.kind != Expr::Kind::call || call.name.name != "to_regclass" || !is_of_the_system || call.args.size() != 1)
        return std::nullopt;
    const Expr& written = call.args[0].kind == Expr::Kind::cast ? call.args[0].args.front() : call.args[0];
    if (written.kind != Expr::Kind::constant) return std::nullopt;
    return CatalogQuestion{.asks = CatalogQuestion::Asks::relation,
                           .relation = written.text,
                           .when_found = test.nulltesttype == IS_NOT_NULL};
}

std::optional<CatalogQuestion> question(const Node* asked, const std::string& query, int depth) {
    constexpr int kDeepest = 20;
    if (depth > kDeepest) return std::nullopt;
    if (is(asked, T_SubLink)) return existence(as<SubLink>(asked), query);
    if (is(asked, T_NullTest)) return existence(as<NullTest>(asked), query);
    if (!is(asked, T_BoolExpr)) return std::nullopt;
    const auto& parts = as<BoolExpr>(asked);
    if (parts.boolop == NOT_EXPR) return negated(question(items(parts.args)[0], query, depth + 1));
    return joined(parts, query, depth);
}

}  // namespace

std::optional<CatalogQuestion> catalog_question(const std::string& condition) {
    const ParseMemory memory;
    const std::string query = "SELECT " + condition;
    const SelectStmt* select = parsed_select(query);
    if (!select || select->fromClause || select->whereClause) return std::nullopt;
    const auto targets = items<ResTarget>(select->targetList);
    return targets.size() == 1 ? question(targets[0]->val, query, 0) : std::nullopt;
}

namespace {

Expr expression(Expr::Kind kind, std::string_view text, std::string_view name = "") {
    Expr made;
    made.kind = kind;
    made.text = text;
    made.name.name = name;
    return made;
}

Expr comparison(std::string_view column, Expr value) {
    Expr equal = expression(Expr::Kind::op, "", "=");
    equal.args = {expression(Expr::Kind::column, column), std::move(value)};
    return equal;
}

Expr is_text(std::string_view column, std::string_view text) {
    return comparison(column, expression(Expr::Kind::constant, text));
}

Expr is_in(std::string_view column, const SchemaQuestion::Schema& schema) {
    using Which = SchemaQuestion::Schema::Which;
    if (schema.which == Which::named) return is_text(column, schema.name);
    const bool any = schema.which == Which::on_search_path;
    Expr in = comparison(column, expression(Expr::Kind::call, "", any ? "current_schemas" : "current_schema"));
    if (any) in.text = "ANY";
    return in;
}

/// The view that lists what is asked for, and its columns that name it.
struct CatalogView {
    RelationLoop::Over over;
    std::string_view schema = "table_schema", table = "table_name", part = "";
};

std::optional<CatalogView> view_of(SchemaQuestion::Asks asks) {
    using enum SchemaQuestion::Asks;
    using enum RelationLoop::Over;
    switch (asks) {
        case table:
        case base_table: return CatalogView{information_schema_tables};
        case column: return CatalogView{.over = information_schema_columns, .part = "column_name"};
        case index: return CatalogView{pg_indexes, "schemaname", "tablename", "indexname"};
        case constraint: return CatalogView{.over = information_schema_constraints, .part = "constraint_name"};
        default: return std::nullopt;
    }
}

std::optional<CatalogQuestion> question_of_names(const SchemaQuestion& asked) {
    const auto view = view_of(asked.asks);
    if (!view) return std::nullopt;
    Expr all = expression(Expr::Kind::and_, "");
    all.args = {is_in(view->schema, asked.schema), is_text(view->table, asked.table)};
    if (!view->part.empty()) all.args.push_back(is_text(view->part, asked.part));
    if (asked.asks == SchemaQuestion::Asks::base_table) all.args.push_back(is_text("table_type", "BASE TABLE"));
    if (!asked.constraint_type.empty()) all.args.push_back(is_text("constraint_type", asked.constraint_type));
    return CatalogQuestion{.rows = {view->over, {}, std::move(all), nullptr}};
}

std::optional<CatalogQuestion> question_of_rows(const std::string& query) {
    const ParseMemory memory;
    const SelectStmt* select = parsed_select(query);
    return select ? existence(*select, query) : std::nullopt;
}

}  // namespace

std::optional<CatalogQuestion> catalog_question(const SchemaQuestion& asked) {
    using enum SchemaQuestion::Asks;
    auto question = asked.asks == rows    ? question_of_rows(asked.sql)
                    : asked.asks == holds ? catalog_question(asked.sql)
                                          : question_of_names(asked);
    return asked.is_so ? question : negated(std::move(question));
}

}  // namespace pgfence
