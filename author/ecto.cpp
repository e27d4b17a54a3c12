// Ecto's migrations.

#include <algorithm>

#include "author/native.h"
#include "author/tool.h"
#include "author/written.h"
#include "core/text.h"

namespace pgfence::author {
namespace {

/// :note, :"userId"
std::string atom(const std::string& name) {
    const bool small = std::none_of(name.begin(), name.end(), [](char c) { return is_upper(c); });
    return small ? ":" + name : ":\"" + name + "\"";
}

bool are_plain(const Name& name) {
    return is_plain_name(name.name) && (name.schema.empty() || is_plain_name(name.schema));
}

std::string prefix(const Name& name) { return name.schema.empty() ? "" : ", prefix: \"" + name.schema + "\""; }

/// A text of one line as it is; else between three quotes, which do not look for escapes where it has some.
std::string in_elixir(std::string_view text) {
    const bool special = text.find('\\') != text.npos || contains(text, "#{");
    const bool plain = !special && text.find_first_of("\"\n") == text.npos;
    if (plain) return "\"" + std::string(text) + "\"";
    if (contains(text, "\"\"\"")) return in_ruby(text);
    return std::string(special ? "~S" : "") + "\"\"\"\n" + std::string(text) + "\n\"\"\"";
}

/// Of an option, which stands on the line of its call.
std::string option(std::string_view text) { return in_ruby(text); }

std::string create_index(const IndexToBuild& index) {
    std::vector<std::string> columns;
    for (const std::string& column : index.columns) columns.push_back(atom(column));
    std::string call = std::string(index.if_not_exists ? "create_if_not_exists " : "create ") +
                       (index.unique ? "unique_index(" : "index(") + atom(index.table.name) + ", [" + joined(columns) +
                       "], name: " + option(index.name);
    if (index.concurrently) call += ", concurrently: true";
    if (!index.method.empty()) call += ", using: " + option(index.method);
    if (!index.where.empty()) call += ", where: " + option(index.where);
    return call + prefix(index.table) + ")";
}

/// Empty: only SQL can say it. What Ecto would say of keys and NOT NULL sets the column's type as well.
std::string native(const Statement& statement) {
    if (const auto index = index_to_build(statement);
        index && are_plain(index->table) && is_plain_name(index->name) &&
        std::all_of(index->columns.begin(), index->columns.end(), [](const auto& name) { return is_plain_name(name); }))
        return create_index(*index);
    if (const auto check = check_to_add(statement); check && are_plain(check->table) && is_plain_name(check->name))
        return "create constraint(" + atom(check->table.name) + ", " + atom(check->name) +
               ", check: " + option(check->condition) + (check->not_valid ? ", validate: false" : "") +
               prefix(check->table) + ")";
    if (const auto part = column_to_drop(statement); part && are_plain(part->table) && is_plain_name(part->name))
        return "alter table(" + atom(part->table.name) + prefix(part->table) + ") do\n  remove " + atom(part->name) +
               "\nend";
    return "";
}

/// `create index(:a, [:b])` with CONCURRENTLY; empty where the call is another one.
std::string concurrently(std::string_view call) {
    const auto open = call.find("index(");
    if (open == call.npos || contains(call, "concurrently") || contains(call, "\"")) return "";
    const auto close = call.find(')', open);
    if (close == call.npos || call.find('(', open + std::string_view("index(").size()) < close) return "";
    return std::string(call.substr(0, close)) + ", concurrently: true" + std::string(call.substr(close));
}

/// The author's own call does it, or would with CONCURRENTLY.
std::string as_written(const Statement& statement, const Written& written) {
    const std::string_view name = callee(written.call);
    if (!stands_alone(written.call) || contains(name, ".")) return "";
    if (same_sql(statement.sql, written.sql)) return std::string(written.call);
    const bool of_index =
        name == "create" || name == "create_if_not_exists" || name == "drop" || name == "drop_if_exists";
    return of_index && only_adds_concurrently(written.sql, statement.sql) ? concurrently(written.call) : "";
}

std::string code(const Step& step) {
    std::string out;
    for (const Statement& statement : step.statements) {
        std::string said = as_written(statement, step.written);
        if (said.empty()) said = native(statement);
        if (said.empty()) said = "execute " + in_elixir(statement.sql);
        out += (out.empty() ? "" : "\n") + said;
    }
    return out;
}

std::string stop_reading(const Step& step) {
    std::vector<std::string> fields;
    for (const Statement& statement : step.statements)
        if (const auto part = column_to_drop(statement)) fields.push_back("`field " + atom(part->name) + "`");
    return fields.empty() ? "" : "taking " + joined(fields) + " out of the schema keeps it from being read";
}

}  // namespace

extern const Tool ecto;
const Tool ecto{
    .format = "ecto",
    .without_transaction = "put `@disable_ddl_transaction true` and `@disable_migration_lock true` into the module",
    .language = "elixir",
    .code = code,
    .stop_reading = stop_reading};

}  // namespace pgfence::author
