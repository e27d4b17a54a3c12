#include "analyze/kit/spelled_out_table.h"

#include <algorithm>

namespace pgfence {
namespace {

enum class Says : std::uint8_t { nothing, made, more };

/// Its rows are literals, however they are written. WITH RECURSIVE makes others by an operator or a function.
bool is_spelled_out(const Query& query) {
    return query.functions.empty() && query.operators.empty() && query.relations.empty();
}

bool is_filled_by_hand(const Dml& dml) {
    if (dml.kind == Dml::Kind::delete_) return true;
    Query rest = dml.query;
    rest.relations.erase(rest.relations.begin());
    return dml.kind == Dml::Kind::insert && (dml.values_only || is_spelled_out(rest));
}

/// What an action says of the rows of a table of that name.
class SaysOfRows {
public:
    SaysOfRows(const Name& name, const Catalog& catalog) : name_(name), catalog_(catalog) {}

    Says operator()(const CreateTable& table) const { return is_it(table.name) ? Says::made : Says::nothing; }
    Says operator()(const CreateTableAs& table) const {
        if (!is_it(table.name)) return Says::nothing;
        return is_spelled_out(table.query) && !table.materialized_view ? Says::made : Says::more;
    }
    Says operator()(const Dml& dml) const {
        const auto is_ours = [&](const FunctionUse& use) { return !catalog_.find_functions(use.name).empty(); };
        if (std::any_of(dml.query.functions.begin(), dml.query.functions.end(), is_ours)) return Says::more;
        const bool reads = dml.kind == Dml::Kind::select || dml.kind == Dml::Kind::copy_to;
        if (reads || dml.query.relations.empty() || !is_it(dml.query.relations.front().name)) return Says::nothing;
        return is_filled_by_hand(dml) ? Says::nothing : Says::more;
    }
    Says operator()(const CreateIndex&) const { return Says::nothing; }
    Says operator()(const Transaction& transaction) const {
        using enum Transaction::Kind;
        return transaction.kind == rollback || transaction.kind == rollback_to ? Says::more : Says::nothing;
    }
    Says operator()(const AlterTable& alter) const { return is_it(alter.name) ? Says::more : Says::nothing; }
    /// Under another search_path the name may be another table's.
    Says operator()(const SetVariable& set) const {
        const bool moves_names = set.name.empty() || set.name == "search_path";
        return moves_names || set.kind == SetVariable::Kind::reset_all ? Says::more : Says::nothing;
    }
    Says operator()(const Comment&) const { return Says::nothing; }
    /// Bodies, triggers, names that move: they may do anything.
    Says operator()(const auto&) const { return Says::more; }

private:
    bool is_it(const Name& written) const {
        return written.name == name_.name && (written.schema.empty() || catalog_.resolve(written) == name_);
    }

    const Name& name_;
    const Catalog& catalog_;
};

bool is_spelled_out(const RowChoice& choice, const RangeUse& use) {
    const Relation* table = choice.catalog.find(use.name);
    if (!table || table->existing || table->probably_new || table->kind != RelationKind::table ||
        !table->table.children.empty())
        return false;
    for (auto earlier = choice.earlier.rbegin(); earlier != choice.earlier.rend(); ++earlier) {
        const Says says = std::visit(SaysOfRows(table->name, choice.catalog), *earlier->action);
        if (says != Says::nothing) return says == Says::made;
    }
    return false;
}

}  // namespace

bool reads_spelled_out_rows(const RowChoice& choice) {
    const auto& relations = choice.dml.query.relations;
    return choice.runs_once() && relations.size() > 1 &&
           std::all_of(relations.begin() + 1, relations.end(),
                       [&](const RangeUse& use) { return is_spelled_out(choice, use); });
}

}  // namespace pgfence
