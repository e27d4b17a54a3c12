#pragma once
// Reads Ruby without running it: follows a class's method as far as values are known from the file, both ways where a
// condition is not. What is called and not defined in the file goes to the host.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "extract/program/interpreter.h"
#include "extract/program/tree.h"
#include "extract/program/value.h"

namespace pgfence::extract {

class Ruby : private Interpreter {
public:
    Ruby(std::string_view text, const Tree& tree, Host host);

    /// The file's own statements and the bodies of its classes: constants, methods, calls such as
    /// disable_ddl_transaction!.
    void load();
    const Node* method(const std::string& name) const;
    void call_method(const Node& method);
    /// Runs a do ... end block; parameters without a value are unknown.
    Value run_block(const Node& block, const std::vector<Value>& arguments);
    /// What the class of the migration derives from, as written: "ActiveRecord::Migration[7.0]".
    std::string_view superclass() const { return superclass_; }
    /// Of a class that the file defines beside the migration, such as a model: its text.
    std::optional<std::string_view> class_body(const std::string& name) const;
    std::string_view text(const Node& node) const { return text_.substr(node.begin, node.end - node.begin); }

private:
    using Names = std::map<std::string, Value>;

    // statements.cpp
    Flow run(const Node& block);
    Flow run_statement(const Node& statement);
    Flow run_if(const Node& statement, bool unless);
    Flow run_modifier(const Node& statement, bool unless);
    Flow run_case(const Node& statement);
    Flow run_loop(const Node& statement);
    void define(const Node& statement);
    void assign(const Node& target, const Value& value);
    /// The body of a block or loop, whose rounds nobody can count.
    Flow run_round(const Node& body);

    // expressions.cpp
    Value eval(const Node& node, bool discarded = false);
    Value eval_deeper(const Node& node, bool discarded);
    Value string(const Node& node);
    Value words(const Node& node, bool symbols);
    Value hash(const Node& node);
    Value binary(const Node& node);
    Value element(const Node& node);
    Value call(const Node& node, bool discarded);
    Value bare_call(const Node& node, bool discarded);
    Value send(Call call, const Value* receiver);
    void arguments(const Node& list, Call& call);
    Value call_own(const Node& method, const Call& call);

    // methods.cpp
    std::optional<Value> known_method(const Value& receiver, std::string_view name, const Call& call);
    std::optional<Value> text_method(const Value& receiver, std::string_view name, const Call& call);
    std::optional<Value> list_method(const Value& receiver, std::string_view name, const Call& call);

    static ByteRange place(const Node& node) { return {node.begin, node.end}; }

    std::string_view text_;
    const Tree& tree_;
    std::map<std::uint32_t, const Node*> heredocs_;  ///< where it is announced -> its body
    std::map<std::string, const Node*> methods_;
    std::map<std::string, const Node*> classes_;
    Names constants_;  ///< and instance variables
    std::vector<Names> locals_{1};
    std::string_view superclass_;
    Value returned_;
};

}  // namespace pgfence::extract
