#pragma once
// What extensions bring that columns, expressions and indexes are made with: it goes with them (DROP EXTENSION).

#include <span>
#include <string_view>

namespace pgfence {

struct ExtensionParts {
    std::string_view extension;
    std::span<const std::string_view> types, functions, operator_classes;
};

/// Null: not one that is listed.
const ExtensionParts* parts_of_extension(std::string_view name);

}  // namespace pgfence
