// Python's statements (Language Reference, 7 and 8).

#include "extract/python/python.h"

namespace pgfence::extract {

Python::Python(std::string_view text, const Tree& tree, Host host) : text_(text), tree_(tree), host_(std::move(host)) {}

void Python::load() { run(tree_.root); }

const Value* Python::global(const std::string& name) const {
    const auto found = globals_.find(name);
    return found == globals_.end() ? nullptr : &found->second;
}

const Node* Python::function(const std::string& name) const {
    const Value* value = global(name);
    return value && value->is(Value::Kind::code) && value->node->is("function_definition") ? value->node : nullptr;
}

void Python::call_function(const Node& function) {
    Call call;
    call_own(function, call, function);
}

std::map<std::string, Value> Python::read_class(const Node& definition) {
    locals_.emplace_back();
    if (const Node* body = definition.at("body")) run(*body);
    Names names = std::move(locals_.back());
    locals_.pop_back();
    return names;
}

bool Python::step(const Node& node) {
    if (++steps_ <= kMostSteps && bytes_ <= kMostBytes) return true;
    if (!exhausted_)
        host_.unread({node.begin, node.end}, "a program that takes too many steps", "it was not followed to its end");
    exhausted_ = true;
    return false;
}

Python::Flow Python::run(const Node& block) {
    for (const Node& statement : block.children) {
        if (!statement.named) continue;
        const Flow flow = run_statement(statement);
        if (flow != Flow::goes_on) return flow;
    }
    return Flow::goes_on;
}

Python::Flow Python::run_statement(const Node& statement) {
    if (!step(statement)) return Flow::returns;
    const auto kind = statement.kind;
    if (kind == "expression_statement") {
        for (const Node& child : statement.children)
            if (child.is("call"))
                call(child, true);
            else if (child.named)
                eval(child);
    } else if (kind == "import_statement" || kind == "import_from_statement") {
        import(statement);
    } else if (kind == "function_definition") {
        Value function;
        function.kind = Value::Kind::code;
        function.node = &statement;
        if (const Node* name = statement.at("name")) assign(*name, function);
    } else if (kind == "decorated_definition") {
        if (const Node* definition = statement.at("definition")) return run_statement(*definition);
    } else if (kind == "class_definition") {
        classes_.push_back(&statement);
        if (const Node* name = statement.at("name")) assign(*name, path_value(std::string(text(*name))));
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
        returned_ = unknown_value();
        return Flow::returns;
    } else if (kind == "break_statement") {
        return Flow::leaves_loop;
    } else if (kind == "continue_statement") {
        return Flow::next_round;
    } else if (kind == "match_statement") {
        const std::size_t before = host_.count();
        for (const Node* block : statement.all("body"))
            for (const Node& child : block->children)
                if (const Node* consequence = child.at("consequence")) run(*consequence);
        hinges_on(statement, before, "which case is taken is not known: all are read");
    }
    return Flow::goes_on;
}

void Python::hinges_on(const Node& what, std::size_t before, std::string_view why) {
    if (host_.count() != before) host_.unread({what.begin, what.end}, "a choice", std::string(why));
}

Python::Flow Python::run_if(const Node& statement) {
    const Node* condition = statement.at("condition");
    const Node* consequence = statement.at("consequence");
    if (!condition || !consequence) return Flow::goes_on;
    std::vector<const Node*> alternatives = statement.all("alternative");
    const Node* unsure = nullptr;
    std::size_t before = 0;
    bool all_end = true;
    Flow last = Flow::goes_on;
    const auto take = [&](const Node& block) {
        last = run(block);
        all_end = all_end && last != Flow::goes_on;
    };
    const auto done = [&](bool complete) {
        if (!unsure) return last;
        hinges_on(*unsure, before, "whether this holds is not known: both ways are read");
        return complete && all_end ? last : Flow::goes_on;
    };
    const auto truth = eval(*condition).truth();
    if (!truth) unsure = condition;
    before = host_.count();
    if (!truth || *truth) take(*consequence);
    if (truth && *truth) return done(true);
    for (const Node* alternative : alternatives) {
        if (alternative->is("elif_clause")) {
            const Node* test = alternative->at("condition");
            const Node* block = alternative->at("consequence");
            if (!test || !block) continue;
            const auto holds = eval(*test).truth();
            if (!holds && !unsure) unsure = test;
            if (!holds || *holds) take(*block);
            if (holds && *holds) return done(true);
        } else if (const Node* body = alternative->at("body")) {
            take(*body);
            return done(true);
        }
    }
    return done(false);
}

Python::Flow Python::run_for(const Node& statement) {
    const Node* left = statement.at("left");
    const Node* right = statement.at("right");
    const Node* body = statement.at("body");
    if (!left || !right || !body) return Flow::goes_on;
    const std::optional<std::vector<Value>> items = iterated(eval(*right));
    const std::size_t before = host_.count();
    if (!items) {
        assign(*left, unknown_value());
        run(*body);
        hinges_on(*right, before, "how often this loop runs is not known: its body is read once");
        return Flow::goes_on;
    }
    for (const Value& item : *items) {
        if (!step(statement)) return Flow::returns;
        assign(*left, item);
        const Flow flow = run(*body);
        if (flow == Flow::returns) return flow;
        if (flow == Flow::leaves_loop) break;
    }
    return Flow::goes_on;
}

Python::Flow Python::run_while(const Node& statement) {
    const std::size_t before = host_.count();
    if (const Node* condition = statement.at("condition")) eval(*condition);
    if (const Node* body = statement.at("body")) run(*body);
    hinges_on(statement, before, "how often this loop runs is not known: its body is read once");
    return Flow::goes_on;
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
                continue;
            }
            const auto parts = value->named_children();
            entered.push_back(parts.empty() ? unknown_value() : eval(*parts.front()));
            const Node* alias = value->at("alias");
            if (alias && !alias->children.empty()) assign(alias->children.front(), entered.back());
        }
    }
    const Node* body = statement.at("body");
    const Flow flow = body ? run(*body) : Flow::goes_on;
    while (!entered.empty()) {
        host_.leave(entered.back());
        entered.pop_back();
    }
    return flow;
}

