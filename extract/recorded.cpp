#include "extract/recorded.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/suppression_words.h"
#include "extract/formats/format.h"
#include "extract/lines.h"
#include "extract/one_query.h"
#include "extract/placeholders.h"
#include "extract/program/sql_text.h"
#include "extract/usable.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// As the engine's runtime names what it does not know (orm/js/unknown.js).
constexpr std::string_view kUnknown = "__unknown_";

std::vector<SchemaQuestion> asks_of(const RecordedStatement& statement) {
    constexpr std::string_view kNot = "NOT ";
    const bool is_so = !statement.asks.starts_with(kNot);
    std::vector<SchemaQuestion> asks{
        {.asks = SchemaQuestion::Asks::holds, .sql = statement.asks.substr(is_so ? 0 : kNot.size()), .is_so = is_so}};
    if (statement.asks_for_part) asks.push_back({.asks = SchemaQuestion::Asks::other});
    return asks;
}

/// The engine lets each query find one row. What is sent with a value of it is sent for each row that there is, unless
/// the query says which.
bool is_for_rows(const RecordedStatement& statement) {
    return std::any_of(statement.rows_of.begin(), statement.rows_of.end(),
                       [](const std::string& query) { return !picks_rows(query); });
}

class Writer {
public:
    Writer(Script& script, std::string_view text) : script_(script), text_(text), lines_(text) { script_.sql.clear(); }

    /// Comments of the program that may be about us are comments of the SQL, too.
    void comments() {
        for_each_line(text_, 0, [&](const Line& line) {
            for (const std::string_view mark : kSuppressionWords) {
                const auto at = line.text.find(mark);
                if (at == std::string_view::npos) continue;
                const auto slashes = line.text.substr(0, at).rfind("//");
                if (slashes == std::string_view::npos || !trim(line.text.substr(slashes + 2, at - slashes - 2)).empty())
                    continue;
                std::string_view behind = line.text.substr(slashes + 2);
                while (behind.ends_with(' ') || behind.ends_with('\r')) behind.remove_suffix(1);
                piece("--" + std::string(behind), line.begin + slashes);
                script_.sql += '\n';
                return;
            }
        });
    }

    void statement(const RecordedStatement& statement) {
        const SourceSpan place = span(statement.first_line, statement.last_line);
        const std::string_view sql = trim(statement.sql);
        if (sql.empty()) return;
        if (const auto odd = unusable(script_.file, sql)) return unread(place, "a statement", odd->why);
        // What it does is unknown as well: the parser would take the name for a mistake of the file's.
        if (sql.starts_with(kUnknown))
            return unread(place, "a statement", "its text is known only when the migration runs");
        if (!is_closed(sql)) return unread(place, "a statement", "a literal or comment in it is never closed");
        const bool frames = script_.transaction == TransactionMode::per_statement && is_transaction_as_one_query(sql);
        if (frames) frame("BEGIN", place);
        const auto begin = static_cast<std::uint32_t>(script_.sql.size());
        const auto written = text_.substr(place.begin, place.end - place.begin).find(sql);
        if (written != std::string_view::npos)
            piece(sql, place.begin + written);
        else
            piece(sql, place.begin, place.end - place.begin);
        const auto end = static_cast<std::uint32_t>(script_.sql.size());
        script_.sql += "\n;\n";
        if (frames) frame("COMMIT", place);
        hang(statement, begin, end);
        if (sql.find(kUnknown) != std::string_view::npos)
            script_.uncertainties.push_back({begin, end, "a value that is known only when the migration runs"});
        stand_ins(sql);
    }

    void note(const RecordedNote& note) {
        unread(note.line ? span(note.line, note.line) : SourceSpan{script_.file, 0, size()}, note.what, note.why);
    }

