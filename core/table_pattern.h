#pragma once
// Tables as people list them: "public.orders", "orders" in any schema, "audit_*", "billing.*".

#include <string>
#include <string_view>
#include <vector>

#include "core/glob.h"

namespace pgfence {

class TablePattern {
public:
    /// With a dot: of schema and name. Without: of the name, in whichever schema.
    explicit TablePattern(std::string_view pattern)
        : glob_(pattern), with_schema_(pattern.find('.') != std::string_view::npos) {}
    /// `qualified` is schema.name as stored.
    bool matches(std::string_view qualified) const {
        if (with_schema_) return glob_.matches(qualified);
        const auto dot = qualified.find('.');
        return glob_.matches(dot == std::string_view::npos ? qualified : qualified.substr(dot + 1));
    }

private:
    Glob glob_;
    bool with_schema_;
};

inline bool matches_any(const std::vector<std::string>& patterns, std::string_view qualified) {
    for (const std::string& pattern : patterns)
        if (TablePattern(pattern).matches(qualified)) return true;
    return false;
}

}  // namespace pgfence
