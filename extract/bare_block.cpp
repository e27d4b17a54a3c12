#include "extract/bare_block.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/sql_scanner.h"
#include "core/text.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

constexpr auto kTag = "$pgfence_block$"sv;
/// What SQL has behind its own BEGIN (TransactionStmt in gram.y).
constexpr std::array kOfTransactions{";"sv,    "work"sv, "transaction"sv, "isolation"sv,
                                     "read"sv, "not"sv,  "deferrable"sv};

struct Words {
    std::string first, second, last;
    std::size_t begin = 0, end = 0;  ///< of all the SQL
    std::size_t count = 0;
};

/// Semicolons at the end left out.
Words words_of_file(std::string_view sql, std::size_t from) {
    Words words;
    SqlScanner scanner(sql, from);
    for (SqlPiece piece; scanner.next(piece);) {
        using Kind = SqlPiece::Kind;
        if (piece.kind == Kind::space || piece.kind == Kind::line_comment || piece.kind == Kind::block_comment)
            continue;
        const std::string word = lower_case(sql.substr(piece.begin, piece.end - piece.begin));
        if (words.count == 0) words.first = word, words.begin = piece.begin;
        if (words.count == 1) words.second = word;
        ++words.count;
        if (word == ";") continue;
        words.last = word;
        words.end = piece.end;
    }
    return words;
}

bool is_block(const Words& words) {
    const bool begins = words.first == "begin" || words.first == "declare";
    return begins && words.count > 2 && words.last == "end" &&
           std::find(kOfTransactions.begin(), kOfTransactions.end(), words.second) == kOfTransactions.end();
}

}  // namespace

bool read_bare_block(const Source& source, Script& script) {
    const Words words = words_of_file(script.sql, source.begin);
    if (!is_block(words) || contains(script.sql, kTag)) return false;
    source.replacements.push_back({words.begin, words.begin, "DO " + std::string(kTag)});
    source.replacements.push_back({words.end, words.end, std::string(kTag)});
    return true;
}

}  // namespace pgfence::extract
