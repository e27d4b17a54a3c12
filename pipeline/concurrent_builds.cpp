#include "pipeline/concurrent_builds.h"

#include <algorithm>
#include <string_view>

#include "core/sql_scanner.h"
#include "core/text.h"

namespace pgfence::pipeline {
namespace {

bool is_concurrent_build(const AnalyzedStatement& statement) {
    if (statement.kind != "CREATE INDEX" && statement.kind != "REINDEX") return false;
    SqlScanner scanner(statement.sql, 0);
    for (SqlPiece piece; scanner.next(piece);)
        if (piece.kind == SqlPiece::Kind::word &&
            equal_ignoring_case(std::string_view(statement.sql).substr(piece.begin, piece.end - piece.begin),
                                "concurrently"))
            return true;
    return false;
}

}  // namespace

std::optional<std::size_t> first_concurrent_build(const AnalyzedFile& file) {
    const auto found = std::find_if(file.statements.begin(), file.statements.end(), is_concurrent_build);
    if (found == file.statements.end()) return std::nullopt;
    return static_cast<std::size_t>(found - file.statements.begin());
}

}  // namespace pgfence::pipeline
