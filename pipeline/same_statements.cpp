#include "pipeline/same_statements.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string_view>

#include "core/sql_scanner.h"
#include "extract/extract.h"

namespace pgfence::pipeline {
namespace {

/// What a parser sees of SQL.
std::vector<std::string_view> without_comments(std::string_view sql) {
    using Kind = SqlPiece::Kind;
    std::vector<std::string_view> pieces;
    SqlScanner scanner(sql);
    for (SqlPiece piece; scanner.next(piece);)
        if (piece.kind != Kind::space && piece.kind != Kind::line_comment && piece.kind != Kind::block_comment)
            pieces.push_back(sql.substr(piece.begin, piece.end - piece.begin));
    return pieces;
}

bool same_doubts(const Script& a, const Script& b) {
    return std::equal(a.uncertainties.begin(), a.uncertainties.end(), b.uncertainties.begin(), b.uncertainties.end(),
                      [](const Uncertainty& one, const Uncertainty& other) { return one.what == other.what; });
}

bool say_the_same(const MigrationFile& before, const Script& was, const MigrationFile& after, const Script& is) {
    if (!before.unreadable.empty() || !after.unreadable.empty()) return false;
    // What was read of it hangs on the migrations before, of which the edited one has more.
    if (after.path.ends_with(".py") && was.format == is.format && extract::is_same_python(before.text, after.text))
        return true;
    const bool same = was.format == is.format && was.transaction == is.transaction && same_doubts(was, is) &&
                      without_comments(was.sql) == without_comments(is.sql);
    // Names of values that only the running migration knows are numbered: each may stand for another one.
    const bool all_known = was.unread.empty() && is.unread.empty() && is.sql.find("__unknown_") == is.sql.npos;
    if (!same || all_known) return same;
    return after.path.ends_with(".sql") && without_comments(before.text) == without_comments(after.text);
}

}  // namespace

std::set<FileId> same_statements(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts) {
    std::map<std::string_view, std::size_t> before;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (files[i].role == MigrationFile::Role::history) before[files[i].path] = i;
    std::set<FileId> same;
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (files[i].role != MigrationFile::Role::changed || files[i].change != MigrationFile::Change::modified)
            continue;
        const auto was = before.find(files[i].path);
        if (was != before.end() && say_the_same(files[was->second], scripts[was->second], files[i], scripts[i]))
            same.insert(files[i].id);
    }
    return same;
}

}  // namespace pgfence::pipeline
