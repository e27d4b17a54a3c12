#pragma once
// How bad a finding is. docs/risk.md is this file's table in words, and a test holds the two together.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/effects.h"
#include "core/finding.h"
#include "core/table_sizes.h"
#include "policy/application.h"
#include "policy/size_choices.h"

namespace pgfence::policy {

/// What a finding costs. A finding may be several; the worst counts.
enum class Cost : std::uint8_t {
    new_relations_only,
    long_block_of_reads,
    long_block_of_writes,
    long_row_locks,
    perhaps_long,
    long_block_of_maintenance,
    long_without_block,
    brief_block_of_reads,
    brief_block_of_writes,
    brief_block_of_maintenance,
    brief_without_block,
    data_lost,
    forbidden_rows_lost,
    rows_at_hand_lost,
    fails_untold,
    databases_differ,
    values_reused,
    guarantee_lost,
    running_code_breaks,
    used_name_goes,
    access_lost,
    statement_fails,
    wrong_result,
    type_choice,
    robustness,
    policy,
};

struct RiskRow {
    Cost cost;
    std::string_view when;  ///< as docs/risk.md says it
    Risk risk;
    bool moved_by_size;
    bool of_running_code = false;  ///< low at most while the application is stopped
};
/// In order of Cost.
std::span<const RiskRow> risk_table();

/// What a table's size does to the rows that it moves.
enum class SizeClass : std::uint8_t { unknown, small, ordinary, large, huge };

struct SizeRow {
    SizeClass size;
    std::string_view when;
    std::string_view effect;
};
/// In order of SizeClass.
std::span<const SizeRow> size_table();

SizeClass size_class(const TableSize& size, const SizeLimits& limits = {});

/// Nothing that the finding is about was there before the change.
bool only_new_relations(const Finding& finding, const Effects& effects);

struct Grade {
    Risk risk = Risk::safe;
    std::string reason;  ///< one phrase
};

/// `effects` are those of the finding's statement. The same arguments give the same grade.
Grade grade(const Finding& finding, const Effects& effects, const Sizes& sizes, const SizeChoices& choices = {},
            Application application = Application::running);

}  // namespace pgfence::policy
