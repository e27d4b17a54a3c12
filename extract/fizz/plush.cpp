#include "extract/fizz/plush.h"

#include <algorithm>

#include "core/text.h"

namespace pgfence::extract::plush {
namespace {

using Kind = Expression::Kind;

constexpr int kDeepest = 60;

struct Token {
    enum class Type : std::uint8_t { name, text, number, symbol, end, odd };
    Type type = Type::end;
    std::uint32_t begin = 0, end = 0;

    bool is(Type wanted) const { return type == wanted; }
};

bool begins_name(char c) { return is_letter(c) || c == '_'; }
bool goes_on_as_name(char c) { return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.'; }

/// lexer/lexer.go
class Lexer {
public:
    Lexer(std::string_view text, Program& program) : text_(text), program_(program) {}

    Token next() {
        const bool behind_comment = skip_blanks_and_comments();
        const Token token = take();
        // Plush leaves out the byte behind the first token that follows a comment: where that would begin something
        // else, what it reads is not what stands there.
        if (behind_comment && at_ < text_.size() && std::string_view("#\"`").find(text_[at_]) != std::string_view::npos)
            return {Token::Type::odd, token.begin, token.begin};
        return token;
    }

private:
    bool skip_blanks_and_comments() {
        bool had_comment = false;
        while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == '#')) {
            const std::size_t begin = at_++;
            if (text_[begin] != '#') continue;
            had_comment = true;
            at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
            program_.comments.emplace_back(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_));
        }
        return had_comment;
    }

    Token take() {
        const auto begin = static_cast<std::uint32_t>(at_);
        if (at_ == text_.size()) return {Token::Type::end, begin, begin};
        const char first = text_[at_];
        const Token::Type type = begins_name(first) ? name()
                                 : is_digit(first)  ? number()
                                 : first == '"'     ? quoted()
                                 : first == '`'     ? between_backticks()
                                                    : symbol();
        return {type, begin, static_cast<std::uint32_t>(at_)};
    }

    Token::Type name() {
        while (at_ < text_.size() && goes_on_as_name(text_[at_])) ++at_;
        return Token::Type::name;
    }
    Token::Type number() {
        while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
        return Token::Type::number;
    }
    /// Only \" is an escape. Of two that touch, Plush takes the second one's quote for the end.
    Token::Type quoted() {
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_.substr(at_).starts_with("\\\"")) at_ += 2;
            if (at_ < text_.size() && text_[at_] == '"') {
                ++at_;
                return Token::Type::text;
            }
        }
        at_ = text_.size();
        return Token::Type::odd;
    }
    Token::Type between_backticks() {
        const auto close = text_.find('`', at_ + 1);
        at_ = close == text_.npos ? text_.size() : close + 1;
        return close == text_.npos ? Token::Type::odd : Token::Type::text;
    }
    Token::Type symbol() {
        for (const std::string_view two : {"==", "!=", "<=", ">=", "~=", "&&", "||"})
            if (text_.substr(at_).starts_with(two)) {
                at_ += 2;
                return Token::Type::symbol;
            }
        // <% and %> end the program, and what stands behind them is a page.
        const bool is_known = std::string_view("=+-!/*<>~;:,.{}()[]").find(text_[at_]) != std::string_view::npos;
        if (!is_known || text_.substr(at_).starts_with("<%")) return Token::Type::odd;
        ++at_;
        return Token::Type::symbol;
    }

    std::string_view text_;
    Program& program_;
    std::size_t at_ = 0;
};

/// parser/parser.go
class Parser {
public:
    Parser(std::string_view text, Program& program) : text_(text), program_(program), lexer_(text, program) { step(); }

    void run() {
        while (!broken_ && !token_.is(Token::Type::end)) {
            Expression statement = one_statement();
            if (!broken_) program_.statements.push_back(std::move(statement));
        }
        if (broken_) program_.broken = statement_begin_;
    }

private:
    std::string_view word() const { return text_.substr(token_.begin, token_.end - token_.begin); }
    bool at(std::string_view symbol) const { return token_.is(Token::Type::symbol) && word() == symbol; }
    void step() {
        last_end_ = token_.end;
        token_ = lexer_.next();
    }
    void expect(std::string_view symbol) {
        if (at(symbol))
            step();
        else
            broken_ = true;
    }

    Expression one_statement() {
        statement_begin_ = depth_ == 0 ? token_.begin : statement_begin_;
        Expression statement;
        if (token_.is(Token::Type::name) && (word() == "let" || word() == "return")) {
            statement.begin = token_.begin;
            statement.text = word() == "let" ? "a variable" : "`return`";
            step();
            one_expression();
            statement.end = last_end_;
        } else {
            statement = one_expression();
        }
        if (at(";")) step();
        return statement;
    }

    std::vector<Expression> block() {
        std::vector<Expression> statements;
        expect("{");
        while (!broken_ && !at("}") && !token_.is(Token::Type::end)) statements.push_back(one_statement());
        expect("}");
        return statements;
    }

    Expression one_expression() {
        if (++depth_ > kDeepest) broken_ = true;
        Expression whole = broken_ ? Expression() : operand();
        while (!broken_ && is_operator()) {
            const bool adds = at("+");
            step();
            Expression right = operand();
            whole = joined(std::move(whole), std::move(right), adds);
        }
        --depth_;
        return whole;
    }

