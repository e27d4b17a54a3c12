#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>

#include "policy/suppress.h"

using namespace pgfence;
using namespace pgfence::policy;
using Catch::Matchers::ContainsSubstring;

namespace {

const RuleAliases kAliases{{"ban-drop-table", "drop-table"}, {"adding-field", "add-a"}, {"adding-field", "add-b"}};

const RuleNames& names() {
    static const std::vector<RuleInfo> rules = [] {
        std::vector<RuleInfo> infos;
        for (const char* id : {"add-a", "add-b", "drop-table", "truncate"})
            infos.push_back({.id = id, .title = {}, .why = {}});
        return infos;
    }();
    static const RuleNames all(rules, kAliases);
    return all;
}

/// A file as analyze/ would hand it on: `[` and `]` stand around statements, `{` and `}` around what could not be read.
/// They are no part of the file. Comments are found by their delimiters.
struct Sketch {
    std::string text;
    AnalyzedFile file;

    explicit Sketch(std::string_view drawn) {
        std::uint32_t begin = 0;
        for (const char c : drawn) {
            const auto here = static_cast<std::uint32_t>(text.size());
            if (c == '[' || c == '{') {
                begin = here;
            } else if (c == ']') {
                file.statements.emplace_back().span = {0, begin, here};
            } else if (c == '}') {
                file.unread.push_back({{0, begin, here}, "", ""});
            } else {
                text += c;
            }
        }
        for (std::size_t at = 0; (at = text.find_first_of("-/", at)) != std::string::npos;) {
            const auto rest = std::string_view(text).substr(at);
            if (!rest.starts_with("--") && !rest.starts_with("/*")) {
                ++at;
                continue;
            }
            const bool line = rest.front() == '-';
            const auto end = line ? std::min(text.find_first_of("\r\n", at), text.size()) : text.find("*/", at) + 2;
            auto inside = text.substr(at + 2, end - at - (line ? 2 : 4));
            file.comments.push_back({{0, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)}, inside});
            at = end;
        }
    }

    FileSuppressions suppressions(InlineSuppressions allowed = {}, std::string_view today = "2026-06-15") const {
        return {file, text, names(), allowed, today};
    }
};

/// Which statements' findings of drop-table are suppressed: "x" for yes, "." for no.
std::string suppressed(std::string_view drawn, std::string_view rule = "drop-table") {
    const Sketch sketch(drawn);
    auto suppressions = sketch.suppressions();
    std::string result;
    for (std::size_t i = 0; i < sketch.file.statements.size(); ++i)
        result += suppressions.find(i, rule, Risk::medium) ? 'x' : '.';
    return result;
}

}  // namespace

TEST_CASE("what a comment says") {
    struct Case {
        const char* text;
        std::vector<std::string> rules;
        const char* reason;
        const char* until;
        bool whole_file = false;
    };
    const Case cases[] = {
        {"  PGFENCE-Ignore: drop-table  ", {"drop-table"}, "", ""},
        {"* pgfence-ignore: drop-table", {"drop-table"}, "", ""},
        {"pgfence-ignore: not-analyzed (ours)", {"not-analyzed"}, "ours", ""},
        {"pgfence-ignore: drop-table", {"drop-table"}, "", ""},
        {"pgfence-ignore : Drop-Table ,truncate", {"drop-table", "truncate"}, "", ""},
        {"pgfence-ignore drop-table", {"drop-table"}, "", ""},
        {"pgfence-ignore drop-table truncate", {"drop-table", "truncate"}, "", ""},
        {"pgfence-ignore: drop-table (it is empty)", {"drop-table"}, "it is empty", ""},
        {"pgfence-ignore: drop-table -- it is empty", {"drop-table"}, "it is empty", ""},
        {"pgfence-ignore: drop-table \xE2\x80\x94 it is empty", {"drop-table"}, "it is empty", ""},
        {"pgfence-ignore: drop-table it is empty", {"drop-table"}, "it is empty", ""},
        {"pgfence-ignore: drop-table until=2026-12-31", {"drop-table"}, "", "2026-12-31"},
        {"pgfence-ignore: drop-table until: 2026-12-31 (why)", {"drop-table"}, "why", "2026-12-31"},
        {"pgfence-ignore: drop-table (why) UNTIL = 2026-12-31", {"drop-table"}, "why", "2026-12-31"},
        {"pgfence-ignore: drop-table (why, until 2026-12-31)", {"drop-table"}, "why,", "2026-12-31"},
        {"pgfence-ignore: drop-table (until the deploy)", {"drop-table"}, "until the deploy", ""},
        {"pgfence-ignore: drop-table,\n   truncate\n (two\n lines)", {"drop-table", "truncate"}, "two lines", ""},
        {"pgfence-ignore: no-such-rule", {"no-such-rule"}, "", ""},
        {"pgfence: ignore drop-table", {"drop-table"}, "", ""},
        {"pgfence-ignore-file: truncate (why)", {"truncate"}, "why", "", true},
        {"squawk-ignore ban-drop-table, adding-field", {"ban-drop-table", "adding-field"}, "", ""},
        {"squawk-ignore-file ban-drop-table", {"ban-drop-table"}, "", "", true},
    };
    for (const Case& c : cases) {
        INFO(c.text);
        const auto comment = parse_ignore_comment(c.text, names());
        REQUIRE(comment);
        CHECK(comment->problem.empty());
        CHECK(comment->rules == c.rules);
        CHECK(comment->reason == c.reason);
        CHECK(comment->until == c.until);
        CHECK((comment->scope == IgnoreComment::Scope::file) == c.whole_file);
    }
}

