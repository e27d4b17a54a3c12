#include "extract/elixir/application.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;
using Kind = Value::Kind;

constexpr std::size_t kLongestSetting = 200;

/// Of another file: places mean nothing here, and neither does what only a run of it would tell.
Value settled(const Value& value) {
    const auto items = [&] {
        std::vector<Value> all;
        for (const Value& item : *value.items) all.push_back(settled(item));
        return all;
    };
    const bool whole = value.items && !value.items->cut;
    switch (value.kind) {
        case Kind::text: return value.holds_unknown ? unknown_value() : text_value(value.text);
        case Kind::symbol: return value.holds_unknown ? unknown_value() : symbol_value(value.text);
        case Kind::number: return number_value(value.text);
        case Kind::boolean: return boolean_value(value.yes);
        case Kind::nothing: return nothing_value();
        case Kind::list: return whole ? list_value(items()) : unknown_value();
        case Kind::tuple: return whole ? tuple_value(items()) : unknown_value();
        case Kind::dictionary: return whole ? dictionary_value(items()) : unknown_value();
        case Kind::path: return value.call ? unknown_value() : path_value(value.text);
        case Kind::unknown:
        case Kind::object:
        case Kind::code: break;
    }
    return unknown_value();
}

bool is_name(const Value& value) { return (value.is_text() && value.known()) || (value.is(Kind::path) && !value.call); }

/// What later says of a key counts; of two keyword lists, key by key.
Value merged(const Value& before, const Value& later) {
    if (!before.is(Kind::dictionary) || !later.is(Kind::dictionary)) return later;
    std::vector<Value> all = *before.items;
    for (std::size_t i = 0; i + 1 < later.items->size(); i += 2) {
        const Value &key = (*later.items)[i], &value = (*later.items)[i + 1];
        std::size_t k = 0;
        while (k + 1 < all.size() && all[k].text != key.text) k += 2;
        if (k + 1 < all.size()) {
            all[k + 1] = merged(all[k + 1], value);
        } else {
            all.push_back(key);
            all.push_back(value);
        }
    }
    return dictionary_value(std::move(all));
}

}  // namespace

// config :app, key: value, ... and config :app, Key, key: value, ...
std::vector<ApplicationConfig::Entry> ApplicationConfig::entries(const Call& config) {
    std::vector<Entry> all;
    if (config.args.empty() || !is_name(config.args.front())) return all;
    const std::string& application = config.args.front().text;
    std::vector<Value> pairs;
    for (const auto& [name, value] : config.named) {
        pairs.push_back(symbol_value(name));
        pairs.push_back(settled(value));
    }
    const Value* last = config.args.size() > 1 ? &config.args.back() : nullptr;
    const bool has_key = last && is_name(config.args[1]) && (config.args.size() > 2 || !pairs.empty());
    if (has_key) {
        const std::string& key = config.args[1].text;
        all.push_back(
            {{application, key}, config.args.size() > 2 ? settled(*last) : dictionary_value(std::move(pairs))});
        return all;
    }
    if (last && last->is(Kind::dictionary) && !last->items->cut)
        for (const Value& item : *last->items) pairs.push_back(settled(item));
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) all.push_back({{application, pairs[i].text}, pairs[i + 1]});
    return all;
}

void ApplicationConfig::set(const Call& config) {
    for (Entry& entry : entries(config)) {
        const auto [known, is_new] = values_.try_emplace(std::move(entry.path), entry.value);
        if (!is_new) known->second = merged(known->second, entry.value);
    }
}

void ApplicationConfig::forget(const Call& config) {
    for (const Entry& entry : entries(config)) {
        Value& value = values_[entry.path];
        if (!value.is(Kind::dictionary) || !entry.value.is(Kind::dictionary)) {
            value = unknown_value();
            continue;
        }
        std::vector<Value> nobody_knows = *entry.value.items;
        for (std::size_t i = 1; i < nobody_knows.size(); i += 2) nobody_knows[i] = unknown_value();
        value = merged(value, dictionary_value(std::move(nobody_knows)));
    }
}

