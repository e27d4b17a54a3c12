#include "analyze/judge.h"
#include "analyze/recipe.h"

namespace pgfence::rules {
namespace {

/// A driver hands both over alike.
bool same_to_code(const TypeName& a, const TypeName& b) {
    const auto family = [](const TypeName& type) {
        return type.name.name == "varchar" ? std::string("text") : type.name.name;
    };
    return family(a) == family(b) && a.array_dimensions == b.array_dimensions;
}

}  // namespace

extern const Rule alter_column_type_compatibility{
    .title = "Column type change breaks code that knows the old type",
    .category = Category::compatibility,
    .why = R"(
Code that is running while the migration runs still binds and reads the old type: prepared statements fail with
"cached plan must not change result type", drivers decode the new type differently, and comparisons may stop using an
index.

Add a column of the new type, deploy code that writes both and reads the new one, then drop the old one.
)",
    .bad = {R"(
CREATE TABLE orders (id integer, paid timestamp);
-- migration:
ALTER TABLE orders ALTER COLUMN id TYPE bigint;
)",
            R"(
ALTER TABLE orders ALTER COLUMN paid TYPE timestamptz USING paid::timestamptz;
)"},
    .good = {R"(
CREATE TABLE orders (note varchar(20));
-- migration:
ALTER TABLE orders ALTER COLUMN note TYPE text;
)",
             R"(
CREATE TABLE orders (price numeric(10,2));
-- migration:
ALTER TABLE orders ALTER COLUMN price TYPE numeric(12,2);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::AlterColumnType})) {
            const Column* old = column_before(step, clause.statement.name, clause.cmd.name);
            const TypeName& type = clause.cmd.column->type;
            if (old ? same_to_code(old->type, type) : !step.work(Cause::type_change, clause.index)) continue;
            found.push_back(at(of_name(step, clause.statement.name,
                                       fmt::format("code that reads or writes {} of {} as {} must cope with {}",
                                                   quoted(clause.cmd.name), clause.table(),
                                                   old ? type_in_sql(old->type) : "its old type", type_in_sql(type))),
                               clause));
        }
        return found;
    },
    .aliases = "changing-column-type",
};

}  // namespace pgfence::rules
