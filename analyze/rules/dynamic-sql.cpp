#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// What stands in the body at hand and could not be read; null when it is no body.
std::shared_ptr<const RoutineBody> body_of(const Step& step) {
    if (const auto* block = step.is<DoBlock>()) return block->runs;
    if (const auto* call = step.is<Call>())
        if (const Function* procedure = step.before.called_by(call->procedure)) return procedure->runs.get();
    return nullptr;
}

/// A body in another language, or of a procedure that nobody has seen.
std::string unseen(const Step& step) {
    if (const auto* block = step.is<DoBlock>(); block && !block->runs)
        return fmt::format("Not analyzed: a DO block in {}", block->language);
    if (const auto* call = step.is<Call>(); call && !body_of(step))
        return fmt::format("Not analyzed: {}, as its body is not in the migrations", in_code(call->procedure.name));
    return "";
}

}  // namespace

extern const Rule dynamic_sql{
    .title = "SQL built at run time is not analyzed",
    .category = Category::robustness,
    .why = R"(
`EXECUTE` of a text that is put together from variables, a body in another language than PL/pgSQL, a procedure that no
migration creates: nobody can tell beforehand what they run and which tables they lock. Every report lists such
statements as not analyzed, whether this rule is on or off. Turn it on to forbid them, or to give them a risk of their
own.

Static SQL in `DO` blocks and PL/pgSQL functions is analyzed.
)",
    .bad = {R"(
DO $$ DECLARE t text; BEGIN
  FOR t IN SELECT relname FROM pg_stat_user_tables LOOP EXECUTE 'ALTER TABLE ' || t || ' ADD COLUMN note text'; END LOOP;
END $$;
)",
            R"(
CALL rebuild_everything();
)",
            R"(
DO LANGUAGE plperl $$ 1 $$;
)"},
    .good = {R"(
DO $$ BEGIN ALTER TABLE orders ADD COLUMN note text; END $$;
)",
             R"(
CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN UPDATE orders SET note = '' WHERE id = 1; END $$;
CALL p();
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        Consequence consequence;
        consequence.certainty = Certainty::unknown;
        consequence.message = unseen(step);
        if (const auto body = body_of(step); body && !body->gaps.empty())
            consequence.message = fmt::format("{} of this body {} not analyzed: {}",
                                              body->gaps.size() == 1 ? "One statement" : "Several statements",
                                              body->gaps.size() == 1 ? "is" : "are", body->gaps.front().why);
        if (consequence.message.empty()) return {};
        return {std::move(consequence)};
    },
    .aliases = "unchecked-do-block opaque-dynamic-sql",
    .severity = Severity::off,
};

}  // namespace pgfence::rules
