#include "extract/fizz/fizz_sql.h"

#include <array>
#include <charconv>

#include "core/number_text.h"
#include "core/text.h"

namespace pgfence::extract::fizz_sql {
namespace {

using Kind = Expression::Kind;

bool is_literal(const Expression& expression) {
    switch (expression.kind) {
        case Kind::text:
        case Kind::number: return true;
        case Kind::name: return expression.is_word("true") || expression.is_word("false") || expression.is_word("nil");
        case Kind::sum: return text_in(expression).has_value();
        case Kind::list:
        case Kind::dictionary:
        case Kind::call:
        case Kind::other: return false;
    }
    return false;
}

std::string_view key_of(const Expression& expression) {
    const bool is_key = expression.is(Kind::text) || expression.is(Kind::name);
    return is_key ? std::string_view(expression.text) : std::string_view();
}

/// %d
std::optional<std::string> integer(const Expression& expression) {
    const auto number = expression.is(Kind::number) ? number_in<int>(expression.text) : std::nullopt;
    return number ? std::optional(std::to_string(*number)) : std::nullopt;
}

/// %v of a float, where Go writes no exponent.
std::optional<std::string> floating(std::string_view written) {
    constexpr double kSmallest = 1e-4, kLargest = 1e21;
    const auto number = number_in<double>(written);
    if (!number || (*number != 0 && *number < kSmallest) || *number >= kLargest) return std::nullopt;
    std::array<char, 64> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), *number, std::chars_format::fixed);
    return error == std::errc() ? std::optional(std::string(digits.data(), end)) : std::nullopt;
}

/// %v
std::optional<std::string> in_words(const Expression& expression) {
    if (expression.is(Kind::name)) return expression.text;  // true and false: nil is no value
    if (!expression.is(Kind::number)) return plain_text(expression);
    return contains(expression.text, ".") ? floating(expression.text) : integer(expression);
}

std::optional<std::string> type_with_size(const Options& options) {
    const Expression* size = options.value("size");
    const auto said = size ? integer(*size) : std::optional<std::string>("255");
    return said ? std::optional("VARCHAR (" + *said + ")") : std::nullopt;
}

std::optional<std::string> decimal(const Options& options) {
    const Expression *precision = options.value("precision"), *scale = options.value("scale");
    if (!precision) return "DECIMAL";
    const auto digits = integer(*precision), behind = scale ? integer(*scale) : std::optional<std::string>("");
    if (!digits || !behind) return std::nullopt;
    return "DECIMAL(" + *digits + (scale ? "," + *behind : "") + ")";
}

std::optional<std::string> type_of(const std::string& type, const Options& options) {
    if (type == "string") return type_with_size(options);
    if (type == "float" || type == "decimal") return decimal(options);
    if (type == "uuid") return "UUID";
    if (type == "time" || type == "datetime") return "timestamptz";
    if (type == "blob" || type == "[]byte") return "bytea";
    if (type == "[]string") return "varchar[]";
    if (type == "[]float") return "decimal[]";
    if (type == "[]int") return "integer[]";
    return type == "json" ? "jsonb" : type;
}

/// Each DEFAULT that the options ask for, behind `lead`: " DEFAULT 'x'".
bool append_defaults(const Options& options, std::string_view lead, std::string& sql) {
    if (const Expression* value = options.value("default")) {
        const auto said = in_words(*value);
        if (!said) return false;
        sql.append(lead).append("DEFAULT '").append(*said).append("'");
    }
    if (const Expression* value = options.value("default_raw")) {
        const auto said = plain_text(*value);
        if (!said) return false;
        sql.append(lead).append("DEFAULT ").append(*said);
    }
    return true;
}

bool append_action(const Options& options, std::string_view key, std::string_view lead, std::string& sql) {
    const Expression* action = options.find(key);
    if (!action) return true;
    const auto said = plain_text(*action);
    if (said) sql.append(lead).append(*said);
    return said.has_value();
}

}  // namespace

std::optional<Value> text_in(const Expression& expression) {
    Value value = text_value("");
    value.begin = expression.begin;
    value.end = expression.end;
    if (expression.is(Kind::text)) {
        value.text = expression.text;
        value.pieces = expression.pieces;
        return value;
    }
    if (!expression.is(Kind::sum)) return std::nullopt;
    for (const Expression& part : expression.parts) {
        const auto text = text_in(part);
        if (!text) return std::nullopt;
        append(value, *text);
    }
    return value.holds_unknown ? std::nullopt : std::optional(value);
}

