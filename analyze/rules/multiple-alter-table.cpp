#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/sql_text.h"

namespace pgfence::rules {
namespace {

const AlterTable* alters_table(const Action& action) {
    const auto* alter = std::get_if<AlterTable>(&action);
    return alter && alter->object == ObjectType::table && !alter->cmds.empty() ? alter : nullptr;
}

/// A validation is kept apart from what it validates on purpose.
bool stands_alone(const AlterTable& alter) {
    const auto subtype = alter.cmds.front().subtype;
    return subtype == AlterTableType::ValidateConstraint || subtype == AlterTableType::DetachPartition ||
           subtype == AlterTableType::AttachPartition;
}

}  // namespace

extern const Rule multiple_alter_table{
    .title = "Several ALTER TABLE statements where one would do",
    .category = Category::policy,
    .why = R"(
Each statement waits for its lock anew, with everybody behind it, and where both rewrite or read the table it is done
twice. One `ALTER TABLE` with several clauses takes the lock once and goes over the table once.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ADD COLUMN memo text;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text, note text);
-- migration:
ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new';
ALTER TABLE public.orders DROP COLUMN note;
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN note text, ADD COLUMN memo text;
)",
             R"(
ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT c;
)",
             R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ADD COLUMN memo text;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const AlterTable* alter = alters_table(step.action);
        if (!alter || step.earlier.empty() || !step.existing(alter->name) || stands_alone(*alter) ||
            !step.scope.body.empty())
            return {};
        const Earlier& last = step.earlier.back();
        const AlterTable* before = alters_table(*last.action);
        if (!before || stands_alone(*before) || before->only != alter->only ||
            step.qualified(before->name) != step.qualified(alter->name))
            return {};
        Consequence consequence =
            of_name(step, alter->name,
                    fmt::format("This could be a clause of the ALTER TABLE {} before it", in_code(alter->name)));
        consequence.related = last.span;
        consequence.related_message = "this ALTER TABLE";
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
