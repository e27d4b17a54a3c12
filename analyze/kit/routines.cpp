#include "analyze/kit/routines.h"

#include <algorithm>

namespace pgfence {
namespace {

bool is_routine(ObjectType object) {
    return object == ObjectType::function || object == ObjectType::procedure || object == ObjectType::routine ||
           object == ObjectType::aggregate;
}

bool is_made_by_file(const Step& step, const Name& name) {
    return std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        const auto is_it = [&](const Name& made) {
            return made.name == name.name && (made.schema == name.schema || made.schema.empty() || name.schema.empty());
        };
        const auto* function = std::get_if<CreateFunction>(earlier.action);
        const auto* aggregate = std::get_if<CreateAggregate>(earlier.action);
        return (function && is_it(function->name)) || (aggregate && is_it(aggregate->name));
    });
}

bool returns_trigger(const Function& function) {
    return function.result.name.name == "trigger" || function.result.name.name == "event_trigger";
}

/// Triggers may have been all that ran it: of one that is not known, a trigger that went before says so.
bool is_run_by_triggers(const Step& step, const Name& name) {
    const std::vector<const Function*> known = step.before.find_functions(name);
    if (!known.empty())
        return std::all_of(known.begin(), known.end(), [](const Function* one) { return returns_trigger(*one); });
    return std::any_of(step.earlier.begin(), step.earlier.end(), [](const Earlier& earlier) {
        const auto* drop = std::get_if<Drop>(earlier.action);
        return drop && (drop->object == ObjectType::trigger || drop->object == ObjectType::event_trigger);
    });
}

}  // namespace

std::vector<DroppedRoutine> dropped_routines(const Step& step) {
    std::vector<DroppedRoutine> dropped;
    const auto* drop = step.is<Drop>();
    if (!drop || !is_routine(drop->object)) return dropped;
    for (std::size_t i = 0; i < drop->names.size(); ++i) {
        const Name& name = drop->names[i];
        const bool is_absent = step.before.complete() && step.before.find_functions(name).empty();
        if (is_absent || is_made_by_file(step, name) || is_run_by_triggers(step, name)) continue;
        const auto& signature = i < drop->signatures.size() ? drop->signatures[i] : std::nullopt;
        dropped.push_back({name, signature ? std::optional(static_cast<int>(signature->size())) : std::nullopt});
    }
    return dropped;
}

}  // namespace pgfence
