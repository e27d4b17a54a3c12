#pragma once
// GitHub's JSON, read without trusting its shape: what is absent or of another type is empty.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "bot/api_result.h"
#include "bot/http.h"

namespace pgfence {

std::string text_at(const nlohmann::json& object, const char* key);
bool is_set_at(const nlohmann::json& object, const char* key);
std::uint64_t number_at(const nlohmann::json& object, const char* key);
/// An empty object when there is none.
const nlohmann::json& object_at(const nlohmann::json& object, const char* key);
/// An empty list when there is none.
const nlohmann::json& list_at(const nlohmann::json& object, const char* key);

/// What a GraphQL request was answered with.
struct GraphqlData {
    nlohmann::json data;
};

nlohmann::json parsed(const HttpResponse& response);
std::string dumped(const nlohmann::json& value);
ApiError not_understood(const HttpResponse& response);

}  // namespace pgfence
