#include "analyze/catalog/name_chooser.h"

#include "analyze/catalog/chosen_names.h"

namespace pgfence {

std::string NameChooser::choose_name(std::string_view schema, std::string_view name1, std::string_view name2,
                                     std::string_view label, Among among) const {
    const auto taken = [&](std::string_view name) {
        return (among != Among::constraints && catalog_.names_.find(schema, name)) ||
               (among != Among::relations && catalog_.constraint_names_.find(schema, name));
    };
    std::string name = make_object_name(name1, name2, label);
    for (int digits = 1; digits <= 8 && taken(name); ++digits) {
        const std::string zeros(static_cast<std::size_t>(digits), '0');
        const std::string numbered = make_object_name(name1, name2, std::string(label) + zeros);
        const std::string stem = numbered.substr(0, numbered.size() - zeros.size());
        std::uint32_t n = 1, before = 0;
        while (n && n != before) {
            before = n;
            if (among != Among::constraints) n = catalog_.names_.free_number(schema, stem, digits, n);
            if (n && among != Among::relations) n = catalog_.constraint_names_.free_number(schema, stem, digits, n);
        }
        if (n) name = stem + std::to_string(n);
    }
    return name;
}

}  // namespace pgfence