std::optional<Value> ApplicationConfig::found(const Path& path, const Value* otherwise) const {
    const auto absent = [&]() -> std::optional<Value> {
        return otherwise && was_read_ ? std::optional(*otherwise) : std::nullopt;
    };
    if (path.size() < 2) return std::nullopt;
    const auto known = values_.find({path[0], path[1]});
    if (known == values_.end()) return absent();
    const Value* value = &known->second;
    for (std::size_t i = 2; i < path.size(); ++i) {
        if (!value->is(Kind::dictionary)) return std::nullopt;
        value = value->get(path[i]);
        if (!value) return absent();
    }
    return value->is(Kind::unknown) ? std::nullopt : std::optional(*value);
}

std::optional<Value> ApplicationConfig::answer(const Call& call) const {
    constexpr std::array kAsks{"Application.get_env"sv, "Application.fetch_env!"sv, "Application.compile_env"sv,
                               "Application.compile_env!"sv};
    if (call.path.ends_with("Repo.config") && call.args.empty()) {
        const std::string repo = call.path.substr(0, call.path.rfind('.'));
        for (const auto& [path, value] : values_)
            if (path[1] == repo && value.is(Kind::dictionary)) return value;
        return std::nullopt;
    }
    if (std::find(kAsks.begin(), kAsks.end(), call.path) == kAsks.end() || call.args.size() < 2) return std::nullopt;
    Path path;
    if (!is_name(call.args[0])) return std::nullopt;
    path.push_back(call.args[0].text);
    if (is_name(call.args[1])) path.push_back(call.args[1].text);
    if (call.args[1].is(Kind::list))
        for (const Value& key : *call.args[1].items) {
            if (!is_name(key)) return std::nullopt;
            path.push_back(key.text);
        }
    return found(path, call.args.size() > 2 ? &call.args[2] : nullptr);
}

namespace {

std::optional<std::string> said(const Value& value) {
    if (value.is(Kind::symbol)) return value.holds_unknown ? std::nullopt : std::optional(":" + value.text);
    if (value.is(Kind::text)) return value.holds_unknown ? std::nullopt : std::optional("\"" + value.text + "\"");
    if (value.is(Kind::number)) return value.text;
    if (value.is(Kind::boolean)) return value.yes ? "true" : "false";
    if (value.is(Kind::nothing)) return "nil";
    const auto listed = [&](const std::vector<Value>& values) -> std::optional<std::string> {
        std::string all;
        for (const Value& one : values) {
            const auto text = said(one);
            if (!text) return std::nullopt;
            all += (all.empty() ? "" : ", ") + *text;
        }
        return all;
    };
    if (value.is(Kind::list) && !value.items->cut) {
        const auto all = listed(*value.items);
        return all ? std::optional("[" + *all + "]") : std::nullopt;
    }
    if (!value.is(Kind::path)) return std::nullopt;
    return value.call ? setting_in_elixir(value) : std::optional(value.text);
}

/// Give the same as long as the program runs, when they are given the same.
bool only_reads(std::string_view path) {
    constexpr std::array kReads{"Application.get_env"sv,
                                "Application.fetch_env!"sv,
                                "Application.compile_env"sv,
                                "Application.compile_env!"sv,
                                "System.get_env"sv,
                                "System.fetch_env!"sv,
                                "Kernel.||"sv,
                                "Keyword.get"sv,
                                "Keyword.fetch!"sv,
                                "Map.get"sv,
                                "Map.fetch!"sv};
    return std::find(kReads.begin(), kReads.end(), path) != kReads.end() || path.ends_with("Repo.config");
}

}  // namespace

std::optional<std::string> setting_in_elixir(const Value& value) {
    if (!value.is(Kind::path) || !value.call) return std::nullopt;
    const Call& call = *value.call;
    if (call.more_args || !call.named.empty() || !only_reads(call.path)) return std::nullopt;
    std::string arguments;
    for (const Value& argument : call.args) {
        const auto one = said(argument);
        if (!one) return std::nullopt;
        arguments += (arguments.empty() ? "" : ", ") + *one;
    }
    std::string expression = call.path + "(" + arguments + ")";
    return expression.size() <= kLongestSetting ? std::optional(std::move(expression)) : std::nullopt;
}

}  // namespace pgfence::extract
