// Ruby's statements.

#include <algorithm>
#include <array>

#include "extract/ruby/ruby.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// Classes and modules that every migration is made of, or hangs on.
bool is_ruby_or_rails(std::string_view name) {
    constexpr std::array kOwn{"Object"sv,       "BasicObject"sv,   "Kernel"sv,   "Module"sv,     "Class"sv,
                              "String"sv,       "Symbol"sv,        "Array"sv,    "Hash"sv,       "Integer"sv,
                              "Proc"sv,         "Method"sv,        "NilClass"sv, "Enumerable"sv, "Range"sv,
                              "ActiveRecord"sv, "ActiveSupport"sv, "Rails"sv};
    if (name.starts_with("::")) name.remove_prefix(2);
    const std::string_view root = name.substr(0, name.find("::"));
    return std::find(kOwn.begin(), kOwn.end(), root) != kOwn.end();
}

void find_heredocs(const Node& node, std::vector<const Node*>& begins, std::vector<const Node*>& bodies) {
    if (node.is("heredoc_beginning")) begins.push_back(&node);
    if (node.is("heredoc_body")) bodies.push_back(&node);
    for (const Node& child : node.children) find_heredocs(child, begins, bodies);
}

}  // namespace

Ruby::Ruby(std::string_view path, std::string_view text, const Tree& tree, Host host)
    : Interpreter(std::move(host)), path_(path), text_(text), tree_(tree) {
    // Bodies follow in the order in which they are announced.
    std::vector<const Node*> begins, bodies;
    find_heredocs(tree.root, begins, bodies);
    for (std::size_t i = 0; i < begins.size() && i < bodies.size(); ++i) heredocs_[begins[i]->begin] = bodies[i];
}

void Ruby::load() { run(tree_.root); }

const Node* Ruby::method(const std::string& name) const {
    for (const auto* methods : {&methods_, &helpers_})
        if (const auto found = methods->find(name); found != methods->end()) return found->second;
    return nullptr;
}

std::string Ruby::without_top_scope(std::string name) const {
    constexpr std::string_view kScope = "::";
    if (!name.starts_with(kScope)) return name;
    std::string rest = name.substr(kScope.size());
    return class_body(rest) ? name : rest;
}

std::optional<std::string_view> Ruby::class_body(const std::string& name) const {
    const auto found = classes_.find(name);
    if (found == classes_.end()) return std::nullopt;
    return text(*found->second);
}

void Ruby::call_method(const Node& method) { call_own(method, {}); }

Ruby::Flow Ruby::run_round(const Node& body) {
    const std::size_t open = open_conditions();
    const Flow flow = run(body);
    end_round(open);
    return flow;
}

Ruby::Flow Ruby::run(const Node& block) {
    followed_.follow(block);
    Flow flow = Flow::goes_on;
    for (const Node& statement : block.children) {
        if (!statement.named || statement.is("heredoc_body")) continue;
        // Behind a return there is only what runs whatever happened.
        const bool runs = flow == Flow::goes_on || statement.is("ensure") || statement.is("rescue");
        const Flow ended = runs ? run_statement(statement) : Flow::goes_on;
        if (!runs) followed_.leave_out(statement);
        if (flow == Flow::goes_on) flow = ended;
    }
    return flow;
}

void Ruby::define_method(const std::string& name, const Node& method, bool of_class) {
    // What a nested class defines must not stand for the migration's own.
    if (owner_ == Owner::other_class) return;
    (owner_ == Owner::migration && !of_class ? methods_ : helpers_)[name] = &method;
}

void Ruby::rename_method(const Node& statement, const std::string& name, const std::string& old) {
    if (const Node* own = method(old)) return define_method(name, *own, false);
    if (owner_ != Owner::other_class)
        list(place(statement), "another name for " + old, "what calls of that name do is not followed");
}

void Ruby::define(const Node& statement) {
    followed_.follow(statement);
    const Node* name = statement.at("name");
    if (statement.is("method") || statement.is("singleton_method")) {
        if (name) define_method(std::string(text(*name)), statement, statement.is("singleton_method"));
    } else if (statement.is("alias")) {
        const Node* old = statement.at("alias");
        if (name && old) rename_method(statement, std::string(text(*name)), std::string(text(*old)));
    } else {
        define_class(statement);
    }
}

