#include "analyze/catalog/row_security.h"

#include <algorithm>
#include <set>
#include <vector>

namespace pgfence {
namespace {

/// FOR SELECT, or for all commands: those are asked for each read, also of a subquery.
bool is_asked_for_reads(const PolicyInfo& policy) { return policy.command == '*' || policy.command == 'r'; }

std::vector<const Relation*> read_by_policies(const Catalog& catalog, const Relation& table) {
    std::vector<const Relation*> found;
    if (!table.table.row_security) return found;
    for (const PolicyInfo& policy : table.table.policies) {
        if (!policy.query || !is_asked_for_reads(policy)) continue;
        for (const RangeUse& use : policy.query->relations)
            if (const Relation* read = catalog.find(use.name)) found.push_back(read);
    }
    return found;
}

}  // namespace

bool policies_lead_back(const Catalog& catalog, const Relation& table) {
    std::vector<const Relation*> next = read_by_policies(catalog, table);
    std::set<const Relation*> seen;
    while (!next.empty()) {
        const Relation* read = next.back();
        next.pop_back();
        if (read == &table) return true;
        if (!seen.insert(read).second) continue;
        const auto more = read_by_policies(catalog, *read);
        next.insert(next.end(), more.begin(), more.end());
    }
    return false;
}

}  // namespace pgfence
