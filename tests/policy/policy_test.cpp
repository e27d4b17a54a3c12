// Config, names and patterns. Comments are in suppress_test.cpp, risk in grade_test.cpp, the whole in
// decide_test.cpp.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>

#include "policy/nearest.h"
#include "policy/parse_config.h"

using namespace pgfence;
using namespace pgfence::policy;
using Catch::Matchers::ContainsSubstring;

namespace {

const RuleAliases kAliases{{"ban-drop-table", "drop-table"},
                           {"adding-field-with-default", "add-column-serial"},
                           {"adding-field-with-default", "add-column-volatile-default"}};

const std::vector<RuleInfo>& rules() {
    static const std::vector<RuleInfo> all = [] {
        std::vector<RuleInfo> infos(4);
        infos[0].id = "add-column-serial";
        infos[1].id = "add-column-volatile-default";
        infos[2].id = "drop-table";
        infos[3].id = "missing-lock-timeout";
        infos[0].options = {{"columns", std::vector<std::string>{}, "names"},
                            {"most", std::int64_t{3}, "a number"},
                            {"strict", false, "a switch"},
                            {"word", std::string("x"), "a word"}};
        return infos;
    }();
    return all;
}

Result<Config> parse(std::string_view text) { return parse_config(text, ".pgfence.toml", rules(), kAliases); }

std::string error_of(std::string_view text) {
    const auto config = parse(text);
    INFO(text);
    REQUIRE_FALSE(config);
    CHECK(config.error().kind == Error::Kind::usage);
    return config.error().message;
}

}  // namespace

TEST_CASE("an empty config has the defaults") {
    const auto config = parse("");
    REQUIRE(config);
    CHECK_FALSE(config->pg_version);
    CHECK(config->max_risk == Risk::medium);
    CHECK_FALSE(config->transaction);
    CHECK_FALSE(config->inline_suppressions.require_reason);
    CHECK_FALSE(config->lock_timeout_set_elsewhere);
    CHECK(config->migrations.empty());
    CHECK(config->severities.rules.empty());
    CHECK(config->ignores.empty());
}

TEST_CASE("every key is read") {
    const auto config = parse(R"(
pg-version = 15
max-risk = "low"
migrations = ["db/*.sql", "more/**"]
exclude = ["db/old/*"]
format = "goose"
transaction = "whole-run"
lock-timeout-set-elsewhere = true
require-reason = true
[rules]
ban-drop-table = "off"
drop-table = "notice"
adding-field-with-default = "off"
add-column-serial = "error"
unused-suppression = "warning"
[categories]
type-choice = "off"
[[ignore]]
file = "db/2024*.sql"
rule = "ban-drop-table"
fingerprint = "0123456789abcdef"
reason = "beta"
until = 2026-12-31
[[ignore]]
rule = "adding-field-with-default"
reason = "old"
until = "2026-01-02"
)");
    REQUIRE(config);
    CHECK(config->pg_version == 15);
    CHECK(config->max_risk == Risk::low);
    CHECK(config->migrations == std::vector<std::string>{"db/*.sql", "more/**"});
    CHECK(config->exclude == std::vector<std::string>{"db/old/*"});
    CHECK(config->format == "goose");
    CHECK(config->transaction == TransactionMode::whole_run);
    CHECK(config->lock_timeout_set_elsewhere);
    CHECK(config->inline_suppressions.require_reason);
    CHECK(config->severities.rules == std::map<std::string, Severity>{{"drop-table", Severity::notice},
                                                                      {"add-column-serial", Severity::error},
                                                                      {"add-column-volatile-default", Severity::off},
                                                                      {"unused-suppression", Severity::warning}});
    CHECK(config->severities.categories == std::map<Category, Severity>{{Category::type_choice, Severity::off}});
    REQUIRE(config->ignores.size() == 2);
    CHECK(config->ignores[0].file == "db/2024*.sql");
    CHECK(config->ignores[0].rules == std::vector<std::string>{"drop-table"});
    CHECK(config->ignores[0].fingerprint == "0123456789abcdef");
    CHECK(config->ignores[0].reason == "beta");
    CHECK(config->ignores[0].until == "2026-12-31");
    CHECK(config->ignores[0].line == 18);
    CHECK(config->ignores[1].rules.size() == 2);
    CHECK(config->ignores[1].until == "2026-01-02");
}

