#include "extract/program/named_placeholders.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/sql_scanner.h"
#include "extract/placeholders.h"
#include "extract/program/digest.h"

namespace pgfence::extract {

NamedPlaceholder named_placeholder(std::string_view written) {
    constexpr std::size_t kEnough = 8;
    return {std::string(kPlaceholder) + "_" + sha256_hex(written).substr(0, kEnough), std::string(written)};
}

bool has_nameless_placeholder(std::string_view text, const std::vector<NamedPlaceholder>& placeholders) {
    for (auto at = text.find(kPlaceholder); at != text.npos; at = text.find(kPlaceholder, at + 1))
        if (std::none_of(placeholders.begin(), placeholders.end(), [&](const NamedPlaceholder& placeholder) {
                return text.substr(at).starts_with(placeholder.name);
            }))
            return true;
    return false;
}

std::vector<std::pair<std::size_t, std::size_t>> schemas_in(std::string_view sql,
                                                            const std::vector<NamedPlaceholder>& placeholders) {
    std::vector<std::pair<std::size_t, std::size_t>> places;
    if (placeholders.empty()) return places;
    for (auto at = sql.find(kPlaceholder), end = at; at != sql.npos; at = sql.find(kPlaceholder, end)) {
        std::size_t begin = at;
        while (begin > 0 && continues_name(sql[begin - 1])) --begin;
        end = at;
        while (end < sql.size() && continues_name(sql[end])) ++end;
        if (!has_nameless_placeholder(sql.substr(begin, end - begin), placeholders) &&
            is_schema_of_a_name(sql, begin, end))
            places.emplace_back(begin, end);
    }
    return places;
}

}  // namespace pgfence::extract
