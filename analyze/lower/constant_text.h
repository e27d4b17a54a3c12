#pragma once
// The text that EXECUTE runs, where it can be told without running anything.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pgfence {

/// Variables that keep one value, by name.
using Constants = std::map<std::string, std::string, std::less<>>;

struct ConstantText {
    std::optional<std::string> text;  ///< nothing: it is made at run time
    std::int32_t verbatim = -1;       ///< where in the expression it stands byte for byte; -1: nowhere
    std::string why;                  ///< what it depends on, where it is not known: "r.relname", "f()"
};

/// `expression` as PL/pgSQL has it: literals, ||, format(), quote_ident(), quote_literal(), concat() of such and of
/// constants.
ConstantText constant_text(const std::string& expression, const Constants& constants, bool assignment = false);

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
