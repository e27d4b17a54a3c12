// Helpers that gems add to migrations. Paperclip's and MoneyRails' columns are read, online_migrations' constraints,
// and what pg_ha_migrations calls by names of its own; of others it is said whose they are.

#include <array>
#include <utility>

#include "core/number_text.h"
#include "core/text.h"
#include "extract/lines.h"
#include "extract/ruby/rails_operations.h"
#include "extract/tool_version.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

struct Helper {
    std::string_view name, gem;
};
constexpr std::array kHelpers{// The columns that Devise wrote for its modules before 2.0.
                              Helper{"database_authenticatable", "Devise"},
                              Helper{"recoverable", "Devise"},
                              Helper{"rememberable", "Devise"},
                              Helper{"trackable", "Devise"},
                              Helper{"confirmable", "Devise"},
                              Helper{"lockable", "Devise"},
                              Helper{"token_authenticatable", "Devise"},
                              Helper{"encryptable", "Devise"},
                              Helper{"invitable", "Devise"},
                              Helper{"create_translation_table!", "Globalize"},
                              Helper{"drop_translation_table!", "Globalize"},
                              Helper{"add_translation_fields!", "Globalize"},
                              Helper{"userstamps", "Userstamp"},
                              Helper{"stampable", "Userstamp"},
                              Helper{"create_hypertable", "timescaledb"},
                              Helper{"create_continuous_aggregate", "timescaledb"},
                              Helper{"create_range_partition", "pg_party"},
                              Helper{"create_list_partition", "pg_party"},
                              Helper{"create_hash_partition", "pg_party"},
                              Helper{"create_range_partition_of", "pg_party"},
                              Helper{"create_list_partition_of", "pg_party"},
                              Helper{"create_hash_partition_of", "pg_party"},
                              Helper{"create_default_partition_of", "pg_party"},
                              Helper{"attach_range_partition", "pg_party"},
                              Helper{"attach_list_partition", "pg_party"},
                              Helper{"detach_partition", "pg_party"},
                              Helper{"add_presence_constraint", "Rein"},
                              Helper{"add_numericality_constraint", "Rein"},
                              Helper{"add_length_constraint", "Rein"},
                              Helper{"add_inclusion_constraint", "Rein"},
                              Helper{"add_match_constraint", "Rein"},
                              Helper{"add_null_constraint", "Rein"},
                              Helper{"add_column_with_default", "online_migrations"},
                              Helper{"add_not_null_constraint", "online_migrations"},
                              Helper{"add_reference_concurrently", "online_migrations"},
                              Helper{"initialize_column_type_change", "online_migrations"},
                              Helper{"finalize_column_type_change", "online_migrations"},
                              Helper{"backfill_column_in_background", "online_migrations"},
                              Helper{"validate_not_null_constraint", "online_migrations"},
                              Helper{"remove_not_null_constraint", "online_migrations"},
                              Helper{"add_text_limit_constraint", "online_migrations"},
                              Helper{"validate_text_limit_constraint", "online_migrations"},
                              Helper{"remove_text_limit_constraint", "online_migrations"}};

struct Attached {
    std::string_view end, type;
};
constexpr std::array kAttached{Attached{"file_name", "string"}, Attached{"content_type", "string"},
                               Attached{"file_size", "integer"}, Attached{"updated_at", "datetime"}};

}  // namespace

std::string_view gem_of(std::string_view helper) {
    for (const Helper& known : kHelpers)
        if (known.name == helper) return known.gem;
    return {};
}

std::string not_of_rails(std::string_view name) {
    const std::string_view gem = gem_of(name);
    return gem.empty() ? "it is no statement of Rails itself"
                       : "it is a helper of the gem " + std::string(gem) + ", which is not read";
}

std::string RailsOperations::file_of_app(std::string_view path) const {
    return read_ ? read_(root_ + std::string(path)).value_or(std::string()) : std::string();
}

