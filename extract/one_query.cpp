#include "extract/one_query.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/sql_scanner.h"
#include "core/text.h"
#include "extract/lines.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

bool controls_transactions(std::string_view word) {
    static constexpr std::array kWords{"abort"sv, "begin"sv, "commit"sv, "end"sv, "rollback"sv, "start"sv};
    return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

/// How deep in a body that is written without quotes: BEGIN ATOMIC ... END, with CASE ... END inside.
class Body {
public:
    void see(const std::string& word) {
        if (depth_ > 0)
            depth_ += word == "case" ? 1 : word == "end" ? -1 : 0;
        else if (word == "atomic" && last_ == "begin")
            depth_ = 1;
        last_ = word;
    }
    bool is_open() const { return depth_ > 0; }

private:
    int depth_ = 0;
    std::string last_;
};

}  // namespace

bool is_closed(std::string_view sql) {
    const std::string ended = std::string(sql) + "\n;";
    SqlScanner lexer(ended);
    SqlPiece last;
    for (SqlPiece token; lexer.next(token);) last = token;
    return last.kind == SqlPiece::Kind::symbol && last.begin + 1 == ended.size();
}

bool is_transaction_as_one_query(std::string_view sql) {
    using Kind = SqlPiece::Kind;
    std::size_t statements = 0;
    bool begun = false;
    Body body;
    SqlScanner scanner(sql);
    for (SqlPiece piece; scanner.next(piece);) {
        if (piece.kind == Kind::space || piece.kind == Kind::line_comment || piece.kind == Kind::block_comment)
            continue;
        const std::string word =
            piece.kind == Kind::word ? lower_case(sql.substr(piece.begin, piece.end - piece.begin)) : std::string();
        body.see(word);
        if (piece.kind == Kind::symbol && sql[piece.begin] == ';') {
            if (!body.is_open()) begun = false;
            continue;
        }
        if (begun) continue;
        begun = true;
        ++statements;
        if (controls_transactions(word)) return false;
    }
    return statements > 1;
}

void write_transactions_of_queries(const Source& source, QueryMark mark, Script& script) {
    Line first;
    bool open = false;
    const auto write = [&](const Line& line, std::string_view text) {
        if (line.end - line.begin < text.size()) return;
        blank(script.sql, line.begin, line.end);
        script.sql.replace(line.begin, text.size(), text);
    };
    for_each_line(source.text, source.begin, [&](const Line& line) {
        const std::optional<bool> found = mark(line.text);
        if (!found) return;
        const std::string_view sql = std::string_view(script.sql).substr(first.next, line.begin - first.next);
        if (!*found && open && is_transaction_as_one_query(sql)) {
            write(first, "BEGIN;");
            write(line, ";COMMIT;");
        }
        open = *found;
        first = line;
    });
}

}  // namespace pgfence::extract
