#include "author/native.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "core/sql_scanner.h"
#include "core/text.h"

namespace pgfence::author {
namespace {

std::optional<std::vector<std::string>> tokens_of(std::string_view sql) {
    using Kind = SqlPiece::Kind;
    std::vector<std::string> tokens;
    SqlScanner scanner(sql);
    for (SqlPiece piece; scanner.next(piece);) {
        const std::string_view text = sql.substr(piece.begin, piece.end - piece.begin);
        if (piece.kind == Kind::line_comment || piece.kind == Kind::block_comment || !piece.closed) return std::nullopt;
        if (piece.kind == Kind::word) tokens.push_back(lower_case(text));
        if (piece.kind == Kind::quoted_name) tokens.emplace_back(text.substr(1, text.size() - 2));
        if (piece.kind == Kind::symbol || piece.kind == Kind::string || piece.kind == Kind::dollar_string)
            tokens.emplace_back(text);
    }
    return tokens;
}

std::string quoted(std::string_view name) { return in_doubled_quotes(name, '"'); }
std::string quoted(const Name& name) {
    return (name.schema.empty() ? "" : quoted(name.schema) + ".") + quoted(name.name);
}
std::string list(const std::vector<std::string>& names) {
    std::vector<std::string> all;
    for (const std::string& name : names) all.push_back(quoted(name));
    return "(" + joined(all) + ")";
}

template <class T>
const T* only(const Statement& statement) {
    return statement.actions.size() == 1 ? std::get_if<T>(&statement.actions.front()) : nullptr;
}

struct Clause {
    const AlterTable& table;
    const AlterTableCmd& cmd;
};

std::optional<Clause> only_clause(const Statement& statement, AlterTableType type) {
    const auto* alter = only<AlterTable>(statement);
    if (!alter || alter->object != ObjectType::table || alter->cmds.size() != 1 || alter->cmds.front().subtype != type)
        return std::nullopt;
    return Clause{*alter, alter->cmds.front()};
}

const Constraint* added(const std::optional<Clause>& clause, ConstraintType type) {
    const bool is = clause && clause->cmd.constraint && clause->cmd.constraint->type == type;
    return is && !clause->cmd.constraint->name.empty() ? &*clause->cmd.constraint : nullptr;
}

/// The statement's clause is `what` of the part that it names, and nothing else.
std::optional<PartOfTable> part(const Statement& statement, AlterTableType type, std::string_view before,
                                std::string_view behind) {
    const auto clause = only_clause(statement, type);
    if (!clause) return std::nullopt;
    PartOfTable found{clause->table.name, clause->cmd.name};
    const std::string wanted =
        "ALTER TABLE " + quoted(found.table) + std::string(before) + quoted(found.name) + std::string(behind);
    return same_sql(statement.sql, wanted) ? std::optional(std::move(found)) : std::nullopt;
}

std::string action_of_key(std::string_view event, char action) {
    constexpr std::pair<char, std::string_view> kActions[] = {{'c', "CASCADE"}, {'n', "SET NULL"}, {'r', "RESTRICT"}};
    for (const auto& [letter, words] : kActions)
        if (letter == action) return " ON " + std::string(event) + " " + std::string(words);
    return "";
}

/// What stands behind the columns: the tokens tell that all in front of it is what is wanted.
std::optional<std::string> behind(std::string_view sql, const std::string& wanted) {
    const auto tokens = tokens_of(sql), front = tokens_of(wanted);
    if (!tokens || !front || tokens->size() < front->size() ||
        !std::equal(front->begin(), front->end(), tokens->begin()))
        return std::nullopt;
    std::size_t left = front->size();
    SqlScanner scanner(sql);
    for (SqlPiece piece; left > 0 && scanner.next(piece);) left -= piece.kind != SqlPiece::Kind::space;
    return std::string(trim(sql.substr(scanner.at())));
}

}  // namespace

bool same_sql(std::string_view a, std::string_view b) {
    const auto first = tokens_of(a), second = tokens_of(b);
    return first && second && *first == *second;
}

bool only_adds_concurrently(std::string_view written, std::string_view sql) {
    auto tokens = tokens_of(sql);
    const auto before = tokens_of(written);
    if (!tokens || !before) return false;
    const auto word = std::find(tokens->begin(), tokens->end(), "concurrently");
    if (word == tokens->end() || word == tokens->begin() || *std::prev(word) != "index") return false;
    tokens->erase(word);
    return *tokens == *before;
}

bool is_plain_name(std::string_view name) {
    constexpr std::size_t kLongest = 62;  // of an index, to Rails before 7.1
    return !name.empty() && name.size() <= kLongest && !is_digit(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) { return is_letter_or_digit(c) || c == '_'; });
}

