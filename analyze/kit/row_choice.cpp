#include "analyze/kit/row_choice.h"

#include <algorithm>

#include "analyze/kit/sql_text.h"
#include "analyze/kit/weak_comparison.h"
#include "core/text.h"

namespace pgfence {
namespace {

/// The table whose rows are changed.
const Name& target_of(const Dml& dml) { return dml.query.relations.front().name; }

bool is_one_sided(const Expr& e) {
    return e.text.empty() && (e.name.name == "<>" || e.name.name == "<" || e.name.name == ">" || e.name.name == "<=" ||
                              e.name.name == ">=");
}

constexpr std::size_t kFewRows = 100'000;

std::size_t rows_in(std::string_view text) {
    std::size_t value = 0;
    for (const char c : text) {
        if (!is_digit(c) || value > kFewRows) return 0;
        value = value * 10 + static_cast<std::size_t>(c - '0');
    }
    return value;
}

/// FETCH FIRST 1 ROW WITH TIES gives as many rows as share the last one's place.
bool has_ties(const std::vector<SqlToken>& tokens, std::size_t at) {
    for (std::size_t i = at; i < tokens.size() && tokens[i].text != ")" && tokens[i].text != ";"; ++i)
        if (tokens[i].is("TIES") && tokens[i - 1].is("WITH")) return true;
    return false;
}

/// Where a LIMIT, or a FETCH FIRST, of a number of rows that is small stands among the tokens.
bool is_small_limit(const std::vector<SqlToken>& tokens, std::size_t at) {
    const auto number_at = [&](std::size_t i) -> std::size_t {
        if (i >= tokens.size()) return 0;
        if (tokens[i].is_name) return tokens[i].is("ALL") || tokens[i].is("NULL") ? 0 : 1;  // a variable's
        return rows_in(tokens[i].text);
    };
    const std::size_t rows = tokens[at].is("LIMIT")   ? number_at(at + 1)
                             : tokens[at].is("FETCH") ? number_at(at + 2)
                                                      : 0;
    return rows >= 1 && rows <= kFewRows && !has_ties(tokens, at);
}

/// The parenthesis that the token stands in; npos outside of any.
std::size_t opening(const std::vector<SqlToken>& tokens, std::size_t at) {
    for (std::size_t depth = 0; at-- > 0;) {
        if (tokens[at].text == ")") ++depth;
        if (tokens[at].text == "(" && depth-- == 0) return at;
    }
    return std::string::npos;
}

/// NOT stands before the parenthesis, or before the one it stands in: NOT (id IN (...)), o.id NOT IN (...).
bool is_denied(const std::vector<SqlToken>& tokens, std::size_t open) {
    for (; open != std::string::npos; open = opening(tokens, open)) {
        std::size_t i = open;
        while (i > 0 && (tokens[i - 1].is("EXISTS") || tokens[i - 1].is("IN") || tokens[i - 1].is("ARRAY"))) --i;
        if (i > 0 && (tokens[i - 1].is("NOT") || tokens[i - 1].is("ALL"))) return true;
        // NOT o.id IN (...)
        while (i > 0 && i < open && (tokens[i - 1].text == "." || tokens[i - 1].is_name) && !tokens[i - 1].is("NOT") &&
               !tokens[i - 1].is("WHERE") && !tokens[i - 1].is("AND"))
            --i;
        if (i > 0 && i < open && tokens[i - 1].is("NOT")) return true;
    }
    return false;
}

/// A query of WITH is read where its rows are those that are picked, not those that are kept.
bool is_read_outside(const std::vector<SqlToken>& tokens, std::size_t open, std::string_view name) {
    bool read = false;
    for (std::size_t i = open; i < tokens.size(); ++i) {
        if (!tokens[i].is_name || !tokens[i].is(name)) continue;
        const std::size_t around = opening(tokens, i);
        if (around != std::string::npos && is_denied(tokens, around)) return false;
        read = true;
    }
    return read;
}

/// Beside an OR the rows are more than those: id IN (SELECT ... LIMIT 5) OR total > 0.
bool has_alternative(const std::vector<SqlToken>& tokens, std::size_t open) {
    for (; open != std::string::npos; open = opening(tokens, open)) {
        const std::size_t around = opening(tokens, open);
        std::size_t depth = 0;
        for (std::size_t i = around == std::string::npos ? 0 : around + 1; i < tokens.size(); ++i) {
            if (tokens[i].text == "(") ++depth;
            if (tokens[i].text == ")" && depth-- == 0) break;
            if (depth == 0 && tokens[i].is("OR") && (i + 1 == tokens.size() || !tokens[i + 1].is("REPLACE")))
                return true;
        }
    }
    return false;
}

/// a = v.a, with others or not.
bool has_equality(const Expr& e) {
    if (e.kind == Expr::Kind::and_) return std::any_of(e.args.begin(), e.args.end(), has_equality);
    return e.kind == Expr::Kind::op && e.name.name == "=" && e.text.empty() && e.args.size() == 2 &&
           e.args[0].kind == Expr::Kind::column && e.args[1].kind == Expr::Kind::column;
}

/// The query in the parenthesis gives rows of the table itself.
bool bounds_own(const std::vector<SqlToken>& tokens, std::size_t open, const RowChoice& choice) {
    const std::string& target = target_of(choice.dml).name;
    std::size_t depth = 0;
    for (std::size_t i = open + 1; i < tokens.size(); ++i) {
        if (tokens[i].text == "(") ++depth;
        if (tokens[i].text == ")" && depth-- == 0) break;
        if (depth == 0 && (tokens[i].is(target) || tokens[i].text == quoted(target))) return true;
    }
    return false;
}

/// Few values of a key are few rows; of another column, or of another table's rows, any number has them.
bool bounds_target(const std::vector<SqlToken>& tokens, std::size_t open, const RowChoice& choice) {
    if (bounds_own(tokens, open, choice)) return true;
    const Relation* table = choice.catalog.find(target_of(choice.dml));
    if (!table || !table->columns_known) return true;  // nobody can tell which columns are keys
    std::size_t at = open;
    while (at > 0 && (tokens[at - 1].is("IN") || tokens[at - 1].is("ANY") || tokens[at - 1].is("ARRAY") ||
                      tokens[at - 1].text == "(" || tokens[at - 1].text == "="))
        --at;
    if (at == 0 || at == open) return true;
    const auto indexes = choice.catalog.indexes_of(table->id);
    return std::any_of(indexes.begin(), indexes.end(), [&](const Relation* index) {
        return index->index.unique && index->index.elements.size() == 1 &&
               tokens[at - 1].is(index->index.elements.front().column);
    });
}

/// FROM (SELECT ... LIMIT 10) AS b WHERE b.id = orders.id: by a key each of those rows is one of the table's.
bool joins_by_key(const Expr& e, const RowChoice& choice, const Relation& table) {
    if (e.kind == Expr::Kind::and_)
        return std::any_of(e.args.begin(), e.args.end(),
                           [&](const Expr& part) { return joins_by_key(part, choice, table); });
    if (!has_equality(e)) return false;
    const std::string& target = target_of(choice.dml).name;
    const Expr& own = e.args[0].name.schema == target ? e.args[0] : e.args[1];
    if (own.name.schema != target) return true;  // by an alias: nobody can tell whose columns they are
    const auto indexes = choice.catalog.indexes_of(table.id);
    return std::any_of(indexes.begin(), indexes.end(), [&](const Relation* index) {
        return index->index.unique && index->index.elements.size() == 1 &&
               index->index.elements.front().column == own.text;
    });
}

bool is_joined_by_key(const RowChoice& choice) {
    const Relation* table = choice.catalog.find(target_of(choice.dml));
    return !table || !table->columns_known || !choice.dml.where || joins_by_key(*choice.dml.where, choice, *table);
}

/// Its rows are those that the statement goes by: IN (SELECT ... LIMIT 10), FROM (...), or a query of WITH that is
/// used.
bool decides(const std::vector<SqlToken>& tokens, std::size_t open, const RowChoice& choice) {
    const auto before = [&](std::size_t steps) {
        return open >= steps ? tokens[open - steps] : SqlToken{0, 0, std::string_view()};
    };
    if (is_denied(tokens, open) || has_alternative(tokens, open)) return false;
    if (before(1).is("IN") || before(1).is("ARRAY") || before(1).is("ANY")) return bounds_target(tokens, open, choice);
    if (before(1).is("FROM") || before(1).is("USING"))
        return choice.dml.kind == Dml::Kind::insert || bounds_own(tokens, open, choice) || is_joined_by_key(choice);
    const std::size_t as = before(1).is("MATERIALIZED") ? (before(2).is("NOT") ? 3 : 2) : 1;
    return before(as).is("AS") && before(as + 1).is_name && is_read_outside(tokens, open, before(as + 1).text) &&
           (!choice.dml.has_from || choice.dml.kind == Dml::Kind::insert || bounds_own(tokens, open, choice) ||
            is_joined_by_key(choice));
}

/// A LIMIT in the query that the statement takes its rows from; of an INSERT, in its own.
bool limits_itself(const RowChoice& choice) {
    const auto tokens = sql_tokens(choice.sql);
    if (!tokens) return false;  // too long to tell
    for (std::size_t i = 0; i < tokens->size(); ++i) {
        if (!is_small_limit(*tokens, i)) continue;
        const std::size_t open = opening(*tokens, i);
        if (open == std::string::npos ? choice.dml.kind == Dml::Kind::insert : decides(*tokens, open, choice))
            return true;
    }
    return false;
}

/// UPDATE ... FROM (VALUES ...) touches as many rows as the file spells out.
bool joins_spelled_out_rows(const Dml& dml) {
    if (dml.kind == Dml::Kind::insert || !dml.values_only || dml.always_true_where) return false;
    return (dml.merge_clause || dml.has_from) && dml.where && has_equality(*dml.where);
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

/// WHERE id = i, where i is no column of the table: a variable of the body that it stands in, or an argument.
bool is_variable(const Expr& e, const RowChoice& choice) {
    if (e.kind == Expr::Kind::parameter) return !e.text.starts_with('$');
    if (e.kind != Expr::Kind::column || !e.name.schema.empty() || choice.dml.has_from) return false;
    const Relation* target = choice.catalog.find(target_of(choice.dml));
    return target && target->columns_known && !target->columns.empty() && !target->column(e.text);
}

/// = and IN, where a variable is one value; of a list or a pattern nobody knows what it holds.
bool is_plain_equality(const Expr& e) {
    return e.kind == Expr::Kind::op && e.name.name == "=" &&
           (e.text.empty() || e.text == "IN" || e.text == "IS NOT DISTINCT FROM");
}

}  // namespace

bool has_value(const Expr& e, const RowChoice& choice) {
    return std::any_of(e.args.begin(), e.args.end(), [&](const Expr& side) {
        return is_value(side, choice) || (choice.runs_once() && is_plain_equality(e) && is_variable(side, choice));
    });
}

namespace {

/// It compares a column with something the file spells out, or with NULL, in whatever rows are picked.
class ComparesWithValue {
public:
    explicit ComparesWithValue(const RowChoice& choice)
        : choice_(choice),
          dml_(choice.dml),
          target_(dml_.query.relations.empty() ? nullptr : choice.catalog.find(target_of(dml_))) {}

