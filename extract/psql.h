#pragma once
// psql scripts: SQL between backslash commands, COPY data and variables. Mirrors psqlscan.l and psqlscanslash.l.

#include <cstddef>
#include <string_view>

#include "core/migration.h"
#include "extract/formats/format.h"
#include "extract/sql_lexer.h"

namespace pgfence::extract {

/// Follows a statement's words to tell whether rows follow it in the script (COPY ... FROM STDIN).
class CopyWatch {
public:
    void see(std::string_view word);
    void statement_ends() { *this = {}; }
    bool rows_follow() const { return state_ == State::from_stdin; }

private:
    enum class State { start, copy, from, from_stdin, other } state_ = State::start;
};

/// Where the rows that begin at `begin` (a line's begin) end: behind the line `\.`, or at the end of the text.
std::size_t end_of_copy_data(std::string_view text, std::size_t begin);

struct PsqlFacts {
    bool autocommit_off = false;  ///< \set AUTOCOMMIT off: the whole script is one transaction until it says COMMIT
};
/// Blanks in `script.sql` what psql keeps for itself; what that hides (generated statements, another database) is
/// listed in `script.unread`. Scripts that it includes stand where it includes them, variables have the values that the
/// script or the configuration gives them; others are identifiers, or the literals they are quoted as. Both branches of
/// a condition are read when it is not known.
PsqlFacts read_psql(const Source& source, Script& script);

}  // namespace pgfence::extract
