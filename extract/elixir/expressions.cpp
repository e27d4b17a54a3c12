// Elixir's expressions.

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "extract/elixir/application.h"
#include "extract/elixir/elixir.h"
#include "extract/lines.h"

namespace pgfence::extract {

std::optional<bool> truth_of(const Value& value) {
    if (value.is(Value::Kind::unknown) || value.is(Value::Kind::path)) return std::nullopt;
    if (value.is(Value::Kind::boolean)) return value.yes;
    return !value.is(Value::Kind::nothing);
}

std::optional<Elixir::Sides> Elixir::sides_of(const Node& node) const {
    const Node* left = node.at("left");
    const Node* right = node.at("right");
    const Node* sign = node.at("operator");
    if (!node.is("binary_operator") || !left || !right || !sign) return std::nullopt;
    return Sides{left, right, text(*sign)};
}

Value Elixir::eval(const Node& node, bool discarded) {
    followed_.follow(node);
    return bounded(place(node), [&] { return eval_deeper(node, discarded); });
}

Value Elixir::eval_deeper(const Node& node, bool discarded) {
    const auto kind = node.kind;
    if (kind == "call") return call(node, nullptr, discarded);
    if (kind == "identifier") {
        const auto local = locals_.back().find(std::string(text(node)));
        return local != locals_.back().end() ? local->second : bare_call(node);
    }
    if (kind == "alias") return path_value(module_name(node));
    if (kind == "atom") return symbol_value(std::string(text(node).substr(1)));
    if (kind == "keyword") return symbol_value(std::string(trim(text(node).substr(0, text(node).rfind(':')))));
    if (kind == "string" || kind == "charlist") return string(node);
    if (kind == "quoted_atom" || kind == "quoted_keyword") {
        Value value = string(node);
        value.kind = Value::Kind::symbol;
        return value;
    }
    if (kind == "sigil") return sigil(node);
    if (kind == "integer" || kind == "float") {
        std::string digits(text(node));
        std::erase(digits, '_');
        return number_value(std::move(digits));
    }
    if (kind == "boolean") return boolean_value(text(node) == "true");
    if (kind == "nil") return nothing_value();
    if (kind == "list") return list(node);
    if (kind == "keywords") return keywords(node);
    if (kind == "tuple") {
        const Value items = list(node);
        return items.items ? tuple_value(*items.items) : unknown_value();
    }
    if (kind == "map") return map(node);
    if (kind == "unary_operator") return unary(node);
    if (kind == "binary_operator") return binary(node, discarded);
    if (kind == "access_call") return access(node);
    if (kind == "anonymous_function") return function_value(node);
    if (kind == "block" || kind == "body") return run_all(node.named_children());
    // Whatever it is worth, its parts are run.
    for (const Node* part : node.named_children()) eval(*part);
    return unknown_value();
}

namespace {

/// What stands before the closing quotes of a heredoc is taken off each of its lines.
std::size_t indentation_of(std::string_view text, const Node& end) {
    const auto line = text.rfind('\n', end.begin);
    return line == text.npos ? 0 : end.begin - line - 1;
}

bool is_heredoc(std::string_view quotes) { return quotes == "\"\"\"" || quotes == "'''"; }

/// What stands in the file from `begin` on, each line less by its indentation.
/// `joins`: a backslash at a line's end takes the line break away.
void append_lines(Value& value, std::string_view text, std::uint32_t begin, std::uint32_t end, std::size_t indentation,
                  bool at_line_begin, bool joins) {
    while (begin < end) {
        if (at_line_begin)
            for (std::size_t i = 0; i < indentation && begin < end && (text[begin] == ' ' || text[begin] == '\t'); ++i)
                ++begin;
        const auto newline = text.find('\n', begin);
        const auto line_end =
            static_cast<std::uint32_t>(std::min<std::size_t>(newline == text.npos ? end : newline + 1, end));
        const bool joined = joins && text.substr(begin, line_end - begin).ends_with("\\\n");
        const std::uint32_t kept = line_end - (joined ? 2 : 0);
        if (kept > begin) {
            value.pieces.push_back({static_cast<std::uint32_t>(value.text.size()), begin, kept - begin});
            value.text += text.substr(begin, kept - begin);
        }
        begin = line_end;
        at_line_begin = true;
    }
}

/// "a" of \a; nothing for what is written in digits.
std::optional<char> letter_of(std::string_view escape) {
    if (const auto space = white_space_escape(escape)) return space;
    if (escape.size() != 2 || std::string_view("abdefvxu0").find(escape[1]) != std::string_view::npos)
        return std::nullopt;
    return escape[1] == 's' ? ' ' : escape[1];
}

}  // namespace

namespace {

/// Behind a text. What only the program's settings tell has a name of its own there.
void put(Value& text, const Value& more) {
    if (more.is(Value::Kind::text)) return append(text, more);
    if (const auto setting = setting_in_elixir(more))
        append_placeholder(text, named_placeholder(*setting));
    else
        append_unknown(text);
}

/// What the program's settings give, asked once more: f(setting, more).
Value of_setting(const char* function, Value setting, Value more) {
    Call call;
    call.path = function;
    call.args = {std::move(setting), std::move(more)};
    return result_of(std::move(call));
}

}  // namespace

Value Elixir::string(const Node& node) {
    Value value = text_value("");
    const Node* opening = node.at("quoted_start");
    const Node* closing = node.at("quoted_end");
    const bool heredoc = opening && closing && is_heredoc(text(*opening));
    const std::size_t indentation = heredoc ? indentation_of(text_, *closing) : 0;
    const bool escapes = std::none_of(node.children.begin(), node.children.end(), [&](const Node& part) {
        return part.is("sigil_name") && is_upper(text(part).front());
    });
    bool first = heredoc;
    for (const Node& part : node.children) {
        if (part.is("quoted_content")) {
            // A heredoc begins on the line below its quotes.
            const std::uint32_t begin = part.begin + (first && text_[part.begin] == '\n' ? 1 : 0);
            append_lines(value, text_, begin, part.end, indentation, first, escapes);
            first = false;
        } else if (part.is("escape_sequence")) {
            const std::string_view written = text(part);
            append_escape(value, written, letter_of(written), part.begin);
        } else if (part.is("interpolation")) {
            Value given = text_value("");
            for (const Node* expression : part.named_children()) given = eval(*expression);
            if (given.is(Value::Kind::boolean)) given = text_value(given.yes ? "true" : "false");
            if (given.is(Value::Kind::nothing)) given = text_value("");
            if (given.is_text() || given.is(Value::Kind::number))
                append(value, given);
            else
                put(value, given);
        }
    }
    return value;
}

Value Elixir::sigil(const Node& node) {
    std::string_view name, modifiers;
    for (const Node& part : node.children) {
        if (part.is("sigil_name")) name = text(part);
        if (part.is("sigil_modifiers")) modifiers = text(part);
    }
    const Value content = string(node);
    if (name == "s" || name == "S" || name == "c" || name == "C") return content;
    if (name != "w" && name != "W") return unknown_value();
    if (content.holds_unknown) return unknown_value();
    std::vector<Value> words;
    std::string_view rest = content.text;
    for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest))
        words.push_back(modifiers == "a" ? symbol_value(std::string(word)) : text_value(std::string(word)));
    return list_value(std::move(words));
}

