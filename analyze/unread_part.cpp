#include "analyze/unread_part.h"

namespace pgfence::analyze {

std::optional<std::string> unread_part(const Action& action, const Catalog& catalog) {
    if (const auto* unmodelled = std::get_if<Unmodelled>(&action)) return unmodelled->why;
    if (const auto* block = std::get_if<DoBlock>(&action); block && !block->runs)
        return "the body of a DO block in language " + block->language + " is not read";
    if (std::holds_alternative<DropOwned>(action)) return "DROP OWNED drops whatever the role owns";
    if (std::holds_alternative<ReassignOwned>(action)) return "REASSIGN OWNED changes whatever the role owns";
    if (const auto* call = std::get_if<Call>(&action)) {
        const Function* procedure = catalog.called_by(call->procedure);
        if (!procedure || !procedure->runs)
            return "the body of procedure " + call->procedure.name.name + " is not known";
    }
    if (const auto* execute = std::get_if<Execute>(&action); execute && !catalog.prepared(execute->name))
        return "EXECUTE runs a prepared statement that is in no file";
    return std::nullopt;
}

}  // namespace pgfence::analyze
