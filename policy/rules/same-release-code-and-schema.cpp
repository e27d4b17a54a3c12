#include "policy/own_rule.h"
#include "policy/own_rules.h"

namespace pgfence::policy::rules {

extern const OwnRule same_release_code_and_schema{
    .info =
        {.id = std::string(kSameRelease),
         .title = "Dropped or renamed object that code still uses",
         .why =
             "The change drops or renames a table, view or column that the code of the base commit seems to name. That "
             "code is running when the migration is, and fails from that moment. Deploy code that no longer names it "
             "first, and drop it in the release after.\n\nThis is a text search over the base commit, no more: whole "
             "words, as the name is written or in camel case, for a column in files that also name its table. The "
             "place "
             "that tells most comes first: a query or a line that names table and column together, then a model's "
             "declaration, then other code, files named after the table before others. Where nothing but an everyday "
             "word was found (`weight`, `orders`), the code only may use it, and the finding weighs less. Prose, "
             "comments, text that is only printed, headings in YAML, imports, "
             "data, dumps, translations, what was generated (but not from the schema), migrations and other people's "
             "code are left out, and so is what is over 20,000 files or 64 MB. No finding does not mean that nobody "
             "uses it. Only a review of a change in git searches (`pgfence review`, the action).\n\nA column whose "
             "name every program has (`name`, `status`, `type`, `id`) counts only beside its table's name. If such a "
             "column is renamed and the code has a query or a model of the table, that is reported: code that uses a "
             "table uses its columns.",
         .category = Category::compatibility,
         .default_severity = Severity::warning},
    .bad = {{{
                {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text, state text);\n", there},
                {"app/models/order.rb", "class Order\n  def title = note.capitalize\nend\n", there},
                {"migrations/2.sql", "ALTER TABLE orders DROP COLUMN note;\n"},
            }},
            {{
                {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n", there},
                {"app/models/order.rb", "class Order < ApplicationRecord\nend\n", there},
                {"migrations/2.sql", "ALTER TABLE orders RENAME COLUMN status TO state;\n"},
            }}},
    .good = {{{
                 {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text, status text);\n", there},
                 {"bin/load.sh", "psql -c 'SELECT id FROM orders'\necho \"Every order has a note\"\n", there},
                 {"deploy/app.yml", "note:\n  text: orders\n", there},
                 {"app/http.ts", "// the note of orders\nconst status = response.status;\n", there},
                 {"migrations/2.sql", "ALTER TABLE orders DROP COLUMN note;\n"},
             }},
             {{
                 {"migrations/1.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text, state text);\n", there},
                 {"app/models/order.rb", "class Order\n  def title = state.capitalize\nend\n", there},
                 {"migrations/2.sql", "ALTER TABLE orders DROP COLUMN note;\n"},
             }}},
};

}  // namespace pgfence::policy::rules
