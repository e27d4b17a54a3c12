// create_table and what stands in its block (CreateTableGenerator).

#include <algorithm>
#include <array>

#include "core/stand_in.h"
#include "core/text.h"
#include "extract/program/sql_text.h"
#include "extract/ruby/sequel_operations.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

void set_default(Call& options, std::string_view key, Value value) {
    if (!options.get(key)) options.named.emplace_back(std::string(key), std::move(value));
}

/// What is named later counts.
const Value* last(const Call& options, std::string_view key) {
    const Value* found = nullptr;
    for (const auto& [name, value] : options.named)
        if (name == key) found = &value;
    return found;
}

/// "set_null" -> "SET NULL"
std::string action(const Value& value) {
    std::string word = upper_case(value.text);
    std::replace(word.begin(), word.end(), '_', ' ');
    return word;
}

/// Methods of the database that a table's block does not have: there they would name a column's type.
bool is_of_database(std::string_view name) {
    constexpr std::array kOthers{"create_table"sv, "drop_table"sv,   "alter_table"sv,   "run"sv,
                                 "execute"sv,      "add_column"sv,   "drop_column"sv,   "add_index"sv,
                                 "drop_index"sv,   "rename_table"sv, "rename_column"sv, "create_view"sv,
                                 "drop_view"sv,    "create_enum"sv,  "drop_enum"sv,     "from"sv,
                                 "execute_ddl"sv,  "drop_table?"sv,  "create_table?"sv, "validate"sv};
    return is_among(name, kOthers) || name.ends_with('?') || name.ends_with('!');
}

}  // namespace

std::string SequelOperations::table_prefix(const Call& options, const Value& name) {
    std::string sql = "CREATE ";
    if (is_true(options, "temp"))
        sql += "TEMPORARY ";
    else if (is_true(options, "foreign"))
        sql += "FOREIGN ";
    else if (is_true(options, "unlogged"))
        sql += "UNLOGGED ";
    sql += "TABLE ";
    if (is_true(options, "if_not_exists")) sql += "IF NOT EXISTS ";
    return sql + sql_.table(name);
}

std::string SequelOperations::table_suffix(const Call& options) {
    std::string sql;
    const auto each = [&](const Value& list) {
        return list.is(Value::Kind::list) ? std::vector<Value>(*list.items) : std::vector<Value>{list};
    };
    if (const Value* parents = options.get("inherits")) {
        std::string all;
        for (const Value& parent : each(*parents)) all += (all.empty() ? "" : ", ") + sql_.table(parent);
        sql += " INHERITS (" + all + ")";
    }
    if (const Value* by = options.get("partition_by")) {
        const Value* type = options.get("partition_type");
        sql += " PARTITION BY " + (type && type->is_text() ? type->text : "RANGE") + " " + sql_.columns(*by);
    }
    if (const Value* commit = options.get("on_commit"))
        sql += std::string(" ON COMMIT ") + (commit->text == "drop"          ? "DROP"
                                             : commit->text == "delete_rows" ? "DELETE ROWS"
                                                                             : "PRESERVE ROWS");
    if (const Value* space = options.get("tablespace")) sql += " TABLESPACE " + sql_.identifier(*space);
    if (const Value* server = options.get("foreign")) {
        sql += " SERVER " + sql_.identifier(*server);
        const Value* settings = options.get("options");
        if (settings && settings->is(Value::Kind::dictionary)) {
            std::string all;
            for (std::size_t i = 0; i + 1 < settings->items->size(); i += 2)
                all += (all.empty() ? "" : ", ") + (*settings->items)[i].text + " " +
                       literal((*settings->items)[i + 1].text);
            sql += " OPTIONS (" + all + ")";
        }
    }
    return sql;
}

