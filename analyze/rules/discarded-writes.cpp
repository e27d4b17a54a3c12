#include <algorithm>

#include "analyze/kit/judge.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

const char* in_words(RangeUse::How event) {
    switch (event) {
        case RangeUse::How::insert: return "INSERT into";
        case RangeUse::How::update: return "UPDATE of";
        default: return "DELETE from";
    }
}

/// DO INSTEAD NOTHING, whatever the row. Of a view it is what keeps it from being written.
bool discards(const Step& step, const CreateRule& rule) {
    const Relation* relation = step.before.find(rule.table);
    const bool writes = rule.event == RangeUse::How::insert || rule.event == RangeUse::How::update ||
                        rule.event == RangeUse::How::delete_;
    return writes && rule.instead && !rule.conditional && (!rule.runs || rule.runs->statements.empty()) &&
           step.existing(rule.table) && (!relation || relation->kind != RelationKind::view);
}

/// BEFORE, and the body never returns the row. What its words are stands in for what they do.
bool discards(const Step& step, const CreateTrigger& trigger) {
    if (trigger.timing != TriggerTiming::before || !trigger.row || trigger.conditional || !step.existing(trigger.table))
        return false;
    const auto functions = step.before.find_functions(trigger.function);
    return std::any_of(functions.begin(), functions.end(), [](const Function* function) {
        const std::string body = lower_case(function->body);
        return contains(body, "return null") && !contains(body, "return new") && !contains(body, "return old") &&
               !contains(body, "raise exception");
    });
}

}  // namespace

extern const Rule discarded_writes{
    .title = "Writes of running code are discarded without an error",
    .category = Category::compatibility,
    .why = R"(
A rule with `DO INSTEAD NOTHING`, and a `BEFORE` trigger whose function returns `NULL` for every row, make the server
skip the write. The statement succeeds and reports no rows: code that does not count them takes its rows for stored.

Revoke the privilege instead, or raise an exception: then code fails where it goes on writing, and nothing is lost.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
CREATE RULE closed AS ON INSERT TO orders DO INSTEAD NOTHING;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER skip BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION skip();
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE VIEW order_ids AS SELECT id FROM orders;
-- migration:
CREATE RULE closed AS ON INSERT TO order_ids DO INSTEAD NOTHING;
CREATE FUNCTION closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'closed'; RETURN NULL; END $$;
CREATE TRIGGER closed BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION closed();
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE RULE closed AS ON INSERT TO orders DO INSTEAD NOTHING;
)"},
    .about = kinds<CreateRule, CreateTrigger>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        if (const auto* rule = step.is<CreateRule>(); rule && discards(step, *rule))
            return {of_name(step, rule->table,
                            fmt::format("Rule {} discards every {} {} without an error", in_code(rule->name),
                                        in_words(rule->event), in_code(rule->table)))};
        if (const auto* trigger = step.is<CreateTrigger>(); trigger && discards(step, *trigger))
            return {of_name(step, trigger->table,
                            fmt::format("Trigger {} discards rows that are written to {} without an error",
                                        in_code(trigger->name), in_code(trigger->table)))};
        return {};
    },
};

}  // namespace pgfence::rules
