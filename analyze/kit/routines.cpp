#include "analyze/kit/routines.h"

#include <algorithm>

#include "analyze/catalog/argument_types.h"

namespace pgfence {
namespace {

bool is_routine(ObjectType object) {
    return object == ObjectType::function || object == ObjectType::procedure || object == ObjectType::routine ||
           object == ObjectType::aggregate;
}

using Signature = std::optional<std::vector<TypeName>>;

bool is_made_by_file(const Step& step, const Name& name, const Signature& signature) {
    const auto is_it = [&](const Name& made, const std::vector<TypeName>& types) {
        return made.name == name.name && (made.schema == name.schema || made.schema.empty() || name.schema.empty()) &&
               (!signature || same_types(types, *signature));
    };
    return std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        const auto* function = std::get_if<CreateFunction>(earlier.action);
        const auto* aggregate = std::get_if<CreateAggregate>(earlier.action);
        return (function && is_it(function->name, function->types)) ||
               (aggregate && is_it(aggregate->name, aggregate->types));
    });
}

bool returns_trigger(const Function& function) {
    return function.result.name.name == "trigger" || function.result.name.name == "event_trigger";
}

/// Triggers may have been all that ran it: of one that is not known, a trigger that went before says so. None runs what
/// takes arguments, or is no function.
bool is_run_by_triggers(const Step& step, ObjectType kind, const Name& name, const Signature& signature) {
    if (kind == ObjectType::procedure || kind == ObjectType::aggregate) return false;
    if (signature && !signature->empty()) return false;
    const std::vector<const Function*> known = step.before.find_functions(name);
    if (!known.empty())
        return std::all_of(known.begin(), known.end(), [](const Function* one) { return returns_trigger(*one); });
    return std::any_of(step.earlier.begin(), step.earlier.end(), [](const Earlier& earlier) {
        const auto* drop = std::get_if<Drop>(earlier.action);
        return drop && (drop->object == ObjectType::trigger || drop->object == ObjectType::event_trigger);
    });
}

/// DROP FUNCTION f without a list drops the only one of the name.
const Function* known_routine(const Step& step, const Name& name, const Signature& signature) {
    const Function* found = nullptr;
    for (const Function* function : step.before.find_functions(name)) {
        if (signature && !same_types(function->types, *signature)) continue;
        if (found) return nullptr;
        found = function;
    }
    return found;
}

bool is_of_change(const Function& function) { return !function.existing && !function.replaces_older; }

Function without_body(Function function) {
    function.body.clear();
    function.runs = {};
    return function;
}

bool takes_as_many(const Function& now, const DroppedRoutine& dropped) {
    if (dropped.known && dropped.known->procedure != now.procedure) return false;
    if (!dropped.arguments) return true;
    const int most = now.arguments, least = most - static_cast<int>(now.defaults.size());
    return *dropped.arguments >= least && (now.variadic || *dropped.arguments <= most);
}

/// Of those that both say.
template <class Part, class Fits>
bool all_fit(const std::vector<Part>& old, const std::vector<Part>& now, Fits fits) {
    for (std::size_t i = 0; i < std::min(old.size(), now.size()); ++i)
        if (!fits(old[i], now[i])) return false;
    return true;
}

bool takes_types(const Function& now, const Function& old) {
    return now.variadic || all_fit(old.types, now.types, may_pass_for);
}

/// An argument that had no name may get one.
bool keeps_names(const Function& now, const Function& old) {
    return all_fit(old.argument_names, now.argument_names,
                   [](const std::string& was, const std::string& is) { return was.empty() || was == is; });
}

bool is_same_type(const TypeName& was, const TypeName& is) {
    return was.name.name == is.name.name && was.array_dimensions == is.array_dimensions && was.setof == is.setof;
}

/// Columns may be added, as to a view.
bool gives_the_same(const Function& now, const Function& old) {
    const bool nobody_looks = old.result.name.name == "void" || old.result.name.empty();
    if (old.returned.empty() || now.returned.empty()) return nobody_looks || is_same_type(old.result, now.result);
    return old.result.setof == now.result.setof &&
           std::all_of(old.returned.begin(), old.returned.end(), [&](const ReturnedColumn& was) {
               return std::any_of(now.returned.begin(), now.returned.end(), [&](const ReturnedColumn& is) {
                   return is.name == was.name && is_same_type(was.type, is.type);
               });
           });
}

Answers answers_of(const Function& now, const DroppedRoutine& dropped) {
    if (!takes_as_many(now, dropped)) return Answers::nothing;
    if (!dropped.known) return Answers::all;
    if (!takes_types(now, *dropped.known)) return Answers::other_types;
    if (!keeps_names(now, *dropped.known)) return Answers::other_names;
    return gives_the_same(now, *dropped.known) ? Answers::all : Answers::other_results;
}

}  // namespace

std::vector<DroppedRoutine> dropped_routines(const Step& step) {
    std::vector<DroppedRoutine> dropped;
    const auto* drop = step.is<Drop>();
    if (!drop || !is_routine(drop->object)) return dropped;
    for (std::size_t i = 0; i < drop->names.size(); ++i) {
        const Name& name = drop->names[i];
        const bool is_absent = step.before.complete() && step.before.find_functions(name).empty();
        const auto& signature = i < drop->signatures.size() ? drop->signatures[i] : std::nullopt;
        const Function* known = known_routine(step, name, signature);
        const bool is_new = known ? is_of_change(*known) : is_made_by_file(step, name, signature);
        if (is_absent || is_new || is_run_by_triggers(step, drop->object, name, signature)) continue;
        DroppedRoutine& one = dropped.emplace_back();
        one.name = name;
        if (known) one.known = without_body(*known);
        if (one.known)
            one.arguments = one.known->arguments;
        else if (signature)
            one.arguments = static_cast<int>(signature->size());
    }
    return dropped;
}

Answers answers_to_calls_of(const DroppedRoutine& dropped, const Catalog& end) {
    Answers best = Answers::nothing;
    for (const Function* now : end.find_functions(dropped.name)) best = std::max(best, answers_of(*now, dropped));
    return best;
}

std::string arguments_in_words(const Function& function) {
    std::string text;
    for (const TypeName& type : function.types) {
        text += text.empty() ? "" : ", ";
        text += type.name.name;
        for (int i = 0; i < type.array_dimensions; ++i) text += "[]";
    }
    return "(" + text + ")";
}

}  // namespace pgfence