Value Elixir::list(const Node& node) {
    std::vector<Value> items;
    const auto parts = node.named_children();
    if (parts.size() == 1 && parts.front()->is("keywords")) return eval(*parts.front());
    bool known = true;
    for (const Node* part : parts) {
        if (part->is("keywords")) {
            const Value pairs = eval(*part);
            for (const Value& pair : items_of(pairs).value_or(std::vector<Value>{})) items.push_back(pair);
            known &= items_of(pairs).has_value();
        } else {
            // [first | rest]
            const auto sides = sides_of(*part);
            known &= !sides || sides->sign != "|";
            items.push_back(eval(*part));
        }
    }
    Value value = list_value(std::move(items));
    if (!known && value.items) value.items->cut = true;
    return value;
}

Value Elixir::keywords(const Node& node) {
    std::vector<Value> items;
    for (const Node* pair : node.named_children()) {
        const Node* key = pair->at("key");
        const Node* value = pair->at("value");
        if (!key || !value) continue;
        followed_.follow(*pair);
        items.push_back(eval(*key));
        items.push_back(eval(*value));
    }
    return dictionary_value(std::move(items));
}

// %{a: 1, "b" => 2}; of a struct, or of one map made of another, nobody asks what is in it.
Value Elixir::map(const Node& node) {
    std::vector<Value> items;
    bool known = true;
    std::string name;
    for (const Node* content : node.named_children()) {
        if (content->is("struct")) {
            name = text(*content);
            continue;
        }
        for (const Node* part : content->named_children()) {
            const auto sides = sides_of(*part);
            if (sides && sides->sign == "=>") {
                items.push_back(eval(*sides->left));
                items.push_back(eval(*sides->right));
            } else {
                const Value pairs = eval(*part);
                known &= part->is("keywords") && pairs.items;
                if (known) items.insert(items.end(), pairs.items->begin(), pairs.items->end());
            }
        }
    }
    if (!name.empty()) return path_value("%" + name);
    return known ? dictionary_value(std::move(items)) : unknown_value();
}

