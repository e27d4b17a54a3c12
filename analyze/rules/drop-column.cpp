#include <algorithm>
#include <iterator>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/recipe_parts.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

bool is_null_test_of(const Expr& condition, std::string_view column) {
    return (condition.kind == Expr::Kind::is_null || condition.kind == Expr::Kind::is_not_null) &&
           condition.args.size() == 1 && condition.args.front().kind == Expr::Kind::column &&
           condition.args.front().text == column;
}

/// An expression from which the column's value can be told again, as far as this can see: not of a part of it, a test
/// or a count.
bool holds_whole(const Expr& e, const std::string& column) {
    constexpr std::string_view kOfPart[] = {"substr",
                                            "substring",
                                            "left",
                                            "right",
                                            "split_part",
                                            "length",
                                            "char_length",
                                            "date_trunc",
                                            "date_part",
                                            "extract",
                                            "md5",
                                            "cardinality",
                                            "array_length",
                                            "jsonb_array_length",
                                            "json_array_length",
                                            "regexp_replace"};
    constexpr std::string_view kOfPartToo[] = {"->", "->>", "#>", "#>>", "=",  "<>", "<",
                                               ">",  "<=",  ">=", "~",   "~~", "?",  "@>"};
    switch (e.kind) {
        case Expr::Kind::column: return e.text == column;
        case Expr::Kind::is_null:
        case Expr::Kind::is_not_null:
        case Expr::Kind::boolean_test:
        case Expr::Kind::not_:
        case Expr::Kind::and_:
        case Expr::Kind::or_: return false;
        case Expr::Kind::call:
            if (is_among(e.name.name, kOfPart)) return false;
            break;
        case Expr::Kind::op:
            if (is_among(e.name.name, kOfPartToo)) return false;
            break;
        case Expr::Kind::cast:
            if (e.type.name.name == "date" || e.type.name.name == "bool") return false;
            break;
        case Expr::Kind::list:  // nullif(a, a)
            if (e.text == "NULLIF" && e.args.size() == 2 && e.args[0] == e.args[1]) return false;
            break;
        default: break;
    }
    return std::any_of(e.args.begin(), e.args.end(), [&](const Expr& part) { return holds_whole(part, column); });
}

/// to_jsonb(orders), row_to_json(o): of a whole row.
bool is_of_whole_row(const Expr& e, const Dml& update) {
    const bool makes_json = e.kind == Expr::Kind::call &&
                            (e.name.name == "row_to_json" || e.name.name == "to_json" || e.name.name == "to_jsonb");
    if (makes_json && !e.args.empty() && e.args.front().kind == Expr::Kind::column &&
        (e.args.front().text == update.called || e.args.front().text == update.query.relations.front().name.name))
        return true;
    return std::any_of(e.args.begin(), e.args.end(), [&](const Expr& part) { return is_of_whole_row(part, update); });
}

/// Of an expression that reads the dropped column, in every row that has something in it: a WHERE may leave out those
/// where it is null, or where the new column is filled already. What FROM brings may have a column of that name, too.
bool copies(const Dml& update, const Assignment& set, const std::string& dropped) {
    if (update.has_from || !(holds_whole(set.value, dropped) || is_of_whole_row(set.value, update))) return false;
    if (!update.where) return !update.query.has_where;
    return is_null_test_of(*update.where, dropped) || is_null_test_of(*update.where, set.column);
}

bool is_temporary(const Relation* relation) { return !relation || relation->persistence == Persistence::temporary; }

/// Whether one of the change's statements took the values of a column of `table` elsewhere, to stay.
class Copied {
public:
    Copied(const Step& step, const Relation* table, const std::string& column)
        : step_(step), table_(table), column_(column) {}

    bool operator()(const Earlier& earlier) const {
        if (const auto* dml = std::get_if<Dml>(earlier.action)) {
            if (dml->query.relations.empty() || dml->reach != Dml::Reach::run) return false;
            return dml->kind == Dml::Kind::update ? by(*dml) : dml->kind == Dml::Kind::insert && by_insert(*dml);
        }
        const auto* made = std::get_if<CreateTableAs>(earlier.action);
        return made && by(*made);
    }

