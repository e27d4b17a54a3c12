#include "policy/own_rule.h"
#include "policy/own_rules.h"

namespace pgfence::policy::rules {

extern const OwnRule expired_suppression{
    .info =
        {.id = std::string(kExpiredSuppression),
         .title = "Suppression past its date",
         .why =
             "An ignore comment or an `[[ignore]]` entry of the config with `until` stops suppressing on the day after "
             "its date, so that a deferral does not become permanent unnoticed. Mend what it hid, or give it a new "
             "date "
             "and a reason.",
         .category = Category::policy,
         .default_severity = Severity::warning},
    .bad = {{{
        {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n", there},
        {"migrations/2.sql", R"(-- pgfence-ignore: drop-column (nobody reads it) until=2026-01-31
ALTER TABLE orders DROP COLUMN note;
)"},
    }}},
    .good = {{{
        {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n", there},
        {"migrations/2.sql", R"(-- pgfence-ignore: drop-column (nobody reads it) until=2099-12-31
ALTER TABLE orders DROP COLUMN note;
)"},
    }}},
};

}  // namespace pgfence::policy::rules
