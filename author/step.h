#pragma once
// A recipe's step on its way into the author's language.

#include <string>
#include <string_view>
#include <vector>

#include "core/action.h"

namespace pgfence::author {

struct Statement {
    std::string_view sql;  ///< without its semicolon
    const std::vector<Action>& actions;
};

/// What the finding is about, as the author wrote it.
struct Written {
    std::string_view call;         ///< "add_index :orders, :note": sends `sql` and nothing else; empty: it is not known
    std::string_view sql;          ///< without its semicolon
    std::string_view shared = {};  ///< in place of `call`: one that sends other statements beside `sql`
    bool builds_index = false;     ///< `sql` is CREATE INDEX
};

/// A step to be said anew.
struct Step {
    std::vector<Statement> statements;
    Written written;
    std::string_view version = {};  ///< of the tool, as the repository has locked it; empty: it is not known
    bool outside_transaction = false;
    /// What the tool believes of the schema has to change with this step: the statement itself runs no more.
    bool changes_state = false;
    /// The migration that holds the statement now is deployed first, without it.
    bool behind_own = false;
};

struct Code {
    std::string text;
    std::string language;  ///< as Markdown calls it: "ruby"
};

/// Both texts are the same to PostgreSQL's scanner, whatever their white space, case and quotes around names. False for
/// texts with comments.
bool same_sql(std::string_view a, std::string_view b);
}  // namespace pgfence::author
