#pragma once
// Reads Python without running it: follows a file's statements as far as values are known from the file, both ways
// where a condition is not. Names that are imported are paths, and what is called on them goes to the host.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "extract/program/host.h"
#include "extract/program/tree.h"
#include "extract/program/value.h"

namespace pgfence::extract {

class Python {
public:
    Python(std::string_view text, const Tree& tree, Host host);

    /// The module's own statements: imports, constants, functions, classes.
    void load();
    const Value* global(const std::string& name) const;
    const Node* function(const std::string& name) const;
    void call_function(const Node& function);
    /// The body of a class, and the names it assigns.
    std::map<std::string, Value> read_class(const Node& definition);
    const std::vector<const Node*>& classes() const { return classes_; }
    std::string_view text(const Node& node) const { return text_.substr(node.begin, node.end - node.begin); }
    Value eval(const Node& node);

private:
    enum class Flow { goes_on, leaves_loop, next_round, returns };
    using Names = std::map<std::string, Value>;

    // statements: statements.cpp
    Flow run(const Node& block);
    Flow run_statement(const Node& statement);
    Flow run_if(const Node& statement);
    Flow run_for(const Node& statement);
    Flow run_while(const Node& statement);
    Flow run_with(const Node& statement);
    Flow run_try(const Node& statement);
    void import(const Node& statement);
    void assign(const Node& target, const Value& value);
    void assign_augmented(const Node& statement);
    void hinges_on(const Node& what, std::size_t before, std::string_view why);

    // expressions: expressions.cpp
    Value eval_deeper(const Node& node);
    Value string(const Node& node);
    Value joined_strings(const Node& node);
    Value attribute(const Value& object, const std::string& name);
    Value subscript(const Node& node);
    Value binary(const Node& node);
    Value boolean_operator(const Node& node);
    Value comparison(const Node& node);
    Value dictionary(const Node& node);
    Value comprehension(const Node& node);
    void comprehend(const std::vector<const Node*>& clauses, std::size_t at, const Node& body,
                    std::vector<Value>& into);
    Value call(const Node& node, bool discarded);
    void arguments(const Node& list, Call& call);
    Value call_own(const Node& function, const Call& call, const Node& at);
    Value look_up(std::string_view name);
    bool step(const Node& node);

    // what Python brings along: builtins.cpp
    std::optional<Value> builtin(const Call& call);
    std::optional<Value> method(const Value& object, std::string_view name, const Call& call);
    std::optional<Value> text_method(const Value& object, std::string_view name, const Call& call);

    std::string_view text_;
    const Tree& tree_;
    Host host_;
    Names globals_;
    std::vector<Names> locals_;
    std::vector<const Node*> classes_;
    Value returned_;
    std::size_t steps_ = 0;
    std::size_t bytes_ = 0;  ///< of texts that were made
    int depth_ = 0;
    bool exhausted_ = false;
};

/// The items of a list, the keys of a dictionary; nothing when they are not known.
std::optional<std::vector<Value>> iterated(const Value& value);
/// As str() would; nothing for what has no text that is known.
std::optional<Value> as_text(const Value& value);
/// "%s" and "%(name)s" with known values.
Value percent(const Value& format, const Value& values);
Value format_braces(const Value& format, const Call& call);
/// The bytes [from, to) of a text.
Value part_of(const Value& text, std::size_t from, std::size_t to);

}  // namespace pgfence::extract
