#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

const Relation* known_table(const Catalog& catalog, const Name& name) {
    const Relation* table = catalog.find(name);
    return table ? table : catalog.told_of(name);
}

const TriggerInfo* trigger_of(const Relation* table, std::string_view name) {
    if (!table) return nullptr;
    const auto found = std::find_if(table->triggers.begin(), table->triggers.end(),
                                    [&](const TriggerInfo& trigger) { return trigger.name == name; });
    return found == table->triggers.end() ? nullptr : &*found;
}

/// Events that both fire on.
bool share_an_event(const TriggerInfo& a, const TriggerInfo& b) {
    return (a.on_insert && b.on_insert) || (a.on_update && b.on_update) || (a.on_delete && b.on_delete) ||
           (a.on_truncate && b.on_truncate);
}

/// One that the file itself made has done no work yet.
bool is_made_by_file(const Step& step, const Name& table, const std::string& name) {
    return std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        const auto* made = std::get_if<CreateTrigger>(earlier.action);
        return made && !made->or_replace && made->name == name && step.qualified(made->table) == step.qualified(table);
    });
}

/// The migrations tell that there is none: DROP TRIGGER IF EXISTS in front of the first CREATE TRIGGER.
bool is_absent(const Step& step, const Relation* table) {
    return table && (step.before.complete() || step.before.has_whole_history()) && step.before.get(table->id) == table;
}

/// NEW.updated_at := now()
std::vector<std::string> columns_set(const std::string& body) {
    std::vector<std::string> columns;
    const std::string text = lower_case(body);
    for (auto at = text.find("new."); at != text.npos; at = text.find("new.", at + 1)) {
        if (at > 0 && (is_letter_or_digit(text[at - 1]) || text[at - 1] == '_')) continue;
        std::size_t end = at + 4;
        while (end < text.size() && (is_letter_or_digit(text[end]) || text[end] == '_')) ++end;
        if (!trim(std::string_view(text).substr(end)).starts_with(":=")) continue;
        const std::string column = in_code(text.substr(at + 4, end - at - 4));
        if (!is_among(column, columns)) columns.push_back(column);
    }
    return columns;
}

std::vector<std::string> tables_written(const RoutineBody& body) {
    std::vector<std::string> tables;
    for (const BodyStatement& statement : body.statements)
        for (const Action& action : statement.actions) {
            const auto* dml = std::get_if<Dml>(&action);
            if (!dml) continue;
            for (const RangeUse& use : dml->query.relations) {
                const std::string table = in_code(use.name);
                if (changes_rows(use.how) && !is_among(table, tables)) tables.push_back(table);
            }
        }
    return tables;
}

/// "it sets `updated_at` and writes to `audit_log`", as far as its function is known; else by that function's name.
std::string work_of(const Step& step, const TriggerInfo& trigger) {
    const auto known = step.before.find_functions(trigger.function);
    std::vector<std::string> work;
    if (known.size() == 1) {
        if (const auto columns = columns_set(known.front()->body); !columns.empty())
            work.push_back("sets " + list_in_words(columns));
        const auto body = known.front()->runs ? known.front()->runs.get() : nullptr;
        const auto tables = body ? tables_written(*body) : std::vector<std::string>{};
        if (!tables.empty()) work.push_back("writes to " + list_in_words(tables));
    }
    return work.empty() ? fmt::format("it runs {}", code(quoted(trigger.function.name) + "()"))
                        : "it " + list_in_words(work);
}

struct Dropped {
    Name table;           ///< resolved
    RelationId id = 0;    ///< 0: no migration made the table
    TriggerInfo trigger;  ///< as far as it is known
    bool known = false;   ///< a migration made it
    bool function_known = false;
    std::vector<std::string> there;  ///< names of the table's triggers before the file
};

/// What ran before the change does no other work in it.
bool may_do_new_work(const Catalog& end, const Name& function) {
    const auto known = end.find_functions(function);
    return known.empty() || std::any_of(known.begin(), known.end(), [](const Function* one) { return !one->existing; });
}

