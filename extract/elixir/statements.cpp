// Elixir's modules, functions and special forms.

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/elixir/elixir.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

const Node* child_of_kind(const Node& node, std::string_view kind) {
    for (const Node& child : node.children)
        if (child.is(kind)) return &child;
    return nullptr;
}

std::vector<const Node*> positional(const Node& call) {
    std::vector<const Node*> found;
    if (const Node* list = child_of_kind(call, "arguments"))
        for (const Node* argument : list->named_children())
            if (!argument->is("keywords")) found.push_back(argument);
    return found;
}

constexpr std::array kSections{"else_block"sv, "rescue_block"sv, "catch_block"sv, "after_block"sv};

bool is_section(const Node& node) {
    return std::find(kSections.begin(), kSections.end(), node.kind) != kSections.end();
}

/// The statements of do ... end, without those behind else, rescue, ...
std::vector<const Node*> statements_of(const Node& block) {
    std::vector<const Node*> found;
    for (const Node* child : block.named_children())
        if (!is_section(*child)) found.push_back(child);
    return found;
}

constexpr std::array kQueryMacros{"from"sv,  "where"sv,    "or_where"sv, "select"sv,  "select_merge"sv, "update"sv,
                                  "join"sv,  "order_by"sv, "group_by"sv, "having"sv,  "or_having"sv,    "distinct"sv,
                                  "limit"sv, "offset"sv,   "lock"sv,     "preload"sv, "windows"sv,      "dynamic"sv};

bool is_query_macro(std::string_view name) {
    return std::find(kQueryMacros.begin(), kQueryMacros.end(), name) != kQueryMacros.end();
}

}  // namespace

Elixir::Elixir(std::string_view text, const Tree& tree, Host host)
    : Interpreter(std::move(host)), text_(text), tree_(tree) {}

void Elixir::load() { run_all(tree_.root.named_children()); }

bool Elixir::has_function(const std::string& name) const { return own(migration_, name) != nullptr; }

void Elixir::call_function(const std::string& name) {
    module_ = migration_;
    Call call;
    call.path = name;
    if (const Clauses* clauses = own(migration_, name)) call_own(*clauses, call, migration_);
}

const Value* Elixir::attribute(const std::string& name) const {
    const auto found = attributes_.find(migration_ + "." + name);
    return found == attributes_.end() ? nullptr : &found->second;
}

void Elixir::list_rest() {
    for (const Node* definition : definitions_)
        if (run_.count(definition) == 0) followed_.leave_out(*definition);
    for (const Node* skipped : skipped_)
        if (!followed_.has(*skipped)) followed_.leave_out(*skipped);
    Interpreter::list_rest(tree_.root, Language::elixir, text_);
}

Value Elixir::run_all(const std::vector<const Node*>& statements) {
    Value last = nothing_value();
    for (const Node* statement : statements) last = eval(*statement, statement != statements.back());
    return last;
}

// What a block binds is not known behind it.
Value Elixir::run_body(const Node& body) {
    followed_.follow(body);
    const Names kept = locals_.back();
    Value value = body.is("do_block") || is_section(body) ? run_all(statements_of(body)) : eval(body);
    locals_.back() = kept;
    return value;
}

void Elixir::skip(const Clause& way) {
    for (const Node* part : way.parameters) skip(*part);
    if (way.guard) skip(*way.guard);
    if (way.body) skip(*way.body);
}

void Elixir::never_runs(const Value& code) {
    if (!code.is(Value::Kind::code)) return;
    for (const Clause& way : stab_clauses(*code.node)) skip(way);
    for (const Node* operand : code.node->all("operand")) skip(*operand);
}

void Elixir::taken_apart(const Node& node) {
    followed_.follow(node);
    const Node* sign = node.is("unary_operator") ? node.at("operator") : nullptr;
    const Node* pinned = sign && text(*sign) == "^" ? node.at("operand") : nullptr;
    if (pinned) eval(*pinned);
    if (pinned) return;
    for (const Node& child : node.children) taken_apart(child);
}

Value Elixir::one_of(const std::function<Value()>& first, const std::function<Value()>& second,
                     const UnknownCondition& unknown) {
    const std::size_t before = host_.sent();
    const Names kept = locals_.back();
    ++unsure_;
    Value one = first();
    locals_.back() = kept;
    const std::size_t between = host_.sent();
    const Value other = second();
    locals_.back() = kept;
    --unsure_;
    either(Flow::goes_on, Flow::goes_on, before, between, unknown);
    return alike(one, other) ? one : unknown_value();
}

