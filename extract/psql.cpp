#include "extract/psql.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/sql_scanner.h"
#include "core/text.h"
#include "extract/copy_data.h"
#include "extract/lines.h"
#include "extract/placeholders.h"
#include "extract/psql_gexec.h"
#include "extract/psql_include.h"
#include "extract/psql_session.h"
#include "extract/template.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// Commands that take the rest of the line as it stands, backslashes and all (OT_WHOLE_LINE in command.c).
constexpr std::array kWholeLine{"!"sv, "copy"sv, "ef"sv, "ev"sv, "h"sv, "help"sv, "sf"sv, "sf+"sv, "sv"sv, "sv+"sv};
/// Commands that send the query so far, as a semicolon does.
constexpr std::array kSend{"g"sv,     "gx"sv,    "gset"sv,        "gexec"sv, "gdesc"sv, "crosstabview"sv,
                           "watch"sv, "parse"sv, "sendpipeline"sv};
constexpr std::array kConditional{"if"sv, "elif"sv, "else"sv, "endif"sv};
/// Commands that change what is shown and how, ask for what is there, or end the script. \d and its kin are not listed.
constexpr std::string_view kHarmless =
    " ? a C bind bind_named close close_prepared conninfo copyright echo endpipeline errverbose f flush flushrequest "
    "getresults h H help html l l+ list lo_list p print pset q qecho quit restrict s sf sf+ startpipeline sv sv+ "
    "syncpipeline t T timing unrestrict warn x z . ";

struct Unseen {
    std::string_view command, why;
};
/// Commands whose work is not in the script.
constexpr std::array kUnseen{
    Unseen{"setenv", "programs that it runs and connections that it opens from here on see another environment"},
    Unseen{"lo_import", "it makes a large object of a file"},
    Unseen{"lo_export", "it writes a file of the machine that runs psql"},
    Unseen{"lo_unlink", "it removes a large object"},
    Unseen{"e", "an editor changes what is sent"},
    Unseen{"edit", "an editor changes what is sent"},
    Unseen{"ef", "an editor changes what is sent"},
    Unseen{"ev", "an editor changes what is sent"},
    Unseen{"password", "it gives a role another password"},
};

/// Encodings in which a byte of another character may be a backslash or a quote: the server sees other text than stands
/// here (those behind PG_ENCODING_BE_LAST, which only clients may have).
constexpr std::array kOtherBytes{"sjis"sv,       "mskanji"sv,     "shiftjis"sv, "win932"sv,     "windows932"sv,
                                 "big5"sv,       "win950"sv,      "gbk"sv,      "win936"sv,     "uhc"sv,
                                 "win949"sv,     "gb18030"sv,     "johab"sv,    "windows936"sv, "windows949"sv,
                                 "windows950"sv, "shiftjis2004"sv};

/// Bytes of a command that a message repeats.
constexpr std::size_t kLongestQuote = 80;
/// Of values that a script sets; one that doubles a variable in each line reaches any size.
constexpr std::size_t kMostBytesSet = 1u << 20;

