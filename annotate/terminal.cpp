// For a terminal, in the manner of a compiler: what each statement locks as a table, then each finding with its source.
// Our own decoration is ASCII; foreign text is shown with nothing hidden in it.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "annotate/annotate.h"
#include "annotate/as_written.h"
#include "annotate/durations.h"
#include "annotate/escape.h"
#include "annotate/listing.h"
#include "annotate/utf8.h"
#include "core/text.h"

namespace pgfence::annotate {
namespace {

constexpr std::uint32_t kExcerptLines = 12;
constexpr std::size_t kLocksOfAStatement = 4;
constexpr std::size_t kLongestName = 130;  // two identifiers and a dot
constexpr std::size_t kNarrowestRelation = 30;
constexpr std::size_t kLongestNote = 60;
constexpr std::size_t kMostWaits = 10;

enum class Ink { none, bold, dim, red, yellow, blue, green };

class Page {
public:
    explicit Page(TerminalStyle style) : style_(style), width_(static_cast<std::size_t>(std::max(60, style.width))) {}

    std::string inked(Ink ink, std::string_view text) const {
        constexpr std::string_view kCodes[] = {"", "1", "2", "1;31", "1;33", "36", "32"};
        if (!style_.colour || ink == Ink::none) return std::string(text);
        return fmt::format("\x1b[{}m{}\x1b[0m", kCodes[static_cast<std::size_t>(ink)], text);
    }
    void line(std::string_view text = {}) {
        out_ += inert(text);
        while (out_.ends_with(' ')) out_.pop_back();
        out_ += '\n';
    }
    /// Text of words, wrapped; the lines after the first are indented by `indent`.
    void wrapped(std::string_view first, std::size_t first_columns, std::size_t indent, std::string_view text);

    bool began() const { return !out_.empty(); }
    std::string take() { return std::move(out_); }
    std::size_t width() const { return width_; }

private:
    TerminalStyle style_;
    std::size_t width_;
    std::string out_;
};

void Page::wrapped(std::string_view first, std::size_t first_columns, std::size_t indent, std::string_view text) {
    std::string current(first);
    std::size_t used = first_columns;
    bool fresh = true;
    const std::string flat = visible_line(text);
    for (std::size_t begin = 0; begin < flat.size();) {
        const std::size_t end = std::min(flat.find(' ', begin), flat.size());
        const std::string_view word = std::string_view(flat).substr(begin, end - begin);
        const std::size_t needs = columns(word) + (fresh ? 0 : 1);
        if (!fresh && used + needs > width_) {
            line(current);
            current.assign(indent, ' ');
            used = indent;
            fresh = true;
        }
        if (!fresh) current += ' ', ++used;
        current += word;
        used += columns(word);
        fresh = false;
        begin = end + 1;
    }
    line(current);
}

Ink ink_of(Risk risk) {
    switch (risk) {
        case Risk::critical:
        case Risk::high: return Ink::red;
        case Risk::medium: return Ink::yellow;
        case Risk::low: return Ink::blue;
        case Risk::safe: return Ink::green;
    }
    return Ink::none;
}

Ink ink_of(Outcome outcome) {
    if (outcome == Outcome::fail) return Ink::red;
    return outcome == Outcome::neutral ? Ink::yellow : Ink::green;
}

Ink ink_of(Severity severity) {
    if (severity == Severity::error) return Ink::red;
    return severity == Severity::warning ? Ink::yellow : Ink::blue;
}

std::string padded(std::string text, std::size_t width) {
    const std::size_t has = columns(text);
    if (has < width) text.append(width - has, ' ');
    return text;
}

// ---- the table ------------------------------------------------------------------------------------------------------

struct Row {
    std::string place, statement, risk, lock, blocks, relation;
    std::string note;  ///< of the relation
    Risk ink = Risk::safe;
};

std::string note_on(const Effects& effects, const Lock& lock) {
    const std::string work = work_in_words(effects, lock.relation);
    if (work.empty() || lock.role == LockRole::target) return work + visible_line(name_of(lock.role));
    return work + "; " + visible_line(name_of(lock.role));
}

void add_rows(std::vector<Row>& rows, const StatementReport& report, const Places& places) {
    const AnalyzedStatement& statement = report.statement;
    const Position at = places.region(statement.span).begin;
    const auto locks = felt_locks(statement.effects);
    Row row{fmt::format("{}:{}", at.line, at.column),
            shortened(visible_line(statement.kind), 40),
            risk_in_words(report),
            "",
            "",
            "",
            "",
            report.risk};
    if (locks.empty()) {
        row.lock = "-";
        row.relation = shortened(visible_line(no_locks_in_words(statement.effects)), kLongestName);
        rows.push_back(row);
        return;
    }
    for (std::size_t i = 0; i < locks.size() && i < kLocksOfAStatement; ++i) {
        row.lock = sql_name(locks[i]->mode);
        row.relation = shortened(visible_line(locks[i]->relation), kLongestName);
        row.note = note_on(statement.effects, *locks[i]);
        row.blocks = blocked_in_words(locks[i]->mode);
        rows.push_back(row);
        row.place = row.statement = row.risk = "";
    }
    if (locks.size() > kLocksOfAStatement) {
        row.lock = row.blocks = row.note = "";
        row.relation = fmt::format("and {} more", locks.size() - kLocksOfAStatement);
        rows.push_back(row);
    }
}

void print_table(Page& page, const FileReport& file, const Places& places) {
    std::vector<Row> rows{{"at", "statement", "risk", "lock", "blocks", "on", "", Risk::safe}};
    for (const StatementReport& statement : file.statements) add_rows(rows, statement, places);
    if (rows.size() == 1) return;
    const std::array cells{&Row::place, &Row::statement, &Row::risk, &Row::lock, &Row::blocks};
    std::array<std::size_t, cells.size()> widths{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], columns(row.*cells[i]));
    const std::size_t others = std::accumulate(widths.begin(), widths.end(), 2 + 2 * cells.size());
    const std::size_t room = std::max(kNarrowestRelation, page.width() - std::min(page.width(), others));
    for (const Row& row : rows) {
        const bool head = &row == &rows.front();
        std::string text = "  ";
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const Ink ink = head ? Ink::dim : cells[i] == &Row::risk ? ink_of(row.ink) : Ink::none;
            text += page.inked(ink, padded(row.*cells[i], widths[i])) + "  ";
        }
        const std::string note = row.note.empty() ? "" : "(" + row.note + ")";
        const bool fits = columns(row.relation) + 1 + columns(note) <= room;
        page.line(text + page.inked(head ? Ink::dim : Ink::none, shortened(row.relation, room)) +
                  (fits ? " " + note : ""));
        if (!fits && !note.empty()) page.line(std::string(others, ' ') + shortened(note, std::max(room, kLongestNote)));
    }
    page.line();
}

