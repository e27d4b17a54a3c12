// What a migration of Alembic asks the database before it acts (SQLAlchemy's Inspector).

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "core/schema_question.h"
#include "core/sql_scanner.h"
#include "core/text.h"
#include "extract/python/alembic_operations.h"
#include "extract/python/python.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// Of the migration itself: another engine may be of another database.
bool is_own_connection(const Value& value) {
    return value.is(Value::Kind::path) &&
           (value.text.starts_with("alembic.op.get_bind()") || value.text.starts_with("alembic.op.get_context()"));
}

bool makes_inspector(const Call& call) {
    const std::string_view path = call.path;
    const bool is_maker =
        path.ends_with("inspect") || path.ends_with("Inspector.from_engine") || path.ends_with(".Inspector");
    return path.starts_with("sqlalchemy.") && path.find('(') == path.npos && is_maker && call.args.size() == 1 &&
           call.named.empty() && is_own_connection(call.args.front());
}

bool is_inspector(const Value& value) { return value.call && makes_inspector(*value.call); }

/// A method of the inspector that gives a list of a table's parts.
struct Listing {
    std::string_view method;
    SchemaQuestion::Asks asks;
    std::string_view type = "";  ///< of constraints
};
constexpr std::array kListings{
    Listing{"get_columns", SchemaQuestion::Asks::column},
    Listing{"get_indexes", SchemaQuestion::Asks::index},
    Listing{"get_unique_constraints", SchemaQuestion::Asks::constraint, "UNIQUE"},
    Listing{"get_foreign_keys", SchemaQuestion::Asks::constraint, "FOREIGN KEY"},
    Listing{"get_check_constraints", SchemaQuestion::Asks::constraint, "CHECK"},
};

const Listing* listing(std::string_view method) {
    const auto found =
        std::find_if(kListings.begin(), kListings.end(), [&](const Listing& one) { return one.method == method; });
    return found == kListings.end() ? nullptr : &*found;
}

std::optional<std::string> known_text(const Value* value) {
    if (!value || !value->is(Value::Kind::text) || value->holds_unknown) return std::nullopt;
    return value->text;
}

/// Where SQLAlchemy looks: in the schema that is given, else where the search path leads.
std::optional<SchemaQuestion::Schema> place(const Value* schema) {
    using Which = SchemaQuestion::Schema::Which;
    if (!given(schema)) return SchemaQuestion::Schema{Which::on_search_path};
    Value text = text_value("");
    put(text, schema);
    if (has_nameless_placeholder(text.text, text.placeholders)) return std::nullopt;
    return SchemaQuestion::Schema{Which::named, std::move(text.text)};
}

std::optional<SchemaQuestion> table_exists(const Value* table, const Value* schema) {
    const auto name = known_text(table);
    const auto where = place(schema);
    if (!name || !where) return std::nullopt;
    return SchemaQuestion{.asks = SchemaQuestion::Asks::table, .schema = *where, .table = *name};
}

std::optional<SchemaQuestion> part_exists(const Listing& listing, const Value* table, const Value* schema,
                                          const Value& part) {
    const auto name = known_text(table), wanted = known_text(&part);
    const auto where = place(schema);
    if (!name || !where || !wanted) return std::nullopt;
    return SchemaQuestion{.asks = listing.asks,
                          .schema = *where,
                          .table = *name,
                          .part = *wanted,
                          .constraint_type = std::string(listing.type)};
}

/// `behind`: an inspector keeps what it was told, so that it may be of any time since it was made.
std::optional<Value> asked(std::optional<SchemaQuestion> question, std::size_t behind) {
    if (!question) return std::nullopt;
    return asked_value({std::move(*question)}, behind);
}

/// The query of an execute() on the migration's connection, with the values beside it in their places; nothing where it
/// is not all known.
std::optional<std::string> query_of(const Value& result) {
    if (!result.call || result.call->name() != "execute" || !is_own_connection(result.call->receiver))
        return std::nullopt;
    const Call& call = *result.call;
    const Value* statement = call.get(0, "statement");
    const auto text = statement ? as_text(*statement) : std::nullopt;
    if (!text || text->holds_unknown || call.args.size() > 2) return std::nullopt;
    std::string sql(trim(text->text, " \t\r\n;"));
    const Value* beside = call.get(1, "parameters");
    for (std::size_t i = 0; beside && beside->is(Value::Kind::dictionary) && i + 1 < beside->items->size(); i += 2) {
        const auto name = known_text(&(*beside->items)[i]), value = known_text(&(*beside->items)[i + 1]);
        if (!name || !value) return std::nullopt;
        for (auto at = sql.find(":" + *name); at != sql.npos; at = sql.find(":" + *name, at)) {
            const std::size_t end = at + 1 + name->size();
            const bool is_whole = end == sql.size() || !continues_name(sql[end]);
            if (is_whole && (at == 0 || sql[at - 1] != ':')) sql.replace(at, name->size() + 1, literal(*value));
            ++at;
        }
    }
    return sql;
}

