#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/whether_there.h"

namespace pgfence::rules {
namespace {

/// It belongs to a column that no longer draws from it: what is left of a serial column that became something else.
bool is_a_leftover(const Step& step, const Name& name) {
    const Relation* sequence = step.before.find(name);
    const Relation* table = sequence ? step.before.get(sequence->sequence.owner_table) : nullptr;
    const Column* column = table ? table->column(sequence->sequence.owner_column) : nullptr;
    return column && !column->identity && !column->default_expr;
}

bool draws_from(const Relation& table, const std::string& sequence) {
    return std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
        const std::string drawn = column.default_expr ? sequence_of(*column.default_expr) : "";
        return drawn.substr(drawn.rfind('.') + 1) == sequence;
    });
}

/// The file itself has taken it from the column that drew from it, and from no table that is known anybody draws any
/// more.
bool was_left_by_the_change(const Step& step, const Name& name) {
    const Relation* sequence = step.before.find(name);
    if (!sequence || sequence->maybe) return false;
    bool left = false;
    for (const RelationId id : step.before.drawing_from(sequence->name)) {
        const Relation* table = step.before.get(id);
        if (!table || draws_from(*table, sequence->name.name)) return false;
        left = left || std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
                   const auto* alter = std::get_if<AlterTable>(earlier.action);
                   return alter && step.before.find(alter->name) == table &&
                          std::any_of(alter->cmds.begin(), alter->cmds.end(), [](const AlterTableCmd& cmd) {
                              return cmd.subtype == AlterTableType::ColumnDefault ||
                                     cmd.subtype == AlterTableType::DropColumn;
                          });
               });
    }
    return left;
}

}  // namespace

extern const Rule drop_sequence{
    .title = "Dropped sequence loses its position, and the defaults that use it",
    .category = Category::destructive,
    .why = R"(
The next number is gone with the sequence: one that is made anew starts at 1 and hands out numbers that are taken.
Code that calls `nextval` on it fails. With `CASCADE` the defaults that draw from it go too, and inserts that rely on
them store nulls or fail.

Drop it after a deploy whose code no longer uses it, without `CASCADE`.
)",
    .bad = {R"(
DROP SEQUENCE order_numbers;
)",
            R"(
CREATE SEQUENCE order_numbers;
CREATE TABLE orders (number bigint DEFAULT nextval('order_numbers'));
-- migration:
DROP SEQUENCE IF EXISTS order_numbers CASCADE;
)"},
    .good = {R"(
CREATE TABLE orders (id serial);
-- migration:
ALTER TABLE orders ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE orders_id_seq;
)",
             R"(
CREATE SEQUENCE order_numbers;
CREATE TABLE orders (number bigint DEFAULT nextval('order_numbers'));
-- migration:
ALTER TABLE orders ALTER COLUMN number DROP DEFAULT;
DROP SEQUENCE order_numbers;
)",
             R"(
CREATE SEQUENCE order_numbers;
DROP SEQUENCE order_numbers;
)",
             R"(
ALTER SEQUENCE order_numbers RESTART WITH 1000;
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || drop->object != ObjectType::sequence) return {};
        std::vector<Consequence> found;
        for (const Name& name : drop->names) {
            if (!step.existing(name) || is_a_leftover(step, name) || was_left_by_the_change(step, name)) continue;
            const auto users =
                drop->cascade ? step.before.drawing_from(step.before.resolve(name)) : std::vector<RelationId>{};
            std::vector<std::string> tables;
            for (const RelationId id : users)
                if (const Relation* table = step.before.get(id)) tables.push_back(step.qualified(table->name));
            std::vector<Consequence> lost;
            lost.push_back(of_name(
                step, name,
                tables.empty()
                    ? fmt::format("Sequence {} is dropped: its position is lost, and code that uses it fails",
                                  in_code(name))
                    : fmt::format(
                          "Sequence {} is dropped: its position is lost, and so is the default of {} that uses it",
                          in_code(name), list_in_words(tables))));
            doubt_whether_there(step, *drop, {name}, lost);
            found.push_back(std::move(lost.front()));
        }
        return found;
    },
};

}  // namespace pgfence::rules
