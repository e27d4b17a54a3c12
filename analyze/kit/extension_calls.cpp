#include "analyze/kit/extension_calls.h"

namespace pgfence {

std::vector<ExtensionCall> extension_calls(const Step& step) {
    std::vector<ExtensionCall> calls;
    const auto* dml = step.is<Dml>();
    if (!dml || dml->reach != Dml::Reach::run) return calls;
    for (const FunctionUse& use : dml->query.functions) {
        const ExtensionFunction* function = extension_function(use);
        if (!function) continue;
        Name table = table_of(use, *function);
        if (!table.empty() && step.existing(table)) calls.push_back({function, std::move(table)});
    }
    return calls;
}

}  // namespace pgfence