std::optional<Value> Elixir::special(std::string_view name, const Node& node, const Value* piped) {
    if (name == "defmodule") return define_module(node), nothing_value();
    if (name == "def" || name == "defp") return define(node), nothing_value();
    if (name == "defmacro" || name == "defmacrop") {
        skip(node);
        const auto head = positional(node);
        const Node* target = head.empty() ? nullptr : head.front()->at("target");
        if (target) macros_.insert(module_ + "." + std::string(text(*target)));
        return nothing_value();
    }
    if (name == "use") return use(node), nothing_value();
    if (name == "alias" || name == "import" || name == "require") {
        if (name == "alias") alias(node);
        taken_apart(node);
        return nothing_value();
    }
    if (name == "if" || name == "unless") return run_if(node, name == "unless", piped);
    if (name == "case") return run_case(node, piped);
    if (name == "cond") return run_cond(node);
    if (name == "for") return run_for(node);
    if (name == "with") return run_with(node);
    if (name == "try") return run_try(node);
    if (is_query_macro(name) && !own(module_, std::string(name))) return query_macro(name, node, piped);
    return std::nullopt;
}

// Ecto.Query's macros take their arguments as they are written; what is pinned is a value.
Value Elixir::query_macro(std::string_view name, const Node& node, const Value* piped) {
    const auto parts = positional(node);
    Call call;
    call.path = "Ecto.Query." + std::string(name);
    call.begin = node.begin;
    call.end = node.end;
    call.block = &node;
    const Node* source = piped || parts.empty() || name == "dynamic" ? nullptr : parts.front();
    if (const Node* sign = source && source->is("binary_operator") ? source->at("operator") : nullptr;
        sign && text(*sign) == "in")
        source = source->at("right");
    if (source) call.args.push_back(eval(*source));
    if (piped) call.args.push_back(*piped);
    call.named.emplace_back("piped", boolean_value(piped != nullptr));
    taken_apart(node);
    return result_of(std::move(call));
}

void Elixir::define_module(const Node& node) {
    const auto names = positional(node);
    const Node* body = child_of_kind(node, "do_block");
    if (names.empty() || !body) return;
    const std::string name = module_name(*names.front());
    const std::string before = std::exchange(module_, module_.empty() ? name : module_ + "." + name);
    const auto aliases = aliases_;
    // Inside of another, a module is known by its last name.
    if (!before.empty()) aliases_[name] = module_;
    followed_.follow(*body);
    for (const Node* part : positional(node)) followed_.follow(*part);
    locals_.emplace_back();
    run_all(statements_of(*body));
    locals_.pop_back();
    auto nested = module_;
    module_ = before;
    if (migration_.empty() || !before.empty()) aliases_ = aliases;
    if (!before.empty()) aliases_[name] = std::move(nested);
}

void Elixir::define(const Node& node) {
    auto head = positional(node);
    if (head.empty()) return;
    Clause clause;
    clause.definition = &node;
    const Node* named = head.front();
    if (named->is("binary_operator")) {
        clause.guard = named->at("right");
        named = named->at("left");
    }
    if (!named) return;
    const Node* target = named->is("call") ? named->at("target") : named;
    if (!target) return;
    clause.parameters = positional(*named);
    if (const Node* list = child_of_kind(*named, "arguments"))
        for (const Node* argument : list->named_children())
            if (argument->is("keywords")) clause.parameters.push_back(argument);
    if (named->is("identifier")) clause.parameters.clear();
    clause.body = child_of_kind(node, "do_block");
    if (const Node* list = child_of_kind(node, "arguments"); list && !clause.body)
        for (const Node* argument : list->named_children())
            if (argument->is("keywords"))
                for (const Node* pair : argument->named_children())
                    if (const Node* key = pair->at("key"); key && text(*key).starts_with("do:"))
                        clause.body = pair->at("value");
    clause.head = named;
    definitions_.push_back(&node);
    // A head without a body only says which parameters have defaults.
    functions_[module_ + "." + std::string(text(*target))].push_back(std::move(clause));
}