    bool is_operator() const {
        for (const std::string_view symbol :
             {"=", "+", "-", "/", "*", "==", "!=", "~", "~=", "<", ">", "<=", ">=", "&&", "||", "."})
            if (at(symbol)) return true;
        return false;
    }

    static Expression joined(Expression left, Expression right, bool adds) {
        Expression whole;
        whole.begin = left.begin;
        whole.end = right.end;
        whole.text = "an expression";
        if (!adds) return whole;
        whole.kind = Kind::sum;
        whole.parts.push_back(std::move(left));
        whole.parts.push_back(std::move(right));
        return whole;
    }

    /// With what is called or looked up in it.
    Expression operand() {
        const std::uint32_t begin = token_.begin;
        Expression one = primary();
        one.begin = begin;
        while (!broken_ && (at("(") || at("["))) {
            const bool is_call = at("(");
            const bool of_name = is_call && one.is(Kind::name);
            Expression whole;
            whole.kind = of_name ? Kind::call : Kind::other;
            whole.text = of_name ? one.text : "an expression";
            whole.parts = listed(is_call ? ")" : "]");
            if (is_call && at("{")) whole.block = block();
            whole.begin = begin;
            one = std::move(whole);
        }
        one.end = last_end_;
        return one;
    }

    Expression primary() {
        Expression one;
        const std::string_view said = word();
        if (token_.is(Token::Type::name)) {
            if (said == "if" || said == "for" || said == "fn" || said == "func") return compound();
            one.kind = Kind::name;
            one.text = said;
            step();
        } else if (token_.is(Token::Type::text)) {
            one = text();
            step();
        } else if (token_.is(Token::Type::number)) {
            one.kind = Kind::number;
            one.text = said;
            step();
        } else if (at("[")) {
            one.kind = Kind::list;
            one.parts = listed("]");
        } else if (at("{")) {
            one = dictionary();
        } else if (at("(")) {
            step();
            one = one_expression();
            expect(")");
        } else if (at("!") || at("-")) {
            while (at("!") || at("-")) step();
            one_expression();
            one.text = "an expression";
        } else {
            broken_ = true;
        }
        return one;
    }

    Expression compound() {
        Expression one;
        const std::string_view keyword = word();
        one.text = keyword == "if" ? "a condition" : keyword == "for" ? "a loop" : "a function";
        step();
        listed_loosely();
        if (keyword == "for" && token_.is(Token::Type::name) && word() == "in") {
            step();
            one_expression();  // a call takes the block for its own
            if (at("{")) block();
            return one;
        }
        block();
        while (!broken_ && keyword == "if" && token_.is(Token::Type::name) && word() == "else") {
            step();
            if (token_.is(Token::Type::name) && word() == "if") {
                step();
                listed_loosely();
            }
            block();
        }
        return one;
    }

    /// (key, value), (a == b)
    void listed_loosely() {
        expect("(");
        int open = 1;
        while (!broken_ && open > 0) {
            if (token_.is(Token::Type::end) || token_.is(Token::Type::odd)) broken_ = true;
            open += at("(") ? 1 : at(")") ? -1 : 0;
            if (!broken_) step();
        }
    }

    std::vector<Expression> listed(std::string_view close) {
        std::vector<Expression> all;
        step();
        while (!broken_ && !(all.empty() && at(close))) {
            all.push_back(one_expression());
            if (!at(",")) break;
            step();
        }
        expect(close);
        return all;
    }

    Expression dictionary() {
        Expression one;
        one.kind = Kind::dictionary;
        step();
        while (!broken_ && !at("}")) {
            one.parts.push_back(one_expression());
            expect(":");
            if (broken_) break;
            one.parts.push_back(one_expression());
            if (!at("}")) expect(",");
        }
        expect("}");
        return one;
    }

    Expression text() const {
        Expression one;
        one.kind = Kind::text;
        const bool has_escapes = text_[token_.begin] == '"';
        const std::uint32_t end = token_.end - 1;
        for (std::uint32_t from = token_.begin + 1; from < end;) {
            const auto escape = has_escapes ? text_.find("\\\"", from) : text_.npos;
            // The one that Plush takes for the end keeps its backslash.
            const std::uint32_t to = escape < end && escape + 1 < end ? static_cast<std::uint32_t>(escape) : end;
            one.pieces.push_back({static_cast<std::uint32_t>(one.text.size()), from, to - from});
            one.text += text_.substr(from, to - from);
            from = to < end ? to + 1 : end;
            if (to < end) {
                one.pieces.push_back({static_cast<std::uint32_t>(one.text.size()), from, 1});
                one.text += '"';
                ++from;
            }
        }
        return one;
    }

    std::string_view text_;
    Program& program_;
    Lexer lexer_;
    Token token_;
    std::uint32_t last_end_ = 0, statement_begin_ = 0;
    int depth_ = 0;
    bool broken_ = false;
};

}  // namespace

Program parse(std::string_view text) {
    Program program;
    Parser(text, program).run();
    return program;
}

}  // namespace pgfence::extract::plush