template <std::size_t n>
bool is_one_of(std::string_view name, const std::array<std::string_view, n>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

struct Command {
    std::size_t begin = 0, end = 0;  ///< with its arguments
    std::string_view name;
    std::string_view arguments;
};

class PsqlReader {
public:
    PsqlReader(const Source& source, Script& script, PsqlSession& session)
        : source_(source), text_(source.text), script_(script), session_(session), lexer_(text_, source.begin) {}

    PsqlFacts read() {
        statement_begin_ = source_.begin;
        SqlPiece token;
        while (lexer_.next(token)) {
            if (token.kind == SqlPiece::Kind::word) copy_.see(text_.substr(token.begin, token.end - token.begin));
            if (token.kind == SqlPiece::Kind::quoted_name || token.kind == SqlPiece::Kind::string) copy_.see("?");
            if (token.kind == SqlPiece::Kind::symbol) symbol(token.begin);
            // A comment speaks of its own lines, and those of an included script are not the file's.
            const bool is_comment =
                token.kind == SqlPiece::Kind::line_comment || token.kind == SqlPiece::Kind::block_comment;
            if (is_comment && session_.running.size() > 1) blank(script_.sql, token.begin, token.end);
        }
        for (; !branches_.empty(); branches_.pop_back()) end_branch(text_.size());
        report_variables();
        return facts_;
    }

private:
    void symbol(std::size_t at) {
        switch (text_[at]) {
            case '(': ++parentheses_; break;
            case ')': parentheses_ -= parentheses_ > 0; break;
            case ';':
                if (parentheses_ == 0 && runs()) statement_ends(at + 1);
                break;
            case ':':
                if (runs()) variable(at);
                break;
            case '\\': command(at); break;
            default: break;
        }
    }

    void statement_ends(std::size_t at) {
        const bool rows_follow = copy_.rows_follow();
        copy_.statement_ends();
        parentheses_ = 0;
        statement_begin_ = at;
        if (rows_follow) skip_rows(line_at(text_, at).next);
    }

    void skip_rows(std::size_t begin) {
        const std::size_t end = end_of_copy_data(text_, begin);
        blank(script_.sql, begin, end);
        lexer_.resume_at(end);
    }

    // ---- backslash commands ---------------------------------------------------------------------------------------

    /// Remembered, so that a line of nothing but commands is not searched for its end by each of them.
    std::size_t end_of_line(std::size_t at) {
        if (at >= line_end_) line_end_ = line_at(text_, at).end;
        return std::max(line_end_, at);
    }

    Command command_at(std::size_t begin) {
        const std::size_t line_end = end_of_line(begin);
        Command command;
        command.begin = begin;
        std::size_t at = begin + 1;
        while (at < line_end && text_[at] != '\\' && text_[at] != ' ' && text_[at] != '\t' && text_[at] != ';') ++at;
        command.name = text_.substr(begin + 1, at - begin - 1);
        command.end = is_one_of(command.name, kWholeLine) || command.name.starts_with('!')
                          ? line_end
                          : end_of_arguments(at, line_end);
        std::string_view arguments = trim(text_.substr(at, command.end - at));
        if (arguments.ends_with("\\\\")) arguments = trim(arguments.substr(0, arguments.size() - 2));
        command.arguments = arguments;
        return command;
    }

    /// "Parsing for arguments stops at the end of the line, or when another unquoted backslash is found."
    std::size_t end_of_arguments(std::size_t at, std::size_t line_end) const {
        char quote = '\0';
        for (; at < line_end; ++at) {
            const char c = text_[at];
            if (quote != '\0') {
                if (c == '\\' && quote == '\'')
                    ++at;
                else if (c == quote)
                    quote = '\0';
            } else if (c == '\'' || c == '"' || c == '`') {
                quote = c;
            } else if (c == '\\') {
                const bool separator = at + 1 < line_end && text_[at + 1] == '\\';
                return separator ? at + 2 : at;
            }
        }
        return line_end;
    }

    void command(std::size_t at) {
        const std::string_view two = text_.substr(at, 2);
        // \; is a semicolon that goes to the server with the rest of the query.
        if (two == "\\;") return blank(script_.sql, at, at + 1);
        // A separator without a command before it.
        if (two == "\\\\") {
            blank(script_.sql, at, at + 2);
            return lexer_.resume_at(at + 2);
        }
        const Command command = command_at(at);
        blank(script_.sql, command.begin, command.end);
        lexer_.resume_at(std::max(command.end, at + 1));
        if (is_one_of(command.name, kConditional))
            conditional(command);
        else if (runs())
            obey(command);
    }

    void obey(const Command& command) {
        if (command.name.starts_with('!')) return unread(command, "it runs a program of the machine that runs psql");
        if (!is_one_of(command.name, kWholeLine)) note_programs(command);
        if (is_one_of(command.name, kSend))
            send(command);
        else if (command.name == "i" || command.name == "include")
            include(command, false);
        else if (command.name == "ir" || command.name == "include_relative")
            include(command, true);
        else if (command.name == "copy")
            client_copy(command);
        else if (command.name == "c" || command.name == "connect")
            connect(command);
        else if (command.name == "r" || command.name == "reset")
            discard(command);
        else if (command.name == "cd")
            session_.moved = true;
        else if (command.name == "o" || command.name == "out")
            write_output(command, psql_arguments(command.arguments, session_));
        else if (command.name == "w" || command.name == "write")
            unread(command, "it writes the query so far to a file or gives it to a program");
        else if (command.name == "encoding")
            change_encoding(command);
        else if (!change_variable(command))
            look_up(command);
    }

    void send(const Command& command) {
        script_.sql[command.begin] = ';';
        if (command.name == "gexec") send_what_query_returns(command);
        // The names are those of the query's columns: any variable may have another value now.
        if (command.name == "gset")
            for (auto& [name, variable] : session_.variables) variable.certain = false;
        if (command.name == "g" || command.name == "gx") write_output(command, behind_options(command));
        statement_ends(command.end);
    }

    void send_what_query_returns(const Command& command) {
        const auto made = made_by_query(text_.substr(statement_begin_, command.begin - statement_begin_));
        if (!made) return unread(command, "the statements are made by the query when the script runs");
        Replacement sent{command.begin, command.end, ";"};
        for (const std::string& statement : made->statements) sent.text += "\n" + statement + "\n;";
        if (!made->certain)
            sent.uncertainties.push_back({1, static_cast<std::uint32_t>(sent.text.size()),
                                          "whether the query of " + quoted(command) + " returns a row"});
        source_.replacements.push_back(std::move(sent));
    }

    /// \g (format=csv tuples_only) file
    std::vector<PsqlArgument> behind_options(const Command& command) const {
        auto arguments = psql_arguments(command.arguments, session_);
        if (arguments.empty() || !arguments.front().text.starts_with('(')) return arguments;
        const auto closes = [](const PsqlArgument& one) { return one.text.ends_with(')'); };
        const auto last = std::find_if(arguments.begin(), arguments.end(), closes);
        arguments.erase(arguments.begin(), last == arguments.end() ? last : last + 1);
        return arguments;
    }

    /// openQueryOutputFile: a file, or a program behind a bar.
    void write_output(const Command& command, const std::vector<PsqlArgument>& to) {
        if (to.empty()) return;
        if (!to.front().known || to.front().text.starts_with('|'))
            return unread(command, "it gives what queries return to a program of the machine that runs psql");
        session_.written.insert(std::string(file_name(to.front().text)));
    }

    static std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

    void note_programs(const Command& command) {
        const auto arguments = psql_arguments(command.arguments, session_);
        if (std::any_of(arguments.begin(), arguments.end(), [](const PsqlArgument& one) { return one.runs_program; }))
            unread(command, "between backticks stands a program that the machine that runs psql runs");
    }

    /// What was written since the last statement is never sent.
    void discard(const Command& command) {
        blank(script_.sql, statement_begin_, command.begin);
        copy_.statement_ends();
        parentheses_ = 0;
        statement_begin_ = command.end;
    }

    void change_encoding(const Command& command) {
        const auto arguments = psql_arguments(command.arguments, session_);
        if (arguments.empty()) return;
        std::string name;
        for (const char c : arguments.front().text)
            if (continues_name(c) && c != '_') name += to_lower(c);
        if (!arguments.front().known || is_one_of(name, kOtherBytes))
            unread(command, "the server takes the bytes from here on for other characters than stand here");
    }

    void look_up(const Command& command) {
        const auto* unseen = std::find_if(kUnseen.begin(), kUnseen.end(),
                                          [&](const Unseen& one) { return one.command == command.name; });
        if (unseen != kUnseen.end()) return unread(command, std::string(unseen->why));
        if (command.name.empty() || command.name.starts_with('d') ||
            kHarmless.find(" " + std::string(command.name) + " ") != kHarmless.npos)
            return;
        if (!unknown_seen_) unread(command, "psql has no such command that is known here");
        unknown_seen_ = true;
    }

    void connect(const Command& command) {
        const auto arguments = psql_arguments(command.arguments, session_);
        if (!arguments.empty() && arguments.front().text != "-")
            unread(command, "what follows runs in that database: it is read as if it were the same");
    }

    void client_copy(const Command& command) {
        unread(command, "it copies rows between the table and the machine that runs psql");
        CopyWatch watch;
        watch.see("copy");
        SqlScanner lexer(command.arguments);
        SqlPiece token;
        while (lexer.next(token))
            if (token.kind == SqlPiece::Kind::word)
                watch.see(command.arguments.substr(token.begin, token.end - token.begin));
        if (watch.rows_follow()) skip_rows(line_at(text_, command.end).next);
    }

    // ---- other scripts --------------------------------------------------------------------------------------------

    void include(const Command& command, bool relative) {
        const auto arguments = psql_arguments(command.arguments, session_);
        if (arguments.empty()) return;
        if (!arguments.front().known) return unread(command, "which file it runs is known only when the script runs");
        if (session_.moved && !relative)
            return unread(command, "which file it runs depends on the folder that \\cd went to");
        if (session_.written.contains(file_name(arguments.front().text)))
            return unread(command, "the script itself writes a file of that name before it runs it");
        Included included = included_script(source_, session_, arguments.front().text, relative);
        if (!included.why_not.empty()) return unread(command, included.why_not);
        Script part;
        part.file = script_.file;
        part.sql = included.text;
        session_.running.push_back(included.path);
        MigrationFile file;
        file.id = source_.file;
        file.role = source_.role;
        file.path = included.path;
        file.text = std::move(included.text);
        Replacements replacements;
        const Source inside = source_of(file, source_.hints, source_.memory, replacements);
        blank(part.sql, 0, inside.begin);
        facts_.autocommit_off |= PsqlReader(inside, part, session_).read().autocommit_off;
        session_.running.pop_back();
        finish_sql(inside, part);
        for (const StandIn& one : part.stand_ins) add_stand_in(script_, one.name, one.written, one.in_name_quotes);
        for (const Unread& one : part.unread)
            script_.unread.push_back({span(command), included.path + ": " + one.what, one.why});
        // What is left of a query is sent when the script ends (MainLoop in mainloop.c).
        source_.replacements.push_back({command.begin, command.end, part.sql + "\n;", std::move(part.uncertainties)});
    }

    // ---- conditions -----------------------------------------------------------------------------------------------

    bool runs() const { return branches_.empty() || branches_.back().state != PsqlBranch::State::skipped; }
    bool may_not_run() const {
        return std::any_of(branches_.begin(), branches_.end(),
                           [](const PsqlBranch& one) { return one.state == PsqlBranch::State::may_run; });
    }

    void conditional(const Command& command) {
        if (command.name == "if") {
            PsqlBranch branch;
            branch.over = !runs();
            branches_.push_back(std::move(branch));
        } else if (branches_.empty()) {
            return;
        } else {
            end_branch(command.begin);
        }
        PsqlBranch& branch = branches_.back();
        branch.begin = command.end;
        if (command.name == "endif")
            branches_.pop_back();
        else if (branch.over)
            branch.state = PsqlBranch::State::skipped;
        else if (command.name == "else")
            begin_otherwise(branch);
        else
            begin_branch(command, branch);
    }

    void begin_branch(const Command& command, PsqlBranch& branch) {
        const auto condition = psql_condition(command.arguments, session_);
        if (!condition) {
            branch.state = PsqlBranch::State::may_run;
            branch.undecided = true;
            branch.condition = quoted(command);
            branch.uncertainty = "whether " + branch.condition + " holds";
            if (!undecided_seen_) unread(command, "which branch runs is known only then: all of them are read");
            undecided_seen_ = true;
        } else {
            branch.over = *condition;
            branch.state = !*condition        ? PsqlBranch::State::skipped
                           : branch.undecided ? PsqlBranch::State::may_run
                                              : PsqlBranch::State::runs;
        }
    }

    static void begin_otherwise(PsqlBranch& branch) {
        branch.state = branch.undecided ? PsqlBranch::State::may_run : PsqlBranch::State::runs;
        branch.uncertainty = "whether " + branch.condition + " does not hold";
    }

    void end_branch(std::size_t end) {
        const PsqlBranch& branch = branches_.back();
        if (branch.state == PsqlBranch::State::skipped) blank(script_.sql, branch.begin, end);
        if (branch.state == PsqlBranch::State::may_run && branch.begin < end)
            script_.uncertainties.push_back(
                {static_cast<std::uint32_t>(branch.begin), static_cast<std::uint32_t>(end), branch.uncertainty});
    }

    // ---- variables ------------------------------------------------------------------------------------------------

    /// False: it is another command.
    bool change_variable(const Command& command) {
        const bool sets = command.name == "set", asks = command.name == "prompt" || command.name == "getenv";
        if (!sets && !asks && command.name != "unset") return false;
        const auto arguments = psql_arguments(command.arguments, session_);
        if (arguments.empty()) return true;
        // \prompt [text] name, \getenv name variable
        const std::string& name = command.name == "prompt" ? arguments.back().text : arguments.front().text;
        PsqlVariable variable{std::string(), !may_not_run()};
        for (std::size_t i = 1; sets && i < arguments.size(); ++i) {
            if (variable.value) *variable.value += arguments[i].text;
            if (!arguments[i].known) variable.value.reset();
        }
        if (asks) variable.value.reset();
        if (variable.value) session_.bytes += variable.value->size();
        if (session_.bytes > kMostBytesSet) variable.value.reset();
        if (name == "AUTOCOMMIT") facts_.autocommit_off = variable.value && equal_ignoring_case(*variable.value, "off");
        if (command.name != "unset")
            session_.variables[name] = std::move(variable);
        else
            session_.variables.erase(name);
        if (name == "SINGLELINE" && command.name != "unset")
            unread(command, "each line ends a statement from here on: they are read as if none did");
        return true;
    }

    /// :name, :'name', :"name" and :{?name}; not the colons of casts, slices and assignments.
    void variable(std::size_t at) {
        const char before = at > 0 ? text_[at - 1] : ' ';
        if (before == ':' || before == ')' || before == ']' || continues_name(before) || at + 1 >= text_.size()) return;
        const char next = text_[at + 1];
        if (starts_name(next)) {
            named_variable(at, at + 1, '\0');
        } else if (next == '\'' || next == '"') {
            named_variable(at, at + 2, next);
        } else if (next == '{' && at + 2 < text_.size() && text_[at + 2] == '?') {
            std::size_t close = at + 3;
            while (continues_name(close < text_.size() ? text_[close] : '\0')) ++close;
            if (close >= text_.size() || text_[close] != '}') return;
            blank(script_.sql, at, close + 1);
            script_.sql.replace(at, 4, "TRUE");
            const PsqlVariable* known = session_.find(text_.substr(at + 3, close - at - 3));
            if (!known || !known->certain) remember_variable(at, close + 1);
            lexer_.resume_at(close + 1);
        }
    }

    void named_variable(std::size_t at, std::size_t from, char quote) {
        std::size_t to = from;
        while (to < text_.size() && continues_name(text_[to]) && text_[to] != '$') ++to;
        if (quote != '\0' && (to >= text_.size() || text_[to] != quote)) to = from - 1;
        const std::size_t end = to + (quote != '\0');
        const PsqlVariable* known = session_.find(text_.substr(from, to > from ? to - from : 0));
        if (!known || !known->certain || !known->value) remember_variable(at, end);
        if (known && known->value) {
            source_.replacements.push_back(
                {at, end, quote != '\0' ? in_doubled_quotes(*known->value, quote) : *known->value});
            blank(script_.sql, at, end);
            lexer_.resume_at(end);
        } else {
            stand_in(at, from, to, quote);
        }
    }

    /// name$ for :name, in its quotes: what is quoted stays the literal or the name that psql would make of it, and no
    /// byte moves.
    void stand_in(std::size_t at, std::size_t from, std::size_t to, char quote) {
        script_.sql[at] = ' ';
        // Two strings with nothing between them would be one.
        if (to <= from || (at > 0 && text_[at - 1] == quote)) return;
        const std::string name(text_.substr(from, to - from));
        const std::string in_quotes = quote == '\0' ? "" : std::string(1, quote);
        const std::string standing = in_quotes + name + "$" + in_quotes;
        script_.sql.replace(at, standing.size(), standing);
        add_stand_in(script_, name + "$", ":" + name, quote == '"');
    }

    void remember_variable(std::size_t begin, std::size_t end) {
        if (variables_++ == 0) first_variable_ = begin;
        script_.uncertainties.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                                         "the value of " + std::string(text_.substr(begin, end - begin))});
    }

    void report_variables() {
        if (variables_ == 0) return;
        const auto begin = static_cast<std::uint32_t>(first_variable_);
        const std::string many = variables_ == 1 ? "a psql variable" : std::to_string(variables_) + " psql variables";
        script_.unread.push_back({{script_.file, begin, begin + 1},
                                  many,
                                  "its value is only known at run time: a placeholder takes its place"});
    }

    // ---- what is listed -------------------------------------------------------------------------------------------

    std::string_view whole(const Command& command) const {
        std::string_view whole = trim(text_.substr(command.begin, command.end - command.begin));
        while (whole.ends_with('\\')) whole = trim(whole.substr(0, whole.size() - 1));
        return whole;
    }
    std::string quoted(const Command& command) const { return std::string(whole(command).substr(0, kLongestQuote)); }
    SourceSpan span(const Command& command) const {
        return source_.span(command.begin, command.begin + whole(command).size());
    }
    void unread(const Command& command, std::string why) {
        script_.unread.push_back({span(command), "psql command " + quoted(command), std::move(why)});
    }

    const Source& source_;
    std::string_view text_;
    Script& script_;
    PsqlSession& session_;
    SqlScanner lexer_;
    CopyWatch copy_;
    PsqlFacts facts_;
    std::vector<PsqlBranch> branches_;
    std::size_t parentheses_ = 0;
    std::size_t statement_begin_ = 0;
    std::size_t line_end_ = 0;
    std::size_t variables_ = 0, first_variable_ = 0;
    bool undecided_seen_ = false, unknown_seen_ = false;
};

}  // namespace

PsqlFacts read_psql(const Source& source, Script& script) {
    if (!may_concern_psql(source.text)) return {};
    PsqlSession session;
    session.running.emplace_back(source.path);
    for (const auto& [name, value] : source.hints.placeholders) session.variables[name] = {value, true};
    return PsqlReader(source, script, session).read();
}

}  // namespace pgfence::extract
