// Containers that share until they are written to.

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>

#include "analyze/catalog/shared.h"

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