    bool operator()(const Expr& e) const {
        switch (e.kind) {
            case Expr::Kind::op:
                if (const Expr* denied = denied_by(e)) return leaves_few(*denied);
                return (has_value(e, choice_) || picks_a_value(e)) && has_own_column(e) && !excludes_a_value(e) &&
                       !is_true_of_most(e) && !is_of_all_keys(e) && !(is_one_sided(e) && has_parameter(e));
            case Expr::Kind::is_not_null: return false;  // most rows have a value in most columns
            case Expr::Kind::column:                     // a boolean one
            case Expr::Kind::is_null: return has_own_column(e) && !is_null_of_most(e.args.front());
            case Expr::Kind::boolean_test: return !leaves_most(e) && has_own_column(e);
            case Expr::Kind::call:
                return has_own_column(e) && std::any_of(e.args.begin(), e.args.end(), [&](const Expr& argument) {
                           return argument.kind != Expr::Kind::column && is_value(argument, choice_) &&
                                  (argument.kind != Expr::Kind::constant || !argument.text.empty());
                       });
            case Expr::Kind::and_: return std::any_of(e.args.begin(), e.args.end(), *this);
            case Expr::Kind::or_: return std::all_of(e.args.begin(), e.args.end(), *this);
            case Expr::Kind::not_: return leaves_few(e.args.front());
            case Expr::Kind::subquery: return dml_.in_subqueries.compares && e.text != "ALL";
            default: return picks_by_value(e, choice_);
        }
    }

private:
    /// What a sub-select gives that goes by something spelled out.
    bool picks_a_value(const Expr& e) const {
        // = (SELECT ... LIMIT 1) is one value, which is another one each time.
        const bool one = is_plain_equality(e) && dml_.in_subqueries.limits && choice_.runs_once();
        return (dml_.in_subqueries.compares || one) && std::any_of(e.args.begin(), e.args.end(), [](const Expr& side) {
                   return side.kind == Expr::Kind::subquery && side.text.empty();
               });
    }

