#include <catch2/catch_test_macros.hpp>

#include "core/rule_option.h"
#include "core/table_pattern.h"

using namespace pgfence;

TEST_CASE("options are written as a config file has them") {
    CHECK(in_toml(true) == "true");
    CHECK(in_toml(std::int64_t{12}) == "12");
    CHECK(in_toml(std::string("a\"b\\c")) == "\"a\\\"b\\\\c\"");
    CHECK(in_toml(std::vector<std::string>{}) == "[]");
    CHECK(in_toml(std::vector<std::string>{"a", "b"}) == "[\"a\", \"b\"]");
}

TEST_CASE("what was chosen takes the place of the fallback, option by option") {
    const std::vector<RuleOption> declared{{"most", std::int64_t{3}, ""}, {"strict", false, ""}};
    CHECK(merged(declared, {}) == OptionValues{{"most", std::int64_t{3}}, {"strict", false}});
    CHECK(merged(declared, {{"most", std::int64_t{5}}, {"unknown", true}}) ==
          OptionValues{{"most", std::int64_t{5}}, {"strict", false}});
}

TEST_CASE("table patterns") {
    CHECK(matches_any({"orders"}, "public.orders"));
    CHECK(matches_any({"audit_*"}, "log.audit_2026"));
    CHECK(matches_any({"billing.*"}, "billing.invoices"));
    CHECK_FALSE(matches_any({"billing.*"}, "public.billing"));
    CHECK_FALSE(matches_any({"public.orders"}, "shop.orders"));
    CHECK_FALSE(matches_any({"order"}, "public.orders"));
    CHECK_FALSE(matches_any({}, "public.orders"));
}
