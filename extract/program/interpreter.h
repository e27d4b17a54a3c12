#pragma once
// What following a program takes in any language: an end to its steps, an account of what hangs on conditions that
// nobody can tell from the file, and the operators that languages share.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/program/followed.h"
#include "extract/program/host.h"
#include "extract/program/value.h"

namespace pgfence::extract {

class Interpreter {
public:
    using Names = std::map<std::string, Value>;

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

    /// On what it hangs which of two ways is taken.
    struct UnknownCondition {
        std::string what;
        std::vector<SchemaQuestion> first, second;  ///< what the catalog is asked, as in Host::hangs
        std::size_t behind = 0;                     ///< as Value::asked_behind
    };
    /// Of a condition, as it is written.
    UnknownCondition unknown_condition(const Value& condition, std::string_view text) const;
    /// Both ways of a condition have been read: the first sent what stands behind `from`, the other what stands behind
    /// `between`.
    Flow either(Flow first, Flow second, std::size_t from, std::size_t between, const UnknownCondition& unknown);
    /// What the host makes of a call that nothing in the file answers. One that it neither reads nor lists nor knows to
    /// be harmless is listed.
    std::optional<Value> ask(const Call& call);
    /// Once, however often the program comes by.
    void list(ByteRange place, std::string what, std::string why);
    /// What of the tree was not come by.
    void list_rest(const Node& root, Language language, std::string_view text);

    /// What names hold when one of two ways was taken and nobody knows which: what both agree on.
    Names either_of(const Names& first, const Names& second, ByteRange place, const std::string& what = {});
    /// Alternatives of one condition that are followed each for itself; nobody writes more.
    static constexpr std::size_t kMostWays = 200;
    /// What is assigned in a loop, whose rounds nobody counts, is not known in it, nor behind it.
    static void forget(Names& names, const std::set<std::string>& assigned);

    std::size_t open_conditions() const { return open_.size(); }
    /// Conditions that are older than `before` stay open.
    void end_round(std::size_t before);

    /// What a function gives where the one way of a condition has left it and the other goes on.
    struct Early {
        std::vector<SchemaQuestion> goes_on;  ///< what the catalog is asked, as in Host::hangs
        std::size_t behind;                   ///< as Value::asked_behind
        Value given;
        std::string what = {};  ///< it hangs on
    };
    struct Function {
        std::vector<Early> early = {};
        std::size_t open = 0;  ///< conditions when it was called
        int unsure = 0;
    };
    /// Gives that of the caller.
    Function begin_function() { return std::exchange(function_, {{}, open_.size(), unsure_}); }
    /// What it gives, all told, whose last way gave `last`.
    Value end_function(Function caller, const Value& last);
    /// Both ways of a condition have been read, with these values: what is to be taken for given behind them.
    Value leaves_with(Flow first, Flow second, const Value& given_by_first, const Value& given_by_second,
                      const UnknownCondition& unknown);
    /// The function gives that, nobody knows when.
    void may_give(const Value& value) { function_.early.push_back({{}, 0, value, "whether an error comes before"}); }

    Host host_;
    bool lists_ = true;  ///< false while a file is read for its names alone
    Followed followed_;
    int unsure_ = 0;  ///< ways of which nobody knows whether, or how often, they are taken, inside each other

private:
    void tell_exhausted(ByteRange place);
    static constexpr int kDeepestExpression = 300;
    /// One of its ways has left: what comes behind hangs on it.
    struct Condition {
        std::size_t from;
        std::string what;
        std::vector<SchemaQuestion> asks;
        bool of_round;  ///< it left the round of a loop, not the function
    };
    void close(const Condition& condition);
    static Value given(const Early& early, const Value& rest);
    std::vector<Condition> open_;
    Function function_;  ///< that runs
    std::size_t steps_ = 0;
    std::size_t bytes_ = 0;                                     ///< of texts that were made
    std::set<std::pair<std::uint32_t, std::uint32_t>> listed_;  ///< calls that are listed as unread
    int depth_ = 0;
    bool exhausted_ = false, told_ = false;
};

/// "whether users.exists? holds": of the condition as it is written.
std::string whether(std::string_view condition);
/// "how often the loop over User.all runs"
std::string how_often(std::string_view loop);

/// The byte that an escape of one letter stands for in both languages: \n, \t, \r.
std::optional<char> white_space_escape(std::string_view escape);
/// A name stands for what nobody knows.
void append_unknown(Value& text);
void append_placeholder(Value& text, const NamedPlaceholder& placeholder);
/// +, - and * of whole numbers.
std::optional<Value> arithmetic(std::string_view sign, const Value& a, const Value& b);
/// The items of both, one behind the other.
std::optional<Value> joined_lists(const Value& a, const Value& b);

}  // namespace pgfence::extract
