// For a terminal, in the manner of a compiler: what each statement locks as a table, then each finding with its source.
// Our own decoration is ASCII; foreign text is shown with nothing hidden in it.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "annotate/annotate.h"
#include "annotate/escape.h"
#include "annotate/listing.h"
#include "annotate/utf8.h"

namespace pgfence::annotate {
namespace {

constexpr std::uint32_t kExcerptLines = 12;
constexpr std::size_t kLocksOfAStatement = 4;
constexpr std::size_t kLongestCell = 44;

enum class Ink { none, bold, dim, red, yellow, blue, green };

class Page {
public:
    explicit Page(TerminalStyle style) : style_(style), width_(static_cast<std::size_t>(std::max(60, style.width))) {}

    std::string inked(Ink ink, std::string_view text) const {
        constexpr std::string_view kCodes[] = {"", "1", "2", "1;31", "1;33", "1;34", "1;32"};
        if (!style_.colour || ink == Ink::none) return std::string(text);
        return fmt::format("\x1b[{}m{}\x1b[0m", kCodes[static_cast<std::size_t>(ink)], text);
    }
    void line(std::string_view text = {}) {
        out_ += text;
        while (out_.ends_with(' ')) out_.pop_back();
        out_ += '\n';
    }
    /// Text of words, wrapped; the lines after the first are indented by `indent`.
    void wrapped(std::string_view first, std::size_t first_columns, std::size_t indent, std::string_view text);

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
    const std::string flat = one_line(text);
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
    std::string place, statement, lock, relation, blocks, risk;
    Risk ink = Risk::safe;
};

std::string relation_cell(const Effects& effects, const Lock& lock) {
    std::string name = one_line(lock.relation);
    const std::string work = work_in_words(effects, lock.relation);
    const std::string note = work.empty() ? one_line(lock.why) : work;
    return shortened(name, kLongestCell) + (note.empty() ? "" : " (" + note + ")");
}

void add_rows(std::vector<Row>& rows, const StatementReport& report, const Places& places) {
    const AnalyzedStatement& statement = report.statement;
    const Position at = places.region(statement.span).begin;
    const auto locks = felt_locks(statement.effects);
    Row row{fmt::format("{}:{}", at.line, at.column), shortened(one_line(statement.kind), kLongestCell), "", "", "",
            std::string(name_of(report.risk)), report.risk};
    if (locks.empty()) {
        row.lock = "-";
        row.relation = statement.effects.certainty == Certainty::unknown ? "not known" : "nothing that was there before";
        rows.push_back(row);
        return;
    }
    for (std::size_t i = 0; i < locks.size() && i < kLocksOfAStatement; ++i) {
        row.lock = sql_name(locks[i]->mode);
        row.relation = relation_cell(statement.effects, *locks[i]);
        row.blocks = blocked_in_words(locks[i]->mode);
        rows.push_back(row);
        row.place = row.statement = row.risk = "";
    }
    if (locks.size() > kLocksOfAStatement) {
        row.lock = row.blocks = "";
        row.relation = fmt::format("and {} more", locks.size() - kLocksOfAStatement);
        rows.push_back(row);
    }
}

void print_table(Page& page, const FileReport& file, const Places& places) {
    std::vector<Row> rows{{"at", "statement", "lock", "on", "blocks", "risk"}};
    for (const StatementReport& statement : file.statements) add_rows(rows, statement, places);
    if (rows.size() == 1) return;
    const std::vector<std::string Row::*> cells{&Row::place, &Row::statement, &Row::risk, &Row::lock, &Row::relation, &Row::blocks};
    std::vector<std::size_t> widths(cells.size(), 0);
    for (const Row& row : rows)
        for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], columns(row.*cells[i]));
    for (const Row& row : rows) {
        std::string text = " ";
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::string cell = padded(row.*cells[i], i + 1 == cells.size() ? 0 : widths[i]);
            const Ink ink = &row == &rows.front() ? Ink::dim : cells[i] == &Row::risk ? ink_of(row.ink) : Ink::none;
            text += " " + page.inked(ink, cell) + " ";
        }
        page.line(text);
    }
    page.line();
}

