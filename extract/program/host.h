#pragma once
// What an interpreter asks of the reader of a tool, and the bounds that hold for every program.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/program/sql_writer.h"
#include "extract/program/value.h"

namespace pgfence::extract {

/// By itself it knows nothing and lists nothing: an interpreter calls each of these without asking whether it is there.
struct Host {
    /// A call that nothing in the file answers. Nothing: the result is the call's path.
    std::function<std::optional<Value>(const Call&)> call = [](const Call&) -> std::optional<Value> {
        return std::nullopt;
    };
    /// Likewise an operator between values of which one is a path: a call of its sign, such as "+" or "[]".
    /// None: operators are Ruby's own.
    std::function<std::optional<Value>(const Call&)> operation = {};
    /// What a path is worth, where the tool's reader knows ("...dialect.name").
    std::function<std::optional<Value>(const Value& path)> look_up = [](const Value&) -> std::optional<Value> {
        return std::nullopt;
    };
    /// What a loop over a path gives in each of its rounds, such as a row; nothing when nobody knows.
    std::function<std::optional<Value>(const Value& path)> element = [](const Value&) -> std::optional<Value> {
        return std::nullopt;
    };
    /// Whether the rounds of a loop over a path are rows of a table that nothing spelled out picks.
    std::function<bool(const Value& path)> any_rows = [](const Value&) { return false; };
    /// Whether what a list of the database's has, of which each is like `element`, is among it what is wanted: a truth
    /// that the catalog may tell. Nothing when nobody knows.
    std::function<std::optional<Value>(const Value& element, const Value& wanted)> among =
        [](const Value&, const Value&) -> std::optional<Value> { return std::nullopt; };
    /// The end of a `with` block that began with that value.
    std::function<void(const Value&)> leave = [](const Value&) {};
    /// The text of one of the repository's files; nothing when it has none.
    std::function<std::optional<std::string>(std::string_view path)> read =
        [](std::string_view) -> std::optional<std::string> { return std::nullopt; };
    /// Whether it does nothing to the database, whatever it is called on or with.
    std::function<bool(const Call&)> harmless = [](const Call&) { return false; };
    std::function<void(ByteRange, std::string what, std::string why)> unread = [](ByteRange, const std::string&,
                                                                                  const std::string&) {};
    /// Who says where a call stands that is not in the file itself; an empty text where it is.
    std::function<void(std::function<std::string()>)> where = [](const std::function<std::string()>&) {};
    /// How much has been listed as unread so far.
    std::function<std::size_t()> listed = [] { return std::size_t(0); };
    /// How many statements have been sent so far.
    std::function<std::size_t()> sent = [] { return std::size_t(0); };
    /// The catalog's answer is still what it was behind that many statements.
    std::function<bool(const SchemaQuestion& asked, std::size_t behind)> is_as_asked =
        [](const SchemaQuestion&, std::size_t) { return false; };
    /// Whether the statements behind the first `from` run hangs on `what`.
    std::function<void(std::size_t from, const std::string& what)> depends = [](std::size_t, const std::string&) {};
    /// Those run once for each row of a query that may have any.
    std::function<void(std::size_t from)> for_rows = [](std::size_t) {};
    /// As `depends`, of those up to `to`, which run when all of `asks` holds; empty: it is not known when.
    std::function<void(std::size_t from, std::size_t to, const std::string& what,
                       const std::vector<SchemaQuestion>& asks)>
        hangs = [](std::size_t, std::size_t, const std::string&, const std::vector<SchemaQuestion>&) {};
};

/// A host that knows no calls, and reports what is read or not to `out`.
Host writing_to(SqlWriter& out);

/// Steps of one file: expressions and statements. Public migrations take some thousands.
constexpr std::size_t kMostSteps = 400'000;
/// Calls of the file's own functions inside each other.
constexpr int kDeepestCalls = 24;
/// Of all texts that a file makes.
constexpr std::size_t kMostBytes = 128u << 20;

}  // namespace pgfence::extract
