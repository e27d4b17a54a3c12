// Where the pieces of SQL text begin and end.

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/sql_scanner.h"

using namespace pgfence;

namespace {

/// "w:select s:'a'" of "select 'a'": the pieces but the spaces, an open one with "..." behind it.
std::string pieces(std::string_view sql) {
    constexpr std::string_view kLetters = " wysqd-*";
    std::string all;
    std::size_t behind = 0;
    SqlScanner scanner(sql);
    for (SqlPiece piece; scanner.next(piece);) {
        CHECK(piece.begin == behind);
        CHECK(piece.end > piece.begin);
        behind = piece.end;
        if (piece.kind == SqlPiece::Kind::space) continue;
        all.append(all.empty() ? "" : " ").append(1, kLetters[static_cast<std::size_t>(piece.kind)]).append(":");
        all.append(sql.substr(piece.begin, piece.end - piece.begin)).append(piece.closed ? "" : "...");
    }
    CHECK(behind == sql.size());
    return all;
}

}  // namespace

TEST_CASE("sql scanner: what closes strings, names and comments") {
    CHECK(pieces("select\t'a''b' \"c\"\"d\";") == "w:select s:'a''b' q:\"c\"\"d\" y:;");
    CHECK(pieces(R"(E'a\'b''c' e'' 'a\' x)") == R"(s:E'a\'b''c' s:e'' s:'a\' w:x)");
    CHECK(pieces("b'1' U&'a' re'x'") == "w:b s:'1' w:U y:& s:'a' w:re s:'x'");
    CHECK(pieces("$$a$b$$ $t$ $$ $t$ $1 a$b$c$") == "d:$$a$b$$ d:$t$ $$ $t$ y:$ w:1 w:a$b$c$");
    CHECK(pieces("-- a\nb -- c\rd") == "-:-- a w:b -:-- c w:d");
    CHECK(pieces("/* a /* b */ c */ d /*/ */") == "*:/* a /* b */ c */ w:d *:/*/ */");
    CHECK(pieces("1.5e+3 \xC3\xA4_1") == "w:1 y:. w:5e y:+ w:3 w:\xC3\xA4_1");
}

TEST_CASE("sql scanner: what is never closed reaches to the end, and says so") {
    CHECK(pieces("a 'b; c") == "w:a s:'b; c...");
    CHECK(pieces("E'\\") == "s:E'\\...");
    CHECK(pieces("'a''") == "s:'a''...");
    CHECK(pieces("\"a") == "q:\"a...");
    CHECK(pieces("$t$ a $t") == "d:$t$ a $t...");
    CHECK(pieces("/* /* */") == "*:/* /* */...");
    CHECK(pieces("").empty());
}