TEST_CASE("what is no ignore comment") {
    for (const char* text : {"", "see pgfence-ignore in the docs", "pgfence is great", "pgfenced", "squawk-ignore",
                             "ignore: drop-table"}) {
        INFO(text);
        CHECK_FALSE(parse_ignore_comment(text, names()));
    }
}

TEST_CASE("a comment that cannot be made out suppresses nothing and says why") {
    struct Case {
        const char* text;
        const char* says;
    };
    const Case cases[] = {
        {"pgfence-ignore", "it names no rule"},
        {"pgfence-ignore-file", "it names no rule"},
        {"pgfence-ignore (it is empty)", "it names no rule"},
        {"pgfence-ignore -- it is empty", "it names no rule"},
        {"pgfence-ignore until 2026-12-31", "it names no rule"},
        {"pgfence-ignore:", "no rule stands behind it"},
        {"pgfence-ignore: (why)", "no rule stands behind it"},
        {"pgfence-ignore the table is empty", "parentheses around a reason"},
        {"pgfence-ignore: drop-table until=2026-02-30", "\"2026-02-30\" is no date"},
        {"pgfence-ignore until 2026", "\"2026\" is no date"},
        {"pgfence-ignore until=tomorrow", "\"tomorrow\" is no date"},
        {"pgfence-ignore-next: drop-table", "neither pgfence-ignore nor pgfence-ignore-file"},
        {"pgfence: allow drop-table", "neither pgfence-ignore nor pgfence-ignore-file"},
    };
    for (const Case& c : cases) {
        INFO(c.text);
        const auto comment = parse_ignore_comment(c.text, names());
        REQUIRE(comment);
        CHECK_THAT(comment->problem, ContainsSubstring(c.says));
        CHECK(suppressed("-- " + std::string(c.text) + "\n[DROP TABLE a];") == ".");
    }
}

TEST_CASE("where a comment applies") {
    struct Case {
        const char* drawn;
        const char* expected;
    };
    const Case cases[] = {
        {"-- pgfence-ignore: drop-table\n[DROP a];\n[DROP b];\n", "x."},
        {"-- pgfence-ignore: drop-table\r\n[DROP a];\r\n[DROP b];\r\n", "x."},
        {"-- pgfence-ignore: drop-table\r[DROP a];\r[DROP b];\r", "x."},
        {"-- pgfence-ignore: drop-table\n\n\n-- prose\n[DROP a];\n[DROP b];", "x."},
        {"[DROP a]; -- pgfence-ignore: drop-table\n[DROP b];\n", "x."},
        {"[DROP a]; -- pgfence-ignore: drop-table\r\n[DROP b];\r\n", "x."},
        {"[DROP a];\n-- pgfence-ignore: drop-table\n[DROP b];\n", ".x"},
        {"[DROP a -- pgfence-ignore: drop-table\n, b];\n[DROP c];", "x."},
        {"[DROP a,\r\n -- pgfence-ignore: drop-table\r\n b];\r\n[DROP c];", "x."},
        {"[DROP a,\n b] -- pgfence-ignore: drop-table\n;\n[DROP c];", "x."},
        {"[DROP a]\n -- pgfence-ignore: drop-table\n;\n[DROP c];", "x."},
        {"[DROP a,\n b]; /* pgfence-ignore: drop-table */\n[DROP c];", "x."},
        {"[DROP a]; /* pgfence-ignore: drop-table */ [DROP b];", ".x"},
        {"/* pgfence-ignore: drop-table */ [DROP a]; [DROP b];", "x."},
        {"/*\n * pgfence-ignore: drop-table\n */\n[DROP a];\n[DROP b];", "x."},
        {"[DROP a]; [DROP b]; -- pgfence-ignore: drop-table\n[DROP c];", ".x."},
        {"-- pgfence-ignore: truncate\n[DROP a];", "."},
        {"-- pgfence-ignore: truncate\n-- pgfence-ignore: drop-table\n[DROP a];", "x"},
        {"-- pgfence-ignore: drop-table\n{nonsense};\n[DROP a];", "."},
        {"{nonsense}; -- pgfence-ignore: drop-table\n[DROP a];", "."},
        {"[DROP a];\n-- pgfence-ignore: drop-table\n", "."},
        {"[DROP a];\n[DROP b];\n-- pgfence-ignore-file: drop-table\n", "xx"},
        {"-- pgfence-ignore-file: drop-table\n[DROP a];\n[DROP b];", "xx"},
        {"-- pgfence-ignore-file: truncate\n[DROP a];", "."},
        {"-- squawk-ignore ban-drop-table\n[DROP a];\n[DROP b];", "x."},
        {"-- pgfence-ignore: ban-drop-table\n[DROP a];", "x"},
        {"[execute DROP a]\n# /* pgfence-ignore: drop-table */\n[execute DROP b]\n", ".x"},
        {"-- pgfence-ignore: drop-table until 2026-06-15\n[DROP a];", "x"},
        {"-- pgfence-ignore: drop-table until 2026-06-14\n[DROP a];", "."},
    };
    for (const Case& c : cases) {
        INFO(c.drawn);
        CHECK(suppressed(c.drawn) == c.expected);
    }
    CHECK(suppressed("-- squawk-ignore adding-field\n[ALTER a];", "add-a") == "x");
    CHECK(suppressed("-- squawk-ignore adding-field\n[ALTER a];", "add-b") == "x");
}

