#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule disable_trigger{
    .title = "Disabled trigger lets invalid rows in",
    .category = Category::correctness,
    .why = R"(
While it is disabled nothing it does is done, for every session, and nobody notices when it is not enabled again.
`DISABLE TRIGGER ALL` also switches foreign keys off: rows that point at nothing come in and are never found.

Use `SET session_replication_role`, which concerns only this session, or let the trigger's function look at a setting.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TRIGGER audit BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
-- migration:
ALTER TABLE orders DISABLE TRIGGER ALL;
)",
            R"(
ALTER TABLE orders DISABLE TRIGGER audit;
)"},
    .good = {R"(
ALTER TABLE orders ENABLE TRIGGER audit;
)",
             R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders DISABLE TRIGGER ALL;
)"},
    .about = alter_table<AlterTableType::DisableTrig, AlterTableType::DisableTrigAll, AlterTableType::DisableTrigUser>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::DisableTrig, AlterTableType::DisableTrigAll,
                                                   AlterTableType::DisableTrigUser})) {
            const bool all = clause.cmd.subtype == AlterTableType::DisableTrigAll;
            found.push_back(at(
                of_name(step, clause.statement.name,
                        all ? fmt::format(
                                  "Disables all triggers of {} in every session. Foreign keys are not enforced either",
                                  clause.table_in_code())
                            : fmt::format(
                                  "Disables {} of {} in every session",
                                  clause.cmd.name.empty() ? "all user triggers" : "trigger " + in_code(clause.cmd.name),
                                  clause.table_in_code())),
                clause));
        }
        return found;
    },
    .aliases = "enable-disable-trigger",
};

}  // namespace pgfence::rules
