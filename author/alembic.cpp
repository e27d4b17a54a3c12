// Alembic's operations, which are given an `op`.

#include <algorithm>

#include "author/native.h"
#include "author/tool.h"
#include "author/written.h"
#include "core/sql_scanner.h"
#include "core/text.h"

namespace pgfence::author {
namespace {

/// The colon begins what SQLAlchemy's text() takes for a value that is bound (_bind_params_regex), or has a backslash
/// in front of it, which would be taken away (BIND_PARAMS_ESC).
bool is_special(std::string_view sql, std::size_t colon) {
    const char before = colon > 0 ? sql[colon - 1] : ' ';
    const bool begins = before != ':' && !continues_name(before) && colon + 1 < sql.size();
    return begins && (before == '\\' || continues_name(sql[colon + 1]));
}

/// The SQL as text() takes it: special colons behind a backslash.
std::string as_text(std::string_view sql) {
    std::string out;
    for (std::size_t at = 0; at < sql.size(); ++at) {
        if (sql[at] == ':' && is_special(sql, at)) out += '\\';
        out += sql[at];
    }
    return out;
}

/// False: behind one of its special colons comes another too soon, which keeps text() from taking the backslash away.
bool can_be_text(std::string_view sql) {
    for (auto at = sql.find(':'); at != sql.npos; at = sql.find(':', at + 1)) {
        if (!is_special(sql, at)) continue;
        std::size_t end = at + 1;
        while (end < sql.size() && continues_name(sql[end])) ++end;
        if (end < sql.size() && sql[end] == ':') return false;
    }
    return true;
}

std::string execute(std::string_view sql) { return "op.execute(" + in_python(as_text(sql)) + ")"; }

std::string list(const std::vector<std::string>& names) {
    std::vector<std::string> all;
    for (const std::string& name : names) all.push_back(in_python(name));
    return "[" + joined(all) + "]";
}

std::string schema(std::string_view option, const Name& name) {
    return name.schema.empty() ? "" : ", " + std::string(option) + "=" + in_python(name.schema);
}

std::string create_index(const IndexToBuild& index) {
    std::string call =
        "op.create_index(" + in_python(index.name) + ", " + in_python(index.table.name) + ", " + list(index.columns);
    if (index.unique) call += ", unique=True";
    call += schema("schema", index.table);
    if (!index.method.empty()) call += ", postgresql_using=" + in_python(index.method);
    if (!index.where.empty()) call += ", postgresql_where=sa.text(" + in_python(as_text(index.where)) + ")";
    return call + (index.concurrently ? ", postgresql_concurrently=True)" : ")");
}

std::string_view action_of_key(char action) {
    if (action == 'c') return "CASCADE";
    if (action == 'n') return "SET NULL";
    return action == 'r' ? "RESTRICT" : "";
}

std::string create_foreign_key(const KeyToAdd& key) {
    std::string call = "op.create_foreign_key(" + in_python(key.name) + ", " + in_python(key.table.name) + ", " +
                       in_python(key.referenced.name) + ", " + list(key.columns) + ", " + list(key.referenced_columns);
    if (const auto action = action_of_key(key.on_delete); !action.empty()) call += ", ondelete=" + in_python(action);
    if (const auto action = action_of_key(key.on_update); !action.empty()) call += ", onupdate=" + in_python(action);
    call += schema("source_schema", key.table) + schema("referent_schema", key.referenced);
    return call + (key.not_valid ? ", postgresql_not_valid=True)" : ")");
}

std::string alter_column(const PartOfTable& part, std::string_view change) {
    return "op.alter_column(" + in_python(part.table.name) + ", " + in_python(part.name) + ", " + std::string(change) +
           schema("schema", part.table) + ")";
}

/// Empty: only SQL can say it. IF [NOT] EXISTS is Alembic's own word since 1.12 alone.
std::string native(const Statement& statement) {
    if (const auto index = index_to_build(statement); index && !index->if_not_exists) return create_index(*index);
    if (const auto drop = index_to_drop(statement); drop && !drop->if_exists)
        return "op.drop_index(" + in_python(drop->index.name) + schema("schema", drop->index) +
               (drop->concurrently ? ", postgresql_concurrently=True)" : ")");
    if (const auto key = key_to_add(statement)) return create_foreign_key(*key);
    if (const auto check = check_to_add(statement))
        return "op.create_check_constraint(" + in_python(check->name) + ", " + in_python(check->table.name) + ", " +
               in_python(as_text(check->condition)) + schema("schema", check->table) +
               (check->not_valid ? ", postgresql_not_valid=True)" : ")");
    if (const auto part = not_null_to_set(statement)) return alter_column(*part, "nullable=False");
    if (const auto part = not_null_to_drop(statement)) return alter_column(*part, "nullable=True");
    if (const auto part = column_to_drop(statement))
        return "op.drop_column(" + in_python(part->table.name) + ", " + in_python(part->name) +
               schema("schema", part->table) + ")";
    return "";
}

std::string code(const Step& step) {
    std::string out;
    for (const Statement& statement : step.statements) {
        if (!can_be_text(statement.sql)) return "";
        const bool same = callee(step.written.call).starts_with("op.") && stands_alone(step.written.call) &&
                          same_sql(statement.sql, step.written.sql);
        std::string said = same ? std::string(step.written.call) : native(statement);
        if (said.empty()) said = execute(statement.sql);
        if (!out.empty()) out += '\n';
        out += (step.outside_transaction ? "    " : "") + said;
    }
    return step.outside_transaction ? "with op.get_context().autocommit_block():\n" + out : out;
}

}  // namespace

extern const Tool alembic;
const Tool alembic{
    .format = "alembic",
    .without_transaction =
        "`with op.get_context().autocommit_block():` runs it outside Alembic's transaction, whose earlier statements "
        "it commits",
    .since = "1.2",
    .unit = "revision",
    .language = "python",
    .code = code};

}  // namespace pgfence::author
