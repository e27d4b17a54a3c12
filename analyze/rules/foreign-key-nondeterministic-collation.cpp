#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule foreign_key_nondeterministic_collation{
    .title = "Foreign key between columns that do not agree on which strings are equal",
    .category = Category::correctness,
    .why = R"(
A nondeterministic collation takes different strings for equal, `a` and `A` perhaps. Where only one side of a foreign
key has one, a row may count as referenced by one side and not by the other: deletes and cascades do something else
than they read. From 18 on such a key is refused, which an upgrade finds out as well.

Give both columns the same collation.
)",
    .bad = {R"(
CREATE COLLATION blurred (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE tags (name text COLLATE blurred PRIMARY KEY);
CREATE TABLE posts (tag text REFERENCES tags);
)",
            R"(
CREATE COLLATION blurred (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE tags (name text PRIMARY KEY);
CREATE TABLE posts (tag text COLLATE blurred);
-- migration:
ALTER TABLE posts ADD COLUMN note text, ADD CONSTRAINT posts_tag FOREIGN KEY (tag) REFERENCES tags NOT VALID;
)"},
    .good = {R"(
CREATE COLLATION blurred (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE tags (name text COLLATE blurred PRIMARY KEY);
CREATE TABLE posts (tag text COLLATE blurred REFERENCES tags);
)",
             R"(
CREATE TABLE tags (name text COLLATE "C" PRIMARY KEY);
CREATE TABLE posts (tag text REFERENCES tags);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        auto found = of_failures(step, Failure::Kind::key_collations, "The foreign key cannot be created");
        for (const Caveat* caveat : caveats(step, Caveat::Kind::key_collations_differ)) {
            Consequence consequence;
            consequence.message = fmt::format("{}: a string may count as equal on one side alone", caveat->what);
            found.push_back(at(std::move(consequence), step, caveat->command));
        }
        return found;
    },
    .since = since(Feature::nondeterministic_collations),
};

}  // namespace pgfence::rules