    /// Of rows that a condition or a join picks, the values go into another table that stays, or into a new column.
    bool in_part(const Earlier& earlier) const {
        const auto* dml = std::get_if<Dml>(earlier.action);
        if (!dml || dml->reach != Dml::Reach::run || dml->query.relations.empty()) return false;
        const auto& relations = dml->query.relations;
        const bool own = is_it(relations.front().name);
        if (!own && (!is_read_alone_of_its_name(relations) || is_temporary(step_.before.find(relations.front().name))))
            return false;
        if (dml->kind == Dml::Kind::insert)
            return !own && (is_among(column_, dml->copied) || (dml->copies_all && relations.size() == 2));
        return dml->kind == Dml::Kind::update &&
               std::any_of(dml->assignments.begin(), dml->assignments.end(), [&](const Assignment& set) {
                   return (!own || is_new(set.column)) && holds_whole(set.value, column_);
               });
    }

    /// A column that the change itself adds is given, in every row, what is made of neither.
    bool is_overwritten(const Earlier& later, const Earlier& copying) const {
        const auto* update = std::get_if<Dml>(later.action);
        const auto* copy = std::get_if<Dml>(copying.action);
        if (!update || !copy || copy->kind != Dml::Kind::update || update->kind != Dml::Kind::update ||
            update->query.relations.empty() || update->query.has_where || !is_it(update->query.relations.front().name))
            return false;
        return std::any_of(update->assignments.begin(), update->assignments.end(), [&](const Assignment& set) {
            return is_new(set.column) && !mentions(set.value, column_) && !mentions(set.value, set.column) &&
                   std::any_of(copy->assignments.begin(), copy->assignments.end(), [&](const Assignment& first) {
                       return first.column == set.column && copies(*copy, first, column_);
                   });
        });
    }

private:
    bool is_it(const Name& name) const { return table_ && step_.before.find(name) == table_; }

    /// Behind the table that is written to stands this one, and none that has a column of that name as well.
    bool is_read_alone_of_its_name(const std::vector<RangeUse>& relations) const {
        bool is_read = false;
        for (std::size_t i = 1; i < relations.size(); ++i) {
            if (is_it(relations[i].name)) {
                is_read = true;
                continue;
            }
            const Relation* other = step_.before.find(relations[i].name);
            if (!other || !other->columns_known || other->column(column_)) return false;
        }
        return is_read;
    }

    bool is_new(const std::string& name) const {
        const Column* column = table_ ? table_->column(name) : nullptr;
        return column && !column->existing && name != column_;
    }

    bool by(const Dml& update) const {
        if (!is_it(update.query.relations.front().name)) return false;
        return std::any_of(update.assignments.begin(), update.assignments.end(),
                           [&](const Assignment& set) { return is_new(set.column) && copies(update, set, column_); });
    }

    /// Of its rows alone: what joins leave out has lost them.
    bool by_insert(const Dml& insert) const {
        const auto& relations = insert.query.relations;
        if (relations.size() != 2 || !is_it(relations.back().name) || is_it(relations.front().name)) return false;
        if (is_temporary(step_.before.find(relations.front().name))) return false;
        if (insert.where ? !is_null_test_of(*insert.where, column_) || insert.where->kind == Expr::Kind::is_null
                         : insert.query.has_where)
            return false;
        return insert.copies_all || is_among(column_, insert.copied);
    }

    bool by(const CreateTableAs& made) const {
        const auto& relations = made.query.relations;
        if (made.materialized_view || made.with_no_data || made.query.has_where || relations.size() != 1 ||
            !is_it(relations.front().name) || is_temporary(step_.before.find(made.name)))
            return false;
        return std::any_of(made.uses.shown.begin(), made.uses.shown.end(),
                           [&](const ShownColumn& shown) { return shown.name.empty() || shown.column == column_; });
    }

    const Step& step_;
    const Relation* table_;
    const std::string& column_;
};

/// The earlier statement of the change that put into a column that it adds, or into another table, what this one holds;
/// null: there is none.
const Earlier* copied_by(const Step& step, const Clause& dropped) {
    const Copied copied(step, step.before.find(dropped.statement.name), dropped.cmd.name);
    for (auto one = step.earlier.begin(); one != step.earlier.end(); ++one)
        if (copied(*one) && std::none_of(std::next(one), step.earlier.end(),
                                         [&](const Earlier& later) { return copied.is_overwritten(later, *one); }))
            return &*one;
    const auto before = std::find_if(step.before_file.begin(), step.before_file.end(), copied);
    return before == step.before_file.end() ? nullptr : &*before;
}

/// The same of what some rows hold: its WHERE, or a join, picks them.
const Earlier* copied_in_part_by(const Step& step, const Clause& dropped) {
    const Copied copied(step, step.before.find(dropped.statement.name), dropped.cmd.name);
    for (const auto& earlier : {step.earlier, step.before_file})
        for (const Earlier& one : earlier)
            if (copied.in_part(one)) return &one;
    return nullptr;
}