// ---- findings -------------------------------------------------------------------------------------------------------

/// The columns under a shown line that belong to the region, as " ^^^^"; empty when none do.
std::string carets(std::string_view shown, std::uint32_t line, const Region& region) {
    if (line < region.begin.line || line > region.end.line) return "";
    const std::uint32_t from = line == region.begin.line ? region.begin.column : 1;
    const std::uint32_t to = line == region.end.line ? region.end.column : UINT32_MAX;
    std::string marks;
    std::uint32_t column = 1;
    bool started = line != region.begin.line;
    for (std::size_t at = 0; at < shown.size(); ++column) {
        const char32_t c = next_code_point(shown, at);
        started = started || (column >= from && c != ' ');
        const bool under = started && column >= from && column < to;
        marks.append(static_cast<std::size_t>(columns(c)), under ? '^' : ' ');
    }
    if (line != region.begin.line) {  // no carets under a line's indentation
        const std::size_t text = shown.find_first_not_of(' ');
        for (std::size_t i = 0; i < marks.size() && i < text; ++i) marks[i] = ' ';
    }
    while (marks.ends_with(' ')) marks.pop_back();
    return marks;
}

std::string shown_line(std::string_view line) {
    if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    std::string shown = visible(line);
    std::replace(shown.begin(), shown.end(), '\t', ' ');
    return shown;
}

void print_source(Page& page, const Listed& listed) {
    const Excerpt shown = excerpt(listed, kExcerptLines);
    const std::size_t gutter = std::to_string(shown.last_line).size();
    const std::string bar = std::string(gutter + 3, ' ') + "|";
    const std::size_t most = page.width() * 2;
    page.line(page.inked(Ink::blue, std::string(gutter + 2, ' ') + "--> ") +
              fmt::format("{}:{}:{}", one_line(listed.file->path), listed.region.begin.line, listed.region.begin.column));
    page.line(page.inked(Ink::blue, shown.cut_above ? std::string(gutter + 3, ' ') + "..." : bar));
    for (std::uint32_t number = shown.first_line; number <= shown.last_line; ++number) {
        const std::string text = shortened(shown_line(listed.places->lines().line(number)), most);
        page.line(page.inked(Ink::blue, fmt::format("  {:>{}} | ", number, gutter)) + text);
        const std::string marks = carets(text, number, listed.region);
        if (!marks.empty()) page.line(page.inked(Ink::blue, bar + " ") + page.inked(ink_of(listed.graded->severity), marks));
    }
    if (shown.cut_below) page.line(page.inked(Ink::blue, std::string(gutter + 3, ' ') + "..."));
}

void print_remark(Page& page, std::string_view label, std::string_view text) {
    if (text.empty()) return;
    const std::string lead = fmt::format("    = {}: ", label);
    page.wrapped("    = " + page.inked(Ink::bold, label) + ": ", columns(lead), 6, text);
}

void print_step(Page& page, std::size_t number, const RecipeStep& step) {
    const std::string lead = fmt::format("      {}. ", number);
    std::string heading = step_heading(step);
    if (!step.note.empty()) heading += (heading.empty() ? "" : ": ") + step.note;
    page.wrapped(lead, columns(lead), 9, heading.empty() ? "run" : heading);
    const std::string sql = visible(step.sql);
    for (std::size_t begin = 0; begin < sql.size();) {
        const std::size_t end = std::min(sql.find('\n', begin), sql.size());
        page.line("         " + page.inked(Ink::green, std::string_view(sql).substr(begin, end - begin)));
        begin = end + 1;
    }
}

void print_recipe(Page& page, const Recipe& recipe) {
    page.line("    = " + page.inked(Ink::bold, "instead") + ":");
    for (std::size_t i = 0; i < recipe.steps.size(); ++i) print_step(page, i + 1, recipe.steps[i]);
    print_remark(page, "note", recipe.note);
}

std::string joined(const std::vector<std::string>& parts) {
    std::string all;
    for (const std::string& part : parts) all += (all.empty() ? "" : "; ") + part;
    return all;
}

