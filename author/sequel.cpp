// Sequel's migrations.

#include <algorithm>
#include <array>

#include "author/native.h"
#include "author/tool.h"
#include "author/written.h"
#include "core/text.h"

namespace pgfence::author {
namespace {

using namespace std::string_view_literals;

bool are_plain(const Name& name) {
    return is_plain_name(name.name) && (name.schema.empty() || is_plain_name(name.schema));
}
bool are_plain(const std::vector<std::string>& names) {
    return std::all_of(names.begin(), names.end(), [](const std::string& name) { return is_plain_name(name); });
}

std::string symbol(const std::string& name) { return is_digit(name.front()) ? ":" + in_ruby(name) : ":" + name; }
std::string symbol(const Name& name) {
    return name.schema.empty() ? symbol(name.name) : "Sequel[" + symbol(name.schema) + "][" + symbol(name.name) + "]";
}
std::string symbols(const std::vector<std::string>& names) {
    std::vector<std::string> all;
    for (const std::string& name : names) all.push_back(symbol(name));
    return "[" + joined(all) + "]";
}

std::string run(std::string_view sql) {
    const bool raw = sql.find_first_of("\\#") != sql.npos;
    std::string tag = "SQL";
    for (const std::string_view line : split(sql, "\n"))
        if (trim(line) == tag) tag += "_TEXT";
    return "run <<~" + (raw ? "'" + tag + "'" : tag) + "\n" + indented(sql, "  ") + "\n" + tag;
}

std::string alter_table(const Name& table, const std::string& call) {
    return "alter_table(" + symbol(table) + ") do\n  " + call + "\nend";
}

std::string add_index(const IndexToBuild& index) {
    std::string call =
        "add_index " + symbol(index.table) + ", " + symbols(index.columns) + ", name: " + symbol(index.name);
    if (index.unique) call += ", unique: true";
    if (!index.method.empty()) call += ", type: :" + index.method;
    if (!index.where.empty()) call += ", where: Sequel.lit(" + in_ruby(index.where) + ")";
    if (index.if_not_exists) call += ", if_not_exists: true";
    return call + (index.concurrently ? ", concurrently: true" : "");
}

std::string_view action_of_key(char action) {
    if (action == 'c') return ":cascade";
    if (action == 'n') return ":set_null";
    if (action == 'd') return ":set_default";
    return action == 'r' ? ":restrict" : "";
}

std::string add_foreign_key(const KeyToAdd& key) {
    std::string call = "add_foreign_key " + symbols(key.columns) + ", " + symbol(key.referenced) +
                       ", key: " + symbols(key.referenced_columns) + ", name: " + symbol(key.name);
    if (const auto action = action_of_key(key.on_delete); !action.empty()) call.append(", on_delete: ").append(action);
    if (const auto action = action_of_key(key.on_update); !action.empty()) call.append(", on_update: ").append(action);
    return alter_table(key.table, call + (key.not_valid ? ", not_valid: true" : ""));
}

/// Empty: only SQL can say it.
std::string native(const Statement& statement) {
    if (const auto index = index_to_build(statement);
        index && are_plain(index->table) && is_plain_name(index->name) && are_plain(index->columns))
        return add_index(*index);
    if (const auto key = key_to_add(statement); key && are_plain(key->table) && are_plain(key->referenced) &&
                                                is_plain_name(key->name) && are_plain(key->columns) &&
                                                are_plain(key->referenced_columns) && !key->referenced_columns.empty())
        return add_foreign_key(*key);
    if (const auto check = check_to_add(statement); check && are_plain(check->table) && is_plain_name(check->name)) {
        const std::string name =
            check->not_valid ? "{name: " + symbol(check->name) + ", not_valid: true}" : symbol(check->name);
        return alter_table(check->table, "add_constraint(" + name + ", Sequel.lit(" + in_ruby(check->condition) + "))");
    }
    const auto said = [](const std::optional<PartOfTable>& part) {
        return part && are_plain(part->table) && is_plain_name(part->name);
    };
    if (const auto part = constraint_to_validate(statement); said(part))
        return alter_table(part->table, "validate_constraint " + symbol(part->name));
    if (const auto part = not_null_to_set(statement); said(part))
        return alter_table(part->table, "set_column_not_null " + symbol(part->name));
    if (const auto part = not_null_to_drop(statement); said(part))
        return alter_table(part->table, "set_column_allow_null " + symbol(part->name));
    if (const auto part = column_to_drop(statement); said(part))
        return "drop_column " + symbol(part->table) + ", " + symbol(part->name);
    return "";
}

/// In alter_table a call of the same name has no table: what stands second there is no column.
bool names_its_table(std::string_view call) {
    std::string_view rest = call.substr(callee(call).size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" ("), rest.size()));
    const auto comma = rest.find(',');
    if (comma == rest.npos) return false;
    rest.remove_prefix(comma + 1);
    const auto second = rest.find_first_not_of(" \n\t");
    return second != rest.npos && (rest[second] == ':' || rest[second] == '[' || rest[second] == '%');
}

/// The author's own call does it, or would with CONCURRENTLY.
std::string as_written(const Statement& statement, const Written& written) {
    constexpr std::array kOfDatabase{"drop_table"sv, "drop_view"sv, "rename_table"sv};
    const std::string_view name = callee(written.call);
    const bool of_table = name == "add_index" || name == "drop_index" || name == "drop_column";
    if (!stands_alone(written.call)) return "";
    if (!is_among(name, kOfDatabase) && !(of_table && names_its_table(written.call))) return "";
    if (same_sql(statement.sql, written.sql)) return std::string(written.call);
    const bool of_index = name == "add_index" || name == "drop_index";
    if (of_index && !contains(written.call, "concurrently") && only_adds_concurrently(written.sql, statement.sql))
        return with_argument(written.call, "concurrently: true");
    return "";
}

std::string code(const Step& step) {
    std::string out;
    for (const Statement& statement : step.statements) {
        std::string said = as_written(statement, step.written);
        if (said.empty()) said = native(statement);
        if (said.empty()) said = run(statement.sql);
        out += (out.empty() ? "" : "\n") + said;
    }
    return out;
}

}  // namespace

extern const Tool sequel;
const Tool sequel{.format = "sequel",
                  .without_transaction = "put `no_transaction` into the block `Sequel.migration`",
                  .language = "ruby",
                  .code = code};

}  // namespace pgfence::author
