#include "extract/fizz/fizz_operations.h"

#include <array>
#include <optional>
#include <utility>

#include "core/text.h"

namespace pgfence::extract {
namespace {

using plush::Expression;
using Kind = Expression::Kind;
using Arguments = std::vector<Expression>;
using Sql = std::optional<std::string>;

constexpr std::string_view kOnlyThen = "what it does is known only when the migration runs";
constexpr std::string_view kArguments = "its arguments are no literals that fizz takes there";

fizz_sql::Options last_of(const Arguments& args, std::size_t position) {
    return fizz_sql::Options(position < args.size() ? &args[position] : nullptr);
}

/// Of a call that takes so many texts, and nothing else.
std::optional<std::vector<std::string>> just(std::size_t count, const Arguments& args) {
    return args.size() == count ? fizz_sql::texts(args) : std::nullopt;
}

std::string alter(const std::string& table) { return "ALTER TABLE " + fizz_sql::in_quotes(table) + " "; }

Sql drop_table(const Arguments& args) {
    const auto names = just(1, args);
    return names ? Sql("DROP TABLE " + fizz_sql::in_quotes(names->front())) : std::nullopt;
}

Sql rename_table(const Arguments& args) {
    const auto names = just(2, args);
    return names ? Sql(alter((*names)[0]) + "RENAME TO " + fizz_sql::in_quotes((*names)[1])) : std::nullopt;
}

Sql of_column(const Arguments& args, bool is_new) {
    const fizz_sql::Options options = last_of(args, 3);
    if (args.size() < 3 || args.size() > 4 || !options.are_plain()) return std::nullopt;
    const auto names = fizz_sql::texts({args.begin(), args.begin() + 3});
    if (!names) return std::nullopt;
    const auto& [table, name, type] = std::tie((*names)[0], (*names)[1], (*names)[2]);
    const Sql said =
        is_new ? fizz_sql::column(name, type, options, false) : fizz_sql::changed_column(name, type, options);
    return said ? Sql(alter(table) + (is_new ? "ADD COLUMN " : "ALTER COLUMN ") + *said) : std::nullopt;
}
Sql add_column(const Arguments& args) { return of_column(args, true); }
Sql change_column(const Arguments& args) { return of_column(args, false); }

Sql drop_column(const Arguments& args) {
    const auto names = just(2, args);
    return names ? Sql(alter((*names)[0]) + "DROP COLUMN " + fizz_sql::in_quotes((*names)[1])) : std::nullopt;
}

Sql rename_column(const Arguments& args) {
    const auto names = just(3, args);
    if (!names) return std::nullopt;
    return alter((*names)[0]) + "RENAME COLUMN " + fizz_sql::in_quotes((*names)[1]) + " TO " +
           fizz_sql::in_quotes((*names)[2]);
}

Sql add_index(const Arguments& args) {
    const fizz_sql::Options options = last_of(args, 2);
    if (args.size() < 2 || args.size() > 3 || !options.are_plain()) return std::nullopt;
    const auto table = fizz_sql::plain_text(args[0]);
    return table ? fizz_sql::index(*table, args[1], options) : std::nullopt;
}

Sql drop_index(const Arguments& args) {
    const auto names = just(2, args);
    return names ? Sql("DROP INDEX " + fizz_sql::in_quotes((*names)[1])) : std::nullopt;
}

Sql rename_index(const Arguments& args) {
    const auto names = just(3, args);
    if (!names) return std::nullopt;
    return "ALTER INDEX " + fizz_sql::in_quotes((*names)[1]) + " RENAME TO " + fizz_sql::in_quotes((*names)[2]);
}

Sql add_foreign_key(const Arguments& args) {
    const fizz_sql::Options options = last_of(args, 3);
    if (args.size() < 3 || args.size() > 4 || !options.are_plain()) return std::nullopt;
    const auto table = fizz_sql::plain_text(args[0]);
    const auto key = fizz_sql::foreign_key(args[1], args[2], options);
    if (!table || !key) return std::nullopt;
    const auto name = fizz_sql::name_in(options, *table + "_" + key->default_name);
    if (!name) return std::nullopt;
    return "ALTER TABLE " + fizz_sql::table_name(*table) + " ADD CONSTRAINT " + fizz_sql::in_quotes(*name) + " " +
           key->sql;
}

Sql drop_foreign_key(const Arguments& args) {
    const fizz_sql::Options options = last_of(args, 2);
    if (args.size() < 2 || args.size() > 3 || !options.are_plain()) return std::nullopt;
    const auto names = fizz_sql::texts({args.begin(), args.begin() + 2});
    if (!names) return std::nullopt;
    return "ALTER TABLE " + fizz_sql::table_name((*names)[0]) + " DROP CONSTRAINT " +
           (options.is_true("if_exists") ? "IF EXISTS " : "") + fizz_sql::in_quotes((*names)[1]);
}

using Operation = std::pair<std::string_view, Sql (*)(const Arguments&)>;
constexpr std::array<Operation, 11> kFizzOperations{{{"drop_table", drop_table},
                                                     {"rename_table", rename_table},
                                                     {"add_column", add_column},
                                                     {"change_column", change_column},
                                                     {"drop_column", drop_column},
                                                     {"rename_column", rename_column},
                                                     {"add_index", add_index},
                                                     {"drop_index", drop_index},
                                                     {"rename_index", rename_index},
                                                     {"add_foreign_key", add_foreign_key},
                                                     {"drop_foreign_key", drop_foreign_key}}};

ByteRange place_of_expression(const Expression& expression) { return {expression.begin, expression.end}; }

std::string call_of(const Expression& call) { return "a call of `" + call.text + "`"; }

}  // namespace

void FizzOperations::run(const std::vector<Expression>& statements) {
    for (const Expression& statement : statements) {
        if (statement.is(Kind::call)) {
            called(statement);
            continue;
        }
        const std::string what = statement.is(Kind::other) ? statement.text : "an expression";
        out_.unread(place_of_expression(statement), what, std::string(kOnlyThen));
    }
}

void FizzOperations::called(const Expression& call) {
    if (call.text == "create_table") return create_table(call);
    if (table_ && call.text.starts_with("t.")) {
        const FizzTable::Answer answer = table_->call(std::string_view(call.text).substr(2), call);
        if (answer.taken == FizzTable::Taken::unknown)
            out_.unread(place_of_expression(call), call_of(call), std::string(kArguments));
        else if (answer.taken == FizzTable::Taken::refused)
            out_.unread(place_of_expression(call), call_of(call), answer.why, Unread::Extent::rejected);
        return;
    }
    // No other function runs its block.
    if (!call.block.empty())
        return out_.unread(place_of_expression(call), call_of(call), "fizz runs the block of create_table alone");
    if (call.text == "sql" || call.text == "raw") return written(call);
    if (call.text == "exec") return out_.unread(place_of_expression(call), call_of(call), "it runs a program");
    for (const auto& [name, operation] : kFizzOperations) {
        if (call.text != name) continue;
        if (const Sql sql = operation(call.parts)) return out_.made(*sql, place_of_expression(call));
        return out_.unread(place_of_expression(call), call_of(call), std::string(kArguments));
    }
    out_.unread(place_of_expression(call), call_of(call), "fizz has no such function that is known here");
}

void FizzOperations::written(const Expression& call) {
    const auto sql = call.parts.size() == 1 ? fizz_sql::text_in(call.parts[0]) : std::nullopt;
    if (!sql) return out_.unread(place_of_expression(call), call_of(call), std::string(kArguments));
    out_.written(*sql, place_of_expression(call));
}

void FizzOperations::create_table(const Expression& call) {
    const fizz_sql::Options options = last_of(call.parts, 1);
    const auto name = call.parts.empty() || call.parts.size() > 2 ? std::nullopt : fizz_sql::plain_text(call.parts[0]);
    const Expression* timestamps = options.find("timestamps");
    const bool is_odd = timestamps && !timestamps->is_word("true") && !timestamps->is_word("false");
    if (!name || !options.are_plain() || is_odd)
        return out_.unread(place_of_expression(call), call_of(call), std::string(kArguments));
    FizzTable table(*name);
    if (timestamps && timestamps->is_word("false")) table.without_timestamps();
    FizzTable* const around = std::exchange(table_, &table);
    run(call.block);
    table_ = around;
    const Sql sql = table.sql();
    if (!sql)
        return out_.unread(place_of_expression(call), call_of(call),
                           "fizz takes no primary key of that type: string, uuid, integer, int or bigint",
                           Unread::Extent::rejected);
    out_.made(*sql, place_of_expression(call));
    for (const FizzTable::Index& index : table.indexes()) out_.made(index.sql, {index.begin, index.end});
}

}  // namespace pgfence::extract