Value Elixir::module_attribute(const Node& node) {
    if (node.is("identifier")) {
        const auto known = attributes_.find(module_ + "." + std::string(text(node)));
        if (known == attributes_.end()) return unknown_value();
        Value value = known->second;
        value.end = 0;
        return value;
    }
    followed_.follow(node);
    const Node* name = node.at("target");
    Call given;
    for (const Node& part : node.children)
        if (part.is("arguments")) arguments(part, given);
    Value value = given.args.empty() ? unknown_value() : given.args.front();
    if (given.args.empty() && !given.named.empty()) {
        std::vector<Value> pairs;
        for (auto& [key, one] : given.named) {
            pairs.push_back(symbol_value(key));
            pairs.push_back(std::move(one));
        }
        value = dictionary_value(std::move(pairs));
    }
    if (!name) return value;
    const auto [known, fresh] = attributes_.try_emplace(module_ + "." + std::string(text(*name)), value);
    // A function has what the attribute was where it stands: which of two values that is, is not told here.
    if (!fresh && !alike(known->second, value)) known->second = unknown_value();
    return value;
}

Value Elixir::unary(const Node& node) {
    const Node* sign = node.at("operator");
    const Node* operand = nullptr;
    for (const Node* one : node.all("operand"))
        if (one->named) operand = one;
    if (!sign || !operand) return unknown_value();
    const std::string_view op = text(*sign);
    if (op == "@") return module_attribute(*operand);
    if (op == "&") {
        const auto position = operand->is("integer") ? std::stoul(std::string(text(*operand).substr(0, 2))) : 0;
        if (position == 0) return function_value(node);
        if (captured_.empty() || position > captured_.back().size()) return unknown_value();
        return captured_.back()[position - 1];
    }
    Value value = eval(*operand);
    if (op == "-" && value.is(Value::Kind::number)) {
        value.text = "-" + value.text;
        return value;
    }
    if (op == "^") return value;
    const auto truth = truth_of(value);
    return (op == "!" || op == "not") && truth ? boolean_value(!*truth) : unknown_value();
}

// It is run where it is called, with what was known where it stands.
Value Elixir::function_value(const Node& node) {
    Value code;
    code.kind = Value::Kind::code;
    code.node = &node;
    code.items = std::make_shared<Items>();
    for (const auto& [name, value] : locals_.back()) {
        code.items->add(symbol_value(name));
        code.items->add(value);
    }
    return code;
}