/// Another one does its work: by its name, by its function, or on the same events by a function of the change. Or
/// nothing is left that needs it.
bool is_made_up_for(const Dropped& dropped, const Catalog& end) {
    if (dropped.function_known && end.find_functions(dropped.trigger.function).empty()) return true;
    const Relation* table = dropped.id ? end.get(dropped.id) : known_table(end, dropped.table);
    if (!table) return dropped.id || end.is_absent(dropped.table);
    return std::any_of(table->triggers.begin(), table->triggers.end(), [&](const TriggerInfo& now) {
        if (now.name == dropped.trigger.name) return true;
        if (is_among(now.name, dropped.there)) return false;
        return !dropped.known || now.function == dropped.trigger.function ||
               (share_an_event(now, dropped.trigger) && may_do_new_work(end, now.function));
    });
}

}  // namespace

extern const Rule drop_trigger_work{
    .title = "Dropped trigger silently stops its work",
    .category = Category::compatibility,
    .why = R"(
Nothing fails when a trigger is gone: rows are no longer audited, `updated_at` stands still, counters and search vectors
no longer follow their rows. It is noticed when somebody needs what was not written, and cannot be made up for.

Deploy code that does the work itself first, and drop the trigger after that. Nothing is reported where the change makes
a trigger of that name or function again, makes one with a new function for the same event, or drops the trigger's table
or function as well.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, updated_at timestamptz);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at := now(); RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
-- migration:
DROP TRIGGER touched ON orders;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE audit_log (order_id bigint);
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN INSERT INTO audit_log (order_id) VALUES (NEW.id); RETURN NEW; END';
CREATE TRIGGER audit AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note_change();
-- migration:
DROP TRIGGER audit ON orders;
)",
            R"(
DROP TRIGGER IF EXISTS audit ON orders;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE audit_log (order_id bigint);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN INSERT INTO audit_log (order_id) VALUES (NEW.id); RETURN NEW; END';
CREATE TRIGGER audit AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note_change();
-- migration:
DROP TRIGGER audit ON orders;
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
-- migration:
DROP TRIGGER touched ON orders;
CREATE TRIGGER touched BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
-- migration:
DROP TRIGGER touched ON orders;
DROP FUNCTION touch();
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
-- migration:
CREATE TRIGGER touched_too BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
DROP TRIGGER touched ON orders;
)",
             R"(
DROP TRIGGER IF EXISTS touched ON orders;
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || drop->object != ObjectType::trigger) return {};
        std::vector<Consequence> found;
        for (std::size_t i = 0; i < drop->names.size() && i < drop->parts.size(); ++i) {
            const Name& name = drop->names[i];
            const Relation* table = known_table(step.before, name);
            const TriggerInfo* trigger = trigger_of(table, drop->parts[i]);
            if (!step.existing(name) || is_made_by_file(step, name, drop->parts[i])) continue;
            if (trigger ? !trigger->enabled : is_absent(step, table)) continue;
            Dropped dropped;
            dropped.table = step.before.resolve(name);
            dropped.id = step.before.find(name) ? table->id : 0;
            dropped.known = trigger != nullptr;
            if (trigger)
                dropped.trigger = *trigger;
            else
                dropped.trigger.name = drop->parts[i];
            dropped.function_known = trigger && !step.before.find_functions(trigger->function).empty();
            if (table)
                for (const TriggerInfo& one : table->triggers)
                    if (!is_made_by_file(step, name, one.name)) dropped.there.push_back(one.name);
            Consequence& stops = found.emplace_back(of_name(
                step, name,
                fmt::format("Trigger {} on {} is dropped: its work stops without an error{}", in_code(drop->parts[i]),
                            in_code(name), trigger ? " (" + work_of(step, *trigger) + ")" : ""),
                after_deploy(step, fmt::format("a deploy whose code does the work of trigger {}, or no longer needs it",
                                               in_code(drop->parts[i])))));
            if (!trigger) {
                stops.certainty = Certainty::depends;
                stops.depends_on = {fmt::format(
                    "whether this trigger exists, and what it does: no migration creates {}", in_code(drop->parts[i]))};
            }
            stops.stands_at_end = [dropped = std::move(dropped)](const Catalog& end) {
                return !is_made_up_for(dropped, end);
            };
        }
        return found;
    },
};

}  // namespace pgfence::rules