void Ruby::define_class(const Node& statement) {
    const Node* body = statement.at("body");
    const Node* parent = statement.at("superclass");
    const bool migration = parent && text(*parent).find("Migration") != std::string_view::npos;
    if (migration && superclass_.empty()) superclass_ = text(*parent);
    if (const Node* name = statement.at("name"); name && parent && !migration) {
        const std::string_view path = text(*name);
        const auto last = path.rfind("::");
        classes_.emplace(last == path.npos ? path : path.substr(last + 2), &statement);
    }
    if (parent)
        for (const Node* expression : parent->named_children()) eval(*expression);
    if (const Node* name = statement.at("name"); name && !parent && is_ruby_or_rails(text(*name)))
        list(place(statement), "changes of " + std::string(text(*name)),
             "what they make of the calls of a migration is not followed");
    // class << self
    const bool of_itself = statement.is("singleton_class");
    const Owner owner = migration                    ? Owner::migration
                        : statement.is("module")     ? Owner::module
                        : of_itself                  ? owner_
                        : owner_ == Owner::migration ? Owner::other_class
                        : parent                     ? Owner::other_class
                                                     : Owner::module;
    const Owner before = std::exchange(owner_, owner);
    locals_.emplace_back();
    if (body) run(*body);
    locals_.pop_back();
    owner_ = before;
}

Ruby::Flow Ruby::run_statement(const Node& statement) {
    if (!step(place(statement))) return Flow::returns;
    const auto kind = statement.kind;
    if (kind == "class" || kind == "module" || kind == "method" || kind == "singleton_method" ||
        kind == "singleton_class" || kind == "alias") {
        define(statement);
    } else if (kind == "if" || kind == "unless") {
        return run_if(statement, kind == "unless");
    } else if (kind == "if_modifier" || kind == "unless_modifier") {
        return run_modifier(statement, kind == "unless_modifier");
    } else if (kind == "case") {
        return run_case(statement);
    } else if (kind == "while" || kind == "until" || kind == "for" || kind == "while_modifier" ||
               kind == "until_modifier") {
        return run_loop(statement);
    } else if (kind == "begin" || kind == "body_statement" || kind == "block_body" || kind == "then" || kind == "do" ||
               kind == "parenthesized_statements" || kind == "else" || kind == "ensure") {
        return run(statement);
    } else if (kind == "rescue") {
        return run_rescue(statement);
    } else if (kind == "rescue_modifier") {
        const Node* body = statement.at("body");
        const Flow flow = body ? run_statement(*body) : Flow::goes_on;
        if (const Node* handler = statement.at("handler"))
            run_one_of([&] { return run_statement(*handler); }, [] { return Flow::goes_on; }, statement,
                       {std::string(kErrorBefore), {}, {}});
        return flow;
    } else if (kind == "return") {
        returned_ = nothing_value();
        for (const Node* list : statement.named_children())
            for (const Node* value : list->named_children()) returned_ = eval(*value);
        return Flow::returns;
    } else if (kind == "next") {
        for (const Node* list : statement.named_children())
            for (const Node* value : list->named_children()) returned_ = eval(*value);
        return Flow::next_round;
    } else if (kind == "break") {
        for (const Node* list : statement.named_children())
            for (const Node* value : list->named_children()) returned_ = eval(*value);
        return Flow::leaves_loop;
    } else {
        returned_ = eval(statement, wanted_.count(&statement) == 0);
    }
    return Flow::goes_on;
}

Ruby::Flow Ruby::run_if(const Node& statement, bool unless) {
    const Node* condition = statement.at("condition");
    if (!condition) return Flow::goes_on;
    const Value asked = eval(*condition);
    const auto holds = asked.truth();
    const Node* consequence = statement.at("consequence");
    const Node* alternative = statement.at("alternative");
    const auto take = [&](const Node* part) {
        if (!part) return Flow::goes_on;
        return part->is("elsif") ? run_if(*part, false) : run(*part);
    };
    if (holds) {
        const bool first = *holds != unless;
        if (const Node* other = first ? alternative : consequence) followed_.leave_out(*other);
        return take(first ? consequence : alternative);
    }
    return run_one_of([&] { return take(consequence); }, [&] { return take(alternative); }, statement,
                      unknown_condition(unless ? negated(asked) : asked, text(*condition)));
}

