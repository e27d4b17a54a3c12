#include "extract/psql.h"

#include <algorithm>
#include <array>
#include <string>

#include "extract/blank.h"
#include "extract/lines.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// Commands that take the rest of the line as it stands, backslashes and all (OT_WHOLE_LINE in command.c).
constexpr std::array kWholeLine{"!"sv, "copy"sv, "ef"sv, "ev"sv, "h"sv, "help"sv, "sf"sv, "sf+"sv, "sv"sv, "sv+"sv};
/// Commands that send the query so far, as a semicolon does.
constexpr std::array kSend{"g"sv, "gx"sv, "gset"sv, "gexec"sv, "gdesc"sv, "crosstabview"sv, "watch"sv};
constexpr std::array kInclude{"i"sv, "ir"sv, "include"sv, "include_relative"sv};

/// Bytes of a command that a message repeats.
constexpr std::size_t kLongestQuote = 80;

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
    PsqlReader(std::string_view text, std::size_t from, Script& script)
        : text_(text), script_(script), lexer_(text, from) {}

    PsqlFacts read() {
        Token token;
        while (lexer_.next(token)) {
            if (token.kind == Token::Kind::word) copy_.see(text_.substr(token.begin, token.end - token.begin));
            if (token.kind == Token::Kind::quoted_name || token.kind == Token::Kind::string) copy_.see("?");
            if (token.kind == Token::Kind::symbol) symbol(token.begin);
        }
        report_variables();
        return facts_;
    }

private:
    void symbol(std::size_t at) {
        switch (text_[at]) {
            case '(': ++parentheses_; break;
            case ')': parentheses_ -= parentheses_ > 0; break;
            case ';':
                if (parentheses_ == 0) statement_ends(at + 1);
                break;
            case ':': variable(at); break;
            case '\\': command(at); break;
            default: break;
        }
    }

    void statement_ends(std::size_t at) {
        const bool rows_follow = copy_.rows_follow();
        copy_.statement_ends();
        parentheses_ = 0;
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
        command.arguments = trim(text_.substr(at, command.end - at));
        return command;
    }

    /// "Parsing for arguments stops at the end of the line, or when another unquoted backslash is found."
    std::size_t end_of_arguments(std::size_t at, std::size_t line_end) const {
        char quote = '\0';
        for (; at < line_end; ++at) {
            const char c = text_[at];
            if (quote != '\0') {
                if (c == quote) quote = '\0';
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
        obey(command);
    }

    void obey(const Command& command) {
        if (is_one_of(command.name, kSend)) {
            script_.sql[command.begin] = ';';
            if (command.name == "gexec") unread(command, "the statements are made by the query when the script runs");
            statement_ends(command.end);
        } else if (is_one_of(command.name, kInclude)) {
            unread(command, "it runs another file, which is not read from here");
        } else if (command.name.starts_with('!')) {
            unread(command, "it runs a program of the machine that runs psql");
        } else if (command.name == "copy") {
            client_copy(command);
        } else if (command.name == "if" && !conditional_seen_) {
            conditional_seen_ = true;
            unread(command, "which branch runs is known only then: all of them are read");
        } else if (command.name == "set") {
            set(command.arguments);
        }
    }

    void client_copy(const Command& command) {
        unread(command, "it copies rows between the table and the machine that runs psql");
        CopyWatch watch;
        watch.see("copy");
        SqlLexer lexer(command.arguments);
        Token token;
        while (lexer.next(token))
            if (token.kind == Token::Kind::word)
                watch.see(command.arguments.substr(token.begin, token.end - token.begin));
        if (watch.rows_follow()) skip_rows(line_at(text_, command.end).next);
    }

    void set(std::string_view arguments) {
        const std::string_view name = take_word(arguments);
        const std::string_view value = take_word(arguments);
        if (name == "AUTOCOMMIT") facts_.autocommit_off = equal_ignoring_case(value, "off");
    }

    void unread(const Command& command, std::string why) {
        std::string_view whole = trim(text_.substr(command.begin, command.end - command.begin));
        while (whole.ends_with('\\')) whole = trim(whole.substr(0, whole.size() - 1));
        const auto begin = static_cast<std::uint32_t>(command.begin);
        const SourceSpan span{script_.file, begin, begin + static_cast<std::uint32_t>(whole.size())};
        script_.unread.push_back({span, "psql command " + std::string(whole.substr(0, kLongestQuote)), std::move(why)});
    }

    // ---- variables ------------------------------------------------------------------------------------------------

    /// :name, :'name', :"name" and :{?name}; not the colons of casts, slices and assignments.
    void variable(std::size_t at) {
        const char before = at > 0 ? text_[at - 1] : ' ';
        if (before == ':' || before == ')' || before == ']' || continues_name(before) || at + 1 >= text_.size()) return;
        const char next = text_[at + 1];
        if (starts_name(next) || next == '\'' || next == '"') {
            // What is quoted stays as the literal or the name that psql would make of it.
            script_.sql[at] = ' ';
            remember_variable(at);
        } else if (next == '{' && at + 2 < text_.size() && text_[at + 2] == '?') {
            std::size_t close = at + 3;
            while (continues_name(close < text_.size() ? text_[close] : '\0')) ++close;
            if (close >= text_.size() || text_[close] != '}') return;
            blank(script_.sql, at, close + 1);
            script_.sql.replace(at, 4, "TRUE");
            remember_variable(at);
            lexer_.resume_at(close + 1);
        }
    }

    void remember_variable(std::size_t at) {
        if (variables_++ == 0) first_variable_ = at;
    }

    void report_variables() {
        if (variables_ == 0) return;
        const auto begin = static_cast<std::uint32_t>(first_variable_);
        const std::string many = variables_ == 1 ? "a psql variable" : std::to_string(variables_) + " psql variables";
        script_.unread.push_back({{script_.file, begin, begin + 1},
                                  many,
                                  "the value is known only when the script runs: its name is read in its place"});
    }

    std::string_view text_;
    Script& script_;
    SqlLexer lexer_;
    CopyWatch copy_;
    PsqlFacts facts_;
    std::size_t parentheses_ = 0;
    std::size_t line_end_ = 0;
    std::size_t variables_ = 0, first_variable_ = 0;
    bool conditional_seen_ = false;
};

}  // namespace

void CopyWatch::see(std::string_view word) {
    switch (state_) {
        case State::start: state_ = equal_ignoring_case(word, "copy") ? State::copy : State::other; break;
        case State::copy:
            if (equal_ignoring_case(word, "from")) state_ = State::from;
            break;
        case State::from: state_ = equal_ignoring_case(word, "stdin") ? State::from_stdin : State::copy; break;
        case State::from_stdin:
        case State::other: break;
    }
}

std::size_t end_of_copy_data(std::string_view text, std::size_t begin) {
    while (begin < text.size()) {
        const Line line = line_at(text, begin);
        if (line.text == "\\.") return line.next;
        begin = line.next;
    }
    return text.size();
}

PsqlFacts read_psql(std::string_view text, std::size_t from, Script& script) {
    return PsqlReader(text, from, script).read();
}

}  // namespace pgfence::extract
