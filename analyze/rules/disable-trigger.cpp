#include <algorithm>
#include <string>
#include <vector>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// Event triggers are the database's: one that the file made is nobody's loss.
bool is_made_here(const Step& step, const std::string& name) {
    return std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        const auto* made = std::get_if<CreateEventTrigger>(earlier.action);
        return made && made->name == name;
    });
}

void add_event_triggers(const Step& step, std::vector<Consequence>& found) {
    std::vector<std::string> stopped;
    if (const auto* alter = step.is<AlterEventTrigger>(); alter && !alter->enabled) stopped.push_back(alter->name);
    if (const auto* drop = step.is<Drop>(); drop && drop->object == ObjectType::event_trigger)
        for (const Name& name : drop->names) stopped.push_back(name.name);
    for (const std::string& name : stopped) {
        if (is_made_here(step, name)) continue;
        Consequence consequence;
        consequence.message = fmt::format(
            "Event trigger {} no longer runs: what it records, checks or refuses of schema changes goes on without it",
            in_code(name));
        found.push_back(std::move(consequence));
    }
}

}  // namespace

extern const Rule disable_trigger{
    .title = "Disabled trigger lets invalid rows in",
    .category = Category::correctness,
    .why = R"(
While it is disabled nothing it does is done, for every session, and nobody notices when it is not enabled again.
`DISABLE TRIGGER ALL` also switches foreign keys off: rows that point at nothing come in and are never found. An event trigger that is disabled or dropped records and refuses
no schema change any more.

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
)",
            R"(
CREATE FUNCTION note_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER note_ddl ON ddl_command_end EXECUTE FUNCTION note_ddl();
-- migration:
ALTER EVENT TRIGGER note_ddl DISABLE;
)"},
    .good = {R"(
ALTER TABLE orders ENABLE TRIGGER audit;
)",
             R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders DISABLE TRIGGER ALL;
)"},
    .about = kinds<AlterTable, AlterEventTrigger, Drop>,
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
        add_event_triggers(step, found);
        return found;
    },
    .aliases = "enable-disable-trigger",
};

}  // namespace pgfence::rules
