#include "analyze/lower/plpgsql_tree.h"

#include <vector>

namespace pgfence::plpgsql {
namespace {

/// libpg_query writes the variables of a trigger (TG_OP and its kin, PLPGSQL_DTYPE_PROMISE) as "{}}": one brace too
/// many. An array's element that begins with "{}" can only be one of them.
std::string without_stray_braces(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        out += json[i];
        if (in_string && json[i] == '\\' && i + 1 < json.size())
            out += json[++i];
        else if (json[i] == '"')
            in_string = !in_string;
        else if (!in_string && (json[i] == '[' || json[i] == ',') && json.substr(i + 1).starts_with("{}}")) {
            out += "{}";
            i += 3;
        }
    }
    return out;
}

}  // namespace

Json tree_of(std::string_view json) {
    Json tree = Json::parse(json, nullptr, false);
    return tree.is_discarded() ? Json::parse(without_stray_braces(json), nullptr, false) : tree;
}

const Json* member(const Json& object, const char* key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

const Json* unwrapped(const Json* node) {
    return node && node->is_object() && node->size() == 1 ? &node->begin().value() : nullptr;
}

std::string_view type_of_node(const Json& node) {
    if (!node.is_object() || node.size() != 1) return {};
    std::string_view name = node.begin().key();
    constexpr std::string_view kPrefix = "PLpgSQL_";
    return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

int number(const Json& object, const char* key) {
    const Json* value = member(object, key);
    return value && value->is_number_integer() ? value->get<int>() : 0;
}

std::string text(const Json& object, const char* key) {
    const Json* value = member(object, key);
    return value && value->is_string() ? value->get<std::string>() : std::string();
}

bool flag(const Json& object, const char* key) {
    const Json* value = member(object, key);
    return value && value->is_boolean() && value->get<bool>();
}

std::optional<Expression> expression(const Json* node) {
    const Json* expr = unwrapped(node);
    if (!expr) return std::nullopt;
    return Expression{text(*expr, "query"), static_cast<ParseMode>(number(*expr, "parseMode"))};
}

Assignments::Assignments(const Json& action) {
    std::vector<const Json*> left{&action};
    while (!left.empty()) {
        const Json* next = left.back();
        left.pop_back();
        if (next->is_object()) look_at(*next);
        if (next->is_structured())
            for (const Json& child : *next) left.push_back(&child);
    }
}

int Assignments::of(int number, const std::string& name) const {
    const auto by_number = numbers_.find(number);
    const auto by_name = names_.find(name);
    return (by_number == numbers_.end() ? 0 : by_number->second) + (by_name == names_.end() ? 0 : by_name->second);
}

void Assignments::look_at(const Json& object) {
    for (const char* key : {"varno", "target"})
        if (const Json* value = member(object, key); value && value->is_number_integer()) ++numbers_[value->get<int>()];
    if (const Json* name = member(object, "refname"); name && name->is_string()) ++names_[name->get<std::string>()];
}

}  // namespace pgfence::plpgsql
