#include "analyze/kit/row_choice.h"

#include <algorithm>

#include "analyze/catalog/key_lookup.h"
#include "analyze/kit/forbidden_rows.h"
#include "analyze/kit/spelled_out_table.h"
#include "analyze/kit/weak_comparison.h"
#include "core/key_names.h"
#include "core/text.h"

namespace pgfence {
namespace {

/// The table whose rows are changed, or read first; null as well where a query names none: SELECT ... FROM f().
const Relation* target_in(const Catalog& catalog, const Dml& dml) {
    return dml.query.relations.empty() ? nullptr : catalog.find(dml.query.relations.front().name);
}

bool is_one_sided(const Expr& e) {
    return e.text.empty() && (e.name.name == "<>" || e.name.name == "<" || e.name.name == ">" || e.name.name == "<=" ||
                              e.name.name == ">=");
}

/// Those columns name one row of the target each. Of a table that is not known nobody can tell which columns do.
bool name_rows(const std::vector<std::string>& columns, const RowChoice& choice) {
    const Relation* table = target_in(choice.catalog, choice.dml);
    if (!table || !table->columns_known) return true;
    return (columns.size() == 1 && columns.front() == "ctid") || hold_a_key(choice.catalog, *table, columns);
}

/// order_id IN (SELECT order_id FROM orders), where orders has no such column: it is the row's own (colNameToVar), and
/// equal to itself.
bool gives_back_own_columns(const RowChoice& choice) {
    const Relation* target = target_in(choice.catalog, choice.dml);
    if (!target || choice.dml.always_true_where) return false;
    const auto& given = choice.dml.provided;
    return std::any_of(given.begin(), given.end(), [&](const InnerColumn& column) {
        return target->column(column.name) && std::all_of(column.of.begin(), column.of.end(), [&](const Name& table) {
                   const Relation* inner = choice.catalog.find(table);
                   return inner && inner->columns_known && !inner->column(column.name);
               });
    });
}

/// Null as well where it says nothing of the row.
const SubSelect* sub_select(const Expr& e, const RowChoice& choice) {
    if (gives_back_own_columns(choice)) return nullptr;
    for (const SubSelect& one : choice.dml.sub_selects)
        if (one.location >= 0 && one.location == e.location) return &one;
    return nullptr;
}

/// What it gives of the table's own rows says which of them are meant by a key alone: day IN (SELECT day FROM orders
/// WHERE id = 1) is every row of that day.
bool goes_by_value(const SubSelect& asked, const RowChoice& choice) {
    return asked.says.compares && (!asked.own_rows || name_rows(asked.columns, choice));
}

/// a = v.a, with others or not. What compares two columns of one table joins nothing.
bool has_equality(const Expr& e) {
    if (e.kind == Expr::Kind::and_) return std::any_of(e.args.begin(), e.args.end(), has_equality);
    return e.kind == Expr::Kind::op && e.name.name == "=" && e.text.empty() && e.args.size() == 2 &&
           e.args[0].kind == Expr::Kind::column && e.args[1].kind == Expr::Kind::column &&
           (e.args[0].name.schema.empty() || e.args[0].name.schema != e.args[1].name.schema);
}

/// Columns of the target that are equal to some of the item of FROM.
void add_joined(const Expr& e, const Dml& dml, const Beside& item, std::vector<std::string>& columns) {
    if (e.kind == Expr::Kind::and_)
        for (const Expr& part : e.args) add_joined(part, dml, item, columns);
    if (!has_equality(e) || e.kind != Expr::Kind::op) return;
    const auto is_of = [](const Expr& column, const std::string& name) {
        return column.name.schema.empty() || column.name.schema == name;
    };
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
        const Expr &own = e.args[side], &other = e.args[1 - side];
        if (is_of(own, dml.called) && is_of(other, item.name)) columns.push_back(own.text);
    }
}

/// FROM (SELECT ... LIMIT 10) AS b WHERE b.id = orders.id
bool joins_few(const RowChoice& choice) {
    const Dml& dml = choice.dml;
    return dml.where && std::any_of(dml.beside.begin(), dml.beside.end(), [&](const Beside& item) {
               std::vector<std::string> columns;
               if (item.few) add_joined(*dml.where, dml, item, columns);
               return !columns.empty() && name_rows(columns, choice);
           });
}

/// FROM (SELECT id FROM users WHERE name = 'nobody') AS u WHERE u.id = orders.user_id
bool joins_by_value(const RowChoice& choice) {
    const Dml& dml = choice.dml;
    return dml.where && std::any_of(dml.beside.begin(), dml.beside.end(), [&](const Beside& item) {
               std::vector<std::string> columns;
               if (item.says.compares) add_joined(*dml.where, dml, item, columns);
               return !columns.empty() && (!item.own_rows || name_rows(columns, choice));
           });
}

/// id IN (SELECT ... LIMIT 10), as a part of the condition.
bool asks_for_few(const Expr& e, const RowChoice& choice) {
    const auto asks = [&](const Expr& part) { return asks_for_few(part, choice); };
    const auto is_few = [&](const Expr& subquery) {
        const SubSelect* asked = sub_select(subquery, choice);
        return asked && asked->few && !asked->columns.empty() && name_rows(asked->columns, choice);
    };
    switch (e.kind) {
        case Expr::Kind::and_: return std::any_of(e.args.begin(), e.args.end(), asks);
        case Expr::Kind::or_: return !e.args.empty() && std::all_of(e.args.begin(), e.args.end(), asks);
        case Expr::Kind::subquery: return e.text != "ALL" && (e.name.empty() || e.name.name == "=") && is_few(e);
        case Expr::Kind::op:  // = ANY (ARRAY(SELECT ...)), = (SELECT ...)
            return e.name.name == "=" && e.text != "ALL" && e.args.size() == 2 &&
                   std::any_of(e.args.begin(), e.args.end(),
                               [&](const Expr& side) { return side.kind == Expr::Kind::subquery && is_few(side); });
        default: return false;
    }
}

/// A LIMIT in the query that the statement takes its rows from; of an INSERT, in its own.
bool limits_itself(const RowChoice& choice) {
    const Dml& dml = choice.dml;
    if (dml.kind == Dml::Kind::insert) return dml.takes_few;
    return joins_few(choice) || (dml.where && asks_for_few(*dml.where, choice));
}

/// UPDATE ... FROM (VALUES ...) touches as many rows as the file spells out.
bool joins_spelled_out_rows(const Dml& dml) {
    if (dml.kind == Dml::Kind::insert || !dml.values_only || dml.always_true_where) return false;
    return (dml.merge_clause || dml.has_from) && dml.where && has_equality(*dml.where);
}

/// Not where it can be told that it is another table's: FROM and USING bring those in.
bool may_be_own(const Expr& column, const Dml& dml, const Relation* target) {
    if (!dml.has_from) return true;
    if (target && target->columns_known && !target->column(column.text)) return false;
    return column.name.schema.empty() || column.name.schema == dml.called ||
           std::none_of(dml.beside.begin(), dml.beside.end(),
                        [&](const Beside& item) { return item.name == column.name.schema; });
}

/// WHERE id = i, where i is no column of the table: a variable of the body that it stands in, or an argument.
bool is_variable(const Expr& e, const RowChoice& choice) {
    if (e.kind == Expr::Kind::parameter) return !e.text.starts_with('$');
    if (e.kind != Expr::Kind::column || !e.name.schema.empty() || choice.dml.has_from) return false;
    const Relation* target = target_in(choice.catalog, choice.dml);
    return target && target->columns_known && !target->columns.empty() && !target->column(e.text);
}

/// = and IN, where a variable is one value; of a list or a pattern nobody knows what it holds.
bool is_plain_equality(const Expr& e) {
    return e.kind == Expr::Kind::op && e.name.name == "=" &&
           (e.text.empty() || e.text == "IN" || e.text == "IS NOT DISTINCT FROM");
}

}  // namespace

