#pragma once
// How a config file is read: each key by a reader of its own, found by its name in a table, so that the list of known
// keys and what reads them cannot part.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "core/result.h"
#include "policy/config.h"
#include "policy/nearest.h"
#include "policy/own_rules.h"
#include "policy/toml.h"

namespace pgfence::policy {

/// Where an error is: the file, and what rule names are known in it.
struct ConfigPosition {
    std::string_view file;
    const RuleNames& names;
    const std::vector<RuleInfo>& rules;

    tl::unexpected<Error> wrong(const toml::source_region& where, const std::string& what) const {
        return usage_error(fmt::format("{} line {}: {}", file, where.begin.line, what));
    }
    tl::unexpected<Error> unknown(const toml::key& key, std::string_view what, const std::string& suggestion) const {
        return wrong(key.source(),
                     fmt::format("unknown {} \"{}\"{}", what, key.str(),
                                 suggestion.empty() ? "" : fmt::format(", did you mean \"{}\"?", suggestion)));
    }
    tl::unexpected<Error> expected(const toml::key& key, const toml::node& value, std::string_view what) const {
        return wrong(value.source(), fmt::format("\"{}\" must be {}", key.str(), what));
    }
};

/// Of a reader that has nothing to give back but its error.
using Done = Result<bool>;

/// All that is wrong is said at once, a line each: a config is mended in one go.
inline void add_error(std::string& all, const Error& error) { all += (all.empty() ? "" : "\n") + error.message; }

/// Every entry of a table is read, by read(key, value), whatever is wrong with others.
template <class Read>
Done read_entries(const toml::table& table, Read read) {
    std::string wrong;
    for (const auto& [key, value] : table)
        if (const Done done = read(key, value); !done) add_error(wrong, done.error());
    if (!wrong.empty()) return usage_error(wrong);
    return true;
}

/// Likewise of an array.
template <class Read>
Done read_elements(const toml::array& array, Read read) {
    std::string wrong;
    for (const toml::node& element : array)
        if (const Done done = read(element); !done) add_error(wrong, done.error());
    if (!wrong.empty()) return usage_error(wrong);
    return true;
}

template <class Target>
struct Key {
    std::string_view name;
    Done (*read)(const ConfigPosition&, const toml::key&, const toml::node&, Target&);
};

template <class Target, std::size_t n>
Done read_keys(const ConfigPosition& place, const toml::table& table, const std::array<Key<Target>, n>& known,
               Target& into) {
    return read_entries(table, [&](const toml::key& key, const toml::node& value) -> Done {
        const auto found = std::find_if(known.begin(), known.end(),
                                        [&](const auto& candidate) { return candidate.name == key.str(); });
        if (found != known.end()) return found->read(place, key, value, into);
        std::vector<std::string> names;
        for (const auto& candidate : known) names.emplace_back(candidate.name);
        return place.unknown(key, "key", nearest(key.str(), names));
    });
}

/// A key whose value goes into a field as it is.
template <auto reader, auto field, class Target>
Done read_into(const ConfigPosition& place, const toml::key& key, const toml::node& value, Target& into) {
    into.*field = TRY(reader(place, key, value));
    return true;
}

// config_sizes.cpp
Done read_sizes(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config);
Done read_throughput(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config);

}  // namespace pgfence::policy