Ruby::Flow Ruby::run_one_of(const std::function<Flow()>& first, const std::function<Flow()>& second,
                            const Node& statement, const UnknownCondition& unknown) {
    const std::size_t before = host_.sent();
    const Names locals = locals_.back(), constants = constants_;
    ++unsure_;
    const Flow one = first();
    const std::size_t between = host_.sent();
    const Value given = returned_;
    Names locals_of_one = std::exchange(locals_.back(), locals);
    Names constants_of_one = std::exchange(constants_, constants);
    returned_ = nothing_value();
    const Flow other = second();
    --unsure_;
    if (one == Flow::goes_on && other == Flow::goes_on) {
        locals_.back() = either_of(locals_of_one, locals_.back(), place(statement));
        constants_ = either_of(constants_of_one, constants_, place(statement));
    } else if (one == Flow::goes_on) {
        locals_.back() = std::move(locals_of_one);
        constants_ = std::move(constants_of_one);
    }
    const bool goes_on = one == Flow::goes_on && other == Flow::goes_on;
    if (!goes_on)
        returned_ = leaves_with(one, other, given, returned_, unknown);
    else if (!alike(given, returned_))
        returned_ = unknown_value();
    return either(one, other, before, between, unknown);
}

void Ruby::want_value_of(const Node& body) {
    for (auto last = body.children.rbegin(); last != body.children.rend(); ++last) {
        if (!last->named) continue;
        wanted_.insert(&*last);
        return;
    }
}

Ruby::Flow Ruby::run_rescue(const Node& statement) {
    return run_one_of(
        [&] {
            if (const Node* variable = statement.at("variable"))
                for (const Node* name : variable->named_children()) assign(*name, unknown_value());
            const Node* body = statement.at("body");
            // An error is what ends a migration: that its handler ends it too changes nothing behind.
            if (body) run(*body);
            return Flow::goes_on;
        },
        [] { return Flow::goes_on; }, statement, {std::string(kErrorBefore), {}, {}});
}

Ruby::Flow Ruby::run_modifier(const Node& statement, bool unless) {
    const Node* condition = statement.at("condition");
    const Node* body = statement.at("body");
    if (!condition || !body) return Flow::goes_on;
    const Value asked = eval(*condition);
    const auto holds = asked.truth();
    if (holds && *holds == unless) followed_.leave_out(*body);
    if (holds) return *holds != unless ? run_statement(*body) : Flow::goes_on;
    return run_one_of([&] { return run_statement(*body); }, [] { return Flow::goes_on; }, statement,
                      unknown_condition(unless ? negated(asked) : asked, text(*condition)));
}

Ruby::Flow Ruby::run_case(const Node& statement) {
    const Node* subject = statement.at("value");
    if (subject) eval(*subject);
    const std::string what = "which case of " + std::string(subject ? text(*subject) : "several") + " is taken";
    std::vector<const Node*> bodies;
    for (const Node& part : statement.children) {
        if (part.is("when")) {
            for (const Node* pattern : part.all("pattern"))
                for (const Node* value : pattern->named_children())
                    // A function of which === is asked is called.
                    if (const Value one = eval(*value); one.is(Value::Kind::code)) run_block(*one.node, {});
            if (const Node* body = part.at("body")) bodies.push_back(body);
        }
        if (part.is("else")) bodies.push_back(&part);
    }
    // Of each it is open whether it is taken, or one behind it.
    const std::function<Flow(std::size_t)> one_of = [&](std::size_t at) {
        if (at == bodies.size()) return Flow::goes_on;
        if (at >= kMostWays) {
            list(place(statement), "a case of many ways", "more than are followed");
            return Flow::goes_on;
        }
        return run_one_of([&] { return run(*bodies[at]); }, [&] { return one_of(at + 1); }, statement, {what, {}, {}});
    };
    return one_of(0);
}

Ruby::Flow Ruby::run_loop(const Node& statement) {
    const std::size_t before = host_.sent();
    const Node* pattern = statement.at("pattern");
    const Node* body = statement.at("body");
    const Node* over = statement.at("value");
    const auto inner = over ? over->named_children() : std::vector<const Node*>{};
    const Value list = inner.empty() ? unknown_value() : eval(*inner.front());
    if (pattern && body && list.is(Value::Kind::list) && !list.items->cut) {
        for (const Value& item : std::vector<Value>(*list.items)) {
            if (!step(place(statement))) return Flow::returns;
            assign(*pattern, item);
            if (const Flow flow = run_round(*body); flow == Flow::returns || flow == Flow::leaves_loop)
                return flow == Flow::returns ? flow : Flow::goes_on;
        }
        if (list.items->empty()) followed_.leave_out(*body);
        return Flow::goes_on;
    }
    forget_assigned(statement);
    if (pattern) assign(*pattern, unknown_value());
    const Node* condition = statement.at("condition");
    if (condition) eval(*condition);
    if (body) statement.kind.ends_with("modifier") ? run_statement(*body) : run_round(*body);
    forget_assigned(statement);
    if (condition) host_.depends(before, whether(text(*condition)));
    if (!condition) host_.depends(before, "how often this loop runs");
    return Flow::goes_on;
}

