// Containers that share until they are written to.

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analyze/catalog/chosen_names.h"
#include "analyze/catalog/shared.h"

using pgfence::NameIndex;
using pgfence::Shared;
using pgfence::SharedList;
using pgfence::SharedSlots;

TEST_CASE("a copy keeps what it was copied from") {
    Shared<std::string> one;
    CHECK_FALSE(one);
    one.write() = "a";
    const Shared<std::string> other = one;
    CHECK(&one.read() == &other.read());
    one.write() += "b";
    CHECK(one.read() == "ab");
    CHECK(other.read() == "a");
    const std::string* alone = &one.read();
    CHECK(&one.write() == alone);
}

TEST_CASE("a list shares its elements one by one") {
    SharedList<std::string> list;
    for (const char* text : {"a", "b", "c"}) list.push_back(text);
    const SharedList<std::string> before = list;
    list.write(1) = "B";
    CHECK(&list[0] == &before[0]);
    CHECK(before[1] == "b");
    list.change_if([](const std::string& text) { return text == "c"; }, [](std::string& text) { text = "C"; });
    list.erase(std::find(list.begin(), list.end(), "a"));
    list.emplace_back() = "d";
    list.erase_if([](const std::string& text) { return text == "B"; });
    CHECK(std::equal(list.begin(), list.end(), std::begin({"C", "d"})));
    CHECK(std::equal(before.begin(), before.end(), std::begin({"a", "b", "c"})));
    CHECK((before.size() == 3 && before.front() == "a" && before.back() == "c" && !before.empty()));
}

TEST_CASE("slots far apart, and what differs between two copies") {
    SharedSlots<int> slots;
    slots.add(3) = 30;
    slots.add(1000) = 7;
    CHECK_FALSE(std::as_const(slots).find(4));
    CHECK_FALSE(std::as_const(slots).find(100'000));
    SharedSlots<int> changed = slots;
    *changed.find(3) = 31;
    changed.add(70) = 1;
    changed.erase(1000);
    CHECK(*std::as_const(slots).find(3) == 30);
    std::vector<std::size_t> differ;
    changed.for_each_difference(slots, [&](std::size_t at) { differ.push_back(at); });
    CHECK(differ == std::vector<std::size_t>{3, 70, 1000});
    differ.clear();
    slots.for_each_difference(SharedSlots<int>(slots), [&](std::size_t at) { differ.push_back(at); });
    CHECK(differ.empty());
}

TEST_CASE("slots of which the other copy has not even a part") {
    SharedSlots<int> few;
    few.add(1) = 1;
    SharedSlots<int> many = few;
    for (const std::size_t at : {1023u, 1024u, 5000u, 70'000u}) many.add(at) = static_cast<int>(at);
    CHECK_FALSE(std::as_const(few).find(1024));
    CHECK_FALSE(std::as_const(many).find(2048));
    CHECK(*std::as_const(many).find(70'000) == 70'000);
    for (const auto& [one, other] : {std::pair(few, many), std::pair(many, few)}) {
        std::vector<std::size_t> differ;
        one.for_each_difference(other, [&](std::size_t at) { differ.push_back(at); });
        CHECK(differ == std::vector<std::size_t>{1023, 1024, 5000, 70'000});
    }
    many.erase(70'000);
    CHECK_FALSE(std::as_const(many).find(70'000));
    many.erase(200'000);
    CHECK_FALSE(std::as_const(many).find(200'000));
}

TEST_CASE("the first free number of a stem, whatever was taken and given back before") {
    std::mt19937 engine(7);
    const auto random = [&](std::uint32_t below) {
        return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(engine);
    };
    NameIndex index;
    std::set<std::uint32_t> taken;
    const auto first_free = [&](std::uint32_t from, std::uint32_t end) {
        while (from < end && taken.contains(from)) ++from;
        return from < end ? from : 0;
    };
    for (std::uint32_t n = 1; n < 6000; ++n) {
        index.set("s", "t" + std::to_string(n), 1);
        taken.insert(n);
    }
    for (int i = 0; i < 3000; ++i) {
        const std::uint32_t n = 1 + random(7000);
        const bool take = random(3) == 0;
        const NameIndex before = index;  // what is written to is shared
        index.set("s", "t" + std::to_string(n), take ? 1 : 0);
        if (take)
            taken.insert(n);
        else
            taken.erase(n);
        const std::uint32_t from = random(7000);
        REQUIRE(index.free_number("s", "t", 4, from) == first_free(std::max(from, 1000u), 10'000));
        REQUIRE(index.free_number("s", "t", 2, from % 100) == first_free(std::max(from % 100, 10u), 100));
    }
}

TEST_CASE("a name that is given back in a copy stays taken in the other") {
    NameIndex index;
    for (int n = 1; n < 10; ++n) index.set("s", "t" + std::to_string(n), 1);
    NameIndex copy = index;
    copy.set("s", "t4", 0);
    CHECK(copy.free_number("s", "t", 1, 1) == 4);
    CHECK(index.free_number("s", "t", 1, 1) == 0);
}
