#pragma once
// What stands in SQL for something that only a run of the migration tool tells, and the way back to what the author
// wrote: a name like __schema_ is ours, and nobody is to read it, let alone to run it.

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/migration.h"

namespace pgfence {

/// The name of a type of which nobody but the program knows what it is. Two of them may be two types.
inline constexpr std::string_view kUnknownType = "unknown_type";
/// In the SQL in place of what a program puts in and nobody knows, as a value or as part of a name. Two of them may be
/// two things.
inline constexpr std::string_view kUnknownValue = "unknown_value";

/// Those of all files, each name once. One for which files have different texts cannot be written back.
class StandIns {
public:
    StandIns() = default;
    explicit StandIns(std::vector<StandIn> all);

    bool empty() const { return all_.empty(); }
    /// One of them is in the text.
    bool are_in(std::string_view text) const;
    /// The SQL as the author would write it; nothing where that cannot be.
    std::optional<std::string> sql_as_written(std::string_view sql) const;
    /// The code of a Python program as the author would write it: the expression where a literal is nothing but a name
    /// of ours, an f-string where it has more; nothing where that cannot be.
    std::optional<std::string> python_as_written(std::string_view code) const;
    /// One of them stands for an expression of a program.
    bool has_code() const;
    /// For a reader: what nobody could write back is "<not known>".
    std::string shown(std::string_view text) const;

private:
    struct Found {
        std::size_t begin, end;
        const StandIn* one;
    };
    void mark_start(std::string_view name);
    const StandIn* at_start_of(std::string_view text) const;
    std::optional<Found> next_in(std::string_view text, std::size_t from) const;
    bool append(std::string& out, std::string_view text) const;
    bool append_literal(std::string& out, std::string_view quote, std::string_view content) const;

    std::vector<StandIn> all_;       ///< by name
    std::bitset<1U << 16U> starts_;  ///< pairs of bytes that a name begins with
    std::size_t longest_ = 0;        ///< of the names
};

}  // namespace pgfence
