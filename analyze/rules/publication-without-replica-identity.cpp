#include <algorithm>
#include <set>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/sql_text.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

/// By which a subscriber finds the row: the primary key, unless the table says otherwise.
bool has_identity(const Relation& table) {
    if (table.table.replica_identity != 'd') return table.table.replica_identity != 'n';
    return std::any_of(
        table.table.constraints.begin(), table.table.constraints.end(),
        [](const TableConstraint& constraint) { return constraint.type == ConstraintType::primary_key; });
}

bool is_published(const Relation& table) {
    return table.is_table() && table.kind == RelationKind::table && table.persistence == Persistence::permanent;
}

/// WITH (publish = 'insert'): no UPDATE or DELETE needs to find a row.
bool sends_only_new_rows(const Step& step) {
    const auto tokens = sql_tokens(step.sql).value_or(std::vector<SqlToken>());
    const auto option =
        std::find_if(tokens.begin(), tokens.end(), [](const SqlToken& token) { return token.is("publish"); });
    if (tokens.end() - option < 3) return false;
    const std::string words = lower_case(option[2].text);
    return !contains(words, "update") && !contains(words, "delete");
}

/// FOR TABLES IN SCHEMA a, b: the names, as far as the text has them.
std::vector<std::string> whole_schemas(const Step& step) {
    const auto tokens = sql_tokens(step.sql).value_or(std::vector<SqlToken>());
    std::vector<std::string> schemas;
    auto at = std::find_if(tokens.begin(), tokens.end(), [](const SqlToken& token) { return token.is("SCHEMA"); });
    for (; at != tokens.end() && !at->is("WITH"); ++at)
        if (at->is_name && !at->is("SCHEMA")) schemas.emplace_back(trim(at->text, "\""));
    return schemas;
}

/// EXCEPT (TABLE a): what lies below it as well.
std::set<RelationId> left_out(const Step& step, const PublicationChange& change) {
    std::set<RelationId> tables;
    for (const RangeUse& use : change.except) {
        const Relation* table = step.before.find(use.name);
        if (!table) continue;
        tables.insert(table->id);
        if (use.only && table->kind == RelationKind::table) continue;
        for (const Relation* below : step.before.descendants(table->id)) tables.insert(below->id);
    }
    return tables;
}

std::vector<const Relation*> tables_of(const Step& step, const PublicationChange& change,
                                       const std::vector<std::string>& schemas) {
    std::vector<const Relation*> tables;
    const std::set<RelationId> excepted = left_out(step, change);
    for (const auto& [id, relation] : step.before.relations())
        if (is_published(relation) && !excepted.contains(id) &&
            (change.all_tables || std::find(schemas.begin(), schemas.end(), relation.name.schema) != schemas.end()))
            tables.push_back(&relation);
    for (const RangeUse& use : change.tables)
        if (const Relation* table = step.before.find(use.name); table && is_published(*table)) tables.push_back(table);
    return tables;
}

}  // namespace

extern const Rule publication_without_replica_identity{
    .title = "Published table without a replica identity rejects UPDATE and DELETE",
    .category = Category::correctness,
    .why = R"(
Logical replication tells subscribers which row was changed by the table's replica identity: its primary key, unless
the table says otherwise. In a publication a table that has none refuses every `UPDATE` and `DELETE` ("cannot update
table because it does not have a replica identity and publishes updates"), whether somebody subscribes or not.

Give the table a primary key first, or `REPLICA IDENTITY USING INDEX` with a unique index on `NOT NULL` columns.
`FULL` works as well, and makes subscribers compare whole rows.
)",
    .bad = {R"(
CREATE TABLE events (id bigint, note text);
-- migration:
CREATE PUBLICATION feed FOR TABLE events;
)",
            R"(
CREATE TABLE events (id bigint, note text);
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
CREATE PUBLICATION feed FOR ALL TABLES;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE PUBLICATION feed;
ALTER TABLE orders REPLICA IDENTITY NOTHING;
-- migration:
ALTER PUBLICATION feed ADD TABLE orders;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE events (id bigint, note text);
-- migration:
ALTER TABLE events REPLICA IDENTITY FULL;
CREATE PUBLICATION feed FOR TABLE orders, events;
)",
             R"(
CREATE TABLE events (id bigint, note text);
-- migration:
CREATE PUBLICATION feed FOR TABLE events WITH (publish = 'insert');
)",
             R"(
CREATE TABLE events (id bigint, note text);
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
CREATE PUBLICATION feed FOR ALL TABLES EXCEPT (TABLE events);
)",
             R"(
CREATE TABLE events (id bigint, note text);
CREATE PUBLICATION feed FOR TABLE events;
-- migration:
ALTER PUBLICATION feed DROP TABLE events;
)"},
    .about = kinds<PublicationChange>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* change = step.is<PublicationChange>();
        if (!change || change->kind == PublicationChange::Kind::drop || sends_only_new_rows(step)) return {};
        std::vector<Consequence> found;
        const std::vector<std::string> schemas = whole_schemas(step);
        for (const Relation* table : tables_of(step, *change, schemas)) {
            if (has_identity(*table)) continue;
            const std::string name = in_code(table->name);
            Consequence consequence = of_name(step, table->name,
                                              fmt::format("{} has no primary key or other replica identity: once in "
                                                          "publication {}, every UPDATE and DELETE on it fails",
                                                          name, in_code(change->name)));
            consequence.harm = Harm::lost_access;
            consequence.stands_at_end = [wanted = table->name](const Catalog& end) {
                const Relation* left = end.find(wanted);
                return left && !has_identity(*left);
            };
            found.push_back(std::move(consequence));
        }
        if ((change->all_tables || !schemas.empty()) && !step.before.complete()) {
            Consequence consequence;
            consequence.message = fmt::format(
                "Every table of publication {} without a primary key or other replica identity rejects UPDATE and "
                "DELETE",
                in_code(change->name));
            consequence.certainty = Certainty::depends;
            consequence.depends_on.push_back("whether each of the tables has one");
            if (found.empty()) found.push_back(std::move(consequence));
        }
        return found;
    },
};

}  // namespace pgfence::rules