    void finish() {
        say_each_once(script_.stand_ins);
        script_.map = SourceMap(std::move(pieces_));
    }

private:
    /// Statements of one branch run together or not at all.
    void hang(const RecordedStatement& statement, std::uint32_t begin, std::uint32_t end) {
        const bool for_rows = is_for_rows(statement);
        const bool goes_on = !statement.asks.empty() && branch_ &&
                             script_.uncertainties[*branch_].asks == asks_of(statement) &&
                             script_.uncertainties[*branch_].for_rows == for_rows;
        if (goes_on) script_.uncertainties[*branch_].end = end;
        if (!goes_on) branch_.reset();
        if (goes_on) return;
        for (const std::string& what : statement.depends_on)
            script_.uncertainties.push_back({begin, end, what, {}, for_rows});
        if (statement.depends_on.empty() && for_rows)
            script_.uncertainties.push_back({begin, end, "how many rows a query finds", {}, for_rows});
        if (statement.asks.empty()) return;
        branch_ = script_.uncertainties.size() - 1;
        script_.uncertainties.back().asks = asks_of(statement);
    }

    /// __unknown_7_, and what else begins as they do.
    void stand_ins(std::string_view sql) {
        for (auto at = sql.find(kUnknown); at != sql.npos; at = sql.find(kUnknown, at + 1)) {
            const auto number = leading_digits(sql.substr(at + kUnknown.size()));
            add_stand_in(script_, std::string(kUnknown) + std::string(number) + "_", "");
        }
    }

    std::uint32_t size() const { return static_cast<std::uint32_t>(text_.size()); }

    void unread(const SourceSpan& place, std::string what, std::string why) {
        script_.unread.push_back({place, std::move(what), std::move(why)});
    }

    void piece(std::string_view sql, std::size_t file, std::optional<std::uint32_t> stands_for = std::nullopt) {
        pieces_.push_back({static_cast<std::uint32_t>(script_.sql.size()), static_cast<std::uint32_t>(file),
                           static_cast<std::uint32_t>(sql.size()), stands_for});
        script_.sql += sql;
    }

    void frame(std::string_view sql, const SourceSpan& place) {
        piece(sql, place.begin, place.end - place.begin);
        script_.sql += ";\n";
    }

    /// Lines without the white space around them; the whole file when nobody knows which.
    SourceSpan span(std::uint32_t first, std::uint32_t last) const {
        if (first == 0 || first > lines_.lines()) return {script_.file, 0, size()};
        last = std::clamp(last, first, lines_.lines());
        const std::uint32_t begin = lines_.begin_of(first);
        const std::uint32_t end = lines_.begin_of(last) + static_cast<std::uint32_t>(lines_.line(last).size());
        const std::string_view inside = text_.substr(begin, end - begin), trimmed = trim(inside);
        if (trimmed.empty()) return {script_.file, begin, end};
        const auto skipped = static_cast<std::uint32_t>(trimmed.data() - inside.data());
        return {script_.file, begin + skipped, begin + skipped + static_cast<std::uint32_t>(trimmed.size())};
    }

    Script& script_;
    std::string_view text_;
    LineIndex lines_;
    std::optional<std::size_t> branch_;  ///< the uncertainty of the statement before, where the catalog is asked
    std::vector<SourceMap::Piece> pieces_;
};

}  // namespace

std::optional<Orm> orm_of(const Script& script) {
    const Format* format = format_called(script.format);
    return format ? format->orm : std::nullopt;
}

Script recorded(Script script, const MigrationFile& file, const Recording& recording) {
    script.unread.clear();
    if (recording.no_transaction) {
        script.transaction = TransactionMode::per_statement;
        script.transaction_reason = *recording.no_transaction;
        script.transaction_assumed = false;
    }
    Writer writer(script, file.text);
    writer.comments();
    for (const RecordedStatement& statement : recording.statements) writer.statement(statement);
    for (const RecordedNote& note : recording.unread) writer.note(note);
    writer.finish();
    if (!recording.complete && recording.statements.empty())
        for (Unread& unread : script.unread) unread.extent = Unread::Extent::file;
    std::stable_sort(script.unread.begin(), script.unread.end(),
                     [](const Unread& a, const Unread& b) { return a.span.begin < b.span.begin; });
    return script;
}

}  // namespace pgfence::extract
