#include "bot/github_json.h"

namespace pgfence {

using nlohmann::json;

namespace {

const json* member(const json& object, const char* key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

}  // namespace

std::string text_at(const json& object, const char* key) {
    const json* found = member(object, key);
    return found && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_set_at(const json& object, const char* key) {
    const json* found = member(object, key);
    return found && found->is_boolean() && found->get<bool>();
}

std::uint64_t number_at(const json& object, const char* key) {
    const json* found = member(object, key);
    return found && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

const json& object_at(const json& object, const char* key) {
    static const json none = json::object();
    const json* found = member(object, key);
    return found && found->is_object() ? *found : none;
}

const json& list_at(const json& object, const char* key) {
    static const json none = json::array();
    const json* found = member(object, key);
    return found && found->is_array() ? *found : none;
}

json parsed(const HttpResponse& response) { return json::parse(response.body, nullptr, false); }

// Texts come from files of any encoding; the strict handler would throw on bad UTF-8.
std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

ApiError not_understood(const HttpResponse& response) {
    return {response.status, "the answer was not understood", false};
}

}  // namespace pgfence