Consequence with_the_copy(Consequence consequence, const Earlier& copy) {
    const auto* dml = std::get_if<Dml>(copy.action);
    const auto* made = std::get_if<CreateTableAs>(copy.action);
    const Name& into = dml ? dml->query.relations.front().name : made->name;
    consequence.related = copy.span;
    consequence.related_message = fmt::format("this {} puts its values into {}", *copy.kind, in_code(into));
    return consequence;
}

bool has_parameter(const Expr& e) {
    return e.kind == Expr::Kind::parameter || std::any_of(e.args.begin(), e.args.end(), has_parameter);
}

/// A program has put values that only its run tells into another table that stays, or into a column of the change.
bool may_be_copied(const Step& step, const Clause& dropped) {
    const Relation* table = step.before.find(dropped.statement.name);
    const auto may_copy = [&](const Earlier& earlier) {
        const auto* dml = std::get_if<Dml>(earlier.action);
        const bool writes = dml && (dml->kind == Dml::Kind::insert || dml->kind == Dml::Kind::update);
        if (!writes || dml->query.relations.empty()) return false;
        const Relation* into = step.before.find(dml->query.relations.front().name);
        const auto can_take = [&](const std::string& name) {
            const Column* column = into ? into->column(name) : nullptr;
            return into != table || (column && !column->existing);
        };
        if (is_temporary(into)) return false;
        return std::any_of(dml->assignments.begin(), dml->assignments.end(),
                           [&](const Assignment& set) { return can_take(set.column) && has_parameter(set.value); }) ||
               (into != table && std::any_of(dml->rows.begin(), dml->rows.end(), [](const std::vector<Expr>& row) {
                    return std::any_of(row.begin(), row.end(), has_parameter);
                }));
    };
    return std::any_of(step.earlier.begin(), step.earlier.end(), may_copy) ||
           std::any_of(step.before_file.begin(), step.before_file.end(), may_copy);
}

/// Of what columns the server computes its values; nothing: it does not, or nobody knows of which.
std::optional<std::vector<std::string>> computed_of(const Step& step, const Clause& dropped) {
    const Column* column = column_before(step, dropped.statement.name, dropped.cmd.name);
    if (!column || !column->generated || !column->generated_expr) return std::nullopt;
    return columns_of(*column->generated_expr);
}

bool has_all(const Relation* table, const std::vector<std::string>& columns) {
    return table && std::all_of(columns.begin(), columns.end(),
                                [&](const std::string& name) { return table->column(name) != nullptr; });
}

/// The change itself has added the column. CREATE TABLE IF NOT EXISTS says nothing of the columns that are there; and
/// where nobody knows the table, psql goes on after an ADD COLUMN that failed because there was one.
bool is_new(const Step& step, const Clause& dropped) {
    const Relation* table = step.before.find(dropped.statement.name);
    const Column* column = column_before(step, dropped.statement.name, dropped.cmd.name);
    if (!column || column->existing) return false;
    return table ? !table->probably_new : !step.transaction_assumed;
}

/// Whatever else of the table the statement drops waits as well: running code uses that, too.
std::optional<Recipe> drop_later(const Step& step, const Clause& clause) {
    Clause all = clause;
    std::vector<std::string> drops, columns;
    std::vector<RecipeStep> first;
    const auto add = [&](const Clause& one) {
        const std::string column = quoted(one.cmd.name);
        if (auto nullable = drop_not_null_first(step, one.statement.name, one.cmd.name))
            first.push_back(*std::move(nullable));
        all.together.push_back(one.index);
        drops.push_back(fmt::format("DROP COLUMN {}{}{}", one.cmd.missing_ok ? "IF EXISTS " : "", column,
                                    one.cmd.cascade ? " CASCADE" : ""));
        columns.push_back(code(column));
    };
    add(clause);
    for (const Clause& other : clauses(step, {AlterTableType::DropColumn}))
        if (other.index != clause.index && !is_new(step, other)) add(other);
    // There would be two of that name until then.
    if (std::any_of(all.together.begin(), all.together.end(), [&](std::size_t i) {
            return is_added_again({clause.statement, clause.statement.cmds[i], i});
        }))
        return std::nullopt;
    auto steps = other_clauses(step, all);
    if (!steps) return std::nullopt;
    append(*steps, std::move(first));
    steps->push_back(after(fmt::format("a deploy whose code no longer reads or writes {}", joined(columns)),
                           run(fmt::format("ALTER TABLE {} {};", clause.table(), joined(drops)))));
    return Recipe{std::move(*steps), ""};
}

