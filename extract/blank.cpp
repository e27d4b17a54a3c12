#include "extract/blank.h"

#include "extract/sql_lexer.h"

namespace pgfence::extract {
namespace {

/// Offset of the closing brace, or 0.
std::size_t closing_brace(const std::string& sql, std::size_t open, std::size_t end) {
    for (std::size_t i = open; i < end; ++i) {
        if (sql[i] == '}') return i;
        // A name holds no brace, which also keeps a text full of "${" linear.
        if (sql[i] == '{' || sql[i] == '\n') return 0;
    }
    return 0;
}

}  // namespace

void blank(std::string& sql, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i)
        if (sql[i] != '\n' && sql[i] != '\r') sql[i] = ' ';
}

Placeholders name_placeholders(std::string& sql, std::size_t begin, std::size_t end) {
    Placeholders found;
    for (std::size_t i = begin; i + 2 < end; ++i) {
        if (sql[i] != '$' || sql[i + 1] != '{') continue;
        const std::size_t close = closing_brace(sql, i + 2, end);
        if (close == 0) continue;
        if (found.count++ == 0) {
            found.begin = i;
            found.end = close + 1;
        }
        for (; i <= close; ++i)
            if (!continues_name(sql[i]) || sql[i] == '$') sql[i] = '_';
        --i;
    }
    return found;
}

}  // namespace pgfence::extract
