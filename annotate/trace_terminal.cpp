#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "annotate/escape.h"
#include "annotate/listing.h"
#include "annotate/trace_output.h"
#include "annotate/trace_rows.h"
#include "annotate/utf8.h"

namespace pgfence::annotate {
namespace {

constexpr std::size_t kMostChanges = 40;
constexpr std::array kVerdicts{TraceVerdict::confirmed,   TraceVerdict::mismatch, TraceVerdict::trace_only,
                               TraceVerdict::static_only, TraceVerdict::error,    TraceVerdict::skipped};

std::string_view colour_of(TraceVerdict verdict) {
    switch (verdict) {
        case TraceVerdict::confirmed: return "32";
        case TraceVerdict::mismatch:
        case TraceVerdict::error: return "1;31";
        case TraceVerdict::trace_only:
        case TraceVerdict::static_only: return "1;33";
        case TraceVerdict::skipped: return "2";
    }
    return "";
}

constexpr std::array kCells{&TraceRow::place, &TraceRow::statement, &TraceRow::lock,    &TraceRow::blocks,
                            &TraceRow::risk,  &TraceRow::verified,  &TraceRow::duration};

class Text {
public:
    explicit Text(TerminalStyle style) : style_(style) {}
    void line(std::string_view text = {}) {
        out_ += inert(text);
        while (out_.ends_with(' ')) out_.pop_back();
        out_ += '\n';
    }
    std::string inked(std::string_view colour, const std::string& text) const {
        return style_.colour ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : text;
    }
    std::string take() { return std::move(out_); }

private:
    TerminalStyle style_;
    std::string out_;
};

void print_table(Text& text, const std::vector<TraceRow>& rows) {
    std::array<std::size_t, kCells.size()> widths{};
    for (const TraceRow& row : rows)
        for (std::size_t i = 0; i < kCells.size(); ++i) widths[i] = std::max(widths[i], columns(row.*kCells[i]));
    for (const TraceRow& row : rows) {
        std::string line = "  ";
        for (std::size_t i = 0; i < kCells.size(); ++i) {
            std::string cell = row.*kCells[i];
            cell.append(widths[i] - columns(cell) + 2, ' ');
            if (&row == &rows.front()) cell = text.inked("2", cell);
            if (&row != &rows.front() && kCells[i] == &TraceRow::verified)
                cell = text.inked(colour_of(row.verdict), cell);
            line += cell;
        }
        text.line(line);
    }
    text.line();
}

/// A constraint made valid, say, is a line less and a line more.
void print_changes(Text& text, const TraceReport& trace) {
    const std::size_t all = trace.removed.size() + trace.added.size();
    if (all == 0) return;
    text.line("what has changed:");
    std::size_t printed = 0;
    const auto print = [&](std::string_view mark, std::string_view colour, const std::vector<std::string>& lines) {
        for (const std::string& line : lines)
            if (printed++ < kMostChanges)
                text.line("  " + text.inked(colour, fmt::format("{} {}", mark, visible_line(line))));
    };
    print("-", "31", trace.removed);
    print("+", "32", trace.added);
    if (all > kMostChanges) text.line(fmt::format("  and {} more (--output json has them all)", all - kMostChanges));
    text.line();
}

}  // namespace

std::string trace_coverage(const TraceReport& trace) {
    const auto count = [&](TraceVerdict verdict) {
        return std::count_if(trace.statements.begin(), trace.statements.end(),
                             [&](const TracedStatement& traced) { return traced.verdict == verdict; });
    };
    const auto verified = count(TraceVerdict::confirmed) + count(TraceVerdict::mismatch);
    std::string text = fmt::format("{} of {} verified", verified, counted(trace.statements.size(), "statement"));
    std::string_view before = ": ";
    for (const TraceVerdict verdict : kVerdicts)
        if (const auto n = count(verdict); n > 0) {
            text += fmt::format("{}{} {}", before, n, name_of(verdict));
            before = ", ";
        }
    return text;
}

std::string trace_terminal(const Report& report, const TraceReport& trace, TerminalStyle style) {
    Text text(style);
    const Listing listing(report);
    for (std::size_t file = 0; file < report.files.size(); ++file) {
        std::vector<TraceRow> rows{{"at", "statement", "lock", "blocks", "risk", "verified", "duration"}};
        for (const TracedStatement& traced : trace.statements)
            if (traced.file == file)
                rows.push_back(
                    trace_row(traced, report.files[file].statements[traced.statement], listing.places(file)));
        if (rows.size() == 1) continue;
        text.line(text.inked("1", visible_line(report.files[file].path)) + ", traced");
        print_table(text, rows);
    }
    const std::vector<TraceDetail> details = trace_details(report, trace, listing);
    for (const TraceDetail& detail : details)
        text.line(fmt::format("  {}: {}: {}", visible_line(detail.place), detail.label, visible_line(detail.what)));
    if (!details.empty()) text.line();
    print_changes(text, trace);
    for (const std::string& note : trace_notes(trace)) text.line("note: " + visible_line(note));
    text.line(trace_coverage(trace));
    text.line(visible_line(trace_server(trace)));
    text.line(trace.pass ? text.inked("32", "trace passes") : text.inked("1;31", "trace fails") + ": " + trace.reason);
    return text.take();
}

}  // namespace pgfence::annotate