std::vector<RailsOperations::GemColumn> RailsOperations::attached(const std::vector<Value>& names,
                                                                  const Options& options) {
    const std::string lock = file_of_app("Gemfile.lock");
    const std::string paperclip = locked_version("Gemfile.lock", lock, "paperclip");
    const bool is_wide = !locked_version("Gemfile.lock", lock, "kt-paperclip").empty() ||
                         (!paperclip.empty() && !is_version_before(paperclip, "6.1"));
    std::vector<GemColumn> columns;
    for (const Value& name : names)
        for (const Attached& one : kAttached) {
            Options own = options;
            for (const Attached& other : kAttached) own.remove(other.end);
            own.add(Options(options.get(one.end)));
            columns.push_back({schema_.plain(&name) + "_" + std::string(one.end),
                               is_wide && one.type == "integer" ? "bigint" : std::string(one.type), std::move(own)});
        }
    return columns;
}

// MoneyRails' OptionsExtractor; nothing where the application's configuration gives the columns other names or types.
std::optional<std::vector<RailsOperations::GemColumn>> RailsOperations::monetized(const Value& accessor,
                                                                                  const Options& options) {
    std::string currency = "USD";
    bool configured = false;
    for_each_line(file_of_app("config/initializers/money.rb"), 0, [&](const Line& line) {
        const std::string_view text = trim(line.text);
        if (text.starts_with('#')) return;
        configured |= contains(text, "amount_column") || contains(text, "currency_column");
        const auto at = text.find("default_currency");
        if (at == text.npos) return;
        const auto name = text.find_first_of(":'\"", at);
        currency = name == text.npos ? "" : upper_case(text.substr(name + 1, 3));
    });
    if (configured || currency.size() != 3) return std::nullopt;
    std::vector<GemColumn> columns;
    for (const bool is_amount : {true, false}) {
        const Value* own = options.get(is_amount ? "amount" : "currency");
        Options given(own);
        if (!own && options.has("null")) given.set("null", *options.get("null"));
        if (given.is_false("present")) continue;
        const std::string end = given.has("postfix") ? given.text("postfix") : is_amount ? "_cents" : "_currency";
        const std::string name = given.has("column_name") ? given.text("column_name")
                                                          : given.text("prefix") + schema_.plain(&accessor) + end;
        const std::string type = given.has("type") ? given.text("type") : is_amount ? "integer" : "string";
        for (const std::string_view word : {"type", "prefix", "postfix", "present", "column_name"}) given.remove(word);
        given.set_default("null", boolean_value(false));
        given.set_default("default", is_amount ? number_value("0") : text_value(currency));
        columns.push_back({name, type, std::move(given)});
    }
    return columns;
}

/// The columns that `t.name` makes; nothing: it is no helper of theirs, or one that is not read.
std::optional<std::vector<RailsOperations::GemColumn>> RailsOperations::columns_of_gem(const std::vector<Value>& args,
                                                                                       std::string_view name,
                                                                                       const Options& options) {
    if (args.empty()) return std::nullopt;
    if (name == "attachment" || name == "has_attached_file") return attached(args, options);
    if (name == "monetize") return monetized(args.front(), options);
    return std::nullopt;
}