bool has_column(const Catalog& catalog, const Name& table, const std::string& column) {
    const Relation* relation = catalog.find(table);
    if (!relation) relation = catalog.told_of(table);
    return relation && relation->column(column);
}

/// The one column of the change's own that could be the dropped one under another name, as tools write a rename that
/// they take for a drop and an add; null: there is none, or nobody can tell which.
const Column* perhaps_renamed(const Catalog& catalog, const Name& table, const Column& dropped) {
    const Relation* relation = catalog.find(table);
    if (!relation) return nullptr;
    const Column* twin = nullptr;
    for (const Column& column : relation->columns) {
        if (column.existing || column.generated || column.identity || column.name == dropped.name ||
            column.type != dropped.type)
            continue;
        if (twin) return nullptr;
        twin = &column;
    }
    return twin;
}

/// `fresh`: the new column; empty: a later statement adds it.
Recipe or_renamed(Recipe recipe, const Clause& dropped, const std::string& fresh) {
    const std::string old = quoted(dropped.cmd.name);
    add_note(recipe, fmt::format("where {} is {} under another name, `ALTER TABLE {} RENAME COLUMN {} TO {};` in place "
                                 "of both statements keeps the values; like the drop, it breaks running code that "
                                 "names {}",
                                 fresh.empty() ? "a column that a later statement adds" : in_code(fresh), code(old),
                                 dropped.table(), old, fresh.empty() ? "..." : quoted(fresh), code(old)));
    return recipe;
}

}  // namespace

extern const Rule drop_column{
    .title = "Dropped column loses its data and breaks running code",
    .category = Category::destructive,
    .why = R"(
The column's values are gone, and every query of the code that is still running that names it fails from that moment:
ORMs list all columns they know in each `SELECT` and `INSERT`. Indexes and constraints that contain the column go with
it.

Deploy code that no longer knows the column first; drop it in the release after.

Tools that compare models often write a renamed column as a drop and an add. Where the change adds one column of the
same type, the fix names `RENAME COLUMN` as well: it keeps the values, but not the name that running code uses.

Values are not lost, and the finding weighs less, where the column is generated from others (that these go as well is
a finding of theirs), or where an earlier statement of the change copied them: `UPDATE` into a new column,
`INSERT ... SELECT` or `CREATE TABLE AS` into another table that stays. A copy of some rows, which a `WHERE` or a join
picks, is named; the finding weighs as much. Where a program before it has written values that only its run tells, or
something was not analyzed, the finding depends on whether that copied them.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
ALTER TABLE orders DROP COLUMN note;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text NOT NULL, state text);
-- migration:
ALTER TABLE orders DROP COLUMN note, DROP COLUMN state;
)",
            R"(
ALTER TABLE orders ADD COLUMN state text, DROP COLUMN IF EXISTS note;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, total integer);
-- migration:
ALTER TABLE orders ADD COLUMN total_new bigint;
UPDATE orders SET total_new = 0 WHERE id = 5;
ALTER TABLE orders DROP COLUMN total;
ALTER TABLE orders RENAME COLUMN total_new TO total;
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders ADD COLUMN state text;
    ALTER TABLE orders DROP COLUMN note;
END $$;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, price numeric, amount integer,
                     total numeric GENERATED ALWAYS AS (price * amount) STORED);
