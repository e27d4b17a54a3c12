#include "annotate/markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

#include "annotate/durations.h"
#include "annotate/escape.h"
#include "annotate/utf8.h"

namespace pgfence::annotate {
namespace {

constexpr std::uint32_t kExcerptLines = 12;
constexpr std::size_t kLongestStep = 4000;
constexpr std::size_t kLocksOfAStatement = 3;
constexpr std::size_t kConsequencesOfARow = 3, kMostConsequences = 20, kLinesOfARow = 5;
constexpr std::size_t kNotice = 500;  // bytes kept free for the sentence that says what was left out

std::string_view sign(Risk risk) {
    switch (risk) {
        case Risk::critical: return "\U0001F534";
        case Risk::high: return "\U0001F534";
        case Risk::medium: return "\U0001F7E0";
        case Risk::low: return "\U0001F7E1";
        case Risk::safe: return "\U0001F7E2";
    }
    return "";
}

std::string_view sign(const Review& review) {
    const Verdict& verdict = review.report.verdict;
    if (!verdict.passes()) return "\u274C";
    const bool look = verdict.outcome == Outcome::neutral || verdict.counts.error + verdict.counts.warning > 0;
    return look ? "\u26A0\uFE0F" : "\u2705";
}

/// Ours, or the runner's own environment's; made harmless all the same.
std::string url(std::string_view address) {
    std::string out;
    for (const char c : address)
        out += c == ' ' || c == ')' || c == '(' || c == '<' || c == '>' || c == '\n' ? std::string("%20")
                                                                                     : std::string(1, c);
    return out;
}

std::string line_url(const Review& review, const FileReport& file, const Region& region) {
    const CommentContext& context = review.context;
    if (context.repository_url.empty() || context.head_sha.empty()) return "";
    const std::string lines = region.end.line > region.begin.line
                                  ? fmt::format("#L{}-L{}", region.begin.line, region.end.line)
                                  : fmt::format("#L{}", region.begin.line);
    return fmt::format("{}/blob/{}/{}{}", url(context.repository_url), url(context.head_sha), url_path(file.path),
                       lines);
}

std::string linked(const std::string& text, const std::string& address) {
    return address.empty() ? text : fmt::format("[{}]({})", text, address);
}

std::string names(const std::vector<std::string>& relations, std::size_t most = 3) {
    std::string out;
    for (std::size_t i = 0; i < relations.size() && i < most; ++i)
        out += (i == 0 ? "" : ", ") + code_span(relations[i], 130);
    if (relations.size() > most) out += fmt::format(" and {} more", relations.size() - most);
    return out;
}

std::string lock_cell(const Finding& finding) {
    if (!finding.lock) return "";
    std::string cell = fmt::format("**{}**", sql_name(*finding.lock));
    if (!finding.relations.empty()) cell += " on " + names(finding.relations, 2);
    return cell + fmt::format("<br>blocks {}", blocked_in_words(*finding.lock));
}

std::string time_cell(const Graded& graded) {
    return graded.time ? "<br>" + plain(in_words(*graded.time), 200) : std::string();
}

std::string rule_link(const Finding& finding) { return fmt::format("[{}]({})", finding.rule, rule_page(finding.rule)); }

// ---- one finding ----------------------------------------------------------------------------------------------------

std::string consequences_cell(const Listed& listed) {
    const std::vector<std::string> lines = consequences_in_words(listed);
    std::string cell;
    for (std::size_t i = 0; i < lines.size() && i < kConsequencesOfARow; ++i)
        cell += "<br>also: " + plain(lines[i], 300);
    if (lines.size() > kConsequencesOfARow) cell += fmt::format("<br>and {} more", lines.size() - kConsequencesOfARow);
    return cell;
}

/// Findings that share a row: the same rule, tables, file and risk. Eleven equal rows said no more than one and pushed
/// the other findings out of sight.
using Alike = std::vector<const Listed*>;

std::vector<Alike> put_alike_together(const std::vector<Listed>& all) {
    using Key = std::tuple<std::size_t, std::string_view, const std::vector<std::string>&, Risk, Severity>;
    std::map<Key, std::size_t> found;
    std::vector<Alike> rows;
    for (const Listed& listed : all) {
        const Finding& finding = listed.graded->finding;
        const auto [row, first] = found.try_emplace(
            Key(listed.file_number, finding.rule, finding.relations, listed.graded->risk, listed.graded->severity),
            rows.size());
        if (first) rows.emplace_back();
        rows[row->second].push_back(&listed);
    }
    return rows;
}

std::string lines_cell(const Review& review, const Alike& alike) {
    std::string cell;
    for (std::size_t i = 0; i < alike.size() && i < kLinesOfARow; ++i)
        cell += (i == 0 ? "" : ", ") + linked(std::to_string(alike[i]->region.begin.line),
                                              line_url(review, *alike[i]->file, alike[i]->region));
    return alike.size() > kLinesOfARow ? cell + fmt::format(" and {} more", alike.size() - kLinesOfARow) : cell;
}

std::string table_row(const Review& review, const Alike& alike) {
    const Listed& listed = *alike.front();
    const Graded& graded = *listed.graded;
    const std::string more = alike.size() > 1 ? fmt::format("<br>and {} more like it", alike.size() - 1) : "";
    return fmt::format("| {}&nbsp;{} | {} | {}<br>{}{}{} | {}{} |\n", sign(graded.risk), name_of(graded.risk),
                       lines_cell(review, alike), rule_link(graded.finding), plain(graded.finding.message, 400),
                       consequences_cell(listed), more, lock_cell(graded.finding), time_cell(graded));
}

std::string source_fence(const Listed& listed) {
    const Excerpt shown = excerpt(listed, kExcerptLines);
    std::string text = shown.cut_above ? "-- ...\n" : "";
    for (const SourceLine& line : shown.lines)
        text += fmt::format("{}{}{}\n", line.cut_left ? "..." : "", line.text, line.cut_right ? "..." : "");
    return fence(text + (shown.cut_below ? "-- ...\n" : ""), "sql");
}

void add_point(std::string& out, std::string_view label, const std::string& text) {
    if (!text.empty()) out += fmt::format("- **{}:** {}\n", label, text);
}

std::string risk_point(const Graded& graded) {
    return graded.risk_reason.empty() ? "" : std::string(name_of(graded.risk)) + ", " + plain(graded.risk_reason, 300);
}

std::string lock_point(const Finding& finding) {
    if (!finding.lock) return "";
    std::string text(sql_name(*finding.lock));
    if (!finding.relations.empty()) text += " on " + names(finding.relations, 8);
    text += fmt::format("; while it is held, {} wait", blocked_in_words(*finding.lock));
    return text + (finding.grows_with_rows ? ". It is held for longer the more rows there are" : "");
}

std::string certainty_point(const Finding& finding) {
    if (finding.certainty == Certainty::known) return "";
    std::string text(name_of(finding.certainty));
    for (std::size_t i = 0; i < finding.depends_on.size() && i < 8; ++i)
        text += (i == 0 ? " on " : "; ") + plain(finding.depends_on[i], 200);
    return text;
}

std::string related_point(const Review& review, const Listed& listed) {
    const Finding& finding = listed.graded->finding;
    const auto place = review.listing.related(finding);
    if (!place) return "";
    const std::uint32_t number = place->region.begin.line;
    const std::string line = place->file == listed.file ? fmt::format("line {}", number)
                                                        : code_span(fmt::format("{}:{}", place->file->path, number));
    return fmt::format("{} ({})", plain(finding.related_message, 300),
                       linked(line, line_url(review, *place->file, place->region)));
}

std::string step_text(std::size_t number, const RecipeStep& step) {
    const std::string heading = step_heading(step);
    std::string out = fmt::format("**Step {}**{}", number, heading.empty() ? "" : ", " + plain(heading, 600));
    if (!step.note.empty()) out += ": " + plain(step.note, 500);
    out += "\n";
    const StepText whole = printed(step);
    if (whole.text.empty()) return out + "\n";
    const std::string text = shortened_bytes(whole.text, kLongestStep);
    out += fence(text, whole.language);
    if (text.size() < whole.text.size()) out += "cut here for length: the JSON report has all of it\n";
    return out + "\n";
}

std::string recipe_text(const Recipe& recipe) {
    constexpr std::size_t kMostSteps = 12;
    std::string out = "**Instead**\n\n";
    for (std::size_t i = 0; i < recipe.steps.size() && i < kMostSteps; ++i) out += step_text(i + 1, recipe.steps[i]);
    if (recipe.steps.size() > kMostSteps)
        out += fmt::format("and {} more steps: the JSON report has all of them\n\n", recipe.steps.size() - kMostSteps);
    if (!recipe.note.empty()) out += plain(recipe.note, 1000) + "\n\n";
    return out;
}

std::string consequences_list(const Listed& listed) {
    const std::vector<std::string> lines = consequences_in_words(listed);
    std::string out;
    for (std::size_t i = 0; i < lines.size() && i < kMostConsequences; ++i)
        add_point(out, "Also", plain(lines[i], 600));
    if (lines.size() > kMostConsequences)
        out += fmt::format("- and {} more: the JSON report has all of them\n", lines.size() - kMostConsequences);
    return out;
}

std::string details(const Review& review, const Listed& listed) {
    const Graded& graded = *listed.graded;
    const Finding& finding = graded.finding;
    std::string out = fmt::format("<details><summary>Line {}: <b>{}</b>, {} risk</summary>\n\n",
                                  listed.region.begin.line, finding.rule, name_of(graded.risk));
    out += plain(finding.message) + "\n\n" + source_fence(listed) + "\n" + consequences_list(listed);
    add_point(out, "Risk", risk_point(graded));
    add_point(out, "Lock", lock_point(finding));
    if (graded.time) add_point(out, "Time", plain(in_words(*graded.time) + ": " + arithmetic(*graded.time), 600));
    add_point(out, "Certainty", certainty_point(finding));
    add_point(out, "See also", related_point(review, listed));
    out += "\n";
    for (const Recipe* recipe : recipes_of(listed)) out += recipe_text(*recipe);
    out += "**To accept it**, put this line above the statement:\n" + fence(ignore_comment(listed), "sql");
    return out + "\n</details>\n\n";
}

// ---- all of them ----------------------------------------------------------------------------------------------------

struct FileSection {
    std::string rows, details;
    std::size_t file_number = 0;
};

std::string file_heading(const FileReport& file) {
    return fmt::format("#### {}\n\n| Risk | Line | Finding | Lock |\n| --- | ---: | --- | --- |\n",
                       code_span(file.path));
}

/// Fills the sections from the worst finding on, within a number of bytes: first the rows, which may take six tenths,
/// then the details of the same findings in the same order.
class Filling {
public:
    Filling(const Review& review, std::size_t most)
        : review_(review), alike_(put_alike_together(review.listing.active())), room_(most) {
        add_rows(most / 10 * 6);
        add_details();
    }
    std::string text() const;

private:
    void add_rows(std::size_t most);
    void add_details();
    FileSection& section(std::size_t file_number) { return sections_[where_[file_number]]; }

