#pragma once
// Words that a search over a commit's files looks for, and where it found them.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace pgfence::diff {

/// Something that code may name: any of `words` as a whole word, in a file that also has one of `beside` (if there are
/// any).
struct SearchTerms {
    enum class In : std::uint8_t {
        text,      ///< whatever a file of the program says
        settings,  ///< likewise, and settings in JSON
        use,       ///< where the program uses the word (diff/witness.h)
    };
    std::vector<std::string> words, beside;
    std::size_t lines_kept = 0;  ///< at most, for those who have to see what stands around the word
    In in = In::text;
};
struct UsingLine {
    std::string path;
    std::uint32_t line = 0;  ///< from 1
    std::string text;
};
struct Uses {
    std::size_t files = 0;
    std::string path;                   ///< the first file, in order of path
    std::uint32_t line = 0;             ///< from 1
    std::vector<UsingLine> lines = {};  ///< in order of path and line, each once
};
struct SearchResult {
    std::vector<Uses> uses;  ///< one for each that was wanted
    bool whole = true;       ///< false: there was more than is read, or some of it was not in the clone
};

/// Of texts that are at hand, by path.
SearchResult search(const std::map<std::string, std::string>& code, const std::vector<SearchTerms>& wanted);

}  // namespace pgfence::diff
