#include "extract/program/sql_writer.h"

#include <algorithm>

#include "core/sql_scanner.h"
#include "core/stand_in.h"
#include "core/suppression_words.h"
#include "core/text.h"
#include "extract/lines.h"
#include "extract/one_query.h"
#include "extract/placeholders.h"
#include "extract/program/named_placeholders.h"
#include "extract/program/questions.h"
#include "extract/program/sql_text.h"

namespace pgfence::extract {
namespace {

/// No migration of 29,606 has more; a loop made to flood us does.
constexpr std::size_t kMostSql = 8u << 20;
/// Of one statement: who reads more than that?
constexpr std::size_t kMostConditions = 6;
/// Of branches that the catalog is asked about; nobody writes more.
constexpr std::size_t kMostGuarded = 1'000;
/// Of what was listed just before: a loop's own calls.
constexpr std::ptrdiff_t kListedBefore = 8;
/// Of all statements, so that conditions within conditions cost no more than the file.
constexpr std::size_t kMostLooksAtConditions = 2'000'000;

}  // namespace

void SqlWriter::anchor(std::uint32_t file_offset) {
    pieces_.push_back({static_cast<std::uint32_t>(script_.sql.size()), file_offset, 0});
}

void SqlWriter::take_comments(const Tree& tree, std::string_view text) {
    const auto line_end = [&](std::size_t from) {
        return static_cast<std::uint32_t>(std::min(text.find('\n', from), text.size()));
    };
    text_ = text;
    for (const auto& [begin, end] : tree.comments) {
        std::string_view comment = text.substr(begin, end - begin);
        if (!may_hold_suppression(comment) || comment.find('\n') != std::string_view::npos) continue;
        const std::uint32_t own = line_end(end);
        comment.remove_prefix(std::min(comment.find_first_not_of("# "), comment.size()));
        const auto line = text.rfind('\n', begin);
        const auto line_begin = static_cast<std::uint32_t>(line == std::string_view::npos ? 0 : line + 1);
        // One behind code is about its own line only.
        const bool alone =
            text.substr(line_begin, begin - line_begin).find_first_not_of(" \t") == std::string_view::npos;
        const std::uint32_t last = alone && own + 1 < text.size() ? line_end(own + 1) : own;
        comments_.push_back({begin, end, line_begin, last, comment});
    }
}

void SqlWriter::addressed_to_us(ByteRange call) {
    for (const Comment& comment : comments_) {
        const bool above = comment.begin < call.begin && call.begin <= comment.next_line_end;
        const bool behind = call.end <= comment.begin && comment.line_begin <= call.end;
        if (!above && !behind) continue;
        anchor(call.begin);
        script_.sql += "-- ";
        const auto offset = static_cast<std::uint32_t>(script_.sql.size());
        const auto length = static_cast<std::uint32_t>(comment.text.size());
        pieces_.push_back({offset, comment.end - length, length});
        script_.sql.append(comment.text).append("\n");
    }
}

bool SqlWriter::has_room(std::string_view sql, ByteRange call) {
    if (script_.sql.size() + sql.size() <= kMostSql) return true;
    if (!full_) unread(call, "more than 8 MB of SQL", "too much to read");
    full_ = true;
    return false;
}

void SqlWriter::frame(std::string_view sql, ByteRange place) {
    if (!has_room(sql, place)) return;
    pieces_.push_back({static_cast<std::uint32_t>(script_.sql.size()), place.begin,
                       static_cast<std::uint32_t>(sql.size()), place.end - place.begin});
    watch_transaction(sql);
    script_.sql += sql;
    anchor(place.end);
    script_.sql += ";\n";
}

void SqlWriter::watch_transaction(std::string_view sql) {
    std::string_view rest = sql;
    const std::string first = lower_case(trim(take_word(rest), ";"));
    if (first == "begin" || first == "start") in_transaction_ = true;
    if (first == "commit" || first == "end" || first == "rollback" || first == "abort") in_transaction_ = false;
}

namespace {

/// The author's text for a setting, where that can stand elsewhere in the file; else empty.
std::string_view code_of(const NamedPlaceholder& placeholder, std::string_view file) {
    constexpr std::size_t kLongest = 60;
    if (placeholder.begin >= placeholder.end || placeholder.end > file.size() ||
        placeholder.end - placeholder.begin > kLongest)
        return {};
    const std::string_view code = file.substr(placeholder.begin, placeholder.end - placeholder.begin);
    // Of what another file's function reads, it is the call of that function.
    const auto open = placeholder.written.find('(');
    const bool is_call = open != placeholder.written.npos, said_as_call = contains(code, "(");
    const std::string_view whole = std::string_view(placeholder.written).substr(0, open);
    const bool is_of_function = said_as_call && (!is_call || !contains(code, whole.substr(whole.rfind('.') + 1)));
    const bool is_plain = is_letter_or_digit(code.front()) && code.find_first_of("\n=#") == code.npos;
    return is_plain && !is_of_function ? code : std::string_view();
}

}  // namespace

void SqlWriter::remember(const NamedPlaceholder& placeholder) {
    const std::string code(code_of(placeholder, text_));
    settings_.try_emplace(placeholder.name, StandIn{.name = placeholder.name,
                                                    .written = "{" + (code.empty() ? placeholder.written : code) + "}",
                                                    .is_code = true,
                                                    .code = code});
}

/// A schema whose name only the program's settings tell is one all the same, where the file has no other such: like a
/// placeholder of a text (extract/placeholders.h). Gives the SQL with a plain name in its places.
std::string SqlWriter::with_schema_known(std::string_view sql, const std::vector<NamedPlaceholder>& placeholders) {
    std::string known(sql);
    for (const auto& [begin, end] : schemas_in(sql, placeholders)) {
        const std::string_view name = sql.substr(begin, end - begin);
        if (schema_.empty()) schema_ = name;
        if (schema_ != name) continue;
        const std::size_t offset = script_.sql.size();
        schema_places_.emplace_back(static_cast<std::uint32_t>(offset + begin),
                                    static_cast<std::uint32_t>(offset + end));
        known.replace(begin, end - begin, end - begin, 'x');
    }
    for (const NamedPlaceholder& placeholder : placeholders) remember(placeholder);
    return known;
}

void SqlWriter::made(std::string_view sql, ByteRange call, const std::vector<NamedPlaceholder>& placeholders) {
    if (!has_room(sql, call)) return;
    addressed_to_us(call);
    if (!schemas_in(with_schema_known(sql, placeholders), placeholders).empty())
        unread(call, "a second schema that only the settings tell", "it may be the same as the first, or another");
    // The tool quotes a name that needs it.
    for (const NamedPlaceholder& placeholder : placeholders) settings_[placeholder.name].in_name_quotes = true;
    const auto begin = static_cast<std::uint32_t>(script_.sql.size());
    frame(sql, call);
    sent_.push_back({.begin = begin, .end = static_cast<std::uint32_t>(script_.sql.size()), .made = true});
}

namespace {

/// What was not known of the text were placeholders that stand in `known` no more. A text that was changed after one
/// was put in has lost it, and a backslash may be an escape of the program's that is not read.
bool is_all_known(const Value& sql, std::string_view known) {
    const bool has_all =
        std::all_of(sql.placeholders.begin(), sql.placeholders.end(),
                    [&](const NamedPlaceholder& placeholder) { return contains(sql.text, placeholder.name); });
    return !sql.placeholders.empty() && has_all && !contains(known, kPlaceholder) && !contains(known, "\\");
}

}  // namespace

void SqlWriter::written(const Value& sql, ByteRange call) {
    if (!has_room(sql.text, call)) return;
    // What opens a literal may be closed by what the program puts in; here it would swallow the statements behind.
    // And what begins with it, may be any statement.
    if (sql.holds_unknown && (trim(sql.text).starts_with(kPlaceholder) || !is_closed(sql.text)))
        return unread(call, as_written(sql, call), "its text is known only when the migration runs");
    const bool frames = alone_ && !in_transaction_ && is_transaction_as_one_query(sql.text);
    if (frames) frame("BEGIN", call);
    watch_transaction(sql.text);
    addressed_to_us(call);
    anchor(call.begin);
    const auto offset = static_cast<std::uint32_t>(script_.sql.size());
    const std::string known = with_schema_known(sql.text, sql.placeholders);
    for (const SourceMap::Piece& piece : sql.pieces) pieces_.push_back({offset + piece.sql, piece.file, piece.length});
    script_.sql += sql.text;
    // The text may end in a line comment.
    script_.sql += "\n;\n";
    sent_.push_back({.begin = offset, .end = static_cast<std::uint32_t>(script_.sql.size())});
    if (frames) frame("COMMIT", call);
    if (sql.holds_unknown && !is_all_known(sql, known) && !placeholders_are_values(known))
        unread(call, as_written(sql, call),
               "the program fills in a value that is only known at run time: a placeholder takes its place");
}

/// In the words of the one who wrote it: "an f-string with `{table}`".
std::string SqlWriter::as_written(const Value& sql, ByteRange call) const {
    constexpr std::size_t kLongest = 40;
    const bool inside = call.begin <= sql.begin && sql.begin < sql.end && sql.end <= call.end;
    const std::size_t begin = inside ? sql.begin : call.begin, end = inside ? sql.end : call.end;
    std::string_view text = begin < text_.size() ? text_.substr(begin, end - begin) : std::string_view();
    if (text.empty()) return "SQL with a value that is not known";
    const auto with = [&](std::string_view what, std::string_view open) {
        const auto at = text.find(open);
        const auto close = at == text.npos ? at : text.find('}', at);
        // Of several, which one is not known cannot be told from here.
        if (close == text.npos || close - at > kLongest || text.find(open, close) != text.npos)
            return std::string(what);
        return std::string(what) + " with `" + one_line(text.substr(at, close + 1 - at)) + "`";
    };
    const auto holds = [&](std::string_view part) { return contains(text, part); };
    if (holds("f\"") || holds("f'") || holds("F\"") || holds("F'")) return with("an f-string", "{");
    if (holds("#{")) return with("a string", "#{");
    if (holds("' +") || holds("\" +") || holds("+ '") || holds("+ \"")) return "a string put together with `+`";
    if (holds(".format(")) return "a string that `format()` fills";
    if (holds("\" %") || holds("' %")) return "a string that `%` fills";
    const bool is_name =
        std::all_of(text.begin(), text.end(), [](char c) { return is_letter_or_digit(c) || c == '_' || c == '.'; });
    if (is_name && text.size() <= kLongest) return "`" + std::string(text) + "`";
    if (inside && !is_name && text.back() == ')')
        if (const auto name = text.substr(0, text.find('(')); !name.empty() && name.size() <= kLongest)
            return "a call of `" + one_line(name) + "`";
    return "SQL with a value that is not known";
}

void SqlWriter::unread(ByteRange place, std::string what, std::string why, Unread::Extent extent) {
    const std::string elsewhere = where_ ? where_() : std::string();
    const bool is_elsewhere = !elsewhere.empty();
    if (is_elsewhere) why.append(" (").append(elsewhere).append(")");
    // A loop comes by the same call again and again, and so do many calls of one helper in another file.
    const auto same = [&](const Unread& one) {
        const bool here = one.span.begin == place.begin && one.span.end == place.end;
        return (here || is_elsewhere) && one.what == what && one.why == why;
    };
    const auto from = script_.unread.end() - std::min<std::ptrdiff_t>(std::ssize(script_.unread), kListedBefore);
    if (std::any_of(from, script_.unread.end(), same)) return;
    script_.unread.push_back({{file_, place.begin, place.end}, std::move(what), std::move(why), extent});
}

void SqlWriter::hangs(std::size_t from, std::size_t to, const std::string& what,
                      const std::vector<SchemaQuestion>& asks) {
    if (from >= to) return;
    if (!asks.empty() && guarded_.size() < kMostGuarded) return guarded_.push_back({from, to, what, asks});
    for (std::size_t i = from; i < to && conditions_ < kMostLooksAtConditions; ++i, ++conditions_) {
        std::vector<std::string>& all = sent_[i].depends_on;
        const bool known = std::find(all.begin(), all.end(), what) != all.end();
        if (!known && all.size() < kMostConditions) all.push_back(what);
    }
}

bool SqlWriter::leaves_answer_since(const SchemaQuestion& asked, std::size_t from) const {
    for (std::size_t i = from; i < sent_.size(); ++i) {
        const std::string_view sql =
            std::string_view(script_.sql).substr(sent_[i].begin, sent_[i].end - sent_[i].begin);
        if (!sent_[i].made || !leaves_answer(sql, asked)) return false;
    }
    return true;
}

bool SqlWriter::asked_for_any_rows() const {
    if (sent_.empty()) return false;
    const std::string_view query =
        std::string_view(script_.sql).substr(sent_.back().begin, sent_.back().end - sent_.back().begin);
    SqlScanner scanner(query);
    bool reads = false;
    for (SqlPiece piece; scanner.next(piece);) {
        if (piece.kind != SqlPiece::Kind::word) continue;
        const std::string word = lower_case(query.substr(piece.begin, piece.end - piece.begin));
        // SELECT 1
        reads |= word == "from";
        if (word == "insert" || word == "update" || word == "delete") return false;
    }
    return reads && !picks_rows(query);
}

bool SqlWriter::is_conditional(std::size_t statement) const {
    return (statement < sent_.size() && !sent_[statement].depends_on.empty()) ||
           std::any_of(guarded_.begin(), guarded_.end(),
                       [&](const Guarded& branch) { return branch.from <= statement && statement < branch.to; });
}

void SqlWriter::for_rows(std::size_t from) {
    for (std::size_t i = from; i < sent_.size(); ++i) sent_[i].for_rows = true;
}

void SqlWriter::mark(std::size_t from, std::string_view mark) {
    for (std::size_t i = from; i < sent_.size(); ++i)
        // One block may stand in another.
        if (std::find(sent_[i].marks.begin(), sent_[i].marks.end(), mark) == sent_[i].marks.end())
            sent_[i].marks.emplace_back(mark);
}

void SqlWriter::drops(ConstraintType type) {
    if (!sent_.empty()) sent_.back().drops = type;
}

void report_syntax(const Tree& tree, std::string_view text, SqlWriter& out) {
    if (tree.given_up)
        out.unread({0, static_cast<std::uint32_t>(text.size())}, "a whole file", "its syntax takes too long to read",
                   Unread::Extent::file);
    for (const auto& [begin, end] : tree.broken)
        out.unread({begin, end}, "a syntax error", "what stands around it may be missed");
    for (const auto& [begin, end] : tree.too_deep)
        out.unread({begin, end}, "a program nested too deep", "its contents are not read");
}

/// Each statement tells what it depends on, and no output says the names that are ours.
void SqlWriter::tell_schema() {
    std::string said = schema_;
    for (const auto& [name, setting] : settings_) {
        if (contains(script_.sql, name)) script_.stand_ins.push_back(setting);
        const auto at = said.find(name);
        const std::string_view written = setting.written;
        if (at != said.npos)
            said.replace(at, name.size(), said == name ? written.substr(1, written.size() - 2) : written);
    }
    for (const auto& [begin, end] : schema_places_)
        script_.uncertainties.push_back({begin, end, "the value of " + quote_of(said)});
}

void SqlWriter::stands_in(std::string_view word, const std::vector<std::string>& what) {
    if (sent_.empty()) return;
    std::size_t at = sent_.back().begin;
    for (const std::string& one : what) {
        at = script_.sql.find(word, at);
        if (at == script_.sql.npos) return;
        script_.uncertainties.push_back(
            {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + word.size()), one});
        at += word.size();
    }
}

