#include "policy/own_rule.h"
#include "policy/own_rules.h"

namespace pgfence::policy::rules {

extern const OwnRule unused_suppression{
    .info =
        {.id = std::string(kUnusedSuppression),
         .title = "Suppression that suppresses nothing",
         .why =
             "An ignore comment that matches no finding hides the next mistake in its place; so does an `[[ignore]]` "
             "entry of the config that names files of the change and suppresses nothing in them. Remove it, or correct "
             "the rule's name.",
         .category = Category::policy,
         .default_severity = Severity::notice},
    .bad = {{{
                {"migrations/1.sql", R"(-- pgfence-ignore: drop-table (empty)
CREATE TABLE orders (id bigint PRIMARY KEY);
)"},
            }},
            {{
                {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n", there},
                {"migrations/2.sql", R"(-- pgfence-ignore: drop-tabel (empty)
DROP TABLE orders;
)"},
            }}},
    .good = {{{
        {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n", there},
        {"migrations/2.sql", R"(-- pgfence-ignore: drop-table (empty)
DROP TABLE orders;
)"},
    }}},
};

}  // namespace pgfence::policy::rules
