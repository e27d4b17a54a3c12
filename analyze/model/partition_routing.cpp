#include "analyze/model/partition_routing.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "analyze/model/expressions.h"
#include "analyze/model/literals.h"

namespace pgfence {
namespace {

using Truth = std::optional<bool>;  // nothing: not known

Truth equal(const Expr& a, const Expr& b, Literals literals) {
    const Expr &x = uncast(a), &y = uncast(b);
    if (x.kind == Expr::Kind::null || y.kind == Expr::Kind::null) return x.kind == y.kind;
    return same_literal(x, y, literals);
}

Truth is_listed(const std::vector<Expr>& values, const Expr& value, Literals literals) {
    Truth result = false;
    for (const Expr& listed : values) {
        const Truth same = equal(listed, value, literals);
        if (same == true) return true;
        if (!same) result = std::nullopt;
    }
    return result;
}

Truth is_within(const PartitionBound& bound, const Expr& value, Literals literals) {
    if (uncast(value).kind == Expr::Kind::null) return false;
    if (bound.lower.size() != 1 || bound.upper.size() != 1) return std::nullopt;
    const auto unbounded = [](const Expr& end) { return end.kind == Expr::Kind::column; };
    const auto order = [&](const Expr& end) { return compare_literals(uncast(value), uncast(end), literals); };
    const auto from = unbounded(bound.lower[0]) ? std::optional(1) : order(bound.lower[0]);
    const auto to = unbounded(bound.upper[0]) ? std::optional(-1) : order(bound.upper[0]);
    if (!from || !to) return std::nullopt;
    return *from >= 0 && *to < 0;
}

/// What the row gives the column; null: nothing, or nothing that can be seen.
const Expr* value_in(const std::vector<Expr>& row, const Relation& table, const Dml& insert, std::string_view column) {
    std::size_t at = 0;
    if (insert.given.names.empty())
        while (at < table.columns.size() && table.columns[at].name != column) ++at;
    else
        at = static_cast<std::size_t>(std::find(insert.given.names.begin(), insert.given.names.end(), column) -
                                      insert.given.names.begin());
    return at < row.size() ? &row[at] : nullptr;
}

class Routing {
public:
    Routing(const Catalog& catalog, const Relation& root, const Dml& insert)
        : catalog_(catalog), root_(root), insert_(insert) {}

    void route(const std::vector<Expr>& row) {
        const Relation* at = &root_;
        while (at->kind == RelationKind::partitioned_table) {
            const auto next = partition_for(*at, row);
            // Which it is cannot be told: any of those below.
            if (!next)
                for (const Relation* below : catalog_.descendants(at->id)) add(below);
            if (!next || !*next) return;  // else no partition takes it: the INSERT fails
            at = *next;
            add(at);
        }
    }
    std::vector<const Relation*> found;

private:
    void add(const Relation* partition) {
        if (std::find(found.begin(), found.end(), partition) == found.end()) found.push_back(partition);
    }

    /// Null: none takes the row.
    std::optional<const Relation*> partition_for(const Relation& parent, const std::vector<Expr>& row) const {
        const auto& key = parent.table.partition_key;
        if (!key || key->elements.size() != 1 || key->strategy == PartitionKey::Strategy::hash) return std::nullopt;
        const Column* column = root_.column(key->elements.front().column);
        const Name& own = key->elements.front().collation;
        const auto literals =
            column ? literals_of(catalog_, column->type, own.empty() ? column->collation : own) : std::nullopt;
        const Expr* value = column ? value_in(row, root_, insert_, column->name) : nullptr;
        if (!literals || !value) return std::nullopt;
        const Relation* fallback = nullptr;
        for (const RelationId id : parent.table.children) {
            const Relation* partition = catalog_.get(id);
            if (!partition || !partition->table.bound) return std::nullopt;
            const PartitionBound& bound = *partition->table.bound;
            if (bound.is_default) {
                fallback = partition;
                continue;
            }
            const Truth takes = bound.strategy == PartitionKey::Strategy::list
                                    ? is_listed(bound.list_values, *value, *literals)
                                    : is_within(bound, *value, *literals);
            if (!takes) return std::nullopt;
            if (*takes) return partition;
        }
        return fallback;
    }

    const Catalog& catalog_;
    const Relation& root_;
    const Dml& insert_;
};

}  // namespace

std::optional<std::vector<const Relation*>> partitions_of_rows(const Catalog& catalog, const Relation& partitioned,
                                                               const Dml& insert) {
    if (insert.rows.empty() || insert.rows.size() != insert.values_rows) return std::nullopt;
    Routing routing(catalog, partitioned, insert);
    for (const std::vector<Expr>& row : insert.rows) routing.route(row);
    return std::move(routing.found);
}

}  // namespace pgfence