void print_finding(Page& page, const Listed& listed) {
    const Graded& graded = *listed.graded;
    const Finding& finding = graded.finding;
    const std::string head = fmt::format("{}[{}]", name_of(graded.severity), finding.rule);
    page.wrapped(page.inked(ink_of(graded.severity), head) + ": ", columns(head) + 2, 2, finding.message);
    print_source(page, listed);
    std::string risk(name_of(graded.risk));
    if (!graded.risk_reason.empty()) risk += ", " + graded.risk_reason;
    print_remark(page, "risk", risk);
    if (finding.lock) print_remark(page, "lock", fmt::format("{} blocks {}{}", sql_name(*finding.lock), blocked_in_words(*finding.lock),
                                                             finding.grows_with_rows ? ", for longer the more rows there are" : ""));
    if (finding.certainty != Certainty::known) print_remark(page, "depends on", joined(finding.depends_on));
    if (finding.related) {
        const Position at = listed.places->region(*finding.related).begin;
        const bool here = finding.related->file == listed.file->file;
        print_remark(page, "see", finding.related_message + (here ? fmt::format(" (line {})", at.line) : std::string()));
    }
    if (finding.recipe) print_recipe(page, *finding.recipe);
    print_remark(page, "help", rule_page(finding.rule));
    print_remark(page, "to accept it", ignore_comment(finding.rule));
    page.line();
}

void print_suppressed(Page& page, const Listing& listing) {
    if (listing.suppressed().empty()) return;
    page.line(page.inked(Ink::bold, "suppressed"));
    for (const Listed& listed : listing.suppressed()) {
        const Suppression& by = *listed.graded->suppressed;
        std::string text = fmt::format("{}:{}: {}, by {}", listed.file->path, listed.region.begin.line, listed.graded->finding.rule, by.by);
        if (!by.reason.empty()) text += ": " + by.reason;
        if (!by.until.empty()) text += " (until " + by.until + ")";
        page.wrapped("  ", 2, 4, text);
    }
    page.line();
}

void print_unread(Page& page, const Report& report, const Listing& listing) {
    if (std::all_of(report.files.begin(), report.files.end(), [](const FileReport& file) { return file.unread.empty(); })) return;
    page.line(page.inked(Ink::yellow, "not read"));
    for (std::size_t i = 0; i < report.files.size(); ++i)
        for (const Unread& unread : report.files[i].unread) {
            const Position at = listing.places(i).region(unread.span).begin;
            page.wrapped("  ", 2, 4, fmt::format("{}:{}:{}: {}: {}", report.files[i].path, at.line, at.column, unread.what, unread.why));
        }
    page.line();
}

void print_file(Page& page, const FileReport& file, const Places& places) {
    std::string about = fmt::format("{}, {}", file.format, name_of(file.transaction));
    if (!file.transaction_reason.empty()) about += ": " + file.transaction_reason;
    if (file.transaction_assumed) about += " (assumed)";
    page.line(page.inked(Ink::bold, one_line(file.path)));
    page.wrapped("  ", 2, 2, about);
    page.line();
    print_table(page, file, places);
}

void print_end(Page& page, const Report& report, const Listing& listing) {
    for (const std::string& note : report.notes) page.wrapped("note: ", 6, 6, note);
    std::string counts = counts_in_words(report.verdict.counts);
    counts.front() = static_cast<char>(counts.front() == 'n' ? 'N' : counts.front());
    page.wrapped("", 0, 0, fmt::format("{}; {}; {}", counts, read_in_words(report.coverage), server_in_words(report)));
    const bool pass = report.verdict.pass;
    page.line(page.inked(pass ? Ink::green : Ink::red, pass ? "pass" : "fail") + ": " + one_line(headline(report, listing)));
}

}  // namespace

std::string terminal(const Report& report, TerminalStyle style) {
    Page page(style);
    const Listing listing(report);
    for (std::size_t i = 0; i < report.files.size(); ++i) print_file(page, report.files[i], listing.places(i));
    for (const Listed& listed : listing.active()) print_finding(page, listed);
    print_suppressed(page, listing);
    print_unread(page, report, listing);
    print_end(page, report, listing);
    return page.take();
}

}  // namespace pgfence::annotate
