// Active Record's migrations.

#include <algorithm>

#include "author/native.h"
#include "author/tool.h"
#include "author/written.h"
#include "core/number_text.h"
#include "core/text.h"

namespace pgfence::author {
namespace {

bool are_plain(const Name& name) {
    return is_plain_name(name.name) && (name.schema.empty() || is_plain_name(name.schema));
}
bool are_plain(const std::vector<std::string>& names) {
    return std::all_of(names.begin(), names.end(), [](const std::string& name) { return is_plain_name(name); });
}

std::string symbol(const std::string& name) {
    const bool small = std::none_of(name.begin(), name.end(), [](char c) { return is_upper(c); });
    return small ? ":" + name : in_ruby(name);
}
std::string symbol(const Name& name) {
    return name.schema.empty() ? symbol(name.name) : in_ruby(name.schema + "." + name.name);
}
std::string symbols(const std::vector<std::string>& names) {
    std::vector<std::string> all;
    for (const std::string& name : names) all.push_back(symbol(name));
    return all.size() == 1 ? all.front() : "[" + joined(all) + "]";
}

std::string heredoc(std::string_view sql) {
    const bool raw = sql.find_first_of("\\#") != sql.npos;
    std::string tag = "SQL";
    for (const std::string_view line : split(sql, "\n"))
        if (trim(line) == tag) tag += "_TEXT";
    return "execute <<~" + (raw ? "'" + tag + "'" : tag) + "\n" + indented(sql, "  ") + "\n" + tag;
}

std::string add_index(const IndexToBuild& index) {
    std::string call =
        "add_index " + symbol(index.table) + ", " + symbols(index.columns) + ", name: " + in_ruby(index.name);
    if (index.unique) call += ", unique: true";
    if (!index.method.empty()) call += ", using: :" + index.method;
    if (!index.where.empty()) call += ", where: " + in_ruby(index.where);
    if (index.if_not_exists) call += ", if_not_exists: true";
    return call + (index.concurrently ? ", algorithm: :concurrently" : "");
}

std::string_view action_of_key(char action) {
    if (action == 'c') return ":cascade";
    if (action == 'n') return ":nullify";
    return action == 'r' ? ":restrict" : "";
}

std::string add_foreign_key(const KeyToAdd& key) {
    std::string call = "add_foreign_key " + symbol(key.table) + ", " + symbol(key.referenced) +
                       ", column: " + symbol(key.columns.front());
    if (key.referenced_columns.front() != "id") call += ", primary_key: " + symbol(key.referenced_columns.front());
    call += ", name: " + in_ruby(key.name);
    if (const auto action = action_of_key(key.on_delete); !action.empty()) call.append(", on_delete: ").append(action);
    if (const auto action = action_of_key(key.on_update); !action.empty()) call.append(", on_update: ").append(action);
    return call + (key.not_valid ? ", validate: false" : "");
}

/// Empty: only SQL can say it, or only that can in a version of Rails.
std::string native(const Statement& statement, std::string_view version) {
    const auto has = [&](std::string_view since) { return !is_version_before(version, since); };
    if (const auto index = index_to_build(statement);
        index && are_plain(index->table) && is_plain_name(index->name) && are_plain(index->columns) &&
        (has("4.0") || (!index->concurrently && index->where.empty() && index->method.empty())) &&
        (has("6.1") || !index->if_not_exists))
        return add_index(*index);
    if (const auto key = key_to_add(statement); key && key->columns.size() == 1 && are_plain(key->table) &&
                                                are_plain(key->referenced) && is_plain_name(key->name) &&
                                                are_plain(key->columns) && are_plain(key->referenced_columns) &&
                                                has(key->not_valid ? "5.2" : "4.2"))
        return add_foreign_key(*key);
    // Rails 6.1 does not quote the name.
    if (const auto check = check_to_add(statement); check && are_plain(check->table) && is_plain_name(check->name) &&
                                                    check->name == lower_case(check->name) && has("6.1"))
        return "add_check_constraint " + symbol(check->table) + ", " + in_ruby(check->condition) +
               ", name: " + in_ruby(check->name) + (check->not_valid ? ", validate: false" : "");
    const auto said = [](const std::optional<PartOfTable>& part) {
        return part && are_plain(part->table) && is_plain_name(part->name);
    };
    if (const auto part = constraint_to_validate(statement); said(part) && has("5.2"))
        return "validate_constraint " + symbol(part->table) + ", " + symbol(part->name);
    if (const auto part = not_null_to_set(statement); said(part))
        return "change_column_null " + symbol(part->table) + ", " + symbol(part->name) + ", false";
    if (const auto part = not_null_to_drop(statement); said(part))
        return "change_column_null " + symbol(part->table) + ", " + symbol(part->name) + ", true";
    if (const auto part = column_to_drop(statement); said(part))
        return "remove_column " + symbol(part->table) + ", " + symbol(part->name);
    return "";
}

/// The author's own call does it, or would with CONCURRENTLY.
std::string as_written(const Statement& statement, const Written& written, std::string_view version) {
    const std::string_view name = callee(written.call);
    if (!stands_alone(written.call) || contains(name, ".")) return "";
    if (same_sql(statement.sql, written.sql)) return std::string(written.call);
    const std::string_view since = name == "remove_index" ? "5.0" : "4.0";
    if ((name == "add_index" || name == "remove_index") && !is_version_before(version, since) &&
        !contains(written.call, "algorithm") && only_adds_concurrently(written.sql, statement.sql))
        return with_argument(written.call, "algorithm: :concurrently");
    return "";
}

std::string code(const Step& step) {
    std::string out;
    for (const Statement& statement : step.statements) {
        std::string said = as_written(statement, step.written, step.version);
        if (said.empty()) said = native(statement, step.version);
        if (said.empty()) said = heredoc(statement.sql);
        out += (out.empty() ? "" : "\n") + said;
    }
    return out;
}

std::string stop_reading(const Step& step) {
    std::vector<std::string> columns;
    Name table;
    for (const Statement& statement : step.statements)
        for (const Action& action : statement.actions) {
            const auto* alter = std::get_if<AlterTable>(&action);
            if (!alter) continue;
            table = alter->name;
            for (const AlterTableCmd& cmd : alter->cmds)
                if (cmd.subtype == AlterTableType::DropColumn) columns.push_back(in_ruby(cmd.name));
        }
    if (columns.empty() || is_version_before(step.version, "5.0")) return "";
    return "`self.ignored_columns += [" + joined(columns) + "]` in the model of `" + table.name +
           "` keeps it from being read";
}

std::string leave_out(const Written& written) {
    constexpr std::string_view kReferences[] = {"add_reference", "add_belongs_to", "t.references", "t.belongs_to"};
    const std::string_view name = callee(written.shared);
    if (!written.builds_index ||
        std::find(std::begin(kReferences), std::end(kReferences), name) == std::end(kReferences))
        return "";
    return "`" + std::string(name) + "` here builds this index too: give it `index: false`";
}

}  // namespace

extern const Tool rails;
const Tool rails{.format = "rails",
                 .without_transaction = "put `disable_ddl_transaction!` into the migration's class",
                 .since = "4.0",
                 .language = "ruby",
                 .code = code,
                 .stop_reading = stop_reading,
                 .leave_out = leave_out};

}  // namespace pgfence::author
