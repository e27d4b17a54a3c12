#include "extract/blank.h"
#include "extract/formats/code.h"
#include "extract/sql_lexer.h"

namespace pgfence::extract {

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

bool contains_word(std::string_view text, std::string_view word) {
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool begins = at == 0 || !continues_name(text[at - 1]);
        if (begins && (end == text.size() || !continues_name(text[end]))) return true;
    }
    return false;
}

bool exports_up(std::string_view text) { return contains(text, "export") && contains_word(text, "up"); }

Scope is_run(const Source& source, Script& script, Scope scope) {
    blank(script.sql, 0, script.sql.size());
    script.unread.push_back({source.whole(), "a program", "it has to be run for its SQL"});
    return scope;
}

Scope not_read(const Source& source, Script& script, std::string_view title, Scope scope) {
    blank(script.sql, 0, script.sql.size());
    script.unread.push_back(
        {source.whole(), "a migration of " + std::string(title), "its code is not read: nothing is known of it"});
    return scope;
}

}  // namespace pgfence::extract
