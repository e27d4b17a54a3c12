#include "analyze/kit/made_here.h"

#include <algorithm>

namespace pgfence {
namespace {

/// One that replaced another may have been there, and so may one of other arguments.
bool makes(const Action& action, const Step& step, const Drop& drop, const Name& name) {
    if (const auto* schema = std::get_if<CreateSchema>(&action))
        return drop.object == ObjectType::schema && !schema->if_not_exists && schema->name == name.name;
    const auto* function = std::get_if<CreateFunction>(&action);
    return function && drop.object == ObjectType::function && !function->or_replace && drop.names.size() == 1 &&
           drop.signatures.size() == 1 && drop.signatures.front() == function->types &&
           step.before.creation_name(function->name) == step.before.creation_name(name);
}

/// Nothing of before comes into a schema by it, or hangs on a function.
bool leaves_older_objects_alone(const Action& action, const Step& step) {
    if (const auto* moved = std::get_if<SetSchema>(&action)) {
        const Relation* table = step.before.find({moved->new_schema, moved->name.name});
        // A type takes along the tables that are made of it.
        return table && !table->existing && moved->object == ObjectType::table;
    }
    if (const auto* view = std::get_if<CreateView>(&action)) return !view->or_replace;
    // The new body of an older one may depend on what goes: BEGIN ATOMIC.
    if (const auto* function = std::get_if<CreateFunction>(&action)) return !function->or_replace;
    return std::holds_alternative<CreateSchema>(action) || std::holds_alternative<CreateTable>(action) ||
           std::holds_alternative<CreateIndex>(action) || std::holds_alternative<CreateSequence>(action) ||
           std::holds_alternative<Comment>(action) || std::holds_alternative<Grant>(action);
}

}  // namespace

bool is_of_this_file(const Step& step, const Drop& drop, const Name& name) {
    const auto made = std::find_if(step.earlier.begin(), step.earlier.end(),
                                   [&](const Earlier& earlier) { return makes(*earlier.action, step, drop, name); });
    return made != step.earlier.end() && std::all_of(made, step.earlier.end(), [&](const Earlier& earlier) {
               return leaves_older_objects_alone(*earlier.action, step);
           });
}

}  // namespace pgfence
