#include "analyze/lower/split.h"

namespace pgfence {
namespace {

/// Watches the tokens of one statement and knows whether a semicolon would end it.
class StatementShape {
public:
    explicit StatementShape(bool may_nest) : may_nest_(may_nest) {}

    void see(const Lexer& lexer, const Token& t) {
        if (words_ < kHead && t.kind == Token::Kind::word) see_head(lexer, t);
        if (!may_nest_) return;
        if (kind_ == Kind::rule) see_parenthesis(t);
        if (kind_ == Kind::routine) see_block(lexer, t);
    }
    bool is_open() const { return depth_ > 0; }

private:
    enum class Kind { other, rule, routine };
    static constexpr int kHead = 4;  // CREATE OR REPLACE RULE

    void see_head(const Lexer& lexer, const Token& t) {
        if (words_++ == 0) {
            create_ = lexer.is(t, "create");
            return;
        }
        if (!create_ || kind_ != Kind::other) return;
        if (lexer.is(t, "rule")) kind_ = Kind::rule;
        if (lexer.is(t, "function") || lexer.is(t, "procedure")) kind_ = Kind::routine;
    }
    void see_parenthesis(const Token& t) {
        if (t.symbol == '(') ++depth_;
        if (t.symbol == ')' && depth_ > 0) --depth_;
    }
    void see_block(const Lexer& lexer, const Token& t) {
        if (depth_ == 0 && was_begin_ && lexer.is(t, "atomic")) ++depth_;
        was_begin_ = lexer.is(t, "begin");
        if (depth_ == 0) return;
        if (lexer.is(t, "case")) ++depth_;
        if (lexer.is(t, "end")) --depth_;
    }

    bool may_nest_, create_ = false, was_begin_ = false;
    Kind kind_ = Kind::other;
    int words_ = 0, depth_ = 0;
};

struct Cut {
    Span piece;
    std::size_t next;  // where the following statement may begin
    bool open;         // the text ended inside brackets or a block
};

Cut cut_one(std::string_view sql, std::size_t from, bool may_nest) {
    Lexer lexer(sql, from, sql.size());
    StatementShape shape(may_nest);
    Span piece{sql.size(), sql.size()};
    for (Token t = lexer.next_or_comment(); t.kind != Token::Kind::end; t = lexer.next_or_comment()) {
        // A comment that never closes is no blank: left out it would hide whatever it swallowed.
        if (t.kind == Token::Kind::comment && t.closed) continue;
        if (t.symbol == ';' && !shape.is_open()) return {piece, lexer.at(), false};
        shape.see(lexer, t);
        if (piece.begin == sql.size()) piece.begin = t.span.begin;
        piece.end = t.span.end;
    }
    return {piece, sql.size(), shape.is_open()};
}

}  // namespace

std::vector<Span> split_statements(std::string_view sql) {
    std::vector<Span> pieces;
    // A bracket or block that never closes would swallow the rest: from there on every semicolon counts. Once is
    // enough, and looking to the end again and again would be quadratic.
    bool may_nest = true;
    for (std::size_t at = 0; at < sql.size();) {
        Cut cut = cut_one(sql, at, may_nest);
        if (cut.open) {
            may_nest = false;
            cut = cut_one(sql, at, false);
        }
        if (cut.piece.begin < cut.piece.end) pieces.push_back(cut.piece);
        at = cut.next;
    }
    return pieces;
}

}  // namespace pgfence
