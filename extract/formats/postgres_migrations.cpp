// postgres-migrations: 1_title.sql, one simple query each. Its one directive stands in the first line.

#include "extract/formats/format.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

constexpr std::string_view kNoTransaction = "-- postgres-migrations disable-transaction";

bool recognises(const Source& source) { return source.body().starts_with(kNoTransaction); }

Scope read(const Source&, Script&) {
    return {TransactionMode::implicit,
            "the file begins with -- postgres-migrations disable-transaction, and is sent as one query",
            Scope::From::file};
}

}  // namespace

extern const Format postgres_migrations;
const Format postgres_migrations{.id = "postgres-migrations",
                                 .title = "postgres-migrations",
                                 .decides = "a first line -- postgres-migrations disable-transaction",
                                 .recognises = recognises,
                                 .read = read,
                                 .known = Known::mark,
                                 .sends_as_is = true,
                                 .habits = {.is_known = true,
                                            .by_version = true,
                                            .leads_back = locate::never_leads_back,
                                            .late = Runner::Late::refused,
                                            .edited = Runner::Edited::refused,
                                            .renamed = Runner::Renamed::refused}};

}  // namespace pgfence::extract
