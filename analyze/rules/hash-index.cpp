#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/sql_text.h"

namespace pgfence::rules {

extern const Rule hash_index{
    .title = "Hash index only helps equality",
    .category = Category::type_choice,
    .why = R"(
A hash index has one column, no order, no uniqueness, and no query but `=` can use it. It pays only for long values that
are looked up whole; otherwise a B-tree index does the same and more.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- migration:
CREATE INDEX CONCURRENTLY users_email ON users USING hash (email);
)",
            R"(
CREATE TABLE members (email text);
CREATE INDEX ON members USING hash (email);
)"},
    .good = {R"(
CREATE INDEX CONCURRENTLY users_email ON users (email);
)",
             R"(
CREATE INDEX CONCURRENTLY users_tags ON users USING gin (tags);
)"},
    .about = kinds<CreateIndex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* index = step.is<CreateIndex>();
        if (!index || index->access_method != "hash") return {};
        std::optional<Recipe> recipe;
        if (!index->name.empty() && step.alone && !index->where && index->elements.size() == 1 &&
            !index->elements[0].column.empty() && index->elements[0].opclass.empty()) {
            const std::string sql =
                fmt::format("CREATE INDEX{} {} ON {} ({});", index->concurrently ? " CONCURRENTLY" : "",
                            quoted(index->name), quoted(index->table), quoted(index->elements[0].column));
            recipe = Recipe{{index->concurrently ? outside_transaction(sql) : run(sql)},
                            fmt::format("{} becomes a btree index", in_code(index->name))};
        }
        return {of_name(step, index->table,
                        fmt::format("Only = can use this hash index of {}. It is neither unique nor ordered",
                                    in_code(index->table)),
                        std::move(recipe))};
    },
    .severity = Severity::off,
};

}  // namespace pgfence::rules