// ---- findings -------------------------------------------------------------------------------------------------------

struct Drawn {
    std::string text, marks;
};

Drawn drawn(const SourceLine& line) {
    std::string shown = visible(line.text);
    std::replace(shown.begin(), shown.end(), '\t', ' ');
    Drawn drawn{line.cut_left ? "..." : "", line.cut_left ? "   " : ""};
    // visible() keeps one code point for one, so both texts are walked in step.
    bool indentation = true;
    for (std::size_t at = 0, shown_at = 0; at < line.text.size() && shown_at < shown.size();) {
        const std::size_t from = at;
        next_code_point(line.text, at);
        const char32_t c = next_code_point(shown, shown_at);
        indentation = indentation && c == ' ';
        const bool under = !indentation && from >= line.mark_begin && from < line.mark_end;
        drawn.marks.append(static_cast<std::size_t>(columns(c)), under ? '^' : ' ');
    }
    while (drawn.marks.ends_with(' ')) drawn.marks.pop_back();
    drawn.text += shown + (line.cut_right ? "..." : "");
    return drawn;
}

void print_source(Page& page, const Listed& listed) {
    const Excerpt shown = excerpt(listed, kExcerptLines);
    const std::size_t gutter = std::to_string(shown.lines.back().number).size();
    const std::string margin(gutter + 3, ' ');
    page.line(
        page.inked(Ink::blue, margin.substr(1) + "--> ") +
        fmt::format("{}:{}:{}", visible_line(listed.file->path), listed.region.begin.line, listed.region.begin.column));
    page.line(page.inked(Ink::blue, margin + (shown.cut_above ? "..." : "|")));
    for (const SourceLine& line : shown.lines) {
        const Drawn lines = drawn(line);
        page.line(page.inked(Ink::blue, fmt::format("  {:>{}} | ", line.number, gutter)) + lines.text);
        if (!lines.marks.empty())
            page.line(page.inked(Ink::blue, margin + "| ") + page.inked(ink_of(listed.graded->severity), lines.marks));
    }
    if (shown.cut_below) page.line(page.inked(Ink::blue, margin + "..."));
}

void print_remark(Page& page, std::string_view label, std::string_view text) {
    if (text.empty()) return;
    const std::string lead = fmt::format("    = {}: ", label);
    page.wrapped("    = " + page.inked(Ink::bold, label) + ": ", columns(lead), 6, text);
}

