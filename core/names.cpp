// The words that outputs, config files and the command line share for the enums of core/.

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "core/analysis.h"
#include "core/effects.h"
#include "core/finding.h"
#include "core/migration.h"
#include "core/report.h"
#include "core/trace.h"

namespace pgfence {
namespace {

using namespace std::string_view_literals;

constexpr std::array kRelationKinds{
    "table"sv, "partitioned table"sv, "index"sv,         "partitioned index"sv, "sequence"sv,
    "view"sv,  "materialized view"sv, "foreign table"sv, "composite type"sv};
constexpr std::array kCertainties{"known"sv, "depends"sv, "unknown"sv};
constexpr std::array kCategories{"rewrite"sv,       "scan"sv,        "lock"sv,       "correctness"sv, "destructive"sv,
                                 "compatibility"sv, "type-choice"sv, "robustness"sv, "policy"sv};
constexpr std::array kSeverities{"off"sv, "notice"sv, "warning"sv, "error"sv};
constexpr std::array kRisks{"safe"sv, "low"sv, "medium"sv, "high"sv, "critical"sv};
constexpr std::array kLockRoles{""sv,
                                "index"sv,
                                "attached index"sv,
                                "partitioned index"sv,
                                "table of the index"sv,
                                "partition"sv,
                                "default partition"sv,
                                "partitioned table"sv,
                                "child"sv,
                                "typed table"sv,
                                "referenced table"sv,
                                "referencing table"sv,
                                "owned sequence"sv,
                                "identity sequence"sv,
                                "dependent view"sv,
                                "read by a view"sv,
                                "read by the view"sv,
                                "FROM of the constraint trigger"sv,
                                "parent"sv,
                                "type"sv,
                                "copied by LIKE"sv,
                                "partition's index"sv,
                                "has a column of the type"sv,
                                "uses the function"sv,
                                "has policies that may use the function"sv,
                                "loses a default"sv,
                                "loses a policy or rule"sv,
                                "table of the statistics"sv,
                                "old index, which nobody uses by then"sv,
                                "only while the copy takes its place"sv,
                                "read by the policy"sv,
                                "used by the rule"sv,
                                "published"sv,
                                "owner"sv,
                                "sequence in use"sv,
                                "has a column of the domain"sv,
                                "what it depends on"sv};
constexpr std::array kSuppressedBy{"comment"sv, "config"sv, "baseline"sv};
constexpr std::array kOutcomes{"pass"sv, "neutral"sv, "fail"sv};
constexpr std::array<std::string_view, 3> kStepPlaces{"elsewhere", "replaces", "precedes"};
constexpr std::array kTransactionKinds{"none"sv, "runner"sv, "explicit"sv, "implicit"sv};
constexpr std::array kTransactionModes{"per-file"sv, "implicit"sv, "per-statement"sv, "whole-run"sv};
constexpr std::array kTraceVerdicts{"confirmed"sv,   "mismatch"sv, "trace-only"sv,
                                    "static-only"sv, "error"sv,    "skipped"sv};

template <class Enum, std::size_t n>
std::optional<Enum> parse(std::string_view name, const std::array<std::string_view, n>& names) {
    for (std::size_t i = 0; i < n; ++i)
        if (names[i] == name) return static_cast<Enum>(i);
    return std::nullopt;
}

}  // namespace

std::string_view name_of(RelationKind kind) { return kRelationKinds[static_cast<std::size_t>(kind)]; }
std::string_view name_of(Certainty certainty) { return kCertainties[static_cast<std::size_t>(certainty)]; }
std::string_view name_of(Category category) { return kCategories[static_cast<std::size_t>(category)]; }
std::string_view name_of(Severity severity) { return kSeverities[static_cast<std::size_t>(severity)]; }
std::string_view name_of(Risk risk) { return kRisks[static_cast<std::size_t>(risk)]; }
std::string_view name_of(LockRole role) { return kLockRoles[static_cast<std::size_t>(role)]; }
std::string_view name_of(Outcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)]; }
std::string_view name_of(Suppression::By by) { return kSuppressedBy[static_cast<std::size_t>(by)]; }
std::string_view name_of(StepPlace place) { return kStepPlaces[static_cast<std::size_t>(place)]; }
std::string_view name_of(TransactionKind kind) { return kTransactionKinds[static_cast<std::size_t>(kind)]; }
std::string_view name_of(TraceVerdict verdict) { return kTraceVerdicts[static_cast<std::size_t>(verdict)]; }
std::string_view name_of(TransactionMode mode) { return kTransactionModes[static_cast<std::size_t>(mode)]; }

std::optional<Category> parse_category(std::string_view name) { return parse<Category>(name, kCategories); }
std::optional<Severity> parse_severity(std::string_view name) { return parse<Severity>(name, kSeverities); }
std::optional<Risk> parse_risk(std::string_view name) { return parse<Risk>(name, kRisks); }

std::string in_words(const Proof& proof) {
    if (proof.of == Proof::Of::partition_bound)
        return "the constraints of " + proof.relation + " prove the partition bound";
    return "constraint " + proof.constraint + " proves that " + proof.column + " of " + proof.relation +
           " holds no null";
}

}  // namespace pgfence
