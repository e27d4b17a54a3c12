#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule create_trigger{
    .title = "CREATE TRIGGER briefly blocks writes",
    .category = Category::lock,
    .why = R"(
The statement is instant, but it waits for every transaction that is writing to the table, and all later writers queue
behind it. On a partitioned table a row trigger does that to every partition at once. From then on each write runs the
trigger, for code that knows nothing of it too.

Set a short `lock_timeout`, and keep slow statements out of the same transaction.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
-- migration:
CREATE TRIGGER audit AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note_change();
)",
            R"(
CREATE CONSTRAINT TRIGGER audit AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note_change();
)",
            R"(
DO $$ BEGIN
    CREATE TRIGGER audit BEFORE DELETE ON orders EXECUTE PROCEDURE note_change();
END $$;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint);
CREATE TRIGGER audit AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note_change();
)",
             R"(
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
)"},
    .about = kinds<CreateTrigger>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* trigger = step.is<CreateTrigger>();
        const Lock* lock = trigger ? step.blocking(Traffic::writes) : nullptr;
        if (!lock) return {};
        return {of_lock(*lock, fmt::format("Creating trigger {} takes {} on {}: {} until the transaction ends",
                                           in_code(trigger->name), sql_name(lock->mode), code(lock->relation),
                                           its_waiters(*lock)))};
    },
    .aliases = "add-trigger",
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
