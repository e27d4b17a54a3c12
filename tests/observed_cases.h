#pragma once
// Reads the cases of tests/observed/ and what servers did with them (tools/observe/cases.py says how they are written).

#include <catch2/catch_test_macros.hpp>
#include <compare>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence::observed {

/// A release of PostgreSQL, as the first of its major that was seen to do what it does; minor 0 is recorded as "15".
struct Release {
    int major = 0, minor = 0;
    auto operator<=>(const Release&) const = default;
    std::string name() const { return std::to_string(major) + (minor ? "." + std::to_string(minor) : ""); }
};

inline std::vector<Release> releases(const std::string& text) {
    std::vector<Release> all;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const auto dot = word.find('.');
        all.push_back({std::stoi(word), dot == std::string::npos ? 0 : std::stoi(word.substr(dot + 1))});
    }
    return all;
}

struct Case {
    std::string family;
    std::vector<std::string> family_schema, extra;
    std::string statement, gap, when;
    std::map<Release, std::vector<std::string>> seen;

    std::vector<std::string> schema() const {
        auto all = family_schema;
        all.insert(all.end(), extra.begin(), extra.end());
        return all;
    }
};

inline std::optional<std::string> after(const std::string& line, std::string_view prefix) {
    if (!line.starts_with(prefix)) return std::nullopt;
    return line.substr(prefix.size());
}

inline std::ifstream open(const std::string& name) {
    return std::ifstream(std::string(PGFENCE_SOURCE_DIR) + "/tests/observed/" + name);
}

inline std::vector<Case> cases(const std::string& name) {
    std::ifstream in = open(name);
    std::vector<Case> all;
    Case next;
    bool in_schema = false;
    for (std::string line; std::getline(in, line);) {
        if (const auto family = after(line, "-- family: ")) {
            next = {*family, {}, {}, {}, {}, {}, {}};
            in_schema = true;
        } else if (const auto extra = after(line, "-- with: ")) {
            next.extra.push_back(*extra);
        } else if (const auto gap = after(line, "-- known gap: ")) {
            next.gap = *gap;
        } else if (const auto when = after(line, "-- when: ")) {
            next.when = *when;
        } else if (line.empty() || line.starts_with("--")) {
            in_schema = in_schema && !line.empty();
        } else if (in_schema) {
            next.family_schema.push_back(line);
        } else {
            next.statement = line;
            all.push_back(next);
            next = {next.family, next.family_schema, {}, {}, {}, {}, {}};
        }
    }
    return all;
}

/// The answers follow the cases: the n-th "sql" is the n-th case.
inline std::vector<Case> recorded(const std::string& cases_name, const std::string& answers_name) {
    std::vector<Case> all = cases(cases_name);
    std::ifstream in = open(answers_name);
    std::size_t count = 0;
    std::vector<Release> said_by;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("== ") || line.starts_with("with ")) continue;
        if (const auto sql = after(line, "sql ")) {
            INFO(cases_name << " has changed since it was recorded: run tools/observe/record");
            REQUIRE(count < all.size());
            REQUIRE(all[count].statement == *sql);
            ++count;
        } else if (const auto versions = after(line, "-- ")) {
            said_by = releases(*versions);
            for (const Release& release : said_by) all[count - 1].seen[release] = {};
        } else {
            for (const Release& release : said_by) all[count - 1].seen[release].push_back(line);
        }
    }
    REQUIRE(count == all.size());
    return all;
}

/// What the model is held against, and what docs/locks.md shows.
inline std::vector<Case> model_cases() { return recorded("model_cases.sql", "model.txt"); }
inline std::vector<Case> lock_cases() { return recorded("lock_cases.sql", "locks.txt"); }

}  // namespace pgfence::observed