void SequelOperations::create_table(const Call& given) {
    const Call call = with_options(given);
    const Value name = call.args.empty() ? unknown_value() : call.args.front();
    if (given.name() == "create_table!") send("DROP TABLE IF EXISTS " + sql_.table(name), call);
    if (const Value* query = call.get("as")) {
        const auto set = sql_.dataset(*query);
        if (!set && !(query->is_text() && query->known()))
            return not_understood(call, "its query is only known at run time");
        if (set && !set->understood) return not_understood(call, "a method of its dataset is not known");
        const std::string text = set ? sql_.select(*set) : query->text;
        return send(table_prefix(call, name) + " AS " + text, call);
    }
    if (call.get("partition_of")) return create_partition(call, name);
    if (call.get("generator")) return not_understood(call, "what its generator holds is not followed");
    Table outer = std::exchange(table_, {});
    table_.part = parts_.begin();
    const Value outer_name = std::exchange(name_, name);
    if (Ruby::has_block(call)) {
        const As self(self_, Self::table);
        program_->run_block_of(call, {});
    }
    Table made = std::exchange(table_, std::move(outer));
    name_ = outer_name;
    Call options = call;
    const std::size_t before = out_.sent();
    const bool asks = given.name() == "create_table?" && !made.indexes.empty();
    if (given.name() == "create_table?" && !asks) set_default(options, "if_not_exists", boolean_value(true));
    std::vector<std::string> parts = made.columns;
    parts.insert(parts.end(), made.constraints.begin(), made.constraints.end());
    send(table_prefix(options, name) + " (" + joined(parts) + ")" + table_suffix(options), call);
    parts_.sent(made.part, before);
    for (const auto& [index, part] : made.indexes) {
        const std::size_t behind_table = out_.sent();
        add_index(name, index.args.front(), index);
        parts_.sent(part, behind_table);
    }
    if (asks) out_.depends(before, "whether the table exists");
}

void SequelOperations::create_partition(const Call& call, const Value& name) {
    const Partition outer = std::exchange(partition_, {});
    if (Ruby::has_block(call)) {
        const As self(self_, Self::partition);
        program_->run_block_of(call, {});
    }
    const Partition made = std::exchange(partition_, outer);
    std::string sql = table_prefix(call, name) + " PARTITION OF " + sql_.table(*call.get("partition_of"));
    // Two bounds of which nothing is known are no empty range.
    std::vector<std::string> names = sql_.take_uncertainties();
    if (made.from && made.to)
        sql += " FOR VALUES FROM " + sql_.columns(list_value(*made.from)) + " TO " + sql_.columns(list_value(*made.to));
    else if (made.in)
        sql += " FOR VALUES IN " + sql_.columns(list_value(*made.in));
    else if (made.modulus && made.remainder)
        sql += " FOR VALUES WITH (MODULUS " + sql_.literal(*made.modulus) + ", REMAINDER " +
               sql_.literal(*made.remainder) + ")";
    else if (made.is_default)
        sql += " DEFAULT";
    else
        return not_understood(call, "the bounds of the partition are not known");
    if (!sql_.is_certain()) return not_understood(call, "the bounds of the partition are not known");
    for (std::string& one : names) sql_.unknown(std::move(one));
    send(sql + table_suffix(call), call);
}

std::optional<Value> SequelOperations::partition_bound(const Call& call, std::string_view name) {
    const auto lit = [](std::string word) {
        Call made;
        made.path = "Sequel.lit";
        made.receiver = path_value("Sequel");
        made.args = {text_value(std::move(word))};
        return result_of(std::move(made));
    };
    const bool has_argument = !call.args.empty();
    if (name == "minvalue") return lit("MINVALUE");
    if (name == "maxvalue") return lit("MAXVALUE");
    if (name == "from")
        partition_.from = call.args;
    else if (name == "to")
        partition_.to = call.args;
    else if (name == "values_in")
        partition_.in = call.args;
    else if (name == "modulus" && has_argument)
        partition_.modulus = call.args.front();
    else if (name == "remainder" && has_argument)
        partition_.remainder = call.args.front();
    else if (name == "default")
        partition_.is_default = true;
    else
        return std::nullopt;
    return nothing_value();
}

