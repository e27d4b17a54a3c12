#pragma once
// Reads Python without running it: follows a file's statements as far as values are known from the repository, both
// ways where a condition is not. Names that are imported from elsewhere are paths, and what is called on them goes to
// the host.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "extract/program/interpreter.h"
#include "extract/program/module.h"
#include "extract/program/tree.h"
#include "extract/program/value.h"

namespace pgfence::extract {

class Python : private Interpreter {
public:
    using Names = Interpreter::Names;

    Python(std::string_view path, std::string_view text, const Tree& tree, Host host);

    /// The module's own statements: imports, constants, functions, classes.
    void load();
    /// What was neither followed nor is known never to run is listed. To be called last.
    void list_rest();
    const Value* global(const std::string& name) const;
    /// A function that the file itself defines.
    const Value* function(const std::string& name) const;
    /// A function or an object of the repository's, or what functools.partial() makes of one.
    bool can_call(const Value& function);
    Value call(const Value& function, const Call& given);

    /// The last class of that name in the file, and the names it assigns; nothing when there is none.
    std::optional<Names> read_class(const std::string& name);
    /// What a class of the repository derives from, as paths.
    std::vector<Value> bases(const std::string& path);
    /// What `name` is in a class of the repository.
    std::optional<Value> own_member(const std::string& path, const std::string& name);
    /// The same, or in the nearest of those it derives from.
    std::optional<Value> member(const std::string& path, const std::string& name);

private:
    struct Class {
        const Node* node = nullptr;
        Module* module = nullptr;
        Names names;
        bool read = false;
        std::optional<bool> plain;
    };
    struct Member {
        Value value;
        std::string owner;  ///< the class that defines it
    };
    /// A method that runs, and of which object.
    struct Running {
        const Value& object;
        const std::string& owner;
    };
    enum class Decorated { harmlessly, as_property, as_class_method, as_static_method, somehow };

    // statements: statements.cpp
    Flow run(const Node& block);
    Flow run_statement(const Node& statement);
    Flow run_if(const Node& statement);
    Flow run_for(const Node& statement);
    Flow run_while(const Node& statement);
    Flow run_with(const Node& statement);
    Flow run_else(const Node& statement);
    Flow run_try(const Node& statement);
    void assign_caught(const Node& pattern);
    Flow run_match(const Node& statement);
    void define_class(const Node& statement);
    Decorated run_decorator(const Node& decorator);
    void run_delete(const Node& statement);
    /// Nobody knows which of the two runs.
    Flow run_one_of(const std::function<Flow()>& first, const std::function<Flow()>& second, const Node& place,
                    const UnknownCondition& unknown);
    Names& scope() { return locals_.empty() ? here_->names : locals_.back(); }
    void forget_assigned(const Node& node);
    void assign(const Node& target, const Value& value);
    void assign_attribute(const Value& object, const std::string& name, const Value& value, ByteRange place);
    void put(Items& pairs, const Value& key, const Value& value);
    void assign_augmented(const Node& statement);

    // other files: imports.cpp
    void import(const Node& statement);
    Module* module(const std::string& name);
    std::unique_ptr<Module> parsed(const std::string& name);
    /// What a file does when it is loaded, which is not the migration.
    struct Muted {
        std::function<std::optional<Value>(const Call&)> call;
        std::function<bool(const Call&)> harmless;
        bool lists = true;
    };
    Muted mute();
    void speak(const Muted& before);
    Class* class_of(const std::string& path);
    /// The value of a path where the repository has it; the path itself where not.
    Value followed(Value path);

