#pragma once
// Words that a search over a commit's files looks for, and where it found them.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace pgfence::diff {

/// How much the best of the lines tells that the name is used.
enum class Evidence : std::uint8_t {
    none,      ///< a comment, a sentence, what is printed for people
    mention,   ///< code has the word
    declared,  ///< below the declaration of what stands for the table; of a table, a model that is asked for rows
    together,  ///< table and column side by side, or a query
};

/// Something that code may name: any of `words` as a whole word, in a file that also has one of `beside` (if there are
/// any).
struct SearchTerms {
    enum class In : std::uint8_t {
        text,      ///< whatever a file of the program says
        settings,  ///< likewise, and settings in JSON
        use,       ///< where the program uses the word (diff/witness.h, diff/evidence.h)
    };
    /// What the words are names of: programs name a type of the database seldom, and words of their own like it often.
    enum class Of : std::uint8_t { relation, type };
    std::vector<std::string> words, beside;
    std::size_t lines_kept = 0;  ///< at most, for those who have to see what stands around the word
    In in = In::text;
    Evidence least = Evidence::mention;  ///< of `use`: what tells less does not count
    Of of = Of::relation;                ///< of `use`, where nothing has to stand beside the word
};
struct UsingLine {
    std::string path;
    std::uint32_t line = 0;  ///< from 1
    std::string text;
};
struct Uses {
    std::size_t files = 0;
    /// Of `use`, the file that tells most: of those one that is named after the table, of those the first by path.
    std::string path;
    std::uint32_t line = 0;             ///< from 1
    Evidence best = Evidence::none;     ///< of `use`
    std::vector<UsingLine> lines = {};  ///< in order of path and line, each once
};
struct SearchResult {
    std::vector<Uses> uses;  ///< one for each that was wanted
    bool whole = true;       ///< false: there was more than is read, or some of it was not in the clone
    std::size_t files = 0;   ///< with a program's text, SQL left out, that were read
};

/// Of texts that are at hand, by path.
SearchResult search(const std::map<std::string, std::string>& code, const std::vector<SearchTerms>& wanted);

}  // namespace pgfence::diff
