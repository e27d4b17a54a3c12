#pragma once
// A statement's own text, cut where recipes need it: the parse tree says what a clause means, only the text says how it
// was spelled. Everything here is linear in the text; what does not look as expected gives nothing, and so no recipe.

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence {

/// A word, a quoted identifier, a literal or one character of punctuation; comments and blanks are left out.
struct SqlToken {
    std::size_t begin = 0, end = 0;  ///< bytes in the text
    std::string_view text;
    bool is_name = false;                  ///< a word or a quoted identifier
    bool is(std::string_view word) const;  ///< in any case; quoted identifiers are no words
};

/// Nothing for texts over 64 KiB or with a quote or comment left open.
std::optional<std::vector<SqlToken>> sql_tokens(std::string_view sql);

/// The statement with `word` behind its keyword `behind`, which must follow words of `before` only:
/// with_word_behind("CREATE UNIQUE INDEX i ON t (a)", {"CREATE", "UNIQUE"}, "INDEX", "CONCURRENTLY").
std::optional<std::string> with_word_behind(std::string_view sql, std::initializer_list<std::string_view> before,
                                            std::string_view behind, std::string_view word);

/// ALTER TABLE as written: "ALTER TABLE ONLY t" and what stands between the top-level commas behind it.
struct AlterTableText {
    std::string head;
    std::vector<std::string> clauses;
};
std::optional<AlterTableText> cut_alter_table(std::string_view sql);

/// "ADD CONSTRAINT n CHECK (a > 0)" and "ADD CHECK (a > 0)" both give "CHECK (a > 0)".
std::optional<std::string> constraint_definition(std::string_view clause);

/// What follows the table's name in CREATE INDEX: "USING gin (a) WHERE b".
std::optional<std::string> index_definition(std::string_view create_index);

/// What follows the last of `words` where they stand in that order at depth 0: text_behind(sql, {"SET"}).
std::optional<std::string> text_behind(std::string_view sql, std::initializer_list<std::string_view> words);

/// What stands in front of the first `word` at depth 0: text_before("1 + (SELECT 2) WHERE a", "WHERE").
std::optional<std::string> text_before(std::string_view sql, std::string_view word);

/// What stands between the parentheses that follow `word`: in_parentheses("FROM (1) TO (10)", "TO") is "10".
std::optional<std::string> in_parentheses(std::string_view sql, std::string_view word);

}  // namespace pgfence
