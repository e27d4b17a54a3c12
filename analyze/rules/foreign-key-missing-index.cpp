#include <algorithm>

#include "analyze/catalog/name_chooser.h"
#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

/// Its leading columns are those of the key, in whatever order.
bool finds_rows_by(const Relation& index, const std::vector<std::string>& columns) {
    const bool ordered = index.access_method.empty() || index.access_method == "btree" ||
                         (index.access_method == "hash" && columns.size() == 1);
    if (!ordered || index.index.where || index.index.elements.size() < columns.size()) return false;
    const auto end = index.index.elements.begin() + static_cast<std::ptrdiff_t>(columns.size());
    return std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
        return std::any_of(index.index.elements.begin(), end,
                           [&](const IndexElement& e) { return e.column == column; });
    });
}

bool is_indexed(const Catalog& catalog, RelationId table, const std::vector<std::string>& columns) {
    const auto indexes = catalog.indexes_of(table);
    return std::any_of(indexes.begin(), indexes.end(),
                       [&](const Relation* index) { return finds_rows_by(*index, columns); });
}

std::string name_of_index(const Step& step, const Relation& table, const std::vector<std::string>& columns) {
    std::string joined;
    for (const std::string& column : columns) joined += (joined.empty() ? "" : "_") + column;
    return quoted(NameChooser(step.after)
                      .choose_name(table.name.schema, table.name.name, joined, "idx", NameChooser::Among::relations));
}

std::string index_on(const Step& step, const Relation& table, const std::string& name,
                     const std::vector<std::string>& columns) {
    std::string listed;
    for (const std::string& column : columns) listed += (listed.empty() ? "" : ", ") + quoted(column);
    const auto* create = step.is<CreateTable>();
    return fmt::format("CREATE INDEX {}{} ON {} ({});", table.existing ? "CONCURRENTLY " : "", name,
                       quoted(create ? create->name : step.is<AlterTable>()->name), listed);
}

/// The statement, then an index for each of its keys that lacks one.
std::optional<Recipe> with_indexes(const Step& step, const Relation& table,
                                   const std::vector<const TableConstraint*>& keys) {
    if (!step.alone || table.kind == RelationKind::partitioned_table) return std::nullopt;
    Recipe recipe{{run(step.sql + ";")}, ""};
    std::vector<std::string> names;
    for (const TableConstraint* key : keys) {
        names.push_back(name_of_index(step, table, key->columns));
        std::string sql = index_on(step, table, names.back(), key->columns);
        recipe.steps.push_back(table.existing ? outside_transaction(std::move(sql)) : run(std::move(sql)));
    }
    recipe.note = fmt::format("index {} is new", list_in_words(names));
    return recipe;
}

}  // namespace

extern const Rule foreign_key_missing_index{
    .title = "Foreign key without an index on its own columns",
    .category = Category::correctness,
    .why = R"(
PostgreSQL makes no index for the referencing side of a foreign key. Each row that is deleted from the referenced table,
or whose key is changed there, then reads the whole referencing table, and so does every join from that side.

Give the columns an index, unless nothing is ever deleted from the referenced table. An index counts when the key's
columns are its first ones; one that the change makes later counts as well.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN note text, ADD COLUMN user_id bigint REFERENCES users;
)",
            R"(
CREATE TABLE users (shop bigint, id bigint, PRIMARY KEY (shop, id));
CREATE TABLE orders (shop bigint, user_id bigint);
-- migration:
DO $$ BEGIN
    ALTER TABLE orders ADD FOREIGN KEY (shop, user_id) REFERENCES users (shop, id) NOT VALID;
    CREATE INDEX orders_user ON orders (user_id);
END $$;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);
CREATE INDEX orders_user ON orders (user_id, id);
)",
             R"(
CREATE TABLE members (user_id bigint REFERENCES users, team bigint, PRIMARY KEY (user_id, team));
)",
             R"(
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const Relation* table = table_after(step);
        auto keys = added_foreign_keys(step);
        std::erase_if(keys,
                      [&](const TableConstraint* key) { return is_indexed(step.after, table->id, key->columns); });
        std::vector<Consequence> found;
        for (const TableConstraint* key : keys) {
            Consequence consequence;
            consequence.message =
                fmt::format("No index of {} begins with {}: each row deleted from {} scans all of it",
                            in_code(table->name), list_in_code(key->columns), in_code(key->referenced_name));
            consequence.relations = {step.qualified(table->name)};
            consequence.recipe = with_indexes(step, *table, keys);
            consequence.stands_at_end = [id = table->id, columns = key->columns](const Catalog& end) {
                return end.get(id) != nullptr && !is_indexed(end, id, columns);
            };
            found.push_back(std::move(consequence));
        }
        return found;
    },
    .aliases = "fk-missing-index",
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
