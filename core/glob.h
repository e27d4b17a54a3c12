#pragma once
// Path patterns as people write them in workflows: * ? [a-z] within a folder's name, ** over folders, {a,b}.

#include <string>
#include <string_view>
#include <vector>

namespace pgfence {

class Glob {
public:
    /// Relative to the repository's root; a leading "./" or "/" says nothing more. A pattern without any of the signs
    /// above, or one that ends in '/', names a folder too: all files below it match. Case counts.
    explicit Glob(std::string_view pattern);
    bool matches(std::string_view path) const;

private:
    std::vector<std::vector<std::string>> alternatives_;  ///< without braces, cut at '/'
};

}  // namespace pgfence