Value Elixir::logic(const Node& left, const Node& right, bool is_and) {
    const Value a = eval(left);
    const auto first = truth_of(a);
    if (first && *first != is_and) skip(right);
    if (first) return *first == is_and ? eval(right) : a;
    const std::size_t before = host_.sent();
    const Value b = eval(right);
    host_.depends(before, whether(text(left)));
    if (!is_and && setting_in_elixir(a) && b.is_text()) return of_setting("Kernel.||", a, b);
    // unknown || "public" is true as a condition, and one of two as a value: only of a boolean are these the same.
    const auto second = b.is(Value::Kind::boolean) ? truth_of(b) : std::nullopt;
    return second && *second != is_and ? boolean_value(*second) : unknown_value();
}

Value Elixir::binary(const Node& node, bool discarded) {
    const Node* left = node.at("left");
    const Node* right = node.at("right");
    const Node* sign = node.at("operator");
    if (!left || !right || !sign) return unknown_value();
    const std::string_view op = text(*sign);
    if (op == "|>") return pipe(*left, *right, discarded);
    if (op == "&&" || op == "and" || op == "||" || op == "or") return logic(*left, *right, op == "&&" || op == "and");
    if (op == "=") {
        Value value = eval(*right);
        match(*left, value);
        return value;
    }
    Value a = eval(*left);
    const Value b = eval(*right);
    if (op == "<>" && a.is(Value::Kind::text)) {
        put(a, b);
        return a;
    }
    if (op == "<>" && b.is(Value::Kind::text)) {
        Value all = text_value("");
        put(all, a);
        append(all, b);
        return all;
    }
    if (op == "++") {
        if (a.is(Value::Kind::list) && a.items->empty()) return b;
        if (b.is(Value::Kind::list) && b.items->empty()) return a;
        if (const auto joined = joined_lists(a, b)) return *joined;
        if (!a.is(Value::Kind::dictionary) || !b.is(Value::Kind::dictionary)) return unknown_value();
        // The first of two values is the one that is found.
        std::vector<Value> all = *a.items;
        for (std::size_t i = 0; i + 1 < b.items->size(); i += 2) {
            if ((*b.items)[i].is_text() && a.get((*b.items)[i].text)) continue;
            all.push_back((*b.items)[i]);
            all.push_back((*b.items)[i + 1]);
        }
        return dictionary_value(std::move(all));
    }
    if (op == "..") {
        const auto from = a.integer(), to = b.integer();
        if (!from || !to || *to - *from > static_cast<long>(kLongestList)) return unknown_value();
        std::vector<Value> numbers;
        for (long i = *from; i <= *to; ++i) numbers.push_back(number_value(std::to_string(i)));
        for (long i = *from; i > *to && *from - *to < static_cast<long>(kLongestList) &&
                             numbers.size() <= static_cast<std::size_t>(*from - *to);
             --i)
            numbers.push_back(number_value(std::to_string(i)));
        return list_value(std::move(numbers));
    }
    const auto plain = [](const Value& v) { return v.known() && !v.items && !v.is(Value::Kind::path); };
    if (op == "==" || op == "!=" || op == "===" || op == "!==") {
        const bool same_kind = a.kind == b.kind || (a.is_text() && b.is_text());
        if (plain(a) && plain(b))
            return boolean_value((same_kind && a.kind == b.kind && same(a, b)) == op.starts_with('='));
        return unknown_value();
    }
    if (op == "in") {
        const auto items = items_of(b);
        if (!items || !plain(a) || !b.known()) return unknown_value();
        return boolean_value(std::any_of(items->begin(), items->end(),
                                         [&](const Value& item) { return item.kind == a.kind && same(item, a); }));
    }
    if (const auto x = a.integer(), y = b.integer(); x && y) {
        if (op == "<") return boolean_value(*x < *y);
        if (op == ">") return boolean_value(*x > *y);
        if (op == "<=") return boolean_value(*x <= *y);
        if (op == ">=") return boolean_value(*x >= *y);
    }
    return arithmetic(op, a, b).value_or(unknown_value());
}

// a |> f(b) is f(a, b).
Value Elixir::pipe(const Node& left, const Node& right, bool discarded) {
    const Value first = eval(left);
    followed_.follow(right);
    if (right.is("call")) return bounded(place(right), [&] { return call(right, &first, discarded); });
    const Value function = eval(right);
    return function.is(Value::Kind::code) ? run_code(function, {first}, place(right)) : unknown_value();
}