namespace {

/// EXISTS, IN, = ANY
bool is_equal_to_any(const Expr& subquery) {
    return subquery.text != "ALL" && (subquery.name.empty() || subquery.name.name == "=");
}

/// id IN (SELECT id FROM doomed)
bool is_among_spelled_out_rows(const Expr& subquery, const RowChoice& choice) {
    return subquery.text == "ANY" && reads_spelled_out_rows(choice);
}

}  // namespace

namespace {

/// A side of a comparison that the file spells out, or that a variable holds.
struct ValueOf {
    const RowChoice& choice;
    bool operator()(const Expr& comparison, const Expr& side) const {
        return is_value(side, choice) ||
               (choice.runs_once() && is_plain_equality(comparison) && is_variable(side, choice));
    }
};

}  // namespace

bool has_value(const Expr& e, const RowChoice& choice) {
    return std::any_of(e.args.begin(), e.args.end(), [&](const Expr& side) { return ValueOf{choice}(e, side); });
}

namespace {

bool is_false(const Expr& constant) { return constant.text == "false" || constant.text == "f"; }

/// It compares a column with something the file spells out, or with NULL, in whatever rows are picked.
class ComparesWithValue {
public:
    explicit ComparesWithValue(const RowChoice& choice)
        : choice_(choice), dml_(choice.dml), target_(target_in(choice.catalog, dml_)) {}

