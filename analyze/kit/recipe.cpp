#include "analyze/kit/recipe.h"

#include <algorithm>

#include "analyze/kit/recipe_parts.h"
#include "analyze/kit/sql_text.h"

namespace pgfence {

Recipe view_under_old_name(const Step& step, const Name& old, const Name& fresh) {
    Recipe recipe{{}, "ON CONFLICT, row locks by name and some ORM checks do not work through the view"};
    recipe.steps.push_back(
        run(fmt::format("{};\nCREATE VIEW {} AS SELECT * FROM {};", step.sql, quoted(old), quoted(fresh)),
            "in one transaction: the view accepts reads and writes under the old name"));
    recipe.steps.push_back(after(fmt::format("a deploy whose code uses {}", quoted(fresh)),
                                 run(fmt::format("DROP VIEW {};", quoted(old)))));
    return recipe;
}

Recipe after_deploy(const Step& step, std::string wait_for) {
    return {{after(std::move(wait_for), run(step.sql + ";"))}, ""};
}

RecipeStep batches(const std::string& statement, const Name& table, std::string_view todo) {
    // The condition stands twice: ctid is no row's own name in a partitioned table, nor while others change rows.
    const std::string where = todo.empty() ? "" : fmt::format("\n        WHERE {}", todo),
                      and_todo = todo.empty() ? "" : fmt::format("\n        AND {}", todo);
    const std::string loop = fmt::format(
        "\nBEGIN\n  LOOP\n    {}\n      WHERE ctid = ANY (ARRAY(SELECT ctid FROM {}{} LIMIT 10000)){};\n"
        "    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND ",
        statement, quoted(table), where, and_todo);
    RecipeStep step =
        by_hand(run("DO " + dollar_quoted(loop) + ";",
                    "run outside the migration (for example in psql): commits after each batch; safe to re-run"));
    step.outside_transaction = true;
    return step;
}

RecipeStep backfill(const Name& table, std::string_view column, std::string_view value, std::string_view todo) {
    return batches(fmt::format("UPDATE {} SET {} = {}", quoted(table), quoted(column), value), table, todo);
}

std::optional<std::vector<RecipeStep>> other_clauses(const Step& step, const Clause& clause) {
    std::vector<RecipeStep> steps;
    const std::vector<std::size_t> own = clause.together.empty() ? std::vector{clause.index} : clause.together;
    if (own.front() != clause.index || clause.statement.cmds.size() == own.size()) return steps;
    const auto is_own = [&](std::size_t i) { return std::find(own.begin(), own.end(), i) != own.end(); };
    // They would still fail: the fix of that has to come first.
    if (std::any_of(step.effects.failures.begin(), step.effects.failures.end(), [&](const Failure& failure) {
            return failure.kind == Failure::Kind::existing_rows && failure.command < clause.statement.cmds.size() &&
                   !is_own(failure.command);
        }))
        return std::nullopt;
    auto text = cut_alter_table(step.sql);
    if (!text || text->clauses.size() != clause.statement.cmds.size()) return std::nullopt;
    std::string sql = text->head;
    std::string_view separator = " ";
    for (std::size_t i = 0; i < text->clauses.size(); ++i) {
        if (is_own(i)) continue;
        sql += separator;
        sql += text->clauses[i];
        separator = ", ";
    }
    const bool take_long = std::any_of(step.effects.work.begin(), step.effects.work.end(), [&](const Work& work) {
        return work.existing && !is_own(work.command) && blocks(work.under, Traffic::writes);
    });
    steps.push_back(run(
        sql + ";", take_long
                       ? "the statement's other changes; those that block for long have findings and fixes of their own"
                       : "the statement's other changes"));
    steps.back().has_own_findings = take_long;
    return steps;
}

std::string type_in_sql(const TypeName& type) {
    // The grammar's own types are keywords, which quote_ident would quote; "char" is another type than char.
    const bool built_in = type.name.schema == "pg_catalog" && type.name.name != "char";
    std::string text = built_in ? type.name.name : quoted(type.name);
    std::vector<std::string> modifiers = type.modifier_words;
    // An interval's modifiers are a bit mask of its fields.
    if (type.name.name != "interval")
        for (const std::int32_t modifier : type.typmods) modifiers.push_back(std::to_string(modifier));
    for (std::size_t i = 0; i < modifiers.size(); ++i) text += (i == 0 ? "(" : ",") + modifiers[i];
    if (!modifiers.empty()) text += ')';
    for (int i = 0; i < type.array_dimensions; ++i) text += "[]";
    return text;
}

}  // namespace pgfence
