// Files of plain SQL that a changelog of Liquibase runs: as a change of one of its sets (SQLFileChange.java), or
// included in place of a changelog (SqlChangeLogParser.java: one change set, sent as one, in a transaction).

#include "extract/formats/format.h"
#include "extract/liquibase/runs.h"
#include "extract/liquibase/sql_text.h"
#include "extract/replacement.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    const Memory::RunBy* run = liquibase::run_by_changelog(source.memory, source.path);
    return run && (!run->is_changelog || !liquibase::is_formatted(source.text, source.begin));
}

/// Also of a file that only the configuration calls one.
const Memory::RunBy& run_of(const Source& source) {
    static const Memory::RunBy included{.reason = "Liquibase runs an included file in one transaction"};
    const Memory::RunBy* run = liquibase::run_by_changelog(source.memory, source.path);
    return run ? *run : included;
}

TransactionMode transaction_of(const Memory::RunBy& run) {
    if (run.in_transaction) return TransactionMode::per_file;
    // The driver sends the statements of one text together, and commits once.
    return run.in_one ? TransactionMode::implicit : TransactionMode::per_statement;
}

Scope read(const Source& source, Script& script) {
    const Memory::RunBy& run = run_of(source);
    if (!run.is_ours) {
        blank(script.sql, 0, script.sql.size());
    } else if (run.is_query) {
        blank(script.sql, 0, script.sql.size());
        script.unread.push_back({source.whole(), "the query of a view",
                                 "Liquibase makes the view with it anew, and what there was is not known here"});
    } else {
        const std::size_t size = script.sql.size();
        liquibase::end_statements(source, run.delimiter, source.whole(), source.begin, size, script);
        for (const std::string& what : run.conditions)
            script.uncertainties.push_back({0, static_cast<std::uint32_t>(size), what});
        liquibase::fill_properties(source, liquibase::properties_known_to(source), script);
    }
    return {transaction_of(run), run.reason, Scope::From::file};
}

}  // namespace

extern const Format liquibase_file;
const Format liquibase_file{.id = "liquibase-file",
                            .title = "Liquibase (files of SQL)",
                            .decides = "a changelog that runs it",
                            .recognises = recognises,
                            .read = read,
                            .known = Known::mark,
                            .sends_as_is = true,
                            .habits = {.is_known = true,
                                       .leads_back = [](std::string_view) { return false; },
                                       .late = Runner::Late::unordered,
                                       .edited = Runner::Edited::refused,
                                       .known_parts = 0,
                                       .family = "liquibase"}};

}  // namespace pgfence::extract
