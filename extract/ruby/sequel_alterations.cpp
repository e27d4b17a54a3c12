// alter_table and what stands in its block (AlterTableGenerator): what can stand in one ALTER TABLE does.

#include "core/text.h"
#include "extract/program/sql_text.h"
#include "extract/ruby/sequel_operations.h"

namespace pgfence::extract {

void SequelOperations::alter_table(const Value& table, const Call& call) {
    const Value outer = std::exchange(name_, table);
    const ByteRange outer_place = std::exchange(alteration_, place_of(call));
    std::vector<std::string> clauses = std::exchange(clauses_, {});
    const std::size_t outer_part = std::exchange(clauses_part_, parts_.begin());
    if (Ruby::has_block(call)) {
        const As self(self_, Self::alteration);
        program_->run_block_of(call, {});
    }
    flush();
    name_ = outer;
    alteration_ = outer_place;
    clauses_ = std::move(clauses);
    clauses_part_ = outer_part;
}

void SequelOperations::clause(std::string sql) {
    clauses_.push_back(std::move(sql));
    parts_.add(clauses_part_);
}

void SequelOperations::flush() {
    if (clauses_.empty()) return;
    Call all;
    all.path = "alter_table";
    all.begin = alteration_.begin;
    all.end = alteration_.end;
    const std::size_t before = out_.sent();
    send("ALTER TABLE " + sql_.table(name_) + " " + joined(clauses_), all);
    parts_.sent(clauses_part_, before);
    clauses_part_ = parts_.begin();
    clauses_.clear();
}

void SequelOperations::alter_alone(const std::string& sql, const Call& call) {
    flush();
    send(sql, call);
}

bool SequelOperations::alter(const Call& given, std::string_view name) {
    if (name == "add_constraint") {
        clause("ADD " + check(with_row(given)));
        return true;
    }
    const Call call = with_options(given);
    if (call.args.empty()) return false;
    const Value& first = call.args.front();
    const Value* second = call.args.size() > 1 ? &call.args[1] : nullptr;
    const std::string on_column = "ALTER COLUMN ";
    const auto add_column = [&](const Value& type, const Call& options) {
        const bool asks = is_true(options, "if_not_exists");
        clause(std::string("ADD COLUMN ") + (asks ? "IF NOT EXISTS " : "") + column(first, type, options));
        const Value* index = options.get("index");
        if (!index || !index->truth().value_or(true)) return;
        Call more;
        more.begin = call.begin;
        more.end = call.end;
        if (index->is(Value::Kind::dictionary)) {
            more.args = {*index};
            more = with_options(more);
        }
        flush();
        add_index(name_, first, more);
    };
    if (name == "add_column" && second) {
        add_column(*second, call);
    } else if (name == "add_foreign_key" && second) {
        Call options = call;
        options.named.emplace_back("table", *second);
        const Value* type = call.get("type");
        if (first.is(Value::Kind::list))
            clause("ADD " + constraint("FOREIGN KEY", options, &first));
        else
            add_column(type ? *type : path_value("Integer"), options);
    } else if (name == "add_primary_key" && first.is(Value::Kind::list)) {
        clause("ADD " + constraint("PRIMARY KEY", call, &first));
    } else if (name == "add_primary_key") {
        Call options = call;
        if (!call.get("primary_key")) options.named.emplace_back("primary_key", boolean_value(true));
        if (!call.get("identity")) options.named.emplace_back("identity", boolean_value(true));
        const Value* type = call.get("type");
        add_column(type ? *type : path_value("Integer"), options);
    } else if (name == "add_unique_constraint") {
        clause("ADD " + constraint("UNIQUE", call, &first));
    } else if (name == "add_exclusion_constraint") {
        clause("ADD " + exclusion(call, first));
    } else if (name == "add_index" || name == "add_full_text_index" || name == "add_spatial_index") {
        Call options = call;
        if (name != "add_index")
            options.named.emplace_back("type", symbol_value(name == "add_spatial_index" ? "spatial" : "full_text"));
        flush();
        add_index(name_, first, options);
    } else if (name == "drop_index") {
        const auto [schema, plain] = sql_.schema_and_table(name_);
        alter_alone(std::string("DROP INDEX ") + (is_true(call, "concurrently") ? "CONCURRENTLY " : "") +
                        (is_true(call, "if_exists") ? "IF EXISTS " : "") +
                        (schema.empty() ? "" : quoted(schema) + ".") + index_name(name_, first, call) +
                        (is_true(call, "cascade") ? " CASCADE" : ""),
                    call);
    } else if (name == "drop_column") {
        clause(std::string("DROP COLUMN ") + (is_true(call, "if_exists") ? "IF EXISTS " : "") + sql_.identifier(first) +
               (is_true(call, "cascade") ? " CASCADE" : ""));
    } else if (name == "drop_constraint") {
        clause("DROP CONSTRAINT " + sql_.identifier(first) + (is_true(call, "cascade") ? " CASCADE" : ""));
    } else if (name == "drop_foreign_key") {
        drop_foreign_key(call);
    } else if (name == "rename_column" && second) {
        alter_alone("ALTER TABLE " + sql_.table(name_) + " RENAME COLUMN " + sql_.identifier(first) + " TO " +
                        sql_.identifier(*second),
                    call);
        state_.rename_column(sql_.table(name_), first.text, second->text);
    } else if (name == "rename_constraint" && second) {
        alter_alone("ALTER TABLE " + sql_.table(name_) + " RENAME CONSTRAINT " + sql_.identifier(first) + " TO " +
                        sql_.identifier(*second),
                    call);
    } else if (name == "set_column_default" && second) {
        clause(on_column + sql_.identifier(first) + " SET DEFAULT " + sql_.literal(*second));
    } else if (name == "set_column_default" && !given.named.empty()) {
        return false;
    } else if (name == "set_column_type" && second) {
        std::string sql = on_column + sql_.identifier(first) + " TYPE " + sql_.type(*second, call);
        if (const Value* collate = call.get("collate"))
            sql += " COLLATE " + (collate->is(Value::Kind::text) ? collate->text : sql_.literal(*collate));
        if (const Value* with = call.get("using"); with && with->truth().value_or(true))
            sql += " USING " + (with->is(Value::Kind::text) && !with->holds_unknown ? with->text : sql_.literal(*with));
        clause(sql);
    } else if (name == "set_column_not_null") {
        clause(on_column + sql_.identifier(first) + " SET NOT NULL");
    } else if (name == "set_column_allow_null") {
        const auto allows = second ? second->truth() : std::optional(true);
        if (!allows) {
            not_understood(call, "whether nulls are allowed is not known");
            return true;
        }
        clause(on_column + sql_.identifier(first) + (*allows ? " DROP" : " SET") + " NOT NULL");
    } else if (name == "validate_constraint") {
        clause("VALIDATE CONSTRAINT " + sql_.identifier(first));
    } else if (name == "alter_constraint") {
        const Value* enforced = call.get("enforced");
        const Value* inherit = call.get("inherit");
        const auto word = [](const Value* value, std::string_view yes, std::string_view no) {
            if (!value || value->is(Value::Kind::nothing)) return std::string();
            return std::string(value->truth().value_or(true) ? yes : no);
        };
        clause("ALTER CONSTRAINT " + sql_.identifier(first) + deferrable(call.get("deferrable")) +
               word(enforced, " ENFORCED", " NOT ENFORCED") + word(inherit, " INHERIT", " NO INHERIT"));
    } else {
        return false;
    }
    return true;
}

void SequelOperations::drop_foreign_key(const Call& call) {
    const Value& columns = call.args.front();
    const Value* title = columns.is(Value::Kind::list) ? nullptr : call.get("foreign_key_constraint_name");
    if (!title) title = call.get("name");
    std::string name;
    if (title) {
        name = sql_.identifier(*title);
    } else if (std::string known = state_.key(sql_.table(name_), names_in(columns)); !known.empty()) {
        name = quoted(known);
    } else {
        const auto [schema, plain] = sql_.schema_and_table(name_);
        name = quoted(plain + "_" + joined(names_in(columns), "_") + "_fkey");
        not_understood(call,
                       "Sequel looks up the name of the key, which no migration that was read has made: the name "
                       "that PostgreSQL would give it takes its place");
    }
    clause("DROP CONSTRAINT " + name + (is_true(call, "cascade") ? " CASCADE" : ""));
    if (!columns.is(Value::Kind::list)) clause("DROP COLUMN " + sql_.identifier(columns));
}

}  // namespace pgfence::extract