Value Elixir::access(const Node& node) {
    const Node* target = node.at("target");
    const Node* key = node.at("key");
    const Value container = target ? eval(*target) : unknown_value();
    const Value name = key ? eval(*key) : unknown_value();
    if (!name.is_text() || !name.known()) return unknown_value();
    if (container.is(Value::Kind::list) && container.items->empty()) return nothing_value();
    if (setting_in_elixir(container)) return of_setting("Keyword.get", container, name);
    if (!container.is(Value::Kind::dictionary)) return unknown_value();
    const Value* found = container.get(name.text);
    return found ? *found : nothing_value();
}

void Elixir::arguments(const Node& list, Call& call) {
    followed_.follow(list);
    for (const Node* argument : list.named_children()) {
        if (!argument->is("keywords")) {
            call.args.push_back(eval(*argument));
            continue;
        }
        for (const Node* pair : argument->named_children()) {
            const Node* key = pair->at("key");
            const Node* value = pair->at("value");
            if (!key || !value) continue;
            const Value name = eval(*key);
            // f(x, do: y) is f x do y end.
            if (name.text == "do")
                call.block = value;
            else
                call.named.emplace_back(name.text, eval(*value));
        }
    }
}

std::string Elixir::module_name(const Node& node) const {
    const std::string name(text(node));
    const auto dot = name.find('.');
    const auto known = aliases_.find(name.substr(0, dot));
    if (known == aliases_.end()) return name;
    return known->second + (dot == std::string::npos ? "" : name.substr(dot));
}

Value Elixir::bare_call(const Node& node) {
    Call call;
    call.path = text(node);
    call.begin = node.begin;
    call.end = node.end;
    if (call.path == "__MODULE__") return path_value(module_);
    if (call.path == "__ENV__") return unknown_value();
    return send(std::move(call));
}

Value Elixir::call(const Node& node, const Value* piped, bool discarded) {
    const Node* target = node.at("target");
    if (!target) return unknown_value();
    followed_.follow(*target);
    if (target->is("identifier"))
        if (auto value = special(text(*target), node, piped)) return *value;
    if (const Node* module = target->is("dot") ? target->at("left") : nullptr; module && module->is("alias"))
        if (const Node* name = target->at("right"); name && module_name(*module) == "Ecto.Query")
            if (auto value = special(text(*name), node, piped)) return *value;
    Call call;
    call.begin = node.begin;
    call.end = node.end;
    call.discarded = discarded;
    std::optional<Value> receiver;
    const Node* member = target;
    if (target->is("dot")) {
        if (const Node* left = target->at("left")) receiver = eval(*left);
        member = target->at("right");
    } else if (!target->is("identifier")) {
        receiver = eval(*target);
        member = nullptr;
    }
    if (piped) call.args.push_back(*piped);
    for (const Node& part : node.children) {
        if (part.is("arguments")) arguments(part, call);
        if (part.is("do_block")) call.block = &part;
    }
    if (!member) {
        if (receiver && receiver->is(Value::Kind::code)) return run_code(*receiver, call.args, place(node));
        list_call(call, "a call", "the function it calls is not known from this file");
        return unknown_value();
    }
    call.path = text(*member);
    if (!receiver) return send(std::move(call));
    const bool plain = call.args.empty() && call.named.empty();
    if (receiver->is(Value::Kind::dictionary) && plain)
        if (const Value* found = receiver->get(call.path)) return *found;
    call.receiver = *receiver;
    // A field of a row or a struct: a call of a module's function has its name in front, or brackets.
    const bool of_module =
        receiver->is(Value::Kind::symbol) || (receiver->is(Value::Kind::path) && is_upper(receiver->text.front()) &&
                                              receiver->text.find_first_of("()") == std::string::npos);
    const bool brackets =
        std::any_of(node.children.begin(), node.children.end(), [](const Node& part) { return part.is("arguments"); });
    if (!of_module && !brackets && !piped) return member_of(*receiver, call.path);
    if (receiver->is(Value::Kind::symbol)) call.receiver = path_value(":" + receiver->text);
    const Value whole = member_of(call.receiver, call.path);
    call.path = whole.is(Value::Kind::path) ? whole.text : "." + call.path;
    return send(std::move(call));
}