TEST_CASE("who runs migrations, and which tables are busy, small, large or huge") {
    const auto config = parse(
        "role = \"deploy\"\nbusy = [\"orders\"]\nsmall = [\"audit.*\"]\n"
        "[sizes]\nsmall-rows = 5\nhuge-megabytes = 2_000\n");
    REQUIRE(config);
    CHECK(config->role == "deploy");
    CHECK(config->sizes.busy == std::vector<std::string>{"orders"});
    CHECK(config->sizes.small == std::vector<std::string>{"audit.*"});
    CHECK(config->sizes.limits.small_rows == 5);
    CHECK(config->sizes.limits.large_rows == 1'000'000);
    CHECK(config->sizes.limits.huge_megabytes == 2000);
    CHECK_THAT(error_of("[sizes]\nlarge-rows = 20_000_000\n"),
               ContainsSubstring("must rise from small to large to huge"));
    CHECK_THAT(error_of("[sizes]\nlarge-megabytes = 9223372036854775807\n"), ContainsSubstring("large-megabytes"));
    CHECK_THAT(error_of("[sizes]\nlarge-row = 1\n"), ContainsSubstring("large-rows"));
    CHECK_THAT(error_of("sizes = 3\n"), ContainsSubstring("written as [sizes]"));
}

TEST_CASE("settings that the role's sessions begin with") {
    const auto config = parse(
        "[settings]\nlock_timeout = \"5s\"\nTimeZone = \"UTC\"\nstatement_timeout = 60000\n"
        "check_function_bodies = false\n\"app.tenant\" = \"x y\"\n");
    REQUIRE(config);
    CHECK(config->settings == std::map<std::string, std::string>{{"lock_timeout", "5s"},
                                                                 {"timezone", "UTC"},
                                                                 {"statement_timeout", "60000"},
                                                                 {"check_function_bodies", "off"},
                                                                 {"app.tenant", "x y"}});
    CHECK_THAT(error_of("[settings]\nlock_timeout = [1]\n"),
               ContainsSubstring("line 2: \"lock_timeout\" must be a string"));
    CHECK_THAT(error_of("[settings]\n\"a b\" = 1\n"), ContainsSubstring("is no setting's name"));
    CHECK_THAT(error_of("settings = 1\n"), ContainsSubstring("written as [settings]"));
}

TEST_CASE("whether the application runs meanwhile, and how fast the server is") {
    CHECK(parse("[deploy]\napplication = \"stopped\"\n")->application == policy::Application::stopped);
    CHECK(parse("[deploy]\napplication = \"running\"\n")->application == policy::Application::running);
    CHECK(parse("")->application == policy::Application::running);
    CHECK_THAT(error_of("[deploy]\napplication = \"off\"\n"), ContainsSubstring("running or stopped"));
    CHECK_THAT(error_of("deploy = \"stopped\"\n"), ContainsSubstring("written as [deploy]"));
    CHECK_THAT(error_of("[deploy]\naplication = \"stopped\"\n"), ContainsSubstring("did you mean \"application\"?"));
    const auto config = parse("[throughput]\nscan = [200, 300.5]\nrewrite = 50\n");
    REQUIRE(config);
    CHECK(config->throughput.scan.slow == 200);
    CHECK(config->throughput.scan.fast == 300.5);
    CHECK(config->throughput.rewrite.slow == 50);
    CHECK(config->throughput.rewrite.fast == 50);
    CHECK(config->throughput.index_build.slow == Throughput{}.index_build.slow);
    CHECK_THAT(error_of("[throughput]\nscan = [300, 200]\n"), ContainsSubstring("\"scan\" must be megabytes a second"));
    for (const char* wrong : {"0", "-1", "nan", "[1]", "[1, 2, 3]", "\"fast\"", "inf", "[nan, 2]", "[[1], 2]"})
        CHECK_THAT(error_of("[throughput]\nindex-build = " + std::string(wrong) + "\n"),
                   ContainsSubstring("line 2: \"index-build\" must be megabytes a second"));
    CHECK_THAT(error_of("[throughput]\nindex_build = 3\n"), ContainsSubstring("did you mean \"index-build\"?"));
    CHECK_THAT(error_of("throughput = 3\n"), ContainsSubstring("written as [throughput]"));
}

