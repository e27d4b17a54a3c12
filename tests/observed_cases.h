#pragma once
// Reads the cases of tests/observed/ and what servers did with them (tools/observe/cases.py says how they are written).

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence::observed {

struct Case {
    std::string family;
    std::vector<std::string> family_schema, extra;
    std::string statement, gap, when;
    std::map<int, std::vector<std::string>> seen;  // by major

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
    std::vector<int> majors;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("== ") || line.starts_with("with ")) continue;
        if (const auto sql = after(line, "sql ")) {
            INFO(cases_name << " has changed since it was recorded: run tools/observe/record");
            REQUIRE(count < all.size());
            REQUIRE(all[count].statement == *sql);
            ++count;
        } else if (const auto versions = after(line, "-- ")) {
            majors.clear();
            std::istringstream numbers(*versions);
            for (int major; numbers >> major;) all[count - 1].seen[majors.emplace_back(major)] = {};
        } else {
            for (const int major : majors) all[count - 1].seen[major].push_back(line);
        }
    }
    REQUIRE(count == all.size());
    return all;
}

/// What the model is held against, and what docs/locks.md shows.
inline std::vector<Case> model_cases() { return recorded("model_cases.sql", "model.txt"); }
inline std::vector<Case> lock_cases() { return recorded("lock_cases.sql", "locks.txt"); }

}  // namespace pgfence::observed
