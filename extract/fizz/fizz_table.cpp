#include "extract/fizz/fizz_table.h"

#include <algorithm>

#include "core/text.h"

namespace pgfence::extract {
namespace {

using plush::Expression;
using Arguments = std::vector<Expression>;

fizz_sql::Options options_at(const Arguments& args, std::size_t position) {
    return fizz_sql::Options(position < args.size() ? &args[position] : nullptr);
}

/// The type that a primary key's column has in SQL; empty: fizz takes none of that type.
std::string_view type_of_key(std::string_view type) {
    if (type == "string" || type == "uuid") return type;
    if (type == "integer" || type == "INT" || type == "int") return "SERIAL";
    return type == "bigint" || type == "BIGINT" ? "BIGSERIAL" : "";
}

}  // namespace

FizzTable::Column* FizzTable::find(std::string_view name) {
    const auto found =
        std::find_if(columns_.begin(), columns_.end(), [&](const Column& column) { return column.name == name; });
    return found == columns_.end() ? nullptr : &*found;
}

FizzTable::Answer FizzTable::add(Column column) {
    if (find(column.name)) return {Taken::refused, "fizz takes no second column " + column.name};
    if (!fizz_sql::column(column.name, column.type, column.options, column.primary)) return {Taken::unknown};
    if (column.primary && !primary_keys_.empty()) return {Taken::refused, "fizz takes no second primary key"};
    if (column.primary) primary_keys_ = {column.name};
    columns_.insert(column.name == "id" ? columns_.begin() : columns_.end(), std::move(column));
    return {};
}

FizzTable::Answer FizzTable::column(const Arguments& args) {
    const fizz_sql::Options options = options_at(args, 2);
    if (args.size() < 2 || args.size() > 3 || !options.are_plain()) return {Taken::unknown};
    const auto name = fizz_sql::plain_text(args[0]), type = fizz_sql::plain_text(args[1]);
    if (!name || !type) return {Taken::unknown};
    return add({*name, *type, options, options.has("primary")});
}

FizzTable::Answer FizzTable::timestamp(const std::string& name) {
    return add({name, "timestamp", fizz_sql::Options(nullptr)});
}

FizzTable::Answer FizzTable::primary_key(const Arguments& args) {
    const auto names = fizz_sql::texts(args);
    if (!names || names->empty()) return {Taken::unknown};
    if (!primary_keys_.empty()) return {Taken::refused, "fizz takes no second primary key"};
    for (const std::string& name : *names)
        if (!find(name)) return {Taken::refused, "fizz wants the column " + name + " ahead of its primary key"};
    if (names->size() == 1) find(names->front())->primary = true;
    primary_keys_ = *names;
    return {};
}

FizzTable::Answer FizzTable::call(std::string_view method, const Expression& call) {
    const Arguments& args = call.parts;
    if (!call.block.empty()) return {Taken::unknown};
    if (method == "Column") return column(args);
    if (method == "PrimaryKey") return primary_key(args);
    if (method == "Timestamp" && args.size() == 1) {
        const auto name = fizz_sql::plain_text(args[0]);
        return name ? timestamp(*name) : Answer{Taken::unknown};
    }
    if (method == "Timestamps" && args.empty()) {
        const Answer first = timestamp("created_at");
        return first.taken == Taken::yes ? timestamp("updated_at") : first;
    }
    if (method == "DisableTimestamps" && args.empty()) {
        timestamps_ = false;
        return {};
    }
    if (method == "Index" && !args.empty() && args.size() <= 2 && options_at(args, 1).are_plain()) {
        auto sql = fizz_sql::index(name_, args[0], options_at(args, 1));
        if (!sql) return {Taken::unknown};
        indexes_.push_back({std::move(*sql), call.begin, call.end});
        return {};
    }
    if (method == "ForeignKey" && args.size() >= 2 && args.size() <= 3 && options_at(args, 2).are_plain()) {
        auto key = fizz_sql::foreign_key(args[0], args[1], options_at(args, 2));
        if (!key) return {Taken::unknown};
        foreign_keys_.push_back(std::move(key->sql));
        return {};
    }
    return {Taken::unknown};
}

std::optional<std::string> FizzTable::sql() {
    if (timestamps_)
        for (const char* name : {"created_at", "updated_at"})
            if (!find(name)) timestamp(name);
    std::vector<std::string> parts;
    for (const Column& column : columns_) {
        const std::string type(column.primary ? type_of_key(column.type) : column.type);
        if (type.empty()) return std::nullopt;
        // It has one: add() asked.
        parts.push_back(fizz_sql::column(column.name, type, column.options, column.primary).value_or(""));
        if (column.primary) parts.push_back("PRIMARY KEY(" + fizz_sql::in_quotes(column.name) + ")");
    }
    parts.insert(parts.end(), foreign_keys_.begin(), foreign_keys_.end());
    if (primary_keys_.size() > 1) {
        std::vector<std::string> names;
        for (const std::string& name : primary_keys_) names.push_back(fizz_sql::in_quotes(name));
        parts.push_back("PRIMARY KEY(" + joined(names, ", ") + ")");
    }
    return "CREATE TABLE " + fizz_sql::in_quotes(name_) + " (\n" + joined(parts, ",\n") + "\n)";
}

}  // namespace pgfence::extract
