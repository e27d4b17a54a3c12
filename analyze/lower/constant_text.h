#pragma once
// The text that EXECUTE runs, where it can be told without running anything.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pgfence {

struct Constant {
    Constant() = default;
    Constant(std::string value, bool integer = false) : text(std::move(value)), is_integer(integer) {}
    std::string text;
    bool is_integer = false;  ///< of such a type, too: one may count with it
};
/// Variables that keep one value, by name.
using Constants = std::map<std::string, Constant, std::less<>>;

struct ConstantText {
    std::optional<std::string> text;  ///< nothing: it is made at run time
    std::int32_t verbatim = -1;       ///< where in the expression it stands byte for byte; -1: nowhere
    std::string why;                  ///< what it depends on, where it is not known: "r.relname", "f()"
};

/// `expression` as PL/pgSQL has it: literals, ||, format(), quote_ident(), quote_literal(), concat(), lpad() of such
/// and of constants; sums and products of integers.
ConstantText constant_text(const std::string& expression, const Constants& constants, bool assignment = false);

/// 1, i, 10 * i + 1: where it is an integer for certain.
std::optional<std::int64_t> constant_integer(const std::string& expression, const Constants& constants);

/// The elements of ARRAY['a', 'b'], where all of them are constant.
std::optional<std::vector<std::string>> constant_array(const std::string& expression, const Constants& constants);

/// What SELECT gives for a row whose columns have these values, in order; those that cannot be told are left out.
struct OutputColumn {
    std::string name;
    std::size_t position = 0;
    std::string text;
};
std::vector<OutputColumn> output_columns(const std::string& select, const Constants& row);

}  // namespace pgfence
