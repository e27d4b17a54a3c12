#include "analyze/kit/row_choice.h"

#include <algorithm>

#include "analyze/kit/sql_text.h"

namespace pgfence {
namespace {

bool is_one_sided(const Expr& e) {
    return e.text.empty() && (e.name.name == "<>" || e.name.name == "<" || e.name.name == ">" || e.name.name == "<=" ||
                              e.name.name == ">=");
}

bool limits_itself(const std::string& sql) {
    const auto tokens = sql_tokens(sql);
    return !tokens || std::any_of(tokens->begin(), tokens->end(),
                                  [](const SqlToken& token) { return token.is("LIMIT") || token.is("FETCH"); });
}

/// UPDATE ... FROM (VALUES ...) touches as many rows as the file spells out.
bool joins_spelled_out_rows(const Dml& dml) {
    if (dml.kind == Dml::Kind::insert || !dml.values_only || dml.always_true_where) return false;
    return dml.merge_clause || (dml.has_from && dml.where && dml.where->kind == Expr::Kind::op);
}

/// Not where it can be told that it is another table's: FROM and USING bring those in.
bool may_be_own(const Expr& column, const Dml& dml, const Relation* target) {
    const auto& relations = dml.query.relations;
    if (!dml.has_from) return true;
    if (target && target->columns_known && !target->column(column.text)) return false;
    return column.name.schema.empty() || relations.empty() || column.name.schema == relations.front().name.name ||
           std::none_of(relations.begin() + 1, relations.end(),
                        [&](const RangeUse& use) { return use.name.name == column.name.schema; });
}

/// It compares a column with something the file spells out, or with NULL, in whatever rows are picked.
class ComparesWithValue {
public:
    ComparesWithValue(const Dml& dml, const Relation* target) : dml_(dml), target_(target) {}

    bool operator()(const Expr& e) const {
        switch (e.kind) {
            case Expr::Kind::op:
                return std::any_of(e.args.begin(), e.args.end(), is_value) && has_own_column(e) &&
                       !(is_one_sided(e) && has_parameter(e));
            case Expr::Kind::is_not_null: return false;  // most rows have a value in most columns
            case Expr::Kind::column:  // a boolean one
            case Expr::Kind::is_null:
            case Expr::Kind::boolean_test: return has_own_column(e);
            case Expr::Kind::and_:
            case Expr::Kind::not_: return std::any_of(e.args.begin(), e.args.end(), *this);
            case Expr::Kind::or_: return std::all_of(e.args.begin(), e.args.end(), *this);
            default: return picks_by_value(e, dml_);
        }
    }

private:
    /// id > $1: what EXECUTE gives it is not looked up.
    static bool has_parameter(const Expr& e) {
        return e.kind == Expr::Kind::parameter || std::any_of(e.args.begin(), e.args.end(), has_parameter);
    }

    bool has_own_column(const Expr& e) const {
        if (e.kind == Expr::Kind::column) return may_be_own(e, dml_, target_);
        if (e.args.empty()) return e.kind == Expr::Kind::other || e.kind == Expr::Kind::subquery;
        return std::any_of(e.args.begin(), e.args.end(), [&](const Expr& arg) { return has_own_column(arg); });
    }

    const Dml& dml_;
    const Relation* target_;
};

}  // namespace

bool is_of_trigger_row(const Expr& e) {
    return e.kind == Expr::Kind::column && (e.name.schema == "new" || e.name.schema == "old");
}

bool is_value(const Expr& e) {
    if (is_of_trigger_row(e)) return true;
    if (e.kind == Expr::Kind::cast || e.kind == Expr::Kind::collate) return !e.args.empty() && is_value(e.args.front());
    if (e.kind == Expr::Kind::list || e.kind == Expr::Kind::call || e.kind == Expr::Kind::op)
        return std::all_of(e.args.begin(), e.args.end(), is_value);
    return e.kind == Expr::Kind::constant || e.kind == Expr::Kind::parameter || e.kind == Expr::Kind::sql_value;
}

bool picks_by_value(const Expr& e, const Dml& dml) {
    const auto picks = [&](const Expr& part) { return picks_by_value(part, dml); };
    switch (e.kind) {
        case Expr::Kind::and_: return std::any_of(e.args.begin(), e.args.end(), picks);
        case Expr::Kind::or_: return !e.args.empty() && std::all_of(e.args.begin(), e.args.end(), picks);
        case Expr::Kind::op:
            return !is_one_sided(e) && e.name.name != "<>" && std::any_of(e.args.begin(), e.args.end(), is_value);
        case Expr::Kind::constant: return !dml.always_true_where;  // WHERE false
        case Expr::Kind::subquery: return dml.spells_out_in_subqueries;
        case Expr::Kind::call: return true;  // nobody can tell
        case Expr::Kind::other: return e.text != "CURRENT OF";
        default: return false;
    }
}

bool is_limited(const Step& step, const Dml& dml) { return joins_spelled_out_rows(dml) || limits_itself(step.sql); }

bool picks_any_row(const Step& step, const Dml& dml) {
    if (step.work(Cause::every_row)) return true;
    const Work* work = step.work(Cause::query);
    if (!work || work->kind != Work::Kind::change_rows || is_limited(step, dml)) return false;
    if (!dml.where || dml.query.relations.empty()) return true;
    return !ComparesWithValue(dml, step.before.find(dml.query.relations.front().name))(*dml.where);
}

}  // namespace pgfence