// join_table_name: its two tables in the order of their names.
std::string SequelOperations::join_table(const Call& call,
                                         const std::vector<std::pair<std::string, Value>>& sides) const {
    if (const Value* name = call.get("name"); name && name->is_text()) return name->text;
    std::vector<std::string> tables;
    for (const auto& [key, side] : sides) {
        const Value* table = side.is(Value::Kind::dictionary) ? side.get("table") : &side;
        tables.push_back(table ? table->text : "");
    }
    std::sort(tables.begin(), tables.end());
    return joined(tables, "_");
}

void SequelOperations::create_join_table(const Call& given) {
    // create_join_table(cat_id: :cats, dog_id: :dogs) or create_join_table({ ... }, name: :x)
    std::vector<std::pair<std::string, Value>> sides;
    Call options;
    options.begin = given.begin;
    options.end = given.end;
    const bool braced = !given.args.empty() && given.args.front().is(Value::Kind::dictionary);
    if (braced) {
        const auto& items = *given.args.front().items;
        for (std::size_t i = 0; i + 1 < items.size(); i += 2) sides.emplace_back(items[i].text, items[i + 1]);
        Call rest = given;
        rest.args.erase(rest.args.begin());
        options.named = with_options(rest).named;
    } else {
        sides = given.named;
        if (!given.args.empty()) options.named = with_options(given).named;
    }
    // It takes none.
    if (given.block) program_->never_runs(*given.block);
    if (sides.size() != 2) return not_understood(given, "its two tables are not known");
    const Value name = symbol_value(join_table(options, sides));
    const std::string method(given.name());
    if (method == "drop_join_table" || method == "create_join_table!")
        send(std::string("DROP TABLE ") + (method == "drop_join_table" ? "" : "IF EXISTS ") + sql_.table(name) +
                 (method == "drop_join_table" && is_true(options, "cascade") ? " CASCADE" : ""),
             given);
    if (method == "drop_join_table") return;
    std::sort(sides.begin(), sides.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    const std::size_t before = out_.sent();
    Table outer = std::exchange(table_, {});
    const Value outer_name = std::exchange(name_, name);
    std::vector<Value> keys;
    for (const auto& [key, side] : sides) {
        Call column;
        if (side.is(Value::Kind::dictionary))
            for (std::size_t i = 0; i + 1 < side.items->size(); i += 2)
                column.named.emplace_back((*side.items)[i].text, (*side.items)[i + 1]);
        else
            column.named.emplace_back("table", side);
        set_default(column, "null", boolean_value(false));
        foreign_key(symbol_value(key), column);
        keys.push_back(symbol_value(key));
    }
    if (!is_true(options, "no_primary_key"))
        table_.constraints.push_back(constraint("PRIMARY KEY", {}, &static_cast<const Value&>(list_value(keys))));
    const bool has_index = !is_true(options, "no_index");
    Table made = std::exchange(table_, std::move(outer));
    name_ = outer_name;
    std::vector<std::string> parts = made.columns;
    parts.insert(parts.end(), made.constraints.begin(), made.constraints.end());
    const bool asks = method == "create_join_table?" && has_index;
    if (method == "create_join_table?" && !asks) set_default(options, "if_not_exists", boolean_value(true));
    send(table_prefix(options, name) + " (" + joined(parts) + ")" + table_suffix(options), given);
    if (has_index) {
        std::reverse(keys.begin(), keys.end());
        Call index;
        index.begin = given.begin;
        index.end = given.end;
        if (const Value* more = options.get("index_options"); more && more->is(Value::Kind::dictionary)) {
            index.args = {*more};
            index.named = with_options(index).named;
        }
        add_index(name, list_value(keys), index);
    }
    if (asks) out_.depends(before, "whether the table exists");
}

std::optional<Value> SequelOperations::define(const Call& given, std::string_view name) {
    if (given.more_args) {
        not_understood(given, "its arguments are not known");
        return nothing_value();
    }
    if (name == "constraint" || name == "check") {
        Call call = with_row(given);
        if (name == "check") call.args.insert(call.args.begin(), nothing_value());
        table_.constraints.push_back(check(call));
        parts_.add(table_.part);
        return nothing_value();
    }
    const Call call = with_options(given);
    // What a local variable of the database's is asked: db.database_type.
    if (given.args.empty() && given.named.empty() && (name.ends_with('?') || name == "database_type"))
        return of_database(call, name);
    if (call.args.empty()) return std::nullopt;
    const Value& first = call.args.front();
    const bool is_list = first.is(Value::Kind::list);
    if (name == "column" && call.args.size() > 1) {
        add_column(first, call.args[1], call);
    } else if (name == "primary_key" && is_list) {
        table_.constraints.push_back(constraint("PRIMARY KEY", call, &first));
    } else if (name == "primary_key") {
        Call options = call;
        const bool keeps_order = is_true(call, "keep_order");
        Value type = call.args.size() > 1 ? call.args[1] : path_value("Integer");
        if (const Value* told = last(call, "type")) type = *told;
        set_default(options, "primary_key", boolean_value(true));
        set_default(options, "identity", boolean_value(true));
        const std::string sql = column(first, type, options);
        keeps_order ? table_.columns.push_back(sql) : void(table_.columns.insert(table_.columns.begin(), sql));
    } else if (name == "foreign_key") {
        Call options = call;
        if (call.args.size() > 1 && !call.args[1].is(Value::Kind::nothing))
            options.named.emplace_back("table", call.args[1]);
        foreign_key(first, options);
    } else if (name == "index" || name == "full_text_index" || name == "spatial_index") {
        Call index = call;
        if (name != "index")
            index.named.emplace_back("type", symbol_value(name == "spatial_index" ? "spatial" : "full_text"));
        table_.indexes.emplace_back(index, parts_.begin());
        parts_.add(table_.indexes.back().second);
        return nothing_value();
    } else if (name == "unique") {
        table_.constraints.push_back(constraint("UNIQUE", call, &first));
    } else if (name == "exclude") {
        table_.constraints.push_back(exclusion(call, first));
    } else if (is_of_database(name) || call.args.size() > 2 || given.block) {
        return std::nullopt;
    } else {
        // A method that it has not names the type.
        constexpr std::array kClasses{"String"sv,     "Integer"sv,  "Float"sv, "Numeric"sv, "BigDecimal"sv,
                                      "Date"sv,       "DateTime"sv, "Time"sv,  "File"sv,    "TrueClass"sv,
                                      "FalseClass"sv, "Fixnum"sv,   "Bignum"sv};
        const Value type = is_among(name, kClasses) ? path_value(std::string(name)) : symbol_value(std::string(name));
        add_column(first, type, call);
    }
    parts_.add(table_.part);
    return nothing_value();
}

void SequelOperations::add_column(const Value& name, const Value& type, Call options) {
    table_.columns.push_back(column(name, type, options));
    const Value* index = options.get("index");
    if (!index || !index->truth().value_or(true)) return;
    Call more;
    more.begin = options.begin;
    more.end = options.end;
    more.args = {name};
    if (index->is(Value::Kind::dictionary)) {
        Call with;
        with.args = {*index};
        more.named = with_options(with).named;
    }
    table_.indexes.emplace_back(std::move(more), parts_.begin());
    parts_.add(table_.indexes.back().second);
}

void SequelOperations::foreign_key(const Value& name, Call options) {
    if (name.is(Value::Kind::list)) {
        table_.constraints.push_back(constraint("FOREIGN KEY", options, &name));
        return;
    }
    const Value* type = last(options, "type");
    add_column(name, type ? *type : path_value("Integer"), options);
}

// column_definition_sql: COLLATE, DEFAULT, NULL, UNIQUE, PRIMARY KEY, REFERENCES.
std::string SequelOperations::column(const Value& name, const Value& type, const Call& options) {
    // An option counts more than what the call says.
    const Value* other_name = options.get("name");
    const Value* other_type = options.get("type");
    const std::string type_sql = sql_.type(other_type ? *other_type : type, options);
    std::string sql = sql_.identifier(other_name ? *other_name : name) + " " + type_sql;
    if (const Value* collate = options.get("collate"))
        sql += " COLLATE " + (collate->is(Value::Kind::text) ? collate->text : sql_.literal(*collate));
    const Value* fallback = options.get("default");
    const bool is_array = fallback && fallback->is(Value::Kind::list) && type_sql.ends_with("[]");
    if (is_array) {
        std::string all;
        for (const Value& one : *fallback->items) all += (all.empty() ? "" : ",") + sql_.literal(one);
        sql += " DEFAULT (ARRAY[" + all + "]::" + type_sql + ")";
    } else if (fallback) {
        sql += " DEFAULT " + sql_.literal(*fallback);
    }
    const bool counts = type_sql.ends_with("serial") || is_true(options, "serial");
    const bool has_default = fallback && fallback->truth().value_or(true);
    if (!counts && !has_default) {
        const Value* identity = options.get("identity");
        if (identity && identity->truth().value_or(true))
            sql += std::string(" GENERATED ") + (identity->text == "always" ? "ALWAYS" : "BY DEFAULT") + " AS IDENTITY";
        else if (const Value* generated = options.get("generated_always_as"))
            sql += " GENERATED ALWAYS AS (" + sql_.literal(*generated) + ") " +
                   (is_true(options, "virtual") ? "VIRTUAL" : "STORED");
    }
    const Value* null = options.get("null") ? options.get("null") : options.get("allow_null");
    if (is_true(options, "not_null"))
        sql += " NOT NULL";
    else if (null && !null->is(Value::Kind::nothing))
        sql += !null->truth()   ? (sql_.unknown("whether nulls are allowed"), "")
               : *null->truth() ? " NULL"
                                : " NOT NULL";
    const auto part = [&](std::string_view key, std::string_view words) {
        const Value* told = options.get(key);
        if (!told || !told->truth().value_or(true)) return;
        const std::string prefix(key);
        const Value* title = options.get(prefix + "_constraint_name");
        if (!title && told->is(Value::Kind::dictionary)) title = told->get("name");
        if (title) sql += " CONSTRAINT " + sql_.identifier(*title);
        sql += " " + std::string(words);
        const Value* defers = options.get(prefix + "_deferrable");
        if (!defers && told->is(Value::Kind::dictionary)) defers = told->get("deferrable");
        sql += deferrable(defers);
    };
    part("unique", "UNIQUE");
    part("primary_key", "PRIMARY KEY");
    if (is_true(options, "auto_increment")) sql += " AUTOINCREMENT";
    if (options.get("table")) {
        if (const Value* title = options.get("foreign_key_constraint_name"))
            sql += " CONSTRAINT " + sql_.identifier(*title);
        sql += references(options) + deferrable(options.get("deferrable"));
        if (is_true(options, "not_enforced")) sql += " NOT ENFORCED";
        remember_key(name, options);
    }
    return sql;
}

std::string SequelOperations::references(const Call& options) {
    std::string sql = " REFERENCES " + sql_.table(*last(options, "table"));
    if (const Value* key = options.get("key")) {
        std::string all;
        if (key->is(Value::Kind::list))
            for (const Value& one : *key->items) all += (all.empty() ? "" : ", ") + sql_.identifier(one);
        else
            all = sql_.identifier(*key);
        sql += "(" + all + ")";
    }
    if (const Value* on = options.get("on_delete"); on && on->is_text()) sql += " ON DELETE " + action(*on);
    if (const Value* on = options.get("on_update"); on && on->is_text()) sql += " ON UPDATE " + action(*on);
    return sql;
}

std::string SequelOperations::deferrable(const Value* value) {
    if (!value || value->is(Value::Kind::nothing)) return "";
    if (value->is(Value::Kind::boolean) && !value->yes) return " NOT DEFERRABLE";
    return value->text == "immediate" ? " DEFERRABLE INITIALLY IMMEDIATE" : " DEFERRABLE INITIALLY DEFERRED";
}

namespace {

std::string ending(const Call& options) {
    return std::string(is_true(options, "no_inherit") ? " NO INHERIT" : "") +
           (is_true(options, "not_enforced") ? " NOT ENFORCED" : "") +
           (is_true(options, "not_valid") ? " NOT VALID" : "");
}

}  // namespace

// constraint(:name, condition), or with options in place of the name: constraint({name: :n, not_valid: true}, ...).
std::string SequelOperations::check(const Call& call) {
    Call options, conditions = call;
    const Value* title = nullptr;
    if (!conditions.args.empty()) {
        const Value first = conditions.args.front();
        conditions.args.erase(conditions.args.begin());
        if (first.is(Value::Kind::dictionary)) {
            Call more;
            more.args = {first};
            options.named = with_options(more).named;
        } else if (!first.is(Value::Kind::nothing)) {
            options.named.emplace_back("name", first);
        }
    }
    title = options.get("name");
    // Options without braces are the condition: constraint(name: :a) checks a column "name".
    std::string sql = sql_of(sql_.conditions(conditions));
    if (!sql.starts_with('(') || !sql.ends_with(')')) sql = "(" + sql + ")";
    return (title ? "CONSTRAINT " + sql_.identifier(*title) + " " : "") + "CHECK " + sql +
           deferrable(options.get("deferrable")) + ending(options);
}

std::string SequelOperations::constraint(std::string_view kind, const Call& options, const Value* columns) {
    std::string sql;
    if (const Value* title = options.get("name")) sql += "CONSTRAINT " + sql_.identifier(*title) + " ";
    if (kind == "FOREIGN KEY") {
        if (!last(options, "table")) return sql_.unknown("the table that a key refers to");
        sql += "FOREIGN KEY " + sql_.columns(*columns) + references(options);
        remember_key(*columns, options);
        return sql + deferrable(options.get("deferrable")) + ending(options);
    }
    sql += kind;
    if (kind == "UNIQUE" && is_true(options, "nulls_not_distinct")) sql += " NULLS NOT DISTINCT";
    if (const Value* index = options.get("using_index")) {
        sql += " USING INDEX " + sql_.identifier(*index);
    } else {
        sql += " " + sql_.columns(*columns);
        if (const Value* more = options.get("include")) sql += " INCLUDE " + sql_.columns(*more);
    }
    return sql + deferrable(options.get("deferrable"));
}

std::string SequelOperations::exclusion(const Call& options, const Value& elements) {
    std::string sql, all;
    if (const Value* title = options.get("name")) sql += "CONSTRAINT " + sql_.identifier(*title) + " ";
    const auto element = [&](const Value& what, const Value& with) {
        all += (all.empty() ? "" : ", ") + sql_.literal(what) + " WITH " + (with.is_text() ? with.text : "=");
        if (!with.is_text()) sql_.unknown("an operator");
    };
    if (elements.is(Value::Kind::dictionary)) {
        for (std::size_t i = 0; i + 1 < elements.items->size(); i += 2)
            element((*elements.items)[i], (*elements.items)[i + 1]);
    } else if (elements.is(Value::Kind::list)) {
        for (const Value& one : *elements.items)
            if (one.is(Value::Kind::list) && one.items->size() == 2)
                element((*one.items)[0], (*one.items)[1]);
            else
                sql_.unknown("an element");
    }
    const Value* method = options.get("using");
    sql += "EXCLUDE USING " + (method && method->is_text() ? method->text : "gist") + " (" + all + ")";
    if (const Value* more = options.get("include")) sql += " INCLUDE " + sql_.columns(*more);
    if (const Value* where = options.get("where")) {
        const std::string condition = sql_of(sql_.condition(*where));
        sql += " WHERE " + condition;
    }
    return sql + deferrable(options.get("deferrable"));
}

std::string SequelOperations::index_name(const Value& table, const Value& columns, const Call& options) {
    if (const Value* name = options.get("name"); name && !name->is(Value::Kind::nothing)) return sql_.identifier(*name);
    const auto [schema, plain] = sql_.schema_and_table(table);
    std::string name = (schema.empty() ? "" : schema + "_") + plain + "_";
    const std::vector<Value> all =
        columns.is(Value::Kind::list) ? std::vector<Value>(*columns.items) : std::vector<Value>{columns};
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i > 0) name += "_";
        const bool is_lit = all[i].call && all[i].call->name() == "lit";
        std::string word = all[i].is_text() ? all[i].text : sql_.literal(all[i]);
        if (!all[i].is_text() && !is_lit)
            for (char& c : word)
                if (!is_letter_or_digit(c) && c != '_') c = '_';
        name += word;
    }
    return quoted(name + "_index");
}