// An error ends a migration unless it is caught: then the handler's statements may run as well.
Python::Flow Python::run_try(const Node& statement) {
    Flow flow = Flow::goes_on;
    if (const Node* body = statement.at("body")) flow = run(*body);
    for (const Node& part : statement.children) {
        if (!part.is("except_clause") && !part.is("else_clause") && !part.is("finally_clause")) continue;
        const std::size_t before = host_.count();
        for (const Node& child : part.children)
            if (child.is("block")) run(child);
        if (part.is("except_clause"))
            hinges_on(part, before, "whether an error comes here is not known: it is read as well");
    }
    return flow;
}

void Python::import(const Node& statement) {
    std::string module;
    if (const Node* name = statement.at("module_name")) module = std::string(text(*name)) + ".";
    for (const Node* name : statement.all("name")) {
        const Node* real = name->is("aliased_import") ? name->at("name") : name;
        const Node* alias = name->is("aliased_import") ? name->at("alias") : nullptr;
        if (!real) continue;
        std::string path(text(*real));
        if (alias) {
            assign(*alias, path_value(module + path));
        } else if (module.empty()) {
            // `import a.b` binds `a`.
            path.resize(std::min(path.size(), path.find('.')));
            globals_[path] = path_value(path);
        } else {
            assign(*real, path_value(module + path));
        }
    }
}

void Python::assign(const Node& target, const Value& value) {
    if (target.is("identifier") || target.is("dotted_name") || target.is("as_pattern_target")) {
        (locals_.empty() ? globals_ : locals_.back())[std::string(text(target))] = value;
        return;
    }
    if (target.is("pattern_list") || target.is("tuple_pattern") || target.is("list_pattern") || target.is("tuple")) {
        const auto parts = target.named_children();
        const auto items = iterated(value);
        for (std::size_t i = 0; i < parts.size(); ++i)
            assign(*parts[i], items && i < items->size() ? (*items)[i] : unknown_value());
        return;
    }
    if (!target.is("subscript")) return;
    const Node* object = target.at("value");
    const Node* key = target.at("subscript");
    if (!object || !key) return;
    const Value dictionary = eval(*object);
    if (!dictionary.is(Value::Kind::dictionary)) return;
    dictionary.items->add(eval(*key));
    dictionary.items->add(value);
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
    const auto items = iterated(more);
    if (!old.is(Value::Kind::list) || !items) return assign(*left, unknown_value());
    std::vector<Value> sum = *old.items;
    sum.insert(sum.end(), items->begin(), items->end());
    assign(*left, list_value(std::move(sum)));
}

}  // namespace pgfence::extract
