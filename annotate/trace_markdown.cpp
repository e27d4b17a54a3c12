// What a disposable server did, as a part of the comment and of the job summary.

#include <fmt/format.h>

#include "annotate/escape.h"
#include "annotate/trace_output.h"
#include "annotate/trace_rows.h"

namespace pgfence::annotate {
namespace {

std::string_view mark(TraceVerdict verdict) {
    switch (verdict) {
        case TraceVerdict::confirmed: return "\u2705";
        case TraceVerdict::mismatch:
        case TraceVerdict::error: return "\u274C";
        default: return "\u26A0\uFE0F";
    }
}

/// Lines until there is no room, and how many were left out.
class Lines {
public:
    explicit Lines(std::size_t room) : room_(room) {}
    void add(const std::string& line) {
        if (left_out_ == 0 && text_.size() + line.size() + 1 <= room_)
            text_ += line + '\n';
        else
            ++left_out_;
    }
    std::string take() {
        return left_out_ == 0 ? text_ : text_ + fmt::format("\n{} more left out.\n", counted(left_out_, "line"));
    }

private:
    std::size_t room_, left_out_ = 0;
    std::string text_;
};

std::string row_line(const std::string& path, const TraceRow& row) {
    return fmt::format("| {} | {} | {} | {} | {} | {} {} | {} |", code_span(path + ":" + row.place),
                       code_span(row.statement), row.lock, row.blocks, row.risk, mark(row.verdict), row.verified,
                       row.duration);
}

}  // namespace

std::string trace_markdown(const Report& report, const TraceReport& trace, std::size_t most) {
    const std::string head = fmt::format("\n### Seen on a server: {}\n\n", trace_coverage(trace));
    std::string end;
    for (const std::string& note : trace_notes(trace)) end += "- " + plain(note) + '\n';
    end += "- " + plain(trace_server(trace)) + '\n';
    if (end.size() > most / 4) end = "- " + plain(trace_server(trace)) + '\n';
    constexpr std::string_view kFold = "\n<details><summary>Each statement</summary>\n\n", kUnfold = "\n</details>\n\n";
    constexpr std::size_t kSpare = 200;
    const std::size_t room = most - std::min(most, head.size() + end.size() + kFold.size() + kUnfold.size() + kSpare);

    const Listing listing(report);
    Lines details(room / 2), rows(room / 2);
    for (const TraceDetail& detail : trace_details(report, trace, listing))
        details.add(fmt::format("- **{}** {}: {}", detail.label, code_span(detail.place), plain(detail.what)));
    rows.add(
        "| at | statement | lock | blocks | risk | verified | duration |\n| --- | --- | --- | --- | --- | --- | --- |");
    for (const TracedStatement& traced : trace.statements) {
        const FileReport& file = report.files[traced.file];
        rows.add(
            row_line(file.path, trace_row(traced, file.statements[traced.statement], listing.places(traced.file))));
    }
    return head + details.take() + std::string(kFold) + rows.take() + std::string(kUnfold) + end;
}

}  // namespace pgfence::annotate
