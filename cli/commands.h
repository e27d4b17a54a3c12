#pragma once
// The commands of the program, one file each.

#include <array>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "annotate/other_ci.h"
#include "cli/command_line.h"
#include "core/report.h"
#include "core/result.h"
#include "core/trace.h"
#include "pipeline/history.h"

namespace pgfence::cli {

Command analyze_command();
Command review_command();
Command action_command();
Command detect_command();
Command explain_command();
Command effects_command();
Command inspect_command();
Command stats_command();
Command baseline_command();
Command init_command();
Command trace_command();
Command extract_stats_command();
Command snapshot_command();

/// The options of every command that judges migrations.
struct InputOptions {
    int pg_version = 0;
    std::string max_risk, unanalyzed, format, stats_file, config_file;
    std::vector<std::string> schema, start_after;

    void add_to(Command& command);
    pipeline::Choices choices() const;
};

/// What is printed.
enum class Output : std::uint8_t { terminal, json, sarif, comment, summary, annotations, other_ci };
/// As --output has them, in the order of the enum; behind them the names of annotate::forms().
inline constexpr std::array kOutputs{"cli", "json", "sarif", "github", "summary", "annotations"};
inline constexpr std::array kListOutputs{"cli", "json"};  ///< of what is no report

/// `analyze` and `review`: what becomes of the report.
struct ReviewOptions : InputOptions {
    Output output = Output::terminal;
    const annotate::Form* form = nullptr;  ///< of Output::other_ci
    bool ci = false;
    std::string snapshot;
    std::string comment_file, sarif_file, json_file, summary_file;

    void add_to(Command& command);
    pipeline::Choices choices() const;

private:
    void add_output(Command& command);
};

/// `stats` and `baseline`: all the migrations that there are.
struct HistoryOptions : InputOptions {
    std::vector<std::string> files;
    std::string repository = ".";

    void add_to(Command& command);
    Result<pipeline::HistoryRequest> request() const;
};
/// By as many threads as pay; - is standard input. The error is that of the first that cannot be read.
Result<std::vector<pipeline::GivenFile>> read_migrations(const std::vector<std::string>& paths);

/// Prints the report in the form that was asked for, writes the files that were asked for, and answers the exit code.
int show(const Report& report, const ReviewOptions& options);
/// Likewise with what a server did; as JSON that alone is printed.
int show(const Report& report, const TraceReport& trace, const ReviewOptions& options);
/// Says what went wrong on standard error and answers 2 or 3.
int fail(const Error& error);
/// `content` writes it; false, and a word on standard error, when that failed.
bool write_file(const std::string& path, const std::function<bool(std::FILE*)>& content);

}  // namespace pgfence::cli
