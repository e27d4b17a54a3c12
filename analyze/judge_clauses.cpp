// Which clauses of an ALTER TABLE one finding is about, and their recipes as one.

#include <algorithm>
#include <iterator>

#include "analyze/recipe_parts.h"

namespace pgfence {
namespace {

/// ATRewriteTables goes over a table once, whatever its clauses ask of the rows. Only a foreign key is checked by
/// itself (validateForeignKeyConstraint), and an index built (DefineIndex).
bool in_one_pass(const Costly& work) {
    return std::all_of(work.works.begin(), work.works.end(), [](const Work* one) {
        return one->kind != Work::Kind::index_build && one->cause != Cause::foreign_key;
    });
}

std::string named_by(const Clause& clause) {
    if (clause.cmd.column) return clause.cmd.column->name;
    return clause.cmd.constraint ? clause.cmd.constraint->name : clause.cmd.name;
}

std::string the_same_for(const std::vector<Clause>& others) {
    std::vector<std::string> names;
    for (const Clause& other : others)
        if (const std::string name = named_by(other); !name.empty()) names.push_back(quoted(name));
    if (names.size() != others.size() || names.size() > 3)
        return fmt::format("the same for {} more clause{}", others.size(), others.size() == 1 ? "" : "s");
    return "the same for " + list_in_words(names);
}

/// One recipe after the other, what waits for a deploy at the end; none when one of them is missing.
std::optional<Recipe> joined(std::vector<Said>& all) {
    Recipe joined;
    std::vector<RecipeStep> later;
    for (Said& said : all) {
        if (!said.recipe) return std::nullopt;
        auto& steps = said.recipe->steps;
        const auto waits =
            std::find_if(steps.begin(), steps.end(), [](const RecipeStep& one) { return !one.wait_for.empty(); });
        std::move(steps.begin(), waits, std::back_inserter(joined.steps));
        std::move(waits, steps.end(), std::back_inserter(later));
        add_note(joined, said.recipe->note);
    }
    std::move(later.begin(), later.end(), std::back_inserter(joined.steps));
    return joined;
}

/// The statement's other clauses run first: columns that they add come before those of the recipe.
std::string order_of_columns(const Clause& first, const std::vector<std::size_t>& own) {
    if (first.cmd.subtype != AlterTableType::AddColumn) return "";
    const auto& cmds = first.statement.cmds;
    for (std::size_t i = first.index; i < cmds.size(); ++i)
        if (cmds[i].subtype == AlterTableType::AddColumn && std::find(own.begin(), own.end(), i) == own.end())
            return fmt::format("the new columns of {} stand in another order then", first.table());
    return "";
}

/// Nothing when they are no clauses of one finding.
std::optional<Consequence> judge_together(const Step& step, std::vector<Clause> clauses,
                                          std::initializer_list<Cause> causes, const Judge& judge) {
    Costly work;
    for (const Clause& clause : clauses)
        for (const Work* one : costly(step, causes, clause.index).works) work.works.push_back(one);
    if (clauses.size() < 2 || !in_one_pass(work)) return std::nullopt;
    std::vector<std::size_t> together;
    for (const Clause& clause : clauses) together.push_back(clause.index);
    std::vector<Said> all;
    for (Clause& clause : clauses) {
        clause.together = together;
        all.push_back(judge(clause, costly(step, causes, clause.index)));
    }
    auto recipe = joined(all);
    if (!recipe) return std::nullopt;
    add_note(*recipe, order_of_columns(clauses.front(), together));
    const std::string message = all.front().message + "; " + the_same_for({clauses.begin() + 1, clauses.end()});
    return at(of_work(step, work, message, std::move(recipe)), clauses.front());
}

}  // namespace

std::vector<Consequence> judge_clauses(const Step& step, const std::vector<Clause>& candidates,
                                       std::initializer_list<Cause> causes, const Judge& judge) {
    const auto judged = without(candidates, [&](const Clause& clause) { return !costly(step, causes, clause.index); });
    if (auto all = judge_together(step, judged, causes, judge)) return {std::move(*all)};
    std::vector<Consequence> found;
    for (const Clause& clause : judged) {
        const Costly work = costly(step, causes, clause.index);
        Said said = judge(clause, work);
        if (said.recipe) add_note(*said.recipe, order_of_columns(clause, {clause.index}));
        found.push_back(at(of_work(step, work, std::move(said.message), std::move(said.recipe)), clause));
    }
    return found;
}

}  // namespace pgfence
