// Kysely: functions up and down that are given the database. All pending files run in one transaction (migrator.ts).

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    if (!exports_up(source.text)) return false;
    const bool builds = uses_member(source.text, given_to_up(source.text), "schema");
    return contains_word(source.text, "kysely") || (builds && contains(source.text, ".execute("));
}

Scope read(const Source& source, Script& script) {
    return is_run(source, script,
                  {TransactionMode::whole_run, "Kysely runs all pending files in one transaction", Scope::From::tool});
}

}  // namespace

extern const Format kysely;
const Format kysely{.id = "kysely",
                    .title = "Kysely",
                    .decides = "a function up that is given a Kysely",
                    .recognises = recognises,
                    .read = read,
                    .known = Known::mark,
                    .extensions = kJavaScript,
                    .habits = {.is_known = true,
                               .late = Runner::Late::refused,
                               .edited = Runner::Edited::ignored,
                               .renamed = Runner::Renamed::accepted},
                    .orm = Orm::kysely,
                    // migrator.ts
                    .late_switches = {{{"allowunorderedmigrations", "true", "allowUnorderedMigrations"}}}};

}  // namespace pgfence::extract
