// Python's statements (Language Reference, 7 and 8).

#include <algorithm>
#include <array>

#include "extract/python/harmless.h"
#include "extract/python/python.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

bool only_describes(std::string_view method) {
    constexpr std::array kDescribe{"__str__"sv, "__repr__"sv, "__eq__"sv, "__hash__"sv, "__lt__"sv, "__unicode__"sv};
    return std::find(kDescribe.begin(), kDescribe.end(), method) != kDescribe.end();
}

bool is_asked_for(std::string_view method) {
    constexpr std::array kAsked{"__init__"sv, "__getattr__"sv, "__call__"sv, "__enter__"sv, "__exit__"sv};
    return std::find(kAsked.begin(), kAsked.end(), method) != kAsked.end();
}

/// A row or an object, and no module or class: "apps.get_model().objects[]".
bool is_result(std::string_view path) { return path.find_first_of("([") != std::string_view::npos; }

/// "django.core.exceptions.ValidationError", "Http404" is none.
bool ends_as_exception(std::string_view path) {
    return path.ends_with("Error") || path.ends_with("Exception") || path.ends_with("Warning");
}

}  // namespace

Python::Python(std::string_view path, std::string_view text, const Tree& tree, Host host)
    : Interpreter(std::move(host)) {
    file_.path = path;
    file_.text = text;
    file_.tree = &tree;
    file_.names["__file__"] = text_value(std::string(path));
    if (host_.where) host_.where([this] { return elsewhere(); });
}

/// Where the call that is followed stands, when that is not in the migration.
std::string Python::elsewhere() const {
    if (here_ == &file_ || !at_ || at_->begin > here_->text.size()) return {};
    const auto before = here_->text.begin() + at_->begin;
    return here_->path + ", line " + std::to_string(1 + std::count(here_->text.begin(), before, '\n'));
}

void Python::load() { run(file_.tree->root); }

const Value* Python::global(const std::string& name) const {
    const auto found = file_.names.find(name);
    return found == file_.names.end() ? nullptr : &found->second;
}

const Value* Python::function(const std::string& name) const {
    const Value* value = global(name);
    return value && value->is(Value::Kind::code) && value->node->is("function_definition") ? value : nullptr;
}

Value Python::call(const Value& function, const Call& given) {
    return can_call(function) ? apply(function, given) : unknown_value();
}

Python::Flow Python::run(const Node& block) {
    followed_.follow(block);
    Flow flow = Flow::goes_on;
    for (const Node& statement : block.children) {
        if (!statement.named) continue;
        if (flow == Flow::goes_on)
            flow = run_statement(statement);
        else
            followed_.leave_out(statement);
    }
    return flow;
}

Python::Flow Python::run_one_of(const std::function<Flow()>& first, const std::function<Flow()>& second,
                                const Node& statement, const UnknownCondition& unknown) {
    const std::size_t before = host_.sent();
    const Names names = scope();
    ++unsure_;
    const Flow one = first();
    const std::size_t between = host_.sent();
    const Value given = returned_;
    Names names_of_one = std::exchange(scope(), names);
    const Flow other = second();
    --unsure_;
    if (one == Flow::goes_on && other == Flow::goes_on)
        scope() = either_of(names_of_one, scope(), place(statement), unknown.what);
    else if (one == Flow::goes_on)
        scope() = std::move(names_of_one);
    returned_ = leaves_with(one, other, given, returned_, unknown);
    return either(one, other, before, between, unknown);
}