// online_migrations: its checks are those of Rails under names of its own, made NOT VALID first; with a constant
// default, a column is added as Rails adds it.
bool RailsOperations::online_operation(const Call& call, std::string_view name) {
    const bool not_null = name.ends_with("_not_null_constraint"), limit = name.ends_with("_text_limit_constraint"),
               column = name == "add_column_with_default";
    if ((!not_null && !limit && !column) || call.args.size() < 2 ||
        locked_version("Gemfile.lock", file_of_app("Gemfile.lock"), "online_migrations").empty())
        return false;
    Call direct = call;
    if (column) {
        const Options options(call);
        const Value* value = options.get("default");
        const bool constant = value && value->known() &&
                              (value->is_text() || value->is(Value::Kind::number) || value->is(Value::Kind::boolean));
        if (!constant || call.more_args) return false;
        direct.path = "add_column";
        std::erase_if(direct.named, [](const auto& one) {
            constexpr std::array kOfBatches{"batch_size"sv, "batch_column_name"sv, "progress"sv, "pause_ms"sv};
            return is_among(one.first, kOfBatches);
        });
        return operation(direct, direct.path);
    }
    const std::string checked = schema_.plain(&call.args[1]);
    const bool adds = name.starts_with("add_");
    if (!adds && !name.starts_with("validate_") && !name.starts_with("remove_")) return false;
    const bool counted = call.args.size() > 2 && call.args[2].is(Value::Kind::number) && call.args[2].known();
    if (adds && limit && !counted) return false;
    const Options options(call);
    const std::string own =
        schema_.check_name(first_name(call), checked + (not_null ? "_not_null" : "_max_length"), options);
    const auto send_as = [&](std::string_view rails, std::vector<Value> args) {
        direct.path = rails;
        direct.args = std::move(args);
        direct.named = {{"name", text_value(own)}, {"validate", boolean_value(false)}};
        return operation(direct, direct.path);
    };
    const Value table = call.args.front();
    if (name.starts_with("remove_")) return send_as("remove_check_constraint", {table});
    if (!adds) return send_as("validate_check_constraint", {table});
    const std::string condition =
        not_null ? quoted(checked) + " IS NOT NULL" : "char_length(" + checked + ") <= " + call.args[2].text;
    return send_as("add_check_constraint", {table, text_value(condition)}) &&
           (options.is_false("validate") || send_as("validate_check_constraint", {table}));
}

bool RailsOperations::gem_operation(const Call& call, std::string_view name) {
    if (const auto direct = under_rails_own_name(call, name)) return operation(*direct, direct->name());
    if (online_operation(call, name)) return true;
    constexpr std::array kTheirs{std::pair{"add_attachment"sv, "attachment"sv},
                                 std::pair{"remove_attachment"sv, "attachment"sv},
                                 std::pair{"drop_attached_file"sv, "attachment"sv},
                                 std::pair{"add_monetize"sv, "monetize"sv},
                                 std::pair{"monetize"sv, "monetize"sv},
                                 std::pair{"remove_monetize"sv, "monetize"sv},
                                 std::pair{"demonetize"sv, "monetize"sv}};
    for (const auto& [theirs, helper] : kTheirs) {
        if (theirs != name || call.args.size() < 2) continue;
        const auto columns = columns_of_gem({call.args.begin() + 1, call.args.end()}, helper, Options(call));
        if (!columns) return false;
        const std::string table = schema_.table(first_name(call));
        const bool adds = name.starts_with("add_") || name == "monetize";
        for (const GemColumn& column : *columns) {
            if (!adds) state_.drop_column(first_name(call), column.name);
            send("ALTER TABLE " + table +
                     (adds ? " ADD " + schema_.column(column.name, column.type, column.options)
                           : " DROP COLUMN " + quoted(column.name)),
                 call);
        }
        return true;
    }
    return false;
}

// pg_ha_migrations: unsafe_add_column() is what Rails calls add_column().
std::optional<Call> RailsOperations::under_rails_own_name(const Call& call, std::string_view name) {
    constexpr std::array kSafe{std::pair{"safe_create_table"sv, "create_table"sv},
                               std::pair{"safe_add_column"sv, "add_column"sv},
                               std::pair{"safe_add_concurrent_index"sv, "add_index"sv},
                               std::pair{"safe_remove_concurrent_index"sv, "remove_index"sv}};
    std::string_view own = name.starts_with("unsafe_") ? name.substr(std::string_view("unsafe_").size()) : "";
    for (const auto& [theirs, rails] : kSafe)
        if (theirs == name) own = rails;
    if (own.empty()) return std::nullopt;
    Call direct = call;
    direct.path = own;
    if (name.ends_with("_concurrent_index")) direct.named.emplace_back("algorithm", symbol_value("concurrently"));
    return direct;
}

}  // namespace pgfence::extract
