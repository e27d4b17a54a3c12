#include <algorithm>

#include "extract/elixir/ecto_schema.h"

namespace pgfence::extract {

EctoOptions::EctoOptions(const Call& call, std::size_t position) {
    if (position < call.args.size()) take(call.args[position]);
    for (const auto& [name, value] : call.named) named_.emplace_back(name, value);
    unknown_ |= call.more_args;
}

void EctoOptions::take(const Value& keywords) {
    const bool none = keywords.is(Value::Kind::nothing) || (keywords.is(Value::Kind::list) && keywords.items->empty());
    if (none) return;
    if (!keywords.is(Value::Kind::dictionary) || keywords.items->cut) {
        unknown_ = true;
        return;
    }
    for (std::size_t i = 0; i + 1 < keywords.items->size(); i += 2)
        named_.emplace_back((*keywords.items)[i].text, (*keywords.items)[i + 1]);
}

const Value* EctoOptions::get(std::string_view name) const& {
    const auto found = std::find_if(named_.begin(), named_.end(), [&](const auto& one) { return one.first == name; });
    return found == named_.end() ? nullptr : &found->second;
}

bool EctoOptions::is_false(std::string_view name) const {
    const Value* value = get(name);
    return value && value->is(Value::Kind::boolean) && !value->yes;
}

std::string EctoOptions::text(std::string_view name) const {
    const Value* value = get(name);
    return value && value->is_text() && !value->holds_unknown ? value->text : "";
}

void EctoOptions::remove(std::string_view name) {
    std::erase_if(named_, [&](const auto& one) { return one.first == name; });
}

void EctoOptions::set(const std::string& name, Value value) {
    remove(name);
    named_.emplace_back(name, std::move(value));
}

void EctoOptions::set_default(const std::string& name, Value value) {
    if (!has(name)) named_.emplace_back(name, std::move(value));
}

void EctoOptions::merge(const EctoOptions& later) {
    for (const auto& [name, value] : later.named_) set(name, value);
    unknown_ |= later.unknown_;
}

}  // namespace pgfence::extract