    // expressions: expressions.cpp
    Value eval(const Node& node);
    Value eval_deeper(const Node& node);
    Value string(const Node& node);
    Value joined_strings(const Node& node);
    Value attribute(const Value& object, const std::string& name);
    Value subscript(const Node& node);
    Value slice(const Value& container);
    Value binary(const Node& node);
    Value boolean_operator(const Node& node);
    Value is_in(const Value& wanted, const Value& list);
    Value comparison(const Node& node);
    Value dictionary(const Node& node);
    Value comprehension(const Node& node);
    /// Its items, and how they came about.
    struct Comprehended {
        std::vector<Value> items;
        bool uncounted = false;
    };
    void comprehend(const std::vector<const Node*>& clauses, std::size_t at, const Node& body, Comprehended& into);
    Value call(const Node& node, bool discarded);
    Value apply(const Value& function, Call call);
    /// getattr, setattr, map: they reach what they are given.
    std::optional<Value> reaching(const Call& call);
    /// `of_list`: what stands in a list, not what a call is given.
    void arguments(const Node& list, Call& call, bool of_list = false);
    void raised(const Node& part);
    Value call_own(const Value& function, const Call& call, const Running* running = nullptr);
    void keep_names(Value& function, const Node& body, Module& module);
    std::optional<Value> class_function(const Call& call);
    void bind(const Node& parameters, const Call& call, Names& names);
    Value look_up(std::string_view name);
    std::optional<std::vector<Value>> rounds(const Value& value);

    // objects of the repository's classes: objects.cpp
    bool is_plain(const std::string& path, std::set<std::string>& met);
    std::optional<Value> made_object(const Call& call);
    std::optional<Member> found_member(const std::string& path, const std::string& name);
    std::optional<Member> inherited_member(const std::string& path, const std::string& name);
    Value member_of_object(const Value& object, const std::string& name);
    Value call_method(const Value& object, const Member& method, Call call);
    std::optional<Value> call_inherited(const Call& call);
    Value enter(const Value& entered);
    void leave(const Value& entered);
    Decorated decorated(const Node& function) const;

    // what Python brings along: builtins.cpp
    std::optional<Value> builtin(const Call& call);
    std::optional<Value> any_of(const Value& truths) const;
    std::optional<Value> method(const Value& object, std::string_view name, const Call& call);
    std::optional<Value> text_method(const Value& object, std::string_view name, const Call& call);
    // files.cpp
    std::optional<Value> file_function(const Call& call);

    std::string elsewhere() const;
    bool acts(const Node& body) const;
    std::string_view text(const Node& node) const { return here_->text.substr(node.begin, node.end - node.begin); }
    /// In the migration: of what stands in another file, the call that led there.
    ByteRange place(const Node& node) const { return here_ == &file_ ? ByteRange{node.begin, node.end} : from_; }

    Module file_;
    Module* here_ = &file_;
    ByteRange from_;
    std::vector<std::unique_ptr<Module>> modules_;
    std::map<std::string, Module*> by_name_;  ///< null: the repository has none
    std::map<std::string, Class> classes_;    ///< by path
    std::map<std::string, Value> resolved_;
    std::vector<Names> locals_;
    std::map<std::string, ByteRange> instantiated_;  ///< classes of the repository, by path: where first
    std::map<const Node*, Decorated> decorated_;     ///< functions and classes
    std::map<const Node*, bool> assigns_outer_;      ///< functions that hold one with `nonlocal`
    const Running* running_ = nullptr;
    const Node* at_ = nullptr;       ///< the call that is followed
    int uncounted_loops_ = 0;        ///< inside each other, whose rounds nobody counts
    std::set<std::string> globals_;  ///< that the function which runs assigns
    std::map<const Node*, std::set<std::string>> assigned_;
    Value returned_;
    std::size_t reads_ = 0;
    std::size_t bytes_read_ = 0;
    int imports_ = 0;  ///< inside each other
};

/// What functools.partial() gives.
bool is_partial(const Value& value);

/// The items of a list, the keys of a dictionary; nothing when they are not known.
std::optional<std::vector<Value>> iterated(const Value& value);
/// As str() would; nothing for what has no text that is known.
std::optional<Value> as_text(const Value& value);
/// The call whose result stands for each of a list's: which they are only the database knows.
inline constexpr std::string_view kElement = "__next__";

/// What the program reads from its settings, as it could be written wherever it is asked for again; nothing for what
/// may be another value each time.
std::optional<std::string> setting_of(const Value& value);
/// Appends what str() would make of it; a name for what is not known.
void put(Value& text, const Value* value);
/// "%s" and "%(name)s" with known values.
Value percent(const Value& format, const Value& values);
Value format_braces(const Value& format, const Call& call);
/// The bytes [from, to) of a text.
Value part_of(const Value& text, std::size_t from, std::size_t to);

}  // namespace pgfence::extract