std::optional<IndexToBuild> index_to_build(const Statement& statement) {
    const auto* create = only<CreateIndex>(statement);
    if (!create || create->name.empty()) return std::nullopt;
    IndexToBuild index{create->name,         create->table,         {}, create->unique,
                       create->concurrently, create->if_not_exists, "", ""};
    for (const IndexElement& element : create->elements) {
        if (element.column.empty()) return std::nullopt;
        index.columns.push_back(element.column);
    }
    if (create->access_method != "btree") index.method = create->access_method;
    const std::string head = std::string("CREATE ") + (index.unique ? "UNIQUE " : "") + "INDEX " +
                             (index.concurrently ? "CONCURRENTLY " : "") +
                             (index.if_not_exists ? "IF NOT EXISTS " : "") + quoted(index.name) + " ON " +
                             quoted(index.table);
    auto rest = behind(statement.sql, head + list(index.columns));
    if (!rest) rest = behind(statement.sql, head + " USING " + create->access_method + list(index.columns));
    if (!rest) return std::nullopt;
    if (rest->empty()) return index;
    constexpr std::string_view kWhere = "WHERE";
    if (!create->where || !equal_ignoring_case(rest->substr(0, kWhere.size()), kWhere)) return std::nullopt;
    index.where = trim(std::string_view(*rest).substr(kWhere.size()));
    return index;
}

std::optional<IndexToDrop> index_to_drop(const Statement& statement) {
    const auto* drop = only<Drop>(statement);
    if (!drop || drop->object != ObjectType::index || drop->names.size() != 1) return std::nullopt;
    IndexToDrop index{drop->names.front(), drop->concurrently, drop->if_exists};
    const std::string wanted = std::string("DROP INDEX ") + (index.concurrently ? "CONCURRENTLY " : "") +
                               (index.if_exists ? "IF EXISTS " : "") + quoted(index.index);
    return same_sql(statement.sql, wanted) ? std::optional(std::move(index)) : std::nullopt;
}

std::optional<KeyToAdd> key_to_add(const Statement& statement) {
    const auto clause = only_clause(statement, AlterTableType::AddConstraint);
    const Constraint* constraint = added(clause, ConstraintType::foreign_key);
    if (!constraint || constraint->pk_columns.empty()) return std::nullopt;
    KeyToAdd key{constraint->name,       clause->table.name,    constraint->referenced, constraint->fk_columns,
                 constraint->pk_columns, constraint->on_delete, constraint->on_update,  constraint->not_valid};
    const std::string wanted = "ALTER TABLE " + quoted(key.table) + " ADD CONSTRAINT " + quoted(key.name) +
                               " FOREIGN KEY " + list(key.columns) + " REFERENCES " + quoted(key.referenced) +
                               list(key.referenced_columns),
                      valid = key.not_valid ? " NOT VALID" : "", on_delete = action_of_key("DELETE", key.on_delete),
                      on_update = action_of_key("UPDATE", key.on_update);
    // The grammar takes them in either order.
    const bool is = same_sql(statement.sql, wanted + on_delete + on_update + valid) ||
                    same_sql(statement.sql, wanted + on_update + on_delete + valid);
    return is ? std::optional(std::move(key)) : std::nullopt;
}

std::optional<CheckToAdd> check_to_add(const Statement& statement) {
    const auto clause = only_clause(statement, AlterTableType::AddConstraint);
    const Constraint* constraint = added(clause, ConstraintType::check);
    if (!constraint || constraint->expr_sql.empty()) return std::nullopt;
    CheckToAdd check{constraint->name, clause->table.name, constraint->expr_sql, constraint->not_valid};
    const std::string wanted = "ALTER TABLE " + quoted(check.table) + " ADD CONSTRAINT " + quoted(check.name) +
                               " CHECK (" + check.condition + ")" + (check.not_valid ? " NOT VALID" : "");
    return same_sql(statement.sql, wanted) ? std::optional(std::move(check)) : std::nullopt;
}

std::optional<PartOfTable> constraint_to_validate(const Statement& statement) {
    return part(statement, AlterTableType::ValidateConstraint, " VALIDATE CONSTRAINT ", "");
}
std::optional<PartOfTable> not_null_to_set(const Statement& statement) {
    return part(statement, AlterTableType::SetNotNull, " ALTER COLUMN ", " SET NOT NULL");
}
std::optional<PartOfTable> not_null_to_drop(const Statement& statement) {
    return part(statement, AlterTableType::DropNotNull, " ALTER COLUMN ", " DROP NOT NULL");
}
std::optional<PartOfTable> column_to_drop(const Statement& statement) {
    return part(statement, AlterTableType::DropColumn, " DROP COLUMN ", "");
}

}  // namespace pgfence::author
