#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool drops_type(ObjectType object) {
    return object == ObjectType::type || object == ObjectType::domain || object == ObjectType::composite_type;
}

/// Or under a name that the change gave it: running code does not know that one.
bool is_new(const Step& step, const Name& name) {
    const Enum* e = step.before.find_enum(name);
    const Domain* domain = step.before.find_domain(name);
    return (e && (!e->existing || e->renamed_in_change)) || (domain && !domain->existing) || !step.existing(name);
}

/// The file itself has given every column that had the type another one, or dropped it: those findings say what breaks.
bool lost_its_columns_in_the_change(const Step& step, const Name& name) {
    if ((!step.before.find_enum(name) && !step.before.find_domain(name)) || !step.before.using_type(name).empty())
        return false;
    return std::any_of(step.earlier.begin(), step.earlier.end(), [](const Earlier& earlier) {
        const auto* alter = std::get_if<AlterTable>(earlier.action);
        return alter && std::any_of(alter->cmds.begin(), alter->cmds.end(), [](const AlterTableCmd& cmd) {
                   return cmd.subtype == AlterTableType::AlterColumnType || cmd.subtype == AlterTableType::DropColumn;
               });
    });
}

/// Columns that are there before the statement and not after it.
std::vector<std::string> lost_columns(const Step& step, const Name& type) {
    std::vector<std::string> lost;
    for (const Relation* relation : step.before.using_type(type)) {
        if (!relation->existing || !relation->is_table()) continue;
        const Relation* left = step.after.get(relation->id);
        for (const Column& column : relation->columns)
            if (!left || !left->column(column.name))
                lost.push_back(fmt::format("{}.{}", step.qualified(relation->name), column.name));
    }
    return lost;
}

}  // namespace

extern const Rule drop_type{
    .title = "Dropped type breaks code that uses it; CASCADE drops its columns",
    .category = Category::destructive,
    .why = R"(
Without `CASCADE` the statement fails as long as a column, a function or a domain uses the type. With it, every column
of the type is dropped with its values, in every table, whether the migration names it or not. Code that casts to the
type fails either way.

Change the columns to another type first, deploy code that no longer names the old one, and drop it without `CASCADE`.
)",
    .bad = {R"(
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE people (id bigint, mood mood);
-- migration:
DROP TYPE mood CASCADE;
)",
            R"(
DROP TYPE IF EXISTS mood;
)",
            R"(
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
-- migration:
DROP DOMAIN email;
)"},
    .good = {R"(
CREATE TYPE mood AS ENUM ('sad', 'happy');
DROP TYPE mood;
)",
             R"(
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE people (id bigint, mood mood);
-- migration:
ALTER TABLE people ALTER COLUMN mood TYPE text;
DROP TYPE mood;
)",
             R"(
ALTER TYPE mood ADD VALUE 'blue';
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || !drops_type(drop->object)) return {};
        std::vector<Consequence> found;
        for (const Name& name : drop->names) {
            const auto lost = drop->cascade ? lost_columns(step, name) : std::vector<std::string>{};
            if (lost.empty() && (is_new(step, name) || lost_its_columns_in_the_change(step, name))) continue;
            Consequence consequence;
            consequence.message = lost.empty() ? fmt::format("Running code that uses type {} fails", in_code(name))
                                               : fmt::format("Dropping type {} also drops the columns of that type: {}",
                                                             in_code(name), list_in_words(lost));
            // What the migrations made can be made again.
            if (lost.empty() && (step.before.find_enum(name) || step.before.find_domain(name)))
                consequence.harm = Harm::lost_name;
            if (lost.empty())
                consequence.stands_at_end = [name](const Catalog& end) {
                    return !end.find_enum(name) && !end.find_domain(name);
                };
            found.push_back(std::move(consequence));
        }
        return found;
    },
};

}  // namespace pgfence::rules
