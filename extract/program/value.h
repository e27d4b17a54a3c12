#pragma once
// What a program's expressions are worth, as far as the file alone tells. Libraries are not there: what they give is a
// path of names and calls ("sqlalchemy.Integer()"), which the reader of the tool understands or not.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/schema_question.h"
#include "core/source.h"
#include "extract/program/named_placeholders.h"
#include "extract/program/tree.h"

namespace pgfence::extract {

struct Call;
struct Items;
struct Module;

struct Value {
    enum class Kind : std::uint8_t {
        unknown,     ///< nobody can tell from the file
        nothing,     ///< None, nil
        boolean,     ///< `yes`
        number,      ///< `text` as written
        text,        ///< `text`
        symbol,      ///< Ruby's :name
        list,        ///< `items`
        dictionary,  ///< `items`: key, value, key, value
        tuple,       ///< Elixir's {a, b}: `items`
        object,      ///< of a class of the repository; `items`: attribute, value, attribute, value
        path,        ///< `text` = "sqlalchemy.Column" or "sqlalchemy.Column()", which has its `call`
        code,        ///< a function of the file; Elixir's has what it captured: `items`: name, value
    };
    Kind kind = Kind::unknown;
    bool yes = false;
    /// In `text` stands a name for something that is not known.
    bool holds_unknown = false;
    std::string text;
    /// Of what is not known in `text`: what is the same wherever it is written so.
    std::vector<NamedPlaceholder> placeholders;
    /// Where the bytes of `text` stand in the file, as far as they stand there as they are.
    std::vector<SourceMap::Piece> pieces;
    /// Shared, as lists are in Python and Ruby: who appends to a list changes it for all.
    std::shared_ptr<Items> items;
    std::shared_ptr<const Call> call;
    std::shared_ptr<const Value> of;  ///< of a path: what stands before its last dot
    const Node* node = nullptr;       ///< of code
    const Module* module = nullptr;   ///< of code: the file it stands in
    std::uint32_t begin = 0, end = 0;
    std::uint8_t nesting = 0;  ///< of `call` and `of`
    /// Of a truth that nobody can tell from the file: what is all so when it is true.
    std::shared_ptr<const std::vector<SchemaQuestion>> asks;
    std::size_t asked_behind = 0;  ///< of them, or of what they are asked of: how many statements had been sent

    bool is(Kind wanted) const { return kind == wanted; }
    bool is_text() const { return kind == Kind::text || kind == Kind::symbol; }
    bool is_path(std::string_view wanted) const { return kind == Kind::path && text == wanted; }
    /// Nothing when it is not known.
    std::optional<bool> truth() const;
    std::optional<long> integer() const;
    const Value* get(std::string_view key) const;  ///< of a dictionary or object
    /// No part of it is unknown.
    bool known() const;
    /// How deep values lie inside each other. A value that would be nested deeper than kDeepestValue is unknown:
    /// whoever walks values, or frees them, may recurse.
    int depth() const;
};
/// A text or symbol of which all is known.
inline bool is_written(const Value* value) { return value && value->is_text() && !value->holds_unknown; }
constexpr int kDeepestValue = 40;
/// Of one text: what doubles itself ends here.
constexpr std::size_t kLongestText = 2u << 20;

struct Items : std::vector<Value> {
    using std::vector<Value>::vector;
    int nesting = 0;
    bool cut = false;        ///< more was added than it takes
    bool uncounted = false;  ///< its items stand for as many as the database has: maybe none

    void add(Value value);
};
/// More than any migration loops over.
constexpr std::size_t kLongestList = 20'000;

Value unknown_value();
/// What the schema is asked, behind that many statements.
Value asked_value(std::vector<SchemaQuestion> asks, std::size_t behind);
Value negated(const Value& truth);
/// Both are so.
Value both(const Value& a, const Value& b);
/// Lists of calls, one of which it is, as a condition has it that nobody can tell: `items` has them, `text` what it
/// hangs on. Other values that may be one or the other are unknown.
Value either_list(const Value& a, const Value& b, std::string what);
bool is_either_list(const Value& value);
Value nothing_value();
Value boolean_value(bool yes);
Value number_value(std::string text);
Value text_value(std::string text);
Value symbol_value(std::string text);
Value list_value(std::vector<Value> items);
Value tuple_value(std::vector<Value> items);
Value dictionary_value(std::vector<Value> keys_and_values);
Value object_value();
/// What a call of a library gives.
Value result_of(Call call);
/// "object.name"
Value member_of(const Value& object, const std::string& name);
Value path_value(std::string path);
/// Appends, and keeps where the bytes come from.
void append(Value& text, const Value& more);
/// That its name stands in the text.
void add_placeholder(Value& text, const NamedPlaceholder& placeholder);
bool same(const Value& a, const Value& b);
/// Also calls with the same arguments and lists of the same items are alike. Unknown values never are.
bool alike(const Value& a, const Value& b);

/// Something of a library that the file calls.
struct Call {
    std::string path;  ///< "alembic.op.create_table"; a call's result ends in "()"
    Value receiver;    ///< what stands before the last dot
    std::vector<Value> args;
    std::vector<std::pair<std::string, Value>> named;
    bool more_args = false;                     ///< unknown ones were unpacked into it
    bool discarded = false;                     ///< nothing is done with what it gives
    const Node* block = nullptr;                ///< Ruby's do ... end
    std::shared_ptr<const Value> passed_block;  ///< Ruby's &something
    std::uint32_t begin = 0, end = 0;

    std::string_view name() const;  ///< behind the last dot
    const Value* get(std::string_view name) const;
    const Value* get(std::size_t position, std::string_view name) const;
};

/// An escape sequence of a literal, which begins at that byte of the file: `byte` is what it means, where we know it. A
/// line break that is escaped means nothing.
void append_escape(Value& literal, std::string_view written, std::optional<char> byte, std::uint32_t begin);

}  // namespace pgfence::extract
