// Partition keys and bounds, and the lists of columns and expressions they have in common with indexes.

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

PartitionKey::Strategy strategy_of(char strategy) {
    if (strategy == PARTITION_STRATEGY_LIST) return PartitionKey::Strategy::list;
    if (strategy == PARTITION_STRATEGY_HASH) return PartitionKey::Strategy::hash;
    return PartitionKey::Strategy::range;
}

// MINVALUE and MAXVALUE come as column references from the grammar: what they mean is settled after parsing.
Expr bound_value(const Node* value, const StatementPosition& place) {
    if (!is(value, T_PartitionRangeDatum)) return lower_expr(value, place);
    const auto& datum = as<PartitionRangeDatum>(value);
    if (datum.kind == PARTITION_RANGE_DATUM_VALUE) return lower_expr(datum.value, place);
    Expr e;
    e.kind = Expr::Kind::column;
    e.text = datum.kind == PARTITION_RANGE_DATUM_MINVALUE ? "minvalue" : "maxvalue";
    e.location = place.at(datum.location);
    return e;
}

std::vector<Expr> bound_values(const List* values, const StatementPosition& place) {
    std::vector<Expr> out;
    for (const Node* value : items(values)) out.push_back(bound_value(value, place));
    return out;
}

/// The text of an expression in such a list: what its parentheses hold, or the call up to its ")".
std::string element_text(const StatementPosition& place, Span item) {
    Lexer lexer(place.sql, item.begin, item.end);
    const Token first = lexer.next();
    if (first.symbol == '(') {
        const auto inner = in_parentheses(place.sql, item.begin, item.end);
        return inner ? place.slice(*inner) : std::string();
    }
    std::size_t depth = 0, last = first.span.end;
    for (Token t = lexer.next(); t.kind != Token::Kind::end; t = lexer.next()) {
        if (t.symbol == '(') ++depth;
        last = t.span.end;
        if (t.symbol == ')' && --depth == 0) break;
        if (depth == 0 && t.kind == Token::Kind::word && first.kind == Token::Kind::word && lexer.is(t, "collate"))
            break;
    }
    return place.slice({item.begin, last});
}

/// The items of the parenthesised list that opens at or after `from`.
std::vector<Span> list_items(const StatementPosition& place, std::size_t from) {
    std::vector<Span> found;
    const auto list = in_parentheses(place.sql, from, place.end);
    if (!list) return found;
    for (std::size_t at = list->begin; at < list->end;) {
        const std::size_t end = end_of_item(place.sql, at, list->end);
        found.push_back(trimmed(place.sql, at, end));
        Lexer lexer(place.sql, end, list->end);
        if (lexer.next().symbol != ',') break;
        at = lexer.at();
    }
    return found;
}

IndexElement index_element(const IndexElem& e, const StatementPosition& place) {
    IndexElement out;
    out.column = text_of(e.name);
    out.expr = lower_optional_expr(e.expr, place);
    out.opclass = name_of(e.opclass);
    out.collation = name_of(e.collation);
    out.descending = e.ordering == SORTBY_DESC;
    out.nulls_first = e.nulls_ordering == SORTBY_NULLS_FIRST;
    out.nulls_last = e.nulls_ordering == SORTBY_NULLS_LAST;
    return out;
}

IndexElement key_element(const PartitionElem& e, const StatementPosition& place) {
    IndexElement out;
    out.column = text_of(e.name);
    out.expr = lower_optional_expr(e.expr, place);
    out.opclass = name_of(e.opclass);
    out.collation = name_of(e.collation);
    return out;
}

void add_texts(std::vector<IndexElement>& elements, const StatementPosition& place, std::size_t from) {
    const bool any = std::any_of(elements.begin(), elements.end(), [](const auto& e) { return e.expr.has_value(); });
    if (!any) return;
    const auto spans = list_items(place, from);
    if (spans.size() != elements.size()) return;
    for (std::size_t i = 0; i < spans.size(); ++i)
        if (elements[i].expr) elements[i].expr_sql = element_text(place, spans[i]);
}

}  // namespace

PartitionBound lower_bound(const PartitionBoundSpec& bound, const StatementPosition& place) {
    PartitionBound out;
    out.is_default = bound.is_default;
    out.strategy = strategy_of(bound.strategy);
    out.list_values = bound_values(bound.listdatums, place);
    out.lower = bound_values(bound.lowerdatums, place);
    out.upper = bound_values(bound.upperdatums, place);
    out.modulus = bound.modulus;
    out.remainder = bound.remainder;
    return out;
}

PartitionKey lower_partition_key(const PartitionSpec& spec, const StatementPosition& place) {
    PartitionKey key;
    key.strategy = strategy_of(static_cast<char>(spec.strategy));
    for (const auto* element : items<PartitionElem>(spec.partParams))
        key.elements.push_back(key_element(*element, place));
    if (spec.location >= 0) add_texts(key.elements, place, static_cast<std::size_t>(place.at(spec.location)));
    return key;
}

std::vector<IndexElement> lower_index_elements(const List* elements, const StatementPosition& place, std::size_t from) {
    std::vector<IndexElement> out;
    for (const auto* element : items<IndexElem>(elements)) out.push_back(index_element(*element, place));
    add_texts(out, place, from);
    return out;
}

}  // namespace pgfence
