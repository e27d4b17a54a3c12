#pragma once
// What analyze/ hands to policy/: every statement with its effects, every finding, everything unread.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/effects.h"
#include "core/finding.h"
#include "core/migration.h"

namespace pgfence {

enum class TransactionKind : std::uint8_t {
    none,       ///< commits by itself
    runner,     ///< the migration runner's BEGIN
    explicit_,  ///< BEGIN in the file
    implicit,   ///< several statements in one simple query
};
std::string_view name_of(TransactionKind kind);

struct StatementTransaction {
    TransactionKind kind = TransactionKind::none;
    std::uint32_t number = 0;  ///< the same for statements of one transaction, from 1 over the whole change
};

struct AnalyzedStatement {
    SourceSpan span;  ///< without the semicolon and without leading comments
    std::string sql;
    std::string kind;  ///< "ALTER TABLE", "CREATE INDEX", ...
    StatementTransaction transaction;
    Effects effects;
};

/// A comment of the SQL that may hold a suppression: it mentions pgfence or a rival's ignore word.
struct SqlComment {
    SourceSpan span;
    std::string text;  ///< without "--" or "/* */", trimmed
};

struct AnalyzedFile {
    FileId file = 0;
    std::string format;
    TransactionMode transaction = TransactionMode::per_statement;
    std::string transaction_reason;
    bool transaction_assumed = false;
    std::vector<AnalyzedStatement> statements;
    std::vector<Unread> unread;
    std::vector<SqlComment> comments;
    std::string no_way_back;  ///< as Script::no_way_back
};

struct Analysis {
    std::vector<AnalyzedFile> files;               ///< the changed ones only, in the order in which they run
    std::vector<Finding> findings;                 ///< in order of file, position, rule
    std::vector<RuleInfo> rules;                   ///< of every rule that exists
    std::set<std::string, std::less<>> not_asked;  ///< those that are off and cost nothing
    std::vector<Unread> unread_history;            ///< statements of earlier migrations that could not be read
};

}  // namespace pgfence
