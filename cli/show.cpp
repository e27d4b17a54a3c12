// Where a report goes: standard output in one form, files in others.

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>

#include "annotate/annotate.h"
#include "annotate/escape.h"
#include "annotate/trace_output.h"
#include "bot/report_file.h"
#include "cli/commands.h"
#include "policy/decide.h"

namespace pgfence::cli {
namespace {

constexpr int kDefaultWidth = 100;

int terminal_width() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kDefaultWidth;
}

// https://no-color.org
bool wants_colour(const ReviewOptions& options) {
    const char* no_colour = std::getenv("NO_COLOR");
    return !options.ci && isatty(STDOUT_FILENO) && (!no_colour || *no_colour == '\0');
}

annotate::TerminalStyle style(const ReviewOptions& options) {
    return {.colour = wants_colour(options), .width = terminal_width()};
}

/// The report, and what a server did, if one was asked.
struct Shown {
    const Report& report;
    const TraceReport* trace = nullptr;

    annotate::CommentContext context() const {
        annotate::CommentContext context;
        if (trace) context.trace = annotate::trace_markdown(report, *trace, annotate::kMostOfComment);
        return context;
    }
    std::string sarif() const { return trace ? annotate::sarif_with(report, *trace) : annotate::sarif(report); }
};

std::string in_form(const Shown& shown, const ReviewOptions& options) {
    const Report& report = shown.report;
    switch (options.output) {
        case Output::terminal: return annotate::terminal(report, style(options));
        case Output::json: return annotate::json(report);
        case Output::sarif: return shown.sarif();
        case Output::comment: return annotate::pr_comment(report, shown.context());
        case Output::summary: return annotate::job_summary(report, shown.context());
        case Output::annotations: return annotate::workflow_commands(report);
        case Output::other_ci: return options.form->write(report);
    }
    return {};
}

bool put(std::FILE* file, std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), file) == text.size();
}

bool put_json(std::FILE* file, const Report& report) {
    bool all = true;
    annotate::json(report, [&](std::string_view piece) { all = all && put(file, piece); });
    return all;
}

bool print(const Shown& shown, const ReviewOptions& options) {
    const bool printed =
        options.output == Output::json ? put_json(stdout, shown.report) : put(stdout, in_form(shown, options));
    return printed && std::fflush(stdout) == 0;
}

}  // namespace

bool write_file(const std::string& path, const std::function<bool(std::FILE*)>& content) {
    const auto written = write_report_file(path, content);
    if (!written) std::fprintf(stderr, "pgfence: %s\n", annotate::visible_line(written.error().message).c_str());
    return written.has_value();
}

namespace {

bool write_files(const Shown& shown, const ReviewOptions& options) {
    const Report& report = shown.report;
    const auto write = [](const std::string& path, const std::function<bool(std::FILE*)>& content) {
        return path.empty() || write_file(path, content);
    };
    bool written = write(options.comment_file,
                         [&](std::FILE* f) { return put(f, annotate::pr_comment(report, shown.context())); });
    written &= write(options.sarif_file, [&](std::FILE* f) { return put(f, shown.sarif()); });
    written &= write(options.json_file, [&](std::FILE* f) { return put_json(f, report); });
    written &= write(options.summary_file,
                     [&](std::FILE* f) { return put(f, annotate::job_summary(report, shown.context())); });
    return written;
}

}  // namespace

int show(const Report& report, const ReviewOptions& options) {
    const bool printed = print({report}, options);
    return write_files({report}, options) && printed ? policy::exit_code(report.verdict) : 3;
}

int show(const Report& report, const TraceReport& trace, const ReviewOptions& options) {
    const bool as_json = options.output == Output::json;
    const std::string seen =
        as_json ? annotate::trace_json(report, trace) : annotate::trace_terminal(report, trace, style(options));
    // Where standard output is for a program to read, what people read goes beside it.
    std::FILE* const file = as_json || options.output == Output::terminal ? stdout : stderr;
    const bool printed = (as_json || print({report, &trace}, options)) && put(file, seen) && std::fflush(file) == 0;
    if (!write_files({report, &trace}, options) || !printed) return 3;
    return policy::exit_code(report.verdict);
}

int fail(const Error& error) {
    // It may quote names of a file that somebody else wrote.
    std::fprintf(stderr, "pgfence: %s\n", annotate::inert_text(annotate::visible(error.message)).c_str());
    return error.kind == Error::Kind::usage ? 2 : 3;
}

}  // namespace pgfence::cli