    /// id > 0
    bool is_of_all_keys(const Expr& e) const {
        if (!target_ || !is_above_first_number(e)) return false;
        const Expr& side =
            e.args[0].kind == Expr::Kind::list && !e.args[0].args.empty() ? e.args[0].args[0] : e.args[0];
        if (side.kind != Expr::Kind::column) return false;
        const auto& constraints = target_->table.constraints;
        return std::any_of(constraints.begin(), constraints.end(), [&](const TableConstraint& key) {
            return key.type == ConstraintType::primary_key && key.columns == std::vector{side.text};
        });
    }

    /// (state = 'x') IS NOT TRUE, (id = 5) IS FALSE: all rows but those few.
    bool leaves_most(const Expr& e) const {
        const bool denies = e.text == "IS NOT TRUE" || e.text == "IS FALSE" || e.text == "IS NOT UNKNOWN";
        return denies && e.args.front().kind != Expr::Kind::column && !leaves_few(e.args.front());
    }

    /// NOT of it: of what equals a value, all rows but those few.
    bool leaves_few(const Expr& e) const {
        const auto of_part = [&](const Expr& part) { return leaves_few(part); };
        switch (e.kind) {
            case Expr::Kind::subquery: return false;
            case Expr::Kind::and_: return std::all_of(e.args.begin(), e.args.end(), of_part);
            case Expr::Kind::or_: return std::any_of(e.args.begin(), e.args.end(), of_part);
            case Expr::Kind::not_: return (*this)(e.args.front());
            case Expr::Kind::is_null: return false;
            case Expr::Kind::is_not_null: return has_own_column(e);
            case Expr::Kind::op:
                if (excludes_a_value(e)) return has_own_column(e);
                return !picks_by_value(e, choice_) && (*this)(e);
            default: return (*this)(e);
        }
    }

