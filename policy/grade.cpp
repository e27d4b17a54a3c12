#include "policy/grade.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "core/table_pattern.h"
#include "core/text.h"
#include "policy/own_rules.h"

namespace pgfence::policy {
namespace {

using enum Risk;

// clang-format off
constexpr std::array<RiskRow, 26> kRiskTable{{
    {Cost::new_relations_only,         "touches only relations that the change itself creates",        safe,   false},
    {Cost::long_block_of_reads,        "blocks reads and writes while it scans or rewrites the table", high,   true, true},
    {Cost::long_block_of_writes,       "blocks writes while it scans or rewrites the table",           high,   true, true},
    {Cost::long_row_locks,             "changes many rows; other writes of them wait for the commit",  medium, true, true},
    {Cost::perhaps_long,               "may rewrite the table: the files do not tell a column's type", medium, true, true},
    {Cost::long_block_of_maintenance,  "scans the table; only VACUUM and schema changes wait",         low,    false},
    {Cost::long_without_block,         "scans the table; nothing waits",                               low,    false},
    {Cost::brief_block_of_reads,       "briefly blocks reads and writes",                              low,    false},
    {Cost::brief_block_of_writes,      "briefly blocks writes",                                        low,    false},
    {Cost::brief_block_of_maintenance, "only VACUUM and schema changes wait, briefly",                 low,    false},
    {Cost::brief_without_block,        "nothing waits",                                                low,    false},
    {Cost::data_lost,                  "destroys data or objects for good",                            high,   false},
    {Cost::forbidden_rows_lost,        "deletes rows that a constraint of the change would reject",    medium, false},
    {Cost::rows_at_hand_lost,          "a trigger does it, to what belongs to the rows that change",   medium, false},
    {Cost::fails_untold,               "the deployment fails until the runner's record is repaired",   medium, false},
    {Cost::databases_differ,           "new databases differ from those that ran the migration",       low,    false},
    {Cost::values_reused,              "hands out numbers that rows already have",                     high,   false},
    {Cost::guarantee_lost,             "accepts rows that a constraint rejected",                      medium, false},
    {Cost::running_code_breaks,        "breaks code that runs while it is deployed",                   medium, false, true},
    {Cost::used_name_goes,             "drops or renames an object that running code seems to use",    high,   false},
    {Cost::access_lost,                "revokes access, or shows rows that were hidden",               high,   false},
    {Cost::statement_fails,            "the statement fails",                                          high,   false},
    {Cost::wrong_result,               "does something other than it seems to",                        medium, false},
    {Cost::type_choice,                "a type that is costly to change later",                        low,    false},
    {Cost::robustness,                 "lacks a safeguard",                                            low,    false},
    {Cost::policy,                     "departs from the team's rules",                                low,    false},
}};

constexpr std::array<SizeRow, 5> kSizeTable{{
    {SizeClass::unknown,  "is not in the stats snapshot, or there is none",   "none"},
    {SizeClass::small,    "has fewer than 10,000 rows and less than 16 MB",   "one lower"},
    {SizeClass::ordinary, "is in between",                                    "none"},
    {SizeClass::large,    "has more than 1,000,000 rows or more than 1 GB",   "one higher"},
    {SizeClass::huge,     "has more than 10,000,000 rows or more than 10 GB", "critical"},
}};
// clang-format on

constexpr std::int64_t kMegabyte = 1024 * 1024;

constexpr bool in_order() {
    for (std::size_t i = 0; i < kRiskTable.size(); ++i)
        if (kRiskTable[i].cost != static_cast<Cost>(i)) return false;
    for (std::size_t i = 0; i < kSizeTable.size(); ++i)
        if (kSizeTable[i].size != static_cast<SizeClass>(i)) return false;
    return true;
}
static_assert(in_order());

template <class Names>
bool names(const Names& relations, std::string_view relation) {
    return std::find(relations.begin(), relations.end(), relation) != relations.end();
}

/// Relations of which the model says nothing are taken to be in use.
bool existing(const Effects& effects, const std::string& relation) {
    if (names(effects.created, relation)) return false;
    const Lock* lock = effects.lock_on(relation);
    return !lock || lock->existing;
}

std::optional<LockMode> lock_of(const Finding& finding, const Effects& effects) {
    if (finding.lock) return finding.lock;
    std::optional<LockMode> strongest;
    for (const Lock& lock : effects.locks)
        if (lock.existing && names(finding.relations, lock.relation))
            strongest = strongest ? stronger(*strongest, lock.mode) : lock.mode;
    return strongest;
}

bool changes_rows(const Finding& finding, const Effects& effects) {
    return std::any_of(effects.work.begin(), effects.work.end(), [&](const Work& work) {
        return work.kind == Work::Kind::change_rows && work.existing && names(finding.relations, work.relation);
    });
}

Cost cost_of_lock(const Finding& finding, const Effects& effects) {
    const auto lock = lock_of(finding, effects);
    const auto blocked = [&](Traffic traffic) { return lock && blocks(*lock, traffic); };
    const bool rows = finding.grows_with_rows;
    if (rows && depends_on(finding, Condition::Kind::type_not_told)) return Cost::perhaps_long;
    if (blocked(Traffic::reads)) return rows ? Cost::long_block_of_reads : Cost::brief_block_of_reads;
    if (blocked(Traffic::writes)) return rows ? Cost::long_block_of_writes : Cost::brief_block_of_writes;
    if (rows && changes_rows(finding, effects)) return Cost::long_row_locks;
    if (blocked(Traffic::maintenance)) return rows ? Cost::long_block_of_maintenance : Cost::brief_block_of_maintenance;
    return rows ? Cost::long_without_block : Cost::brief_without_block;
}

/// What a finding costs beside the time its lock is held; nothing for the categories that are about locks.
std::optional<Cost> cost_of_category(const Finding& finding) {
    if (finding.fails) return Cost::statement_fails;
    if (finding.harm == Harm::lost_guarantee) return Cost::guarantee_lost;
    if (finding.harm == Harm::used_name) return Cost::used_name_goes;
    if (finding.harm == Harm::forbidden_rows) return Cost::forbidden_rows_lost;
    if (finding.harm == Harm::fails_untold) return Cost::fails_untold;
    if (finding.harm == Harm::lost_name) return Cost::running_code_breaks;
    if (finding.harm == Harm::rows_at_hand) return Cost::rows_at_hand_lost;
    if (finding.harm == Harm::reused_values) return Cost::values_reused;
    if (finding.harm == Harm::lost_object) return Cost::data_lost;
    if (finding.harm == Harm::lost_access) return Cost::access_lost;
    if (finding.rule == kNonLinearHistory) return Cost::databases_differ;
    switch (finding.category) {
        case Category::destructive: return Cost::data_lost;
        case Category::compatibility: return Cost::running_code_breaks;
        case Category::correctness: return Cost::wrong_result;
        case Category::type_choice: return Cost::type_choice;
        case Category::robustness: return Cost::robustness;
        case Category::policy: return Cost::policy;
        case Category::rewrite:
        case Category::scan:
        case Category::lock: return std::nullopt;
    }
    return std::nullopt;
}

/// Advice about how a migration is written is no statement about the lock it happens to mention.
bool is_advice(Category category) {
    return category == Category::type_choice || category == Category::robustness || category == Category::policy;
}

/// The tables whose rows are worked through. A foreign key's finding names both tables; only one is scanned. Sizes are
/// known of tables alone, and an index is worked through with its own.
std::vector<std::string> worked_through(const Finding& finding, const Effects& effects) {
    std::vector<std::string> found;
    for (const Work& work : effects.work) {
        const std::string& table = work.table.empty() ? work.relation : work.table;
        if (work.existing && (names(finding.relations, work.relation) || names(finding.relations, table)))
            found.push_back(table);
    }
    return found.empty() ? finding.relations : found;
}

std::string size_in_words(const TableSize& size) {
    const std::string rows = size.rows < 0 ? "" : fmt::format("{} rows", with_commas(size.rows));
    const std::string bytes = size.bytes < 0 ? "" : bytes_in_words(size.bytes);
    return fmt::format("{} has {}{}{}", size.relation, rows, rows.empty() || bytes.empty() ? "" : ", ", bytes);
}

struct Sized {
    SizeClass size = SizeClass::unknown;
    std::string why;
};

Sized sized(const std::string& relation, const Sizes& sizes, const SizeChoices& choices) {
    const auto found = sizes.tables.find(relation);
    Sized one;
    if (found != sizes.tables.end()) one = {size_class(found->second, choices.limits), size_in_words(found->second)};
    const auto list = [&](SizeClass size, std::string_view name) {
        one.why = fmt::format("{} is listed as {}", one.why.empty() ? relation : one.why + " and", name);
        one.size = size;
    };
    if (matches_any(choices.busy, relation))
        list(std::max(one.size, SizeClass::large), "busy");
    else if (matches_any(choices.small, relation))
        list(SizeClass::small, "small");
    return one;
}

/// The worst of several: one table that nobody measured keeps a small one from lowering the risk.
Sized sized(const std::vector<std::string>& relations, const Sizes& sizes, const SizeChoices& choices) {
    Sized worst;
    bool all_measured = !relations.empty();
    for (const std::string& relation : relations) {
        Sized one = sized(relation, sizes, choices);
        if (one.size == SizeClass::unknown) all_measured = false;
        if (one.size > worst.size) worst = std::move(one);
    }
    if (!all_measured && worst.size < SizeClass::large) return {};
    return worst;
}

Risk moved(Risk risk, SizeClass size) {
    const auto step = [](Risk from, int by) {
        return static_cast<Risk>(
            std::clamp(static_cast<int>(from) + by, static_cast<int>(Risk::safe), static_cast<int>(Risk::critical)));
    };
    switch (size) {
        case SizeClass::small: return step(risk, -1);
        case SizeClass::large: return step(risk, +1);
        case SizeClass::huge: return Risk::critical;
        case SizeClass::unknown:
        case SizeClass::ordinary: return risk;
    }
    return risk;
}

/// What is known of tables' sizes, and by whom.
struct Knowledge {
    const Sizes& sizes;
    const SizeChoices& choices;
    Application application;
};

Grade grade_of(Cost cost, const Finding& finding, const Effects& effects, const Knowledge& known) {
    const RiskRow& row = kRiskTable[static_cast<std::size_t>(cost)];
    Grade result{row.risk, std::string(row.when)};
    if (row.of_running_code && known.application == Application::stopped)
        return {std::min(row.risk, Risk::low),
                result.reason + "; the config says that the application is stopped then"};
    if (!row.moved_by_size) return result;
    const Sized size = sized(worked_through(finding, effects), known.sizes, known.choices);
    result.risk = moved(row.risk, size.size);
    if (!size.why.empty()) result.reason += "; " + size.why;
    return result;
}

/// The worst case is kept when something could not be known, and said to be one.
std::string worst_case_clause(const Finding& finding) {
    if (finding.certainty == Certainty::known) return {};
    if (finding.depends_on.empty()) return "; assumed at its worst, as not all of it is known";
    return fmt::format("; assumed at its worst: depends on {}", joined(finding.depends_on));
}

}  // namespace

bool only_new_relations(const Finding& finding, const Effects& effects) {
    // A lock that an earlier statement took is on what was there, also where this one makes another of that name.
    if (finding.related && finding.lock) return false;
    return !finding.relations.empty() &&
           std::none_of(finding.relations.begin(), finding.relations.end(),
                        [&](const std::string& relation) { return existing(effects, relation); });
}

std::span<const RiskRow> risk_table() { return kRiskTable; }
std::span<const SizeRow> size_table() { return kSizeTable; }

SizeClass size_class(const TableSize& size, const SizeLimits& limits) {
    const auto above = [&](std::int64_t rows, std::int64_t megabytes) {
        return size.rows > rows || size.bytes > megabytes * kMegabyte;
    };
    const bool rows_known = size.rows >= 0, bytes_known = size.bytes >= 0;
    if (above(limits.huge_rows, limits.huge_megabytes)) return SizeClass::huge;
    if (above(limits.large_rows, limits.large_megabytes)) return SizeClass::large;
    if (!rows_known && !bytes_known) return SizeClass::unknown;
    // Bytes alone can speak for a table that was never analyzed; rows alone say nothing about wide ones.
    if (bytes_known && size.bytes < limits.small_megabytes * kMegabyte && size.rows < limits.small_rows)
        return SizeClass::small;
    return SizeClass::ordinary;
}

Grade grade(const Finding& finding, const Effects& effects, const Sizes& sizes, const SizeChoices& choices,
            Application application) {
    const Knowledge known{sizes, choices, application};
    auto category = cost_of_category(finding);
    // Code that would use it does not run. What the values were is lost all the same.
    if (category == Cost::used_name_goes && application == Application::stopped)
        category = finding.category == Category::destructive ? Cost::data_lost : Cost::running_code_breaks;
    Grade worst;
    if (is_advice(finding.category)) {
        worst = grade_of(*category, finding, effects, known);
    } else if (only_new_relations(finding, effects) && category != Cost::statement_fails &&
               category != Cost::wrong_result) {
        worst = grade_of(Cost::new_relations_only, finding, effects, known);
    } else {
        worst = grade_of(cost_of_lock(finding, effects), finding, effects, known);
        // At equal risk the category's own words say more than the lock's.
        if (category)
            if (Grade own = grade_of(*category, finding, effects, known); own.risk >= worst.risk)
                worst = std::move(own);
    }
    worst.reason += worst_case_clause(finding);
    return worst;
}

}  // namespace pgfence::policy