void Elixir::use(const Node& node) {
    const auto names = positional(node);
    const std::string name = names.empty() ? "" : module_name(*names.front());
    taken_apart(node);
    const bool migration = name == "Ecto.Migration" || name.ends_with("Migration");
    if (migration && migration_.empty()) migration_ = module_;
    constexpr std::array kKnown{"Ecto.Migration"sv, "Ecto.Schema"sv, "Ecto.Type"sv, "Bitwise"sv};
    if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end())
        Interpreter::list(place(node), std::string(text(node).substr(0, 80)),
                          "the code it adds to the module is not known from this file");
}

void Elixir::alias(const Node& node) {
    const auto names = positional(node);
    if (names.empty()) return;
    const Node& what = *names.front();
    const auto remember = [&](const std::string& path) {
        const auto dot = path.rfind('.');
        aliases_[dot == std::string::npos ? path : path.substr(dot + 1)] = path;
    };
    if (what.is("dot")) {
        const Node* left = what.at("left");
        const Node* right = what.at("right");
        if (left && right)
            for (const Node* one : right->named_children())
                remember(module_name(*left) + "." + std::string(text(*one)));
        return;
    }
    std::string path = module_name(what);
    if (path == "__MODULE__") path = module_;
    remember(path);
    const Node* list = child_of_kind(node, "arguments");
    const Node* options = list ? child_of_kind(*list, "keywords") : nullptr;
    if (!options) return;
    for (const Node* pair : options->named_children())
        if (const Node* value = pair->at("value"); value && value->is("alias"))
            aliases_[std::string(text(*value))] = path;
}

namespace {

/// What stands behind do and else, as blocks or as keywords.
struct Branches {
    const Node* yes = nullptr;
    const Node* no = nullptr;
};

Branches branches_of(const Node& call, std::string_view text) {
    Branches branches;
    if (const Node* block = child_of_kind(call, "do_block")) {
        branches.yes = block;
        branches.no = child_of_kind(*block, "else_block");
    }
    const Node* list = child_of_kind(call, "arguments");
    const Node* keywords = list ? child_of_kind(*list, "keywords") : nullptr;
    if (!keywords) return branches;
    for (const Node* pair : keywords->named_children()) {
        const Node* key = pair->at("key");
        if (!key) continue;
        const std::string_view name = text.substr(key->begin, key->end - key->begin);
        if (name.starts_with("do:")) branches.yes = pair->at("value");
        if (name.starts_with("else:")) branches.no = pair->at("value");
    }
    return branches;
}

}  // namespace

Value Elixir::run_if(const Node& node, bool unless, const Value* piped) {
    const auto conditions = positional(node);
    Branches branches = branches_of(node, text_);
    if (conditions.empty() && !piped) return unknown_value();
    const Value asked = piped ? *piped : eval(*conditions.front());
    if (unless) std::swap(branches.yes, branches.no);
    const auto take = [&](const Node* way) { return way ? run_body(*way) : nothing_value(); };
    if (const auto holds = truth_of(asked)) {
        if (const Node* other = *holds ? branches.no : branches.yes) {
            // else stands in the block that it is the alternative of.
            if (other->is("do_block"))
                for (const Node* statement : statements_of(*other)) skip(*statement);
            else
                skip(*other);
        }
        return take(*holds ? branches.yes : branches.no);
    }
    const std::string_view condition = conditions.empty() ? "what is piped" : text(*conditions.front());
    return one_of([&] { return take(branches.yes); }, [&] { return take(branches.no); }, {whether(condition), {}, {}});
}

std::vector<Elixir::Clause> Elixir::stab_clauses(const Node& block) const {
    std::vector<Clause> clauses;
    for (const Node& child : block.children) {
        if (!child.is("stab_clause")) continue;
        Clause clause;
        clause.body = child.at("right");
        const Node* left = child.at("left");
        if (left && left->is("binary_operator")) {
            clause.guard = left->at("right");
            left = left->at("left");
        }
        if (left) clause.parameters = left->named_children();
        clauses.push_back(std::move(clause));
    }
    return clauses;
}

