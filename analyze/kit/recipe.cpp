#include "analyze/kit/recipe.h"

#include <algorithm>
#include <array>

#include "analyze/kit/recipe_parts.h"
#include "analyze/kit/sql_text.h"

namespace pgfence {
namespace {

// What each runner's documentation or source says about leaving its transaction out. A file that is sent as one simple
// query is one implicit transaction as soon as it holds two statements: there the step needs a file of its own.
struct Runner {
    std::string_view format;
    std::string_view without_transaction;
    bool settings_belong_to_role = false;
};
constexpr std::array kRunners{
    Runner{"dbmate",
           "give it a file of its own whose marker reads \"-- migrate:up transaction:false\", with no other statement"},
    Runner{"diesel",
           "give it a file of its own with \"run_in_transaction = false\" in the metadata.toml beside up.sql"},
    Runner{"drizzle",
           "Drizzle runs every pending migration in one transaction: run this by hand (psql) before the migration, "
           "and keep it in the migration with IF [NOT] EXISTS",
           true},
    Runner{"flyway", "give it a file of its own: Flyway then leaves the transaction out by itself"},
    Runner{"golang-migrate", "give it a file of its own: a file of one statement runs without a transaction"},
    Runner{"goose", "put \"-- +goose NO TRANSACTION\" at the top of its file"},
    Runner{"prisma", "give it a migration of its own: a file of one statement runs without a transaction", true},
    Runner{"sqlx", "give it a file of its own that starts with \"-- no-transaction\", with no other statement"},
};

const Runner* runner(std::string_view format) {
    for (const Runner& known : kRunners)
        if (known.format == format) return &known;
    return nullptr;
}

}  // namespace

std::string without_transaction(std::string_view format) {
    const Runner* known = runner(format);
    return known ? std::string(known->without_transaction) : "";
}

bool settings_belong_to_role(std::string_view format) {
    const Runner* known = runner(format);
    return known && known->settings_belong_to_role;
}

RecipeStep run(std::string sql, std::string note) {
    RecipeStep step;
    step.sql = std::move(sql);
    step.note = std::move(note);
    return step;
}

Recipe setting_in_front(const Step& step, std::string_view setting, std::string_view value) {
    if (settings_belong_to_role(step.scope.format))
        return {{run(fmt::format("ALTER ROLE CURRENT_USER SET {} = '{}';", setting, value),
                     "once, for the role that runs the migrations: from its next connection on")},
                ""};
    const bool in_transaction = step.scope.in_transaction_block;
    RecipeStep set = run(fmt::format("SET {}{} = '{}';", in_transaction ? "LOCAL " : "", setting, value),
                         in_transaction ? "at the head of the transaction" : "at the head of the file");
    set.place = StepPlace::precedes;
    return {{std::move(set)}, ""};
}

RecipeStep outside_transaction(const Step& step, std::string sql, std::string note) {
    RecipeStep outside = run(std::move(sql), std::move(note));
    outside.outside_transaction = true;
    const std::string how = without_transaction(step.scope.format);
    if (!how.empty()) outside.note += (outside.note.empty() ? "" : "; ") + how;
    return outside;
}

RecipeStep after(std::string wait_for, RecipeStep step) {
    step.wait_for = std::move(wait_for);
    return step;
}

RecipeStep advice(std::string note) { return run("", std::move(note)); }

Recipe view_under_old_name(const Step& step, const Name& old, const Name& fresh) {
    Recipe recipe{{}, "ON CONFLICT, row locks by name and some ORM checks do not work through the view"};
    recipe.steps.push_back(
        run(fmt::format("{};\nCREATE VIEW {} AS SELECT * FROM {};", step.sql, quoted(old), quoted(fresh)),
            "in one transaction: the view takes reads and writes under the old name"));
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
    RecipeStep step = run("DO " + dollar_quoted(loop) + ";",
                          "outside the migration, in psql for instance: commits batch by batch, can be run again");
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
    steps.push_back(run(sql + ";", take_long ? "the statement's other changes: not as they stand, those that take long "
                                               "are reported with recipes of their own"
                                             : "the statement's other changes"));
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