Python::Flow Python::run_statement(const Node& statement) {
    if (!step(place(statement))) return Flow::returns;
    const auto kind = statement.kind;
    if (kind == "expression_statement") {
        for (const Node& child : statement.children)
            if (child.is("call"))
                bounded(place(child), [&] { return call(child, true); });
            else if (child.named)
                eval(child);
    } else if (kind == "import_statement" || kind == "import_from_statement") {
        import(statement);
    } else if (kind == "function_definition") {
        Value function;
        function.kind = Value::Kind::code;
        function.node = &statement;
        function.module = here_;
        if (const Node* name = statement.at("name")) assign(*name, function);
    } else if (kind == "decorated_definition") {
        for (const Node& part : statement.children)
            if (part.is("decorator"))
                if (const Decorated how = run_decorator(part); how != Decorated::harmlessly)
                    if (const Node* what = statement.at("definition"))
                        if (auto& known = decorated_[what]; known != Decorated::somehow) known = how;
        if (const Node* definition = statement.at("definition")) return run_statement(*definition);
    } else if (kind == "class_definition") {
        define_class(statement);
    } else if (kind == "if_statement") {
        return run_if(statement);
    } else if (kind == "for_statement") {
        return run_for(statement);
    } else if (kind == "while_statement") {
        return run_while(statement);
    } else if (kind == "with_statement") {
        return run_with(statement);
    } else if (kind == "try_statement") {
        return run_try(statement);
    } else if (kind == "return_statement") {
        const auto values = statement.named_children();
        returned_ = values.empty() ? nothing_value() : eval(*values.front());
        return Flow::returns;
    } else if (kind == "raise_statement") {
        for (const Node* part : statement.named_children()) raised(*part);
        returned_ = unknown_value();
        return Flow::fails;
    } else if (kind == "break_statement") {
        return Flow::leaves_loop;
    } else if (kind == "continue_statement") {
        return Flow::next_round;
    } else if (kind == "match_statement") {
        return run_match(statement);
    } else if (kind == "delete_statement") {
        run_delete(statement);
    } else if (kind == "global_statement") {
        for (const Node* name : statement.named_children()) globals_.emplace(text(*name));
    } else if (kind == "exec_statement") {
        list(place(statement), "exec", "the code it runs is not followed");
    } else {
        for (const Node* part : statement.named_children()) eval(*part);
    }
    return Flow::goes_on;
}

/// An exception that is made where it is raised: what a library's class makes of its arguments is a message. One of the
/// repository is followed like any other call, and so is what makes the arguments.
void Python::raised(const Node& part) {
    const Node* callee = part.is("call") ? part.at("function") : nullptr;
    const Node* given = part.is("call") ? part.at("arguments") : nullptr;
    const Value made = callee && given ? eval(*callee) : unknown_value();
    const std::string_view owner = std::string_view(made.text).substr(0, made.text.rfind('.'));
    const bool is_exception = ends_as_exception(made.text) || ends_as_exception(owner);
    if (!made.is(Value::Kind::path) || made.call || !is_exception || made.text.find('(') != std::string::npos ||
        classes_.count(made.text) > 0) {
        eval(part);
        return;
    }
    followed_.follow(part);
    Call call;
    arguments(*given, call);
}

// Most say how a function is called, not what it does.
Python::Decorated Python::run_decorator(const Node& decorator) {
    followed_.follow(decorator);
    Decorated how = Decorated::harmlessly;
    for (const Node* expression : decorator.named_children()) {
        const Value value = eval(*expression);
        const std::string path = value.is(Value::Kind::path) ? value.text : std::string();
        if (path.ends_with("property")) how = Decorated::as_property;
        if (path == "classmethod") how = Decorated::as_class_method;
        if (path == "staticmethod") how = Decorated::as_static_method;
        // It writes methods of the class.
        if (path.find("dataclass") != path.npos || path.starts_with("attr")) how = Decorated::somehow;
        if (is_harmless_decorator(path)) continue;
        how = Decorated::somehow;
        list(place(decorator), std::string(text(decorator)), "its effect on the function or class is unknown");
    }
    return how;
}

/// Also when nobody has followed it.
bool Python::acts(const Node& body) const {
    return std::any_of(body.children.begin(), body.children.end(),
                       [&](const Node& child) { return !followed_.rest(child, Language::python).empty(); });
}

void Python::list_rest() {
    Interpreter::list_rest(file_.tree->root, Language::python, file_.text);
    // What Python calls by itself of an object: when, and with what, was not followed.
    for (const auto& [path, made] : instantiated_)
        for (const auto& [name, value] : classes_[path].names) {
            const Node* body = value.is(Value::Kind::code) ? value.node->at("body") : nullptr;
            // What an object of ours hands out is followed where it is asked for.
            const bool asked = classes_[path].plain.value_or(false) && is_asked_for(name);
            const bool by_itself = (name.starts_with("__") && !only_describes(name) && !asked) ||
                                   (body && decorated(*value.node) == Decorated::as_property);
            if (body && by_itself && !followed_.has(*body) && acts(*body))
                list(value.module == &file_ ? place(*value.node) : made, "a method " + name + " of " + path,
                     "Python calls it by itself: when is not followed");
        }
}