Value Elixir::first_match(const std::vector<Clause>& ways, const std::vector<Value>& values, const Node& at,
                          const std::string& unknown, std::size_t from) {
    if (from >= kMostWays) {
        Interpreter::list(place(at), "a choice of many ways", "more than are followed");
        return unknown_value();
    }
    const Names kept = locals_.back();
    for (std::size_t i = from; i < ways.size(); ++i) {
        const Clause& way = ways[i];
        locals_.back() = kept;
        Matches fits = match_all(way.parameters, values);
        if (way.guard && fits != false) {
            const auto holds = truth_of(eval(*way.guard));
            if (!holds || !*holds) fits = holds;
        }
        if (way.definition) run_.insert(way.definition);
        if (way.head) followed_.follow(*way.head);
        if (fits == false) {
            if (way.body) skip(*way.body);
            continue;
        }
        const auto take = [&] { return way.body ? run_body(*way.body) : nothing_value(); };
        const bool last = i + 1 == ways.size();
        if (fits == true || (last && from == i && ways.size() == 1)) {
            for (std::size_t other = i + 1; other < ways.size() && !way.definition; ++other) skip(ways[other]);
            Value value = take();
            locals_.back() = kept;
            return value;
        }
        Value value = one_of(take,
                             [&] {
                                 locals_.back() = kept;
                                 return first_match(ways, values, at, unknown, i + 1);
                             },
                             {unknown, {}, {}});
        locals_.back() = kept;
        return value;
    }
    locals_.back() = kept;
    return unknown_value();
}

Elixir::Matches Elixir::match_all(const std::vector<const Node*>& patterns, const std::vector<Value>& values) {
    Matches all = true;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        const Node* pattern = patterns[i];
        const Node* sign = pattern->is("binary_operator") ? pattern->at("operator") : nullptr;
        if (sign && text(*sign) == "\\\\") {
            followed_.follow(*pattern);
            pattern = pattern->at("left");
        }
        if (!pattern) return std::nullopt;
        const Matches one = match(*pattern, i < values.size() ? values[i] : unknown_value());
        if (one == false) all = false;
        if (!one && all == true) all = std::nullopt;
    }
    return all;
}

Elixir::Matches Elixir::match(const Node& pattern, const Value& value) {
    followed_.follow(pattern);
    if (!step(place(pattern))) return std::nullopt;
    if (pattern.is("identifier")) {
        const std::string name(text(pattern));
        if (name != "_") locals_.back()[name] = value;
        return true;
    }
    if (pattern.is("binary_operator")) {
        const Node* left = pattern.at("left");
        const Node* right = pattern.at("right");
        const Node* sign = pattern.at("operator");
        if (left && right && sign && text(*sign) == "=") {
            const Matches one = match(*left, value), other = match(*right, value);
            if (one == false || other == false) return false;
            return one && other ? one : std::nullopt;
        }
    }
    if (pattern.is("tuple") || pattern.is("list") || pattern.is("map") || pattern.is("keywords"))
        return match_parts(pattern, value);
    if (pattern.is("unary_operator") || pattern.is("atom") || pattern.is("string") || pattern.is("integer") ||
        pattern.is("boolean") || pattern.is("nil") || pattern.is("alias") || pattern.is("float")) {
        const Value wanted = eval(pattern);
        const bool plain = wanted.known() && value.known() && !wanted.items && !value.items &&
                           !wanted.is(Value::Kind::path) && !value.is(Value::Kind::path);
        if (!plain)
            return value.items && wanted.known() && !wanted.is(Value::Kind::path) ? Matches(false) : std::nullopt;
        return wanted.kind == value.kind && same(wanted, value);
    }
    // What it binds, nobody knows.
    for (const Node* part : pattern.named_children()) match(*part, unknown_value());
    return std::nullopt;
}

