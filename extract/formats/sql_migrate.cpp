// sql-migrate reads its commands line by line (sqlparse/sqlparse.go); options stand on the marker's own line.

#include "extract/formats/sections.h"
#include "extract/one_query.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

constexpr std::string_view kPrefix = "-- +migrate ";

/// The command's words; empty for other lines.
std::string_view command(std::string_view line) {
    return line.starts_with(kPrefix) ? trim(line.substr(kPrefix.size())) : std::string_view();
}

bool recognises(const Source& source) {
    if (source.text.find(kPrefix) == std::string_view::npos) return false;
    return has_marker_comment(source, [](std::string_view comment) { return !command(comment).empty(); });
}

std::optional<Section> section_from(std::string_view line, Section current) {
    std::string_view words = command(line);
    if (words.empty()) return std::nullopt;
    const std::string_view name = take_word(words);
    if (name == "Up") return Section::up;
    if (name == "Down") return Section::down;
    return current;
}

std::optional<bool> query_mark(std::string_view line) {
    const std::string_view words = command(line);
    if (words == "StatementBegin") return true;
    return words == "StatementEnd" ? std::optional(false) : std::nullopt;
}

bool says_notransaction(std::string_view line) {
    std::string_view words = command(line);
    if (take_word(words) != "Up") return false;
    for (std::string_view option = take_word(words); !option.empty(); option = take_word(words))
        if (option == "notransaction") return true;
    return false;
}

Scope read(const Source& source, Script& script) {
    bool transaction = true;
    for_each_line(source.text, source.begin, [&](const Line& line) { transaction &= !says_notransaction(line.text); });
    keep_up_sections(source, "sql-migrate", "-- +migrate Up", section_from, script);
    if (!transaction) write_transactions_of_queries(source, query_mark, script);
    if (!transaction)
        return {TransactionMode::per_statement, "the file says -- +migrate Up notransaction", Scope::From::file};
    return {TransactionMode::per_file, "sql-migrate runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format sql_migrate;
const Format sql_migrate{
    .id = "sql-migrate",
    .title = "sql-migrate",
    .decides = "a line -- +migrate",
    .recognises = recognises,
    .read = read,
    .known = Known::mark,
    .sends_as_is = true,
    .habits = {.is_known = true,
               .leads_back = locate::never_leads_back,
               .late = Runner::Late::runs,
               .edited = Runner::Edited::ignored},
    .own_tables = "CREATE TABLE IF NOT EXISTS gorp_migrations (id text PRIMARY KEY, applied_at timestamptz)",
    .marks_as_run = "sql-migrate skip"};

}  // namespace pgfence::extract
