// Ruby's expressions.

#include <algorithm>

#include "core/text.h"
#include "extract/ruby/ruby.h"

namespace pgfence::extract {
namespace {

std::optional<char> simple_escape(std::string_view escape) {
    if (const auto space = white_space_escape(escape)) return space;
    if (escape.size() != 2 || is_digit(escape[1])) return std::nullopt;
    return escape[1] == 's' ? ' ' : escape[1];
}

Value dictionary_of(const std::vector<std::pair<std::string, Value>>& named) {
    std::vector<Value> pairs;
    for (const auto& [key, value] : named) {
        pairs.push_back(symbol_value(key));
        pairs.push_back(value);
    }
    return dictionary_value(std::move(pairs));
}

}  // namespace

Value Ruby::eval(const Node& node, bool discarded) {
    followed_.follow(node);
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
        if (!items.named.empty()) items.args.push_back(dictionary_of(items.named));
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
        if (found == constants_.end() && kind == "constant") return path_value(std::string(text(node)));
        if (found == constants_.end())
            return host_.look_up(path_value(std::string(text(node)))).value_or(unknown_value());
        Value value = found->second;
        value.end = 0;
        return value;
    }
    if (kind == "scope_resolution") return path_value(without_top_scope(std::string(text(node))));
    if (kind == "call") return call(node, discarded);
    if (kind == "element_reference") return element(node);
    if (kind == "binary") return binary(node);
    if (kind == "unary") {
        const Node* operand = node.at("operand");
        // It only asks what there is.
        if (operand && text(node).starts_with("defined?")) followed_.leave_out(*operand);
        if (text(node).starts_with("defined?")) return unknown_value();
        const Value value = operand ? eval(*operand) : unknown_value();
        if (const auto known = operation(text(node).substr(0, 1), value, {}, place(node))) return *known;
        if (text(node).starts_with('-') && value.is(Value::Kind::number)) return number_value("-" + value.text);
        const bool negates = text(node).starts_with('!') || text(node).starts_with("not");
        return negates ? negated(value) : unknown_value();
    }
    if (kind == "parenthesized_statements" || kind == "begin") {
        run(node);
        return returned_;
    }
    if (kind == "conditional") {
        const Node* condition = node.at("condition");
        const Node* yes = node.at("consequence");
        const Node* no = node.at("alternative");
        if (!condition || !yes || !no) return unknown_value();
        const Value asked = eval(*condition);
        const auto truth = asked.truth();
        if (truth) followed_.leave_out(*truth ? *no : *yes);
        if (truth) return eval(*truth ? *yes : *no, discarded);
        const auto way = [&](const Node& part) {
            return [&] {
                returned_ = eval(part, discarded);
                return Flow::goes_on;
            };
        };
        run_one_of(way(*yes), way(*no), node, unknown_condition(asked, text(*condition)));
        return returned_;
    }
    if (kind == "lambda") {
        Value code;
        code.kind = Value::Kind::code;
        code.node = &node;
        return node.at("body") ? code : unknown_value();
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
            value =
                joins ? old : joined_lists(old, value).value_or(arithmetic("+", old, value).value_or(unknown_value()));
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
    if (kind == "right_assignment_list") {
        Call items;
        arguments(node, items);
        return items.more_args ? unknown_value() : list_value(std::move(items.args));
    }
    if (kind == "method" || kind == "singleton_method" || kind == "class" || kind == "module" || kind == "alias" ||
        kind == "singleton_class" || kind == "rescue_modifier" || kind.starts_with("while") ||
        kind.starts_with("until") || kind == "for") {
        run_statement(node);
        const Node* name = node.at("name");
        return name ? symbol_value(std::string(text(*name))) : unknown_value();
    }
    if (kind == "yield") return yield(node);
    if (kind == "regex" && host_.operation) {
        Call expression;
        expression.path = "regexp";
        expression.args = {string(node), boolean_value(text(node).ends_with('i'))};
        return result_of(std::move(expression));
    }
    if (kind == "range" && host_.operation) {
        const Node* begin = node.at("begin");
        const Node* end = node.at("end");
        const Node* sign = node.at("operator");
        Call range;
        range.path = "range";
        range.args = {begin ? eval(*begin) : nothing_value(), end ? eval(*end) : nothing_value(),
                      boolean_value(sign && text(*sign) == "...")};
        return result_of(std::move(range));
    }
    if (kind == "subshell") list(place(node), "a shell command", "the code it runs is unknown");
    // Whatever it is worth, its parts are run.
    for (const Node& part : node.children)
        if (part.named && !part.is("block") && !part.is("do_block")) eval(part);
    return unknown_value();
}

// The block of the method's caller runs with what the caller knows.
Value Ruby::yield(const Node& node) {
    Call given;
    for (const Node* list : node.named_children()) arguments(*list, given);
    Frame frame = frames_.back();
    if (frames_.size() < 2 || !(frame.block || frame.passed_block)) {
        list(place(node), "yield", "the block that it runs is not known");
        return unknown_value();
    }
    frames_.pop_back();
    Names own = std::move(locals_.back());
    locals_.pop_back();
    Call call;
    call.block = frame.block;
    call.passed_block = frame.passed_block;
    call.begin = node.begin;
    call.end = node.end;
    Value result = run_block_of(call, given.args);
    locals_.push_back(std::move(own));
    frames_.push_back(std::move(frame));
    return result;
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
    // In single quotes a backslash stands before a quote or another backslash alone; the grammar lists neither.
    const bool plain = node.is("string") && text(node).starts_with('\'');
    const auto with_plain_escapes = [&](std::uint32_t begin, std::uint32_t end) {
        for (std::uint32_t at = begin; at + 1 < end; ++at) {
            if (text_[at] != '\\' || (text_[at + 1] != '\'' && text_[at + 1] != '\\')) continue;
            as_is(begin, at);
            append_escape(value, text_.substr(at, 2), text_[at + 1], at);
            begin = ++at + 1;
        }
        as_is(begin, end);
    };
    // An interpolation or an escape may stand between two parts that the grammar does not list.
    for (const Node& part : source->children) {
        if (part.is("string_content") || part.is("heredoc_content")) {
            plain ? with_plain_escapes(part.begin, part.end) : as_is(part.begin, part.end);
        } else if (part.is("escape_sequence")) {
            const std::string_view written = text(part);
            append_escape(value, written, simple_escape(written), part.begin);
        } else if (part.is("interpolation")) {
            const auto inner = part.named_children();
            Value given = text_value("");
            for (const Node* expression : inner) given = eval(*expression);
            if (given.is_text() || given.is(Value::Kind::number)) {
                append(value, given);
            } else {
                if (value.text.empty()) value.of = std::make_shared<Value>(given);
                append_unknown(value);
            }
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
    bool known = true;
    for (const Node* part : node.named_children()) {
        if (part->is("hash_splat_argument")) {
            const auto inner = part->named_children();
            const Value more = inner.empty() ? unknown_value() : eval(*inner.front());
            known &= more.is(Value::Kind::dictionary);
            if (known) items.insert(items.end(), more.items->begin(), more.items->end());
            continue;
        }
        const Node* key = part->at("key");
        const Node* value = part->at("value");
        known &= key != nullptr;
        if (!key) continue;
        items.push_back(eval(*key));
        items.push_back(value ? eval(*value) : eval(*key));
    }
    return known ? dictionary_value(std::move(items)) : unknown_value();
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
        if (first && *first != is_and) followed_.leave_out(*right);
        if (first && *first != is_and) return a;
        const std::size_t before = host_.sent();
        const Value b = eval(*right, true);
        if (first) return b;
        host_.depends(before, whether(text(*left)));
        const auto second = b.truth();
        if (second && *second != is_and) return boolean_value(*second);
        return is_and ? both(a, b) : unknown_value();
    }
    const Value b = eval(*right);
    if (const auto known = operation(op, a, {b}, place(node))) return *known;
    if (op == "+" && a.is(Value::Kind::text) && b.is(Value::Kind::text)) {
        append(a, b);
        return a;
    }
    if (const auto sum = op == "+" ? joined_lists(a, b) : std::nullopt) return *sum;
    if (op == "<<" && a.is(Value::Kind::list)) {
        a.items->add(b);
        return a;
    }
    if (op == "<<" && a.is(Value::Kind::text)) {
        Value all = a;
        if (b.is(Value::Kind::text))
            append(all, b);
        else
            append_unknown(all);
        change_text(*left, a, all);
        return all;
    }
    const auto plain = [](const Value& v) { return v.known() && !v.items && !v.is(Value::Kind::path); };
    if ((op == "==" || op == "!=") && plain(a) && plain(b)) return boolean_value(same(a, b) == (op == "=="));
    return arithmetic(op, a, b).value_or(unknown_value());
}

std::optional<Value> Ruby::operation(std::string_view sign, const Value& receiver, std::vector<Value> args,
                                     ByteRange where) {
    const bool is_path = receiver.is(Value::Kind::path) || (!args.empty() && args.front().is(Value::Kind::path));
    if (!host_.operation || !is_path) return std::nullopt;
    Call call;
    call.path = sign;
    call.receiver = receiver;
    call.args = std::move(args);
    call.begin = where.begin;
    call.end = where.end;
    return host_.operation(call);
}

Value Ruby::element(const Node& node) {
    const auto parts = node.named_children();
    const Value container = parts.empty() ? unknown_value() : eval(*parts[0]);
    Call call;
    for (std::size_t i = 1; i < parts.size(); ++i) argument(*parts[i], call);
    if (container.is(Value::Kind::path) && container.text.starts_with('&')) {
        call.path = "[]";
        call.begin = node.begin;
        call.end = node.end;
        return send(std::move(call), &container);
    }
    if (!call.named.empty()) call.args.push_back(dictionary_of(call.named));
    if (const auto known = operation("[]", container, call.args, place(node))) return *known;
    if (call.args.size() != 1) return unknown_value();
    const Value& key = call.args.front();
    if (container.is(Value::Kind::dictionary) && key.is_text()) {
        const Value* found = container.get(key.text);
        return found ? *found : nothing_value();
    }
    const auto index = key.integer();
    if (container.is(Value::Kind::list) && !container.items->cut && index && *index >= 0 &&
        *index < static_cast<long>(container.items->size()))
        return (*container.items)[static_cast<std::size_t>(*index)];
    return container.is(Value::Kind::path) ? path_value(container.text + "[]") : unknown_value();
}

void Ruby::arguments(const Node& list, Call& call) {
    for (const Node& one : list.children)
        if (one.named && !one.is("heredoc_body")) argument(one, call);
}

void Ruby::argument(const Node& argument, Call& call) {
    if (argument.is("block_argument")) {
        const auto inner = argument.named_children();
        // f(&) passes on what the method was given.
        const Value passed = inner.empty() ? unknown_value() : eval(*inner.front());
        call.passed_block = inner.empty() ? frames_.back().passed_block : std::make_shared<const Value>(passed);
        if (inner.empty()) call.block = frames_.back().block;
    } else if (argument.is("pair")) {
        const Node* key = argument.at("key");
        const Node* value = argument.at("value");
        if (!key) return;
        const Value name = eval(*key);
        Value given = unknown_value();
        if (value) {
            given = eval(*value);
        } else if (const auto local = locals_.back().find(name.text); local != locals_.back().end()) {
            given = local->second;  // f(x:) is f(x: x)
        }
        // What is no name has none.
        if (name.is(Value::Kind::path) || name.is(Value::Kind::list) || name.is(Value::Kind::dictionary))
            call.args.push_back(dictionary_value({name, std::move(given)}));
        else
            call.named.emplace_back(name.text, std::move(given));
    } else if (argument.is("hash_splat_argument") || argument.is("splat_argument")) {
        const auto inner = argument.named_children();
        const Value more = inner.empty() ? unknown_value() : eval(*inner.front());
        if (more.is(Value::Kind::dictionary)) {
            for (std::size_t i = 0; i + 1 < more.items->size(); i += 2)
                call.named.emplace_back((*more.items)[i].text, (*more.items)[i + 1]);
        } else if (more.is(Value::Kind::list) && !more.items->cut) {
            call.args.insert(call.args.end(), more.items->begin(), more.items->end());
        } else {
            call.more_args = true;
        }
    } else {
        call.args.push_back(eval(argument));
    }
}

Value Ruby::bare_call(const Node& node, bool discarded) {
    if (text(node) == "__FILE__" || text(node) == "__dir__") return path_value(std::string(text(node)));
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
    call.path = name ? text(*name) : "call";
    const bool changes = object && receiver->is(Value::Kind::text) && changes_in_place(call.path);
    if (receiver && receiver->is_path("self")) receiver.reset();
    Value result = send(std::move(call), receiver ? &*receiver : nullptr);
    if (changes) change_text(*object, *receiver, result.is(Value::Kind::text) ? result : unknown_value());
    return result;
}

// Of a receiver or the migration itself: send(:drop_table, :users), method(:drop_table).call(:users).
std::optional<Value> Ruby::indirect(const Call& call, const Value* receiver) {
    const std::string_view name = call.path;
    const bool sends = name == "send" || name == "public_send" || name == "__send__" || name == "try" || name == "try!";
    const bool named = !call.args.empty() && call.args.front().is_text() && call.args.front().known();
    if (sends && named) {
        Call direct = call;
        direct.path = call.args.front().text;
        direct.args.erase(direct.args.begin());
        return send(std::move(direct), receiver);
    }
    if ((name == "method" || name == "public_method") && named) {
        Value method = path_value("&" + call.args.front().text);
        if (receiver) method.of = std::make_shared<Value>(*receiver);
        return method;
    }
    const bool of_method = receiver && receiver->is(Value::Kind::path) && receiver->text.starts_with('&');
    if (of_method && (name == "to_proc" || name == "unbind" || name == "bind")) return *receiver;
    if (of_method && (name == "call" || name == "()" || name == "[]" || name == "===" || name == "yield")) {
        Call direct = call;
        direct.path = receiver->text.substr(1);
        const std::shared_ptr<const Value> owner = receiver->of;
        return send(std::move(direct), owner.get());
    }
    const bool evaluates = name == "instance_eval" || name == "instance_exec" || name == "class_eval" ||
                           name == "class_exec" || name == "module_eval" || name == "tap" || name == "then" ||
                           name == "yield_self";
    if (!evaluates || !has_block(call)) return std::nullopt;
    Value result = run_block_of(call, receiver ? std::vector<Value>{*receiver} : call.args);
    return name == "tap" ? receiver ? *receiver : path_value("self") : result;
}

std::optional<Value> Ruby::method_definition(const Call& call) {
    const auto name = [&](std::size_t i) {
        const bool known = i < call.args.size() && call.args[i].is_text() && call.args[i].known();
        return known ? call.args[i].text : std::string();
    };
    if ((call.path == "define_method" || call.path == "define_singleton_method") && !name(0).empty()) {
        if (call.block) {
            define_method(name(0), *call.block, false);
            followed_.leave_out(*call.block);
            return call.args.front();
        }
        if (call.args.size() > 1 && call.args[1].is(Value::Kind::path) && call.args[1].text.starts_with('&'))
            if (const Node* own = method(call.args[1].text.substr(1))) {
                define_method(name(0), *own, false);
                return call.args.front();
            }
        return std::nullopt;
    }
    if (call.path != "alias_method" || name(0).empty() || name(1).empty()) return std::nullopt;
    const Node* own = method(name(1));
    if (!own) return std::nullopt;
    define_method(name(0), *own, false);
    return call.args.front();
}

Value Ruby::run_block_of(const Call& call, const std::vector<Value>& arguments) {
    const bool wanted = wants_values(call.name());
    if (const Node* body = call.block && wanted ? call.block->at("body") : nullptr) want_value_of(*body);
    if (call.block) return run_block(*call.block, arguments);
    const Value& passed = *call.passed_block;
    if (passed.is(Value::Kind::code)) return run_block(*passed.node, arguments);
    Call direct;
    direct.begin = call.begin;
    direct.end = call.end;
    direct.discarded = true;
    direct.args = arguments;
    const bool method = passed.is(Value::Kind::path) && passed.text.starts_with('&');
    if (method) {
        direct.path = passed.text.substr(1);
        return send(std::move(direct), passed.of.get());
    }
    if (passed.is(Value::Kind::symbol) && passed.known()) {
        const Value receiver = arguments.empty() ? unknown_value() : arguments.front();
        if (!direct.args.empty()) direct.args.erase(direct.args.begin());
        direct.path = passed.text;
        direct.discarded = !wanted;
        return send(std::move(direct), &receiver);
    }
    if (!passed.is(Value::Kind::nothing))
        list({call.begin, call.end}, "a block", "its effect is not known from this file");
    return unknown_value();
}

Value Ruby::send(Call call, const Value* receiver) {
    const std::string name = call.path;
    if (locals_.size() + frames_.size() < 2 * kDeepestCalls)
        if (auto known = indirect(call, receiver)) return *known;
    if (auto content = file_method(call, receiver)) return *content;
    if (receiver) {
        if (auto known = known_method(*receiver, name, call)) return *known;
        call.receiver = *receiver;
        const Value member = member_of(*receiver, name);
        call.path = member.is(Value::Kind::path) ? member.text : "." + name;
    } else {
        if (const Node* own = method(name)) return call_own(*own, call);
        if (auto defined = method_definition(call)) return *defined;
        if ((name == "lambda" || name == "proc") && call.passed_block) return *call.passed_block;
        if ((name == "lambda" || name == "proc") && call.block) {
            Value code;
            code.kind = Value::Kind::code;
            code.node = call.block;
            followed_.leave_out(*call.block);
            return code;
        }
        if (name == "class") return path_value("self");
        if (name == "raise") return nothing_value();
    }
    const std::size_t before = host_.sent();
    if (std::optional<Value> result = ask(call)) return *result;
    if (has_block(call)) {
        const Value of = result_of(call);
        const auto element = host_.element(of);
        if (call.block) forget_assigned(*call.block);
        run_block_of(call, element ? std::vector<Value>{*element} : std::vector<Value>{});
        if (call.block) forget_assigned(*call.block);
        // Rows are as many as there are: maybe none.
        const std::uint32_t end = call.block ? std::max(call.begin, call.block->begin) : call.end;
        host_.depends(before, how_often(text_.substr(call.begin, end - call.begin)));
        if (host_.any_rows(of)) host_.for_rows(before);
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
            if (parameter->is("splat_parameter") || parameter->is("hash_splat_parameter")) {
                const auto taken = static_cast<std::ptrdiff_t>(std::min(position, call.args.size()));
                names[key] = parameter->is("splat_parameter") && !call.more_args
                                 ? list_value({call.args.begin() + taken, call.args.end()})
                                 : unknown_value();
            } else if (parameter->is("block_parameter")) {
                if (call.passed_block) names[key] = *call.passed_block;
                if (call.block) {
                    names[key].kind = Value::Kind::code;
                    names[key].node = call.block;
                }
            } else {
                const Value* given = parameter->is("keyword_parameter") ? call.get(key) : call.get(position++, "");
                names[key] = given ? *given : fallback ? eval(*fallback) : unknown_value();
            }
            if (fallback && !followed_.has(*fallback)) followed_.leave_out(*fallback);
        }
    }
    followed_.follow(*body);
    if (!call.discarded && call.begin != call.end) want_value_of(*body);
    locals_.push_back(std::move(names));
    frames_.push_back({call.block, call.passed_block});
    returned_ = nothing_value();
    Function caller = begin_function();
    body->is("body_statement") || body->is("block_body") ? run(*body) : run_statement(*body);
    returned_ = end_function(std::move(caller), returned_);
    frames_.pop_back();
    locals_.pop_back();
    return returned_;
}

Value Ruby::run_block(const Node& block, const std::vector<Value>& arguments) {
    followed_.follow(block);
    const Node* body = block.at("body");
    if (!body) return nothing_value();
    if (blocks_deep_ >= kDeepestCalls) {
        host_.unread({block.begin, block.end}, "a block that calls itself", "it was not followed to its end");
        return unknown_value();
    }
    if (const Node* parameters = block.at("parameters")) {
        const auto names = parameters->named_children();
        const bool spreads = names.size() > 1 && arguments.size() == 1 && arguments.front().is(Value::Kind::list);
        const std::vector<Value> items = spreads ? *arguments.front().items : arguments;
        for (std::size_t i = 0; i < names.size(); ++i) assign(*names[i], i < items.size() ? items[i] : unknown_value());
    } else {
        locals_.back()["it"] = locals_.back()["_1"] = arguments.empty() ? unknown_value() : arguments.front();
    }
    returned_ = nothing_value();
    ++unsure_;
    ++blocks_deep_;
    run_round(*body);
    --blocks_deep_;
    --unsure_;
    return returned_;
}

}  // namespace pgfence::extract
