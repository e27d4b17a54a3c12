// Objects of the repository's own classes (Language Reference, 3.3): what they hold, and which of their methods Python
// calls. An object that hands each name on to alembic's `op` is read by that code of its own, as all others are.

#include <algorithm>
#include <array>
#include <tuple>

#include "core/text.h"
#include "extract/python/python.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostBases = 12;

/// With one of these an object is made, kept or compared in a way of its own.
constexpr std::array kOwnWays{"__new__"sv,  "__del__"sv,   "__getattribute__"sv, "__setattr__"sv,
                              "__bool__"sv, "__len__"sv,   "__slots__"sv,        "__init_subclass__"sv,
                              "__dict__"sv, "__class__"sv, "__class_getitem__"sv};

bool is_without_effect(std::string_view base) {
    constexpr std::array kBases{"object"sv, "abc.ABC"sv, "typing.Protocol"sv, "typing.Generic"sv,
                                "contextlib.ContextDecorator"sv};
    return std::find(kBases.begin(), kBases.end(), base) != kBases.end();
}

}  // namespace

bool is_partial(const Value& value) { return value.call && value.is_path("functools.partial()"); }

Python::Decorated Python::decorated(const Node& function) const {
    const auto found = decorated_.find(&function);
    return found == decorated_.end() ? Decorated::harmlessly : found->second;
}

/// The class and all that it derives from stand in the repository, and nothing but their code says what its objects do.
/// `met`: the classes so far. Where two of them share a base, the order of Python's look-up is another one.
bool Python::is_plain(const std::string& path, std::set<std::string>& met) {
    Class* own = class_of(path);
    if (!own || met.size() >= kMostBases || !met.insert(path).second) return false;
    if (own->plain && !*own->plain) return false;
    own->plain = false;
    if (decorated(*own->node) != Decorated::harmlessly) return false;
    for (const std::string_view way : kOwnWays)
        if (own->names.count(std::string(way)) > 0) return false;
    if (const Node* list = own->node->at("superclasses"))
        for (const Node* given : list->named_children()) {
            // metaclass=ABCMeta
            const bool is_abstract =
                given->is("keyword_argument") &&
                own->module->text.substr(given->begin, given->end - given->begin).ends_with("ABCMeta");
            if ((given->is("keyword_argument") && !is_abstract) || given->is("list_splat")) return false;
        }
    for (const Value& base : bases(path)) {
        if (!base.is(Value::Kind::path)) return false;
        if (!is_without_effect(base.text) && !is_plain(base.text, met)) return false;
    }
    return *(own->plain = true);
}

std::optional<Value> Python::made_object(const Call& call) {
    std::set<std::string> met;
    if (!is_plain(call.path, met)) return std::nullopt;
    if (lists_) instantiated_.emplace(call.path, ByteRange{call.begin, call.end});
    Value object = object_value();
    object.text = call.path;
    const auto init = found_member(call.path, "__init__");
    if (init && !init->value.is(Value::Kind::code)) return std::nullopt;
    if (init) call_method(object, *init, call);
    return object;
}

Value Python::member_of_object(const Value& object, const std::string& name) {
    if (const Value* own = object.get(name)) return *own;
    // One that a reader made.
    if (object.text.empty()) return member_of(object, name);
    const auto member = found_member(object.text, name);
    if (member && member->value.is(Value::Kind::code)) {
        switch (decorated(*member->value.node)) {
            case Decorated::as_property: return call_method(object, *member, {});
            case Decorated::as_static_method: return member->value;
            default: return member_of(object, name);
        }
    }
    if (member) return member->value;
    const auto any = name == "__dict__" ? std::nullopt : found_member(object.text, "__getattr__");
    if (!any || !any->value.is(Value::Kind::code)) return member_of(object, name);
    Call asked;
    asked.begin = from_.begin;
    asked.end = from_.end;
    asked.args = {text_value(name)};
    return call_method(object, *any, std::move(asked));
}

Value Python::call_method(const Value& object, const Member& method, Call call) {
    if (call.end == 0 && at_) std::tie(call.begin, call.end) = std::pair(place(*at_).begin, place(*at_).end);
    const Decorated how = decorated(*method.value.node);
    if (how == Decorated::as_class_method) call.args.insert(call.args.begin(), path_value(object.text));
    if (how != Decorated::as_class_method && how != Decorated::as_static_method)
        call.args.insert(call.args.begin(), object);
    const Running running{object, method.owner};
    return call_own(method.value, call, &running);
}

/// super().name(): what the classes of the repository have under it.
std::optional<Value> Python::call_inherited(const Call& call) {
    constexpr std::string_view kSuper = "super().";
    if (!running_ || !call.path.starts_with(kSuper)) return std::nullopt;
    const std::string name = call.path.substr(kSuper.size());
    if (name.find_first_of(".(") != std::string::npos) return std::nullopt;
    const Value object = running_->object;
    const auto method = inherited_member(running_->owner, name);
    if (!method) return name == "__init__" ? std::optional(nothing_value()) : std::nullopt;
    if (!method->value.is(Value::Kind::code)) return std::nullopt;
    return call_method(object, *method, call);
}

Value Python::enter(const Value& entered) {
    if (!entered.is(Value::Kind::object)) return entered;
    const auto method = found_member(entered.text, "__enter__");
    return method && method->value.is(Value::Kind::code) ? call_method(entered, *method, {}) : unknown_value();
}

void Python::leave(const Value& entered) {
    if (!entered.is(Value::Kind::object)) return host_.leave(entered);
    const auto method = found_member(entered.text, "__exit__");
    if (!method || !method->value.is(Value::Kind::code)) return;
    Call call;
    call.args = {unknown_value(), unknown_value(), unknown_value()};
    call_method(entered, *method, std::move(call));
}

bool Python::can_call(const Value& function) {
    if (function.is(Value::Kind::code)) return true;
    if (is_partial(function)) return !function.call->args.empty() && can_call(function.call->args.front());
    if (function.is(Value::Kind::unknown) && function.of && function.of->is(Value::Kind::object))
        return found_member(function.of->text, function.text).has_value();
    if (!function.is(Value::Kind::object)) return false;
    const auto method = found_member(function.text, "__call__");
    return method && method->value.is(Value::Kind::code);
}

}  // namespace pgfence::extract