void Python::run_delete(const Node& statement) {
    const std::function<void(const Node&)> remove = [&](const Node& target) {
        if (target.is("identifier")) {
            scope().erase(std::string(text(target)));
        } else if (const Node* container = target.at("value"); container && target.is("subscript")) {
            const Value value = eval(*container);
            if (value.items) value.items->cut = true;
            if (const Node* key = target.at("subscript")) eval(*key);
        } else if (target.is("attribute")) {
            const Node* object = target.at("object");
            const Node* name = target.at("attribute");
            if (object && name)
                assign_attribute(eval(*object), std::string(text(*name)), unknown_value(), place(target));
        } else {
            for (const Node* part : target.named_children()) remove(*part);
        }
    };
    for (const Node* target : statement.named_children()) remove(*target);
}

void Python::define_class(const Node& statement) {
    const Node* name = statement.at("name");
    if (!name) return;
    const std::string path = (here_->name.empty() ? "" : here_->name + ".") + std::string(text(*name));
    classes_[path] = {&statement, here_, {}, false, {}};
    assign(*name, path_value(path));
    // A class of the migration itself is run where it stands; those of an application are looked up one by one.
    if (here_ != &file_) return;
    bases(path);
    class_of(path);
}

Python::Flow Python::run_match(const Node& statement) {
    const Node* subject = statement.at("subject");
    if (subject) eval(*subject);
    const std::string what = "which case of " + std::string(subject ? text(*subject) : "a match") + " is taken";
    std::vector<const Node*> cases;
    for (const Node* block : statement.all("body"))
        for (const Node& child : block->children)
            if (child.at("consequence")) cases.push_back(&child);
    for (const Node* block : statement.all("body")) followed_.follow(*block);
    const std::function<Flow(std::size_t)> one_of = [&](std::size_t at) {
        if (at == cases.size()) return Flow::goes_on;
        if (at >= kMostWays) {
            list(place(statement), "a match of many cases", "more than are followed");
            return Flow::goes_on;
        }
        const auto runs = [&] {
            if (const Node* guard = cases[at]->at("guard"))
                for (const Node* condition : guard->named_children()) eval(*condition);
            return run(*cases[at]->at("consequence"));
        };
        return run_one_of(runs, [&] { return one_of(at + 1); }, statement, {what, {}, {}});
    };
    return one_of(0);
}

Python::Flow Python::run_if(const Node& statement) {
    const auto alternatives = statement.all("alternative");
    // The parts from `at` on: the first is the statement's own.
    const std::function<Flow(std::size_t)> from = [&](std::size_t at) {
        if (at > alternatives.size()) return Flow::goes_on;
        if (at >= kMostWays) {
            list(place(statement), "a condition of many alternatives", "more than are followed");
            return Flow::goes_on;
        }
        const Node& part = at == 0 ? statement : *alternatives[at - 1];
        const Node* condition = part.at("condition");
        const Node* block = part.at(part.is("else_clause") ? "body" : "consequence");
        if (!block) return from(at + 1);
        if (!condition) return run(*block);
        const Value asked = eval(*condition);
        const auto truth = asked.truth();
        if (truth && *truth)
            for (std::size_t other = at; other < alternatives.size(); ++other)
                followed_.leave_out(*alternatives[other]);
        if (truth && *truth) return run(*block);
        if (truth) followed_.leave_out(*block);
        if (truth) return from(at + 1);
        return run_one_of([&] { return run(*block); }, [&] { return from(at + 1); }, statement,
                          unknown_condition(asked, text(*condition)));
    };
    return from(0);
}

// A path may stand for rows or the like: what is done with each of them is done once for all.
std::optional<std::vector<Value>> Python::rounds(const Value& value) {
    if (auto items = iterated(value)) return items;
    const auto element = value.is(Value::Kind::path) ? host_.element(value) : std::nullopt;
    return element ? std::optional(std::vector<Value>{*element}) : std::nullopt;
}

Python::Flow Python::run_for(const Node& statement) {
    const Node* left = statement.at("left");
    const Node* right = statement.at("right");
    const Node* body = statement.at("body");
    if (!left || !right || !body) return Flow::goes_on;
    const Value over = eval(*right);
    const std::optional<std::vector<Value>> items = rounds(over);
    // Rows are as many as there are: maybe none.
    const bool counted = items && !over.is(Value::Kind::path) && !over.items->uncounted;
    const bool of_any_rows = over.is(Value::Kind::path) && host_.any_rows(over);
    const std::size_t before = host_.sent();
    if (!counted) forget_assigned(statement);
    if (items && items->empty()) followed_.leave_out(*body);
    unsure_ += counted ? 0 : 1;
    uncounted_loops_ += counted ? 0 : 1;
    for (const Value& item : items ? *items : std::vector<Value>{unknown_value()}) {
        if (!step(place(statement))) return Flow::returns;
        assign(*left, item);
        const std::size_t open = open_conditions();
        const Flow flow = run(*body);
        end_round(open);
        if (counted && (flow == Flow::returns || flow == Flow::fails)) return flow;
        if (flow != Flow::goes_on && flow != Flow::next_round) break;
    }
    unsure_ -= counted ? 0 : 1;
    uncounted_loops_ -= counted ? 0 : 1;
    if (!counted) forget_assigned(statement);
    if (!counted) host_.depends(before, how_often(text(*right)));
    if (of_any_rows) host_.for_rows(before);
    return run_else(statement);
}

