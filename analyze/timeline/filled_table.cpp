#include "analyze/timeline/filled_table.h"

#include <algorithm>
#include <span>

#include "analyze/kit/row_choice.h"

namespace pgfence::analyze {
namespace {

bool reads_old_rows(std::span<const RangeUse> read, const Catalog& catalog) {
    return std::any_of(read.begin(), read.end(), [&](const RangeUse& use) {
        const Relation* relation = catalog.find(use.name);
        return !relation || relation->existing || relation->table.filled;
    });
}

const Relation* new_table(const Name& name, const Catalog& catalog) {
    const Relation* table = catalog.find(name);
    return table && table->is_table() && !table->existing ? table : nullptr;
}

}  // namespace

const Relation* filled_table(const Action& action, const Catalog& after, HowOften runs) {
    if (const auto* made = std::get_if<CreateTableAs>(&action)) {
        const bool fills = !made->with_no_data && reads_old_rows(made->query.relations, after);
        return fills ? new_table(made->name, after) : nullptr;
    }
    const auto* dml = std::get_if<Dml>(&action);
    const bool inserts = dml && dml->reach == Dml::Reach::run && dml->kind == Dml::Kind::insert;
    if (!inserts || dml->query.relations.empty() || dml->takes_few || is_for_few_rows({*dml, after, runs}))
        return nullptr;
    const std::span<const RangeUse> all = dml->query.relations;
    const bool fills = reads_old_rows(all.subspan(1), after) || runs != HowOften::few_times;
    return fills ? new_table(all.front().name, after) : nullptr;
}

}  // namespace pgfence::analyze
