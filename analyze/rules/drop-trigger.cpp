#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule drop_trigger{
    .title = "DROP TRIGGER briefly blocks reads and writes",
    .category = Category::lock,
    .why = R"(
The statement is instant, but it needs the strongest lock: it waits for every transaction that so much as reads the
table, and all that come later queue behind it.

Set a short `lock_timeout`, and keep slow statements out of the same transaction. From version 14 on `CREATE OR REPLACE
TRIGGER` changes a trigger under a weaker lock than dropping and creating it.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER audit AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note_change();
-- migration:
DROP TRIGGER audit ON orders;
)",
            R"(
DROP TRIGGER IF EXISTS audit ON orders CASCADE;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint);
DROP TRIGGER IF EXISTS audit ON orders;
)",
             R"(
CREATE OR REPLACE TRIGGER audit AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note_change();
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        const Lock* lock = drop && drop->object == ObjectType::trigger ? step.blocking(Traffic::writes) : nullptr;
        if (!lock) return {};
        return {of_lock(*lock, fmt::format("Dropping {} takes {} on {}: {} until the transaction ends",
                                           drop->parts.empty() ? "the trigger" : in_code(drop->parts.front()),
                                           sql_name(lock->mode), code(lock->relation), its_waiters(*lock)))};
    },
    .aliases = "ban-drop-trigger",
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