    bool operator()(const Expr& e) const {
        switch (e.kind) {
            case Expr::Kind::op:
                if (const Expr* denied = denied_by(e)) return leaves_few(*denied);
                return (has_value(e, choice_) || picks_a_value(e)) && has_own_column(e) && !excludes_a_value(e) &&
                       !is_true_of_most(e) && !is_of_all_keys(e) && !(is_one_sided(e) && has_parameter(e));
            case Expr::Kind::is_not_null: return false;         // most rows have a value in most columns
            case Expr::Kind::column: return has_own_column(e);  // a boolean one
            case Expr::Kind::is_null:  // not of a variable: WHERE wanted IS NULL OR state = wanted
                return has_own_column(e) && !is_variable(e.args.front(), choice_) && !is_null_of_most(e.args.front());
            case Expr::Kind::boolean_test: return !leaves_most(e) && has_own_column(e);
            case Expr::Kind::call:
                return has_own_column(e) && std::any_of(e.args.begin(), e.args.end(), [&](const Expr& argument) {
                           return argument.kind != Expr::Kind::column && is_value(argument, choice_) &&
                                  (argument.kind != Expr::Kind::constant || !argument.text.empty());
                       });
            case Expr::Kind::and_: return std::any_of(e.args.begin(), e.args.end(), *this);
            case Expr::Kind::or_: return std::all_of(e.args.begin(), e.args.end(), *this);
            case Expr::Kind::not_: return leaves_few(e.args.front());
            case Expr::Kind::subquery:
                return is_equal_to_any(e) && (asks_by_value(e) || is_among_spelled_out_rows(e, choice_));
            default: return picks_by_value(e, choice_);
        }
    }

private:
    /// What a sub-select gives that goes by something spelled out.
    bool picks_a_value(const Expr& e) const {
        // = (SELECT ... LIMIT 1) is one value, which is another one each time.
        const bool one = is_plain_equality(e) && choice_.runs_once();
        return std::any_of(e.args.begin(), e.args.end(), [&](const Expr& side) {
            const SubSelect* asked =
                side.kind == Expr::Kind::subquery && side.text.empty() ? sub_select(side, choice_) : nullptr;
            return asked && (goes_by_value(*asked, choice_) || (one && asked->says.limits));
        });
    }
    bool asks_by_value(const Expr& e) const {
        const SubSelect* asked = sub_select(e, choice_);
        return asked && goes_by_value(*asked, choice_);
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
            case Expr::Kind::constant: return !is_false(e);
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
        case Expr::Kind::constant: return is_false(e);  // beside others, true says nothing: id <> 3 AND true
        case Expr::Kind::subquery:
            if (!is_equal_to_any(e)) return false;
            if (const SubSelect* asked = sub_select(e, choice); asked && asked->says.equals)
                return goes_by_value(*asked, choice);
            return is_among_spelled_out_rows(e, choice);
        default: return false;
    }
}

bool is_limited(const RowChoice& choice) {
    const bool joins = choice.dml.kind != Dml::Kind::insert && !choice.dml.always_true_where && choice.dml.where &&
                       choice.dml.has_from && has_equality(*choice.dml.where);
    return joins_spelled_out_rows(choice.dml) || (joins && reads_spelled_out_rows(choice)) ||
           (choice.runs_once() && limits_itself(choice));
}

namespace {

/// A foreign key's columns: rows of one value belong to one row of another table.
bool hold_a_reference(const Relation& table, const std::vector<std::string>& columns) {
    return std::any_of(table.table.constraints.begin(), table.table.constraints.end(), [&](const TableConstraint& key) {
        return key.type == ConstraintType::foreign_key &&
               std::all_of(key.columns.begin(), key.columns.end(), [&](const std::string& column) {
                   return std::find(columns.begin(), columns.end(), column) != columns.end();
               });
    });
}

KeyLookup lookup_in(const Relation& table, const Dml& dml,
                    std::function<bool(const Expr& comparison, const Expr& side)> is_value) {
    return {table, dml.called, !dml.has_from, std::move(is_value)};
}

}  // namespace

bool picks_by_key(const RowChoice& choice) {
    const Dml& dml = choice.dml;
    if (!dml.where || dml.always_true_where || dml.query.relations.empty()) return false;
    const Relation* table = target_in(choice.catalog, dml);
    if (!table) return false;
    return names_rows_by_key(choice.catalog, *dml.where, lookup_in(*table, dml, ValueOf{choice}));
}

namespace {

/// Of lower(email), email::citext and the like the column: what is equal there is equal to few.
Expr of_bare_columns(Expr e) {
    constexpr std::string_view kPlain[] = {"lower", "upper", "trim", "btrim", "ltrim", "rtrim"};
    for (Expr& part : e.args) part = of_bare_columns(std::move(part));
    const bool plain = e.kind == Expr::Kind::cast || e.kind == Expr::Kind::collate ||
                       (e.kind == Expr::Kind::call &&
                        std::find(std::begin(kPlain), std::end(kPlain), e.name.name) != std::end(kPlain));
    if (!plain || e.args.size() != 1 || e.args.front().kind != Expr::Kind::column) return e;
    Expr column = std::move(e.args.front());
    return column;
}

/// By the table's keys where they are known, else by what names tell.
class NamesFew {
public:
    explicit NamesFew(const RowChoice& choice)
        : choice_(choice),
          target_(target_in(choice.catalog, choice.dml)),
          lookup_(lookup_in(target_ ? *target_ : unknown_, choice.dml, ValueOf{choice})) {
        lookup_.ranges = true;
    }

