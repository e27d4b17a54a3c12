// Indexes, conditions, constraints.

#include "extract/python/django_schema.h"

#include <algorithm>
#include <array>

#include "extract/python/python.h"
#include "extract/python/sqlalchemy.h"

namespace pgfence::extract {

using namespace std::string_view_literals;

// varchar_pattern_ops beside the index or unique constraint of a text: _create_like_index_sql.
std::string DjangoSchema::like_index(const DjangoModel& model, const DjangoField& field) {
    if (!field.indexed() && !field.unique()) return {};
    // Of a key that is not known: hardly any is a text.
    std::string sql = field.is_key() ? type_of_target(model, field).value_or("") : plain_type(field);
    const bool varchar = sql.starts_with("varchar"), text = sql.starts_with("text");
    if ((!varchar && !text) || sql.find('[') != std::string::npos || field.get("db_collation")) return {};
    return "CREATE INDEX " + quote_name(index_name(model.table, {field.column()}, "_like")) + " ON " +
           quote_name(model.table) + " (" + quote_name(field.column()) +
           (varchar ? " varchar_pattern_ops)" : " text_pattern_ops)");
}

void DjangoSchema::defer_indexes(const DjangoModel& model, const DjangoField& field) {
    if (!field.is_column()) return;
    const std::vector<std::string> columns{field.column()};
    if (field.indexed() && !field.unique())
        defer(model, columns, "",
              "CREATE INDEX " + quote_name(fresh_name(DjangoNames::Of::index, model.table, columns, "")) + " ON " +
                  quote_name(model.table) + " (" + quote_names(columns) + ")");
    if (std::string like = like_index(model, field); !like.empty()) {
        fresh_name(DjangoNames::Of::like, model.table, columns, "_like");
        defer(model, columns, "_like", std::move(like));
    }
}

std::vector<std::string> DjangoSchema::columns_of(const DjangoModel& model, const std::vector<std::string>& fields) {
    std::vector<std::string> columns;
    for (const std::string& name : fields) {
        const DjangoField* field = model.field(name);
        columns.push_back(field ? field->column() : name);
    }
    return columns;
}

std::string DjangoSchema::index_sql(const DjangoModel& model, const Call& index, bool concurrently) {
    std::vector<std::string> names;
    std::string columns;
    const Value* fields = index.get("fields");
    const auto items = fields ? iterated(*fields) : std::nullopt;
    const Value* classes = index.get("opclasses");
    const auto operators = classes ? iterated(*classes) : std::nullopt;
    for (std::size_t i = 0; items && i < items->size(); ++i) {
        std::string name = (*items)[i].text;
        const bool down = name.starts_with('-');
        if (down) name.erase(0, 1);
        columns += (columns.empty() ? "" : ", ") + quote_name(columns_of(model, {name}).front());
        if (operators && i < operators->size()) columns += " " + (*operators)[i].text;
        if (down) columns += " DESC";
    }
    for (const Value& expression : index.args) {
        const std::string_view called = last_name(expression);
        const Value* of = expression.call && !expression.call->args.empty() ? &expression.call->args.front() : nullptr;
        const bool simple =
            of && of->is_text() && (called == "Lower" || called == "Upper" || called == "F" || called == "OrderBy");
        std::string sql = simple ? quote_name(columns_of(model, {of->text}).front()) : "unknown_value";
        if (!simple) uncertainty("the expression of an index");
        if (called == "Lower" || called == "Upper") sql = "(" + std::string(called) + "(" + sql + "))";
        columns += (columns.empty() ? "" : ", ") + sql;
    }
    const std::string_view kind = index.name();
    std::string method;
    for (const auto& [name, sql] :
         std::array{std::pair{"GinIndex"sv, "gin"sv}, std::pair{"GistIndex"sv, "gist"sv},
                    std::pair{"BrinIndex"sv, "brin"sv}, std::pair{"HashIndex"sv, "hash"sv},
                    std::pair{"BTreeIndex"sv, "btree"sv}, std::pair{"SpGistIndex"sv, "spgist"sv}})
        if (kind == name) method = " USING " + std::string(sql);
    const Value* name = index.get("name");
    if (!name || !name->is_text()) uncertainty("the name of an index");
    std::string sql = std::string("CREATE INDEX ") + (concurrently ? "CONCURRENTLY " : "") +
                      quote_name(name && name->is_text() ? name->text : "unknown_value") + " ON " +
                      quote_name(model.table) + method + " (" + columns + ")";
    if (const Value* include = index.get("include"); include && iterated(*include)) {
        const auto more = *iterated(*include);
        for (const Value& field : more) names.push_back(field.text);
        if (!names.empty()) sql += " INCLUDE (" + quote_names(columns_of(model, names)) + ")";
    }
    if (const Value* where = index.get("condition"); where && !where->is(Value::Kind::nothing))
        sql += " WHERE " + condition(model, *where);
    return sql;
}

std::string DjangoSchema::lookup(const DjangoModel& model, std::string path, const Value& value) {
    std::string operation = "exact";
    if (const auto split = path.find("__"); split != std::string::npos) {
        operation = path.substr(split + 2);
        path.resize(split);
    }
    const std::string column = quote_name(columns_of(model, {path}).front());
    const Value* other =
        value.call && last_name(value) == "F" && !value.call->args.empty() ? &value.call->args.front() : nullptr;
    const std::string right =
        other && other->is_text() ? quote_name(columns_of(model, {other->text}).front()) : value_sql(value);
    for (const auto& [name, sign] :
         std::array{std::pair{"exact"sv, " = "sv}, std::pair{"gt"sv, " > "sv}, std::pair{"gte"sv, " >= "sv},
                    std::pair{"lt"sv, " < "sv}, std::pair{"lte"sv, " <= "sv}})
        if (operation == name) {
            if (value.is(Value::Kind::nothing)) return column + " IS NULL";
            if (value.is(Value::Kind::boolean) && name == "exact") return value.yes ? column : "NOT " + column;
            return column + std::string(sign) + right;
        }
    if (operation == "isnull") return column + (value.yes ? " IS NULL" : " IS NOT NULL");
    if (const auto items = iterated(value); operation == "in" && items) {
        std::string list;
        for (const Value& item : *items) list += (list.empty() ? "" : ", ") + value_sql(item);
        return column + " IN (" + list + ")";
    }
    uncertainty("a condition on " + path);
    return "unknown_value";
}

std::string DjangoSchema::condition(const DjangoModel& model, const Value& value) {
    const std::string_view called = last_name(value);
    if (!value.call || (called != "Q" && called != "|" && called != "&" && called != "~")) {
        uncertainty("a condition");
        return "(unknown_value)";
    }
    const Call& call = *value.call;
    if (called == "~") return "NOT " + condition(model, call.args.front());
    const Value* connector = call.get("_connector");
    const bool any = called == "|" || (connector && connector->is_text() && connector->text == "OR");
    std::string all;
    const auto add = [&](const std::string& part) { all += (all.empty() ? "" : any ? " OR " : " AND ") + part; };
    for (const Value& part : call.args) {
        const auto pair = iterated(part);
        if (pair && pair->size() == 2 && (*pair)[0].is_text())
            add(lookup(model, (*pair)[0].text, (*pair)[1]));
        else
            add(condition(model, part));
    }
    for (const auto& [key, given] : call.named)
        if (!key.starts_with('_')) add(lookup(model, key, given));
    if (const Value* negated = call.get("_negated"); negated && negated->yes) return "NOT (" + all + ")";
    return "(" + all + ")";
}

std::optional<std::string> DjangoSchema::constraint_clause(const DjangoModel& model, const Call& constraint,
                                                           std::string& statement) {
    const Value* name = constraint.get("name");
    const std::string title = name && name->is_text() ? name->text : "unknown_value";
    const std::string_view kind = constraint.name();
    if (kind == "CheckConstraint") {
        const Value* check = constraint.get("condition") ? constraint.get("condition") : constraint.get("check");
        return "CONSTRAINT " + quote_name(title) + " CHECK (" + condition(model, check ? *check : unknown_value()) +
               ")";
    }
    const Value* fields = constraint.get("fields");
    const auto items = fields ? iterated(*fields) : std::nullopt;
    if (kind != "UniqueConstraint") {
        uncertainty("the constraint " + std::string(kind));
        return "CONSTRAINT " + quote_name(title) + " CHECK (unknown_value)";
    }
    const Value* where = constraint.get("condition");
    const bool conditional = where && !where->is(Value::Kind::nothing);
    if (conditional || constraint.get("include") || constraint.get("opclasses") || !constraint.args.empty()) {
        statement = index_sql(model, constraint, false).insert(std::string_view("CREATE ").size(), "UNIQUE ");
        return std::nullopt;
    }
    std::vector<std::string> names;
    for (const Value& item : items.value_or(std::vector<Value>{})) names.push_back(item.text);
    std::string sql =
        "CONSTRAINT " + quote_name(title) + " UNIQUE " +
        (constraint.get("nulls_distinct") && !constraint.get("nulls_distinct")->yes ? "NULLS NOT DISTINCT " : "") +
        "(" + quote_names(columns_of(model, names)) + ")";
    if (const Value* deferrable = constraint.get("deferrable"); deferrable && !deferrable->is(Value::Kind::nothing))
        sql += deferrable->text.ends_with("IMMEDIATE") ? " DEFERRABLE INITIALLY IMMEDIATE"
                                                       : " DEFERRABLE INITIALLY DEFERRED";
    return sql;
}

}  // namespace pgfence::extract
