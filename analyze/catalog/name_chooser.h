#pragma once
// Which names are free: what the server calls indexes, constraints and sequences that a statement does not name.

#include <cstdint>
#include <string>
#include <string_view>

#include "analyze/catalog/catalog.h"

namespace pgfence {

class NameChooser {
public:
    explicit NameChooser(const Catalog& catalog) : catalog_(catalog) {}

    enum class Among : std::uint8_t { relations, constraints, both };
    /// name1_name2_label, then ..._label1, ...: what ChooseRelationName and ChooseConstraintName would choose.
    std::string choose_name(std::string_view schema, std::string_view name1, std::string_view name2,
                            std::string_view label, Among among) const;

private:
    const Catalog& catalog_;
};

}  // namespace pgfence
