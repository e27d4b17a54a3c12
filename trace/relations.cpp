#include "trace/relations.h"

#include "core/number_text.h"

namespace pgfence::trace {
namespace {

// Every name is qualified: the file may have set search_path.
constexpr const char* kRelations = R"(
SELECT c.oid, CASE WHEN n.oid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema() THEN 'pg_temp' ELSE n.nspname END
              OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) c.relname,
       c.relkind, c.relfilenode, i.indrelid
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
       LEFT JOIN pg_catalog.pg_index i ON i.indexrelid OPERATOR(pg_catalog.=) c.oid
 WHERE c.oid OPERATOR(pg_catalog.>=) 16384 AND c.relkind OPERATOR(pg_catalog.<>) 't'
   AND n.nspname OPERATOR(pg_catalog.!~) '^(pg_toast|information_schema$)')";
constexpr const char* kCheckedKeys = R"(
WITH RECURSIVE referenced AS (
  SELECT oid AS key, conrelid AS referencing, confrelid AS relation
    FROM pg_catalog.pg_constraint WHERE contype OPERATOR(pg_catalog.=) 'f' AND convalidated
  UNION SELECT r.key, r.referencing, i.inhrelid
    FROM referenced r JOIN pg_catalog.pg_inherits i ON i.inhparent OPERATOR(pg_catalog.=) r.relation)
SELECT key, referencing, relation FROM referenced)";

constexpr const char* kTableSizes = R"(
SELECT n.nspname || '.' || c.relname, pg_total_relation_size(c.oid), pg_indexes_size(c.oid)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^(pg_|information_schema$)')";

RelationKind kind_of(char relkind) {
    switch (relkind) {
        case 'p': return RelationKind::partitioned_table;
        case 'i': return RelationKind::index;
        case 'I': return RelationKind::partitioned_index;
        case 'S': return RelationKind::sequence;
        case 'v': return RelationKind::view;
        case 'm': return RelationKind::materialized_view;
        case 'f': return RelationKind::foreign_table;
        case 'c': return RelationKind::composite_type;
        default: return RelationKind::table;
    }
}

Oid as_oid(const std::string& text) { return number_at_begin<Oid>(text); }

}  // namespace

Result<Relations> Relations::look(Session& session) {
    Relations relations;
    for (auto& row : TRY(session.rows(kRelations)))
        relations.add(as_oid(row[0]), {.name = std::move(row[1]),
                                       .kind = kind_of(row[2].front()),
                                       .file = as_oid(row[3]),
                                       .table = as_oid(row[4])});
    for (const auto& row : TRY(session.rows(kCheckedKeys)))
        relations.keys_.emplace(as_oid(row[0]), as_oid(row[1]), as_oid(row[2]));
    return relations;
}

void Relations::add(Oid oid, Relation relation) {
    by_name_[relation.name] = oid;
    by_oid_[oid] = std::move(relation);
}

const Relation* Relations::find(Oid oid) const {
    const auto it = by_oid_.find(oid);
    return it == by_oid_.end() ? nullptr : &it->second;
}

const Relation* Relations::find(std::string_view name) const { return find(oid_of(name)); }

Oid Relations::oid_of(std::string_view name) const {
    const auto it = by_name_.find(name);
    return it == by_name_.end() ? 0 : it->second;
}

Result<Sizes> table_sizes(Session& session) {
    Sizes sizes;
    for (const auto& row : TRY(session.rows(kTableSizes))) {
        TableSize size;
        size.relation = row[0];
        size.bytes = number_at_begin<std::int64_t>(row[1]);
        size.index_bytes = number_at_begin<std::int64_t>(row[2]);
        sizes.tables.emplace(row[0], size);
    }
    return sizes;
}

std::string_view without_schema(std::string_view name) { return name.substr(name.find('.') + 1); }

std::string quoted_relation(std::string_view name) {
    return quoted(name.substr(0, name.find('.'))) + "." + quoted(without_schema(name));
}

}  // namespace pgfence::trace
