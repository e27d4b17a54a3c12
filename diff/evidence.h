#pragma once
// How much a line tells of a name that it has: code that asks the table for the column, a declaration, a word in a
// sentence.

#include <cstddef>
#include <functional>
#include <string_view>

#include "diff/uses.h"

namespace pgfence::diff {

using NamesTable = std::function<bool(std::string_view word)>;

/// A file's text, comments made blank (diff/witness.h), asked about one of its words at a time.
class EvidenceIn {
public:
    EvidenceIn(std::string_view path, std::string_view text);

    Evidence of_table(std::size_t begin, std::size_t end) const;
    /// Of a type of the database: a cast tells most, then a declaration.
    Evidence of_type(std::size_t begin, std::size_t end) const;
    /// `names_table`: a word that means the table whose column it may be.
    Evidence of_column(std::size_t begin, std::size_t end, const NamesTable& names_table) const;

private:
    enum class Kind : unsigned char { program, shell, settings, markup };
    struct Word;

    static Kind kind_of(std::string_view path);
    Word word_at(std::size_t begin, std::size_t end) const;
    Evidence column_tells(const Word& word, std::size_t begin, const NamesTable& names_table) const;
    bool says_nothing(const Word& word, bool of_table) const;
    bool stands_below_declaration(std::size_t begin, const NamesTable& names_table) const;

    std::string_view text_;
    Kind kind_;
    bool is_shown_by_browser_;  ///< what it calls by the column's name came from a server, which has the name as well
};

}  // namespace pgfence::diff
