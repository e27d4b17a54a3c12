#pragma once
// A token: never printed, never compared against a fixed shape. Installation tokens have had no fixed length since
// GitHub's stateless `ghs_` tokens of April 2026, so no pattern would recognise one; the value itself does.

#include <string>
#include <string_view>
#include <utility>

namespace pgfence {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}

    bool empty() const { return value_.empty(); }
    /// Only where it is handed to whoever sends it.
    const std::string& reveal() const { return value_; }
    /// The text with every occurrence of the secret as "***".
    std::string mask(std::string_view text) const {
        std::string masked(text);
        if (value_.empty()) return masked;
        for (auto at = masked.find(value_); at != std::string::npos; at = masked.find(value_, at + 3))
            masked.replace(at, value_.size(), "***");
        return masked;
    }

private:
    std::string value_;
};

}  // namespace pgfence