void SequelOperations::add_index(const Value& table, const Value& columns, const Call& options) {
    std::string expression = sql_.columns(columns);
    if (const Value* opclass = options.get("opclass"); opclass && opclass->is_text()) {
        expression.clear();
        const std::vector<Value> all =
            columns.is(Value::Kind::list) ? std::vector<Value>(*columns.items) : std::vector<Value>{columns};
        for (const Value& one : all)
            expression += (expression.empty() ? "" : ", ") + sql_.literal(one) + " " + opclass->text;
        expression = "(" + expression + ")";
    }
    const Value* type = options.get("type");
    std::string method = type && type->is_text() ? type->text : "";
    if (method == "spatial") method = "gist";
    if (method == "full_text") {
        const Value* language = options.get("language");
        const Value* index_type = options.get("index_type");
        method = index_type && index_type->is_text() ? index_type->text : "gin";
        std::string text;
        const std::vector<Value> all =
            columns.is(Value::Kind::list) ? std::vector<Value>(*columns.items) : std::vector<Value>{columns};
        for (const Value& one : all)
            text += (text.empty() ? "" : " || ' ' || ") + std::string("COALESCE(") + sql_.literal(one) + ", '')";
        expression =
            "(to_tsvector(" + (language ? sql_.literal(*language) : "'simple'") + "::regconfig, (" + text + ")))";
    }
    std::string sql = std::string("CREATE ") + (is_true(options, "unique") ? "UNIQUE " : "") + "INDEX " +
                      (is_true(options, "concurrently") ? "CONCURRENTLY " : "") +
                      (is_true(options, "if_not_exists") ? "IF NOT EXISTS " : "") +
                      index_name(table, columns, options) + " ON " + (is_true(options, "only") ? "ONLY " : "") +
                      sql_.table(table) + " " + (method.empty() ? "" : "USING " + method + " ") + expression;
    if (const Value* more = options.get("include")) sql += " INCLUDE " + sql_.columns(*more);
    if (const Value* nulls = options.get("nulls_distinct"); nulls && nulls->is(Value::Kind::boolean))
        sql += nulls->yes ? " NULLS DISTINCT" : " NULLS NOT DISTINCT";
    if (const Value* space = options.get("tablespace")) sql += " TABLESPACE " + sql_.identifier(*space);
    const Value* where = options.get("where") ? options.get("where") : options.get("filter");
    if (where && where->truth().value_or(true)) sql += " WHERE " + sql_of(sql_.condition(*where));
    send(sql, options);
}

void SequelOperations::remember_key(const Value& columns, const Call& options) {
    const bool composite = columns.is(Value::Kind::list);
    const Value* title = composite ? options.get("name") : options.get("foreign_key_constraint_name");
    const auto [schema, plain] = sql_.schema_and_table(name_);
    state_.add_key((schema.empty() ? "" : quoted(schema) + ".") + quoted(plain), plain, names_in(columns),
                   title ? title->text : "");
}

}  // namespace pgfence::extract