Elixir::Matches Elixir::match_parts(const Node& pattern, const Value& value) {
    if (pattern.is("map") || pattern.is("keywords")) {
        Matches all = value.is(Value::Kind::dictionary) ? Matches(true) : std::nullopt;
        const std::function<void(const Node&)> take = [&](const Node& node) {
            followed_.follow(node);
            const Node* key = node.is("pair") ? node.at("key") : nullptr;
            const Node* inner = node.is("pair") ? node.at("value") : nullptr;
            if (!key || !inner) {
                for (const Node* part : node.named_children())
                    part->is("identifier") ? static_cast<void>(match(*part, unknown_value())) : take(*part);
                return;
            }
            const Value* found = value.is(Value::Kind::dictionary) ? value.get(eval(*key).text) : nullptr;
            const Matches one = match(*inner, found ? *found : unknown_value());
            if (value.is(Value::Kind::dictionary) && !found) all = false;
            if (one == false) all = false;
            if (!one && all == true) all = std::nullopt;
        };
        take(pattern);
        return all;
    }
    const bool of_list = pattern.is("list");
    const auto parts = pattern.named_children();
    const bool keyed = of_list && parts.size() == 1 && parts.front()->is("keywords");
    if (keyed) return match_parts(*parts.front(), value);
    const bool has_rest = std::any_of(parts.begin(), parts.end(), [&](const Node* part) {
        const Node* sign = part->is("binary_operator") ? part->at("operator") : nullptr;
        return sign && text(*sign) == "|";
    });
    const bool fits_kind = value.is(of_list ? Value::Kind::list : Value::Kind::tuple);
    const bool told =
        !value.is(Value::Kind::unknown) && !value.is(Value::Kind::path) && !value.is(Value::Kind::dictionary);
    Matches all = fits_kind && !has_rest && !value.items->cut ? Matches(value.items->size() == parts.size())
                  : told && !fits_kind                        ? Matches(false)
                                                              : std::nullopt;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool known = fits_kind && !has_rest && i < value.items->size();
        const Matches one = match(*parts[i], known ? (*value.items)[i] : unknown_value());
        if (one == false) all = false;
        if (!one && all == true) all = std::nullopt;
    }
    return all;
}

Value Elixir::run_case(const Node& node, const Value* piped) {
    const auto subjects = positional(node);
    const Node* block = child_of_kind(node, "do_block");
    if (!block || (subjects.empty() && !piped)) return unknown_value();
    const Value subject = piped ? *piped : eval(*subjects.front());
    followed_.follow(*block);
    const std::string what = piped ? "what is piped" : std::string(text(*subjects.front()));
    return first_match(stab_clauses(*block), {subject}, node, "which case of " + what + " is taken");
}

Value Elixir::run_cond(const Node& node) {
    const Node* block = child_of_kind(node, "do_block");
    if (!block) return unknown_value();
    followed_.follow(*block);
    const std::vector<Clause> ways = stab_clauses(*block);
    const std::function<Value(std::size_t)> from = [&](std::size_t at) {
        if (at >= ways.size()) return nothing_value();
        const Clause& way = ways[at];
        if (way.parameters.empty() || !way.body || at >= kMostWays) {
            Interpreter::list(place(node), "a choice of many ways", "more than are followed");
            return unknown_value();
        }
        const auto holds = truth_of(eval(*way.parameters.front()));
        if (holds == true)
            for (std::size_t i = at + 1; i < ways.size(); ++i) {
                skip(ways[i]);
            }
        if (holds == true) return run_body(*way.body);
        if (holds == false) skip(*way.body);
        if (holds == false) return from(at + 1);
        return one_of([&] { return run_body(*way.body); }, [&] { return from(at + 1); },
                      {whether(text(*way.parameters.front())), {}, {}});
    };
    return from(0);
}

Value Elixir::run_for(const Node& node) {
    const Names kept = locals_.back();
    const auto parts = positional(node);
    const Branches branches = branches_of(node, text_);
    std::vector<Value> results;
    bool counted = true;
    if (const Node* list = child_of_kind(node, "arguments"))
        if (const Node* options = child_of_kind(*list, "keywords"))
            for (const Node* pair : options->named_children()) {
                const Node* key = pair->at("key");
                const Node* value = pair->at("value");
                if (key && value && value != branches.yes) eval(*value);
            }
    const std::function<void(std::size_t)> from = [&](std::size_t at) {
        if (!step(place(node))) return;
        if (at == parts.size()) {
            if (branches.yes) results.push_back(run_body(*branches.yes));
            return;
        }
        const Node& part = *parts[at];
        followed_.follow(part);
        const auto sides = sides_of(part);
        if (sides && sides->sign == "<-") {
            const Value over = eval(*sides->right);
            if (const auto items = items_of(over)) {
                for (const Value& item : *items)
                    // What does not have the form is passed over.
                    if (match(*sides->left, item) != false) from(at + 1);
                return;
            }
            counted = false;
            const std::size_t before = host_.sent();
            ++unsure_;
            match(*sides->left, unknown_value());
            from(at + 1);
            --unsure_;
            host_.depends(before, how_often(text(*sides->right)));
            if (host_.any_rows(over)) host_.for_rows(before);
            return;
        }
        const auto holds = truth_of(eval(part));
        if (holds == false) return;
        const std::size_t before = host_.sent();
        from(at + 1);
        if (!holds) host_.depends(before, whether(text(part)));
        counted = counted && holds.has_value();
    };
    from(0);
    if (branches.yes && counted && results.empty()) skip(*branches.yes);
    locals_.back() = kept;
    return counted ? list_value(std::move(results)) : unknown_value();
}