// The end of a loop that no break has left.
Python::Flow Python::run_else(const Node& statement) {
    const Node* alternative = statement.at("alternative");
    const Node* body = alternative ? alternative->at("body") : nullptr;
    return body ? run(*body) : Flow::goes_on;
}

namespace {

/// The names that a part of a program assigns.
void collect_assigned(const Node& node, std::string_view text, std::set<std::string>& names) {
    const std::function<void(const Node&)> take = [&](const Node& target) {
        if (target.is("identifier")) names.emplace(text.substr(target.begin, target.end - target.begin));
        if (target.is("attribute") || target.is("subscript") || target.is("call")) return;
        for (const Node& part : target.children) take(part);
    };
    const bool assigns = node.is("assignment") || node.is("augmented_assignment") || node.is("for_statement");
    if (const Node* left = node.at("left"); left && assigns) take(*left);
    if (const Node* name = node.at("name"); name && node.is("named_expression")) take(*name);
    if (const Node* alias = node.at("alias"); alias && node.is("as_pattern")) take(*alias);
    if (node.is("function_definition") || node.is("lambda")) return;
    for (const Node& child : node.children) collect_assigned(child, text, names);
}

}  // namespace

void Python::forget_assigned(const Node& node) {
    const auto [found, fresh] = assigned_.try_emplace(&node);
    if (fresh) collect_assigned(node, here_->text, found->second);
    forget(scope(), found->second);
}

Python::Flow Python::run_while(const Node& statement) {
    const std::size_t before = host_.sent(), open = open_conditions();
    const Node* condition = statement.at("condition");
    const Node* body = statement.at("body");
    const auto first = condition ? eval(*condition).truth() : std::nullopt;
    if (first && !*first && body) followed_.leave_out(*body);
    if (first && !*first) return run_else(statement);
    // In a later round it may not hold, or others may.
    forget_assigned(statement);
    const auto truth = condition ? eval(*condition).truth() : std::nullopt;
    ++unsure_;
    ++uncounted_loops_;
    const Flow flow = body ? run(*body) : Flow::goes_on;
    --unsure_;
    --uncounted_loops_;
    end_round(open);
    forget_assigned(statement);
    if (const Flow ended = run_else(statement); ended != Flow::goes_on) return ended;
    if (condition) host_.depends(before, truth ? how_often(text(*condition)) : whether(text(*condition)));
    return truth && flow == Flow::returns ? flow : Flow::goes_on;
}

Python::Flow Python::run_with(const Node& statement) {
    std::vector<Value> entered;
    for (const Node& clause : statement.children) {
        if (!clause.is("with_clause")) continue;
        for (const Node& item : clause.children) {
            const Node* value = item.at("value");
            if (!value) continue;
            if (!value->is("as_pattern")) {
                entered.push_back(eval(*value));
                enter(entered.back());
                continue;
            }
            const auto parts = value->named_children();
            entered.push_back(parts.empty() ? unknown_value() : eval(*parts.front()));
            const Value given = enter(entered.back());
            const Node* alias = value->at("alias");
            if (alias && !alias->children.empty()) assign(alias->children.front(), given);
        }
    }
    const Node* body = statement.at("body");
    const Flow flow = body ? run(*body) : Flow::goes_on;
    while (!entered.empty()) {
        leave(entered.back());
        entered.pop_back();
    }
    return flow;
}