TEST_CASE("a rule's options stand beside its severity") {
    const auto config = parse(R"(
rule-set = "all"
[rules.add-column-serial]
severity = "warning"
columns = ["a", "b"]
most = 7
strict = true
word = "y"
[rules.high-traffic-table]
tables = ["orders", "billing.*"]
)");
    REQUIRE(config);
    CHECK(config->rule_set == RuleSet::all);
    CHECK(config->severities.rules == std::map<std::string, Severity>{{"add-column-serial", Severity::warning}});
    CHECK(config->options.at("add-column-serial") == OptionValues{{"columns", std::vector<std::string>{"a", "b"}},
                                                                  {"most", std::int64_t{7}},
                                                                  {"strict", true},
                                                                  {"word", std::string("y")}});
    CHECK(config->options.at("high-traffic-table").size() == 1);
}

TEST_CASE("overrides are read") {
    const auto config = parse(R"(
[[override]]
files = ["db/legacy/**"]
rules = { ban-drop-table = "off" }
[[override]]
tables = ["audit_*"]
categories = { lock = "error" }
)");
    REQUIRE(config);
    REQUIRE(config->overrides.size() == 2);
    CHECK(config->overrides[0].files == std::vector<std::string>{"db/legacy/**"});
    CHECK(config->overrides[0].severities.rules == std::map<std::string, Severity>{{"drop-table", Severity::off}});
    CHECK(config->overrides[1].tables == std::vector<std::string>{"audit_*"});
    CHECK(config->overrides[1].severities.categories ==
          std::map<Category, Severity>{{Category::lock, Severity::error}});
}

