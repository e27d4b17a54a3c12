// Ruby's statements.

#include "extract/ruby/ruby.h"

namespace pgfence::extract {
namespace {

void find_heredocs(const Node& node, std::vector<const Node*>& begins, std::vector<const Node*>& bodies) {
    if (node.is("heredoc_beginning")) begins.push_back(&node);
    if (node.is("heredoc_body")) bodies.push_back(&node);
    for (const Node& child : node.children) find_heredocs(child, begins, bodies);
}

}  // namespace

Ruby::Ruby(std::string_view text, const Tree& tree, Host host)
    : Interpreter(std::move(host)), text_(text), tree_(tree) {
    // Bodies follow in the order in which they are announced.
    std::vector<const Node*> begins, bodies;
    find_heredocs(tree.root, begins, bodies);
    for (std::size_t i = 0; i < begins.size() && i < bodies.size(); ++i) heredocs_[begins[i]->begin] = bodies[i];
}

void Ruby::load() { run(tree_.root); }

const Node* Ruby::method(const std::string& name) const {
    const auto found = methods_.find(name);
    return found == methods_.end() ? nullptr : found->second;
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
    for (const Node& statement : block.children) {
        if (!statement.named || statement.is("heredoc_body")) continue;
        const Flow flow = run_statement(statement);
        if (flow != Flow::goes_on) return flow;
    }
    return Flow::goes_on;
}

void Ruby::define(const Node& statement) {
    const Node* body = statement.at("body");
    if (statement.is("method") || statement.is("singleton_method")) {
        const Node* name = statement.at("name");
        if (!name) return;
        // What a nested class defines must not stand for the migration's own.
        methods_.emplace(text(*name), &statement);
        return;
    }
    const Node* parent = statement.at("superclass");
    const bool migration = parent && text(*parent).find("Migration") != std::string_view::npos;
    if (migration && superclass_.empty()) superclass_ = text(*parent);
    if (const Node* name = statement.at("name"); name && parent && !migration) {
        const std::string_view path = text(*name);
        const auto last = path.rfind("::");
        classes_.emplace(last == path.npos ? path : path.substr(last + 2), &statement);
    }
    if (body && (migration || statement.is("module"))) {
        run(*body);
    } else if (body && parent == nullptr && superclass_.empty()) {
        run(*body);
    }
}

Ruby::Flow Ruby::run_statement(const Node& statement) {
    if (!step(place(statement))) return Flow::returns;
    const auto kind = statement.kind;
    if (kind == "class" || kind == "module" || kind == "method" || kind == "singleton_method") {
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
        const std::size_t before = host_.sent();
        if (const Node* body = statement.at("body")) run(*body);
        host_.depends(before, "whether an error comes before");
    } else if (kind == "rescue_modifier") {
        if (const Node* body = statement.at("body")) return run_statement(*body);
    } else if (kind == "return") {
        returned_ = nothing_value();
        for (const Node* list : statement.named_children())
            for (const Node* value : list->named_children()) returned_ = eval(*value);
        return Flow::returns;
    } else if (kind == "next") {
        return Flow::next_round;
    } else if (kind == "break") {
        return Flow::leaves_loop;
    } else {
        returned_ = eval(statement, true);
    }
    return Flow::goes_on;
}

Ruby::Flow Ruby::run_if(const Node& statement, bool unless) {
    const Node* condition = statement.at("condition");
    if (!condition) return Flow::goes_on;
    const auto holds = eval(*condition).truth();
    const Node* consequence = statement.at("consequence");
    const Node* alternative = statement.at("alternative");
    const auto take = [&](const Node* part) {
        if (!part) return Flow::goes_on;
        return part->is("elsif") ? run_if(*part, false) : run(*part);
    };
    if (holds) return take(*holds != unless ? consequence : alternative);
    const std::size_t before = host_.sent();
    const Flow first = take(consequence);
    return either(first, take(alternative), before, whether(text(*condition)));
}

Ruby::Flow Ruby::run_modifier(const Node& statement, bool unless) {
    const Node* condition = statement.at("condition");
    const Node* body = statement.at("body");
    if (!condition || !body) return Flow::goes_on;
    const auto holds = eval(*condition).truth();
    if (holds) return *holds != unless ? run_statement(*body) : Flow::goes_on;
    const std::size_t before = host_.sent();
    const Flow flow = run_statement(*body);
    return either(flow, Flow::goes_on, before, whether(text(*condition)));
}

Ruby::Flow Ruby::run_case(const Node& statement) {
    const std::size_t before = host_.sent();
    for (const Node& part : statement.children) {
        if (part.is("when"))
            if (const Node* body = part.at("body")) run(*body);
        if (part.is("else")) run(part);
    }
    const Node* subject = statement.at("value");
    host_.depends(before, "which case of " + std::string(subject ? text(*subject) : "several") + " is taken");
    return Flow::goes_on;
}

Ruby::Flow Ruby::run_loop(const Node& statement) {
    const std::size_t before = host_.sent();
    if (const Node* pattern = statement.at("pattern")) assign(*pattern, unknown_value());
    if (const Node* body = statement.at("body"))
        statement.kind.ends_with("modifier") ? run_statement(*body) : run_round(*body);
    const Node* condition = statement.at("condition");
    if (condition) host_.depends(before, whether(text(*condition)));
    if (!condition) host_.depends(before, "how often this loop runs");
    return Flow::goes_on;
}

void Ruby::assign(const Node& target, const Value& value) {
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
    }
}

}  // namespace pgfence::extract
