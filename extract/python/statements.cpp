// Python's statements (Language Reference, 7 and 8).

#include "extract/python/python.h"

namespace pgfence::extract {

Python::Python(std::string_view path, std::string_view text, const Tree& tree, Host host)
    : Interpreter(std::move(host)) {
    file_.path = path;
    file_.text = text;
    file_.tree = &tree;
    file_.names["__file__"] = text_value(std::string(path));
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
    return function.is(Value::Kind::code) ? call_own(function, given) : unknown_value();
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
    if (!step(place(statement))) return Flow::returns;
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
        function.module = here_;
        if (const Node* name = statement.at("name")) assign(*name, function);
    } else if (kind == "decorated_definition") {
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
        returned_ = unknown_value();
        return Flow::fails;
    } else if (kind == "break_statement") {
        return Flow::leaves_loop;
    } else if (kind == "continue_statement") {
        return Flow::next_round;
    } else if (kind == "match_statement") {
        return run_match(statement);
    }
    return Flow::goes_on;
}

void Python::define_class(const Node& statement) {
    const Node* name = statement.at("name");
    if (!name) return;
    const std::string path = (here_->name.empty() ? "" : here_->name + ".") + std::string(text(*name));
    classes_[path] = {&statement, here_, {}, false};
    assign(*name, path_value(path));
}

Python::Flow Python::run_match(const Node& statement) {
    const std::size_t before = host_.sent();
    for (const Node* block : statement.all("body"))
        for (const Node& child : block->children)
            if (const Node* consequence = child.at("consequence")) run(*consequence);
    const Node* subject = statement.at("subject");
    host_.depends(before, "which case of " + std::string(subject ? text(*subject) : "a match") + " is taken");
    return Flow::goes_on;
}

Python::Flow Python::run_if(const Node& statement) {
    struct Unsure {
        Flow flow;
        std::size_t from;
        std::string what;
    };
    std::vector<Unsure> unsure;
    Flow last = Flow::goes_on;
    /// False: no later alternative is taken.
    const auto goes_on_behind = [&](const Node* condition, const Node* block) {
        const auto truth = condition ? eval(*condition).truth() : std::optional(true);
        if (!block || (truth && !*truth)) return true;
        const std::size_t from = host_.sent();
        const Flow flow = run(*block);
        if (truth) last = flow;
        if (!truth) unsure.push_back({flow, from, whether(text(*condition))});
        return !truth;
    };
    const Node* condition = statement.at("condition");
    bool open = condition && goes_on_behind(condition, statement.at("consequence"));
    for (const Node* alternative : statement.all("alternative")) {
        if (!open) break;
        const bool test = alternative->is("elif_clause");
        open = test ? goes_on_behind(alternative->at("condition"), alternative->at("consequence"))
                    : goes_on_behind(nullptr, alternative->at("body"));
    }
    for (; !unsure.empty(); unsure.pop_back())
        last = either(unsure.back().flow, last, unsure.back().from, unsure.back().what);
    return last;
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
    const bool counted = items && (!over.is(Value::Kind::path) || iterated(over));
    const std::size_t before = host_.sent();
    for (const Value& item : items ? *items : std::vector<Value>{unknown_value()}) {
        if (!step(place(statement))) return Flow::returns;
        assign(*left, item);
        const std::size_t open = open_conditions();
        const Flow flow = run(*body);
        end_round(open);
        if (counted && (flow == Flow::returns || flow == Flow::fails)) return flow;
        if (flow != Flow::goes_on && flow != Flow::next_round) break;
    }
    if (!counted) host_.depends(before, how_often(text(*right)));
    return Flow::goes_on;
}

Python::Flow Python::run_while(const Node& statement) {
    const std::size_t before = host_.sent(), open = open_conditions();
    const Node* condition = statement.at("condition");
    const auto truth = condition ? eval(*condition).truth() : std::nullopt;
    if (truth && !*truth) return Flow::goes_on;
    const Node* body = statement.at("body");
    const Flow flow = body ? run(*body) : Flow::goes_on;
    end_round(open);
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
        const bool handles = part.is("except_clause");
        if (!handles && !part.is("else_clause") && !part.is("finally_clause")) continue;
        const std::size_t before = host_.sent();
        Flow ended = Flow::goes_on;
        for (const Node& child : part.children)
            if (child.is("block")) ended = run(child);
        if (handles) host_.depends(before, "whether an error comes before");
        if (!handles && ended != Flow::goes_on) flow = ended;
    }
    return flow;
}

void Python::assign(const Node& target, const Value& value) {
    if (target.is("identifier") || target.is("dotted_name") || target.is("as_pattern_target")) {
        (locals_.empty() ? here_->names : locals_.back())[std::string(text(target))] = value;
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
        const Value object = owner && name ? eval(*owner) : unknown_value();
        if (!object.is(Value::Kind::object)) return;
        object.items->add(text_value(std::string(text(*name))));
        object.items->add(value);
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
    if (const auto sum = arithmetic("+", old, more)) return assign(*left, *sum);
    const auto items = iterated(more);
    const auto sum = items ? joined_lists(old, list_value(*items)) : std::nullopt;
    assign(*left, sum ? *sum : unknown_value());
}

}  // namespace pgfence::extract
