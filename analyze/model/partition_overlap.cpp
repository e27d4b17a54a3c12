// Bounds that overlap: check_new_partition_bound (partbounds.c).

#include <algorithm>
#include <numeric>

#include "analyze/model/expressions.h"
#include "analyze/model/literals.h"
#include "analyze/model/partition_bounds.h"

namespace pgfence {
namespace {

using Order = std::optional<int>;  // nothing: not known

/// For each column of the key; nothing: a type whose literals cannot be compared here.
using KeyLiterals = std::vector<std::optional<Literals>>;

KeyLiterals literals_of_key(const Catalog& catalog, const Relation& table) {
    KeyLiterals all;
    for (const IndexElement& element : table.table.partition_key->elements) {
        const Column* column = table.column(element.column);
        const Name& collation = !column || !element.collation.empty() ? element.collation : column->collation;
        all.push_back(column ? literals_of(catalog, catalog.resolve_type(column->type), collation) : std::nullopt);
    }
    return all;
}

bool spelled_alike(const Expr& x, const Expr& y) {
    if (x.kind != y.kind) return false;
    return x.kind == Expr::Kind::null || (x.kind == Expr::Kind::constant && x.text == y.text);
}

/// A bound's values are cast to the key's type, whatever they were written as: casts are left out.
bool same_value(const Expr& a, const Expr& b, std::optional<Literals> literals) {
    const Expr &x = uncast(a), &y = uncast(b);
    if (spelled_alike(x, y)) return true;
    if (x.kind != Expr::Kind::constant || y.kind != Expr::Kind::constant) return false;
    return literals && same_literal(x, y, *literals) == true;
}

/// MINVALUE is -1, MAXVALUE 1, a value 0.
int infinity(const Expr& end) {
    if (end.kind != Expr::Kind::column) return 0;
    return end.text == "MINVALUE" || end.text == "minvalue" ? -1 : 1;
}

/// partition_rbound_cmp: what follows an infinite end does not count.
Order compare_ends(const std::vector<Expr>& a, const std::vector<Expr>& b, const KeyLiterals& literals) {
    if (a.size() != b.size() || a.size() != literals.size()) return std::nullopt;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const int x = infinity(a[i]), y = infinity(b[i]);
        if (x != y) return x < y ? -1 : 1;
        if (x != 0) return 0;
        const Expr &value = uncast(a[i]), &other = uncast(b[i]);
        if (spelled_alike(value, other)) continue;
        const auto order = literals[i] ? compare_literals(value, other, *literals[i]) : std::nullopt;
        if (!order) return std::nullopt;
        if (*order != 0) return order;
    }
    return 0;
}

bool overlap(const PartitionBound& a, const PartitionBound& b, const KeyLiterals& literals) {
    if (a.strategy != b.strategy) return false;
    switch (a.strategy) {
        case PartitionKey::Strategy::list:
            return std::any_of(a.list_values.begin(), a.list_values.end(), [&](const Expr& value) {
                return std::any_of(b.list_values.begin(), b.list_values.end(),
                                   [&](const Expr& other) { return same_value(value, other, literals.front()); });
            });
        case PartitionKey::Strategy::hash: {
            if (a.modulus <= 0 || b.modulus <= 0) return false;
            const int common = std::gcd(a.modulus, b.modulus);
            return a.remainder % common == b.remainder % common;
        }
        case PartitionKey::Strategy::range: {
            // None of them is empty: what ends where the other begins, or before, has neither end in common with it.
            const Order begins = compare_ends(a.lower, b.upper, literals);
            if (begins && *begins >= 0) return false;
            const Order ends = compare_ends(b.lower, a.upper, literals);
            if (ends && *ends >= 0) return false;
            return (begins && ends) || compare_ends(a.lower, b.lower, literals) == 0 ||
                   compare_ends(a.upper, b.upper, literals) == 0;
        }
    }
    return false;
}

/// Every modulus is a factor of the next larger one.
bool moduli_fit(int a, int b) { return a <= 0 || b <= 0 || std::max(a, b) % std::min(a, b) == 0; }

}  // namespace

std::string refusal_of_bound(const Catalog& catalog, const Relation& partitioned, const PartitionBound& bound) {
    const auto& key = partitioned.table.partition_key;
    if (!key || key->elements.empty()) return "";
    const KeyLiterals literals = literals_of_key(catalog, partitioned);
    if (!bound.is_default && bound.strategy == PartitionKey::Strategy::range)
        if (const auto order = compare_ends(bound.lower, bound.upper, literals); order && *order >= 0)
            return "empty range bound specified for partition";
    for (const RelationId id : partitioned.table.children) {
        const Relation* other = catalog.get(id);
        if (!other || !other->table.bound || other->maybe) continue;
        const PartitionBound& taken = *other->table.bound;
        if (bound.is_default && taken.is_default)
            return "partition conflicts with existing default partition \"" + other->name.name + "\"";
        if (bound.is_default || taken.is_default) continue;
        if (bound.strategy == PartitionKey::Strategy::hash && taken.strategy == bound.strategy &&
            !moduli_fit(bound.modulus, taken.modulus))
            return "every hash partition modulus must be a factor of the next larger modulus";
        if (overlap(bound, taken, literals)) return "partition would overlap partition \"" + other->name.name + "\"";
    }
    return "";
}

}  // namespace pgfence
