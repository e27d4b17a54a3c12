#pragma once
// The team's choices, from .pgfence.toml. docs/config.md describes every key.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "core/migration.h"
#include "core/report.h"
#include "core/result.h"
#include "core/rule_option.h"
#include "policy/application.h"
#include "policy/own_rules.h"
#include "policy/size_choices.h"
#include "policy/throughput.h"

namespace pgfence::policy {

/// One [[ignore]] entry. Conditions that were not written match everything; at least one was.
struct IgnoreEntry {
    std::string file;                ///< glob (core/glob.h); empty: any file
    std::vector<std::string> rules;  ///< ids; empty: any rule
    std::string fingerprint;         ///< 16 hex digits; empty: any finding
    std::string reason;
    std::string until;       ///< ISO date, the last day on which it holds; empty: forever
    std::uint32_t line = 0;  ///< of the config file
    std::string mark = {};   ///< another tool's setting that says so: ".squawk.toml (ban-drop-column)"
    /// Of files that were there before, those whose names begin with that version or an earlier one; empty: all files.
    std::string through = {};
};

/// Chosen severities: of rules by id, of categories for all others.
struct SeverityChoices {
    std::map<std::string, Severity> rules;
    std::map<Category, Severity> categories;
};

/// One [[override]] entry: other severities for these files and tables. The last one that speaks counts.
struct Override {
    std::vector<std::string> files;   ///< globs; empty: any file
    std::vector<std::string> tables;  ///< patterns (core/table_pattern.h); empty: any table
    SeverityChoices severities;
};

/// Which rules speak when nobody chose for them.
enum class RuleSet : std::uint8_t {
    recommended,  ///< each at its default
    all,          ///< those that are off by default as notices
};

/// What ignore comments may do. The config of the base commit speaks where they may not.
struct InlineSuppressions {
    enum class May : std::uint8_t { any, below_high, none };
    May may = May::any;
    bool require_reason = false;  ///< those without one do not count, whatever the risk
};

struct Config {
    std::optional<int> pg_version;               ///< major
    Risk max_risk = Risk::medium;                ///< findings above it fail
    std::vector<std::string> migrations;         ///< globs; empty: folders are detected
    std::vector<std::string> exclude;            ///< globs
    std::vector<std::string> start_after;        ///< migrations up to these are never judged
    std::string baseline;                        ///< path; empty: .pgfence-baseline.toml, if there is one
    std::string format;                          ///< id of a format; empty: detected
    std::optional<TransactionMode> transaction;  ///< how the runner wraps files; nothing: the format knows
    /// What the runner puts in place of ${name}, {{ name }} and :name.
    std::map<std::string, std::string, std::less<>> placeholders;
    bool lock_timeout_set_elsewhere = false;      ///< the role or the connection sets it
    std::string role;                             ///< that runs the migrations; empty: not known
    std::map<std::string, std::string> settings;  ///< its sessions begin with: name in lower case -> value
    Application application = Application::running;
    SizeChoices sizes;
    Throughput throughput;
    InlineSuppressions inline_suppressions;
    Unanalyzed unanalyzed = Unanalyzed::by_extent;
    RuleSet rule_set = RuleSet::recommended;
    SeverityChoices severities;
    RuleOptions options;  ///< of the rules that the file set any of
    std::vector<Override> overrides;
    std::vector<IgnoreEntry> ignores;
};

}  // namespace pgfence::policy
