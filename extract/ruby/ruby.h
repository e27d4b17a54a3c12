#pragma once
// Reads Ruby without running it: follows a class's method as far as values are known from the file, both ways where a
// condition is not. What is called and not defined in the file goes to the host.

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

class Ruby : private Interpreter {
public:
    Ruby(std::string_view path, std::string_view text, const Tree& tree, Host host);

    /// The file's own statements and the bodies of its classes: constants, methods, calls such as
    /// disable_ddl_transaction!.
    void load();
    const Node* method(const std::string& name) const;
    void call_method(const Node& method);
    /// What was neither followed nor is known never to run is listed. To be called last.
    void list_rest() { Interpreter::list_rest(tree_.root, Language::ruby, text_); }
    /// Of a block that Rails itself does not run.
    void never_runs(const Node& block) { followed_.leave_out(block); }
    /// Runs a do ... end block; parameters without a value are unknown.
    Value run_block(const Node& block, const std::vector<Value>& arguments);
    /// The block that the call brings along, or what it passes as one.
    static bool has_block(const Call& call) { return call.block || call.passed_block; }
    Value run_block_of(const Call& call, const std::vector<Value>& arguments);
    /// What the class of the migration derives from, as written: "ActiveRecord::Migration[7.0]".
    std::string_view superclass() const { return superclass_; }
    /// Of a class that the file defines beside the migration, such as a model: its text.
    std::optional<std::string_view> class_body(const std::string& name) const;
    std::string_view text(const Node& node) const { return text_.substr(node.begin, node.end - node.begin); }

private:
    /// Whose body is being read.
    enum class Owner { file, module, migration, other_class };
    /// What a method was called with, for its yield.
    struct Frame {
        const Node* block = nullptr;
        std::shared_ptr<const Value> passed_block;
    };

    // statements.cpp
    /// "Shop::Item" of ::Shop::Item, unless the file has a class of that name inside of its own.
    std::string without_top_scope(std::string name) const;
    Flow run(const Node& block);
    Flow run_statement(const Node& statement);
    Flow run_if(const Node& statement, bool unless);
    Flow run_modifier(const Node& statement, bool unless);
    Flow run_case(const Node& statement);
    Flow run_loop(const Node& statement);
    void define(const Node& statement);
    void define_class(const Node& statement);
    void define_method(const std::string& name, const Node& method, bool of_class);
    /// An own method under another name.
    void rename_method(const Node& statement, const std::string& name, const std::string& old);
    Flow run_rescue(const Node& statement);
    /// Nobody knows which of the two runs.
    Flow run_one_of(const std::function<Flow()>& first, const std::function<Flow()>& second, const Node& place,
                    const UnknownCondition& unknown);
    const std::set<std::string>& assigned_in(const Node& node);
    void forget_assigned(const Node& node);
    void assign(const Node& target, const Value& value);
    void assign_attribute(const Node& target, const Value& value);
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
    /// What methods of Ruby's own make of a call: send(:drop_table), method(:drop_table).call.
    std::optional<Value> indirect(const Call& call, const Value* receiver);
    std::optional<Value> method_definition(const Call& call);
    void want_value_of(const Node& body);
    Value yield(const Node& node);
    /// The text of a variable is changed in place.
    void change_text(const Node& variable, const Value& old, const Value& changed);
    void arguments(const Node& list, Call& call);
    void argument(const Node& argument, Call& call);
    /// What the reader of the tool makes of an operator between its own values.
    std::optional<Value> operation(std::string_view sign, const Value& receiver, std::vector<Value> args,
                                   ByteRange where);
    Value call_own(const Node& method, const Call& call);

    // methods.cpp
    std::optional<Value> known_method(const Value& receiver, std::string_view name, const Call& call);
    std::optional<Value> text_method(const Value& receiver, std::string_view name, const Call& call);
    std::optional<Value> list_method(const Value& receiver, std::string_view name, const Call& call);

    // files.cpp
    std::optional<Value> file_method(const Call& call, const Value* receiver);
    std::optional<std::string> file_path(const Value& value) const;
    std::optional<std::string> file_path_by(const Call& call, std::string_view name) const;
    std::optional<std::string> joined(std::string folder, const std::vector<Value>& parts, std::size_t from) const;
    std::optional<std::string> file_text(const std::string& path);

    static ByteRange place(const Node& node) { return {node.begin, node.end}; }

    std::string_view path_, text_;
    const Tree& tree_;
    std::map<std::uint32_t, const Node*> heredocs_;  ///< where it is announced -> its body
    std::map<std::string, const Node*> methods_;     ///< of the migration's instances
    std::map<std::string, const Node*> helpers_;     ///< of the file, its modules, the class itself
    Owner owner_ = Owner::file;
    std::vector<Frame> frames_{1};
    std::map<const Node*, std::set<std::string>> assigned_;
    std::set<const Node*> wanted_;  ///< statements whose value is used: the last ones of blocks and methods
    std::map<std::string, const Node*> classes_;
    Names constants_;  ///< and instance variables
    std::vector<Names> locals_{1};
    std::string_view superclass_;
    Value returned_;
    std::size_t reads_ = 0;        ///< of other files
    std::size_t blocks_deep_ = 0;  ///< blocks that run, inside each other
};

/// map, select: what their blocks are worth is used.
bool wants_values(std::string_view method);
/// gsub!, concat: what it is called on is another afterwards.
bool changes_in_place(std::string_view method);

}  // namespace pgfence::extract
