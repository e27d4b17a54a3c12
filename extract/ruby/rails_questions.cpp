// What a migration of Rails asks the database before it acts.

#include <utility>

#include "extract/program/questions.h"
#include "extract/ruby/rails_operations.h"

namespace pgfence::extract {
namespace {

bool is_written(const Value* value) { return value && value->is_text() && !value->holds_unknown; }

/// Of "app.users": where it is looked for, and by which name.
std::pair<std::string, std::string> place_and_name(const std::string& name) {
    const auto dot = name.find('.');
    if (dot == name.npos) return {"current_schema()", literal(name)};
    return {literal(name.substr(0, dot)), literal(name.substr(dot + 1))};
}

}  // namespace

std::optional<std::string> RailsOperations::question(const Call& call, std::string_view name) {
    if (call.args.empty() || call.more_args || !is_written(&call.args.front())) return std::nullopt;
    const Options options(call);
    const std::string given = call.args.front().text;
    const auto [schema, table] = place_and_name(given);
    const Value* second = call.args.size() > 1 ? &call.args[1] : nullptr;
    const bool bare = call.named.empty();
    if ((name == "table_exists?" || name == "data_source_exists?") && !second && bare) {
        Conditions conditions{{"table_schema", schema}, {"table_name", table}};
        if (name == "table_exists?") conditions.emplace_back("table_type", "'BASE TABLE'");
        return exists("information_schema.tables", conditions);
    }
    // With a type or an option it asks for more than the name.
    if (name == "column_exists?" && call.args.size() == 2 && bare && is_written(second))
        return exists("information_schema.columns",
                      {{"table_schema", schema}, {"table_name", table}, {"column_name", literal(second->text)}});
    if (name == "index_name_exists?" && is_written(second))
        return exists("pg_indexes",
                      {{"schemaname", schema}, {"tablename", table}, {"indexname", literal(second->text)}});
    if (name == "index_exists?" && second) {
        if (call.named.size() > (options.has("name") ? 1 : 0)) return std::nullopt;
        const std::string index = options.has("name") ? options.text("name") : schema_.index_name(given, *second);
        if (!schema_.take_uncertainties().empty() || index.empty()) return std::nullopt;
        return exists("pg_indexes", {{"schemaname", schema}, {"tablename", table}, {"indexname", literal(index)}});
    }
    if (name == "foreign_key_exists?") {
        const std::string key = known_key(given, second, options);
        if (!schema_.take_uncertainties().empty() || key.empty()) return std::nullopt;
        return exists("information_schema.table_constraints",
                      {{"table_schema", schema}, {"table_name", table}, {"constraint_name", literal(key)}});
    }
    return std::nullopt;
}

}  // namespace pgfence::extract