-- migration:
ALTER TABLE orders DROP COLUMN total;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
CREATE TABLE order_notes (order_id bigint PRIMARY KEY, note text);
INSERT INTO order_notes (order_id, note) SELECT id, note FROM orders WHERE note IS NOT NULL;
ALTER TABLE orders DROP COLUMN note;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
ALTER TABLE orders DROP COLUMN note, ADD COLUMN remark text;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
ALTER TABLE orders DROP COLUMN note;
ALTER TABLE orders ADD COLUMN remark text;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text, state text);
-- migration:
ALTER TABLE orders DROP COLUMN note, ADD COLUMN total numeric, DROP COLUMN state;
)"},
    .good = {R"(
CREATE TABLE orders (note text);
ALTER TABLE orders DROP COLUMN note;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, total integer);
-- migration:
ALTER TABLE orders ADD COLUMN total_new bigint;
UPDATE orders SET total_new = total;
ALTER TABLE orders DROP COLUMN total;
ALTER TABLE orders RENAME COLUMN total_new TO total;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, total integer);
-- migration:
ALTER TABLE orders ADD COLUMN total_new bigint;
UPDATE orders SET total_new = total * 100 WHERE total IS NOT NULL;
ALTER TABLE orders DROP COLUMN total;
ALTER TABLE orders RENAME COLUMN total_new TO total;
)",
             R"(
ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
)"},
    .about = alter_table<AlterTableType::DropColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::DropColumn})) {
            if (is_new(step, clause)) continue;
            const std::string column = quoted(clause.cmd.name);
            std::optional<Recipe> recipe = drop_later(step, clause);
            const auto computed = computed_of(step, clause);
            const Earlier* copy = computed ? nullptr : copied_by(step, clause);
            const Earlier* part = computed || copy ? nullptr : copied_in_part_by(step, clause);
            const Column* known = column_before(step, clause.statement.name, clause.cmd.name);
            const bool perhaps_copied = !computed && !copy && !part && may_be_copied(step, clause);
            const bool may_be_renamed = recipe && known && !known->generated && !copy && !part;
            const Column* twin = may_be_renamed ? perhaps_renamed(step.after, clause.statement.name, *known) : nullptr;
            if (twin) recipe = or_renamed(std::move(*recipe), clause, twin->name);
            const auto add = [&](std::string_view fate, bool stands_when_back) {
                found.push_back(at(
                    of_name(step, clause.statement.name,
                            fmt::format("Column {} of {} is dropped: {}", code(column), clause.table_in_code(), fate),
                            recipe),
                    clause));
                if (computed || copy) found.back().harm = Harm::lost_name;
                if (copy || part) found.back() = with_the_copy(std::move(found.back()), copy ? *copy : *part);
                if (perhaps_copied) {
                    found.back().certainty = Certainty::depends;
                    found.back().depends_on = {
                        "whether the program has copied the values before: only a run tells "
                        "what it writes"};
                }
                found.back().stands_at_end = [table = step.before.resolve(clause.statement.name),
                                              name = clause.cmd.name, stands_when_back](const Catalog& end) {
                    return has_column(end, table, name) == stands_when_back;
                };
            };
            const std::string_view fate =
                computed ? "running code that uses it fails. Its values are computed, and can be again"
                : copy   ? "running code that uses it fails. Its values were copied before"
                : part
                    ? "running code that uses it fails, and its data is lost but for the rows that were copied before"
                : perhaps_copied
                    ? "its data is lost unless the program before has copied it, and running code that uses it fails"
                    : "its data is lost, and running code that uses it fails";
            add(fate, false);
            if (computed) {
                const auto gone = found.back().stands_at_end;
                const auto has_sources = [table = step.before.resolve(clause.statement.name),
                                          of = *computed](const Catalog& end) { return has_all(end.find(table), of); };
                found.back().stands_at_end = [=](const Catalog& end) { return gone(end) && has_sources(end); };
                add("running code that uses it fails. Its values are computed, and what they are computed of is "
                    "dropped as well",
                    false);
                found.back().stands_at_end = [=](const Catalog& end) { return gone(end) && !has_sources(end); };
            }
            if (may_be_renamed && !twin) {
                // A later statement may still add the column that this one was renamed to: the end of the change
                // decides.
                const auto is_added = [table = step.before.resolve(clause.statement.name),
                                       dropped = *known](const Catalog& end) {
                    return perhaps_renamed(end, table, dropped) != nullptr;
                };
                const auto stands = found.back().stands_at_end;
                found.back().stands_at_end = [=](const Catalog& end) { return stands(end) && !is_added(end); };
                add(fate, false);
                found.back().recipe = or_renamed(*recipe, clause, "");
                found.back().stands_at_end = [=](const Catalog& end) { return stands(end) && is_added(end); };
            }
            // A later statement adds the name again: until then the column cannot wait for a deploy.
            recipe.reset();
            if (!copy && !computed) add("its data is lost. The new column of that name does not have it", true);
            if (computed) {
                add("its values are gone. The new column of that name is not computed", true);
                found.back().stands_at_end = [table = step.before.resolve(clause.statement.name),
                                              name = clause.cmd.name](const Catalog& end) {
                    const Relation* now = end.find(table);
                    const Column* back = now ? now->column(name) : nullptr;
                    return back && !back->generated;
                };
            }
        }
        // Of a new table that has become the parent of older ones.
        const auto* alter = step.is<AlterTable>();
        if (!alter || step.existing(alter->name)) return found;
        for (const LostColumn& lost : lost_columns(step)) {
            found.push_back(
                of_name(step, alter->name,
                        fmt::format("Column {} of {} is dropped: its data is lost, and running code that uses it fails",
                                    in_code(lost.column), in_code(lost.table->name))));
            found.back().relations = {step.qualified(lost.table->name)};
        }
        return found;
    },
    .aliases = "ban-drop-column",
};

}  // namespace pgfence::rules
