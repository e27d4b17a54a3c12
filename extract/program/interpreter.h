#pragma once
// What following a program takes in any language: an end to its steps, an account of what hangs on conditions that
// nobody can tell from the file, and the operators that languages share.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/program/host.h"
#include "extract/program/value.h"

namespace pgfence::extract {

class Interpreter {
protected:
    /// How a statement ends.
    enum class Flow { goes_on, leaves_loop, next_round, returns, fails };

    explicit Interpreter(Host host) : host_(std::move(host)) {}

    /// False: the program has taken all the steps that it gets.
    bool step(ByteRange place);
    /// What `evaluate` gives, while the expression is not nested too deep.
    template <typename Evaluate>
    Value bounded(ByteRange place, Evaluate evaluate) {
        if (!step(place) || depth_ > kDeepestExpression) return unknown_value();
        ++depth_;
        Value value = evaluate();
        --depth_;
        bytes_ += value.text.size();
        if (value.end == 0) {
            value.begin = place.begin;
            value.end = place.end;
        }
        return value;
    }

    /// Both ways of a condition have been read: the first sent what stands behind `from`.
    Flow either(Flow first, Flow second, std::size_t from, const std::string& what);
    std::size_t open_conditions() const { return open_.size(); }
    /// Conditions that are older than `before` stay open.
    void end_round(std::size_t before);
    void end_function(std::size_t before);

    Host host_;

private:
    static constexpr int kDeepestExpression = 300;
    /// One of its ways has left: what comes behind hangs on it.
    struct Condition {
        std::size_t from;
        std::string what;
        bool of_round;  ///< it left the round of a loop, not the function
    };
    std::vector<Condition> open_;
    std::size_t steps_ = 0;
    std::size_t bytes_ = 0;  ///< of texts that were made
    int depth_ = 0;
    bool exhausted_ = false;
};

/// "whether users.exists? holds": of the condition as it is written.
std::string whether(std::string_view condition);
/// "how often the loop over User.all runs"
std::string how_often(std::string_view loop);

/// The byte that an escape of one letter stands for in both languages: \n, \t, \r.
std::optional<char> white_space_escape(std::string_view escape);
/// A name stands for what nobody knows.
void append_unknown(Value& text);
/// +, - and * of whole numbers.
std::optional<Value> arithmetic(std::string_view sign, const Value& a, const Value& b);
/// The items of both, one behind the other.
std::optional<Value> joined_lists(const Value& a, const Value& b);

}  // namespace pgfence::extract
