#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// Of the setting that the statement has just made.
std::optional<std::int64_t> seconds_set(const Step& step, const SetVariable& set) {
    Scope scope;
    Setting& setting = scope.settings[set.name];
    for (const std::string& value : set.values) setting.value += value;
    const auto milliseconds = scope.timeout_ms(set.name);
    if (!milliseconds || (set.local && !step.scope.in_transaction_block)) return std::nullopt;
    return *milliseconds / 1000;
}

}  // namespace

extern const Rule lock_timeout_too_long{
    .title = "Timeout that is too long",
    .category = Category::robustness,
    .why = R"(
While a statement waits for its lock everybody behind it waits as well: `lock_timeout` is for how long the application
may stand still. A few seconds and another attempt later do no harm, minutes do. The same goes for a
`statement_timeout` so long that it limits nothing.
)",
    .bad = {R"(
SET lock_timeout = '5min';
)",
            R"(
SET statement_timeout = '2d';
)",
            R"(
BEGIN;
SET LOCAL lock_timeout TO 60000;
COMMIT;
)"},
    .good = {R"(
SET lock_timeout = '5s';
SET statement_timeout = '15min';
)",
             R"(
SET lock_timeout = 0;
)"},
    .about = kinds<SetVariable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* set = step.is<SetVariable>();
        if (!set || set->kind != SetVariable::Kind::set) return {};
        const bool lock = set->name == "lock_timeout";
        if (!lock && set->name != "statement_timeout") return {};
        const auto seconds = seconds_set(step, *set);
        const std::int64_t most = step.number(lock ? "lock-timeout-seconds" : "statement-timeout-seconds");
        if (!seconds || *seconds <= most) return {};
        Consequence consequence;
        consequence.message = fmt::format("{} of {} seconds is longer than {}", set->name, *seconds, most);
        return {std::move(consequence)};
    },
    .aliases = "statement-timeout-too-long",
    .options = {{"lock-timeout-seconds", std::int64_t{30}, "the longest `lock_timeout`"},
                {"statement-timeout-seconds", std::int64_t{86400}, "the longest `statement_timeout`"}},
};

}  // namespace pgfence::rules
