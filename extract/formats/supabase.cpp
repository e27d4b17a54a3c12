// Supabase CLI: supabase/migrations/TIMESTAMP_title.sql. db push sends a file's statements in one pipeline, which is
// one implicit transaction (apps/cli-go/pkg/migration/file.go).

#include "extract/formats/format.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return last_part(source.folder) == "migrations" &&
           (source.folder == "supabase/migrations" || source.folder.ends_with("/supabase/migrations"));
}

Scope read(const Source&, Script&) {
    return {TransactionMode::implicit, "the Supabase CLI sends each file as one pipeline", Scope::From::tool};
}

}  // namespace

extern const Format supabase;
const Format supabase{.id = "supabase",
                      .title = "Supabase CLI",
                      .decides = "the folder supabase/migrations",
                      .recognises = recognises,
                      .read = read,
                      .known = Known::place,
                      .sends_as_is = true,
                      .habits = {.is_known = true,
                                 .by_version = true,
                                 .leads_back = locate::never_leads_back,
                                 .late = Runner::Late::refused,
                                 .edited = Runner::Edited::ignored},
                      .marks_as_run = "supabase migration repair --status applied"};

}  // namespace pgfence::extract
