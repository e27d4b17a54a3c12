// Python's expressions (Language Reference, 6).

#include <algorithm>

#include "core/path_text.h"
#include "extract/program/file_paths.h"
#include "extract/python/python.h"

namespace pgfence::extract {
namespace {

/// The byte that an escape of one letter stands for; nothing for others.
std::optional<char> simple_escape(std::string_view escape) {
    const bool itself = escape.size() == 2 && std::string_view("\\'\"").find(escape[1]) != std::string_view::npos;
    return itself ? std::optional(escape[1]) : white_space_escape(escape);
}

/// Of a class that SQLAlchemy maps: whose it is says the path to it.
bool is_column(const Value& value) {
    return value.call && (value.text.ends_with(".Column()") || value.text.ends_with(".mapped_column()"));
}

/// What a library makes of it is the library's affair: users.c.id == 1
Value operation(std::string sign, const Value& a, const Value& b) {
    Call call;
    call.path = std::move(sign);
    call.args = {a, b};
    return result_of(std::move(call));
}

/// settings["schema"], users.c["id"]
Value item_of(const Value& container, const Value& key) {
    Call call;
    call.receiver = container;
    call.path = container.text + ".__getitem__";
    call.args = {key};
    return result_of(std::move(call));
}

}  // namespace

Value Python::eval(const Node& node) {
    followed_.follow(node);
    return bounded(place(node), [&] { return eval_deeper(node); });
}

Value Python::eval_deeper(const Node& node) {
    const auto kind = node.kind;
    if (kind == "identifier") return look_up(text(node));
    if (kind == "string") return string(node);
    if (kind == "concatenated_string") return joined_strings(node);
    if (kind == "integer" || kind == "float") {
        std::string_view digits = text(node);
        // A long of Python 2.
        if (digits.ends_with('L') || digits.ends_with('l')) digits.remove_suffix(1);
        return number_value(std::string(digits));
    }
    if (kind == "true" || kind == "false") return boolean_value(kind == "true");
    if (kind == "none") return nothing_value();
    if (kind == "call") return call(node, false);
    if (kind == "attribute") {
        const Node* object = node.at("object");
        const Node* name = node.at("attribute");
        return object && name ? attribute(eval(*object), std::string(text(*name))) : unknown_value();
    }
    if (kind == "subscript") return subscript(node);
    if (kind == "binary_operator") return binary(node);
    if (kind == "boolean_operator") return boolean_operator(node);
    if (kind == "comparison_operator") return comparison(node);
    if (kind == "dictionary") return dictionary(node);
    if (kind == "parenthesized_expression" || kind == "expression_statement" || kind == "list_splat" ||
        kind == "await") {
        const auto inner = node.named_children();
        return inner.empty() ? unknown_value() : eval(*inner.front());
    }
    if (kind == "list" || kind == "tuple" || kind == "set" || kind == "expression_list") {
        Call items;
        arguments(node, items, true);
        return items.more_args ? unknown_value() : list_value(std::move(items.args));
    }
    if (kind == "list_comprehension" || kind == "generator_expression" || kind == "set_comprehension")
        return comprehension(node);
    if (kind == "dictionary_comprehension") {
        comprehension(node);
        return unknown_value();
    }
    if (kind == "not_operator") {
        const Node* argument = node.at("argument");
        return argument ? negated(eval(*argument)) : unknown_value();
    }
    if (kind == "unary_operator") {
        const Node* argument = node.at("argument");
        const Value value = argument ? eval(*argument) : unknown_value();
        if (value.is(Value::Kind::path) && text(node).starts_with('~')) {
            Call of_library;
            of_library.path = "~";
            of_library.args = {value};
            return result_of(std::move(of_library));
        }
        return value.is(Value::Kind::number) && text(node).starts_with('-') ? number_value("-" + value.text)
                                                                            : unknown_value();
    }
    if (kind == "conditional_expression") {
        const auto parts = node.named_children();
        if (parts.size() != 3) return unknown_value();
        const Value asked = eval(*parts[1]);
        const auto truth = asked.truth();
        if (truth) followed_.leave_out(*truth ? *parts[2] : *parts[0]);
        if (truth) return eval(*truth ? *parts[0] : *parts[2]);
        std::vector<Value> values;
        const auto way = [&](const Node& part) {
            return [&] {
                values.push_back(eval(part));
                return Flow::goes_on;
            };
        };
        run_one_of(way(*parts[0]), way(*parts[2]), node, unknown_condition(asked, text(*parts[1])));
        return alike(values[0], values[1]) ? values[0] : either_list(values[0], values[1], whether(text(*parts[1])));
    }
    if (kind == "lambda") {
        Value code;
        code.kind = Value::Kind::code;
        code.node = &node;
        code.module = here_;
        return code;
    }
    if (kind == "named_expression" || kind == "assignment") {
        const Node* left = node.at(kind == "assignment" ? "left" : "name");
        const Node* right = node.at(kind == "assignment" ? "right" : "value");
        if (!left || !right) return unknown_value();
        Value value = eval(*right);
        assign(*left, value);
        return value;
    }
    if (kind == "augmented_assignment") {
        assign_augmented(node);
        return unknown_value();
    }
    // Whatever it is worth, its parts are run.
    for (const Node* part : node.named_children()) eval(*part);
    return unknown_value();
}

Value Python::look_up(std::string_view name) {
    const std::string key(name);
    if (!locals_.empty()) {
        const auto local = locals_.back().find(key);
        if (local != locals_.back().end()) return local->second;
    }
    const auto global = here_->names.find(key);
    if (global != here_->names.end()) {
        Value value = followed(global->second);
        value.end = 0;
        return value;
    }
    // A function within another sees what that one knows.
    for (std::size_t i = locals_.size(); i-- > 0;)
        if (const auto outer = locals_[i].find(key); outer != locals_[i].end()) return outer->second;
    return path_value(key);
}

Value Python::string(const Node& node) {
    Value value = text_value("");
    const std::string_view prefix = node.children.empty() ? std::string_view() : text(node.children.front());
    const bool raw = prefix.substr(0, prefix.find_first_of("'\"")).find_first_of("rR") != std::string_view::npos;
    const auto as_is = [&](std::uint32_t begin, std::uint32_t end) {
        if (begin >= end) return;
        if (here_ == &file_)
            value.pieces.push_back({static_cast<std::uint32_t>(value.text.size()), begin, end - begin});
        value.text += here_->text.substr(begin, end - begin);
    };
    for (const Node& part : node.children) {
        if (part.is("string_content")) {
            std::uint32_t at = part.begin;
            for (const Node& escape : part.children) {
                as_is(at, escape.begin);
                at = escape.end;
                const std::string_view written = text(escape);
                if (escape.is("escape_interpolation")) {
                    as_is(escape.begin, escape.begin + 1);
                } else if (raw) {
                    as_is(escape.begin, escape.end);
                } else if (const auto byte = simple_escape(written)) {
                    if (here_ == &file_)
                        value.pieces.push_back({static_cast<std::uint32_t>(value.text.size()), escape.begin, 1});
                    value.text += *byte;
                } else if (written != "\\\n" && written != "\\\r\n") {
                    value.holds_unknown = true;  // code points by number: nobody writes SQL with them
                    value.text += written;
                }
            }
            as_is(at, part.end);
        } else if (part.is("interpolation")) {
            const Node* expression = part.at("expression");
            const bool plain = !part.at("format_specifier") && !part.at("type_conversion");
            const Value given = expression ? eval(*expression) : unknown_value();
            if (plain)
                extract::put(value, &given);
            else
                append_unknown(value);
        }
    }
    return value;
}

Value Python::joined_strings(const Node& node) {
    Value all = text_value("");
    for (const Node& part : node.children) append(all, eval(part));
    return all;
}

Value Python::attribute(const Value& object, const std::string& name) {
    if (object.is(Value::Kind::object)) return member_of_object(object, name);
    // What a class of the migration's own holds, such as its list of operations.
    if (object.is(Value::Kind::path) && classes_.count(object.text) > 0)
        if (const Class* own = class_of(object.text); own && own->module == &file_)
            if (const auto found = own->names.find(name);
                found != own->names.end() && !found->second.is(Value::Kind::code) && !is_column(found->second))
                return found->second;
    // A pathlib.Path is the text of it.
    if (object.is(Value::Kind::text) && name == "parent") return text_value(std::string(folder_of(object.text)));
    Value value = member_of(object, name);
    const auto known = value.is(Value::Kind::path) ? host_.look_up(value) : std::nullopt;
    return known ? *known : followed(std::move(value));
}

Value Python::subscript(const Node& node) {
    const Node* object = node.at("value");
    const Node* key = node.at("subscript");
    if (!object || !key) return unknown_value();
    const Value container = eval(*object);
    if (key->is("slice")) {
        for (const Node* bound : key->named_children()) eval(*bound);
        return slice(container);
    }
    const Value at = eval(*key);
    // op.__dict__[name]
    if (container.of && (container.text == "__dict__" || container.text.ends_with(".__dict__")) && at.is_text() &&
        at.known())
        return attribute(*container.of, at.text);
    // One of the rows is like another.
    if (container.is(Value::Kind::path))
        if (const auto element = host_.element(container)) return *element;
    const bool is_element = container.call && container.call->name() == kElement;
    const bool is_columns = container.is(Value::Kind::path) && container.text.ends_with(".c");
    if (at.is_text() && at.known() && (is_element || is_columns || setting_of(container)))
        return item_of(container, at);
    if (container.items && container.items->cut) return unknown_value();
    if (const Value* found = container.is(Value::Kind::dictionary) && at.is_text() ? container.get(at.text) : nullptr)
        return *found;
    const auto index = at.integer();
    if (!container.is(Value::Kind::list) || !index) return unknown_value();
    const auto size = static_cast<long>(container.items->size());
    const long place = *index < 0 ? size + *index : *index;
    return place >= 0 && place < size ? (*container.items)[static_cast<std::size_t>(place)] : unknown_value();
}

Value Python::slice(const Value& container) {
    if (!container.is(Value::Kind::path)) return unknown_value();
    Call part;
    part.receiver = container;
    part.path = container.text + ".slice";
    part.begin = container.begin;
    part.end = container.end;
    return result_of(std::move(part));
}

Value Python::binary(const Node& node) {
    const Node* left = node.at("left");
    const Node* right = node.at("right");
    const Node* sign = node.at("operator");
    if (!left || !right || !sign) return unknown_value();
    const Value a = eval(*left);
    const Value b = eval(*right);
    const std::string_view op = text(*sign);
    if (op == "%" && a.is(Value::Kind::text)) return percent(a, b);
    if (op == "+" && (a.is(Value::Kind::text) || b.is(Value::Kind::text))) {
        Value sum = text_value("");
        for (const Value* part : {&a, &b}) extract::put(sum, part);
        return sum;
    }
    if (op == "/" && a.is(Value::Kind::text) && b.is(Value::Kind::text)) return text_value(joined_path(a.text, b.text));
    if (const auto sum = op == "+" ? joined_lists(a, b) : std::nullopt) return *sum;
    if (a.is(Value::Kind::path) || b.is(Value::Kind::path)) return operation(std::string(op), a, b);
    return arithmetic(op, a, b).value_or(unknown_value());
}

Value Python::boolean_operator(const Node& node) {
    const Node* left = node.at("left");
    const Node* right = node.at("right");
    const Node* sign = node.at("operator");
    if (!left || !right || !sign) return unknown_value();
    const bool is_and = text(*sign) == "and";
    Value a = eval(*left);
    const auto first = a.truth();
    if (first && *first != is_and) followed_.leave_out(*right);
    if (first && *first != is_and) return a;
    const std::size_t before = host_.sent();
    Value b = eval(*right);
    if (first) return b;
    host_.depends(before, whether(text(*left)));
    const auto second = b.truth();
    if (second && *second != is_and) return boolean_value(*second);
    return is_and ? both(a, b) : unknown_value();
}

Value Python::is_in(const Value& wanted, const Value& list) {
    const auto unknown = [](const std::optional<Value>& asked) { return asked ? *asked : unknown_value(); };
    if (list.is(Value::Kind::path)) {
        const auto element = host_.element(list);
        return unknown(element ? host_.among(*element, wanted) : std::nullopt);
    }
    const auto items = iterated(list);
    if (!items || !wanted.known() || !list.known() || wanted.is(Value::Kind::path)) return unknown_value();
    if (list.items->uncounted) return unknown(items->size() == 1 ? host_.among(items->front(), wanted) : std::nullopt);
    if (std::any_of(items->begin(), items->end(), [&](const Value& item) { return same(wanted, item); }))
        return boolean_value(true);
    // What a path stands for may be just that.
    const auto is_path = [](const Value& item) { return item.is(Value::Kind::path); };
    return std::any_of(items->begin(), items->end(), is_path) ? unknown_value() : boolean_value(false);
}

Value Python::comparison(const Node& node) {
    const auto parts = node.named_children();
    const Node* sign = node.at("operators");
    if (parts.size() != 2 || !sign) {
        for (const Node* part : parts) eval(*part);
        return unknown_value();
    }
    const Value a = eval(*parts[0]);
    const Value b = eval(*parts[1]);
    std::string_view op = text(*sign);
    if (op == "in" || op == "not in") {
        const Value found = is_in(a, b);
        return op == "in" ? found : negated(found);
    }
    // A row that is found, or none.
    if (a.is(Value::Kind::path) && a.asks && b.is(Value::Kind::nothing)) {
        if (op == "is" || op == "==") return negated(a);
        if (op == "is not" || op == "!=") return a;
    }
    if (a.asks && b.is(Value::Kind::boolean)) {
        const bool same_way = op == "==" || op == "is";
        if (same_way || op == "!=" || op == "is not") return same_way == b.yes ? a : negated(a);
    }
    const auto comparable = [](const Value& v) { return v.known() && !v.is(Value::Kind::path) && !v.items; };
    if ((a.items && a.items->uncounted) || (b.items && b.items->uncounted)) return unknown_value();
    const bool with_nothing = a.items && b.items && (a.items->empty() || b.items->empty());
    const bool of_library = a.is(Value::Kind::path) || b.is(Value::Kind::path);
    if (!with_nothing && (!comparable(a) || !comparable(b)))
        return of_library ? operation(std::string(op), a, b) : unknown_value();
    if (op == "==" || op == "is") return boolean_value(same(a, b));
    const auto x = a.integer();
    const auto y = b.integer();
    if (x && y && (op == "<" || op == "<=")) return boolean_value(*x < *y || (op == "<=" && *x == *y));
    if (x && y && (op == ">" || op == ">=")) return boolean_value(*x > *y || (op == ">=" && *x == *y));
    if (op == "!=" || op == "is not" || op == "<>") return boolean_value(!same(a, b));
    return unknown_value();
}

Value Python::dictionary(const Node& node) {
    std::vector<Value> items;
    bool known = true;
    for (const Node* part : node.named_children()) {
        if (part->is("dictionary_splat")) {
            const auto inner = part->named_children();
            const Value more = inner.empty() ? unknown_value() : eval(*inner.front());
            known &= more.is(Value::Kind::dictionary);
            if (known) items.insert(items.end(), more.items->begin(), more.items->end());
            continue;
        }
        const Node* key = part->at("key");
        const Node* value = part->at("value");
        known &= key && value;
        if (!key || !value) continue;
        items.push_back(eval(*key));
        items.push_back(eval(*value));
    }
    return known ? dictionary_value(std::move(items)) : unknown_value();
}

Value Python::comprehension(const Node& node) {
    const Node* body = node.at("body");
    if (!body) return unknown_value();
    std::vector<const Node*> clauses;
    for (const Node& child : node.children)
        if (child.is("for_in_clause") || child.is("if_clause")) clauses.push_back(&child);
    Comprehended all;
    locals_.push_back(locals_.empty() ? Names{} : locals_.back());
    comprehend(clauses, 0, *body, all);
    locals_.pop_back();
    for (const Value& item : all.items)
        if (item.is(Value::Kind::unknown)) return unknown_value();
    Value list = list_value(std::move(all.items));
    if (list.items) list.items->uncounted = all.uncounted;
    return list;
}

// One unknown item says that the whole is not known.
void Python::comprehend(const std::vector<const Node*>& clauses, std::size_t at, const Node& body, Comprehended& into) {
    if (at == clauses.size()) {
        into.items.push_back(eval(body));
        return;
    }
    const Node& clause = *clauses[at];
    if (clause.is("if_clause")) {
        const auto inner = clause.named_children();
        const auto holds = inner.empty() ? std::nullopt : eval(*inner.front()).truth();
        if (!holds) into.items.push_back(unknown_value());
        if (holds && !*holds) return followed_.leave_out(body);
        const std::size_t before = host_.sent();
        comprehend(clauses, at + 1, body, into);
        if (!holds) host_.depends(before, whether(text(clause)));
        return;
    }
    const Node* left = clause.at("left");
    const Node* right = clause.at("right");
    const Value over = right ? eval(*right) : unknown_value();
    const auto items = left ? rounds(over) : std::nullopt;
    if (!items) {
        if (left) assign(*left, unknown_value());
        into.items.push_back(unknown_value());
        return comprehend(clauses, at + 1, body, into);
    }
    into.uncounted |= over.is(Value::Kind::path) || over.items->uncounted;
    if (items->empty()) followed_.leave_out(body);
    for (const Value& item : *items) {
        if (!step(place(clause))) return into.items.push_back(unknown_value());
        assign(*left, item);
        comprehend(clauses, at + 1, body, into);
    }
}

}  // namespace pgfence::extract
