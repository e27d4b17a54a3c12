// What is asked of text, and of numbers and paths in it.

#include <catch2/catch_test_macros.hpp>

#include "core/number_text.h"
#include "core/path_text.h"
#include "core/text.h"

using namespace pgfence;

TEST_CASE("text: letters, digits and case are ASCII's") {
    CHECK(lower_case("Ab_\xC3\x84 9") == "ab_\xC3\x84 9");
    CHECK(upper_case("Ab_\xC3\xA4 9") == "AB_\xC3\xA4 9");
    CHECK(equal_ignoring_case("CoPy", "cOpY"));
    CHECK_FALSE(equal_ignoring_case("copy", "copy "));
    CHECK_FALSE(is_letter('\xC4'));
    CHECK_FALSE(is_space('\xA0'));
    CHECK(is_lower_hex("0af9"));
    CHECK_FALSE(is_lower_hex("0AF9"));
    CHECK_FALSE(is_lower_hex(""));
}

TEST_CASE("text: which bytes are blanks is said by name") {
    CHECK(trim(" \t\v\f\r\n a b \n") == "a b");
    CHECK(trim("\v a \f", kBlanks) == "\v a \f");
    CHECK(trim(" \n ").empty());
    CHECK(one_line("  a \n\n\t b ") == "a b");
    CHECK(one_line(" \n").empty());
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        CHECK(is_space(c) == contains(kSpaces, std::string_view(&c, 1)));
        CHECK(is_blank(c) == contains(kBlanks, std::string_view(&c, 1)));
    }
}

TEST_CASE("text: pieces and lists") {
    using Pieces = std::vector<std::string_view>;
    CHECK(split("a-b_c", "-_") == Pieces{"a", "b", "c"});
    CHECK(split("", ",") == Pieces{""});
    CHECK(split(",a,", ",") == Pieces{"", "a", ""});
    const std::vector<std::string> names{"a", "b", "c"};
    CHECK(joined(names) == "a, b, c");
    CHECK(joined(std::vector<std::string>{"", "b", "", "d"}, "_") == "b__d");
    CHECK(joined_up_to(3, names) == "a, b, c");
    CHECK(joined_up_to(2, names) == "a, b and 1 more");
    CHECK(counted(0, "file") == "0 files");
    CHECK(counted(1, "mismatch", "mismatches") == "1 mismatch");
    CHECK(counted(2, "mismatch", "mismatches") == "2 mismatches");
    CHECK(leading_digits("0042_a1") == "0042");
    CHECK(leading_digits("12") == "12");
    CHECK(leading_digits("a1").empty());
}

TEST_CASE("text: quotes") {
    CHECK(in_doubled_quotes("it's", '\'') == "'it''s'");
    CHECK(in_doubled_quotes("a\"b'", '"') == "\"a\"\"b'\"");
    CHECK(in_escaped_quotes("a\"b\\") == "\"a\\\"b\\\\\"");
}

TEST_CASE("text: paths") {
    CHECK(folder_of("a/b/c.sql") == "a/b");
    CHECK(folder_of("c.sql").empty());
    CHECK(last_part("a/b/c.sql") == "c.sql");
    CHECK(last_part("c.sql") == "c.sql");
    CHECK(path_parts("a/b").size() == 2);
    CHECK(path_parts("").empty());
    CHECK(path_in("", "a") == "a");
    CHECK(path_in("a", "b") == "a/b");
}

TEST_CASE("text: numbers") {
    CHECK(number_in<int>("42") == 42);
    CHECK_FALSE(number_in<int>("42 "));
    CHECK_FALSE(number_in<int>(""));
    CHECK_FALSE(number_in<unsigned>("-1"));
    CHECK_FALSE(number_in<int>("99999999999"));
    CHECK(number_at_begin<int>("16.3") == 16);
    CHECK(number_at_begin<int>("v16") == 0);
    CHECK(number_at_begin<int>("99999999999") == 0);
}
