// Drizzle splits the file's text at "--> statement-breakpoint" (src/migrator.ts), wherever that stands, and runs all
// pending files in one transaction. A breakpoint ends a statement even where the semicolon is missing. Which files are
// pending, meta/_journal.json tells.

#include "extract/formats/format.h"
#include "extract/listed.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

constexpr std::string_view kBreakpoint = "--> statement-breakpoint";

std::string journal_of(const Source& source) { return path_in(source.folder, "meta/_journal.json"); }

/// Drizzle goes through the journal's entries: whoever runs another file of the folder, it is not Drizzle.
bool is_passed_over(const Source& source) {
    const auto journal = text_of(source.hints, journal_of(source));
    if (!journal) return false;
    const auto names = values_of(*journal, "tag");
    return !names.empty() && !names.contains(source.name.substr(0, source.name.rfind('.')));
}

bool recognises(const Source& source) {
    const bool is_its_text = source.text.find(kBreakpoint) != std::string_view::npos;
    return is_its_text || (has_path(source.hints, journal_of(source)) && !is_passed_over(source));
}

Scope read(const Source& source, Script& script) {
    for (std::size_t at = source.text.find(kBreakpoint); at != std::string_view::npos;
         at = source.text.find(kBreakpoint, at + 1)) {
        blank(script.sql, at, at + kBreakpoint.size());
        script.sql[at] = ';';
    }
    return {TransactionMode::whole_run, "Drizzle runs all pending files in one transaction", Scope::From::tool};
}

}  // namespace

extern const Format drizzle;
const Format drizzle{
    .id = "drizzle",
    .title = "Drizzle",
    .decides = "--> statement-breakpoint in the file, or meta/_journal.json beside it lists it",
    .recognises = recognises,
    .read = read,
    .known = Known::mark,
    .sends_as_is = true,
    .habits = {.is_known = true, .leads_back = locate::never_leads_back, .edited = Runner::Edited::ignored},
    .facts = {.set_shares_transaction = true},
    .own_tables =
        "CREATE SCHEMA IF NOT EXISTS drizzle; CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id serial "
        "PRIMARY KEY, hash text NOT NULL, created_at bigint)"};

}  // namespace pgfence::extract