std::string heading_with_note(const RecipeStep& step) {
    std::string heading = step_heading(step);
    if (!step.note.empty()) heading += (heading.empty() ? "" : ": ") + step.note;
    return heading.empty() ? "run" : heading;
}

/// Where the step goes is in front.
std::string heading_with_place(const RecipeStep& step) {
    return fmt::format("({}) {}", name_of(step.place), heading_with_note(step));
}

void print_step(Page& page, std::size_t number, const RecipeStep& step, const std::string& heading) {
    const std::string lead = fmt::format("      {}. ", number);
    page.wrapped(lead, columns(lead), 9, heading);
    const std::string text = visible(printed(step).text);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        page.line("         " + page.inked(Ink::green, std::string_view(text).substr(begin, end - begin)));
        begin = end + 1;
    }
}

template <class Heading>
void print_recipe(Page& page, const Recipe& recipe, Heading heading) {
    page.line("    = " + page.inked(Ink::bold, "fix") + ":");
    for (std::size_t i = 0; i < recipe.steps.size(); ++i)
        print_step(page, i + 1, recipe.steps[i], heading(recipe.steps[i]));
    print_remark(page, "note", recipe.note);
}

/// All but what to do about it.
void print_hazard(Page& page, const Listing& listing, const Listed& listed) {
    const Graded& graded = *listed.graded;
    const Finding& finding = graded.finding;
    const std::string head = fmt::format("{}[{}]", name_of(graded.severity), finding.rule);
    page.wrapped(page.inked(ink_of(graded.severity), head) + ": ", columns(head) + 2, 2, finding.message);
    print_source(page, listed);
    for (const std::string& line : consequences_in_words(listed)) print_remark(page, "also", line);
    std::string risk(name_of(graded.risk));
    if (!graded.risk_reason.empty()) risk += ", " + graded.risk_reason;
    print_remark(page, "risk", risk);
    if (finding.lock)
        print_remark(page, "lock",
                     fmt::format("{} blocks {}{}", sql_name(*finding.lock), blocked_in_words(*finding.lock),
                                 finding.grows_with_rows ? ", for longer the more rows there are" : ""));
    if (graded.time)
        print_remark(page, "time", fmt::format("{}: {}", in_words(*graded.time), arithmetic(*graded.time)));
    if (finding.certainty != Certainty::known) print_remark(page, "depends on", joined(finding.depends_on, "; "));
    if (const auto place = listing.related(finding))
        print_remark(page, "see",
                     fmt::format("{} ({}:{})", finding.related_message, place->file->path, place->region.begin.line));
}

void print_finding(Page& page, const Listing& listing, const Listed& listed) {
    const Finding& finding = listed.graded->finding;
    print_hazard(page, listing, listed);
    for (const Recipe* recipe : recipes_of(listed)) print_recipe(page, *recipe, heading_with_note);
    print_remark(page, "help", rule_page(finding.rule));
    print_remark(page, "to suppress it", ignore_comment(listed));
    page.line();
}

void print_suppressed(Page& page, const Listing& listing) {
    if (listing.suppressed().empty()) return;
    page.line(page.inked(Ink::bold, "suppressed"));
    std::size_t in_baseline = 0;  // by the hundred, and nobody's concern today
    for (const Listed& listed : listing.suppressed()) {
        const Suppression& by = *listed.graded->suppressed;
        if (by.by == Suppression::By::baseline) {
            ++in_baseline;
            continue;
        }
        std::string text = fmt::format("{}:{}: {}, by {}", listed.file->path, listed.region.begin.line,
                                       listed.graded->finding.rule, suppressed_by(by));
        if (!by.reason.empty()) text += ": " + by.reason;
        if (!by.until.empty()) text += " (until " + by.until + ")";
        page.wrapped("  ", 2, 4, text);
    }
    if (in_baseline > 0) page.line(fmt::format("  {} by the baseline", in_baseline));
    page.line();
}

/// " (and lines 12, 20 and 3 more)": all but the first.
std::string lines_of_others(const AlikeUnread& alike) {
    constexpr std::size_t kMostLines = 8;
    if (alike.size() == 1) return "";
    std::vector<std::string> lines;
    for (std::size_t i = 1; i < alike.size(); ++i) lines.push_back(std::to_string(alike[i]->region.begin.line));
    return fmt::format(" (and line{} {})", lines.size() == 1 ? "" : "s", joined_up_to(kMostLines, lines));
}