    const Review& review_;
    std::vector<Alike> alike_;  ///< a row each
    std::size_t room_;
    std::vector<FileSection> sections_;
    std::vector<std::size_t> where_;  ///< file number -> index in sections_
    std::size_t rows_ = 0;
    std::size_t listed_ = 0, detailed_ = 0;  ///< findings
};

void Filling::add_rows(std::size_t most) {
    constexpr auto kNone = static_cast<std::size_t>(-1);
    where_.assign(review_.report.files.size(), kNone);
    std::size_t used = 0;
    for (const Alike& alike : alike_) {
        const Listed& listed = *alike.front();
        const bool fresh = where_[listed.file_number] == kNone;
        const std::string row = table_row(review_, alike);
        const std::size_t cost = row.size() + (fresh ? file_heading(*listed.file).size() + 2 : 0);
        if (used + cost > most) break;
        if (fresh) {
            where_[listed.file_number] = sections_.size();
            sections_.push_back({"", "", listed.file_number});
        }
        section(listed.file_number).rows += row;
        used += cost;
        ++rows_;
        listed_ += alike.size();
    }
    room_ -= used;
}

void Filling::add_details() {
    for (std::size_t row = 0; row < rows_; ++row)
        for (const Listed* listed : alike_[row]) {
            const std::string block = details(review_, *listed);
            if (block.size() > room_) return;
            section(listed->file_number).details += block;
            room_ -= block.size();
            ++detailed_;
        }
}

std::string Filling::text() const {
    std::string out;
    for (const FileSection& section : sections_)
        out += file_heading(review_.report.files[section.file_number]) + section.rows + "\n" + section.details;
    const std::size_t all = review_.listing.active().size();
    if (listed_ == all && detailed_ == all) return out;
    const auto are = [](std::size_t findings) {
        return counted(findings, "finding") + (findings == 1 ? " is" : " are");
    };
    const std::size_t unlisted = all - listed_, brief = listed_ - detailed_;
    std::string notice = "> **Cut for length.** ";
    if (unlisted > 0)
        notice += fmt::format("{} not listed, of at most {} risk. ", are(unlisted),
                              name_of(alike_[rows_].front()->graded->risk));
    if (brief > 0) notice += are(brief) + " listed without details. ";
    const std::string& run = review_.context.run_url;
    notice += run.empty() ? "The JSON report has all of it."
                          : fmt::format("The [workflow run]({}) has the whole report.", url(run));
    return out + notice + "\n\n";
}

/// Rows until they are too many, then a row that counts the rest.
class Rows {
public:
    Rows(std::string head, std::size_t most) : text_(std::move(head)), most_(most) {}
    void add(const std::string& row) {
        ++total_;
        if (shown_ + 1 != total_ || text_.size() + row.size() + kNotice > most_) return;
        text_ += row;
        ++shown_;
    }
    std::string finish(std::string_view tail) const {
        if (total_ == 0) return "";
        const std::string rest = shown_ < total_ ? fmt::format("\nand {} more\n", total_ - shown_) : std::string();
        return text_ + rest + std::string(tail);
    }

private:
    std::string text_;
    std::size_t most_, total_ = 0, shown_ = 0;
};

std::string statement_row(const Review& review, std::size_t file_number, const StatementReport& statement) {
    const FileReport& file = review.report.files[file_number];
    const Region region = review.listing.places(file_number).region(statement.statement.span);
    const Effects& effects = statement.statement.effects;
    const auto locks = felt_locks(effects);
    std::string cell;
    for (std::size_t i = 0; i < locks.size() && i < kLocksOfAStatement; ++i) {
        const std::string work = work_in_words(effects, locks[i]->relation);
        cell += fmt::format("{}{} on {}{}", i == 0 ? "" : "<br>", sql_name(locks[i]->mode),
                            code_span(locks[i]->relation, 130), work.empty() ? "" : " (" + work + ")");
    }
    if (locks.size() > kLocksOfAStatement) cell += fmt::format("<br>and {} more", locks.size() - kLocksOfAStatement);
    if (locks.empty()) cell = plain(no_locks_in_words(effects), 200);
    const std::string place = fmt::format("{}:{}", file.path, region.begin.line);
    return fmt::format("| {} | {} | {} | {} |\n", linked(code_span(place), line_url(review, file, region)),
                       plain(statement.statement.kind, 60), cell, risk_in_words(statement));
}

}  // namespace

std::string title_line(const Review& review) {
    return fmt::format("## {} pgfence: {}\n\n", sign(review), plain(headline(review.report, review.listing), 200));
}

std::string counts_line(const Review& review) {
    const Report& report = review.report;
    if (report.coverage.files == 0 && report.files.empty())
        return report.coverage.left_out == 0 ? "No file of this change is a migration.\n\n"
                                             : "No file of this change was judged: see the notes.\n\n";
    std::string counts = counts_in_words(report.verdict.counts);
    if (counts.starts_with("no ")) counts.front() = 'N';
    const std::string unread = not_analyzed_in_words(report.verdict);
    std::string line = unread.empty() ? "" : fmt::format("**{}** · ", unread);
    line += fmt::format("{} · {}", counts, read_in_words(report.coverage));
    return line + fmt::format(" · {} · up to {} risk is allowed\n\n", server_in_words(report),
                              name_of(report.verdict.threshold));
}

std::string waits_list(const Review& review) {
    constexpr std::size_t kMostWaits = 10;
    const auto& waits = review.report.waits;
    if (waits.empty()) return "";
    std::string out =
        fmt::format("**Who waits**, by the table sizes of {}:\n\n", code_span(review.report.stats_date, 40));
    for (std::size_t i = 0; i < waits.size() && i < kMostWaits; ++i) {
        const Wait& wait = waits[i];
        out += fmt::format("- {} **{}** ({})", plain(who_waits(wait), 200), plain(in_words(wait.estimate), 200),
                           plain(size_and_traffic(wait), 200));
        if (const auto place = review.listing.place(wait.span))
            out += ", from " + linked(code_span(fmt::format("{}:{}", place->file->path, place->region.begin.line)),
                                      line_url(review, *place->file, place->region));
        out += "\n";
    }
    if (waits.size() > kMostWaits) out += fmt::format("- and {} more\n", waits.size() - kMostWaits);
    return out + "\n";
}

std::string notes_list(const Review& review) {
    constexpr std::size_t kMostBytes = 8000;
    const auto& notes = review.report.notes;
    std::string out;
    for (std::size_t i = 0; i < notes.size(); ++i) {
        const std::string note = "- " + plain(notes[i], 400) + "\n";
        if (out.size() + note.size() > kMostBytes) {
            out += fmt::format("- and {}\n", counted(notes.size() - i, "more note"));
            break;
        }
        out += note;
    }
    return out.empty() ? out : out + "\n";
}

std::string footer(const Review& review) {
    const Report& report = review.report;
    std::string out = "pgfence " + report.tool_version;
    if (report.coverage.history_files > 0)
        out += fmt::format(" · {} replayed", counted(report.coverage.history_files, "earlier migration"));
    if (report.coverage.history_unread > 0)
        out += fmt::format(", {} of them not read", counted(report.coverage.history_unread, "statement"));
    if (!report.stats_date.empty()) out += " · table sizes of " + code_span(report.stats_date, 40);
    if (!review.context.run_url.empty()) out += fmt::format(" · [workflow run]({})", url(review.context.run_url));
    return out + "\n";
}

namespace {

/// The first with its file, the others by their lines.
std::string places_cell(const Review& review, const AlikeUnread& alike) {
    std::string cell;
    for (std::size_t i = 0; i < alike.size() && i < kLinesOfARow; ++i) {
        const ListedUnread& listed = *alike[i];
        const std::string line = std::to_string(listed.region.begin.line);
        const std::string place = i == 0 ? code_span(fmt::format("{}:{}", listed.file->path, line)) : line;
        cell += (i == 0 ? "" : ", ") + linked(place, line_url(review, *listed.file, listed.region));
    }
    return alike.size() > kLinesOfARow ? cell + fmt::format(" and {} more", alike.size() - kLinesOfARow) : cell;
}

}  // namespace

std::string unread_table(const Review& review, std::size_t most) {
    Rows rows(fmt::format("#### Not analyzed\n\nWhat these do to the database is not known; {}.\n\n| Where | What | "
                          "Why |\n| --- | --- | --- "
                          "|\n",
                          kHowToAccept),
              most);
    for (const AlikeUnread& alike : review.listing.unread_by_cause()) {
        const NotAnalyzed& unread = *alike.front()->unread;
        const std::string accepted =
            unread.accepted ? fmt::format(" (accepted: {})", plain(unread.accepted->reason, 200)) : "";
        rows.add(fmt::format("| {} | {} | {}{} |\n", places_cell(review, alike), plain(unread.what, 200),
                             plain(unread.why, 300), accepted));
    }
    return rows.finish("\n");
}

std::string suppressed_list(const Review& review, std::size_t most) {
    const auto& all = review.listing.suppressed();
    Rows rows(fmt::format("<details><summary>{} suppressed</summary>\n\n| Where | Finding | By | Reason | Until |\n| "
                          "--- | --- | --- | --- | --- |\n",
                          counted(all.size(), "finding")),
              most);
    for (const Listed& listed : all) {
        const Suppression& by = *listed.graded->suppressed;
        const std::string place = fmt::format("{}:{}", listed.file->path, listed.region.begin.line);
        rows.add(fmt::format("| {} | {} | {} | {} | {} |\n",
                             linked(code_span(place), line_url(review, *listed.file, listed.region)),
                             rule_link(listed.graded->finding), plain(suppressed_by(by), 100), plain(by.reason, 300),
                             plain(by.until, 40)));
    }
    return rows.finish("\n</details>\n\n");
}

std::string findings_by_file(const Review& review, std::size_t most) {
    return Filling(review, most - std::min(most, kNotice)).text();
}

std::string statements_table(const Review& review, std::size_t most) {
    Rows rows(
        "<details><summary>What each statement locks</summary>\n\n| Where | Statement | Locks | Risk |\n| --- | --- | "
        "--- | --- |\n",
        most);
    for (std::size_t i = 0; i < review.report.files.size(); ++i)
        for (const StatementReport& statement : review.report.files[i].statements)
            rows.add(statement_row(review, i, statement));
    return rows.finish("\n</details>\n\n");
}

std::string short_review(const Review& review) {
    const std::string& run = review.context.run_url;
    const Coverage& coverage = review.report.coverage;
    std::string line = fmt::format("{} pgfence: {}", sign(review), plain(headline(review.report, review.listing), 200));
    if (coverage.files > 0) line += " · " + read_in_words(coverage);
    if (!run.empty()) line += fmt::format(" · [workflow run]({})", url(run));
    return line + "\n" + (review.fixed.empty() ? "" : "\n" + review.fixed);
}

std::string whole_review(const Review& review, std::size_t most) {
    const std::string head = title_line(review) + counts_line(review) + waits_list(review);
    const std::string unread = unread_table(review, most / 5);
    const std::string suppressed = suppressed_list(review, most / 10);
    const std::string end = notes_list(review) + footer(review);
    const std::size_t fixed = head.size() + unread.size() + suppressed.size() + end.size();
    const std::string findings = findings_by_file(review, most - std::min(most, fixed));
    const std::size_t left = most - std::min(most, fixed + findings.size());
    const std::string statements = left > 4 * kNotice ? statements_table(review, left) : "";
    return head + unread + findings + review.fixed + suppressed + statements + end;
}

}  // namespace pgfence::annotate