// An error ends a migration unless it is caught: then the handler's statements may run as well.
Python::Flow Python::run_try(const Node& statement) {
    Flow flow = Flow::goes_on;
    if (const Node* body = statement.at("body")) flow = run(*body);
    for (const Node& part : statement.children) {
        const bool handles = part.is("except_clause") || part.is("except_group_clause");
        if (!handles && !part.is("else_clause") && !part.is("finally_clause")) continue;
        const auto runs = [&] {
            Flow ended = Flow::goes_on;
            for (const Node& child : part.children) {
                if (child.is("block"))
                    ended = run(child);
                else if (child.is("as_pattern"))
                    assign_caught(child);
            }
            return ended;
        };
        if (handles) {
            const Value given = returned_;
            // An error is what ends a migration: that its handler ends it too changes nothing behind.
            run_one_of(
                [&] {
                    if (runs() == Flow::returns) may_give(returned_);
                    return Flow::goes_on;
                },
                [] { return Flow::goes_on; }, statement, {std::string(kErrorBefore), {}, {}});
            returned_ = given;
        } else if (const Flow ended = runs(); ended != Flow::goes_on) {
            flow = ended;
        }
    }
    return flow;
}

// except Error as error
void Python::assign_caught(const Node& pattern) {
    const Node* alias = pattern.at("alias");
    if (alias && !alias->children.empty()) assign(alias->children.front(), unknown_value());
}

void Python::assign(const Node& target, const Value& value) {
    if (target.is("identifier") || target.is("dotted_name") || target.is("as_pattern_target")) {
        const std::string name(text(target));
        (globals_.count(name) > 0 ? here_->names : scope())[name] = value;
        return;
    }
    if (target.is("pattern_list") || target.is("tuple_pattern") || target.is("list_pattern") || target.is("tuple")) {
        const auto parts = target.named_children();
        // get_or_create() gives a row, and whether it is new.
        const auto items = rounds(value);
        for (std::size_t i = 0; i < parts.size(); ++i)
            assign(*parts[i], items && i < items->size() ? (*items)[i] : unknown_value());
        return;
    }
    if (target.is("attribute")) {
        const Node* owner = target.at("object");
        const Node* name = target.at("attribute");
        if (owner && name) assign_attribute(eval(*owner), std::string(text(*name)), value, place(target));
        return;
    }
    if (target.is("list_splat_pattern") || target.is("parenthesized_expression")) {
        for (const Node* part : target.named_children()) assign(*part, unknown_value());
        return;
    }
    if (!target.is("subscript")) return;
    const Node* object = target.at("value");
    const Node* key = target.at("subscript");
    if (!object || !key) return;
    const Value container = eval(*object);
    const Value at = eval(*key);
    if (container.is(Value::Kind::dictionary))
        put(*container.items, at, value);
    else if (container.items)
        container.items->cut = true;
    else if (container.is(Value::Kind::path) && !is_result(container.text))
        list(place(target), "a change of " + container.text, "the calls chained to it are not followed");
}

void Python::put(Items& pairs, const Value& key, const Value& value) {
    if (!key.known()) pairs.cut = true;
    bool replaces = false;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) replaces |= same(pairs[i], key);
    pairs.add(key);
    pairs.add(unsure_ > 0 && replaces ? unknown_value() : value);
}

void Python::assign_attribute(const Value& object, const std::string& name, const Value& value, ByteRange place) {
    if (object.is(Value::Kind::object)) return put(*object.items, text_value(name), value);
    if (!object.is(Value::Kind::path)) return;
    if (classes_.count(object.text) > 0) {
        Class* own = class_of(object.text);
        if (own && own->module == &file_) {
            const bool replaces = unsure_ > 0 && own->names.count(name) > 0;
            own->names[name] = replaces ? unknown_value() : value;
            return;
        }
    }
    // Of a row, or of what a library gave. What belongs to others may be what the next call is.
    const bool of_operation = object.text.starts_with("django.db.migrations.");
    if ((is_result(object.text) && !of_operation) || is_harmless_attribute(name)) return;
    list(place, "a change of " + object.text + "." + name, "the calls chained to it are not followed");
}

void Python::assign_augmented(const Node& statement) {
    const Node* left = statement.at("left");
    const Node* right = statement.at("right");
    if (!left || !right) return;
    const Value old = eval(*left);
    const Value more = eval(*right);
    const Node* sign = statement.at("operator");
    if (!sign || text(*sign) != "+=") return assign(*left, unknown_value());
    if (old.is(Value::Kind::text) && more.is(Value::Kind::text)) {
        Value sum = old;
        append(sum, more);
        return assign(*left, sum);
    }
    if (const auto sum = arithmetic("+", old, more)) return assign(*left, *sum);
    const auto items = iterated(more);
    const auto sum =
        items || is_either_list(more) ? joined_lists(old, items ? list_value(*items) : more) : std::nullopt;
    assign(*left, sum ? *sum : unknown_value());
}

}  // namespace pgfence::extract