    bool operator()(const Expr& e) const {
        const auto few = [&](const Expr& part) { return (*this)(part); };
        if (e.kind == Expr::Kind::or_) return !e.args.empty() && std::all_of(e.args.begin(), e.args.end(), few);
        if (hold_its_key(fixed_columns(e, lookup_))) return true;
        if (e.kind == Expr::Kind::and_) return std::any_of(e.args.begin(), e.args.end(), few);
        if (e.kind == Expr::Kind::op && !is_of_others(e) && !is_by_row_at_hand(e)) return false;
        return picks_by_value(e, choice_);
    }

private:
    bool hold_its_key(const std::vector<std::string>& columns) const {
        if (target_ && hold_an_index(columns)) return true;
        const std::string_view table = choice_.dml.query.relations.front().name.name;
        const bool by_name = !target_ || !target_->columns_known;
        return std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
            return column == "ctid" || (by_name && is_named_like_key(table, column));
        });
    }

    /// One on lower(email), too.
    bool hold_an_index(const std::vector<std::string>& columns) const {
        const auto is_given = [&](const IndexElement& element) {
            if (!element.column.empty()) return is_among(element.column, columns);
            const Expr bare = element.expr ? of_bare_columns(*element.expr) : Expr();
            return bare.kind == Expr::Kind::column && is_among(bare.text, columns);
        };
        const auto indexes = choice_.catalog.indexes_of(target_->id);
        return std::any_of(indexes.begin(), indexes.end(), [&](const Relation* index) {
            const auto& elements = index->index.elements;
            return index->index.unique && !index->index.where && !elements.empty() &&
                   std::all_of(elements.begin(), elements.end(), is_given);
        });
    }

    /// FROM users u WHERE u.id = orders.user_id AND u.name = 'nobody'
    bool is_of_others(const Expr& e) const {
        if (e.kind == Expr::Kind::column) return !may_be_own(e, choice_.dml, target_);
        return std::any_of(e.args.begin(), e.args.end(), [&](const Expr& part) { return is_of_others(part); });
    }
    static bool is_by_row_at_hand(const Expr& e) {
        return std::any_of(e.args.begin(), e.args.end(), is_of_trigger_row);
    }

    const RowChoice& choice_;
    /// What its columns are asked of where nobody described the table.
    const Relation unknown_ = [] {
        Relation table;
        table.columns_known = false;
        return table;
    }();
    const Relation* target_;
    KeyLookup lookup_;
};

}  // namespace

bool names_few_rows(const RowChoice& choice) {
    const Dml& dml = choice.dml;
    return dml.where && !dml.always_true_where && !dml.query.relations.empty() &&
           NamesFew(choice)(of_bare_columns(*dml.where));
}

bool picks_by_row_at_hand(const RowChoice& choice) {
    const Dml& dml = choice.dml;
    if (!dml.where || dml.always_true_where || dml.query.relations.empty()) return false;
    const Relation* table = target_in(choice.catalog, dml);
    if (!table || !table->columns_known) return false;
    const auto is_of_row = [](const Expr&, const Expr& side) {
        const Expr* inner = &side;
        while (inner->kind == Expr::Kind::cast && !inner->args.empty()) inner = &inner->args.front();
        return is_of_trigger_row(*inner);
    };
    const std::vector<std::string> columns = fixed_columns(*dml.where, lookup_in(*table, dml, is_of_row));
    return hold_a_key(choice.catalog, *table, columns) || hold_a_reference(*table, columns);
}

bool picks_no_row(const RowChoice& choice) {
    const auto forbids = forbids_rows_of(choice);
    return forbids && forbids(choice.catalog);
}

bool picks_any_row(const Step& step, const Dml& dml) {
    if (step.work(Cause::every_row)) return true;
    const Work* work = step.work(Cause::query);
    const RowChoice choice = RowChoice::of(step, dml);
    if (!work || work->kind != Work::Kind::change_rows || is_limited(choice) || picks_no_row(choice)) return false;
    if (!dml.where || dml.query.relations.empty()) return true;
    if (joins_by_value(choice)) return false;
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
