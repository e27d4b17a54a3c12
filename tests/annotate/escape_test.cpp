// Foreign text and what it must not become.

#include <catch2/catch_test_macros.hpp>
#include <random>

#include "annotate/escape.h"
#include "annotate/utf8.h"
#include "tests/annotate/samples.h"

using namespace pgfence;
using namespace pgfence::annotate;

namespace {

/// The hostile texts, and a thousand random mixtures of their pieces and of bare bytes.
const std::vector<std::string>& texts() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> made = samples::hostile_texts();
        const auto& seeds = samples::hostile_texts();
        std::mt19937 random(20260801);
        for (int i = 0; i < 1000; ++i) {
            std::string text;
            for (auto pieces = random() % 6; pieces > 0; --pieces) {
                const std::string& seed = seeds[random() % seeds.size()];
                const auto from = seed.empty() ? 0 : random() % seed.size();
                text += seed.substr(from);
                if (random() % 3 == 0) text += " |`@#<>\"'\\\n\t:[]()!$~_*"[random() % 23];
                if (random() % 5 == 0) text += static_cast<char>(random() % 256);
            }
            made.push_back(text);
        }
        return made;
    }();
    return all;
}

std::size_t backticks_at(std::string_view text) { return std::min(text.find_first_not_of('`'), text.size()); }

}  // namespace

TEST_CASE("UTF-8 is read as the Unicode Standard asks: one U+FFFD for each maximal broken piece") {
    struct Case {
        std::string bytes;
        std::vector<char32_t> expected;
    };
    const std::vector<Case> cases{
        {"a\xC3\xA9", {'a', 0xE9}},
        {"\xF0\x9F\x90\x98", {0x1F418}},
        {"\xC0\xAF", {kReplacement, kReplacement}},                                      // overlong
        {"\xED\xA0\x80", {kReplacement, kReplacement, kReplacement}},                    // a surrogate
        {"\xF4\x90\x80\x80", {kReplacement, kReplacement, kReplacement, kReplacement}},  // above U+10FFFF
        {"\xE2\x82", {kReplacement}},                                                    // cut short
        {"\xF0\x9F\x90"
         "a",
         {kReplacement, 'a'}},
        // Unicode Standard 15.0, table 3-11
        {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", {kReplacement, kReplacement, kReplacement, kReplacement, 0x41}},
    };
    for (const Case& c : cases) {
        std::vector<char32_t> read;
        for (std::size_t at = 0; at < c.bytes.size();) read.push_back(next_code_point(c.bytes, at));
        CHECK(read == c.expected);
    }
}

TEST_CASE("cut texts end in dots and keep to their length") {
    CHECK(shortened("abcdef", 6) == "abcdef");
    CHECK(shortened("abcdefg", 6) == "abc...");
    CHECK(shortened("äöüäöüä", 6) == "äöü...");
    CHECK(shortened_bytes("äöüäöüä", 8) == "äö...");
    for (const std::string& text : texts()) {
        CHECK(code_points(shortened(text, 10)) <= 10);
        CHECK(shortened_bytes(text, 10).size() <= 10);
    }
}

TEST_CASE("nothing stays hidden") {
    CHECK(visible("a\xE2\x80\xAE"
                  "b\tc\r\nd\re") ==
          "a\xEF\xBF\xBD"
          "b\tc\nd\ne");
    for (const std::string& text : texts()) {
        CHECK_FALSE(samples::has_hidden(visible(text)));
        CHECK(visible(visible(text)) == visible(text));
        CHECK(visible_line(text).find_first_of("\n\t") == std::string::npos);
    }
}

TEST_CASE("plain words stay, everything else is code") {
    struct Case {
        std::string text, expected;
    };
    const std::vector<Case> cases{
        {"public.orders is rewritten under ACCESS EXCLUSIVE", "`public.orders` is rewritten under ACCESS EXCLUSIVE"},
        {"4,000,000 rows, don't wait (reads/writes).", "4,000,000 rows, don't wait (reads/writes)."},
        {"public.\"Order Items\" and (t_1), t2:", "`public.\"Order Items\"` and (`t_1`), `t2`:"},
        {"ask @octocat or #12", "ask `@octocat` or `#12`"},
        {"1. one", "`1`. one"},
        {"- item - item", "`-` item - item"},
        {"a|b", "<code>a&#124;b</code>"},
        {"deadbeef", "`deadbeef`"},
        {"a`b", "``a`b``"},
        {"changing total to numeric(12,2) (slow)", "changing total to `numeric(12,2)` (slow)"},
        {"(see f(a,g(b)).)", "(see `f(a,g(b))`.)"},
        {"column `total` of `hit_counts`: lost", "column `total` of `hit_counts`: lost"},
        {"`orders`'s columns (`a`), `\"Order Items\"`.", "`orders`'s columns (`a`), `\"Order Items\"`."},
        {"`@octocat`", "`@octocat`"},
        {"`a`@octocat", "`` `a`@octocat ``"},
        {"a `b", "a `` `b ``"},
    };
    for (const Case& c : cases) CHECK(plain(c.text) == c.expected);
}

TEST_CASE("code spans are closed by themselves alone") {
    for (const std::string& text : texts()) {
        const std::string span = code_span(text);
        INFO(span);
        CHECK(span.find_first_of("|\n") == std::string::npos);
        if (span.starts_with("<code>")) {
            CHECK(span.ends_with("</code>"));
            const std::string inside = span.substr(6, span.size() - 13);
            CHECK(inside.find_first_of("<>`|@\"'*_[]") == std::string::npos);
            continue;
        }
        const std::size_t ticks = backticks_at(span);
        std::size_t runs = 0;
        for (std::size_t at = 0; at < span.size();) {
            const std::size_t run = backticks_at(std::string_view(span).substr(at));
            if (run == ticks) ++runs;
            at += run == 0 ? 1 : run;
        }
        CHECK(runs == 2);
    }
}

TEST_CASE("fences are closed by themselves alone") {
    for (const std::string& text : texts()) {
        const std::string block = fence(text, "sql");
        const std::size_t ticks = backticks_at(block);
        CHECK(ticks >= 3);
        std::size_t closing = 0;
        for (std::size_t begin = block.find('\n') + 1; begin < block.size(); begin = block.find('\n', begin) + 1) {
            const std::size_t text_begin = block.find_first_not_of(' ', begin);
            if (text_begin != std::string::npos && backticks_at(std::string_view(block).substr(text_begin)) >= ticks)
                ++closing;
        }
        CHECK(closing == 1);
    }
}

TEST_CASE("the runner reads one command a line") {
    CHECK(command_data("50%\r\n##[error]") == "50%25%0A## [error]");
    CHECK(command_property("a:b,c%\n.sql") == "a%3Ab%2Cc%25%0A.sql");
    CHECK(inert("   ::error::x") == "   : :error::x");
    CHECK(inert("   ::jsonb") == "   ::jsonb");
    CHECK(inert("a ##[error]x") == "a ## [error]x");
    for (const std::string& text : texts()) {
        CHECK(command_data(text).find_first_of("\r\n") == std::string::npos);
        CHECK(command_data(text).find("##[") == std::string::npos);
        CHECK(inert(text).find("##[") == std::string::npos);
        CHECK(command_property(text).find_first_of("\r\n:,") == std::string::npos);
    }
}

TEST_CASE("a path in a URL holds nothing that ends it") {
    CHECK(url_path("db/a b#ä.sql") == "db/a%20b%23%C3%A4.sql");
    constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~%/-";
    for (const std::string& text : texts()) CHECK(url_path(text).find_first_not_of(kAllowed) == std::string::npos);
}