    /// id > $1: what EXECUTE gives it is not looked up.
    static bool has_parameter(const Expr& e) {
        return e.kind == Expr::Kind::parameter || std::any_of(e.args.begin(), e.args.end(), has_parameter);
    }

    bool has_own_column(const Expr& e) const {
        if (e.kind == Expr::Kind::column) return may_be_own(e, dml_, target_);
        if (e.args.empty()) return e.kind == Expr::Kind::other || e.kind == Expr::Kind::subquery;
        return std::any_of(e.args.begin(), e.args.end(), [&](const Expr& arg) { return has_own_column(arg); });
    }

    const RowChoice& choice_;
    const Dml& dml_;
    const Relation* target_;
};

}  // namespace

bool is_of_trigger_row(const Expr& e) {
    return e.kind == Expr::Kind::column && (e.name.schema == "new" || e.name.schema == "old");
}

bool is_value(const Expr& e, const RowChoice& choice) {
    if (is_of_trigger_row(e)) return choice.runs_once();
    if (e.kind == Expr::Kind::parameter) return choice.runs_once() && e.text.starts_with('$');
    const auto is_value_too = [&](const Expr& arg) { return is_value(arg, choice); };
    if (e.kind == Expr::Kind::cast || e.kind == Expr::Kind::collate)
        return !e.args.empty() && is_value_too(e.args.front());
    if (e.kind == Expr::Kind::list || e.kind == Expr::Kind::call || e.kind == Expr::Kind::op)
        return std::all_of(e.args.begin(), e.args.end(), is_value_too);
    return e.kind == Expr::Kind::constant || e.kind == Expr::Kind::sql_value;
}

namespace {

/// A column, or what is still as good as its value: lower(email), state::text.
bool is_of_column(const Expr& e) {
    constexpr std::string_view kPlain[] = {"lower", "upper", "trim", "btrim", "ltrim", "rtrim", "coalesce"};
    if (e.kind == Expr::Kind::column) return true;
    const bool plain = e.kind == Expr::Kind::cast || e.kind == Expr::Kind::collate || e.kind == Expr::Kind::list ||
                       (e.kind == Expr::Kind::call &&
                        std::find(std::begin(kPlain), std::end(kPlain), e.name.name) != std::end(kPlain));
    return plain && std::any_of(e.args.begin(), e.args.end(), is_of_column);
}

bool is_equality(const Expr& e) {
    return (e.name.name == "=" && e.text != "ALL") || e.text.starts_with("BETWEEN") || e.name.name == "~~" ||
           e.name.name == "~~*";
}

}  // namespace

bool picks_by_value(const Expr& e, const RowChoice& choice) {
    const auto picks = [&](const Expr& part) { return picks_by_value(part, choice); };
    switch (e.kind) {
        case Expr::Kind::and_: return std::any_of(e.args.begin(), e.args.end(), picks);
        case Expr::Kind::or_: return !e.args.empty() && std::all_of(e.args.begin(), e.args.end(), picks);
        case Expr::Kind::op:
            return is_equality(e) && !excludes_a_value(e) && !is_true_of_most(e) && has_value(e, choice) &&
                   std::any_of(e.args.begin(), e.args.end(), is_of_column);
        case Expr::Kind::constant: return !choice.dml.always_true_where;  // WHERE false
        case Expr::Kind::subquery: return choice.dml.in_subqueries.equals && e.text != "ALL";
        default: return false;
    }
}

bool is_limited(const RowChoice& choice) {
    return joins_spelled_out_rows(choice.dml) || (choice.runs_once() && limits_itself(choice));
}

bool picks_no_row(const RowChoice& choice) {
    if (!choice.dml.orphans || choice.dml.query.relations.empty()) return false;
    const Orphans& orphans = *choice.dml.orphans;
    const Relation* table = choice.catalog.find(target_of(choice.dml));
    const Relation* referenced = choice.catalog.find(orphans.table);
    if (!table || !referenced) return false;
    const Column* column = table->column(orphans.column);
    if (!column || (orphans.nulls && !column->not_null)) return false;
    const auto& constraints = table->table.constraints;
    return std::any_of(constraints.begin(), constraints.end(), [&](const TableConstraint& key) {
        return key.type == ConstraintType::foreign_key && key.valid && key.enforced && !key.maybe &&
               key.columns == std::vector{orphans.column} && key.referenced == referenced->id &&
               (key.referenced_columns.empty() || key.referenced_columns == std::vector{orphans.key});
    });
}

bool picks_any_row(const Step& step, const Dml& dml) {
    if (step.work(Cause::every_row)) return true;
    const Work* work = step.work(Cause::query);
    const RowChoice choice = RowChoice::of(step, dml);
    if (!work || work->kind != Work::Kind::change_rows || is_limited(choice) || picks_no_row(choice)) return false;
    if (!dml.where || dml.query.relations.empty()) return true;
    if (dml.in_from.compares && has_equality(*dml.where)) return false;
    return !ComparesWithValue(choice)(*dml.where);
}

bool is_for_few_rows(const RowChoice& choice) {
    const Dml& dml = choice.dml;
    const bool reads = dml.kind == Dml::Kind::select || dml.kind == Dml::Kind::insert;
    if (reads && (!dml.has_from || dml.values_only)) return true;
    if (dml.kind == Dml::Kind::select && dml.in_subqueries.equals) return true;
    if (!dml.where || dml.always_true_where || dml.query.relations.empty()) return false;
    return is_limited(choice) || picks_by_value(*dml.where, choice);
}

}  // namespace pgfence