Value Elixir::run_with(const Node& node) {
    const Names kept = locals_.back();
    const Branches branches = branches_of(node, text_);
    Matches all = true;
    std::string what;
    for (const Node* part : positional(node)) {
        followed_.follow(*part);
        const auto sides = sides_of(*part);
        if (!sides || sides->sign != "<-") {
            eval(*part);
            continue;
        }
        const Matches one = match(*sides->left, eval(*sides->right));
        if (what.empty() && one != true) what = text(*part);
        if (one != true && all == true) all = one;
    }
    const Node* otherwise = branches.no;
    const auto otherwise_run = [&] {
        if (!otherwise) return unknown_value();
        followed_.follow(*otherwise);
        return first_match(stab_clauses(*otherwise), {unknown_value()}, node, "which way of else is taken");
    };
    if (all == true && otherwise) skip(*otherwise);
    const auto body = [&] { return branches.yes ? run_body(*branches.yes) : nothing_value(); };
    Value value = all == true ? body() : one_of(body, otherwise_run, {whether(what), {}, {}});
    locals_.back() = kept;
    return value;
}

Value Elixir::run_try(const Node& node) {
    const Node* block = child_of_kind(node, "do_block");
    if (!block) return unknown_value();
    Value value = run_body(*block);
    for (const Node& section : block->children) {
        if (!is_section(section)) continue;
        followed_.follow(section);
        if (section.is("after_block")) {
            run_body(section);
            continue;
        }
        const std::string unknown = section.is("else_block") ? "which way of else is taken" : std::string(kErrorBefore);
        one_of([&] { return first_match(stab_clauses(section), {unknown_value()}, node, unknown); },
               [] { return nothing_value(); }, {unknown, {}, {}});
        value = unknown_value();
    }
    return value;
}

Value Elixir::run_code(const Value& code, const std::vector<Value>& arguments, ByteRange at) {
    if (!code.is(Value::Kind::code) || locals_.size() >= kDeepestCalls) {
        Interpreter::list(at, "a function", "its effect is not known from this file");
        return unknown_value();
    }
    const Node& node = *code.node;
    followed_.follow(node);
    Names names;
    for (std::size_t i = 0; code.items && i + 1 < code.items->size(); i += 2)
        names[(*code.items)[i].text] = (*code.items)[i + 1];
    locals_.push_back(std::move(names));
    Value value;
    if (node.is("anonymous_function")) {
        value = first_match(stab_clauses(node), arguments, node, "which clause of a function is taken");
    } else {
        value = run_capture(node, arguments);
    }
    locals_.pop_back();
    return value;
}

// &execute/1, &Module.name/2, &(&1 + 1)
Value Elixir::run_capture(const Node& node, const std::vector<Value>& arguments) {
    const Node* operand = nullptr;
    for (const Node* one : node.all("operand"))
        if (one->named) operand = one;
    if (!operand) return unknown_value();
    const Node* sign = operand->is("binary_operator") ? operand->at("operator") : nullptr;
    const Node* named = sign && text(*sign) == "/" ? operand->at("left") : nullptr;
    const bool is_name =
        named && (named->is("identifier") || (named->is("call") && !child_of_kind(*named, "arguments")));
    if (!is_name) {
        captured_.push_back(arguments);
        Value value = eval(*operand);
        captured_.pop_back();
        return value;
    }
    followed_.follow(*operand);
    followed_.follow(*named);
    Call call;
    call.args = arguments;
    call.begin = node.begin;
    call.end = node.end;
    call.path = text(*named);
    if (const Node* target = named->at("target")) {
        followed_.follow(*target);
        const Node* left = target->at("left");
        const Node* right = target->at("right");
        if (left && right) call.receiver = eval(*left);
        if (left && right) call.path = member_of(call.receiver, std::string(text(*right))).text;
    }
    return send(std::move(call));
}

void Elixir::run_unsure(const Value& code, std::size_t arity, ByteRange at, const std::string& unknown) {
    const std::size_t before = host_.sent();
    ++unsure_;
    run_code(code, std::vector<Value>(arity, unknown_value()), at);
    --unsure_;
    host_.depends(before, unknown);
}

}  // namespace pgfence::extract
