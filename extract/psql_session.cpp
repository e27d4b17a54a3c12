#include "extract/psql_session.h"

#include <algorithm>

#include "core/sql_scanner.h"
#include "core/text.h"
#include "extract/copy_data.h"
#include "extract/lines.h"

namespace pgfence::extract {
namespace {

/// Between the arguments of a command.
bool separates(char c) { return c == ' ' || c == '\t'; }
/// variable_char of psqlscan.l.
bool is_of_variable(char c) { return continues_name(c) && c != '$'; }

class ArgumentReader {
public:
    ArgumentReader(std::string_view text, const PsqlSession& session) : text_(text), session_(session) {}

    std::vector<PsqlArgument> all() {
        std::vector<PsqlArgument> arguments;
        while (true) {
            while (at_ < text_.size() && separates(text_[at_])) ++at_;
            if (at_ >= text_.size()) return arguments;
            now_ = {};
            while (at_ < text_.size() && !separates(text_[at_])) part();
            arguments.push_back(std::move(now_));
        }
    }

private:
    void part() {
        const char c = text_[at_];
        if (c == '\'')
            single_quoted();
        else if (c == '"')
            keep_quoted('"');
        else if (c == '`')
            program();
        else if (c == ':')
            variable();
        else
            now_.text += text_[at_++];
    }

    /// With the escapes of C; '' is one quote.
    void single_quoted() {
        for (++at_; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '\'' && !(at_ + 1 < text_.size() && text_[at_ + 1] == '\'')) {
                ++at_;
                return;
            }
            if (c == '\'') {
                now_.text += text_[++at_];
            } else if (c == '\\' && at_ + 1 < text_.size()) {
                escape(text_[++at_]);
            } else {
                now_.text += c;
            }
        }
    }

    void escape(char c) {
        switch (c) {
            case 'n': now_.text += '\n'; break;
            case 't': now_.text += '\t'; break;
            case 'r': now_.text += '\r'; break;
            case 'b': now_.text += '\b'; break;
            case 'f': now_.text += '\f'; break;
            default: now_.text += c; break;
        }
    }

    void keep_quoted(char quote) {
        const auto close = std::min(text_.find(quote, at_ + 1), text_.size() - 1);
        now_.text += text_.substr(at_, close + 1 - at_);
        at_ = close + 1;
    }

    void program() {
        now_.known = false;
        now_.runs_program = true;
        at_ = std::min(text_.find('`', at_ + 1), text_.size() - 1) + 1;
    }

    void variable() {
        std::size_t from = at_ + 1;
        const char quote = from < text_.size() && (text_[from] == '\'' || text_[from] == '"') ? text_[from] : '\0';
        const bool asks = text_.substr(from).starts_with("{?");
        if (quote != '\0') ++from;
        if (asks) from += 2;
        std::size_t to = from;
        while (to < text_.size() && is_of_variable(text_[to])) ++to;
        const char close = asks ? '}' : quote;
        if (to == from || (close != '\0' && (to >= text_.size() || text_[to] != close))) {
            now_.text += text_[at_++];
            return;
        }
        const PsqlVariable* found = session_.find(text_.substr(from, to - from));
        at_ = to + (close != '\0');
        now_.known = now_.known && found && found->certain && (asks || found->value);
        if (!found || (!asks && !found->value)) return;
        now_.text += asks ? "TRUE" : quote != '\0' ? in_doubled_quotes(*found->value, quote) : *found->value;
    }

    std::string_view text_;
    const PsqlSession& session_;
    std::size_t at_ = 0;
    PsqlArgument now_;
};

/// Any beginning of the word, as `least` bytes at least tell it from others.
bool abbreviates(std::string_view text, std::string_view word, std::size_t least = 1) {
    return text.size() >= least && text.size() <= word.size() && equal_ignoring_case(text, word.substr(0, text.size()));
}

}  // namespace

const PsqlVariable* PsqlSession::find(std::string_view name) const {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : &found->second;
}

std::vector<PsqlArgument> psql_arguments(std::string_view text, const PsqlSession& session) {
    return ArgumentReader(text, session).all();
}

std::optional<bool> psql_condition(std::string_view arguments, const PsqlSession& session) {
    const auto parts = psql_arguments(arguments, session);
    if (parts.size() != 1 || !parts.front().known) return std::nullopt;
    const std::string& text = parts.front().text;
    if (text == "1" || abbreviates(text, "true") || abbreviates(text, "yes") || abbreviates(text, "on", 2)) return true;
    if (text == "0" || abbreviates(text, "false") || abbreviates(text, "no") || abbreviates(text, "off", 2))
        return false;
    return std::nullopt;
}

bool may_concern_psql(std::string_view text) {
    return text.find('\\') != text.npos || text.find(':') != text.npos || may_hold_copy(text);
}

}  // namespace pgfence::extract
