#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

/// A driver hands both over alike.
bool same_to_code(const TypeName& a, const TypeName& b) {
    const auto family = [](const TypeName& type) {
        return type.name.name == "varchar" ? std::string("text") : type.name.name;
    };
    return family(a) == family(b) && a.array_dimensions == b.array_dimensions;
}

/// Values of the old enum that the new one lacks; nothing when they are not two enums. Their names say little: a type
/// is moved out of the way and made anew under its name.
std::optional<std::vector<std::string>> values_gone(const Step& step, const TypeName& old, const TypeName& now) {
    const Enum* from = step.before.find_enum(old.name);
    const Enum* to = step.before.find_enum(now.name);
    if (!from || !to || old.array_dimensions != now.array_dimensions) return std::nullopt;
    std::vector<std::string> gone;
    for (const std::string& label : from->labels)
        if (std::find(to->labels.begin(), to->labels.end(), label) == to->labels.end())
            gone.push_back("'" + label + "'");
    return gone;
}

std::string message(const Clause& clause, const Column* old, const std::vector<std::string>& gone) {
    if (!gone.empty())
        return fmt::format("Running code that writes {} to column {} of {} fails: the new type has no such value",
                           list_in_words(gone), in_code(clause.cmd.name), clause.table_in_code());
    return fmt::format("Column {} of {} changes from {} to {}: deployed code must accept both before this runs",
                       in_code(clause.cmd.name), clause.table_in_code(), old ? type_in_sql(old->type) : "its old type",
                       type_in_sql(clause.cmd.column->type));
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
)",
            R"(
CREATE TYPE state AS ENUM ('new', 'paid', 'lost');
CREATE TABLE orders (state state);
-- migration:
CREATE TYPE state_new AS ENUM ('new', 'paid');
ALTER TABLE orders ALTER COLUMN state TYPE state_new USING state::text::state_new;
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
)",
             R"(
CREATE TYPE state AS ENUM ('new', 'paid');
CREATE TABLE orders (state state);
-- migration:
ALTER TYPE state RENAME TO state_old;
CREATE TYPE state AS ENUM ('new', 'held', 'paid');
ALTER TABLE orders ALTER COLUMN state TYPE state USING state::text::state;
DROP TYPE state_old;
)",
             R"(
CREATE TABLE orders (state text);
-- migration:
ALTER TABLE orders ADD COLUMN amount integer;
ALTER TABLE orders ALTER COLUMN amount TYPE bigint;
)"},
    .about = alter_table<AlterTableType::AlterColumnType>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::AlterColumnType})) {
            const Column* old = column_before(step, clause.statement.name, clause.cmd.name);
            const TypeName& type = clause.cmd.column->type;
            if (old && !old->existing) continue;  // running code does not know it
            if (old ? same_to_code(old->type, type) : !step.work(Cause::type_change, clause.index)) continue;
            const auto gone = old ? values_gone(step, old->type, type) : std::nullopt;
            if (gone && gone->empty()) continue;
            found.push_back(at(
                of_name(step, clause.statement.name, message(clause, old, gone.value_or(std::vector<std::string>{}))),
                clause));
        }
        return found;
    },
    .aliases = "changing-column-type",
};

}  // namespace pgfence::rules
