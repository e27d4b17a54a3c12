#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "annotate/escape.h"
#include "annotate/listing.h"
#include "annotate/trace_output.h"
#include "annotate/utf8.h"

namespace pgfence::annotate {
namespace {

constexpr std::size_t kLongestKind = 40;
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

std::string in_words(std::chrono::microseconds duration) {
    const double ms = static_cast<double>(duration.count()) / 1000;
    return ms < 10       ? fmt::format("{:.1f} ms", ms)
           : ms < 10'000 ? fmt::format("{:.0f} ms", ms)
                         : fmt::format("{:.1f} s", ms / 1000);
}

/// The strongest lock that was seen, or predicted where nobody looked.
std::optional<LockMode> strongest(const TracedStatement& traced, const StatementReport& predicted) {
    std::optional<LockMode> mode;
    for (const auto& [name, seen] : traced.observation.locks) mode = mode ? stronger(*mode, seen.mode) : seen.mode;
    const bool asked = traced.verdict != TraceVerdict::static_only && traced.verdict != TraceVerdict::skipped &&
                       traced.verdict != TraceVerdict::error;
    if (asked || mode) return mode;
    for (const Lock& lock : predicted.statement.effects.locks)
        if (lock.existing) mode = mode ? stronger(*mode, lock.mode) : lock.mode;
    return mode;
}

struct Row {
    std::string place, statement, lock, blocks, risk, verified, duration;
    TraceVerdict verdict = TraceVerdict::skipped;
};
constexpr std::array kCells{&Row::place, &Row::statement, &Row::lock,    &Row::blocks,
                            &Row::risk,  &Row::verified,  &Row::duration};

Row row_of(const TracedStatement& traced, const StatementReport& predicted, const Places& places) {
    const Position at = places.region(predicted.statement.span).begin;
    const auto lock = strongest(traced, predicted);
    return {.place = fmt::format("{}:{}", at.line, at.column),
            .statement = shortened(one_line(predicted.statement.kind), kLongestKind),
            .lock = lock ? std::string(sql_name(*lock)) : "-",
            .blocks = lock ? std::string(blocked_in_words(*lock)) : "-",
            .risk = std::string(name_of(traced.risk)),
            .verified = std::string(name_of(traced.verdict)),
            .duration = traced.verdict == TraceVerdict::skipped ? "-" : in_words(traced.observation.duration),
            .verdict = traced.verdict};
}

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

void print_table(Text& text, const std::vector<Row>& rows) {
    std::array<std::size_t, kCells.size()> widths{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < kCells.size(); ++i) widths[i] = std::max(widths[i], columns(row.*kCells[i]));
    for (const Row& row : rows) {
        std::string line = "  ";
        for (std::size_t i = 0; i < kCells.size(); ++i) {
            std::string cell = row.*kCells[i];
            cell.append(widths[i] - columns(cell) + 2, ' ');
            if (&row == &rows.front()) cell = text.inked("2", cell);
            if (&row != &rows.front() && kCells[i] == &Row::verified) cell = text.inked(colour_of(row.verdict), cell);
            line += cell;
        }
        text.line(line);
    }
    text.line();
}

void print_details(Text& text, const Report& report, const TraceReport& trace, const Listing& listing) {
    bool any = false;
    for (const TracedStatement& traced : trace.statements) {
        const FileReport& file = report.files[traced.file];
        const Position at = listing.places(traced.file).region(file.statements[traced.statement].statement.span).begin;
        const auto say = [&](std::string_view label, std::string_view what) {
            any = true;
            text.line(fmt::format("  {}:{}: {}: {}", one_line(file.path), at.line, label, one_line(what)));
        };
        if (!traced.observation.error.empty())
            say("error", traced.observation.error +
                             (traced.observation.sqlstate.empty() ? "" : " (" + traced.observation.sqlstate + ")"));
        for (const std::string& difference : traced.differences) say("mismatch", difference);
        for (const std::string& remark : traced.remarks) say("note", remark);
    }
    if (any) text.line();
}

bool polled(const TracedStatement& traced) { return traced.observation.how == Observation::How::by_polling; }

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
        std::vector<Row> rows{{"at", "statement", "lock", "blocks", "risk", "verified", "duration"}};
        for (const TracedStatement& traced : trace.statements)
            if (traced.file == file)
                rows.push_back(row_of(traced, report.files[file].statements[traced.statement], listing.places(file)));
        if (rows.size() == 1) continue;
        text.line(text.inked("1", one_line(report.files[file].path)) + ", traced");
        print_table(text, rows);
    }
    print_details(text, report, trace, listing);
    const auto brief = std::count_if(trace.statements.begin(), trace.statements.end(), polled);
    if (brief > 0)
        text.line("note: " + counted(static_cast<std::size_t>(brief), "statement") +
                  " outside a transaction: observed by polling, which may miss short locks");
    for (const std::string& note : trace.notes) text.line("note: " + one_line(note));
    text.line(trace_coverage(trace));
    text.line(fmt::format(
        "{}, {}; base: {}{}; {}; ready in {} ms, gone after {} ms", trace.server, one_line(trace.where),
        counted(trace.base_statements, "statement"),
        trace.base_failed > 0 ? fmt::format(" ({} failed)", trace.base_failed) : "",
        trace.rows > 0 ? fmt::format("{} in {}", counted(trace.rows, "row"), counted(trace.filled_tables, "table"))
                       : "no rows",
        trace.start.count(), trace.lifetime.count()));
    text.line(trace.pass ? text.inked("32", "trace passes") : text.inked("1;31", "trace fails") + ": " + trace.reason);
    return text.take();
}

}  // namespace pgfence::annotate