TEST_CASE("config errors name file, line and what was meant") {
    struct Case {
        std::string text, says;
    };
    const Case cases[] = {
        {"max_risk = \"low\"", ".pgfence.toml line 1: unknown key \"max_risk\", did you mean \"max-risk\"?"},
        {"\r\n\r\nmigratons = []", ".pgfence.toml line 3: unknown key \"migratons\", did you mean \"migrations\"?"},
        {"zzzzzzzzzz = 1", ".pgfence.toml line 1: unknown key \"zzzzzzzzzz\""},
        {"\npg-version = 10", ".pgfence.toml line 2: \"pg-version\" must be a PostgreSQL major version from 11 to 19"},
        {"pg-version = \"15\"", "line 1: \"pg-version\" must be"},
        {"pg-version = 15.2", "line 1: \"pg-version\" must be"},
        {"max-risk = \"severe\"", "line 1: \"max-risk\" must be safe, low, medium, high or critical"},
        {"max-risk = 3", "line 1: \"max-risk\" must be safe"},
        {"migrations = \"*.sql\"", "line 1: \"migrations\" must be an array of strings"},
        {"exclude = [\n\"a\",\n3]", "line 3: \"exclude\" must be an array of strings"},
        {"transaction = \"per_file\"",
         "line 1: \"transaction\" must be per-file, implicit, per-statement or whole-run"},
        {"format = true", "line 1: \"format\" must be a string"},
        {"require-reason = \"yes\"", "line 1: \"require-reason\" must be true or false"},
        {"lock-timeout-set-elsewhere = 1", "line 1: \"lock-timeout-set-elsewhere\" must be true or false"},
        {"rules = 3", "line 1: \"rules\" must be a table"},
        {"[rules]\ndrop-tabel = \"off\"", "line 2: unknown rule \"drop-tabel\", did you mean \"drop-table\"?"},
        {"[rules]\ndrop-table = \"fatal\"", "line 2: \"drop-table\" must be off, notice, warning or error"},
        {"[categories]\ndestructiv = \"off\"",
         "line 2: unknown category \"destructiv\", did you mean \"destructive\"?"},
        {"rule-set = \"every\"", "line 1: \"rule-set\" must be recommended or all"},
        {"[rules.drop-table]\nmost = 1", "line 2: unknown option of drop-table \"most\""},
        {"[rules.add-column-serial]\nmots = 1",
         "line 2: unknown option of add-column-serial \"mots\", did you mean \"most\"?"},
        {"[rules.add-column-serial]\nmost = \"3\"", "line 2: \"most\" must be a number of at least 0"},
        {"[rules.add-column-serial]\nmost = -1", "line 2: \"most\" must be a number of at least 0"},
        {"[rules.add-column-serial]\ncolumns = \"a\"", "line 2: \"columns\" must be an array of strings"},
        {"[rules.add-column-serial]\nstrict = 1", "line 2: \"strict\" must be true or false"},
        {"[rules.add-column-serial]\nword = 1", "line 2: \"word\" must be a string"},
        {"[rules.add-column-serial]\nseverity = \"loud\"", "line 2: \"severity\" must be off, notice"},
        {"[rules.ban-drop-table]\nseverity = \"off\"",
         "line 1: options stand under our own name for "
         "\"ban-drop-table\": drop-table"},
        {"[rules.drop-tabel]\nseverity = \"off\"", "line 1: unknown rule \"drop-tabel\""},
        {"override = 3", "line 1: \"override\" must be written as [[override]]"},
        {"[[override]]\nrules = { drop-table = \"off\" }", "line 1: this [[override]] needs files or tables"},
        {"[[override]]\nfiles = [\"a\"]", "line 1: this [[override]] needs rules or categories"},
        {"[[override]]\npaths = [\"a\"]", "line 2: unknown key \"paths\""},
        {"[[override]]\nfiles = [\"a\"]\nrules = { drop-tabel = \"off\" }", "line 3: unknown rule \"drop-tabel\""},
        {"ignore = 3", "line 1: \"ignore\" must be written as [[ignore]]"},
        {"[[ignore]]\nreason = \"x\"", "line 1: this [[ignore]] needs at least one of file, rule and fingerprint"},
        {"[[ignore]]\npath = \"x\"", "line 2: unknown key \"path\""},
        {"[[ignore]]\nrule = \"drop-tabel\"",
         "line 2: \"rule\" names no rule: \"drop-tabel\", did you mean \"drop-table\"?"},
        {"[[ignore]]\nfile = \"a\"\nuntil = \"soon\"", "line 3: \"until\" must be a date such as 2026-12-31"},
        {"[[ignore]]\nfile = \"a\"\nuntil = 2026-12-31T10:00:00", "line 3: \"until\" must be a date"},
        {"[[ignore]]\nfingerprint = \"12\"", "line 2: \"fingerprint\" must be the 16 hex digits"},
        {"require-reason = true\n[[ignore]]\nfile = \"a\"", "line 2: this [[ignore]] needs a reason"},
        {"a = 1\nb = = 2", ".pgfence.toml line 2: is no TOML"},
        {"max-risk = \"low\"\nmax-risk = \"high\"", "line 2: is no TOML"},
    };
    for (const Case& c : cases) CHECK_THAT(error_of(c.text), ContainsSubstring(c.says));
}

