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
    bool locked_beside = false;  ///< as Script::locked_beside
    std::vector<AnalyzedStatement> statements;
    std::vector<Unread> unread;
    std::vector<SqlComment> comments;
    std::vector<ToolMark> marks;  ///< as Script::marks
    std::string no_way_back;      ///< as Script::no_way_back
};

/// What was there before the change and has another name, or none, after it.
struct RemovedName {
    std::string name;   ///< as running code may write it, without quotes and schema
    std::string table;  ///< of a column; else empty
    std::string what;   ///< "column note of public.orders"
    SourceSpan span;
    std::size_t statement = 0;  ///< as Finding::statement
    /// Of a column: it goes on under another name, and its table stays; of a table: it goes on in another schema.
    bool renamed = false;
    bool type = false;  ///< it is a type or a domain
};

struct Analysis {
    std::vector<AnalyzedFile> files;               ///< the changed ones only, in the order in which they run
    std::vector<Finding> findings;                 ///< in order of file, position, rule
    std::vector<RuleInfo> rules;                   ///< of every rule that exists
    std::set<std::string, std::less<>> not_asked;  ///< those that are off and cost nothing
    std::vector<Unread> unread_history;            ///< statements of earlier migrations that could not be read
    std::vector<RemovedName> removed;              ///< in the order in which the change removes them
};

/// Ids of the rules that speak of it.
inline std::set<std::string, std::less<>> rules_about(RuleSubject subject, const Analysis& analysis) {
    std::set<std::string, std::less<>> ids;
    for (const RuleInfo& rule : analysis.rules)
        if (rule.subject == subject) ids.insert(rule.id);
    return ids;
}

}  // namespace pgfence