TEST_CASE("unread text inside a statement leaves the statement its comments") {
    Sketch sketch("[DO a; -- pgfence-ignore: drop-table\n b];\n");
    sketch.file.unread.push_back({{0, 3, 4}, "", ""});
    CHECK(sketch.suppressions().find(0, "drop-table", Risk::medium));
}

TEST_CASE("a suppression says by what, where and why") {
    const Sketch sketch("-- pgfence-ignore: drop-table (empty) until=2026-07-01\n[DROP a];");
    const auto found = sketch.suppressions().find(0, "drop-table", Risk::medium);
    REQUIRE(found);
    CHECK(found->by == Suppression::By::comment);
    CHECK(found->where == SourceSpan{0, 0, 54});
    CHECK(found->reason == "empty");
    CHECK(found->until == "2026-07-01");
}

TEST_CASE("comments that do nothing are complained about") {
    struct Case {
        const char* drawn;
        const char* rule;
        const char* says;
    };
    const Case cases[] = {
        {"-- pgfence-ignore: truncate\n[DROP a];", "unused-suppression", "no finding here of truncate"},
        {"-- pgfence-ignore: drop-table, truncate\n[DROP a];", "unused-suppression", "no finding here of truncate"},
        {"-- pgfence-ignore: drop-table, dorp\n[DROP a];", "unused-suppression", "No rule is called `dorp`"},
        {"-- pgfence-ignore: drop-tabel\n[DROP a];", "unused-suppression",
         "No rule is called `drop-tabel` (did you mean `drop-table`?)"},
        {"-- pgfence-ignore: drop-table\n-- pgfence-ignore\n[DROP a];", "unused-suppression", "it names no rule"},
        {"[DROP a];\n-- pgfence-ignore: drop-table\n", "unused-suppression", "no finding here"},
        {"-- pgfence-ignore:\n[DROP a];", "unused-suppression", "no rule stands behind it"},
        {"-- pgfence-ignore: drop-table until=2026-06-01 (busy)\n[DROP a];", "expired-suppression",
         "ended on 2026-06-01 (busy)"},
        {"-- squawk-ignore ban-drop-table\n-- pgfence-ignore-file (why)\n[DROP a];", "unused-suppression",
         "it names no rule"},
    };
    for (const Case& c : cases) {
        INFO(c.drawn);
        const Sketch sketch(c.drawn);
        auto suppressions = sketch.suppressions();
        suppressions.find(0, "drop-table", Risk::medium);
        const auto complaints = suppressions.complaints();
        REQUIRE(complaints.size() == 1);
        CHECK(complaints[0].rule == c.rule);
        CHECK_THAT(complaints[0].message, ContainsSubstring(c.says));
        CHECK(complaints[0].statement == 0);
    }
    for (const char* fine :
         {"-- pgfence-ignore: drop-table\n[DROP a];", "-- squawk-ignore renaming-table\n[DROP a];",
          "-- pgfence-ignore: drop-table\n{nonsense};\n[DROP a];", "-- pgfence-ignore: dml-loop\n{nonsense};\n"}) {
        INFO(fine);
        const Sketch sketch(fine);
        auto suppressions = sketch.suppressions();
        if (!sketch.file.statements.empty()) suppressions.find(0, "drop-table", Risk::medium);
        const auto complaints = suppressions.complaints();
        if (std::string_view(fine).find("dml-loop") == std::string_view::npos)
            CHECK(complaints.empty());
        else
            CHECK_FALSE(complaints.at(0).statement);
    }
}