TEST_CASE("hostile configs end in an error") {
    error_of("a = " + std::string(100'000, '['));
    error_of("a" + std::string(50'000, '.') + "= 1");
    error_of(std::string(100'000, 'k') + " = 1");
    error_of("a = \"\xff\xfe\"");
}

TEST_CASE("nearest") {
    const std::vector<std::string> known{"drop-table", "drop-column", "max-risk"};
    CHECK(nearest("drop-tabel", known) == "drop-table");
    CHECK(nearest("MAX_RISK", known) == "max-risk");
    CHECK(nearest("truncate", known).empty());
    CHECK(nearest("", known).empty());
    CHECK(nearest(std::string(100'000, 'x'), known).empty());
}

TEST_CASE("what the team does about what was not analyzed, and what comments may silence") {
    CHECK(parse("")->unanalyzed == Unanalyzed::by_extent);
    CHECK(parse("unanalyzed = \"fail\"\n")->unanalyzed == Unanalyzed::fail);
    CHECK(parse("unanalyzed = \"ignore\"\n")->unanalyzed == Unanalyzed::ignore);
    CHECK_THAT(error_of("unanalyzed = \"pass\"\n"),
               ContainsSubstring("\"unanalyzed\" must be fail, neutral or ignore"));
    using May = InlineSuppressions::May;
    CHECK(parse("")->inline_suppressions.may == May::any);
    CHECK(parse("[suppressions]\ninline = \"below-high\"\n")->inline_suppressions.may == May::below_high);
    CHECK(parse("[suppressions]\ninline = \"none\"\n")->inline_suppressions.may == May::none);
    CHECK_THAT(error_of("[suppressions]\ninline = \"some\"\n"), ContainsSubstring("any, below-high or none"));
    CHECK_THAT(error_of("[rules]\nnot-analyzed = \"off\"\n"), ContainsSubstring("is no rule: `unanalyzed = "));
    CHECK(parse("[[ignore]]\nfile = \"1.go\"\nrule = \"not-analyzed\"\nreason = \"ours\"\n")->ignores.size() == 1);
}

TEST_CASE("values of settings are those that a server reads") {
    // guc.c: parse_bool, parse_int, parse_real, config_enum_lookup_by_name; pg_settings has the kinds and units.
    for (const char* good :
         {"lock_timeout = 0", "lock_timeout = \"5s\"", "lock_timeout = \"1.5 min\"", "lock_timeout = \"0x10\"",
          "work_mem = \"64MB\"", "jit = true", "jit = \"of\"", "jit = \"YES\"", "synchronous_commit = \"Local\"",
          "synchronous_commit = true", "random_page_cost = \"1.1\"", "search_path = \"app, public\"",
          "\"app.tenant\" = \"whatever\""})
        CHECK(parse(std::string("[settings]\n") + good + "\n"));
    const std::pair<const char*, const char*> bad[] = {
        {"lock_timeout = \"5 sec\"", "a number, with or without a unit (in ms when it has none)"},
        {"lock_timeout = \"soon\"", "a number"},
        {"lock_timeout = true", "a number"},
        {"work_mem = \"64mb\"", "a number"},
        {"jit = \"o\"", "true or false"},
        {"jit = 2", "true or false"},
        {"synchronous_commit = \"remote\"", "one of local, off, on, remote_apply, remote_write"},
        {"random_page_cost = \"1.1s\"", "a number"},
        {"random_page_cost = \"nan\"", "a number"},
    };
    for (const auto& [line, expected] : bad)
        CHECK_THAT(error_of(std::string("[settings]\n") + line + "\n"), ContainsSubstring(expected));
    const std::string all = error_of(
        "[settings]\njit = 2\nwork_mem = \"a lot\"\n[rules]\ndrop-tabel = \"off\"\ndrop-table = \"loud\"\n"
        "[[ignore]]\nreason = \"x\"\n[[ignore]]\nreason = \"y\"\n");
    CHECK(std::count(all.begin(), all.end(), '\n') == 5);
}

TEST_CASE("all mistakes of a config are said at once, and settings that no server has are among them") {
    const std::string all = error_of("max-risk = \"huge\"\nunanalised = \"fail\"\n[settings]\nlock_timeuot = \"5s\"\n");
    CHECK_THAT(all, ContainsSubstring("\"max-risk\" must be"));
    CHECK_THAT(all, ContainsSubstring("unknown key \"unanalised\", did you mean \"unanalyzed\"?"));
    CHECK_THAT(all,
               ContainsSubstring("unknown setting of PostgreSQL \"lock_timeuot\", did you mean \"lock_timeout\"?"));
    CHECK(std::count(all.begin(), all.end(), '\n') == 2);
    CHECK(parse("[settings]\nTimeZone = \"UTC\"\n\"app.tenant\" = \"7\"\ntransaction_timeout = \"1min\"\n")
              ->settings.size() == 3);
}
