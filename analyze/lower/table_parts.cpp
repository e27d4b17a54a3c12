// Columns and constraints, as CREATE TABLE, ALTER TABLE and CREATE DOMAIN share them. The tree says where each begins;
// where it ends is where the next one begins, or the list item ends.

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

std::optional<ConstraintType> type_of_constraint(ConstrType type) {
    switch (type) {
        case CONSTR_NULL: return ConstraintType::null;
        case CONSTR_NOTNULL: return ConstraintType::not_null;
        case CONSTR_DEFAULT: return ConstraintType::default_;
        case CONSTR_IDENTITY: return ConstraintType::identity;
        case CONSTR_GENERATED: return ConstraintType::generated;
        case CONSTR_CHECK: return ConstraintType::check;
        case CONSTR_PRIMARY: return ConstraintType::primary_key;
        case CONSTR_UNIQUE: return ConstraintType::unique;
        case CONSTR_EXCLUSION: return ConstraintType::exclusion;
        case CONSTR_FOREIGN: return ConstraintType::foreign_key;
        default: return std::nullopt;
    }
}

void apply_attribute(ConstrType attribute, Constraint& to) {
    switch (attribute) {
        case CONSTR_ATTR_DEFERRABLE: to.deferrable = true; break;
        case CONSTR_ATTR_NOT_DEFERRABLE: to.deferrable = false; break;
        case CONSTR_ATTR_DEFERRED: to.deferrable = to.initially_deferred = true; break;
        case CONSTR_ATTR_IMMEDIATE: to.initially_deferred = false; break;
        case CONSTR_ATTR_ENFORCED: to.enforced = true; break;
        case CONSTR_ATTR_NOT_ENFORCED: to.enforced = false; break;
        default: break;
    }
}

std::string expression_text(const ::Constraint& c, const StatementPosition& place, std::size_t end) {
    if (c.location < 0) return {};
    const auto from = static_cast<std::size_t>(place.at(c.location));
    const auto inside = [&](std::string_view keyword) -> std::string {
        const auto token = find_keyword(place.sql, from, end, keyword);
        const auto span = token ? in_parentheses(place.sql, token->span.end, end) : std::nullopt;
        return span ? place.slice(*span) : std::string();
    };
    switch (c.contype) {
        case CONSTR_CHECK: return inside("check");
        case CONSTR_GENERATED: return inside("as");
        case CONSTR_EXCLUSION: return inside("where");
        case CONSTR_DEFAULT: {
            const auto token = find_keyword(place.sql, from, end, "default");
            return token ? place.slice(trimmed(place.sql, token->span.end, end)) : std::string();
        }
        default: return {};
    }
}

void add_exclusions(const ::Constraint& c, const StatementPosition& place, Constraint& to) {
    for (const Node* pair : items(c.exclusions)) {
        const auto parts = items(list_of(pair));
        if (parts.size() == 0 || !is(parts[0], T_IndexElem)) continue;
        const auto& element = as<IndexElem>(parts[0]);
        if (parts.size() > 1 && list_of(parts[1])) to.exclusion_operators.push_back(name_of(list_of(parts[1])));
        if (element.name) {
            to.keys.push_back(text_of(element.name));
            continue;
        }
        to.has_exclusion_expressions = true;
        if (element.expr) to.exclusion_expressions.push_back(lower_expr(element.expr, place));
    }
}

/// Where the constraints and the COLLATE of a column begin, in order: each ends where the next begins.
std::vector<std::size_t> begins_of(const List* constraints, const CollateClause* collate,
                                   const StatementPosition& place) {
    std::vector<std::size_t> begins;
    for (const auto* c : items<::Constraint>(constraints))
        if (c->location >= 0) begins.push_back(static_cast<std::size_t>(place.at(c->location)));
    if (collate && collate->location >= 0) begins.push_back(static_cast<std::size_t>(place.at(collate->location)));
    std::sort(begins.begin(), begins.end());
    return begins;
}

std::size_t next_begin(const std::vector<std::size_t>& begins, std::size_t after, std::size_t end) {
    const auto next = std::upper_bound(begins.begin(), begins.end(), after);
    return next == begins.end() ? end : std::min(*next, end);
}

bool ends_type(const Lexer& lexer, const Token& token) {
    constexpr std::array<std::string_view, 21> kBehindTypes{
        "collate",    "not",        "null",      "default", "constraint",  "check",   "primary",
        "unique",     "references", "generated", "storage", "compression", "options", "using",
        "deferrable", "initially",  "enforced",  "cascade", "restrict",    "no",      "as"};
    return std::any_of(kBehindTypes.begin(), kBehindTypes.end(), [&](auto word) { return lexer.is(token, word); });
}

