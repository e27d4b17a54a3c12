#include "annotate/markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

#include "annotate/alike.h"
#include "annotate/durations.h"
#include "annotate/escape.h"
#include "annotate/utf8.h"

namespace pgfence::annotate {
namespace {

constexpr std::uint32_t kExcerptLines = 12;
constexpr std::size_t kLongestStep = 4000;
constexpr std::size_t kLocksOfAStatement = 3;
constexpr std::size_t kConsequencesOfARow = 2, kMostConsequences = 20, kLinesOfARow = 5, kNamesOfARow = 10;
constexpr std::size_t kNotice = 500;     // bytes kept free for the sentence that says what was left out
constexpr std::size_t kHeadings = 1600;  // for the headings of findings

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

std::string time_cell(const Graded& graded) {
    return graded.time ? "<br>" + plain(in_words(*graded.time), 200) : std::string();
}

std::string rule_link(const Finding& finding) { return fmt::format("[{}]({})", finding.rule, rule_page(finding.rule)); }

// ---- one finding ----------------------------------------------------------------------------------------------------

/// The first sentence of each. Notices are in the details alone.
std::string consequences_cell(const Listed& listed) {
    std::string cell;
    std::size_t all = 0;
    for (const Graded* part : listed.consequences) {
        if (part->severity == Severity::notice || ++all > kConsequencesOfARow) continue;
        const std::string& message = part->finding.message;
        cell += "<br>also: " + plain(message.substr(0, message.find(". ")), 300);
    }
    return all > kConsequencesOfARow ? cell + fmt::format("<br>and {} more", all - kConsequencesOfARow) : cell;
}

/// How tables call the files: by as much of the path's end as no other file of the change has. A name without a digit
/// ("migration.sql") does not say which migration it is.
std::vector<std::string> short_names(const std::vector<FileReport>& files) {
    std::vector<std::string> names(files.size());
    std::vector<std::size_t> begins(files.size());
    const auto name = [&](std::size_t i) { return std::string_view(files[i].path).substr(begins[i]); };
    const auto lengthen = [&](std::size_t i) {
        const auto slash = begins[i] < 2 ? std::string::npos : files[i].path.rfind('/', begins[i] - 2);
        begins[i] = slash == std::string::npos ? 0 : slash + 1;
    };
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < files.size(); ++i) {
        begins[i] = files[i].path.size();
        lengthen(i);
        if (std::none_of(name(i).begin(), name(i).end(), is_digit)) lengthen(i);
        open.push_back(i);
    }
    while (!open.empty()) {
        std::map<std::string_view, std::size_t> count;
        for (std::size_t i = 0; i < files.size(); ++i) ++count[name(i)];
        std::vector<std::size_t> shared;
        for (const std::size_t i : open) {
            names[i] = name(i);
            if (count[name(i)] > 1 && begins[i] > 0) shared.push_back(i);
        }
        for (const std::size_t i : shared) lengthen(i);
        open = std::move(shared);
    }
    return names;
}

std::string place_in(const std::string& file, const Region& region) {
    return fmt::format("{}:{}", file, region.begin.line);
}

/// The first with its file, the others by their lines. The heading names the file of a change that has one only.
std::string where_cell(const Review& review, const Alike& alike, const std::string& file) {
    const bool is_only_file = review.report.files.size() == 1;
    std::string cell = is_only_file ? (alike.size() == 1 ? "line " : "lines ") : "";
    for (std::size_t i = 0; i < alike.size() && i < kLinesOfARow; ++i) {
        const Region& region = alike[i]->region;
        const std::string place =
            i == 0 && !is_only_file ? code_span(place_in(file, region), 100) : std::to_string(region.begin.line);
        cell += (i == 0 ? "" : ", ") + linked(place, line_url(review, *alike[i]->file, region));
    }
    return alike.size() > kLinesOfARow ? cell + fmt::format(" and {} more", alike.size() - kLinesOfARow) : cell;
}

/// What is counted: the others repeat one of these.
std::size_t acts_of(const Alike& alike) {
    return static_cast<std::size_t>(
        std::count_if(alike.begin(), alike.end(), [](const Listed* listed) { return !listed->graded->repeats; }));
}

/// "and 2 more like it: `b`, `c`"
std::string more_cell(const Alike& alike) {
    if (alike.size() < 2) return "";
    const std::vector<std::string> others = other_names(alike);
    return fmt::format("<br>and {} more like it{}", alike.size() - 1,
                       others.empty() ? "" : ": " + names(others, kNamesOfARow));
}

std::size_t steps_of(const Listed& listed) {
    std::size_t steps = 0;
    for (const Recipe* recipe : recipes_of(listed)) steps += recipe->steps.size();
    return steps;
}

std::string table_row(const Review& review, const Alike& alike, const std::string& file) {
    const Listed& listed = *alike.front();
    const Graded& graded = *listed.graded;
    const std::size_t steps = steps_of(listed);
    return fmt::format("| {}&nbsp;{} | {}{}{}{} | {} | {} |\n", sign(graded.risk), name_of(graded.risk),
                       plain(graded.finding.message, 400), time_cell(graded), consequences_cell(listed),
                       more_cell(alike), where_cell(review, alike, file), steps == 0 ? "" : counted(steps, "step"));
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
    return std::string(name_of(graded.risk)) +
           (graded.risk_reason.empty() ? "" : ", " + plain(graded.risk_reason, 300));
}

std::string lock_point(const Finding& finding) {
    if (!finding.lock) return "";
    std::string text(sql_name(*finding.lock));
    if (!finding.relations.empty()) text += " on " + names(finding.relations, 8);
    text += fmt::format(", blocks {}", blocked_in_words(*finding.lock));
    return text + (finding.grows_with_rows ? ", longer the more rows there are" : "");
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
    std::string out = "**Fix**\n\n";
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

std::string details(const Review& review, const Listed& listed, const std::string& file) {
    const Graded& graded = *listed.graded;
    const Finding& finding = graded.finding;
    std::string out = fmt::format("<details><summary><code>{}</code>: <b>{}</b>{}</summary>\n\n",
                                  html_code(place_in(file, listed.region), 100), finding.rule,
                                  steps_of(listed) == 0 ? "" : ", and how to fix it");
    out += plain(finding.message) + "\n\n" + source_fence(listed) + "\n" + consequences_list(listed);
    add_point(out, "Rule", rule_link(finding));
    add_point(out, "Risk", risk_point(graded));
    add_point(out, "Lock", lock_point(finding));
    if (graded.time) add_point(out, "Time", plain(in_words(*graded.time) + ": " + arithmetic(*graded.time), 600));
    add_point(out, "Certainty", certainty_point(finding));
    add_point(out, "See also", related_point(review, listed));
    out += "\n";
    for (const Recipe* recipe : recipes_of(listed)) out += recipe_text(*recipe);
    out += "**To suppress it**, put this line above the statement:\n" + fence(ignore_comment(listed), "sql");
    return out + "\n</details>\n\n";
}

// ---- all of them ----------------------------------------------------------------------------------------------------

constexpr std::string_view kTableHead = "| Risk | Finding | Where | Fix |\n| --- | --- | --- | --- |\n";

/// The table of what makes the change fail, or of the rest, and the details below it.
struct Section {
    std::string rows, details;
    std::size_t findings = 0;
    std::string text() const { return rows.empty() ? "" : std::string(kTableHead) + rows + "\n" + details; }
};

/// Fills the sections from what makes the change fail and the worst finding on, within a number of bytes: first the
/// rows, which may take six tenths, then the details of the same findings in the same order.
class Filling {
public:
    Filling(const Review& review, std::size_t most)
        : review_(review),
          names_(short_names(review.report.files)),
          alike_(put_alike_together(review.listing.on_each_line())),
          room_(most) {
        std::stable_partition(alike_.begin(), alike_.end(), [this](const Alike& alike) { return fails(alike); });
        add_rows(most / 10 * 6);
        add_details();
    }
    std::string text() const;

private:
    bool fails(const Alike& alike) const {
        return makes_fail(*alike.front()->graded, review_.report.verdict.threshold);
    }
    Section& section(const Alike& alike) { return fails(alike) ? blocking_ : others_; }
    const std::string& name(const Listed& listed) const { return names_[listed.file_number]; }
    void add_rows(std::size_t most);
    void add_details();
    std::string cut() const;

    const Review& review_;
    std::vector<std::string> names_;  ///< of files
    std::vector<Alike> alike_;        ///< a row each
    std::size_t room_;
    Section blocking_, others_;
    std::size_t rows_ = 0;
    std::size_t listed_ = 0, detailed_ = 0;  ///< findings
};

void Filling::add_rows(std::size_t most) {
    std::size_t used = 2 * kTableHead.size() + kHeadings;
    for (const Alike& alike : alike_) {
        const std::string row = table_row(review_, alike, name(*alike.front()));
        if (used + row.size() > most) break;
        section(alike).rows += row;
        section(alike).findings += acts_of(alike);
        used += row.size();
        ++rows_;
        listed_ += acts_of(alike);
    }
    room_ -= std::min(room_, used);
}

void Filling::add_details() {
    for (std::size_t row = 0; row < rows_; ++row)
        for (const Listed* listed : alike_[row]) {
            if (listed->graded->repeats) continue;
            const std::string block = details(review_, *listed, name(*listed));
            if (block.size() > room_) return;
            section(alike_[row]).details += block;
            room_ -= block.size();
            ++detailed_;
        }
}

std::string Filling::text() const {
    std::string out;
    const auto& files = review_.report.files;
    const std::string file = files.size() == 1 ? code_span(files.front().path) : "";
    const std::string in_file = file.empty() ? "" : " in " + file;
    if (!blocking_.rows.empty()) out += fmt::format("#### Blocks this change{}\n\n", in_file) + blocking_.text();
    if (blocking_.rows.empty() && !others_.rows.empty())
        out += (file.empty() ? "" : fmt::format("#### {}\n\n", file)) + others_.text();
    if (!blocking_.rows.empty() && !others_.rows.empty())
        out += fmt::format("<details><summary>{} not block this change</summary>\n\n{}</details>\n\n",
                           counted(others_.findings, "finding") + (others_.findings == 1 ? " does" : " do"),
                           others_.text());
    return out + cut();
}

/// Says what did not fit; empty when all did.
std::string Filling::cut() const {
    const std::size_t all = review_.listing.active().size();
    if (listed_ == all && detailed_ == all) return "";
    const auto are = [](std::size_t findings) {
        return counted(findings, "finding") + (findings == 1 ? " is" : " are");
    };
    const std::size_t unlisted = all - listed_, brief = listed_ - detailed_;
    std::string notice = "> **Cut for length.** ";
    if (unlisted > 0) {
        Risk worst = Risk::safe;
        for (std::size_t row = rows_; row < alike_.size(); ++row)
            worst = std::max(worst, alike_[row].front()->graded->risk);
        notice += fmt::format("{} not listed, of at most {} risk. ", are(unlisted), name_of(worst));
    }
    if (brief > 0) notice += are(brief) + " listed without details. ";
    const std::string& run = review_.context.run_url;
    notice += run.empty() ? "The JSON report has all of it."
                          : fmt::format("The [workflow run]({}) has the whole report.", url(run));
    return notice + "\n\n";
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

std::string statement_row(const Review& review, std::size_t file_number, const std::string& name,
                          const StatementReport& statement) {
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
    return fmt::format("| {} | {} | {} | {} |\n",
                       linked(code_span(place_in(name, region), 100), line_url(review, file, region)),
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
                                             : "No file of this change was analyzed: see the notes.\n\n";
    std::string counts = counts_in_words(report.verdict.counts);
    const std::string unread = not_analyzed_in_words(report.verdict);
    if (counts == counts_in_words({}) && !unread.empty()) counts += " in the rest";
    if (counts.starts_with("no ")) counts.front() = 'N';
    if (report.coverage.files == 0 && unread.empty()) return "No migration is left to analyze: see the notes.\n\n";
    std::string line = unread.empty() ? "" : fmt::format("**{}** · ", unread);
    line += fmt::format("{} · {}", counts, read_in_words(report.coverage));
    return line + fmt::format(" · {} · threshold: {}\n\n", server_in_words(report), name_of(report.verdict.threshold));
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
        out += fmt::format(", {} of them not analyzed", counted(report.coverage.history_unread, "statement"));
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

/// Of those that have this heading.
std::string unread_table(const Review& review, std::string_view heading, std::string_view meaning, std::size_t most) {
    Rows rows(fmt::format("#### {}. {}.\n\n| Where | What | Why |\n| --- | --- | --- |\n", meaning, kHowToAccept),
              most);
    for (const AlikeUnread& alike : review.listing.unread_by_cause()) {
        const NotAnalyzed& unread = *alike.front()->unread;
        if (heading_of(unread) != heading) continue;
        const std::string accepted =
            unread.accepted ? fmt::format(" (suppressed: {})", plain(unread.accepted->reason, 200)) : "";
        rows.add(fmt::format("| {} | {} | {}{} |\n", places_cell(review, alike), plain(unread.what, 200),
                             plain(unread.why, 300), accepted));
    }
    return rows.finish("\n");
}

}  // namespace

std::string unread_tables(const Review& review, std::size_t most) {
    const std::string refused =
        unread_table(review, "cannot run", "Cannot run\n\nPostgreSQL or the migration tool refuses these", most / 2);
    return refused + unread_table(review, "not analyzed",
                                  "Not analyzed\n\nIt is not known what these do to the database",
                                  most - std::min(most, refused.size()));
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
                             rule_link(listed.graded->finding) + "<br>" + plain(listed.graded->finding.message, 300),
                             plain(suppressed_by(by), 100), plain(by.reason, 300), plain(by.until, 40)));
    }
    return rows.finish("\n</details>\n\n");
}

std::string findings_tables(const Review& review, std::size_t most) {
    return Filling(review, most - std::min(most, kNotice)).text();
}

std::string statements_table(const Review& review, std::size_t most) {
    Rows rows(
        "<details><summary>What each statement locks</summary>\n\n| Where | Statement | Locks | Risk |\n| --- | --- | "
        "--- | --- |\n",
        most);
    const std::vector<std::string> names = short_names(review.report.files);
    for (std::size_t i = 0; i < review.report.files.size(); ++i)
        for (const StatementReport& statement : review.report.files[i].statements)
            rows.add(statement_row(review, i, names[i], statement));
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
    const std::string unread = unread_tables(review, most / 5);
    const std::string suppressed = suppressed_list(review, most / 10);
    const std::string end = notes_list(review) + footer(review);
    const std::size_t fixed = head.size() + unread.size() + suppressed.size() + end.size();
    const std::string findings = findings_tables(review, most - std::min(most, fixed));
    const std::size_t left = most - std::min(most, fixed + findings.size());
    const std::string statements = left > 4 * kNotice ? statements_table(review, left) : "";
    return head + unread + findings + review.fixed + suppressed + statements + end;
}

}  // namespace pgfence::annotate
