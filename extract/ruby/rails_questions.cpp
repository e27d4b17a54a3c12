// What a migration of Rails asks the database before it acts.

#include <utility>

#include "core/schema_question.h"
#include "extract/ruby/rails_operations.h"

namespace pgfence::extract {
namespace {

/// Of "app.users" or "users".
SchemaQuestion about(SchemaQuestion::Asks asks, const std::string& table, std::string part = {}) {
    SchemaQuestion question{.asks = asks, .table = table, .part = std::move(part)};
    const auto dot = table.find('.');
    if (dot == table.npos) return question;
    question.schema = {SchemaQuestion::Schema::Which::named, table.substr(0, dot)};
    question.table = table.substr(dot + 1);
    return question;
}

}  // namespace

std::optional<SchemaQuestion> RailsOperations::question(const Call& call, std::string_view name) {
    if (call.args.empty() || call.more_args || !is_written(&call.args.front())) return std::nullopt;
    const Options options(call);
    const std::string given = call.args.front().text;
    using enum SchemaQuestion::Asks;
    const Value* second = call.args.size() > 1 ? &call.args[1] : nullptr;
    const bool bare = call.named.empty();
    if (name == "table_exists?" && !second && bare) return about(base_table, given);
    if (name == "data_source_exists?" && !second && bare) return about(table, given);
    // With a type or an option it asks for more than the name.
    if (name == "column_exists?" && call.args.size() == 2 && bare && is_written(second))
        return about(column, given, second->text);
    if (name == "index_name_exists?" && is_written(second)) return about(index, given, second->text);
    if (name == "index_exists?" && second) {
        if (call.named.size() > (options.has("name") ? 1 : 0)) return std::nullopt;
        const std::string of_columns = options.has("name") ? options.text("name") : schema_.index_name(given, *second);
        if (!schema_.take_uncertainties().empty() || of_columns.empty()) return std::nullopt;
        return about(index, given, of_columns);
    }
    if (name == "foreign_key_exists?") {
        const std::string key = known_key(given, second, options);
        if (!schema_.take_uncertainties().empty() || key.empty()) return std::nullopt;
        return about(constraint, given, key);
    }
    return std::nullopt;
}

}  // namespace pgfence::extract