namespace {

/// Not one to a savepoint.
bool is_whole_rollback(std::string_view sql) {
    sql = trim(sql, " \t\r\n;");
    for (const std::string_view written : {"rollback", "abort", "rollback work", "rollback transaction"})
        if (equal_ignoring_case(sql, written)) return true;
    return false;
}

}  // namespace

/// What a handler takes back is what has failed: behind the handler is a migration that has not.
void SqlWriter::leave_out_rollbacks_of_handlers() {
    const auto leave_out = [&](const Sent& one) {
        if (is_whole_rollback(std::string_view(script_.sql).substr(one.begin, one.end - one.begin)))
            blank(script_.sql, one.begin, one.end);
    };
    for (const Sent& statement : sent_)
        if (std::find(statement.depends_on.begin(), statement.depends_on.end(), kErrorBefore) !=
            statement.depends_on.end())
            leave_out(statement);
    for (const Guarded& branch : guarded_)
        for (std::size_t i = branch.from; branch.what == kErrorBefore && i < branch.to; ++i) leave_out(sent_[i]);
}

void SqlWriter::finish() {
    tell_schema();
    leave_out_rollbacks_of_handlers();
    for (Sent& statement : sent_)
        for (std::string& what : statement.depends_on)
            script_.uncertainties.push_back({statement.begin, statement.end, std::move(what), {}, statement.for_rows});
    for (Guarded& branch : guarded_)
        script_.uncertainties.push_back(
            {sent_[branch.from].begin, sent_[branch.to - 1].end, std::move(branch.what), std::move(branch.asks)});
    std::stable_sort(script_.uncertainties.begin(), script_.uncertainties.end(),
                     [](const Uncertainty& a, const Uncertainty& b) { return a.begin < b.begin; });
    if (conditions_ >= kMostLooksAtConditions)
        unread({0, 0}, "conditions within conditions", "more than are followed: what hangs on them is not all marked");
    for (const std::string_view name : {std::string_view("unknown_value"), kUnknownType})
        if (contains(script_.sql, name)) add_stand_in(script_, name, "");
    // Without pieces a map answers the offset it is given.
    if (pieces_.empty()) pieces_.push_back({0, 0, 0});
    script_.map = SourceMap(std::move(pieces_));
    for (Sent& statement : sent_) {
        if (statement.drops) script_.dropped_kinds.push_back({statement.begin, statement.end, *statement.drops});
        statement.marks.insert(statement.marks.end(), marks_of_file_.begin(), marks_of_file_.end());
        while (statement.end > statement.begin &&
               (is_blank(script_.sql[statement.end - 1]) || script_.sql[statement.end - 1] == ';'))
            --statement.end;
        for (std::string& mark : statement.marks)
            script_.marks.push_back({script_.map.span(file_, statement.begin, statement.end), std::move(mark)});
    }
}

}  // namespace pgfence::extract
