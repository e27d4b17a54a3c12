// Liquibase's formatted SQL: change sets begin at lines "--changeset author:id", and what leads back stands in lines
// "--rollback" (AbstractFormattedChangeLogParser.java). A transaction for each change set.

#include <algorithm>
#include <optional>

#include "extract/blank.h"
#include "extract/formats/format.h"
#include "extract/lines.h"

namespace pgfence::extract {
namespace {

/// The words behind "--", when the line is one of Liquibase's: "changeset nina:1 runInTransaction:false".
std::optional<std::string_view> command(std::string_view line) {
    line = trim(line);
    if (!line.starts_with("--")) return std::nullopt;
    return trim(line.substr(2));
}

bool recognises(const Source& source) {
    std::string_view words = command(line_at(source.text, source.begin).text).value_or(std::string_view());
    return take_word(words) == "liquibase" && take_word(words) == "formatted" && take_word(words) == "sql";
}

struct ChangeSet {
    bool in_transaction = true;
    bool own_delimiter = false;
};

/// Nothing for lines that begin no change set.
std::optional<ChangeSet> change_set(std::string_view line) {
    std::string_view words = command(line).value_or(std::string_view());
    if (take_word(words) != "changeset") return std::nullopt;
    ChangeSet found;
    for (std::string_view option = take_word(words); !option.empty(); option = take_word(words)) {
        if (option == "runInTransaction:false") found.in_transaction = false;
        if (option.starts_with("endDelimiter:")) found.own_delimiter = true;
    }
    return found;
}

/// The sets' transactions are written where their lines stand: the shortest, "--changeset a:1", is longer than this.
Scope read(const Source& source, Script& script) {
    constexpr std::string_view kEnd = ";COMMIT;", kBegin = "BEGIN;";
    bool open = false, can_go_back = false;
    for_each_line(source.text, source.begin, [&](const Line& line) {
        can_go_back |= command(line.text).value_or(std::string_view()).starts_with("rollback");
        const auto set = change_set(line.text);
        if (!set) return;
        std::string text(open ? kEnd : std::string_view());
        if (set->in_transaction) text += kBegin;
        open = set->in_transaction;
        blank(script.sql, line.begin, line.end);
        script.sql.replace(line.begin, std::min(text.size(), line.end - line.begin), text);
        if (set->own_delimiter)
            script.unread.push_back({source.span(line.begin, line.end), "a change set with endDelimiter",
                                     "it is read as if its statements ended in semicolons"});
    });
    if (!can_go_back) script.no_way_back = "none of its change sets has a line --rollback";
    return {TransactionMode::per_statement, "Liquibase runs each change set in a transaction of its own",
            Scope::From::file};
}

}  // namespace

extern const Format liquibase_sql;
const Format liquibase_sql{
    "liquibase-sql", "Liquibase (SQL)", "a first line --liquibase formatted sql", recognises, read, Known::mark};

}  // namespace pgfence::extract
