// The writer against nlohmann's, whose text is taken for right.

#include "annotate/json_writer.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <vector>

using pgfence::annotate::JsonWriter;
using Json = nlohmann::ordered_json;

namespace {

std::string by_library(std::string_view text) {
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string written(std::string_view text) {
    JsonWriter json;
    json.value(text);
    return json.take();
}

}  // namespace

TEST_CASE("every byte, alone and in company, is escaped as the library does") {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string one(1, static_cast<char>(byte));
        for (const std::string& text : {one, "a\n" + one + "\"b", one + one}) CHECK(written(text) == by_library(text));
    }
    CHECK(written("") == R"("")");
    CHECK(written("naïve\t✓") == by_library("naïve\t✓"));
}

TEST_CASE("commas stand between members and elements only") {
    JsonWriter json;
    json.object([&] {
        json.member("a", 1);
        json.texts("none", std::vector<std::string>{});
        json.key("list").array(std::vector<bool>{true, false},
                               [&](bool truth) { json.object([&] { json.member("truth", truth); }); });
        json.member_or_null("empty", "");
        json.member_or_null("text", "x");
        json.key("nothing").object([] {});
        json.member("last", std::uint32_t{4'000'000'000});
    });
    CHECK(
        json.take() ==
        R"({"a":1,"none":[],"list":[{"truth":true},{"truth":false}],"empty":null,"text":"x","nothing":{},"last":4000000000})");
}
