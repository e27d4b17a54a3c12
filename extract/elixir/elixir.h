#pragma once
// Reads Elixir without running it: follows a module's function as far as values are known from the file, both ways
// where a condition is not. What is called and not defined in the file goes to the host.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "extract/program/interpreter.h"
#include "extract/program/tree.h"
#include "extract/program/value.h"

namespace pgfence::extract {

class Elixir : private Interpreter {
public:
    Elixir(std::string_view text, const Tree& tree, Host host);

    /// The file's own statements and the bodies of its modules: attributes, aliases, functions.
    void load();
    /// Of the module that is the migration.
    bool has_function(const std::string& name) const;
    void call_function(const std::string& name);
    /// "true" of `@disable_ddl_transaction true`, of the module that is the migration; null: it has none.
    const Value* attribute(const std::string& name) const;
    bool has_migration() const { return !migration_.empty(); }
    /// What was neither followed nor is known never to run is listed. To be called last.
    void list_rest();

    /// do ... end, or what stands behind do:
    Value run_body(const Node& body);
    /// An anonymous function, or what & names. Parameters without a value are unknown.
    Value run_code(const Value& code, const std::vector<Value>& arguments, ByteRange place);
    Value evaluate(const Node& node) { return eval(node); }
    const std::string& current_module() const { return module_; }
    void never_runs(const Node& block) { skip(block); }
    void never_runs(const Value& code);
    /// Of an expression that a macro takes apart in place of evaluating it.
    void taken_apart(const Node& node);
    /// What a code runs when nobody knows how often, or with what.
    void run_unsure(const Value& code, std::size_t arity, ByteRange place, const std::string& unknown);
    /// Of an operator with two sides; nothing: it is none, or not whole.
    struct Sides {
        const Node* left;
        const Node* right;
        std::string_view sign;
    };
    std::optional<Sides> sides_of(const Node& node) const;
    std::string_view text(const Node& node) const { return text_.substr(node.begin, node.end - node.begin); }

private:
    struct Clause {
        const Node* definition = nullptr;  ///< of a function's clause
        const Node* head = nullptr;
        std::vector<const Node*> parameters;
        const Node* guard = nullptr;
        const Node* body = nullptr;
    };
    using Clauses = std::vector<Clause>;
    /// Whether a value has the form of a pattern; nothing: nobody can tell.
    using Matches = std::optional<bool>;

    // statements.cpp
    std::optional<Value> special(std::string_view name, const Node& node, const Value* piped);
    void define_module(const Node& node);
    void define(const Node& node);
    void use(const Node& node);
    void alias(const Node& node);
    Value run_if(const Node& node, bool unless, const Value* piped);
    Value run_case(const Node& node, const Value* piped);
    Value run_cond(const Node& node);
    Value run_for(const Node& node);
    Value run_with(const Node& node);
    Value run_try(const Node& node);
    void skip(const Node& node) { skipped_.push_back(&node); }
    void skip(const Clause& way);
    Value query_macro(std::string_view name, const Node& node, const Value* piped);
    Value run_all(const std::vector<const Node*>& statements);
    Value one_of(const std::function<Value()>& first, const std::function<Value()>& second,
                 const UnknownCondition& unknown);
    /// The first of the ways whose pattern and guard the values have.
    Value first_match(const std::vector<Clause>& ways, const std::vector<Value>& values, const Node& place,
                      const std::string& unknown, std::size_t from = 0);
    std::vector<Clause> stab_clauses(const Node& block) const;
    Matches match(const Node& pattern, const Value& value);
    Matches match_all(const std::vector<const Node*>& patterns, const std::vector<Value>& values);
    Matches match_parts(const Node& pattern, const Value& value);

    // expressions.cpp
    Value eval(const Node& node, bool discarded = false);
    Value eval_deeper(const Node& node, bool discarded);
    Value string(const Node& node);
    Value sigil(const Node& node);
    Value list(const Node& node);
    Value map(const Node& node);
    Value keywords(const Node& node);
    Value unary(const Node& node);
    Value binary(const Node& node, bool discarded);
    Value logic(const Node& left, const Node& right, bool is_and);
    Value pipe(const Node& left, const Node& right, bool discarded);
    Value access(const Node& node);
    Value module_attribute(const Node& node);
    Value function_value(const Node& node);
    Value run_capture(const Node& node, const std::vector<Value>& arguments);
    Value call(const Node& node, const Value* piped, bool discarded);
    Value bare_call(const Node& node);
    Value send(Call call);
    void arguments(const Node& list, Call& call);
    Value call_own(const Clauses& clauses, const Call& call, const std::string& module);
    std::optional<std::vector<Value>> with_defaults(const Clauses& clauses, std::vector<Value> given);
    const Clauses* own(const std::string& module, const std::string& name) const;
    std::string module_name(const Node& node) const;
    void list_call(const Call& call, std::string what, std::string why);

    // functions.cpp
    std::optional<Value> library(const Call& call);
    std::optional<Value> of_enum(const Call& call, std::string_view name);
    std::optional<Value> of_text(const Call& call, std::string_view name);
    std::optional<Value> of_keywords(const Call& call, std::string_view name);
    std::optional<Value> of_kernel(const Call& call);

    static ByteRange place(const Node& node) { return {node.begin, node.end}; }

    std::string_view text_;
    const Tree& tree_;
    std::string module_, migration_;
    std::map<std::string, Clauses> functions_;  ///< "Module.name"
    std::set<std::string> macros_;
    std::map<std::string, std::string> aliases_;
    std::vector<const Node*> skipped_;  ///< not run where the program came by: maybe elsewhere
    std::vector<const Node*> definitions_;
    std::set<const Node*> run_;  ///< of them
    Names attributes_;           ///< "Module.name"
    std::vector<Names> locals_{1};
    std::vector<std::vector<Value>> captured_;  ///< &1, &2
};

/// False and nil are false, and nothing else is; nothing: nobody can tell.
std::optional<bool> truth_of(const Value& value);
/// The items of a list, the pairs of a keyword list or map, the numbers of a range; nothing when they are not all
/// known.
std::optional<std::vector<Value>> items_of(const Value& value);

}  // namespace pgfence::extract
