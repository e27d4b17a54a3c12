// Python's calls: what is passed, and what the repository's own functions and classes make of it.

#include <algorithm>

#include "core/path_text.h"
#include "extract/program/file_paths.h"
#include "extract/python/harmless.h"
#include "extract/python/python.h"

namespace pgfence::extract {
namespace {

constexpr std::size_t kLongestCallee = 80;

/// *items, and *made(): the grammar takes the star for a part of the name.
bool begins_with_star(const Node& argument) {
    const Node* first = &argument;
    while (first && !first->is("list_splat")) {
        const Node* function = first->is("call") ? first->at("function") : nullptr;
        const Node* object = first->is("attribute") ? first->at("object") : nullptr;
        const Node* value = first->is("subscript") ? first->at("value") : nullptr;
        first = function ? function : object ? object : value;
    }
    return first != nullptr;
}

}  // namespace

void Python::arguments(const Node& list, Call& call, bool of_list) {
    for (const Node& argument : list.children) {
        if (!argument.named) continue;
        if (argument.is("keyword_argument")) {
            const Node* name = argument.at("name");
            const Node* value = argument.at("value");
            if (name && value) call.named.emplace_back(text(*name), eval(*value));
        } else if (const bool of_items = begins_with_star(argument); of_items || argument.is("dictionary_splat")) {
            const auto inner = argument.named_children();
            const Value more = of_items ? eval(argument) : inner.empty() ? unknown_value() : eval(*inner.front());
            if (of_items && iterated(more)) {
                const auto items = *iterated(more);
                call.args.insert(call.args.end(), items.begin(), items.end());
            } else if (of_list && is_either_list(more)) {
                call.args.push_back(more);
            } else if (of_list && more.is(Value::Kind::list) && !more.items->cut) {
                call.args.insert(call.args.end(), more.items->begin(), more.items->end());
            } else if (argument.is("dictionary_splat") && more.is(Value::Kind::dictionary)) {
                for (std::size_t i = 0; i + 1 < more.items->size(); i += 2)
                    call.named.emplace_back((*more.items)[i].text, (*more.items)[i + 1]);
            } else {
                call.more_args = true;
            }
        } else {
            call.args.push_back(eval(argument));
        }
    }
}

Value Python::call(const Node& node, bool discarded) {
    followed_.follow(node);
    at_ = &node;
    const Node* callee = node.at("function");
    const Node* list = node.at("arguments");
    if (!callee || !list) return unknown_value();
    Call call;
    call.begin = place(node).begin;
    call.end = place(node).end;
    call.discarded = discarded;
    const Value function = eval(*callee);
    if (list->is("generator_expression"))
        call.args.push_back(comprehension(*list));
    else
        arguments(*list, call);
    if (function.is(Value::Kind::unknown) && !function.of) {
        std::string name(text(*callee));
        Interpreter::list(place(node), name.size() > kLongestCallee ? "a call" : name + "()",
                          "the function it names is only known at run time");
        return unknown_value();
    }
    at_ = &node;
    return apply(function, std::move(call));
}

Value Python::apply(const Value& function, Call call) {
    if (function.is(Value::Kind::code)) return call_own(function, call);
    if (is_partial(function) && !function.call->args.empty()) {
        const Call& part = *function.call;
        call.args.insert(call.args.begin(), part.args.begin() + 1, part.args.end());
        // What is given last is what get() is to find.
        for (const auto& named : part.named)
            if (!call.get(named.first)) call.named.push_back(named);
        call.more_args |= part.more_args;
        return apply(part.args.front(), std::move(call));
    }
    if (function.is(Value::Kind::object))
        if (const auto method = found_member(function.text, "__call__"); method && method->value.is(Value::Kind::code))
            return call_method(function, *method, std::move(call));
    if (function.is(Value::Kind::unknown) && function.of && function.of->is(Value::Kind::object))
        if (const auto method = found_member(function.of->text, function.text);
            method && method->value.is(Value::Kind::code))
            return call_method(*function.of, *method, std::move(call));
    if (function.of)
        call.receiver = *function.of;
    else if (function.call)
        call.receiver = function;
    if (function.is(Value::Kind::unknown)) {
        if (!function.of) {
            list({call.begin, call.end}, "a call", "the function it names is only known at run time");
            return unknown_value();
        }
        if (auto result = method(*function.of, function.text, call)) return *result;
        call.path = "." + function.text;
        if (auto result = ask(call)) return *result;
        return unknown_value();
    }
    if (!function.is(Value::Kind::path)) {
        list({call.begin, call.end}, "a call", "it is no function that is called");
        return unknown_value();
    }
    call.path = function.text;
    const auto own_class = classes_.find(call.path);
    if (own_class != classes_.end() && own_class->second.module == &file_)
        instantiated_.emplace(call.path, ByteRange{call.begin, call.end});
    if (own_class != classes_.end())
        if (auto object = made_object(call)) return *object;
    if (auto result = call_inherited(call)) return *result;
    if (auto result = reaching(call)) return *result;
    if (auto result = builtin(call)) return *result;
    if (auto result = class_function(call)) return *result;
    std::optional<Value> result = ask(call);
    return result ? *result : result_of(std::move(call));
}

std::optional<Value> Python::reaching(const Call& call) {
    const auto& args = call.args;
    const bool named = args.size() > 1 && args[1].is(Value::Kind::text) && args[1].known();
    if (call.path == "getattr" && args.size() > 1) return attribute(args[0], named ? args[1].text : "?");
    if ((call.path == "setattr" && args.size() == 3) || (call.path == "delattr" && args.size() == 2)) {
        assign_attribute(args[0], named ? args[1].text : "?", args.size() == 3 ? args[2] : unknown_value(),
                         {call.begin, call.end});
        return nothing_value();
    }
    // It is called when what it gives is.
    if (call.path == "functools.partial" && !args.empty()) return std::nullopt;
    if (!calls_its_arguments(call.path)) return std::nullopt;
    Call direct;
    direct.begin = call.begin;
    direct.end = call.end;
    const auto items = call.path == "map" && args.size() == 2 ? iterated(args[1]) : std::nullopt;
    if (items && !args.empty()) {
        std::vector<Value> results;
        for (const Value& item : *items) {
            direct.args = {item};
            results.push_back(apply(args[0], direct));
        }
        return list_value(std::move(results));
    }
    // map(f, ...), sorted(..., key=f)
    std::vector<Value> given;
    const bool takes_first = call.path == "map" || call.path.find('.') != std::string::npos || call.path == "filter" ||
                             call.path == "reduce";
    if (takes_first && !args.empty()) given.push_back(args.front());
    if (const Value* key = call.get("key")) given.push_back(*key);
    for (const Value& value : given) {
        if (value.is(Value::Kind::code) || is_partial(value) || can_call(value)) {
            direct.more_args = true;
            apply(value, direct);
        } else if (value.is(Value::Kind::path) && !value.call && value.of) {
            // A method that it may call: of whom, the path says.
            direct.path = value.text;
            direct.receiver = *value.of;
            direct.more_args = true;
            ask(direct);
        }
    }
    return std::nullopt;
}

// A function of a class of the repository that is called on the class itself.
std::optional<Value> Python::class_function(const Call& call) {
    const auto dot = call.path.rfind('.');
    if (dot == std::string::npos) return std::nullopt;
    std::string owner = call.path.substr(0, dot);
    // Of an object of a class that the file itself defines: what its attributes are is not known.
    const bool of_object = owner.ends_with("()") && instantiated_.count(owner.substr(0, owner.size() - 2)) > 0;
    if (of_object) owner.resize(owner.size() - 2);
    if (owner.find('(') != std::string::npos) return std::nullopt;
    const auto own = member(owner, call.path.substr(dot + 1));
    if (!own || !own->is(Value::Kind::code)) return std::nullopt;
    Call with_class = call;
    const Node* parameters = own->node->at("parameters");
    const bool takes_class = parameters && !parameters->named_children().empty() &&
                             own->module->text.substr(parameters->named_children().front()->begin, 3) == "cls";
    const bool takes_object = parameters && !parameters->named_children().empty() &&
                              own->module->text.substr(parameters->named_children().front()->begin, 4) == "self";
    if (of_object && takes_object) with_class.args.insert(with_class.args.begin(), object_value());
    if (takes_class) with_class.args.insert(with_class.args.begin(), path_value(owner));
    return call_own(*own, with_class);
}

void Python::bind(const Node& parameters, const Call& call, Names& names) {
    std::size_t position = 0;
    for (const Node* parameter : parameters.named_children()) {
        const Node* name = parameter->at("name");
        if (!name && parameter->is("identifier")) name = parameter;
        if (!name && !parameter->children.empty())
            name = parameter->named_children().empty() ? &parameter->children.front()
                                                       : parameter->named_children().front();
        if (!name) continue;
        const std::string key(text(*name));
        if (parameter->is("list_splat_pattern")) {
            const auto taken = std::min(position, call.args.size());
            names[key] = list_value({call.args.begin() + static_cast<std::ptrdiff_t>(taken), call.args.end()});
            position = call.args.size();
        } else if (parameter->is("dictionary_splat_pattern")) {
            std::vector<Value> rest;
            for (const auto& [word, value] : call.named) {
                if (names.count(word) > 0) continue;
                rest.push_back(text_value(word));
                rest.push_back(value);
            }
            names[key] = dictionary_value(std::move(rest));
        } else {
            const Node* fallback = parameter->at("value");
            const Value* given = call.get(position++, key);
            names[key] = given ? *given : fallback ? eval(*fallback) : unknown_value();
        }
    }
}

Value Python::call_own(const Value& function, const Call& call, const Running* running) {
    const Node* body = function.node->at("body");
    if (!body) return unknown_value();
    if (function.module != &file_ && decorated(*function.node) == Decorated::somehow)
        list(here_ == &file_ ? ByteRange{call.begin, call.end} : from_, "a function with a decorator",
             "what the decorator makes of it is not known");
    if (locals_.size() >= kDeepestCalls) {
        list({call.begin, call.end}, "a function that calls itself", "it was not followed to its end");
        return unknown_value();
    }
    // Modules are ours: only values point to them as to something that does not change.
    Module* const owner = function.module == &file_ ? &file_ : const_cast<Module*>(function.module);
    const ByteRange from_before = from_;
    if (here_ == &file_) from_ = {call.begin, call.end};
    Module* const before = std::exchange(here_, owner ? owner : here_);
    Names names;
    if (const Node* parameters = function.node->at("parameters")) bind(*parameters, call, names);
    // What it has from the function that made it.
    for (std::size_t i = 0; function.items && i + 1 < function.items->size(); i += 2)
        names.emplace((*function.items)[i].text, (*function.items)[i + 1]);
    const Running* const outer = std::exchange(running_, running);
    const Node* const at = at_;
    locals_.push_back(std::move(names));
    std::set<std::string> globals_before = std::exchange(globals_, {});
    followed_.follow(*body);
    Function caller = begin_function();
    Value result = nothing_value();
    if (function.node->is("lambda"))
        result = eval(*body);
    else if (run(*body) == Flow::returns)
        result = returned_;
    result = end_function(std::move(caller), result);
    globals_ = std::move(globals_before);
    keep_names(result, *body, *here_);
    locals_.pop_back();
    running_ = outer;
    // What of another file's function was not come by stands where it is called.
    if (owner != &file_)
        for (const Node* rest : followed_.rest(*body, Language::python))
            list(from_, std::string(text(*rest).substr(0, text(*rest).find('\n'))),
                 "the reader does not know whether it runs, and with what");
    here_ = before;
    from_ = from_before;
    at_ = at;
    return result;
}

/// A function that another one made and gives away still sees what that one knew.
void Python::keep_names(Value& function, const Node& body, Module& module) {
    const bool inner = function.is(Value::Kind::code) && function.module == &module && !function.items &&
                       function.node->begin >= body.begin && function.node->end <= body.end;
    if (!inner) return;
    const std::function<bool(const Node&)> assigns = [&](const Node& node) {
        return node.is("nonlocal_statement") || std::any_of(node.children.begin(), node.children.end(), assigns);
    };
    const auto [known, fresh] = assigns_outer_.emplace(&body, false);
    if (fresh) known->second = assigns(body);
    // What it holds in the next call is another value then.
    if (known->second) return;
    function.items = std::make_shared<Items>();
    for (const auto& [name, value] : locals_.back()) {
        if (!step(place(body))) return;
        function.items->add(text_value(name));
        function.items->add(value);
    }
}

}  // namespace pgfence::extract
