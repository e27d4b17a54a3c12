// The process of a sandbox is a copy of ours: what it must not know is not in it any more.
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "orm/forget.h"
#include "orm/sandbox.h"

using namespace pgfence::orm;

namespace {

/// How the text looks in the process of a sandbox, at the places where ours has it.
std::vector<std::string> as_a_program_sees(const std::vector<const char*>& places, std::size_t size) {
    std::vector<std::string> seen;
    const Ended ended = run_in_sandbox(
        Limits{},
        [&](const Channel& channel) {
            for (const char* place : places) channel.send({"seen", std::string(place, size)});
        },
        [&](Message&& message, bool&) {
            seen.push_back(message.at(1));
            return std::optional<Message>();
        });
    CHECK(ended.by_itself);
    return seen;
}

}  // namespace

TEST_CASE("a token is nowhere in the memory of a program's process") {
#ifdef __SANITIZE_ADDRESS__
    SKIP("AddressSanitizer's shadow is terabytes, which are not looked through");
#endif
    const std::string token = "ghs_42_eyJhbGciOiJSUzI1NiJ9.c2VjcmV0", other = "not a secret at all, whatever it says";
    static std::string in_data = token;
    std::string on_heap = "Authorization: Bearer " + token + "\r\n", twice = token + token;
    char on_stack[64] = {};
    token.copy(on_stack, token.size());
    auto large = std::make_unique<std::string>(std::size_t{1} << 22, 'g');  // a mapping of its own
    large->replace(large->size() - token.size(), token.size(), token);
    const std::vector<const char*> places{in_data.data(), on_heap.data() + 22,
                                          twice.data(),   twice.data() + token.size(),
                                          on_stack,       large->data() + large->size() - token.size()};
    for (const std::string& seen : as_a_program_sees(places, token.size()))
        CHECK(seen == token);  // the test can see it

    never_in_sandbox(token);
    never_in_sandbox("short");
    const auto seen = as_a_program_sees(places, token.size());
    CHECK(seen.size() == places.size());
    for (const std::string& text : seen) CHECK(text == std::string(token.size(), '\0'));
    CHECK(as_a_program_sees({other.data()}, other.size()) == std::vector<std::string>{other});
    CHECK(on_heap == "Authorization: Bearer " + token + "\r\n");  // here it is as it was
}
