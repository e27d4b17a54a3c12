#include "analyze/kit/earlier_rows.h"

#include <algorithm>

#include "core/text.h"

namespace pgfence {
namespace {

const Dml& dml_of(const Earlier& write) { return std::get<Dml>(*write.action); }

bool tests_null(const Expr& condition, const std::string& column) {
    return condition.kind == Expr::Kind::is_null && condition.args.size() == 1 &&
           condition.args.front().kind == Expr::Kind::column && condition.args.front().text == column;
}

/// It picks each row in which the column is null.
bool picks_every_null(const Dml& dml, const std::string& column) {
    if (dml.has_from) return false;
    if (!dml.where) return !dml.query.has_where;
    if (dml.where->kind == Expr::Kind::or_)
        return std::any_of(dml.where->args.begin(), dml.where->args.end(),
                           [&](const Expr& part) { return tests_null(part, column); });
    return dml.always_true_where || tests_null(*dml.where, column);
}

bool sets_null(const Dml& update, const std::string& column) {
    return std::any_of(update.assignments.begin(), update.assignments.end(), [&](const Assignment& set) {
        return set.column == column && set.value.kind == Expr::Kind::null;
    });
}

}  // namespace

std::vector<const Earlier*> earlier_writes(const Step& step, const Name& table) {
    std::vector<const Earlier*> found;
    const std::string name = step.qualified(table);
    for (const auto& earlier : {step.before_file, step.earlier})
        for (const Earlier& one : earlier) {
            const auto* dml = std::get_if<Dml>(one.action);
            if (dml && dml->reach == Dml::Reach::run && !dml->query.relations.empty() &&
                (dml->kind == Dml::Kind::update || dml->kind == Dml::Kind::delete_) &&
                step.qualified(dml->query.relations.front().name) == name)
                found.push_back(&one);
        }
    return found;
}

bool are_made_unique(const Step& step, const Name& table, const std::vector<std::string>& columns, bool nulls_differ) {
    const auto writes = earlier_writes(step, table);
    return std::any_of(writes.begin(), writes.end(), [&](const Earlier* write) {
        const Dml& dml = dml_of(*write);
        const auto is_of_key = [&](const std::string& column) { return is_among(column, columns); };
        if (!dml.duplicates || (!nulls_differ && !dml.duplicates->nulls)) return false;
        if (!std::all_of(dml.duplicates->columns.begin(), dml.duplicates->columns.end(), is_of_key)) return false;
        return dml.kind == Dml::Kind::delete_ || std::any_of(dml.set_columns.begin(), dml.set_columns.end(), is_of_key);
    });
}

Filled filled_before(const Step& step, const Name& table, const std::string& column) {
    Filled found;
    for (const Earlier* write : earlier_writes(step, table)) {
        const Dml& dml = dml_of(*write);
        const bool is_update = dml.kind == Dml::Kind::update;
        if (is_update && (!is_among(column, dml.set_columns) || sets_null(dml, column))) continue;
        if (picks_every_null(dml, column)) found.every_null = true;
        if (is_update) found.some = write;
    }
    return found;
}

}  // namespace pgfence