void print_unread(Page& page, const std::vector<AlikeUnread>& all, std::string_view heading) {
    const auto is_meant = [&](const AlikeUnread& alike) { return heading_of(*alike.front()->unread) == heading; };
    if (std::none_of(all.begin(), all.end(), is_meant)) return;
    page.line(page.inked(Ink::yellow, heading));
    for (const AlikeUnread& alike : all) {
        if (!is_meant(alike)) continue;
        const NotAnalyzed& unread = *alike.front()->unread;
        const Position at = alike.front()->region.begin;
        std::string text = fmt::format("{}:{}:{}{}: {}: {}", alike.front()->file->path, at.line, at.column,
                                       lines_of_others(alike), unread.what, unread.why);
        if (unread.accepted) text += fmt::format(" (suppressed: {})", unread.accepted->reason);
        page.wrapped("  ", 2, 4, text);
    }
    page.wrapped("  = ", 4, 4, kHowToAccept);
    page.line();
}

std::string change_in_words(const FileReport& file) {
    switch (file.change) {
        case MigrationFile::Change::added: return "added";
        case MigrationFile::Change::modified: return "changed";
        case MigrationFile::Change::renamed:
            return "renamed" + (file.old_path ? " from " + *file.old_path : std::string());
        case MigrationFile::Change::deleted: return "deleted";
        case MigrationFile::Change::none: break;
    }
    return "as given";
}

void print_file(Page& page, const FileReport& file, const Places& places) {
    page.line(page.inked(Ink::bold, visible_line(file.path)));
    std::string about = change_in_words(file);
    if (file.change == MigrationFile::Change::deleted) {
        page.wrapped("  ", 2, 2, about);
        page.line();
        return;
    }
    const std::string transaction(name_of(file.transaction));
    about += fmt::format(", {}; {}", file.format,
                         file.transaction_reason.empty() ? "transaction: " + transaction : file.transaction_reason);
    if (file.transaction_assumed) about += " (assumed)";
    page.wrapped("  ", 2, 2, about);
    page.line();
    print_table(page, file, places);
}

void print_waits(Page& page, const Report& report, const Listing& listing) {
    if (report.waits.empty()) return;
    page.line(page.inked(Ink::bold, "who waits") + ", by the table sizes of " + visible_line(report.stats_date));
    for (std::size_t i = 0; i < report.waits.size() && i < kMostWaits; ++i) {
        const Wait& wait = report.waits[i];
        const auto place = listing.place(wait.span);
        page.wrapped("  ", 2, 4,
                     fmt::format("{}{} {} ({})",
                                 place ? fmt::format("{}:{}: ", place->file->path, place->region.begin.line) : "",
                                 who_waits(wait), in_words(wait.estimate), size_and_traffic(wait)));
    }
    if (report.waits.size() > kMostWaits) page.line(fmt::format("  and {} more", report.waits.size() - kMostWaits));
    page.line();
}

void print_end(Page& page, const Report& report, const Listing& listing) {
    for (const std::string& note : report.notes) page.wrapped("note: ", 6, 6, note);
    std::string counts = report.coverage.files == 0
                             ? headline(report, listing)
                             : counts_in_words(report.verdict.counts) + "; " + read_in_words(report.coverage);
    if (counts.front() == 'n') counts.front() = 'N';
    page.wrapped("", 0, 0, fmt::format("{}; {}", counts, server_in_words(report)));
    page.line(page.inked(ink_of(report.verdict.outcome), std::string(name_of(report.verdict.outcome))) + ": " +
              visible_line(report.verdict.reason.empty() ? headline(report, listing) : report.verdict.reason));
}

}  // namespace

std::string findings_of(const Report& report, std::string_view rule) {
    Page page({});
    const Listing listing(report);
    for (Listed listed : listing.each()) {
        if (listed.graded->finding.rule != rule) continue;
        if (page.began()) page.line();
        listed.consequences.clear();  // each rule has a page of its own
        print_hazard(page, listing, listed);
        if (const auto& recipe = listed.graded->finding.recipe) print_recipe(page, *recipe, heading_with_place);
    }
    return page.take();
}

std::string terminal(const Report& report, TerminalStyle style) {
    if (!report.stand_ins.empty()) return terminal(as_written(report), style);
    Page page(style);
    const Listing listing(report);
    for (std::size_t i = 0; i < report.files.size(); ++i) print_file(page, report.files[i], listing.places(i));
    for (const Listed& listed : listing.active()) print_finding(page, listing, listed);
    print_suppressed(page, listing);
    print_unread(page, listing.unread_by_cause(), "cannot run");
    print_unread(page, listing.unread_by_cause(), "not analyzed");
    print_waits(page, report, listing);
    print_end(page, report, listing);
    return page.take();
}

}  // namespace pgfence::annotate