std::optional<std::string> plain_text(const Expression& expression) {
    auto text = text_in(expression);
    return text ? std::optional(std::move(text->text)) : std::nullopt;
}

std::optional<std::vector<std::string>> texts(const std::vector<Expression>& expressions, std::size_t from) {
    std::vector<std::string> all;
    for (std::size_t i = from; i < expressions.size(); ++i) {
        auto text = plain_text(expressions[i]);
        if (!text) return std::nullopt;
        all.push_back(std::move(*text));
    }
    return all;
}

std::optional<std::vector<std::string>> one_or_more(const Expression& expression) {
    if (!expression.is(Kind::list)) return texts({expression});
    return expression.parts.empty() ? std::nullopt : texts(expression.parts);
}

bool Options::are_plain() const {
    if (!dictionary_) return true;
    if (!dictionary_->is(Kind::dictionary)) return false;
    const auto& parts = dictionary_->parts;
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2)
        if (find(key_of(parts[i])) != &parts[i + 1] || !is_literal(parts[i + 1])) return false;
    return true;
}

const Expression* Options::find(std::string_view key) const {
    if (!dictionary_ || key.empty()) return nullptr;
    const Expression* found = nullptr;
    const auto& parts = dictionary_->parts;
    // Of two, the last: to the first one it is not the same, so that such options are not plain.
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2)
        if (key_of(parts[i]) == key) found = &parts[i + 1];
    return found;
}

const Expression* Options::value(std::string_view key) const {
    const Expression* found = find(key);
    return found && !found->is_word("nil") ? found : nullptr;
}

bool Options::is_true(std::string_view key) const {
    const Expression* found = find(key);
    return found && found->is_word("true");
}

std::string in_quotes(std::string_view name) { return "\"" + std::string(name) + "\""; }

std::string table_name(const std::string& name) { return contains(name, ".") ? name : in_quotes(name); }

std::optional<std::string> column(const std::string& name, const std::string& type, const Options& options,
                                  bool primary) {
    const auto its_type = type_of(type, options);
    if (!its_type) return std::nullopt;
    std::string sql = in_quotes(name) + " " + *its_type;
    // Whatever the option says, {"null": false} too.
    if (!options.value("null") || primary) sql += " NOT NULL";
    return append_defaults(options, " ", sql) ? std::optional(sql) : std::nullopt;
}

std::optional<std::string> changed_column(const std::string& name, const std::string& type, const Options& options) {
    const auto its_type = type_of(type, options);
    if (!its_type) return std::nullopt;
    const std::string alter = ", ALTER COLUMN " + in_quotes(name) + " ";
    std::string sql = in_quotes(name) + " TYPE " + *its_type + alter;
    sql += options.value("null") ? "DROP NOT NULL" : "SET NOT NULL";
    return append_defaults(options, alter + "SET ", sql) ? std::optional(sql) : std::nullopt;
}

std::optional<std::string> name_in(const Options& options, std::string otherwise) {
    const Expression* name = options.value("name");
    return name ? plain_text(*name) : std::optional(std::move(otherwise));
}

std::optional<std::string> index(const std::string& table, const Expression& columns, const Options& options) {
    const auto all = one_or_more(columns);
    if (!all) return std::nullopt;
    const auto name = name_in(options, table + "_" + joined(*all, "_") + "_idx");
    if (!name) return std::nullopt;
    return std::string(options.is_true("unique") ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") + in_quotes(*name) +
           " ON " + in_quotes(table) + " (" + joined(*all, ", ") + ")";
}

std::optional<ForeignKey> foreign_key(const Expression& column, const Expression& references, const Options& options) {
    const auto from = plain_text(column);
    if (!from || !references.is(Kind::dictionary) || references.parts.size() != 2) return std::nullopt;
    const std::string table(key_of(references.parts[0]));
    const Expression& list = references.parts[1];
    const auto columns = list.is(Kind::list) ? texts(list.parts) : std::nullopt;
    if (table.empty() || !columns) return std::nullopt;
    std::vector<std::string> names;
    for (const std::string& one : *columns) names.push_back(in_quotes(one));
    ForeignKey key;
    key.sql =
        "FOREIGN KEY (" + in_quotes(*from) + ") REFERENCES " + table_name(table) + " (" + joined(names, ", ") + ")";
    key.default_name = table + "_" + joined(*columns, "_") + "_fk";
    const bool is_known = append_action(options, "on_update", " ON UPDATE ", key.sql) &&
                          append_action(options, "on_delete", " ON DELETE ", key.sql);
    return is_known ? std::optional(key) : std::nullopt;
}

}  // namespace pgfence::extract::fizz_sql