namespace {

/// Names that a part of a program assigns, and those whose texts it may change in place.
void collect_assigned(const Node& node, std::string_view text, std::set<std::string>& names) {
    const auto take = [&](const Node* target) {
        if (target && target->children.empty()) names.emplace(text.substr(target->begin, target->end - target->begin));
    };
    if (node.is("assignment") || node.is("operator_assignment") || node.is("binary")) {
        const Node* sign = node.at("operator");
        const bool assigns = !node.is("binary") || (sign && text.substr(sign->begin, 2) == "<<");
        const Node* left = node.at("left");
        if (assigns) take(left);
        if (assigns && left)
            for (const Node& part : left->children) take(&part);
    }
    const Node* method = node.is("call") ? node.at("method") : nullptr;
    if (method && changes_in_place(text.substr(method->begin, method->end - method->begin))) take(node.at("receiver"));
    for (const Node& child : node.children) collect_assigned(child, text, names);
}

}  // namespace

const std::set<std::string>& Ruby::assigned_in(const Node& node) {
    const auto [found, fresh] = assigned_.try_emplace(&node);
    if (fresh) collect_assigned(node, text_, found->second);
    return found->second;
}

void Ruby::forget_assigned(const Node& node) {
    forget(locals_.back(), assigned_in(node));
    forget(constants_, assigned_in(node));
}

void Ruby::assign(const Node& target, const Value& value) {
    followed_.follow(target);
    if (target.is("identifier")) {
        locals_.back()[std::string(text(target))] = value;
    } else if (target.is("constant") || target.is("instance_variable") || target.is("global_variable") ||
               target.is("class_variable")) {
        constants_[std::string(text(target))] = value;
    } else if (target.is("left_assignment_list") || target.is("destructured_parameter") ||
               target.is("destructured_left_assignment")) {
        const auto parts = target.named_children();
        for (std::size_t i = 0; i < parts.size(); ++i)
            assign(*parts[i],
                   value.is(Value::Kind::list) && i < value.items->size() ? (*value.items)[i] : unknown_value());
    } else if (target.is("call")) {
        assign_attribute(target, value);
    } else if (target.is("element_reference")) {
        const auto parts = target.named_children();
        const Value container = parts.empty() ? unknown_value() : eval(*parts.front());
        const Value key = parts.size() == 2 ? eval(*parts.back()) : unknown_value();
        if (container.items && container.is(Value::Kind::dictionary) && key.is_text() && key.known()) {
            container.items->add(key);
            container.items->add(value);
        } else if (container.items) {
            container.items->cut = true;
        }
    } else if (const Node* name = target.at("name")) {
        assign(*name, unknown_value());
    } else {
        for (const Node* part : target.named_children()) assign(*part, unknown_value());
    }
}

// User.table_name = "people": a call of table_name=.
void Ruby::assign_attribute(const Node& target, const Value& value) {
    const Node* object = target.at("receiver");
    const Node* name = target.at("method");
    if (!object || !name) return;
    const Value receiver = eval(*object);
    Call call;
    call.path = std::string(text(*name)) + "=";
    call.begin = target.begin;
    call.end = target.end;
    call.args = {value};
    call.receiver = receiver;
    if (!receiver.is_path("self"))
        call.path = receiver.is(Value::Kind::path) ? receiver.text + "." + call.path : "." + call.path;
    ask(call);
}

void Ruby::change_text(const Node& variable, const Value& old, const Value& changed) {
    // Who else holds the same text may hold the same object.
    for (Names* names : {&locals_.back(), &constants_})
        for (auto& [name, value] : *names)
            if (value.is(Value::Kind::text) && value.text == old.text) value = unknown_value();
    if (variable.children.empty() && !variable.is("self")) assign(variable, changed);
}

}  // namespace pgfence::extract
