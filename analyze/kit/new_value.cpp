#include "analyze/kit/new_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "core/text.h"

namespace pgfence {
namespace {

using namespace std::string_view_literals;

bool is_plain_op(const Expr& e, std::string_view name) {
    return e.kind == Expr::Kind::op && e.text.empty() && e.name.name == name && e.args.size() == 2;
}

bool is_zero(const Expr& e) {
    return e.kind == Expr::Kind::constant && !e.text.empty() && e.text.find_first_not_of("0.") == std::string::npos;
}

bool gives_a_part(std::string_view function) {
    constexpr std::array kParts{"left"sv, "right"sv,  "substr"sv,     "substring"sv,   "split_part"sv,
                                "mod"sv,  "round"sv,  "trunc"sv,      "floor"sv,       "ceil"sv,
                                "sign"sv, "length"sv, "ceiling"sv,    "char_length"sv, "octet_length"sv,
                                "md5"sv,  "ascii"sv,  "date_trunc"sv, "date_part"sv,   "extract"sv};
    return is_among(function, kParts);
}

/// The value could be told from the old one by somebody who knows the other columns.
bool carries(const Expr& e, const std::string& column) {
    const auto any = [&] {
        return std::any_of(e.args.begin(), e.args.end(), [&](const Expr& arg) { return carries(arg, column); });
    };
    if (e.kind == Expr::Kind::column) return e.text == column;
    if (e.kind == Expr::Kind::subquery) return true;  // what it reads is not told
    if (e.kind == Expr::Kind::call && gives_a_part(e.name.name)) return false;
    if (is_plain_op(e, "%")) return false;
    if (is_plain_op(e, "*") && (is_zero(e.args[0]) || is_zero(e.args[1]))) return false;
    if (is_plain_op(e, "-") && e.args[0].kind == Expr::Kind::column && e.args[0] == e.args[1]) return false;
    if (e.kind == Expr::Kind::op &&
        std::any_of(e.args.begin(), e.args.end(), [](const Expr& arg) { return arg.kind == Expr::Kind::null; }))
        return false;
    if (e.kind == Expr::Kind::list && e.text == "COALESCE" && !e.args.empty() &&
        e.args.front().kind == Expr::Kind::constant)
        return false;
    if (e.kind == Expr::Kind::list && e.text == "NULLIF" && e.args.size() == 2)
        return carries(e.args[0], column) &&
               !(e.args[1].kind == Expr::Kind::column && e.args[1].text == e.args[0].text);
    return any();
}

std::string in_words(const std::vector<std::string>& columns, const Expr& e, std::string_view what) {
    std::vector<std::string> names;
    for (const std::string& column : columns) names.push_back(in_code(column));
    if (e.kind == Expr::Kind::column) return names.front();
    return fmt::format("the {} made of {}", what, list_in_words(names));
}

std::optional<RaisesError> of_argument(const Expr& e, std::string_view what, std::string_view is) {
    std::vector<std::string> columns = columns_of(e);
    const bool guarded = e.kind == Expr::Kind::list || e.kind == Expr::Kind::subquery;
    if (columns.empty() || guarded) return std::nullopt;
    std::string when = fmt::format("{} is {}", in_words(columns, e, what), is);
    return RaisesError{std::move(columns), std::move(when), ""};
}

std::optional<RaisesError> of_call(const Expr& call) {
    struct Domain {
        std::string_view function, outside;
    };
    constexpr std::array kDomains{Domain{"ln", "0 or less"},
                                  Domain{"log", "0 or less"},
                                  Domain{"log10", "0 or less"},
                                  Domain{"sqrt", "negative"},
                                  Domain{"acos", "not from -1 to 1"},
                                  Domain{"asin", "not from -1 to 1"},
                                  Domain{"acosh", "less than 1"},
                                  Domain{"factorial", "negative"},
                                  Domain{"to_date", "no date in that format"},
                                  Domain{"to_number", "no number in that format"}};
    const std::string& name = call.name.name;
    if ((name == "mod" || name == "div") && call.args.size() == 2) return of_argument(call.args[1], "value", "0");
    if (name == "to_timestamp" && call.args.size() == 2)
        return of_argument(call.args[0], "text", "no time in that format");
    for (const Domain& domain : kDomains)
        if (domain.function == name && !call.args.empty())
            return of_argument(name == "log" ? call.args.back() : call.args.front(), "value", domain.outside);
    return std::nullopt;
}

/// A cast that is written cuts a text that is too long (varchar.c: isExplicit), it never fails.
bool cuts_to_length(const TypeName& type) {
    constexpr std::array<std::string_view, 4> kTexts{"text", "varchar", "bpchar", "name"};
    return type.array_dimensions == 0 && is_among(type.name.name, kTexts);
}

}  // namespace

bool may_hold_values(const Step& step, const Name& table, const std::string& column) {
    const Column* known = column_before(step, table, column);
    if (!known || known->existing) return true;
    const Relation* relation = step.before.find(table);
    if (!relation) return false;
    const auto& children = relation->table.children;
    return std::any_of(children.begin(), children.end(), [&](RelationId id) {
        const Relation* child = step.before.get(id);
        const Column* own = child ? child->column(column) : nullptr;
        return own && own->existing;
    });
}

bool is_made_of_old_value(const Dml& update, const std::string& column) {
    const auto set = std::find_if(update.assignments.begin(), update.assignments.end(),
                                  [&](const Assignment& one) { return one.column == column; });
    return is_among(column, update.set_from_old) &&
           (set == update.assignments.end() || !keeps_a_part(set->value, column));
}

bool keeps_a_part(const Expr& value, const std::string& column) { return !carries(value, column); }

std::optional<RaisesError> raises_error(const Expr& value) {
    if (value.kind == Expr::Kind::list && value.text == "CASE") return std::nullopt;
    if (is_plain_op(value, "/") || is_plain_op(value, "%"))
        if (auto found = of_argument(value.args[1], "divisor", "0")) return found;
    if (value.kind == Expr::Kind::call)
        if (auto found = of_call(value)) return found;
    const bool casts = value.kind == Expr::Kind::cast && !value.args.empty() && !cuts_to_length(value.type);
    if (casts && value.args.front().kind == Expr::Kind::column) {
        const std::string& column = value.args.front().text;
        return RaisesError{{column}, fmt::format("{} is no {}", in_code(column), type_in_sql(value.type)), column};
    }
    for (const Expr& arg : value.args)
        if (auto found = raises_error(arg)) return found;
    return std::nullopt;
}

}  // namespace pgfence
