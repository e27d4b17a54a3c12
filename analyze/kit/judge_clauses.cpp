// Which clauses of an ALTER TABLE one finding is about, and their recipes as one.

#include <algorithm>
#include <iterator>
#include <span>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/recipe_parts.h"

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

/// A clause with what it makes the server do.
struct Judged {
    Clause clause;
    Costly work;
};

std::string the_same_for(std::span<const Judged> others) {
    std::vector<std::string> names;
    for (const Judged& other : others)
        if (const std::string name = named_by(other.clause); !name.empty()) names.push_back(in_code(name));
    if (names.size() != others.size() || names.size() > 3)
        return fmt::format("The same for {} more clause{}", others.size(), others.size() == 1 ? "" : "s");
    return "The same for " + list_in_words(names);
}

/// One recipe after the other, what waits for a deploy at the end; none when one of them is missing.
std::optional<Recipe> joined(std::vector<ClauseMessage>& all) {
    Recipe joined;
    std::vector<RecipeStep> later;
    for (ClauseMessage& said : all) {
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

/// Nothing when they are no clauses of one finding.
std::optional<Consequence> judge_together(const Step& step, std::vector<Judged> judged, const Judge& judge) {
    Costly work;
    std::vector<std::size_t> together;
    for (const Judged& one : judged) {
        work.works.insert(work.works.end(), one.work.works.begin(), one.work.works.end());
        together.push_back(one.clause.index);
    }
    if (judged.size() < 2 || !in_one_pass(work)) return std::nullopt;
    std::vector<ClauseMessage> all;
    for (Judged& one : judged) {
        one.clause.together = together;
        all.push_back(judge(one.clause, one.work));
    }
    auto recipe = joined(all);
    if (!recipe) return std::nullopt;
    const Clause& first = judged.front().clause;
    add_note(*recipe, order_of_columns(first, together));
    const std::string message = all.front().message + ". " + the_same_for(std::span(judged).subspan(1));
    return at(of_work(step, work, message, std::move(recipe)), first);
}

}  // namespace

std::string order_of_columns(const Clause& first, const std::vector<std::size_t>& own) {
    if (first.cmd.subtype != AlterTableType::AddColumn) return "";
    const auto& cmds = first.statement.cmds;
    for (std::size_t i = first.index; i < cmds.size(); ++i)
        if (cmds[i].subtype == AlterTableType::AddColumn && std::find(own.begin(), own.end(), i) == own.end())
            return fmt::format("the new columns of {} get another order", first.table());
    return "";
}

std::vector<Consequence> judge_clauses(const Step& step, const std::vector<Clause>& candidates,
                                       std::initializer_list<Cause> causes, const Judge& judge) {
    std::vector<Judged> judged;
    for (const Clause& clause : candidates)
        if (Costly work = costly(step, causes, clause.index)) judged.push_back({clause, std::move(work)});
    if (auto all = judge_together(step, judged, judge)) return {std::move(*all)};
    std::vector<Consequence> found;
    for (const auto& [clause, work] : judged) {
        ClauseMessage said = judge(clause, work);
        if (said.recipe) add_note(*said.recipe, order_of_columns(clause, {clause.index}));
        found.push_back(at(of_work(step, work, std::move(said.message), std::move(said.recipe)), clause));
    }
    return found;
}

}  // namespace pgfence