bool begins_with(std::string_view sql, std::string_view words) { return lower_case(one_line(sql)).starts_with(words); }

/// bind.execute(sa.text("SELECT 1 FROM information_schema.columns WHERE ...")).fetchone()
std::optional<Value> found_by_query(const Call& call, std::size_t sent) {
    const std::string_view name = call.name();
    constexpr std::array kRows{"fetchone"sv, "first"sv, "one_or_none"sv, "fetchall"sv, "all"sv};
    const bool of_rows = std::find(kRows.begin(), kRows.end(), name) != kRows.end();
    const bool of_value = name == "scalar" || name == "scalar_one_or_none";
    const auto sql = of_rows || of_value ? query_of(call.receiver) : std::nullopt;
    if (!sql || !call.args.empty() || !call.named.empty() || !begins_with(*sql, "select ")) return std::nullopt;
    if (begins_with(*sql, "select exists(") || begins_with(*sql, "select exists (")) {
        if (!of_value) return std::nullopt;
        const std::string_view condition = trim(std::string_view(*sql).substr(std::string_view("select").size()));
        return asked_value({{.asks = SchemaQuestion::Asks::holds, .sql = std::string(condition)}}, sent);
    }
    // A value may be there and be none, or nothing.
    if (of_value && !begins_with(*sql, "select 1 ")) return std::nullopt;
    Value found = result_of(call);
    found.asks = asked_value({{.asks = SchemaQuestion::Asks::rows, .sql = *sql}}, sent).asks;
    found.asked_behind = sent;
    return found;
}

}  // namespace

std::optional<Value> AlembicOperations::question(const Call& call) const {
    if (makes_inspector(call)) {
        Value inspector = result_of(call);
        inspector.asked_behind = out_.sent();
        return inspector;
    }
    if (call.more_args) return std::nullopt;
    if (auto found = found_by_query(call, out_.sent())) return found;
    const std::string_view name = call.name();
    const bool of_inspector = is_inspector(call.receiver);
    if (name == "has_table" && of_inspector)
        return asked(table_exists(call.get(0, "table_name"), call.get(1, "schema")), call.receiver.asked_behind);
    if (name == "has_index" && of_inspector)
        if (const Value* index = call.get(1, "index_name"))
            return asked(part_exists(*listing("get_indexes"), call.get(0, "table_name"), call.get("schema"), *index),
                         call.receiver.asked_behind);
    // bind.dialect.has_table(bind, "users")
    if (name == "has_table" && is_own_connection(call.receiver) && call.receiver.text.ends_with("dialect"))
        return asked(table_exists(call.get(1, "table_name"), call.get(2, "schema")), out_.sent());
    return std::nullopt;
}

std::optional<Value> AlembicOperations::element(const Value& list) {
    if (!list.call || !is_inspector(list.call->receiver)) return std::nullopt;
    const std::string_view name = list.call->name();
    if (name != "get_table_names" && !listing(name)) return std::nullopt;
    Call call;
    call.path = list.text + "." + std::string(kElement);
    call.receiver = list;
    return result_of(std::move(call));
}

std::optional<Value> AlembicOperations::among(const Value& element, const Value& wanted) const {
    // The name of one of them: c["name"], c.get("name").
    const Call* one = element.call.get();
    const bool is_name = one && (one->name() == "__getitem__" || one->name() == "get") && !one->args.empty() &&
                         one->args.front().is_text() && one->args.front().text == "name";
    if (is_name) one = one->receiver.call.get();
    if (!one || one->name() != kElement || !one->receiver.call) return std::nullopt;
    const Call& list = *one->receiver.call;
    const Value& inspector = list.receiver;
    if (!is_inspector(inspector) || list.more_args) return std::nullopt;
    if (list.name() == "get_table_names")
        return is_name ? std::nullopt : asked(table_exists(&wanted, list.get(0, "schema")), inspector.asked_behind);
    const Listing* of_table = listing(list.name());
    if (!of_table || !is_name) return std::nullopt;
    return asked(part_exists(*of_table, list.get(0, "table_name"), list.get(1, "schema"), wanted),
                 inspector.asked_behind);
}

}  // namespace pgfence::extract
