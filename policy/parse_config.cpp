#include "policy/parse_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/date.h"
#include "core/server_version.h"
#include "core/text.h"
#include "policy/config_reading.h"
#include "policy/fingerprint.h"
#include "policy/known_settings.h"
#include "policy/nearest.h"

namespace pgfence::policy {
namespace {

constexpr std::string_view kUnanalyzedNames = "fail, neutral or ignore";
constexpr std::string_view kRiskNames = "safe, low, medium, high or critical";
constexpr std::string_view kSeverityNames = "off, notice, warning or error";

// ---- values ------------------------------------------------------------------------------------------------------

Result<std::string> text(const ConfigPosition& place, const toml::key& key, const toml::node& value) {
    const auto* string = value.as_string();
    if (!string || string->get().empty()) return place.expected(key, value, "a string that is not empty");
    return string->get();
}

Result<bool> truth(const ConfigPosition& place, const toml::key& key, const toml::node& value) {
    const auto* boolean = value.as_boolean();
    if (!boolean) return place.expected(key, value, "true or false");
    return boolean->get();
}

Result<std::vector<std::string>> texts(const ConfigPosition& place, const toml::key& key, const toml::node& value) {
    const auto* array = value.as_array();
    if (!array) return place.expected(key, value, "an array of strings");
    std::vector<std::string> all;
    for (const toml::node& element : *array) {
        const auto* string = element.as_string();
        if (!string || string->get().empty())
            return place.expected(key, element, "an array of strings that are not empty");
        all.push_back(string->get());
    }
    return all;
}

/// One string stands for an array of one.
Result<std::vector<std::string>> text_or_texts(const ConfigPosition& place, const toml::key& key,
                                               const toml::node& value) {
    if (value.is_string()) return std::vector{TRY(text(place, key, value))};
    return texts(place, key, value);
}

/// 2026-12-31 as TOML's own date or as a string.
Result<std::string> date(const ConfigPosition& place, const toml::key& key, const toml::node& value) {
    if (const auto* day = value.as_date())
        return fmt::format("{:04}-{:02}-{:02}", day->get().year, day->get().month, day->get().day);
    const auto* string = value.as_string();
    if (!string || !parse_iso_date(string->get())) return place.expected(key, value, "a date such as 2026-12-31");
    return string->get();
}

Result<Severity> severity(const ConfigPosition& place, const toml::key& key, const toml::node& value) {
    const auto* string = value.as_string();
    const auto parsed = string ? parse_severity(string->get()) : std::nullopt;
    if (!parsed) return place.expected(key, value, kSeverityNames);
    return *parsed;
}

Result<std::vector<std::string>> rule_ids(const ConfigPosition& place, const toml::key& key, const toml::node& value) {
    const auto name = TRY(text(place, key, value));
    auto ids = place.names.ids(name);
    if (ids.empty()) {
        const auto near = place.names.nearest_id(name);
        return place.wrong(value.source(),
                           fmt::format("\"{}\" names no rule: \"{}\"{}", key.str(), name,
                                       near.empty() ? "" : fmt::format(", did you mean \"{}\"?", near)));
    }
    return ids;
}

Result<std::string> fingerprint(const ConfigPosition& place, const toml::key& key, const toml::node& value) {
    auto digits = TRY(text(place, key, value));
    if (!is_fingerprint(digits)) return place.expected(key, value, "the 16 hex digits that a report prints");
    return digits;
}

// ---- keys --------------------------------------------------------------------------------------------------------

Done read_pg_version(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* number = value.as_integer();
    if (!number || !is_answered_for(static_cast<long>(number->get())))
        return place.expected(key, value, fmt::format("a PostgreSQL major version from {}", servers_in_words()));
    config.pg_version = static_cast<int>(number->get());
    return true;
}

Done read_max_risk(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* string = value.as_string();
    const auto risk = string ? parse_risk(string->get()) : std::nullopt;
    if (!risk) return place.expected(key, value, kRiskNames);
    config.max_risk = *risk;
    return true;
}

Done read_transaction(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* string = value.as_string();
    for (const auto mode : {TransactionMode::per_file, TransactionMode::implicit, TransactionMode::per_statement,
                            TransactionMode::whole_run})
        if (string && string->get() == name_of(mode)) config.transaction = mode;
    if (!config.transaction) return place.expected(key, value, "per-file, implicit, per-statement or whole-run");
    return true;
}

Done read_placeholders(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* table = value.as_table();
    if (!table) return place.expected(key, value, "a table of strings");
    for (const auto& [name, given] : *table) {
        const auto* string = given.as_string();
        if (!string) return place.expected(name, given, "a string");
        config.placeholders.emplace(name.str(), string->get());
    }
    return true;
}

/// Names as SHOW ALL has them, or with a dot for an extension's. Values as `ALTER ROLE ... SET` takes them.
Done read_setting(const ConfigPosition& place, const toml::key& given, const toml::node& node, Config& config) {
    const std::string name = lower_case(given.str());
    const bool plain =
        std::all_of(name.begin(), name.end(), [](char c) { return is_letter_or_digit(c) || c == '_' || c == '.'; });
    if (name.empty() || !plain) return place.wrong(given.source(), fmt::format("\"{}\" is no setting's name", name));
    if (const auto near = unknown_setting(name)) return place.unknown(given, "setting of PostgreSQL", *near);
    std::string& value = config.settings[name];
    if (const auto* string = node.as_string())
        value = string->get();
    else if (const auto* number = node.as_integer())
        value = std::to_string(number->get());
    else if (const auto* truth = node.as_boolean())
        value = truth->get() ? "on" : "off";
    else
        return place.expected(given, node, "a string, a whole number, true or false");
    if (const auto expected = expected_in_place_of(name, value)) return place.expected(given, node, *expected);
    return true;
}

Done read_settings(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* table = value.as_table();
    if (!table) return place.expected(key, value, "written as [settings]");
    return read_entries(*table,
                        [&](const auto& name, const auto& node) { return read_setting(place, name, node, config); });
}

Done read_require_reason(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    config.inline_suppressions.require_reason = TRY(truth(place, key, value));
    return true;
}

Done read_unanalyzed(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* string = value.as_string();
    const auto chosen = string ? parse_unanalyzed(string->get()) : std::nullopt;
    if (!chosen) return place.expected(key, value, kUnanalyzedNames);
    config.unanalyzed = *chosen;
    return true;
}

Done read_inline(const ConfigPosition& place, const toml::key& key, const toml::node& value,
                 InlineSuppressions& suppressions) {
    using May = InlineSuppressions::May;
    const auto* string = value.as_string();
    const std::string given = string ? string->get() : "";
    if (given == "any")
        suppressions.may = May::any;
    else if (given == "below-high")
        suppressions.may = May::below_high;
    else if (given == "none")
        suppressions.may = May::none;
    else
        return place.expected(key, value, "any, below-high or none");
    return true;
}

constexpr std::array<Key<InlineSuppressions>, 1> kSuppressionKeys{{{"inline", read_inline}}};

Done read_suppressions(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* table = value.as_table();
    if (!table) return place.expected(key, value, "written as [suppressions]");
    return read_keys(place, *table, kSuppressionKeys, config.inline_suppressions);
}

Done read_application(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* string = value.as_string();
    if (!string || (string->get() != "running" && string->get() != "stopped"))
        return place.expected(key, value, "running or stopped");
    config.application = string->get() == "stopped" ? Application::stopped : Application::running;
    return true;
}

constexpr std::array<Key<Config>, 1> kDeployKeys{{{"application", read_application}}};

Done read_deploy(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* table = value.as_table();
    if (!table) return place.expected(key, value, "written as [deploy]");
    return read_keys(place, *table, kDeployKeys, config);
}

Done read_rule_set(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* string = value.as_string();
    if (!string || (string->get() != "recommended" && string->get() != "all"))
        return place.expected(key, value, "recommended or all");
    config.rule_set = string->get() == "all" ? RuleSet::all : RuleSet::recommended;
    return true;
}

Result<std::vector<std::string>> ids_of(const ConfigPosition& place, const toml::key& rule) {
    if (rule.str() == kNotAnalyzed)
        return place.wrong(rule.source(), fmt::format("\"{}\" is no rule: `unanalyzed = {}` says what it does",
                                                      kNotAnalyzed, "\"fail\"|\"neutral\"|\"ignore\""));
    auto ids = place.names.ids(rule.str());
    if (ids.empty()) return place.unknown(rule, "rule", place.names.nearest_id(rule.str()));
    return ids;
}

Done choose(const ConfigPosition& place, const toml::key& rule, const toml::node& value, SeverityChoices& choices) {
    const auto ids = TRY(ids_of(place, rule));
    const auto level = TRY(severity(place, rule, value));
    for (const std::string& id : ids) {
        // Our own id beats another tool's word for it, in whichever order they stand.
        if (id == rule.str())
            choices.rules[id] = level;
        else
            choices.rules.try_emplace(id, level);
    }
    return true;
}

Done read_severities(const ConfigPosition& place, const toml::key& key, const toml::node& value, Override& entry) {
    const auto* table = value.as_table();
    if (!table) return place.expected(key, value, "a table of rule ids");
    for (const auto& [rule, chosen] : *table) TRY(choose(place, rule, chosen, entry.severities));
    return true;
}

Result<OptionValue> option_value(const ConfigPosition& place, const toml::key& key, const toml::node& value,
                                 const RuleOption& option) {
    if (std::holds_alternative<bool>(option.fallback)) return OptionValue(TRY(truth(place, key, value)));
    if (std::holds_alternative<std::string>(option.fallback)) return OptionValue(TRY(text(place, key, value)));
    if (std::holds_alternative<std::vector<std::string>>(option.fallback))
        return OptionValue(TRY(texts(place, key, value)));
    const auto* number = value.as_integer();
    if (!number || number->get() < 0) return place.expected(key, value, kind_in_words(option.fallback));
    return OptionValue(number->get());
}

const RuleInfo* rule_called(const ConfigPosition& place, std::string_view id) {
    const auto named = [&](const RuleInfo& rule) { return rule.id == id; };
    const auto found = std::find_if(place.rules.begin(), place.rules.end(), named);
    if (found != place.rules.end()) return &*found;
    const auto own = std::find_if(own_rules().begin(), own_rules().end(), named);
    return own == own_rules().end() ? nullptr : &*own;
}

/// [rules.<id>]: its options, and its severity beside them.
Done read_options(const ConfigPosition& place, const toml::key& rule, const toml::table& table, Config& config) {
    const auto ids = TRY(ids_of(place, rule));
    const RuleInfo* info = rule_called(place, rule.str());
    if (!info)
        return place.wrong(rule.source(), fmt::format("options stand under our own name for \"{}\": {}", rule.str(),
                                                      fmt::join(ids, ", ")));
    for (const auto& [key, value] : table) {
        if (key.str() == "severity") {
            config.severities.rules[info->id] = TRY(severity(place, key, value));
            continue;
        }
        const auto option = std::find_if(info->options.begin(), info->options.end(),
                                         [&k = key](const RuleOption& o) { return o.name == k.str(); });
        if (option == info->options.end()) {
            std::vector<std::string> names{"severity"};
            for (const RuleOption& known : info->options) names.push_back(known.name);
            return place.unknown(key, "option of " + info->id, nearest(key.str(), names));
        }
        config.options[info->id][option->name] = TRY(option_value(place, key, value, *option));
    }
    return true;
}

Done read_rules(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* table = value.as_table();
    if (!table) return place.expected(key, value, "a table of rule ids");
    return read_entries(*table, [&](const toml::key& rule, const toml::node& chosen) {
        if (const auto* options = chosen.as_table()) return read_options(place, rule, *options, config);
        return choose(place, rule, chosen, config.severities);
    });
}

Done read_categories(const ConfigPosition& place, const toml::key& key, const toml::node& value,
                     SeverityChoices& choices) {
    const auto* table = value.as_table();
    if (!table) return place.expected(key, value, "a table of categories");
    return read_entries(*table, [&](const toml::key& name, const toml::node& chosen) -> Done {
        const auto category = parse_category(name.str());
        if (!category) {
            std::vector<std::string> known;
            for (auto i = Category::rewrite; i <= Category::policy; i = static_cast<Category>(static_cast<int>(i) + 1))
                known.emplace_back(name_of(i));
            return place.unknown(name, "category", nearest(name.str(), known));
        }
        choices.categories[*category] = TRY(severity(place, name, chosen));
        return true;
    });
}

template <class Target>
Done read_category_choices(const ConfigPosition& place, const toml::key& key, const toml::node& value, Target& into) {
    return read_categories(place, key, value, into.severities);
}

constexpr std::array<Key<Override>, 4> kOverrideKeys{{
    {"files", read_into<texts, &Override::files, Override>},
    {"tables", read_into<texts, &Override::tables, Override>},
    {"rules", read_severities},
    {"categories", read_category_choices<Override>},
}};

Done read_overrides(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* array = value.as_array();
    if (!array) return place.expected(key, value, "written as [[override]]");
    return read_elements(*array, [&](const toml::node& element) -> Done {
        const auto* table = element.as_table();
        if (!table) return place.expected(key, element, "written as [[override]]");
        Override entry;
        TRY(read_keys(place, *table, kOverrideKeys, entry));
        if (entry.files.empty() && entry.tables.empty())
            return place.wrong(element.source(), "this [[override]] needs files or tables, or both");
        if (entry.severities.rules.empty() && entry.severities.categories.empty())
            return place.wrong(element.source(), "this [[override]] needs rules or categories");
        config.overrides.push_back(std::move(entry));
        return true;
    });
}

constexpr std::array<Key<IgnoreEntry>, 5> kIgnoreKeys{{
    {"file", read_into<text, &IgnoreEntry::file, IgnoreEntry>},
    {"rule", read_into<rule_ids, &IgnoreEntry::rules, IgnoreEntry>},
    {"fingerprint", read_into<fingerprint, &IgnoreEntry::fingerprint, IgnoreEntry>},
    {"reason", read_into<text, &IgnoreEntry::reason, IgnoreEntry>},
    {"until", read_into<date, &IgnoreEntry::until, IgnoreEntry>},
}};

Done read_ignores(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* array = value.as_array();
    if (!array) return place.expected(key, value, "written as [[ignore]]");
    return read_elements(*array, [&](const toml::node& element) -> Done {
        const auto* table = element.as_table();
        if (!table) return place.expected(key, element, "written as [[ignore]]");
        IgnoreEntry entry;
        entry.line = element.source().begin.line;
        TRY(read_keys(place, *table, kIgnoreKeys, entry));
        if (entry.file.empty() && entry.rules.empty() && entry.fingerprint.empty())
            return place.wrong(element.source(), "this [[ignore]] needs at least one of file, rule and fingerprint");
        config.ignores.push_back(std::move(entry));
        return true;
    });
}

template <auto list>
Done read_tables(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    config.sizes.*list = TRY(texts(place, key, value));
    return true;
}

constexpr std::array<Key<Config>, 25> kKeys{{
    {"pg-version", read_pg_version},
    {"max-risk", read_max_risk},
    {"migrations", read_into<texts, &Config::migrations, Config>},
    {"exclude", read_into<texts, &Config::exclude, Config>},
    {"start-after", read_into<text_or_texts, &Config::start_after, Config>},
    {"baseline", read_into<text, &Config::baseline, Config>},
    {"format", read_into<text, &Config::format, Config>},
    {"transaction", read_transaction},
    {"placeholders", read_placeholders},
    {"lock-timeout-set-elsewhere", read_into<truth, &Config::lock_timeout_set_elsewhere, Config>},
    {"require-reason", read_require_reason},
    {"suppressions", read_suppressions},
    {"unanalyzed", read_unanalyzed},
    {"role", read_into<text, &Config::role, Config>},
    {"settings", read_settings},
    {"deploy", read_deploy},
    {"busy", read_tables<&SizeChoices::busy>},
    {"small", read_tables<&SizeChoices::small>},
    {"sizes", read_sizes},
    {"throughput", read_throughput},
    {"rules", read_rules},
    {"rule-set", read_rule_set},
    {"categories", read_category_choices<Config>},
    {"override", read_overrides},
    {"ignore", read_ignores},
}};

Done reasons_given(const ConfigPosition& place, const Config& config) {
    if (!config.inline_suppressions.require_reason) return true;
    for (const IgnoreEntry& entry : config.ignores)
        if (entry.reason.empty())
            return usage_error(fmt::format("{} line {}: this [[ignore]] needs a reason, as require-reason is true",
                                           place.file, entry.line));
    return true;
}

}  // namespace

Result<Config> parse_config(std::string_view text, std::string_view file_name, const std::vector<RuleInfo>& rules,
                            const RuleAliases& aliases) {
    const RuleNames names(rules, aliases);
    const ConfigPosition place{file_name, names, rules};
    const toml::parse_result parsed = toml::parse(text, file_name);
    if (!parsed)
        return place.wrong(parsed.error().source(), fmt::format("is no TOML: {}", parsed.error().description()));
    Config config;
    TRY(read_keys(place, parsed.table(), kKeys, config));
    TRY(reasons_given(place, config));
    return config;
}

}  // namespace pgfence::policy
