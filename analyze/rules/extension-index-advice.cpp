#include <algorithm>

#include "analyze/kit/column_choice.h"
#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// The first plain column of one of these types; null when there is none or the table is not known.
const Column* indexed(const Step& step, const CreateIndex& index, std::initializer_list<std::string_view> types) {
    for (const IndexElement& element : index.elements) {
        const Column* column = element.column.empty() ? nullptr : column_before(step, index.table, element.column);
        if (!column || !element.opclass.empty() || column->type.array_dimensions > 0) continue;
        if (std::find(types.begin(), types.end(), column->type.name.name) != types.end()) return column;
    }
    return nullptr;
}

std::string advice_on(const Step& step, const CreateIndex& index) {
    const std::string table = quoted(index.table);
    if (index.access_method == "btree") {
        if (const Column* c = indexed(step, index, {"jsonb"}))
            return fmt::format(
                "A B-tree index on {} of {} only finds whole documents. GIN also finds values inside them",
                in_code(c->name), code(table));
        if (const Column* c = indexed(step, index, {"geometry", "geography"}))
            return fmt::format("A B-tree index on {} of {} does not help spatial queries. Use GiST", in_code(c->name),
                               code(table));
        if (const Column* c = indexed(step, index, {"tsvector"}))
            return fmt::format("A B-tree index on {} of {} does not help text search. Use GIN", in_code(c->name),
                               code(table));
    }
    if (index.access_method == "ivfflat" && !step.existing(index.table))
        return fmt::format("An ivfflat index learns its lists from existing rows, and {} has none yet", code(table));
    return "";
}

}  // namespace

extern const Rule extension_index_advice{
    .title = "Index of a kind that the column's queries cannot use",
    .category = Category::type_choice,
    .why = R"(
A B-tree index orders whole values. On `jsonb`, `tsvector` or PostGIS types the queries that matter ask what is inside a
value, and only a GIN or GiST index answers that. pgvector's `ivfflat` sorts the rows that it finds into lists: built
before there are any, its answers stay poor until it is built again.
)",
    .bad = {R"(
CREATE TABLE events (payload jsonb);
-- migration:
CREATE INDEX events_payload ON events (payload);
)",
            R"(
CREATE EXTENSION postgis;
-- migration:
CREATE TABLE places (at geography(Point, 4326));
CREATE INDEX places_at ON places (at);
)",
            R"(
CREATE TABLE texts (words tsvector);
-- migration:
CREATE INDEX CONCURRENTLY texts_words ON texts (words);
)",
            R"(
CREATE EXTENSION vector;
-- migration:
CREATE TABLE items (embedding vector(3));
CREATE INDEX ON items USING ivfflat (embedding vector_l2_ops);
)"},
    .good = {R"(
CREATE TABLE events (payload jsonb);
CREATE INDEX events_payload ON events USING gin (payload);
)",
             R"(
CREATE TABLE events (payload jsonb);
CREATE INDEX events_kind ON events ((payload ->> 'kind'));
)",
             R"(
CREATE TABLE items (embedding vector(3));
-- migration:
CREATE INDEX CONCURRENTLY items_embedding ON items USING ivfflat (embedding vector_l2_ops);
)"},
    .about = kinds<CreateIndex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* index = step.is<CreateIndex>();
        std::string message = index && !index->unique ? advice_on(step, *index) : "";
        if (message.empty()) return {};
        return {of_name(step, index->table, std::move(message))};
    },
};

}  // namespace pgfence::rules
