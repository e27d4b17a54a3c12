#include "trace/fill.h"

#include <map>
#include <string_view>

namespace pgfence::trace {
namespace {

constexpr std::size_t kMostNotes = 5;

// Leaf tables, referenced ones first. Of a partition: the first value of its bound, for the first column of the key.
constexpr const char* kTables = R"(
WITH RECURSIVE roots AS (
  SELECT c.oid, c.oid AS root FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  UNION ALL SELECT i.inhrelid, r.root FROM roots r JOIN pg_inherits i ON i.inhparent = r.oid
), levels AS (
  SELECT oid, 0 AS level FROM roots
  UNION SELECT c.conrelid, l.level + 1 FROM levels l JOIN pg_constraint c ON c.confrelid = l.oid
   WHERE c.contype = 'f' AND c.conrelid <> c.confrelid AND l.level < 20)
SELECT t.oid, t.oid::regclass, substring(pg_get_expr(t.relpartbound, t.oid) FROM '(?:FROM|IN) \((''[^'']*''|\d+)'),
       coalesce(p.partattrs[0], 0)
  FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace LEFT JOIN pg_inherits i ON i.inhrelid = t.oid
  LEFT JOIN pg_partitioned_table p ON p.partrelid = i.inhparent
 WHERE t.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY (SELECT max(level) FROM levels WHERE levels.oid = t.oid), t.oid)";
constexpr const char* kColumns = R"(
SELECT a.attnum, quote_ident(a.attname), coalesce(b.typname, t.typname), format_type(coalesce(b.oid, t.oid), a.atttypmod),
       (SELECT quote_literal(enumlabel) FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder LIMIT 1)
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype
 WHERE a.attrelid = %OID% AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity <> 'a'
   AND coalesce(to_jsonb(a)->>'attgenerated', '') = '' ORDER BY a.attnum)";
constexpr const char* kMaterialized =
    "SELECT oid::regclass FROM pg_class WHERE relkind = 'm' AND oid >= 16384 ORDER BY oid";

const std::map<std::string_view, std::string_view> kOfType{
    {"bool", "g % 2 = 0"},
    {"uuid", "md5(g::text)::uuid"},
    {"json", "to_json(g)"},
    {"jsonb", "to_jsonb(g)"},
    {"bytea", "g::text::bytea"},
    {"date", "timestamp '2024-01-01' + g % 300 * interval '1 day'"},
    {"timestamp", "timestamp '2024-01-01' + g % 300 * interval '1 day'"},
    {"timestamptz", "timestamp '2024-01-01' + g % 300 * interval '1 day'"},
    {"time", "time '00:00' + g % 1440 * interval '1 minute'"},
    {"interval", "g * interval '1 hour'"},
    {"inet", "inet '10.0.0.0' + g"},
    {"tsrange",
     "tsrange(timestamp '2024-01-01' + g * interval '1 hour', "
     "timestamp '2024-01-01' + (g + 1) * interval '1 hour')"},
    {"int2", "g % 32767"},
    {"int4", "g"},
    {"int8", "g"},
    {"numeric", "g"},
    {"float4", "g"},
    {"float8", "g"},
    {"text", "g"},
    {"varchar", "g"},
    {"bpchar", "g"},
    {"citext", "g"},
};

using Row = std::vector<std::string>;

/// Empty for a type of which nothing is known: the column's default, or NULL.
std::string value_for(const Row& column, const Row& table) {
    const std::string &kind = column[2], &type = column[3], &label = column[4];
    if (!table[2].empty() && column[0] == table[3]) return table[2] + "::" + type;
    if (!label.empty()) return label + "::" + type;
    const auto it = kOfType.find(kind);
    return it == kOfType.end() ? std::string() : "(" + std::string(it->second) + ")::" + type;
}

Result<std::string> insert_into(Session& session, const Row& table, int rows) {
    std::string query = kColumns;
    query.replace(query.find("%OID%"), 5, table[0]);
    std::string columns, values;
    for (const Row& column : TRY(session.rows(query))) {
        const std::string value = value_for(column, table);
        if (value.empty()) continue;
        columns += (columns.empty() ? "" : ", ") + column[1];
        values += (values.empty() ? "" : ", ") + value;
    }
    if (columns.empty()) return std::string();
    return "INSERT INTO " + table[1] + " (" + columns + ") SELECT " + values + " FROM generate_series(1, " +
           std::to_string(rows) + ") AS g";
}

}  // namespace

Result<Filled> fill(Session& session, int rows) {
    Filled filled;
    std::size_t refused = 0;
    for (const Row& table : TRY(session.rows(kTables))) {
        const std::string insert = TRY(insert_into(session, table, rows));
        if (insert.empty()) continue;
        const Answer answer = session.ask(insert);
        if (answer.error.empty()) {
            ++filled.tables;
            filled.rows += static_cast<std::size_t>(rows);
        } else if (++refused <= kMostNotes) {
            filled.notes.push_back(table[1] + " has no rows: " + answer.error);
        }
    }
    for (const Row& view : TRY(session.rows(kMaterialized))) session.ask("REFRESH MATERIALIZED VIEW " + view[0]);
    session.ask("ANALYZE");
    return filled;
}

}  // namespace pgfence::trace