std::vector<Constraint> constraints_of(const List* constraints, const CollateClause* collate,
                                       const StatementPosition& place, std::size_t end) {
    const auto begins = begins_of(constraints, collate, place);
    std::vector<Constraint> out;
    for (const auto* c : items<::Constraint>(constraints)) {
        const std::size_t begin = c->location < 0 ? end : static_cast<std::size_t>(place.at(c->location));
        const std::size_t stop = next_begin(begins, begin, end);
        if (type_of_constraint(c->contype)) {
            out.push_back(lower_constraint(*c, place, stop));
        } else if (!out.empty()) {
            apply_attribute(c->contype, out.back());
            out.back().end = static_cast<std::int32_t>(trimmed(place.sql, begin, stop).end);
        }
    }
    return out;
}

}  // namespace

Constraint lower_constraint(const ::Constraint& c, const StatementPosition& place, std::size_t end) {
    Constraint out;
    out.type = type_of_constraint(c.contype).value_or(ConstraintType::check);
    out.name = text_of(c.conname);
    out.keys = strings_of(c.keys);
    out.including = strings_of(c.including);
    out.expr = lower_optional_expr(c.raw_expr ? c.raw_expr : c.where_clause, place);
    out.expr_sql = out.expr ? expression_text(c, place, end) : std::string();
    out.using_index = text_of(c.indexname);
    out.referenced = name_of(c.pktable);
    out.fk_columns = strings_of(c.fk_attrs);
    out.pk_columns = strings_of(c.pk_attrs);
    if (c.fk_del_action) out.on_delete = c.fk_del_action;
    out.set_columns = strings_of(c.fk_del_set_cols);
    if (c.fk_upd_action) out.on_update = c.fk_upd_action;
    // The grammar fills is_enforced for these two only, and sets skip_validation for NOT ENFORCED as well.
    const bool can_be_unenforced = c.contype == CONSTR_CHECK || c.contype == CONSTR_FOREIGN;
    out.enforced = !can_be_unenforced || c.is_enforced;
    out.not_valid = c.skip_validation && out.enforced;
    out.deferrable = c.deferrable;
    out.initially_deferred = c.initdeferred;
    out.no_inherit = c.is_no_inherit;
    out.nulls_not_distinct = c.nulls_not_distinct;
    out.without_overlaps = c.without_overlaps;
    out.identity_always = c.contype == CONSTR_IDENTITY && c.generated_when == 'a';
    out.generated_virtual = c.contype == CONSTR_GENERATED && c.generated_kind == 'v';
    if (c.contype == CONSTR_EXCLUSION) {
        out.access_method = c.access_method ? c.access_method : "gist";
        add_exclusions(c, place, out);
    }
    out.location = place.at(c.location);
    if (c.location >= 0)
        out.end = static_cast<std::int32_t>(trimmed(place.sql, static_cast<std::size_t>(out.location), end).end);
    return out;
}

std::vector<Constraint> lower_constraints(const List* constraints, const StatementPosition& place, std::size_t end) {
    return constraints_of(constraints, nullptr, place, end);
}

std::string type_text(const ::TypeName* type, const StatementPosition& place, std::size_t end) {
    if (!type || type->location < 0) return {};
    const auto begin = static_cast<std::size_t>(place.at(type->location));
    Lexer lexer(place.sql, begin, end);
    std::size_t depth = 0, last = begin;
    bool name_expected = true;
    for (Token t = lexer.next(); t.kind != Token::Kind::end; t = lexer.next()) {
        const bool closes = t.symbol == ')' || t.symbol == ']';
        if (depth == 0 && !name_expected && (t.symbol == ',' || t.symbol == ';' || closes || ends_type(lexer, t)))
            break;
        if (t.symbol == '(' || t.symbol == '[') ++depth;
        if (closes && depth > 0) --depth;
        name_expected = t.symbol == '.';
        last = t.span.end;
    }
    return place.slice({begin, last});
}

ColumnDef lower_column(const ::ColumnDef& c, const StatementPosition& place, std::size_t end) {
    ColumnDef out;
    out.name = text_of(c.colname);
    out.type = type_of(c.typeName, place);
    const auto begins = begins_of(c.constraints, c.collClause, place);
    out.type_sql = type_text(c.typeName, place, begins.empty() ? end : std::min(begins.front(), end));
    out.constraints = constraints_of(c.constraints, c.collClause, place, end);
    if (c.collClause) out.collation = name_of(c.collClause->collname);
    out.storage = text_of(c.storage_name);
    out.compression = text_of(c.compression);
    out.location = place.at(c.location);
    if (c.location >= 0) out.end = static_cast<std::int32_t>(end);
    return out;
}

}  // namespace pgfence