const Elixir::Clauses* Elixir::own(const std::string& module, const std::string& name) const {
    const auto found = functions_.find(module + "." + name);
    return found == functions_.end() ? nullptr : &found->second;
}

Value Elixir::send(Call call) {
    const auto dot = call.path.rfind('.');
    const std::string module = dot == std::string::npos ? module_ : call.path.substr(0, dot);
    const std::string name = dot == std::string::npos ? call.path : call.path.substr(dot + 1);
    if (macros_.count(module + "." + name) > 0) {
        list_call(call, "a macro " + name, "the calls in it are not followed");
        return unknown_value();
    }
    if (const Clauses* clauses = own(module, name)) return call_own(*clauses, call, module);
    if (auto known = library(call)) return *known;
    if (std::optional<Value> result = ask(call)) return *result;
    return result_of(std::move(call));
}

Value Elixir::call_own(const Clauses& clauses, const Call& call, const std::string& module) {
    if (locals_.size() >= kDeepestCalls) {
        host_.unread({call.begin, call.end}, "a function that calls itself", "it was not followed to its end");
        return unknown_value();
    }
    std::vector<Value> given = call.args;
    if (!call.named.empty()) {
        std::vector<Value> pairs;
        for (const auto& [key, value] : call.named) {
            pairs.push_back(symbol_value(key));
            pairs.push_back(value);
        }
        given.push_back(dictionary_value(std::move(pairs)));
    }
    const std::string before = std::exchange(module_, module);
    locals_.emplace_back();
    std::optional<Value> result;
    if (const auto all = with_defaults(clauses, std::move(given))) {
        std::vector<Clause> fitting;
        for (const Clause& clause : clauses) {
            if (clause.body && clause.parameters.size() == all->size()) fitting.push_back(clause);
            // A head without a body tells the defaults.
            if (!clause.body) run_.insert(clause.definition);
            if (!clause.body) taken_apart(*clause.head);
        }
        if (!fitting.empty())
            result = first_match(fitting, *all, *fitting.front().definition,
                                 "which clause of " + std::string(call.name()) + " is taken");
    }
    locals_.pop_back();
    module_ = before;
    if (!result) list_call(call, call.path, "no function of the file takes these arguments");
    return result.value_or(unknown_value());
}

// f(a, b \\ 1): what is given fills the parameters that must be, and then those with defaults from the left.
std::optional<std::vector<Value>> Elixir::with_defaults(const Clauses& clauses, std::vector<Value> given) {
    const auto fallback = [&](const Node& parameter) -> const Node* {
        const Node* sign = parameter.is("binary_operator") ? parameter.at("operator") : nullptr;
        return sign && text(*sign) == "\\\\" ? parameter.at("right") : nullptr;
    };
    for (const Clause& clause : clauses) {
        const auto& parameters = clause.parameters;
        const auto defaults = static_cast<std::size_t>(std::count_if(
            parameters.begin(), parameters.end(), [&](const Node* one) { return fallback(*one) != nullptr; }));
        if (given.size() > parameters.size() || given.size() + defaults < parameters.size()) continue;
        std::size_t more = given.size() + defaults - parameters.size(), next = 0;
        std::vector<Value> all;
        for (const Node* parameter : parameters) {
            const Node* value = fallback(*parameter);
            const bool takes = !value || more > 0;
            if (value && more > 0) --more;
            if (value && takes) skip(*value);
            all.push_back(takes ? given[next++] : eval(*value));
        }
        return all;
    }
    return std::nullopt;
}

void Elixir::list_call(const Call& call, std::string what, std::string why) {
    Interpreter::list({call.begin, call.end}, std::move(what), std::move(why));
}

}  // namespace pgfence::extract
