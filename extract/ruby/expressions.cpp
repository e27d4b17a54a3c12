// Ruby's expressions.

#include "core/text.h"
#include "extract/ruby/ruby.h"

namespace pgfence::extract {
namespace {

std::optional<char> simple_escape(std::string_view escape) {
    if (const auto space = white_space_escape(escape)) return space;
    if (escape.size() != 2 || is_digit(escape[1])) return std::nullopt;
    return escape[1] == 's' ? ' ' : escape[1];
}

}  // namespace

Value Ruby::eval(const Node& node, bool discarded) {
    return bounded(place(node), [&] { return eval_deeper(node, discarded); });
}

Value Ruby::eval_deeper(const Node& node, bool discarded) {
    const auto kind = node.kind;
    if (kind == "simple_symbol") return symbol_value(std::string(text(node).substr(1)));
    if (kind == "hash_key_symbol" || kind == "bare_symbol") return symbol_value(std::string(text(node)));
    if (kind == "string" || kind == "delimited_symbol" || kind == "heredoc_beginning" || kind == "bare_string") {
        Value value = string(node);
        if (kind == "delimited_symbol") value.kind = Value::Kind::symbol;
        return value;
    }
    if (kind == "chained_string") {
        Value all = text_value("");
        for (const Node& part : node.children) append(all, eval(part));
        return all;
    }
    if (kind == "integer" || kind == "float") return number_value(std::string(text(node)));
    if (kind == "true" || kind == "false") return boolean_value(kind == "true");
    if (kind == "nil") return nothing_value();
    if (kind == "self") return path_value("self");
    if (kind == "array") {
        Call items;
        arguments(node, items);
        if (items.more_args) return unknown_value();
        if (!items.named.empty()) {
            std::vector<Value> pairs;
            for (auto& [key, value] : items.named) {
                pairs.push_back(symbol_value(key));
                pairs.push_back(std::move(value));
            }
            items.args.push_back(dictionary_value(std::move(pairs)));
        }
        return list_value(std::move(items.args));
    }
    if (kind == "string_array" || kind == "symbol_array") return words(node, kind == "symbol_array");
    if (kind == "hash") return hash(node);
    if (kind == "identifier") {
        const auto local = locals_.back().find(std::string(text(node)));
        return local != locals_.back().end() ? local->second : bare_call(node, discarded);
    }
    if (kind == "constant" || kind == "instance_variable" || kind == "class_variable" || kind == "global_variable") {
        const auto found = constants_.find(std::string(text(node)));
        if (found == constants_.end())
            return kind == "constant" ? path_value(std::string(text(node))) : unknown_value();
        Value value = found->second;
        value.end = 0;
        return value;
    }
    if (kind == "scope_resolution") return path_value(std::string(text(node)));
    if (kind == "call") return call(node, discarded);
    if (kind == "element_reference") return element(node);
    if (kind == "binary") return binary(node);
    if (kind == "unary") {
        const Node* operand = node.at("operand");
        const Value value = operand ? eval(*operand) : unknown_value();
        if (text(node).starts_with('-') && value.is(Value::Kind::number)) return number_value("-" + value.text);
        const auto truth = value.truth();
        const bool negates = text(node).starts_with('!') || text(node).starts_with("not");
        return negates && truth ? boolean_value(!*truth) : unknown_value();
    }
    if (kind == "parenthesized_statements" || kind == "begin") {
        run(node);
        return returned_;
    }
    if (kind == "conditional") {
        const Node* condition = node.at("condition");
        const Node* yes = node.at("consequence");
        const Node* no = node.at("alternative");
        const auto truth = condition ? eval(*condition).truth() : std::nullopt;
        return truth && yes && no ? eval(*truth ? *yes : *no, discarded) : unknown_value();
    }
    if (kind == "lambda") {
        Value code;
        code.kind = Value::Kind::code;
        code.node = node.at("body");
        return code.node ? code : unknown_value();
    }
    if (kind == "assignment" || kind == "operator_assignment") {
        const Node* left = node.at("left");
        const Node* right = node.at("right");
        if (!left || !right) return unknown_value();
        Value value = eval(*right);
        const Node* sign = node.at("operator");
        if (sign && text(*sign) == "||=") {
            const Value old = eval(*left);
            if (old.truth().value_or(false)) value = old;
        } else if (sign && (text(*sign) == "+=" || text(*sign) == "<<")) {
            Value old = eval(*left);
            const bool joins = old.is(Value::Kind::text) && value.is(Value::Kind::text);
            if (joins) append(old, value);
            value = joins ? old : unknown_value();
        } else if (sign) {
            value = unknown_value();
        }
        assign(*left, value);
        return value;
    }
    if (kind == "if" || kind == "unless" || kind == "case" || kind == "if_modifier" || kind == "unless_modifier") {
        returned_ = unknown_value();
        run_statement(node);
        return returned_;
    }
    return unknown_value();
}

Value Ruby::string(const Node& node) {
    Value value = text_value("");
    const Node* source = &node;
    if (node.is("heredoc_beginning")) {
        const auto body = heredocs_.find(node.begin);
        if (body == heredocs_.end()) return unknown_value();
        source = body->second;
    }
    const auto as_is = [&](std::uint32_t begin, std::uint32_t end) {
        if (begin >= end) return;
        value.pieces.push_back({static_cast<std::uint32_t>(value.text.size()), begin, end - begin});
        value.text += text_.substr(begin, end - begin);
    };
    // An interpolation or an escape may stand between two parts that the grammar does not list.
    for (const Node& part : source->children) {
        if (part.is("string_content") || part.is("heredoc_content")) {
            as_is(part.begin, part.end);
        } else if (part.is("escape_sequence")) {
            const std::string_view written = text(part);
            if (const auto byte = simple_escape(written)) {
                value.pieces.push_back({static_cast<std::uint32_t>(value.text.size()), part.begin, 1});
                value.text += *byte;
            } else if (written != "\\\n") {
                value.text += written;
                value.holds_unknown = true;
            }
        } else if (part.is("interpolation")) {
            const auto inner = part.named_children();
            const Value given = inner.empty() ? text_value("") : eval(*inner.front());
            if (given.is_text() || given.is(Value::Kind::number))
                append(value, given);
            else
                append_unknown(value);
        }
    }
    return value;
}

Value Ruby::words(const Node& node, bool symbols) {
    std::vector<Value> items;
    for (const Node* word : node.named_children()) {
        Value value = string(*word);
        if (symbols) value.kind = Value::Kind::symbol;
        items.push_back(std::move(value));
    }
    return list_value(std::move(items));
}

Value Ruby::hash(const Node& node) {
    std::vector<Value> items;
    for (const Node* part : node.named_children()) {
        if (part->is("hash_splat_argument")) {
            const auto inner = part->named_children();
            const Value more = inner.empty() ? unknown_value() : eval(*inner.front());
            if (!more.is(Value::Kind::dictionary)) return unknown_value();
            items.insert(items.end(), more.items->begin(), more.items->end());
            continue;
        }
        const Node* key = part->at("key");
        const Node* value = part->at("value");
        if (!key) return unknown_value();
        items.push_back(eval(*key));
        items.push_back(value ? eval(*value) : eval(*key));
    }
    return dictionary_value(std::move(items));
}

Value Ruby::binary(const Node& node) {
    const Node* left = node.at("left");
    const Node* right = node.at("right");
    const Node* sign = node.at("operator");
    if (!left || !right || !sign) return unknown_value();
    const std::string_view op = text(*sign);
    Value a = eval(*left, op == "&&" || op == "||" || op == "and" || op == "or");
    if (op == "&&" || op == "and" || op == "||" || op == "or") {
        const bool is_and = op == "&&" || op == "and";
        const auto first = a.truth();
        if (first && *first != is_and) return a;
        const Value b = eval(*right);
        if (first) return b;
        const auto second = b.truth();
        return second && *second != is_and ? boolean_value(*second) : unknown_value();
    }
    const Value b = eval(*right);
    if (op == "+" && a.is(Value::Kind::text) && b.is(Value::Kind::text)) {
        append(a, b);
        return a;
    }
    if (const auto sum = op == "+" ? joined_lists(a, b) : std::nullopt) return *sum;
    if (op == "<<" && a.is(Value::Kind::list)) {
        a.items->add(b);
        return a;
    }
    const auto plain = [](const Value& v) { return v.known() && !v.items && !v.is(Value::Kind::path); };
    if ((op == "==" || op == "!=") && plain(a) && plain(b)) return boolean_value(same(a, b) == (op == "=="));
    return arithmetic(op, a, b).value_or(unknown_value());
}

Value Ruby::element(const Node& node) {
    const auto parts = node.named_children();
    if (parts.size() != 2) return unknown_value();
    const Value container = eval(*parts[0]);
    const Value key = eval(*parts[1]);
    if (container.is(Value::Kind::dictionary) && key.is_text()) {
        const Value* found = container.get(key.text);
        return found ? *found : nothing_value();
    }
    const auto index = key.integer();
    if (container.is(Value::Kind::list) && index && *index >= 0 && *index < static_cast<long>(container.items->size()))
        return (*container.items)[static_cast<std::size_t>(*index)];
    return container.is(Value::Kind::path) ? path_value(container.text + "[]") : unknown_value();
}

void Ruby::arguments(const Node& list, Call& call) {
    for (const Node& argument : list.children) {
        if (!argument.named || argument.is("block_argument") || argument.is("heredoc_body")) continue;
        if (argument.is("pair")) {
            const Node* key = argument.at("key");
            const Node* value = argument.at("value");
            if (!key) continue;
            const Value name = eval(*key);
            Value given = unknown_value();
            if (value) {
                given = eval(*value);
            } else if (const auto local = locals_.back().find(name.text); local != locals_.back().end()) {
                given = local->second;  // f(x:) is f(x: x)
            }
            call.named.emplace_back(name.text, std::move(given));
        } else if (argument.is("hash_splat_argument") || argument.is("splat_argument")) {
            const auto inner = argument.named_children();
            const Value more = inner.empty() ? unknown_value() : eval(*inner.front());
            if (more.is(Value::Kind::dictionary)) {
                for (std::size_t i = 0; i + 1 < more.items->size(); i += 2)
                    call.named.emplace_back((*more.items)[i].text, (*more.items)[i + 1]);
            } else if (more.is(Value::Kind::list)) {
                call.args.insert(call.args.end(), more.items->begin(), more.items->end());
            } else {
                call.more_args = true;
            }
        } else {
            call.args.push_back(eval(argument));
        }
    }
}

Value Ruby::bare_call(const Node& node, bool discarded) {
    Call call;
    call.path = text(node);
    call.begin = node.begin;
    call.end = node.end;
    call.discarded = discarded;
    return send(std::move(call), nullptr);
}

Value Ruby::call(const Node& node, bool discarded) {
    const Node* name = node.at("method");
    const Node* object = node.at("receiver");
    Call call;
    call.begin = node.begin;
    call.end = node.end;
    call.discarded = discarded;
    call.block = node.at("block");
    std::optional<Value> receiver;
    if (object) receiver = eval(*object);
    if (const Node* list = node.at("arguments")) arguments(*list, call);
    if (!name) return unknown_value();
    call.path = text(*name);
    if (receiver && receiver->is_path("self")) receiver.reset();
    return send(std::move(call), receiver ? &*receiver : nullptr);
}

Value Ruby::send(Call call, const Value* receiver) {
    const std::string name = call.path;
    if (receiver) {
        if (auto known = known_method(*receiver, name, call)) return *known;
        call.receiver = *receiver;
        const Value member = member_of(*receiver, name);
        call.path = member.is(Value::Kind::path) ? member.text : "." + name;
    } else {
        if (const Node* own = method(name)) return call_own(*own, call);
        if (name == "lambda" || name == "proc") {
            Value code;
            code.kind = Value::Kind::code;
            code.node = call.block;
            return call.block ? code : unknown_value();
        }
        if (name == "raise") return nothing_value();
    }
    const std::size_t before = host_.sent();
    if (std::optional<Value> result = host_.call(call)) return *result;
    if (call.block) {
        const Value of = result_of(call);
        const auto element = host_.element(of);
        run_block(*call.block, element ? std::vector<Value>{*element} : std::vector<Value>{});
        // Rows are as many as there are: maybe none.
        host_.depends(before, how_often(text_.substr(call.begin, call.block->begin - call.begin)));
    }
    return result_of(std::move(call));
}

Value Ruby::call_own(const Node& method, const Call& call) {
    const Node* body = method.at("body");
    if (!body) return nothing_value();
    if (locals_.size() >= kDeepestCalls) {
        host_.unread({call.begin, call.end}, "a method that calls itself", "it was not followed to its end");
        return unknown_value();
    }
    Names names;
    std::size_t position = 0;
    if (const Node* parameters = method.at("parameters")) {
        for (const Node* parameter : parameters->named_children()) {
            const Node* name = parameter->is("identifier") ? parameter : parameter->at("name");
            if (!name) continue;
            const std::string key(text(*name));
            const Node* fallback = parameter->at("value");
            const Value* given = parameter->is("keyword_parameter") ? call.get(key) : call.get(position++, "");
            names[key] = given ? *given : fallback ? eval(*fallback) : unknown_value();
        }
    }
    locals_.push_back(std::move(names));
    if (call.block) locals_.back()["yield"] = unknown_value();
    returned_ = nothing_value();
    const std::size_t open = open_conditions();
    body->is("body_statement") ? run(*body) : run_statement(*body);
    end_function(open);
    locals_.pop_back();
    return returned_;
}

Value Ruby::run_block(const Node& block, const std::vector<Value>& arguments) {
    const Node* body = block.at("body");
    if (!body) return nothing_value();
    if (const Node* parameters = block.at("parameters")) {
        const auto names = parameters->named_children();
        const bool spreads = names.size() > 1 && arguments.size() == 1 && arguments.front().is(Value::Kind::list);
        const std::vector<Value> items = spreads ? *arguments.front().items : arguments;
        for (std::size_t i = 0; i < names.size(); ++i) assign(*names[i], i < items.size() ? items[i] : unknown_value());
    } else if (!arguments.empty()) {
        locals_.back()["it"] = locals_.back()["_1"] = arguments.front();
    }
    returned_ = nothing_value();
    run_round(*body);
    return returned_;
}

}  // namespace pgfence::extract