TEST_CASE("a required reason") {
    for (const auto& [drawn, holds] : {std::pair{"-- pgfence-ignore: drop-table\n[DROP a];", false},
                                       {"-- pgfence-ignore: drop-table (why)\n[DROP a];", true},
                                       {"-- squawk-ignore ban-drop-table\n[DROP a];", false}}) {
        INFO(drawn);
        const Sketch sketch(drawn);
        auto suppressions = sketch.suppressions({.require_reason = true});
        CHECK(suppressions.find(0, "drop-table", Risk::medium).has_value() == holds);
        CHECK(suppressions.complaints().empty() == holds);
    }
}

TEST_CASE("a hundred thousand comments take no hundred thousand squared steps") {
    std::string drawn = "[DROP a]";
    for (int i = 0; i < 100'000; ++i) drawn += "/* pgfence-ignore: x */ ";
    drawn += "[DROP b];";
    const Sketch sketch(drawn);
    auto suppressions = sketch.suppressions();
    CHECK_FALSE(suppressions.find(1, "drop-table", Risk::medium));
    CHECK(suppressions.complaints().size() == 100'000);
    std::string untils = "pgfence-ignore (";
    for (int i = 0; i < 100'000; ++i) untils += "until ";
    CHECK(parse_ignore_comment(untils, names())->rules.empty());
}

TEST_CASE("what is dangerous is suppressed with a reason, and only where the team lets comments do it") {
    using May = InlineSuppressions::May;
    struct Case {
        const char* drawn;
        May may;
        Risk risk;
        const char* refused;  ///< empty: it suppresses
    };
    const Case cases[] = {
        {"-- pgfence-ignore: drop-table\n[DROP a];", May::any, Risk::medium, ""},
        {"-- pgfence-ignore: drop-table\n[DROP a];", May::any, Risk::high, "needs a reason"},
        {"-- pgfence-ignore: drop-table (empty)\n[DROP a];", May::any, Risk::critical, ""},
        {"-- pgfence-ignore-file: drop-table\n[DROP a];", May::any, Risk::critical, "needs a reason"},
        {"-- squawk-ignore ban-drop-table\n[DROP a];", May::any, Risk::critical, "needs a reason"},
        {"-- pgfence-ignore: drop-table (empty)\n[DROP a];", May::below_high, Risk::medium, ""},
        {"-- pgfence-ignore: drop-table (empty)\n[DROP a];", May::below_high, Risk::high, "none of high risk"},
        {"-- pgfence-ignore: drop-table (empty)\n[DROP a];", May::none, Risk::low, "no suppression by comment"},
    };
    for (const Case& c : cases) {
        INFO(c.drawn);
        const Sketch sketch(c.drawn);
        auto suppressions = sketch.suppressions({.may = c.may});
        const bool refused = *c.refused != 0;
        CHECK(suppressions.find(0, "drop-table", c.risk).has_value() != refused);
        const auto complaints = suppressions.complaints();
        REQUIRE(complaints.size() == (refused ? 1 : 0));
        if (refused) CHECK_THAT(complaints[0].message, ContainsSubstring(c.refused));
    }
}

TEST_CASE("one line accepts what was not analyzed, and nothing beside it") {
    struct Case {
        const char* drawn;
        const char* expected;  ///< of each piece that was not analyzed
    };
    const Case cases[] = {
        {"-- pgfence-ignore: not-analyzed (ours)\n{a};\n{b};", "x."},
        {"{a}; -- pgfence-ignore: not-analyzed (ours)\n{b};", "x."},
        {"-- pgfence-ignore: not-analyzed\n{a};", "."},
        {"-- pgfence-ignore: drop-table (ours)\n{a};", "."},
        {"-- pgfence-ignore-file: not-analyzed (ours)\n{a};\n{b};", "xx"},
        {"-- pgfence-ignore-file: drop-table (ours)\n{a};\n{b};", ".."},
    };
    for (const Case& c : cases) {
        INFO(c.drawn);
        const Sketch sketch(c.drawn);
        auto suppressions = sketch.suppressions();
        std::string accepted;
        for (std::size_t i = 0; i < sketch.file.unread.size(); ++i)
            accepted += suppressions.accepts_unread(i) ? 'x' : '.';
        CHECK(accepted == c.expected);
    }
    Sketch inside("-- pgfence-ignore: not-analyzed (ours)\n[DO a; EXECUTE b];\n");
    inside.file.unread.push_back({{0, 45, 50}, "", ""});
    CHECK(inside.suppressions().accepts_unread(0));
}
